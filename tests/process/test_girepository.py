"""libgirepository in the process: a C program's, or the one behind the ``GIRepository`` namespace. Whatever either side
adds to its search path or loads is there for the other; where nobody has the library, gijit does not load it."""

import ctypes.util
import glob
import json
import os
import shutil

import gi
import pytest

#: What C calls, in both versions of the library. `repository` is what their functions want first.
C = """
import ctypes, json, os
ONE = "libgirepository-1.0.so.1"
TWO = "libgirepository-2.0.so.0"

class Host:
    def __init__(self, mode=ctypes.DEFAULT_MODE):
        try:
            self.library, self.prefix = ctypes.CDLL(TWO, mode=mode), "gi_repository_"
            default = self.library.gi_repository_dup_default
        except (OSError, AttributeError):
            self.library, self.prefix = ctypes.CDLL(ONE, mode=mode), "g_irepository_"
            default = self.library.g_irepository_get_default
        default.restype = ctypes.c_void_p
        self.repository = default() if self.prefix == "gi_repository_" else None

    def call(self, name, *args, restype=None, first=True):
        function = getattr(self.library, self.prefix + name)
        function.restype = restype
        if first or self.repository:
            args = ctypes.c_void_p(self.repository), *args
        return function(*args)

    def prepend(self, folder):
        self.call("prepend_search_path", os.fsencode(folder), first=False)

    def require(self, namespace, version):
        error = ctypes.c_void_p()
        return bool(self.call("require", namespace.encode(), version and version.encode(), 0, ctypes.byref(error),
                              restype=ctypes.c_void_p))

    def require_private(self, folder, namespace, version):
        error = ctypes.c_void_p()
        return bool(self.call("require_private", os.fsencode(folder), namespace.encode(), version.encode(), 0,
                              ctypes.byref(error), restype=ctypes.c_void_p))

    def loaded(self):
        args = (None,) if self.prefix == "gi_repository_" else ()
        names = self.call("get_loaded_namespaces", *args, restype=ctypes.POINTER(ctypes.c_char_p))
        found = []
        while names[len(found)]:
            found.append(names[len(found)].decode())
        return sorted(found)

    def version(self, namespace):
        found = self.call("get_version", namespace.encode(), restype=ctypes.c_char_p)
        return found and found.decode()

def report(**facts):
    print(json.dumps(facts))
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with versions 1.0 and 2.0 of a namespace, of which neither is installed: copies of GLib's, by name."""
    repository = gi.Repository.get_default()
    repository.require("GLib", "2.0")
    for version in ("1.0", "2.0"):
        shutil.copy(repository.get_typelib_path("GLib"), tmp_path / f"Elsewhere-{version}.typelib")
    return tmp_path


@pytest.fixture
def ask(run, folder):
    def ask(program):
        return json.loads(run(f"FOLDER = {str(folder)!r}\n" + C + program).splitlines()[-1])

    return ask


needs_library = pytest.mark.skipif(
    not (ctypes.util.find_library("girepository-1.0") or ctypes.util.find_library("girepository-2.0")),
    reason="there is no libgirepository",
)


def test_nobody_loads_the_library(run):
    program = """
import gi
from gi.repository import Gio, GLib
gi.Repository.get_default().prepend_search_path("/nowhere")
assert gi.Repository.get_default().is_registered("Gio")
Gio.Application()
print("girepository-1.0.so" in open("/proc/self/maps").read(), "girepository-2.0.so" in open("/proc/self/maps").read())
"""
    assert run(program).split() == ["False", "False"]


@needs_library
@pytest.mark.parametrize("mode", ["GLOBAL", "LOCAL"])
def test_folders_that_c_has_added_count(ask, mode):
    facts = ask(f"""
host = Host(ctypes.RTLD_{mode})
host.prepend(FOLDER)
import gi
before = gi.Repository.get_default().enumerate_versions("Elsewhere")
gi.require_version("Elsewhere", "1.0")
report(before=before, path=gi._gi.search_path()[0] == FOLDER)
""")
    assert facts == {"before": ["2.0", "1.0"], "path": True}


@needs_library
def test_folders_that_c_adds_later_count(ask):
    facts = ask("""
import gi
from gi.repository import GLib
before = gi.Repository.get_default().enumerate_versions("Elsewhere")
host = Host()
host.prepend("/nowhere")
host.prepend(FOLDER)
path = gi._gi.search_path()
report(before=before, after=gi.Repository.get_default().enumerate_versions("Elsewhere"),
       path=[path[0] == FOLDER, path[1]], once=path.count(FOLDER))
""")
    assert facts == {"before": [], "after": ["2.0", "1.0"], "path": [True, "/nowhere"], "once": 1}


@needs_library
@pytest.mark.parametrize("early", [True, False])
def test_what_c_alone_finds_is_loaded(run, early):
    private = next(
        folder for folder in os.environ["GI_TYPELIB_PATH"].split(":") if glob.glob(f"{folder}/GijitFixtures-*.typelib")
    )
    program = (
        C
        + f"""
if not {early}:
    from gi.repository import GLib
host = Host()
assert host.require_private({private!r}, "GijitFixtures", "1.0")
import gi
from gi.repository import GijitFixtures
repository = gi.Repository.get_default()
report(path=repository.get_typelib_path("GijitFixtures"), version=repository.get_version("GijitFixtures"),
       searched={private!r} in gi._gi.search_path(), needs="GObject-2.0" in repository.get_dependencies("GijitFixtures"))
"""
    )
    facts = json.loads(run(program, env={"GI_TYPELIB_PATH": ""}).splitlines()[-1])
    path = os.path.join(private, "GijitFixtures-1.0.typelib")
    assert facts == {"path": path, "version": "1.0", "searched": False, "needs": True}


@needs_library
def test_what_c_has_loaded_is_loaded(ask):
    facts = ask("""
host = Host()
assert host.require("cairo", "1.0")
import gi
repository = gi.Repository.get_default()
facts = dict(loaded="cairo" in repository.get_loaded_namespaces(), version=repository.get_version("cairo"),
             registered=repository.is_registered("cairo", "1.0"))
try:
    gi.require_version("cairo", "9.0")
except ValueError as error:
    facts["error"] = str(error)
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from gi.repository import cairo
report(**facts, warnings=len(caught))
""")
    error = "Namespace cairo is already loaded with version 1.0"
    assert facts == {"loaded": True, "version": "1.0", "registered": True, "error": error, "warnings": 0}


@needs_library
def test_c_sees_what_is_loaded_here(ask):
    facts = ask("""
import gi
from gi.repository import Gio
host = Host()
gi.Repository.get_default().prepend_search_path(FOLDER)
gi.Repository.get_default().is_registered("GLib")
first = host.loaded()
gi.require_version("cairo", "1.0")
from gi.repository import cairo
report(first=first, then="cairo" in host.loaded(), version=host.version("Gio"))
""")
    assert {"GLib", "GObject", "Gio"} <= set(facts["first"]) and "cairo" not in facts["first"]
    assert facts["then"] is True and facts["version"] == "2.0"


NAMESPACE = """
import gi
versions = gi.Repository.get_default().enumerate_versions("GIRepository")
gi.require_version("GIRepository", "3.0" if "3.0" in versions else "2.0")
from gi.repository import GIRepository
R = GIRepository.Repository
is_new = hasattr(R, "dup_default")
"""


def test_the_namespace_shows_what_is_loaded(run):
    if not gi.Repository.get_default().enumerate_versions("GIRepository"):
        pytest.skip("there is no typelib of GIRepository")
    program = """
r = R.dup_default() if is_new else R.get_default()
print("GIRepository" in r.get_loaded_namespaces(), "Gio" in r.get_loaded_namespaces() and is_new is False)
from gi.repository import Gio
print("Gio" in r.get_loaded_namespaces(), {"GLib-2.0", "GObject-2.0"} <= set(r.get_dependencies("Gio")))
print(r.find_by_name("Gio", "File").get_name(), r.get_version("Gio"), r.is_registered("GLib", None))
"""
    lines = run(NAMESPACE + program, env={"G_DEBUG": "fatal-criticals"}).splitlines()
    assert lines[0].startswith("True") and lines[1:] == ["True True", "File 2.0 True"]


def test_the_namespace_steers_imports(run, folder):
    if not gi.Repository.get_default().enumerate_versions("GIRepository"):
        pytest.skip("there is no typelib of GIRepository")
    program = f"""
if is_new:
    R.dup_default().prepend_search_path({str(folder)!r})
else:
    R.prepend_search_path({str(folder)!r})
gi.require_version("Elsewhere", "2.0")
print(gi._gi.search_path()[0] == {str(folder)!r})
gi.Repository.get_default().prepend_search_path("/elsewhere")
path = R.dup_default().get_search_path() if is_new else R.get_search_path()
print(path[0])
"""
    assert run(NAMESPACE + program).split() == ["True", "/elsewhere"]

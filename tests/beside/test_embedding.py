"""Programs and libraries in C that know PyGObject, with gijit in its place: hosts of plugins in Python, and extension
modules that were compiled against PyGObject's own headers. Each is skipped where the packages are missing."""

import os
import pathlib
import shutil
import subprocess
import sysconfig

import pytest
from environments import SYSTEM, clean, compile_program, has
from plugins import OF_GTK, OF_PEAS, PLAIN

HERE = pathlib.Path(__file__).resolve().parent
LOADERS = {1: ("libpeas-1.0", "python3"), 2: ("libpeas-2", "python")}


def loader_of(version):
    """The file of libpeas's loader for Python, or None."""
    package, name = LOADERS[version]
    folder = subprocess.run(["pkg-config", "--variable=libdir", package], capture_output=True, text=True).stdout.strip()
    path = pathlib.Path(folder) / package / "loaders" / f"lib{name}loader.so"
    return path if path.exists() else None


def made_host(folder, version, gtk=False):
    """Compiles the host; skips the test with the reason if it cannot be."""
    package = LOADERS[version][0]
    needs = subprocess.run(["pkg-config", "--print-requires", package], capture_output=True, text=True).stdout
    # Newer builds of libpeas 1, and whatever is newer than GLib 2.80, have the library's second generation.
    second = "girepository-2.0" in needs or version == 2
    repository = "girepository-2.0" if second else "gobject-introspection-1.0"
    packages = [package, repository, *(["gtk+-3.0"] if gtk else [])]
    defined = {"PEAS2": version == 2, "GTK": gtk, "GIREPOSITORY2": second}
    options = [f"-D{name}" for name, is_so in defined.items() if is_so]
    # The header of libpeas 1 has another name than that of libpeas 2.
    if version == 1:
        (folder / "libpeas.h").write_text("#include <libpeas/peas.h>\n")
        options.append(f"-I{folder}")
    host, why = compile_program(HERE / "host.c", folder / "host", packages, *options)
    if why is not None:
        pytest.skip(why)
    if loader_of(version) is None:
        pytest.skip(f"this {LOADERS[version][0]} has no loader for Python")
    return host


def plugins(folder, version, text):
    """A folder with one plugin."""
    made = folder / "plugins"
    made.mkdir()
    (made / "hello.plugin").write_text(f"[Plugin]\nModule=hello\nLoader={LOADERS[version][1]}\nName=Hello\n")
    (made / "hello.py").write_text(text)
    return made


PRINTED = """\
{item} of 2: {who} b
activated subject None hello
unloaded: 1
references to the object: 1
"""


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("enabled", [True, False])
def test_a_host_of_plugins(user, tmp_path, version, enabled):
    """One that has gijit enabled for it, and, as the test's own test, one that has not."""
    host = made_host(tmp_path, version)
    if not enabled and not has("gi"):
        pytest.skip("there is no PyGObject for the distribution's Python")
    folder = plugins(tmp_path, version, PLAIN)
    errors = []
    more = {} if enabled else {"PYTHONUSERBASE": "/nowhere"}
    said = user.run([host, folder, tmp_path], errors=errors, **more)
    assert said == PRINTED.format(item="hello+Item", who="gijit" if enabled else "PyGObject"), errors
    if enabled:
        assert errors == [""]


@pytest.mark.parametrize("version", [1, 2])
def test_what_the_host_gave_to_libgirepository(user, tmp_path, version):
    """Its typelib folders, and the versions that it has loaded, before Python started."""
    host = made_host(tmp_path, version)
    # A typelib that stands nowhere else.
    fixtures = os.environ["GI_TYPELIB_PATH"].split(":")
    found = [path for path in fixtures if os.path.exists(os.path.join(path, "GijitFixtures-1.0.typelib"))]
    shutil.copy(os.path.join(found[0], "GijitFixtures-1.0.typelib"), tmp_path)
    folder = plugins(tmp_path, version, PLAIN + OF_PEAS)
    errors = []
    said = user.run([host, folder, tmp_path], errors=errors, GI_TYPELIB_PATH="").splitlines()
    assert said[:2] == ["found", f"Peas {'1.0' if version == 1 else '2'} hello"], (said, errors)
    assert said[-2:] == ["unloaded: 1", "references to the object: 1"]


@pytest.mark.parametrize("enabled", [True, False])
def test_events_in_a_plugin_of_a_gtk_program(user, tmp_path, enabled):
    if not enabled and not has("gi"):
        pytest.skip("there is no PyGObject for the distribution's Python")
    if not shutil.which("xvfb-run"):
        pytest.skip("there is no xvfb-run")
    host = made_host(tmp_path, 1, gtk=True)
    folder = plugins(tmp_path, 1, OF_GTK)
    errors = []
    more = {} if enabled else {"PYTHONUSERBASE": "/nowhere"}
    said = user.run(["xvfb-run", "-a", host, folder, tmp_path], errors=errors, GDK_BACKEND="x11", **more).splitlines()
    assert said == [
        "GObject of 0:",
        "EventKey key-press x True 120",
        "True True",
        "handled: 1",
        "handled: 0",
        "unloaded: 1",
        # The host's, and GTK's own of a window that is open.
        "references to the object: 2",
    ], errors


def test_the_plugin_loader_of_gstreamer(user, tmp_path):
    """Elements in Python that a program in C finds in GST_PLUGIN_PATH/python."""
    if not shutil.which("gst-launch-1.0"):
        pytest.skip("there is no gst-launch-1.0")
    folder = tmp_path / "plugins" / "python"
    folder.mkdir(parents=True)
    (folder / "counting.py").write_text((HERE / "gstreamer_plugin.py").read_text())
    gst = {
        "GST_PLUGIN_PATH": str(tmp_path / "plugins"),
        "GST_REGISTRY": str(tmp_path / "registry"),
        "GST_REGISTRY_FORK": "no",
        # Not what the machine's other plugins say.
        "LC_ALL": "C.UTF-8",
    }
    if subprocess.run(["gst-inspect-1.0", "python"], env={**clean(), **gst}, capture_output=True).returncode != 0:
        pytest.skip("there is no gstreamer1.0-python3-plugin-loader")
    gst["GST_REGISTRY"] += "-of-gijit"
    errors = []
    command = ["gst-launch-1.0", *"fakesrc num-buffers=5 ! counting name=c ! fakesink".split()]
    said = user.run(command, errors=errors, **gst)
    assert "5 gijit c" in said.splitlines(), (said, errors)
    assert "CRITICAL" not in errors[0] and "Traceback" not in errors[0], errors
    said = user.run(["gst-inspect-1.0", "counting"], **gst)
    assert "Counts buffers" in said and 'Default: "gijit"' in said


NAUTILUS_EXTENSION = """
import gi
from gi.repository import GObject, Nautilus


class Greeter(GObject.GObject, Nautilus.MenuProvider):
    def get_file_items(self, files):
        who = "gijit" if hasattr(gi, "_gijit") else "PyGObject"
        item = Nautilus.MenuItem(name="Greeter::hello", label=who, tip="")
        item.connect("activate", lambda item: print("activated", item.props.name, flush=True))
        return [item]
"""


@pytest.mark.parametrize("enabled", [True, False])
def test_extensions_of_nautilus(user, tmp_path, enabled):
    """nautilus-python, which takes PyGObject's C interface as its own library was compiled with it."""
    host, why = compile_program(HERE / "nautilus_host.c", tmp_path / "host", ["libnautilus-extension-4", "gmodule-2.0"])
    if why is not None:
        pytest.skip(why)
    libdir = subprocess.run(
        ["pkg-config", "--variable=libdir", "libnautilus-extension-4"], capture_output=True, text=True
    ).stdout.strip()
    library = pathlib.Path(libdir) / "nautilus" / "extensions-4" / "libnautilus-python.so"
    if not library.exists():
        pytest.skip("there is no python3-nautilus")
    if not enabled and not has("gi"):
        pytest.skip("there is no PyGObject for the distribution's Python")
    folder = tmp_path / "data" / "nautilus-python" / "extensions"
    folder.mkdir(parents=True)
    (folder / "greeter.py").write_text(NAUTILUS_EXTENSION)
    more = {} if enabled else {"PYTHONUSERBASE": "/nowhere"}
    errors = []
    said = user.run([host, library], errors=errors, XDG_DATA_HOME=tmp_path / "data", **more).splitlines()
    who = "gijit" if enabled else "PyGObject"
    assert said == ["Greeter+NautilusPython 1", f"item: {who}", "activated Greeter::hello"], errors


HANDLER = """
import gc, weakref
import gi
from gi.repository import Gio

class Handler:
    def __call__(self, *args):
        pass

handler = Handler()
weakref.finalize(handler, print, "dropped", flush=True)
Gio.Application.get_default().connect("activate", handler)
del handler
gc.collect()
print(hasattr(gi, "_gijit"), flush=True)
"""


@pytest.mark.parametrize("deed", ["disconnects", "disconnects on another thread", "disposes", "lets go"])
def test_what_a_handler_held_goes_though_no_python_runs(user, tmp_path, deed):
    """PyGObject drops it in the midst of what C does. Here it goes when the loop comes round."""
    host, why = compile_program(HERE / "embedding_host.c", tmp_path / "host", ["python3-embed", "gio-2.0"])
    if why is not None:
        pytest.skip(why)
    said = user.run([host, HANDLER, deed]).splitlines()
    assert said == ["True", "C is done", "dropped", "the loop has come round", "Python has run"]


@pytest.fixture(scope="module")
def extension(tmp_path_factory):
    """A folder with an extension module that was compiled against PyGObject's own headers."""
    flags = subprocess.run(
        ["pkg-config", "--variable=pygobjectincludedir", "pygobject-3.0"],
        env={name: value for name, value in os.environ.items() if name != "PKG_CONFIG_PATH"},
        capture_output=True,
        text=True,
    ).stdout.strip()
    if not flags or not os.path.exists(os.path.join(flags, "pygobject.h")) or "gijit" in flags:
        pytest.skip("PyGObject's headers are not there (python-gi-dev)")
    folder = tmp_path_factory.mktemp("extension")
    include = sysconfig.get_path("include")
    made, why = compile_program(
        HERE / "extension.c", folder / "borrowed.so", ["pygobject-3.0"], "-shared", "-fPIC", f"-I{include}"
    )
    if why is not None:
        pytest.skip(why)
    return folder


USE = (HERE / "extension_use.py").read_text()


def test_an_extension_module_that_was_compiled_against_pygobject(extension, run):
    ours = run(USE, env={"PYTHONPATH": str(extension), "G_DEBUG": "fatal-criticals"})
    assert ours.splitlines()[0] == "initialised 3 58"
    assert ours.splitlines()[-1] == "end"


def test_it_does_there_what_it_does_with_pygobject(extension, run):
    if not has("gi"):
        pytest.skip("there is no PyGObject for the distribution's Python")
    env = clean(PYTHONPATH=str(extension), PYTHONNOUSERSITE="1")
    done = subprocess.run([SYSTEM, "-c", USE], env=env, capture_output=True, text=True, timeout=60)
    if "borrowed" in done.stderr and "ImportError" in done.stderr:
        pytest.skip(f"the distribution's Python cannot load it: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    ours = run(USE, env={"PYTHONPATH": str(extension)})
    # But for the version.
    assert ours.splitlines()[1:] == done.stdout.splitlines()[1:]


def test_cairo_in_the_distributions_python(user):
    """pycairo's objects and cairo's structs, and the module that registers them by name."""
    if not has("cairo"):
        pytest.skip("there is no pycairo for the distribution's Python (python3-cairo)")
    program = """
import gi, cairo
gi.require_foreign("cairo")
gi.require_foreign("cairo", "Context")
from gi import _gi_cairo
gi.require_version("PangoCairo", "1.0")
from gi.repository import PangoCairo, Pango
surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 40, 40)
context = cairo.Context(surface)
layout = PangoCairo.create_layout(context)
layout.set_text("x", -1)
PangoCairo.show_layout(context, layout)
surface.flush()
print(any(bytes(surface.get_data())), hasattr(gi, "_gijit"))
try:
    gi.require_foreign("cairo", "NoSuchThing")
except ImportError as error:
    print("ImportError")
options = cairo.FontOptions()
PangoCairo.context_set_font_options(layout.get_context(), options)
print(type(PangoCairo.context_get_font_options(layout.get_context())).__module__)
"""
    assert user.run([SYSTEM, "-c", program]).split() == ["True", "True", "ImportError", "cairo"]

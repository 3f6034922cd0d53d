"""Override modules: of other projects, and our own, which wait until they are needed."""

import ctypes
import glob
import json
import pathlib
import re
import shutil
import subprocess
import sys
import textwrap
import warnings

import gi
import gi.module
import gi.overrides
import pytest
from asking import differences
from gi.overrides import _lazy

gi.require_version("GIMarshallingTests", "1.0")
gi.require_version("Regress", "1.0")


@pytest.mark.parametrize("namespace", sorted(_lazy.NAMES))
def test_the_names_that_wait_are_those_of_the_module(run, namespace):
    name, _, version = namespace.partition("-")
    if not gi.Repository.get_default().enumerate_versions(name):
        pytest.skip(f"there is no {name}")
    found = run(f"""
import gi, importlib, json
if {version!r}:
    gi.require_version({name!r}, {version!r})
importlib.import_module("gi.repository.{name}")
module = importlib.import_module("gi.overrides.{name}")
assert all(hasattr(module, name) for name in module.__all__)
print(json.dumps(module.__all__))
""")
    assert set(json.loads(found)) == _lazy.NAMES[namespace]


def test_a_module_is_imported_when_one_of_its_names_is_used(run):
    program = """
    import sys
    from gi.repository import GObject
    print("gi.overrides.GObject" in sys.modules, "Float" in dir(GObject), "Float" in vars(GObject))
    GObject.Value, GObject.type_name
    print("gi.overrides.GObject" in sys.modules)
    GObject.Float
    print("gi.overrides.GObject" in sys.modules)
    """
    assert run(textwrap.dedent(program)).split() == ["False", "True", "False", "False", "True"]


def test_a_class_that_c_gives_first_is_that_of_the_override(run):
    program = """
    import gi, sys
    gi.require_version("GIMarshallingTests", "1.0")
    from gi.repository import GIMarshallingTests as M
    struct = M.overrides_struct_returnv()
    print(type(struct).__module__, type(struct) is M.OverridesStruct, isinstance(M.OverridesObject(1), M.OverridesObject))
    print(M.OverridesStruct(42).method(), M.OverridesObject.new(42).method(), M.OVERRIDES_CONSTANT)
    """
    words = run(textwrap.dedent(program)).split()
    assert words == ["gi.overrides.GIMarshallingTests", "True", "True", "6.0", "6.0", "7"]


@pytest.fixture
def folder(tmp_path):
    """A folder as other projects install override modules in."""
    (tmp_path / "gi" / "overrides").mkdir(parents=True)
    (tmp_path / "gi" / "overrides" / "Regress.py").write_text(
        textwrap.dedent(
            """
            import warnings
            from ..importer import get_introspection_module
            from ..overrides import deprecated_attr, override

            Regress = get_introspection_module("Regress")
            __all__ = ["CONSTANT", "OLD", 5, "nothing"]
            CONSTANT = 42
            OLD = 43
            deprecated_attr("Regress", "OLD", "Regress.CONSTANT")

            @override
            class TestBoxed(Regress.TestBoxed):
                def more(self):
                    return self.some_int8 + 1

            @override
            class TestSubObj(Regress.TestSubObj):
                def hello(self):
                    return "hello"

            @override(Regress.test_int8)
            def test_int8(x):
                return "ours"
            """
        )
    )
    return tmp_path


PROGRAM = """
import sys, warnings
import gi
gi.require_version("Regress", "1.0")
from gi.repository import Regress
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(Regress.CONSTANT, Regress.OLD, Regress.test_int8(5), [str(w.message) for w in caught])
b = Regress.TestBoxed.new_alternative_constructor1(5)
b.some_int8 = 6
print(b.more(), b.copy().more(), type(Regress.TestSubObj.new()).__module__, Regress.TestSubObj.new().hello())
print(Regress.TestSubObj.__gtype__.pytype is Regress.TestSubObj, repr(Regress).startswith("<OverridesProxyModule"))
print(Regress._overrides_module is Regress, "CONSTANT" in dir(Regress), "OLD" in dir(Regress), "TestObj" in dir(Regress))
"""
PRINTED = """\
42 43 ours ['Regress.OLD is deprecated; use Regress.CONSTANT instead']
7 7 gi.overrides.Regress hello
True True
True True True True
"""


def test_an_override_module_elsewhere_on_the_path(run, folder):
    path = f"import sys; sys.path.append({str(folder)!r})\n"
    assert run(path + PROGRAM) == PRINTED


def test_an_override_module_that_the_environment_names(run, folder):
    path = str(folder / "gi" / "overrides")
    assert run(PROGRAM, env={"PYGI_OVERRIDES_PATH": f"/nowhere:{path}"}) == PRINTED


def test_an_override_module_beside_pygobject(run, folder):
    # A whole package of that name: PyGObject itself, whose own modules are not for us.
    (folder / "gi" / "__init__.py").write_text("raise AssertionError('PyGObject')")
    (folder / "gi" / "overrides" / "__init__.py").write_text("raise AssertionError('PyGObject')")
    (folder / "gi" / "overrides" / "keysyms.py").write_text("raise AssertionError('PyGObject')")
    path = f"import sys; sys.path.append({str(folder)!r})\n"
    assert run(path + PROGRAM) == PRINTED
    assert "None" in run(path + "import gi.overrides; print(gi.overrides._find('gi.overrides.keysyms'))")


OTHERS = """
from ..importer import modules
from ..module import get_introspection_module
Pango = modules["Pango"]._introspection_module
assert Pango is get_introspection_module("Pango")

def derived(name):
    return type(name, (getattr(Pango, name),), {"__module__": __name__, "hello": lambda self: name})

# A struct without a GType, boxed types, an object.
Rectangle, Color, AttrList, Language, Context = map(derived, "Rectangle Color AttrList Language Context".split())
Other = derived("GlyphString")
__all__ = ["Rectangle", "Color", "AttrList", "Language", "Context", "Other", "SCALE"]
SCALE = 5
"""


def test_an_override_module_that_only_lists_its_classes(run, tmp_path):
    (tmp_path / "Pango.py").write_text(OTHERS)
    program = """
import gi
gi.require_version("Pango", "1.0")
gi.require_version("PangoCairo", "1.0")
from gi.repository import Pango, PangoCairo
context = PangoCairo.FontMap.get_default().create_context()
layout = Pango.Layout.new(context)
attributes = Pango.AttrList.new()
layout.set_attributes(attributes)
color = Pango.Color()
values = {
    "Rectangle": [layout.get_extents()[0], layout.index_to_pos(0)],
    "AttrList": [attributes, layout.get_attributes()],
    "Color": [color, color.copy()],
    "Language": [Pango.Language.get_default()],
}
for name, found in values.items():
    print(name, *(type(value) is getattr(Pango, name) and value.hello() for value in found))
# Of objects, the GType's class is what C's values are.
print(type(context).__module__, Pango.Context.__module__, type(Pango.GlyphString()).__module__, Pango.SCALE)
from gi.overrides.Pango import Pango as behind, Rectangle
print(Rectangle is Pango.Rectangle, behind is Pango._introspection_module, Pango._overrides_module is vars(Pango)["_overrides_module"])
"""
    lines = run(program, env={"PYGI_OVERRIDES_PATH": str(tmp_path)}).splitlines()
    assert lines == [
        "Rectangle Rectangle Rectangle",
        "AttrList AttrList AttrList",
        "Color Color Color",
        "Language Language",
        "gi.repository.Pango gi.overrides.Pango gi.repository.Pango 5",
        "True True True",
    ]


WHOLE = """
from gi.repository import GObject
from ..module import get_introspection_module
from ..overrides import override
Gtk = get_introspection_module("Gtk")

@override
class Button(Gtk.Button):
    def __init__(self, text, **properties):
        super().__init__(label=text, **properties)

@override
class Adjustment(Gtk.Adjustment):
    hello = "hello"

MAJOR_VERSION = 42
__all__ = ["Button", "Adjustment", "MAJOR_VERSION"]
"""


def test_an_override_module_elsewhere_is_the_whole_of_it(gtk, run, tmp_path):
    """Of the namespace's override module here, which is in many parts, nothing comes in: neither names nor classes."""
    (tmp_path / "Gtk.py").write_text(WHOLE)
    program = """
import sys
import gi
gi.require_version("Gtk", "GTK.0")
from gi.repository import Gtk
from gi.repository import Gdk, Gio, GObject
import gi.overrides.Gtk
print(gi.overrides.Gtk.__file__, Gtk.MAJOR_VERSION)
# What C makes first, what Python makes, and what derives.
print(type(Gtk.Adjustment.new(0, 0, 9, 1, 1, 0)).hello, Gtk.Adjustment(value=0).hello)
print(Gtk.Button("a").get_label(), Gtk.ToggleButton.__mro__[1] is Gtk.Button, Gtk.Button.__gtype__.pytype is Gtk.Button)
print(*[hasattr(Gtk, name) for name in ("Template", "TreeModelRow", "TreeModelRowIter", "PyGTKDeprecationWarning")])
for make in (lambda: Gtk.Label("a"), lambda: Gtk.Adjustment(1, 0, 9), lambda: Gtk.ListStore(int), lambda: len(Gtk.Grid())):
    try:
        print(make())
    except TypeError as error:
        print("TypeError", end=" ")
print()
print(Gtk.Widget.__module__, Gtk.Window.__module__, Gtk.Builder.__module__, [n for n in sys.modules if "overrides._gtk" in n])
# Other namespaces have theirs.
print(Gdk.RGBA(1, 0, 0).red, Gio.ListStore.new(GObject.Object)[:])
"""
    lines = run(program.replace("GTK.0", f"{gtk}.0"), env={"PYGI_OVERRIDES_PATH": str(tmp_path)}).splitlines()
    assert lines == [
        f"{tmp_path / 'Gtk.py'} 42",
        "hello hello",
        "a True True",
        "False False False False",
        "TypeError TypeError TypeError TypeError ",
        "gi.repository.Gtk gi.repository.Gtk gi.repository.Gtk []",
        "1.0 []",
    ]


def test_an_override_module_with_a_c_helper(run):
    # gst-python's asks the dictionary of gi.repository.Gst for the overrides, and those for its classes.
    packages = "/usr/lib/python3/dist-packages"
    found = glob.glob(f"{packages}/gi/overrides/_gi_gst.{sys.implementation.cache_tag}-*.so")
    if not found:
        pytest.skip("there is no gst-python for this Python")
    program = f"""
import sys
sys.path.append({packages!r})
import gi
gi.require_version("Gst", "1.0")
from gi.repository import Gst
Gst.init(None)
print(vars(Gst)["_overrides_module"].Fraction is Gst.Fraction)
s = Gst.Structure.new_from_string("x, f=(fraction)1/2, r=(int)[1,5], l=(int){{1,2}}")
print(s.get_value("f"), s.get_value("r"), s.get_value("l"), type(s.get_value("f")) is Gst.Fraction)
s.set_value("g", Gst.Fraction(3, 4))
print(s.get_fraction("g"), Gst.Fraction(1, 2) == s.get_value("f"))
"""
    lines = run(program).splitlines()
    assert lines[0] == "True" and lines[1] == "1/2 [1,5] {1,2} True" and lines[2].endswith("True")


@pytest.mark.parametrize("name", ["GLib", "GObject", "Gio", "Pango", "GdkPixbuf"])
def test_override_modules_are_imported_by_name(run, name):
    program = f"from gi.overrides.{name} import {name}\nprint(type({name}).__name__)\n"
    program += f"from gi.repository import {name} as proxy\nprint(proxy._introspection_module is {name})"
    assert run(program).split() == ["IntrospectionModule", "True"]


@pytest.mark.parametrize("name", ["Gtk", "Gdk"])
@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_by_name_they_are_for_the_version_that_was_asked_for(run, name, version):
    program = f"""
import gi
try:
    gi.require_version({name!r}, {version!r})
except ValueError:
    print("absent")
    raise SystemExit
from gi.overrides.{name} import {name}
print({name}._version)
from gi.repository import {name} as proxy
print(proxy._introspection_module is {name}, proxy._version)
"""
    said = run(program).split()
    if said == ["absent"]:
        pytest.skip(f"there is no {name} {version}")
    assert said == [version, "True", version]


def test_pango_and_gdk_pixbuf_as_in_pygobject():
    assert not differences(pathlib.Path(__file__).parent / "pango_questions.py")


PARTED = """<?xml version="1.0"?>
<repository version="1.2" xmlns="http://www.gtk.org/introspection/core/1.0"
    xmlns:c="http://www.gtk.org/introspection/c/1.0" xmlns:glib="http://www.gtk.org/introspection/glib/1.0">
  <include name="GLib" version="2.0"/>
  <namespace name="{name}" version="1.0" shared-library="libglib-2.0.so.0" c:identifier-prefixes="G" c:symbol-prefixes="g">
    {entries}
  </namespace>
</repository>
"""
FUNCTION = '<function name="{0}" c:identifier="{1}"><return-value transfer-ownership="none"><type name="guint32" c:type="GQuark"/></return-value></function>'
CONSTANT = '<constant name="{0}" value="{1}" c:type="X"><type name="gint" c:type="gint"/></constant>'


@pytest.fixture
def parted(tmp_path):
    """A folder with a namespace and a part of it for Unix."""
    compiler = shutil.which("g-ir-compiler") or shutil.which("gi-compile-repository")
    if compiler is None:
        pytest.skip("there is no compiler of typelibs")
    whole = CONSTANT.format("ONE", 1) + FUNCTION.format("file_error_quark", "g_file_error_quark")
    part = CONSTANT.format("ONE", 5) + CONSTANT.format("TWO", 2) + FUNCTION.format("error_quark", "g_unix_error_quark")
    part += (
        '<record name="Plain" c:type="GUnixPlain"><field name="a"><type name="gint" c:type="gint"/></field></record>'
    )
    for name, entries in (("Parted", whole), ("PartedUnix", part)):
        gir = tmp_path / f"{name}-1.0.gir"
        gir.write_text(PARTED.format(name=name, entries=entries))
        subprocess.run([compiler, gir, "-o", tmp_path / f"{name}-1.0.typelib"], check=True)
    return tmp_path


@pytest.mark.parametrize("has_overrides", [False, True])
def test_what_has_moved_to_the_part_for_this_platform(run, parted, has_overrides):
    if has_overrides:
        (parted / "Parted.py").write_text("__all__ = ['MINE']\nMINE = 7")
    program = """
import warnings
import gi, gi.module
gi.require_version("Parted", "1.0")
from gi.repository import GLib, Parted
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(Parted.ONE, Parted.TWO, Parted.UnixPlain.__name__, Parted.TWO)
    print(GLib.quark_to_string(Parted.unix_error_quark()), hasattr(Parted, "error_quark"), hasattr(Parted, "Plain"))
    from gi.repository.Parted import UnixPlain
for warning in caught:
    print(warning.category.__name__, warning.filename, warning.message)
print(*[name for name in dir(Parted) if name in ("ONE", "TWO", "UnixPlain", "unix_error_quark", "Plain")])
part = gi.module.get_platform_specific_module(Parted)
print(part.__name__, gi.module.get_platform_specific_module(part))
for name in ("ONE", "Plain", "error_quark"):
    print(gi.module.get_fallback_platform_specific_module_symbol(Parted, part, name)[1])
try:
    gi.module.get_fallback_platform_specific_module_symbol(Parted, part, "nope")
except AttributeError as error:
    print(error)
try:
    Parted.nope
except AttributeError as error:
    print(error)
"""
    lines = run(program, env={"GI_TYPELIB_PATH": str(parted), "PYGI_OVERRIDES_PATH": str(parted)}).splitlines()
    assert lines[:2] == ["1 2 Plain 2", "g-unix-error-quark False False"]
    warnings = [line for line in lines if line.startswith("PyGI")]
    moved = ["TWO PartedUnix.TWO", "UnixPlain PartedUnix.Plain", "TWO PartedUnix.TWO"]
    moved += ["unix_error_quark PartedUnix.error_quark"]
    for line, pair in zip(warnings, moved):
        old, new = pair.split()
        assert line == f"PyGIDeprecationWarning <string> Parted.{old} is deprecated; use {new} instead"
    assert all("Parted.UnixPlain is" in line for line in warnings[4:]) and len(warnings) > 4
    assert lines[2 + len(warnings) :] == [
        "ONE TWO UnixPlain unix_error_quark",
        "gi.repository.PartedUnix None",
        "ONE",
        "UnixPlain",
        "unix_error_quark",
        "'gi.repository.PartedUnix' object has no attribute 'nope'",
        "'gi.repository.Parted' object has no attribute 'nope'",
    ]


def test_what_has_moved_is_what_has_in_pygobject():
    if not gi.Repository.get_default().enumerate_versions("GioUnix"):
        pytest.skip("Gio is whole")
    assert not differences(pathlib.Path(__file__).parent / "parts_questions.py")


def test_gio_has_what_is_gio_unix(run):
    # Whole, before GLib 2.80.
    program = """
import os, warnings
warnings.simplefilter("ignore")
from gi.repository import Gio, GLib
r, w = os.pipe()
print(Gio.UnixOutputStream.new(w, False).write(b"q", None), Gio.UnixInputStream.new(r, False).read_bytes(1, None).get_data())
print(len(Gio.DesktopAppInfo.search("x")) >= 0, len(Gio.unix_mounts_get()) > 0, callable(GLib.unix_signal_add))
from gi.repository.Gio import UnixFDMessage, FileDescriptorBased
print(*[name for name in ("UnixInputStream", "DesktopAppInfo", "unix_mount_at") if name in dir(Gio)])
"""
    assert run(program).splitlines() == ["1 b'q'", "True True True", "UnixInputStream DesktopAppInfo unix_mount_at"]


def test_a_failing_override_module_fails_the_import(run, folder):
    (folder / "gi" / "overrides" / "Regress.py").write_text("import nonexistent_module")
    program = f"import sys; sys.path.append({str(folder)!r})\nimport gi; gi.require_version('Regress', '1.0')\n"
    program += "try:\n    from gi.repository import Regress\nexcept ImportError as error:\n    print(error.name)"
    assert run(program).strip() == "nonexistent_module"


def test_what_must_not_be_imported_is_no_override(monkeypatch):
    monkeypatch.setitem(sys.modules, "gi.overrides.Regress", None)
    module = gi.module.get_introspection_module("Regress")
    assert gi.overrides.load_overrides(module) is module


def test_moved_attributes_warn_where_they_are_used(run):
    program = """
    import warnings
    from gi.repository import GLib, GObject
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert GLib.IO_STATUS_ERROR == GLib.IOStatus.ERROR
        assert GObject.IO_STATUS_ERROR == GLib.IOStatus.ERROR
        assert GObject.MainLoop is GLib.MainLoop and GObject.G_MAXINT == GLib.MAXINT
        assert GLib.glib_version == (GLib.MAJOR_VERSION, GLib.MINOR_VERSION, GLib.MICRO_VERSION)
    for warning in caught:
        print(warning.category.__name__, warning.filename, warning.message)
    GLib.IO_STATUS_ERROR = "mine"
    assert GLib.IO_STATUS_ERROR == "mine"
    del GLib.IO_STATUS_ERROR
    assert not hasattr(GLib, "IO_STATUS_ERROR") and "IO_STATUS_AGAIN" in dir(GLib)
    """
    lines = run(textwrap.dedent(program)).splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["PyGIDeprecationWarning"] * 5
    assert all(" <string> " in line for line in lines)
    assert lines[0].endswith("GLib.IO_STATUS_ERROR is deprecated; use GLib.IOStatus.ERROR instead")


def test_only_classes_and_functions_of_a_namespace_are_overridden():
    with pytest.raises(TypeError, match="func must be a gi function"):
        gi.overrides.override(lambda: None)
    with pytest.raises(TypeError, match="Can not override a type int"):
        gi.overrides.override(int)
    from gi.repository import GLib

    class Bytes(GLib.Bytes):
        pass

    with pytest.raises(KeyError, match="outside of the overrides module"):
        gi.overrides.override(Bytes)


def test_deprecated_functions_warn():
    old = gi.overrides.deprecated(len, "other.thing")
    with pytest.warns(gi.PyGIDeprecationWarning, match="len is deprecated; use other.thing instead") as caught:
        assert old([1]) == 1
    assert caught[0].filename == __file__ and old.__name__ == "len"


def test_constructors_with_old_arguments():
    def init(self, **kwargs):
        return kwargs

    new = gi.overrides.deprecated_init(
        init, arg_names=("a", "b", "c"), ignore=("b",), deprecated_aliases={"c": "cc"}, deprecated_defaults={"d": 4}
    )
    for call, expected, texts in [
        (lambda: new(None, 1, 2), {"a": 1, "d": 4}, ['keyword.s. for "a, b"', "explicitly use: d=4"]),
        (lambda: new(None, cc=3, d=5), {"c": 3, "d": 5}, ['"cc" have been deprecated in favor of "c" respectively']),
        (lambda: new(None, d=5, b=1), {"d": 5}, []),
    ]:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert call() == expected
        assert all(warning.category is gi.PyGIDeprecationWarning for warning in caught)
        assert len(caught) == len(texts)
        for warning, text in zip(caught, texts):
            assert re.search(text, str(warning.message)) and warning.filename == __file__


def test_methods_that_say_whether_they_succeeded():
    strip = gi.overrides.strip_boolean_result
    assert strip(lambda: (True, 1))() == 1
    assert strip(lambda: (True, 1, 2))() == (1, 2)
    assert strip(lambda: (False, 1))() is None
    assert strip(lambda: (False, 1), fail_ret=())() == ()
    with pytest.raises(ValueError, match="^x$"):
        strip(lambda: (False, 1), exc_type=ValueError, exc_str="x")()


def test_comparisons_get_objects_for_addresses():
    from gi.repository import GObject

    one, two = GObject.Object(), GObject.Object()
    seen = []
    wrapped = gi.overrides.wrap_list_store_sort_func(lambda *arguments: seen.append(arguments) or 0)
    wrapped(address(one), address(two), "data")
    assert seen == [(one, two, "data")] and seen[0][0] is one


def address(thing):
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return get(thing.__gpointer__, None)


def test_static_bindings_are_dummies():
    import gtk.gdk

    with pytest.raises(AttributeError):
        print(gtk.gdk.anything)


def test_threads_that_ask_at_once_all_get_the_override(run):
    program = """
    import gi, sys, threading
    sys.setswitchinterval(1e-6)
    gi.require_version("GIMarshallingTests", "1.0")
    from gi.repository import GIMarshallingTests as M
    barrier, found = threading.Barrier(8), []
    def ask():
        barrier.wait()
        found.append(M.OverridesObject)
    threads = [threading.Thread(target=ask) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    print(len(found), {cls.__module__ for cls in found}, len(set(found)))
    """
    assert run(textwrap.dedent(program)).strip() == "8 {'gi.overrides.GIMarshallingTests'} 1"


def test_pygtks_names_are_gone_and_the_error_says_what_to_use(run):
    program = """
    import gi
    for importing in ("import gi.pygtkcompat", "from gi import pygtkcompat"):
        try:
            exec(importing)
        except ModuleNotFoundError as error:
            print("gi.repository.Gtk" in str(error), hasattr(gi, "pygtkcompat"))
    """
    assert run(textwrap.dedent(program)).splitlines() == ["True False"] * 2


def test_gdk_3_settles_the_version_of_its_part_for_x11(run):
    if "3.0" not in gi.Repository.get_default().enumerate_versions("GdkX11"):
        pytest.skip("there is no GdkX11 3.0")
    program = """
import gi, warnings
warnings.simplefilter("error")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk
from gi.repository import GdkX11
print(GdkX11._version, gi.get_required_version("GdkX11"))
"""
    assert run(program).split() == ["3.0", "3.0"]

"""Override modules: of other projects, and our own, which wait until they are needed."""

import ctypes
import json
import re
import sys
import textwrap
import warnings

import gi
import gi.module
import gi.overrides
import pytest
from gi.overrides import _lazy

gi.require_version("GIMarshallingTests", "1.0")
gi.require_version("Regress", "1.0")


@pytest.mark.parametrize("namespace", sorted(_lazy.NAMES))
def test_the_names_that_wait_are_those_of_the_module(run, namespace):
    name, _, version = namespace.partition("-")
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
    (folder / "gi" / "overrides" / "Pango.py").write_text("raise AssertionError('PyGObject')")
    path = f"import sys; sys.path.append({str(folder)!r})\n"
    assert run(path + PROGRAM) == PRINTED
    assert "None" in run(path + "import gi.overrides; print(gi.overrides._find('gi.overrides.Pango'))")


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

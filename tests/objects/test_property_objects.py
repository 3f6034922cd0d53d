"""`GObject.Property` by itself: what it takes, what it says of itself, what it makes of a class. What GObject then does
with it is in test_properties.py."""

import gc
import pathlib
import sys
import textwrap
import weakref

import pytest
from asking import differences
from gi import _gi, _propertyhelper
from gi.repository import Gio, GObject

HERE = pathlib.Path(__file__).resolve().parent

EXPECTED = [
    (
        "says more",
        "(type|minimum|maximum) .*",
        "TypeError: '[<>]' not supported between instances of 'int' and 'NoneType'",
        "TypeError: a property of type .* has neither a minimum nor a maximum",
    ),
]
#: Where the oldest peer differs from the version that gijit is.
BEFORE_3_52 = [
    (
        "members look different",
        "type .* (a member|another's member|flags)",
        "TypeError: .*<(enum|flags) .*",
        "TypeError: .*",
    ),
    ("no digits that mean nothing", "(minimum|maximum) FLOAT .*", r"TypeError: M.* -?\d{39}", "TypeError: M.*e.38"),
]
SINCE_3_52 = [
    (
        "its own text fails",
        "(minimum|maximum) .*",
        "TypeError: unsupported format string .*",
        "TypeError: M(ini|axi)mum for .*",
    ),
]


def test_every_answer_is_that_of_pygobject():
    assert not differences(HERE / "property_questions.py", EXPECTED, BEFORE_3_52, SINCE_3_52)


class Plain:
    """What stands for a GObject: it hands values on as they are."""

    def __init__(self):
        self.set = []

    def set_property(self, name, value):
        self.set.append((name, value))
        getattr(type(self), name).fset(self, value)


def made(**namespace):
    cls = type("Made", (Plain,), namespace)
    accessors = _propertyhelper.install_properties(cls)
    return cls(), accessors


def test_a_value_is_set_by_way_of_the_object_and_read_without_it():
    instance, _ = made(x=GObject.Property(type=int, default=3))
    assert instance.x == 3 and "_property_helper_x" not in vars(instance)
    instance.x = 4
    assert instance.set == [("x", 4)]
    vars(instance)["_property_helper_x"] = 5
    assert instance.x == 5


def test_a_property_without_setter_is_refused_before_the_object_is_asked():
    instance, _ = made(x=GObject.Property(lambda self: 5))
    with pytest.raises(TypeError, match="^x property of Made is read-only$"):
        instance.x = 4
    assert instance.set == []


def test_the_accessors_are_found_under_the_names_that_gobject_writes():
    both = GObject.Property(lambda self: 1).setter(lambda self, value: None)
    instance, accessors = made(some_name=both, _set_some_name=both, other=GObject.Property(type=str))
    assert accessors == {"some-name": both, "other": type(instance).other}


def test_a_class_without_properties_stays_as_it_is():
    cls = type("Empty", (), {})
    assert _propertyhelper.install_properties(cls) is None
    assert not any(name.startswith(("__g", "do_")) for name in vars(cls))


def test_entries_that_the_class_has_are_not_changed_in_place():
    entries = {"y": (int, "", "", 0, 9, 0, 3)}
    instance, _ = made(x=GObject.Property(type=int), __gproperties__=entries)
    assert list(entries) == ["y"] and sorted(type(instance).__gproperties__) == ["x", "y"]


def test_entries_that_are_no_dict_are_refused():
    with pytest.raises(TypeError, match="__gproperties__ attribute not a dict!"):
        made(x=GObject.Property(), __gproperties__=None)


class Pspec:
    def __init__(self, name):
        self.name = name


def test_accessors_of_the_class_ask_the_base_for_what_is_no_property_object():
    def do_get_property(self, pspec):
        return f"base's {pspec.name}"

    def do_set_property(self, pspec, value):
        self.got = pspec.name, value

    base = type("Base", (Plain,), {"do_get_property": do_get_property, "do_set_property": do_set_property})
    cls = type("Derived", (base,), {"some_name": GObject.Property(type=int)})
    _propertyhelper.install_properties(cls)
    instance = cls()
    instance.do_set_property(Pspec("some-name"), 7)
    instance.do_set_property(Pspec("y"), 8)
    assert instance.some_name == instance.do_get_property(Pspec("some-name")) == 7
    assert instance.do_get_property(Pspec("y")) == "base's y" and instance.got == ("y", 8)
    instance, _ = made(x=GObject.Property())
    assert instance.do_get_property(Pspec("y")) is None and instance.do_set_property(Pspec("y"), 8) is None


def test_the_accessors_of_a_class_with_only_default_getters_remain():
    def do_get_property(self, pspec):
        return 77

    instance, _ = made(x=GObject.Property(type=int, default=3), do_get_property=do_get_property)
    assert (instance.do_get_property(Pspec("x")), instance.x) == (77, 3)


def test_a_class_may_derive_from_property():
    class Doubled(GObject.Property):
        def _default_getter(self, instance):
            return 2 * super()._default_getter(instance)

    class Constant(GObject.Property):
        def __get__(self, instance, owner=None):
            return self if instance is None else 9

    instance, _ = made(x=Doubled(type=int, default=3), y=Constant(type=int))
    instance.x = 4
    assert (instance.x, instance.y) == (8, 9)


def test_a_generic_class_is_the_type_of_what_it_is_made_of():
    class Generic(Gio.ListStore):
        __gtype__ = Gio.ListStore.__gtype__

        def __class_getitem__(cls, item):
            return type("Alias", (), {"__origin__": cls})()

    assert GObject.Property(type=Generic[Gio.File]).type == Gio.ListStore.__gtype__


def test_programs_without_properties_and_signals_import_nothing_for_them(run):
    program = """
    import sys
    from gi.repository import Gio, GObject
    class A(GObject.Object): pass
    class B(Gio.Application, Gio.Action): pass
    A()
    names = ("_propertyhelper", "_signalhelper", "_constants", "overrides.GObject")
    print([name for name in names if f"gi.{name}" in sys.modules])
    """
    assert run(textwrap.dedent(program)).strip() == "[]"


def test_the_base_types_have_the_gtypes_of_their_roots():
    assert _gi.GObject.__gtype__ == GObject.TYPE_OBJECT and _gi.GInterface.__gtype__ == GObject.TYPE_INTERFACE


def test_accessors_that_are_assigned_count():
    instance, _ = made(x=GObject.Property(type=int, default=3), y=GObject.Property(lambda self: 5))
    prop, other = type(instance).x, type(instance).y
    prop.fget = lambda self: 6
    other.fset = lambda self, value: vars(self).update(got=value)
    instance.y = 7
    assert (instance.x, instance.got) == (6, 7)
    prop.fget, prop.name = prop._default_getter, "z"
    vars(instance)["_property_helper_z"] = 8
    assert instance.x == 8


def test_the_collector_sees_what_a_property_holds():
    class Default(list):
        pass

    default = Default()
    watched = weakref.ref(default)
    # Its default accessors are bound to it.
    prop = GObject.Property(type=GObject.TYPE_STRV, default=default)
    assert prop.fget.__self__ is prop and any(found is default for found in gc.get_referents(prop))
    del default, prop
    gc.collect()
    assert watched() is None


def test_reading_and_writing_keep_no_references():
    value = object()
    # Those of a test's own, and the value's among the attributes.
    instance, _ = made(x=GObject.Property(default=None))
    before = sys.getrefcount(value)
    for _ in range(100):
        instance.x = value
        assert instance.x is value
    instance.set.clear()
    instance.x = None
    assert sys.getrefcount(value) == before


def test_an_instance_that_is_a_gobject_keeps_its_value_among_its_attributes():
    class Kept(GObject.Object):
        def __getattr__(self, name):
            raise AssertionError(name)

    prop = GObject.Property(type=int, default=3)
    prop.name = "x"
    instance = Kept()
    assert prop.__get__(instance, Kept) == 3
    prop.fset(instance, 4)
    assert prop.__get__(instance, Kept) == 4 and vars(instance) == {"_property_helper_x": 4}
    assert prop.__get__(None, Kept) is prop


def test_errors_of_an_instance_that_is_no_gobject_are_its_own():
    class Odd:
        def __getattr__(self, name):
            raise (AttributeError if self.missing else KeyError)(name)

    prop = GObject.Property(type=int, default=3)
    prop.name = "x"
    odd = Odd()
    odd.missing = True
    assert prop.__get__(odd) == 3
    odd.missing = False
    with pytest.raises(KeyError):
        prop.__get__(odd)


def test_a_property_whose_making_was_forgotten_says_what_is_missing():
    class Forgotten(GObject.Property):
        def __init__(self):
            pass

    instance = Plain()
    with pytest.raises(AttributeError, match="fget"):
        Forgotten().__get__(instance)
    with pytest.raises(AttributeError, match="name"):
        Forgotten().__set__(instance, 5)

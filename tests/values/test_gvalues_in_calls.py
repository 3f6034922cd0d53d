"""GValues in calls: borrowed, filled, in arrays; and what the test libraries of GNOME do with them."""

import gc
import sys
import weakref

import gi
import pytest

gi.require_version("GIMarshallingTests", "1.0")
gi.require_version("Regress", "1.0")
from gi.repository import GIMarshallingTests, Gio, GLib, GObject, Regress  # noqa: E402

M = GIMarshallingTests


def test_any_object_is_a_value():
    M.gvalue_in(42)
    M.gvalue_in(GObject.Value(int, 42))
    assert M.gvalue_return() == 42
    assert M.gvalue_out() == 42
    assert M.gvalue_out_caller_allocates() == 42
    assert M.gvalue_int64_out() == GLib.MAXINT64
    M.gvalue_int64_in(GObject.Value(GObject.TYPE_INT64, GLib.MAXINT64))


def test_a_value_that_c_leaves_empty():
    # In a result, in an array, and in a field; GObject.Value itself says None.
    empty = GObject.Value()
    for call in (M.gvalue_round_trip, lambda value: M.gvalue_flat_array_round_trip(value, value, value)):
        with pytest.raises(TypeError, match="Invalid type"):
            call(empty)
    with pytest.raises(TypeError, match="Invalid type"):
        _ = GObject.Parameter().value
    assert empty.get_value() is None


def test_a_value_is_passed_itself():
    value = GObject.Value(int, 42)
    M.gvalue_in_with_modification(value)
    assert value.get_value() == 24


def test_a_value_that_is_changed_comes_back():
    assert M.gvalue_inout(42) == "42"
    value = GObject.Value(int, 42)
    assert M.gvalue_inout(value) == "42"


def test_arrays_of_values():
    M.gvalue_flat_array([42, "42", True])
    M.gvalue_flat_array([GObject.Value(int, 42), GObject.Value(str, "42"), GObject.Value(bool, True)])
    assert M.return_gvalue_flat_array() == [42, "42", True]
    with pytest.raises(OverflowError, match="not in range -2147483648 to 2147483647"):
        M.gvalue_flat_array([42, 2**256, True])


def test_an_item_names_its_place_where_pygobject_does():
    prefix = "Item 0: " if sys.version_info < (3, 12) else ""
    with pytest.raises(OverflowError, match=f"^{prefix}2147483648 not in range"):
        M.gvalue_flat_array([2**31, "42", True])


def test_numbers_of_single_precision():
    M.gvalue_float(GObject.Float(3.14), 3.14) if hasattr(M, "gvalue_float") else None
    assert GObject.Value(GObject.Float, 2.5).g_type == GObject.TYPE_FLOAT


def test_values_of_the_regression_library():
    assert Regress.test_int_value_arg(42) == 42
    assert Regress.test_value_return(42) == 42


def test_an_object_in_a_value_is_referenced_once():
    thing = GObject.Object()
    count = thing.__grefcount__
    value = GObject.Value(GObject.TYPE_OBJECT, thing)
    value.set_object(thing)
    value.set_value(thing)
    assert thing.__grefcount__ == count + 1
    assert value.get_value() is thing
    del value
    gc.collect()
    assert thing.__grefcount__ == count


def test_a_python_object_in_a_value_is_referenced_once():
    class Thing:
        pass

    thing = Thing()
    weak, count = weakref.ref(thing), sys.getrefcount(thing)
    value = GObject.Value()
    value.init(GObject.TYPE_PYOBJECT)
    value.set_boxed(thing)
    value.set_boxed(thing)
    assert sys.getrefcount(thing) == count + 1
    assert value.get_boxed() is thing
    del value, thing
    gc.collect()
    assert weak() is None


def test_a_boxed_value_outlives_its_value():
    value = GObject.Value(GLib.Bytes, GLib.Bytes.new(b"abc"))
    octets = value.get_value()
    value.unset()
    assert octets.get_data() == b"abc"


def test_gstring():
    # PyGObject crashes.
    value = GObject.Value(GObject.TYPE_GSTRING, "aé")
    assert value.get_value() == "aé"


def test_a_new_param_spec_is_owned():
    spec = GObject.param_spec_int("i", "n", "b", 0, 10, 5, GObject.ParamFlags.READABLE)
    for _ in range(5):
        value = GObject.Value(GObject.TYPE_PARAM)
        value.set_value(spec)
        assert value.get_value() == spec
        del value
    assert spec.name == "i"


def test_values_without_metadata():
    # A type of which no typelib speaks.
    volume = Gio.File.new_for_path("/x")
    value = GObject.Value(type(volume), volume)
    assert value.get_value() is volume

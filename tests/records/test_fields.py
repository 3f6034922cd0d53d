"""Fields as attributes: what every kind of field reads as, takes and refuses."""

import contextlib
import gc
import weakref

import gi
import pytest
from gi.module import get_introspection_module
from gi.repository import GijitFixtures as F
from gi.repository import GIMarshallingTests as M
from gi.repository import Gio, GLib, GObject
from gi.repository import Regress as R

with contextlib.suppress(ValueError):
    gi.require_version("Gdk", "3.0")

NUMBERS = {
    "small": (-(2**7), 2**7 - 1),
    "medium": (0, 2**16 - 1),
    "number": (-(2**31), 2**31 - 1),
    "large": (-(2**63), 2**63 - 1),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_integers_have_their_range(name):
    value = F.Plain()
    low, high = NUMBERS[name]
    for number in (low, 0, high):
        setattr(value, name, number)
        assert getattr(value, name) == number
    for number in (low - 1, high + 1, 10**30):
        with pytest.raises(OverflowError, match=f"^{number} not in range {low} to {high}$"):
            setattr(value, name, number)
    assert getattr(value, name) == high
    # One byte also comes as a character.
    for wrong in ("55", None, object()):
        with pytest.raises(TypeError):
            setattr(value, name, wrong)
    setattr(value, name, 3.9)
    assert getattr(value, name) == 3


def test_other_scalars():
    value = F.Plain()
    value.double_precision = 1.25
    value.single_precision = 0.5
    value.flag = "yes"
    value.character = "€"
    assert (value.double_precision, value.single_precision, value.flag, value.character) == (1.25, 0.5, True, "€")
    value.double_precision = 10**20
    assert value.double_precision == 1e20
    with pytest.raises(OverflowError):
        value.single_precision = 1e300
    with pytest.raises(TypeError):
        value.character = "ab"
    value.flag = []
    assert value.flag is False


def test_enumerations_are_members():
    value = R.TestStructA()
    value.some_enum = R.TestEnum.VALUE3
    assert value.some_enum is R.TestEnum.VALUE3
    value.some_enum = 0
    assert value.some_enum is R.TestEnum.VALUE1
    with pytest.raises(TypeError, match=r"^Expected a Regress\.TestEnum, but got int$"):
        value.some_enum = 12345
    with pytest.raises(TypeError):
        value.some_enum = object()


def test_gtypes():
    value = R.TestStructE()
    value.some_type = R.TestObj
    assert value.some_type == R.TestObj.__gtype__
    with pytest.raises(TypeError, match=r"^Must be GObject\.GType, not int$"):
        value.some_type = 42


def test_texts():
    value = M.BoxedStruct()
    assert value.string_ is None
    for text in ("hello", "grün", "", "hello"):
        value.string_ = text
        assert value.string_ == text
    value.string_ = None
    assert value.string_ is None
    with pytest.raises(TypeError, match="^Must be string, not int$"):
        value.string_ = 42
    with pytest.raises(UnicodeEncodeError):
        value.string_ = "\udc80"
    assert value.string_ is None


def test_addresses_are_numbers():
    value = GLib.List()
    value.data = 123
    assert value.data == 123
    value.data = None
    assert value.data == 0
    value.data = -1
    assert value.data == 2**64 - 1
    with pytest.raises(ValueError, match="^Pointer arguments are restricted to integers, capsules, and None"):
        value.data = "x"


def test_objects_are_referenced():
    value = R.TestStructC()
    assert value.obj is None
    thing = R.TestObj()
    before = thing.__grefcount__
    value.obj = thing
    assert value.obj is thing
    assert thing.__grefcount__ == before + 1
    value.obj = None
    assert value.obj is None
    with pytest.raises(TypeError, match=r"^argument self: Expected GObject\.Object, but got int$"):
        value.obj = 5


@pytest.mark.parametrize(
    "record, name, empty, right, wrong, refusal",
    [
        (R.TestStructD, "array1", [], [], 5, "^Must be sequence, not int$"),
        (R.TestStructD, "list", [], [], [object()], "Expected Regress.TestObj, but got object"),
        (R.TestStructD, "garray", [], [], [object()], "Expected Regress.TestObj, but got object"),
        (M.BoxedStruct, "g_strv", [], ["a", "b"], [5], "Must be string, not int"),
        (R.AnnotationFields, "arr", b"", b"abc", 5, "^Must be sequence, not int$"),
        (R.TestBoxed, "priv", ..., None, 5, r"^argument self: Expected Regress\.TestBoxedPrivate, but got int$"),
        (
            M.NotSimpleStruct,
            "pointer",
            None,
            None,
            5,
            r"^argument self: Expected GIMarshallingTests\.NestedStruct, but got int$",
        ),
    ],
)
def test_what_owns_memory_cannot_be_set(record, name, empty, right, wrong, refusal):
    value = record()
    if empty is not ...:
        assert getattr(value, name) == empty
    with pytest.raises(RuntimeError, match="^unable to set value for field$"):
        setattr(value, name, right)
    with pytest.raises(TypeError, match=refusal):
        setattr(value, name, wrong)


def test_arrays_that_stand_in_the_struct():
    value = R.TestStructFixedArray()
    assert value.array == [0] * 10
    value.frob()
    assert value.array == list(range(42, 52))
    value.array = range(10)
    assert value.array == list(range(10))
    with pytest.raises(ValueError, match="^Must contain 10 items, not 1$"):
        value.array = [1]
    with pytest.raises(TypeError, match="^Must be sequence, not int$"):
        value.array = 5
    with pytest.raises(TypeError, match="Must be number, not str"):
        value.array = [1, 2, "x", 4, 5, 6, 7, 8, 9, 10]
    assert value.array == list(range(10))
    either = F.Either()
    either.bytes = b"\x01\x02\x03\x04\x05\x06\x07\x08"
    assert either.bytes == b"\x01\x02\x03\x04\x05\x06\x07\x08"
    assert either.integer == 0x04030201


def test_arrays_elsewhere():
    # A length in another field, NULL behind the last, and an object in each place.
    info = get_introspection_module("GObject").signal_query(GObject.signal_lookup("notify", GObject.Object))
    assert info.signal_name == "notify"
    assert info.n_params == 1
    assert info.param_types == [GObject.ParamSpec.__gtype__]
    assert M.boxed_struct_returnv().g_strv == ["0", "1", "2"]
    assert R.AnnotationStruct().objects == [None] * 10
    node = Gio.DBusNodeInfo.new_for_xml(
        "<node><interface name='a.b'><method name='m'><arg type='s' name='x'/><arg type='i' name='y'/></method></interface></node>"
    )
    (interface,) = node.interfaces
    (method,) = interface.methods
    assert [arg.name for arg in method.in_args] == ["x", "y"]
    assert [arg.signature for arg in method.in_args] == ["s", "i"]
    assert method.out_args == []
    # Each is a reference of its own.
    del node, interface
    gc.collect()
    assert method.name == "m"


def test_an_array_of_unions_shows_none_for_what_is_empty():
    value = R.TestStructE()
    assert value.some_union == [None, None]


def test_fields_of_unions_share_their_place():
    value = F.Either()
    value.single_precision = 1.0
    assert value.integer == 0x3F800000
    value.integer = 5
    assert value.bytes[:4] == b"\x05\0\0\0"
    assert F.Either.get_integer(value) == 5


def test_a_union_cannot_be_overwritten():
    scanner = GLib.Scanner()
    scanner.value.v_int = 7
    assert scanner.value.v_int == 7
    with pytest.raises(NotImplementedError, match="^setting an union is not supported yet$"):
        scanner.value = GLib.TokenValue()


# ---- Views ----


@pytest.mark.parametrize("record", [R.TestStructB, R.TestSimpleBoxedB])
def test_a_struct_in_a_struct_is_a_view(record):
    value = record()
    inner = value.nested_a
    inner.some_int = 42
    value.nested_a.some_int8 = 7
    assert (value.nested_a.some_int, inner.some_int8) == (42, 7)
    other = type(inner)()
    other.some_int = 5
    value.nested_a = other
    assert inner.some_int == 5
    other.some_int = 6
    assert inner.some_int == 5


@pytest.mark.parametrize("record", [R.TestStructB, R.TestSimpleBoxedB])
def test_a_view_keeps_what_it_looks_into(record):
    value = record()
    value.nested_a.some_int = 42
    reference = weakref.ref(value)
    inner = value.nested_a
    del value
    gc.collect()
    assert reference() is not None
    assert inner.some_int == 42
    del inner
    assert reference() is None


def test_a_view_of_a_view_keeps_all_of_it():
    def fill():
        value = F.InlineLarge()
        value.point.x = 1.5
        value.integers = [1, 2, 3]
        return value.point

    point = fill()
    gc.collect()
    filler = [F.InlineLarge() for _ in range(100)]
    assert point.x == 1.5
    del filler


def test_a_view_in_a_cycle_is_collected():
    value = R.TestStructB()
    value.view = value.nested_a
    value.view.back = value
    reference = weakref.ref(value)
    del value
    assert reference() is not None
    gc.collect()
    assert reference() is None


def test_a_view_refuses_what_is_not_its_type():
    value = R.TestStructB()
    text = r"^argument self: Expected Regress\.TestStructA, but got {}$"
    for wrong, name in ((R.TestStructB(), r"gi\.repository\.Regress\.TestStructB"), (5, "int"), (None, "NoneType")):
        with pytest.raises(TypeError, match=text.format(name)):
            value.nested_a = wrong


def test_a_struct_that_owns_something_cannot_be_overwritten():
    value = R.FooUtilityStruct()
    with pytest.raises(TypeError, match="^cannot set a structure which has no well-defined ownership transfer rules$"):
        value.bar = value.bar


def test_items_of_an_array_in_a_struct_are_views():
    value = GObject.Value()
    # Two unions, of which the first is the number.
    value.init(GObject.type_from_name("gint"))
    value.set_int(7)
    first, second = value.data
    assert first.v_int == 7
    assert second is None
    first.v_int = 8
    assert value.get_int() == 8
    del value
    gc.collect()
    assert first.v_int == 8


# ---- Objects and classes ----


def test_instances_have_fields():
    thing = R.TestObj()
    assert thing.some_int8 == 0
    assert thing.hash_table is None
    assert thing.list == []
    assert thing.ref_count == thing.__grefcount__
    with pytest.raises(RuntimeError, match="^unable to get the value$"):
        thing.parent_instance  # noqa: B018
    with pytest.raises(RuntimeError, match="^unable to set value for field$"):
        thing.some_int8 = 5
    with pytest.raises(TypeError, match=r"^Must be Regress\.TestObj, not Object$"):
        R.TestObj.some_int8.__get__(GObject.Object())


def test_class_structs_have_fields():
    value = GObject.TypeClass.ref(GObject.Object)
    assert value.g_type == GObject.Object.__gtype__
    assert GObject.ObjectClass().g_type_class.g_type.name == "invalid"


# ---- Access ----


def test_a_field_that_is_read_only():
    value = R.TestPrivateStruct()
    assert value.this_is_private == 0
    with pytest.raises(RuntimeError, match="^unable to set value for field$"):
        value.this_is_private = 5
    with pytest.raises(TypeError, match="^Must be number, not str$"):
        value.this_is_private = "x"
    spec = GObject.ObjectClass()
    with pytest.raises(RuntimeError, match="^field is not writable$"):
        spec.g_type_class = GObject.TypeClass()


def test_a_field_is_of_its_class_alone():
    text = r"^Must be Regress\.TestStructA, not TestStructB$"
    with pytest.raises(TypeError, match=text):
        R.TestStructA.some_int.__get__(R.TestStructB())
    with pytest.raises(TypeError, match=text):
        R.TestStructA.some_int.__set__(R.TestStructB(), 5)


def test_a_field_cannot_be_deleted():
    with pytest.raises(AttributeError, match="has no deleter"):
        del R.TestStructA().some_int


def test_a_descriptor_is_a_property():
    field = R.TestStructA.some_int
    assert isinstance(field, property)
    assert R.TestStructA.__dict__["some_int"] is field
    value = R.TestStructA()
    field.fset(value, 7)
    assert field.fget(value) == 7
    with pytest.raises(TypeError):
        type(field)()


def test_reserved_words_are_escaped():
    gdk3 = pytest.importorskip("gi.repository.Gdk")
    event = gdk3.EventFocus()
    event.in_ = 1
    assert event.in_ == 1


def test_a_method_hides_a_field_of_its_name():
    assert GLib.Hook.destroy is GLib.Hook.__dict__["destroy"]
    assert not isinstance(GLib.Hook.destroy, property)


def test_a_field_of_an_instance_hides_a_method_of_its_name():
    assert R.TestObj().name_conflict == 42


def test_infos_read_and_write():
    value = R.TestStructA()
    (info,) = (info for info in R.TestStructA.__info__.get_fields() if info.get_name() == "some_int")
    assert info.set_value(value, 7) is None
    assert info.get_value(value) == 7
    with pytest.raises(TypeError, match=r"^Must be Regress\.TestStructA, not TestStructB$"):
        info.get_value(R.TestStructB())
    with pytest.raises(TypeError, match=r"^Must be Regress\.TestStructA, not TestStructB$"):
        info.set_value(R.TestStructB(), 7)
    with pytest.raises(TypeError, match="^Must be number, not str$"):
        info.set_value(value, "x")


def test_dates_have_their_bits():
    date = GLib.Date.new_dmy(29, GLib.DateMonth.FEBRUARY, 2024)
    assert (date.day, date.month, date.year, date.dmy) == (29, 2, 2024, 1)
    date.day, date.year = 3, 65535
    assert (date.get_day(), date.get_month(), date.get_year()) == (3, GLib.DateMonth.FEBRUARY, 65535)
    with pytest.raises(OverflowError, match="^64 not in range 0 to 63$"):
        date.day = 64
    julian = GLib.Date.new_julian(738_000)
    assert (julian.julian, julian.julian_days) == (1, 738_000)


def test_functions_in_fields():
    value = GLib.MarkupParser()
    assert value.start_element is None
    with pytest.raises(RuntimeError, match="^field is not writable$"):
        value.start_element = print


def test_arguments_of_a_union_take_its_members():
    Gdk = pytest.importorskip("gi.repository.Gdk")
    button = Gdk.EventButton()
    button.type = Gdk.EventType.BUTTON_PRESS
    button.button = 3
    assert Gdk.Event.get_button(button) == (True, 3)
    event = Gdk.Event()
    event.type = Gdk.EventType.BUTTON_PRESS
    event.button.button = 2
    assert event.get_button() == (True, 2)
    with pytest.raises(TypeError, match=r"Expected Gdk\.Event, but got gi\.repository\.Gdk\.Rectangle$"):
        Gdk.Event.get_button(Gdk.Rectangle())

"""How structs, unions and boxed values are made, shown, compared and not copied."""

import copy
import pickle
import warnings

import gi
import pytest
from gi.repository import GijitFixtures as F
from gi.repository import GIMarshallingTests as M
from gi.repository import GLib, GObject
from gi.repository import Regress as R


def test_a_struct_begins_as_zeros():
    value = R.TestStructA()
    assert (value.some_int, value.some_int8, value.some_double) == (0, 0, 0.0)
    assert value.some_enum == R.TestEnum.VALUE1


@pytest.mark.parametrize("arguments, words", [((1,), {}), ((), {"a": 1})])
def test_a_struct_takes_no_arguments(arguments, words):
    with pytest.raises(TypeError, match=r"^function takes at most 0 (keyword )?arguments \(1 given\)$"):
        R.TestStructA(*arguments, **words)


@pytest.mark.parametrize("arguments, words", [((42,), {}), ((), {"f": 42})])
def test_arguments_of_a_boxed_type_are_ignored_with_a_warning(arguments, words):
    with pytest.warns(DeprecationWarning, match=r"Passing arguments to gi\.types\.Boxed\.__init__\(\) is deprecated"):
        assert M.Union(*arguments, **words).long_ == 0


def test_a_constructor_without_arguments_makes_the_value():
    with pytest.raises(
        TypeError, match=r"^GIMarshallingTests\.BoxedStruct\.new\(\) takes exactly 0 arguments \(2 given\)$"
    ):
        M.BoxedStruct(1, 2)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # C made it: memory of ours would begin as zeros.
        assert (R.TestBoxedC().refcount, R.TestBoxedC().another_thing) == (1, 42)


def test_a_constructor_makes_no_value_of_a_derived_class():
    class Derived(M.BoxedStruct):
        pass

    text = "^BoxedStruct constructor cannot be used to create instances of a subclass Derived$"
    with pytest.raises(TypeError, match=text):
        Derived()


def test_memory_can_be_of_a_derived_class():
    class Derived(R.TestStructA):
        def __init__(self):
            super().__init__()
            self.some_int = 5

    value = Derived()
    assert type(value) is Derived
    assert value.some_int == 5
    assert type(value.clone()) is R.TestStructA
    assert repr(value).startswith("<Regress.TestStructA object at 0x")


def test_what_has_no_size_is_made_by_its_constructor():
    with pytest.raises(TypeError, match=r"^GijitFixtures\.Box\.new\(\) takes exactly 1 argument \(0 given\)$"):
        F.Box()
    assert F.Box(5).get_number() == 5


@pytest.mark.parametrize(
    "record, what",
    [(R.TestBoxedPrivate, "struct"), (F.Opaque, "struct"), (GLib.AsyncQueue, "struct"), (GLib.MatchInfo, "boxed")],
)
def test_what_has_no_size_and_no_constructor_cannot_be_made(record, what):
    name = f"{record.__module__.split('.')[-1]}.{record.__name__}"
    text = rf"^{what} cannot be created directly; try using a constructor, see: help\({name}\)$"
    with pytest.raises(TypeError, match=text):
        record()


def test_base_classes_cannot_be_made():
    for base in (gi._gi.Struct, gi._gi.Boxed):
        with pytest.raises(TypeError, match="^missing introspection information$"):
            base()
    for base in (gi._gi.GBoxed, gi._gi.GPointer):
        with pytest.raises(NotImplementedError, match=rf"^gobject\.{base.__name__} can not be constructed$"):
            base()
        with pytest.raises(TypeError, match=rf"^{base.__name__}\.__init__\(\) takes exactly 0 arguments \(1 given\)$"):
            base(1)


def test_classes_stand_below_the_bases_that_extensions_know():
    assert M.SimpleStruct.__mro__[1:] == (gi._gi.Struct, gi._gi.GPointer, object)
    assert M.BoxedStruct.__mro__[1:] == M.Union.__mro__[1:] == (gi._gi.Boxed, gi._gi.GBoxed, object)
    assert gi._gi.GBoxed.__gtype__ == gi._gi.GPointer.__gtype__ == GObject.type_from_name("gpointer")
    assert M.SimpleStruct.__gtype__.name == "void"
    assert M.BoxedStruct.__gtype__.name == "GIMarshallingTestsBoxedStruct"


def test_the_text_names_type_and_address():
    value = R.TestStructA()
    assert repr(value) == f"<Regress.TestStructA object at {id(value):#x} (void at {address(value):#x})>"
    boxed = R.TestSimpleBoxedA()
    assert repr(boxed) == (
        f"<Regress.TestSimpleBoxedA object at {id(boxed):#x} (RegressTestSimpleBoxedA at {address(boxed):#x})>"
    )


def address(value):
    return int(repr(value).split(" at ")[-1].rstrip(")>"), 16)


def test_values_are_equal_if_they_are_the_same():
    outer = R.TestStructB()
    assert outer.nested_a == outer.nested_a
    assert outer.nested_a is not outer.nested_a
    assert hash(outer.nested_a) == hash(outer.nested_a)
    assert outer.nested_a != R.TestStructB().nested_a
    # Not if the classes differ, though the address is the same.
    event = R.FooEvent()
    assert event.any != event.expose
    low, high = sorted([R.TestStructA(), R.TestStructA()])
    assert low < high and high > low and low <= low
    with pytest.raises(TypeError):
        low < outer  # noqa: B015


def test_a_copy_that_counts_references_is_the_same_value():
    value = R.TestBoxedC()
    other = value.copy()
    assert value == other
    assert value is not other
    assert value.refcount == 2
    del other
    assert value.refcount == 1


@pytest.mark.parametrize("make", [R.TestStructA, R.TestSimpleBoxedA, M.Union])
@pytest.mark.parametrize("by", [copy.copy, copy.deepcopy, pickle.dumps])
def test_python_does_not_copy_values(make, by):
    with pytest.raises(TypeError, match="cannot pickle"):
        by(make())


def test_a_value_can_be_given_up():
    value = M.BoxedStruct()
    assert value._clear_boxed() is None
    value._clear_boxed()
    with pytest.raises(RuntimeError, match=r"^object at 0x[0-9a-f]+ of type BoxedStruct is not initialized$"):
        value.long_  # noqa: B018
    with pytest.raises(RuntimeError, match="is not initialized"):
        value.long_ = 5
    with pytest.raises(RuntimeError, match="is not initialized"):
        value.inv()


def test_what_is_boxed_can_be_copied_without_a_method():
    value = R.TestSimpleBoxedA()
    value.some_int = 7
    other = gi._gi.GBoxed.copy(value)
    assert type(other) is R.TestSimpleBoxedA
    assert other.some_int == 7 and other != value


def test_values_have_attributes_and_weak_references():
    import weakref

    value = R.TestStructA()
    value.note = "mine"
    assert value.note == "mine"
    reference = weakref.ref(value)
    assert reference() is value
    del value
    assert reference() is None


def test_a_wrong_instance_is_named():
    with pytest.raises(
        TypeError, match=r"^argument self: Expected Regress\.TestStructA, but got gi\.repository\.Regress\.TestStructB$"
    ):
        R.TestStructA.clone(R.TestStructB())
    with pytest.raises(TypeError, match=r"^argument box: Expected GijitFixtures\.Box, but got int$"):
        F.boxed_in(5)

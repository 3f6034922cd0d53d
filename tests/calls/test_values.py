"""Values cross the border unharmed, and what does not fit is refused before C is called."""

import math

import pytest
from gi.repository import GijitFixtures as F
from gi.repository import Gio, GLib, GObject

INTEGERS = {
    "int8": (-(2**7), 2**7 - 1),
    "uint8": (0, 2**8 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "uint16": (0, 2**16 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "uint32": (0, 2**32 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint64": (0, 2**64 - 1),
    "int": (-(2**31), 2**31 - 1),
    "uint": (0, 2**32 - 1),
    "long": (-(2**63), 2**63 - 1),
    "ulong": (0, 2**64 - 1),
    "size": (0, 2**64 - 1),
    "ssize": (-(2**63), 2**63 - 1),
}


@pytest.fixture
def untouched():
    """Fails the test if C has been entered."""
    before = F.calls()
    yield
    assert F.calls() == before


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_keep_their_whole_range(name):
    least, most = INTEGERS[name]
    identity = getattr(F, f"{name}_identity")
    for value in {least, least + 1, -1, 0, 1, 2**30 - 1, 2**30, 2**31, 2**62, most - 1, most}:
        if least <= value <= most:
            assert identity(value) == value
            assert type(identity(value)) is int


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_out_of_range_are_refused(name, untouched):
    least, most = INTEGERS[name]
    for value in (least - 1, most + 1, 10**40, -(10**40)):
        with pytest.raises(OverflowError) as caught:
            getattr(F, f"{name}_identity")(value)
        assert str(caught.value) == f"{value} not in range {least} to {most}"


@pytest.mark.parametrize("name", INTEGERS)
def test_integers_come_as_anything_that_is_a_number(name):
    class Number:
        def __int__(self):
            return 7

        def __index__(self):
            return 7

    identity = getattr(F, f"{name}_identity")
    assert [identity(value) for value in (7, 7.9, True, Number())] == [7, 7, 1, 7]


def test_integers_refuse_what_is_no_number(untouched):
    for value, found in (("7", "str"), ([], "list"), (object(), "object")):
        with pytest.raises(TypeError, match=f"Must be number, not {found}"):
            F.int32_identity(value)


def test_floats_are_exact():
    for value in (0.0, -0.0, 1.5, math.pi, 5e-324, 1.7976931348623157e308, math.inf, -math.inf):
        assert math.copysign(1, F.double_identity(value)) == math.copysign(1, value)
        assert F.double_identity(value) == value
    assert math.isnan(F.double_identity(math.nan))
    assert F.double_identity(5) == 5.0
    assert F.float_identity(1.5) == 1.5
    assert F.float_identity(math.inf) == math.inf
    assert math.isnan(F.float_identity(math.nan))


def test_float_beyond_its_range_is_refused(untouched):
    for value in (1e39, -1e39, 3.5e38, 10**39):
        with pytest.raises(OverflowError, match="not in range -3.4028234663852886e[+]38"):
            F.float_identity(value)


def test_booleans_are_truth_values():
    for value in (True, 1, "x", [0], 2**70):
        assert F.boolean_identity(value) is True
    for value in (False, 0, "", None, []):
        assert F.boolean_identity(value) is False


def test_boolean_of_any_set_bit_is_true():
    assert F.boolean_odd() is True


@pytest.mark.parametrize("text", ["", "a", "grün", "日本語", "🦀", "x" * 100_000])
def test_text_is_the_same_both_ways(text):
    assert F.utf8_copy(text) == text
    assert F.utf8_length(text) == len(text.encode())


def test_text_refuses_what_is_no_text(untouched):
    for value in (5, b"bytes", ["a"]):
        with pytest.raises(TypeError, match=f"Must be string, not {type(value).__name__}"):
            F.utf8_length(value)
    with pytest.raises(UnicodeEncodeError):
        F.utf8_length("\ud800")
    with pytest.raises(TypeError, match="Argument 0 does not allow None as a value"):
        F.utf8_length(None)


def test_invalid_text_from_c_is_an_error_and_not_a_crash():
    for function in (F.utf8_return_invalid, F.utf8_return_invalid_full, F.utf8_out_invalid):
        with pytest.raises(UnicodeDecodeError):
            function()


def test_file_names_are_bytes_in_disguise():
    import os
    import pathlib

    for name in ("plain", "grün", os.fsdecode(b"raw\xff")):
        assert F.filename_copy(name) == name
    assert F.filename_copy(b"raw\xff") == os.fsdecode(b"raw\xff")
    assert F.filename_copy(pathlib.Path("a/b")) == "a/b"


def test_file_name_with_nul_is_refused(untouched):
    for name in ("a\0b", b"a\0b"):
        with pytest.raises(ValueError, match="embedded null byte"):
            F.filename_length(name)


def test_characters():
    for char in ("a", "ü", "€", "🦀", "\U0010ffff"):
        assert F.unichar_identity(char) == char
    with pytest.raises(TypeError, match="Must be a one character string, not 2 characters"):
        F.unichar_identity("ab")
    with pytest.raises(TypeError, match="Must be string, not int"):
        F.unichar_identity(97)


def test_gtypes():
    assert F.gtype_identity(GObject.Object) == GObject.Object.__gtype__
    assert F.gtype_identity(int).name == "gint"
    assert F.gtype_identity("gchararray").name == "gchararray"
    with pytest.raises(TypeError, match="Must be GObject.GType, not int"):
        F.gtype_identity(5)


def test_enumerations_and_flags():
    for member in F.Colour:
        assert F.enum_identity(member) is member
        assert F.enum_identity(int(member)) is member
    with pytest.raises(TypeError, match="could not convert string"):
        F.enum_identity("no such colour")
    with pytest.raises(TypeError, match="Expected a GijitFixtures.Colour, but got int"):
        F.enum_identity(12345)
    both = F.Access.READ | F.Access.WRITE
    assert F.flags_identity(both) == both
    assert isinstance(F.flags_identity(both), F.Access)
    assert type(F.enum_unknown()) is int


def test_many_arguments_on_the_stack():
    """C returns the sum of each argument times its place, so that none can be lost or swapped unseen."""
    for count in range(13):
        values = [7 - 3 * i for i in range(count)]
        expected = float(sum(place * value for place, value in enumerate(values, 1)))
        assert getattr(F, f"ints_{count}")(*values) == expected
        assert getattr(F, f"doubles_{count}")(*[value + 0.5 for value in values]) == expected + sum(
            place * 0.5 for place in range(1, count + 1)
        )


def test_objects_keep_their_identity():
    thing = F.Thing.new()
    assert F.object_identity(thing) is thing
    other = F.Thing.new()
    thing.set_friend(other)
    assert thing.get_friend() is other
    assert thing.get_friend() == other and thing != other
    assert {thing: 1}[F.object_identity(thing)] == 1


def test_wrong_objects_are_refused(untouched):
    for value, found in ((5, "int"), (Gio.Cancellable(), "gi.repository.Gio.Cancellable")):
        with pytest.raises(TypeError) as caught:
            F.object_number(value)
        assert str(caught.value) == f"argument thing: Expected GijitFixtures.Thing, but got {found}"


def test_uninitialised_objects_are_refused(untouched):
    bare = F.Thing.__new__(F.Thing)
    with pytest.raises(RuntimeError, match="is not initialized"):
        F.object_number(bare)


def test_errors_become_exceptions():
    with pytest.raises(GLib.Error) as caught:
        F.throws(True)
    assert caught.value.domain == "gijit-fixtures-error-quark"
    assert caught.value.matches("gijit-fixtures-error-quark", caught.value.code)
    assert F.throws(False) is True


def test_counts_and_keywords(untouched):
    cases = {
        lambda: F.int32_identity(): "takes exactly 1 argument (0 given)",
        lambda: F.int32_identity(1, 2): "takes exactly 1 argument (2 given)",
        lambda: F.int32_identity(nonsense=1): "got an unexpected keyword argument 'nonsense'",
        lambda: F.int32_identity(1, value=1): "got multiple values for keyword argument 'value'",
        lambda: F.ints_2(1): "takes exactly 2 arguments (1 given)",
    }
    for call, text in cases.items():
        with pytest.raises(TypeError) as caught:
            call()
        assert str(caught.value).endswith(text), str(caught.value)


def test_keywords_reach_their_argument():
    assert F.int32_identity(value=5) == 5


def test_several_outputs_have_names():
    result = F.outs_3()
    assert isinstance(result, tuple) and len(result) == 3
    assert "=" in repr(result)
    name = next(name for name in dir(result) if name in repr(result) and not name.startswith("_"))
    assert getattr(result, name) in tuple(result)


def test_deprecated_functions_warn_once_at_the_callers_line():
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        F.deprecated(1)
        F.deprecated(1)
    assert [str(warning.message) for warning in caught] == ["GijitFixtures.deprecated is deprecated"]
    assert caught[0].filename == __file__


def test_null_from_a_constructor_is_an_error():
    with pytest.raises(TypeError, match="constructor returned NULL"):
        F.Thing.new_null()


def test_a_constructor_is_its_own_classes_only(untouched):
    text = "Thing constructor cannot be used to create instances of a subclass SpecialThing"
    with pytest.raises(TypeError, match=text):
        F.SpecialThing.new_with_name("x")


def test_a_result_may_point_into_an_argument():
    for name in ("/missing/€😀", "plain/name", b"/missing/name"):
        expected = (name.decode() if isinstance(name, bytes) else name).rpartition("/")[2]
        assert GLib.basename(name) == expected

"""Structs and unions as Python sees them: made, compared, refused, and read and written field by field.

What each type of field does with each value is a matter of the cells.
"""

import copy
import gc
import pickle
import re
import sys

import pytest
from gi.repository import GijitCells as C
from gi.repository import GijitFixtures as F


def filled():
    fields = C.PlainFields()
    fields.fill()
    return fields


def test_a_new_struct_is_zero():
    fields = C.PlainFields()
    assert (fields.a_int32, fields.a_double, fields.a_boolean) == (0, 0.0, False)
    assert (fields.a_utf8, fields.a_object, fields.a_pointer) == (None, None, 0)
    assert C.FixedFields().a_int32 == [0, 0, 0]


def test_a_view_of_a_nested_struct_shows_and_changes_its_owner():
    fields = filled()
    view = fields.a_struct_flat
    assert view.number == 1
    view.number = 9
    assert fields.a_struct_flat.number == 9


def test_a_view_keeps_its_owner_alive():
    view = filled().a_struct_flat
    gc.collect()
    others = [filled() for _ in range(100)]
    view.number = 31
    assert view.number == 31 and view.point.x == 1.0
    assert all(other.a_struct_flat.number == 1 for other in others)


def test_views_of_views_keep_everything_alive():
    before = F.heap_bytes()
    for _ in range(500):
        point = filled().a_struct_flat.point
        assert point.x == 1.0
        del point
    gc.collect()
    assert F.heap_bytes() - before < 500 * 8


def test_an_array_with_its_length_in_another_field():
    fields = C.SizedFields()
    assert fields.a_int32 == []
    fields.fill()
    assert fields.a_int32 == [-(2**31), 7, 2**31 - 1]
    fields.n_a_int32 = 1
    assert fields.a_int32 == [-(2**31)]


def test_structs_that_cannot_be_made():
    for struct in (C.Handle, C.Atom):
        with pytest.raises(TypeError, match="cannot be created directly"):
            struct()
    for arguments, words in (((1,), "1 given"), ((), None)):
        if words:
            with pytest.raises(TypeError, match=words):
                C.PlainFields(*arguments)
    with pytest.raises(TypeError):
        C.PlainFields(a_int8=1)
    with pytest.raises(TypeError, match="takes exactly 1 argument"):
        F.Box()


def test_structs_are_not_copied_by_python():
    for value in (filled(), F.Point(), F.Either()):
        for function in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError):
                function(value)


def test_structs_compare_by_their_address():
    one, other = filled(), filled()
    assert one == one and one != other
    assert hash(one) == hash(one)
    assert (one < other) != (other < one)
    assert one.a_struct == one.a_struct, "two wrappers of one pointer"


def test_structs_say_what_they_are():
    assert re.fullmatch(
        r"<GijitFixtures\.Point object at 0x[0-9a-f]+ \(GijitFixturesPoint at 0x[0-9a-f]+\)>", repr(F.Point())
    )
    assert re.fullmatch(r"<GijitCells\.PlainFields object at 0x[0-9a-f]+ \(void at 0x[0-9a-f]+\)>", repr(filled()))


def test_fields_belong_to_their_struct():
    with pytest.raises(TypeError, match="Must be GijitCells.PlainFields, not int"):
        C.PlainFields.a_int8.__get__(5)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        filled().nothing  # noqa: B018
    with pytest.raises(AttributeError):
        del filled().a_int8


def test_a_nested_struct_is_not_assigned():
    fields, other = filled(), F.Plain()
    for value in (other, 5, None):
        with pytest.raises(TypeError, match="no well-defined ownership"):
            fields.a_struct_flat = value
    assert fields.a_struct_flat.number == 1


def test_members_of_a_union_share_their_memory():
    either = F.Either()
    either.integer = 0x3F800000
    assert either.single_precision == 1.0
    assert bytes(either.bytes) == b"\0\0\x80?\0\0\0\0"


def test_a_wrong_value_leaves_the_field_alone():
    fields = filled()
    for name, value in (("a_int8", 128), ("a_int8", "xy"), ("a_utf8", 5), ("a_double", "x"), ("a_unichar", "ab")):
        before = getattr(fields, name)
        with pytest.raises((TypeError, OverflowError)):
            setattr(fields, name, value)
        assert getattr(fields, name) == before


def test_reading_does_not_leak():
    fields = filled()
    names = [name for name in dir(C.PlainFields) if name.startswith("a_")]

    def once():
        for name in names:
            try:
                getattr(fields, name)
            except (NotImplementedError, RuntimeError):
                pass

    names.remove("a_callback")
    for _ in range(50):
        once()
    gc.collect()
    before = F.heap_bytes(), sys.getallocatedblocks()
    for _ in range(300):
        once()
    gc.collect()
    assert F.heap_bytes() - before[0] < 300 * 8
    assert sys.getallocatedblocks() - before[1] < 150

"""Structs and unions by value: as arguments and as results, in every way in which registers hold them."""

import pytest
from gi.repository import GijitFixtures as F


def made(record, **fields):
    value = record()
    for name, field in fields.items():
        setattr(value, name, field)
    return value


def test_less_than_a_register():
    result = F.inline_small(3, made(F.InlineSmall, first=-1, second=1000), 4.0)
    assert (result.first, result.second) == (6, 1007)


def test_three_bytes():
    assert F.inline_bytes(3, made(F.InlineBytes, bytes=[1, 2, 250]), 4.0).bytes == bytes([8, 9, 1])


def test_a_register_of_both_kinds():
    result = F.inline_pair(3, made(F.InlinePair, integer=10, number=0.5), 4.0)
    assert (result.integer, result.number) == (13, 4.5)


def test_three_floats():
    result = F.inline_floats(3, made(F.InlineFloats, x=1, y=2, z=3), 4.0)
    assert (result.x, result.y, result.z) == (4, 6, 10)


def test_two_doubles():
    result = F.inline_point(3, F.Point.new_at(1, 2), 4.0)
    assert (result.x, result.y) == (4, 6)


def test_a_register_of_each_kind():
    result = F.inline_mixed(3, made(F.InlineMixed, number=1.5, integer=-7), 4.0)
    assert (result.number, result.integer) == (5.5, -4)


def test_a_struct_whose_end_shares_a_register():
    value = F.InlineNested()
    value.floats.x, value.floats.y, value.floats.z, value.integer = 1, 2, 3, 4
    result = F.inline_nested(3, value, 4.0)
    assert (result.floats.x, result.floats.y, result.floats.z, result.integer) == (4, 6, 10, 7)
    # C had a copy.
    assert (value.floats.x, value.integer) == (1, 4)


def test_memory():
    value = made(F.InlineLarge, integers=[1, 2, 3], last=9)
    value.point.x, value.point.y = 0.5, 1.5
    result = F.inline_large(3, value, 4.0)
    assert (result.integers, result.point.x, result.point.y, result.last) == ([4, 5, 6], 3.5, 5.5, 12)


def test_unions():
    assert F.inline_number(3, made(F.InlineNumber, double_precision=0.5), 4.0).double_precision == 7.5
    assert F.inline_union(3, F.BoxedUnion.new(10), 4.0).get_integer() == 17
    assert F.inline_either(3, made(F.Either, integer=10), 4.0) == 17
    value = F.InlineTagged()
    value.which, value.number.double_precision = 5, 0.25
    result = F.inline_tagged(3, value, 4.0)
    assert (result.which, result.number.double_precision) == (8, 4.25)


def test_a_text_in_a_struct():
    assert F.inline_text(made(F.InlineText, text="four", length=3)) == 7


def test_more_than_there_are_registers():
    large = made(F.InlineLarge, integers=[0, 0, 64])
    large.point.y = 128
    mixed = made(F.InlineMixed, number=16, integer=2)
    arguments = (
        F.Point.new_at(0, 1),
        mixed,
        made(F.InlinePair, number=4),
        made(F.InlineFloats, z=8),
        mixed,
        F.Point.new_at(32, 0),
        large,
        256,
    )
    assert F.inline_many(*arguments) == 511


def test_the_wrong_struct():
    with pytest.raises(
        TypeError,
        match=r"^argument value: Expected GijitFixtures\.Point, but got gi\.repository\.GijitFixtures\.InlineMixed$",
    ):
        F.inline_point(3, F.InlineMixed(), 4.0)
    with pytest.raises(TypeError, match=r"^Argument 1 does not allow None as a value$"):
        F.inline_point(3, None, 4.0)

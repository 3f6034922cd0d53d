"""Every format that a buffer can have, as an array of every kind of number: C sees the values, or the call is refused.

What is right is said here by Python's own numbers: the range of the C type, and how C prints the value.
"""

import array
import ctypes
import gc
import math
import os
import pathlib

import pytest
from asking import differences
from buffers import CASES, FLAT, NONE
from gi.repository import GijitCells as C
from gi.repository import GijitFixtures as F

HERE = pathlib.Path(__file__).resolve().parent
#: What differs on purpose: a reason, the question, PyGObject's answer and gijit's.
EXPECTED = []
RANGES = {
    f"{'u' * unsigned}int{bits}": (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    for bits in (8, 16, 32, 64)
    for unsigned in (False, True)
}
#: Only members of an enumeration are its values.
MEMBERS = {int(member) for member in (F.Colour.RED, F.Colour.GREEN, F.Colour.DARK_BLUE)}
FAMILIES = [*RANGES, "float", "double", "boolean", "unichar", "gtype", "enum"]
WAYS = [
    "sized in none",
    "sized in full",
    "before in none",
    "zero in none",
    "zero in full",
    "garray in none",
    "garray in container",
    "garray in full",
    "gbytearray in none",
    "gbytearray in full",
]


class Refused(Exception):
    """With the exception that says so."""


def shown(family, item):
    """How C prints the number that a Python object becomes; raises Refused."""
    if family in ("unichar", "gtype"):
        raise Refused(TypeError)
    if family == "boolean":
        return str(bool(item))
    if family == "enum":
        if item not in MEMBERS:
            raise Refused((TypeError, OverflowError))
        return str(int(item))
    if isinstance(item, bytes):
        if family not in ("int8", "uint8"):
            raise Refused(TypeError)
        item = item[0] - 256 if family == "int8" and item[0] > 127 else item[0]
    if family == "double":
        return f"{float(item):.12g}"
    if family == "float":
        if math.isfinite(item) and abs(item) > 3.4028234663852886e38:
            raise Refused(OverflowError)
        return f"{ctypes.c_float(item).value:.6g}"
    if not math.isfinite(item):
        raise Refused(TypeError)
    low, high = RANGES[family]
    if not low <= int(item) <= high:
        raise Refused(OverflowError)
    return str(int(item))


def expected(family, container, items):
    texts = [shown(family, item) for item in items]
    if container == "zero" and "0" in texts:
        texts = texts[: texts.index("0")]
    return f"[{', '.join(texts)}]"


def check(family, container, function, make, items, name):
    before = F.calls()
    value = make()
    C.seen()
    try:
        right = expected(family, container, items)
    except Refused as refused:
        with pytest.raises(refused.args[0]):
            function(value)
        assert F.calls() == before, name
    else:
        function(value)
        found = C.seen().replace("-nan", "nan")
        assert found == right or right == "[]" and found == "NULL", f"{name}: {found} is not {right}"
    # C has nothing of it any more: it can be written to, and resized.
    if isinstance(value, (array.array, bytearray)):
        value.append(1)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_format(family, way):
    container, direction, transfer = way.split()
    if container == "gbytearray" and family != "uint8":
        pytest.skip("bytes alone")
    function = getattr(C, f"{container}_{family}_{direction}_{transfer}", None)
    if function is None:
        assert (container, family) == ("zero", "boolean"), "there is no such function"
        pytest.skip("an item of 0 would end the array")
    assert len(CASES) > 100
    for name, make, items in CASES:
        if family == "enum" and not all(isinstance(item, int) for item in items):
            continue
        check(family, container, function, make, items, name)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_fixed_number_of_items(family):
    # Two values are enough for an enumeration.
    n = 2 if family in ("enum", "boolean") else 3
    function = getattr(C, f"fixed_{family}_in_none")
    tried = 0
    for name, make, items in CASES:
        if len(items) == n and (family != "enum" or all(isinstance(item, int) for item in items)):
            check(family, "fixed", function, make, items, name)
            tried += 1
        elif len(items) != n:
            with pytest.raises(ValueError, match=f"Must contain {n} items, not {len(items)}"):
                function(make())
    assert tried > 1


@pytest.mark.parametrize("family", [*RANGES, "float", "double"])
def test_more_than_one_dimension_is_flat(family):
    for way in ("sized_{}_in_none", "sized_{}_in_full", "garray_{}_in_full"):
        for name, make, items in FLAT:
            check(family, "sized", getattr(C, way.format(family)), make, items, name)


@pytest.mark.parametrize("family", [*RANGES, "float", "double"])
def test_what_is_no_row_of_numbers(family):
    for name, make in NONE:
        before = F.calls()
        with pytest.raises((TypeError, NotImplementedError)):
            getattr(C, f"sized_{family}_in_none")(make())
        assert F.calls() == before, name


def test_the_first_item_that_does_not_fit_is_named():
    with pytest.raises(OverflowError, match="-2 not in range 0 to 255"):
        C.sized_uint8_in_none(array.array("b", [1, -2, -3]))
    with pytest.raises(OverflowError, match="18446744073709551615 not in range -2147483648 to 2147483647"):
        C.garray_int32_in_full(array.array("Q", [2**64 - 1]))
    with pytest.raises(OverflowError, match=r"1e\+300 not in range"):
        C.sized_float_in_none(array.array("d", [1e300]))


def test_views_that_can_be_written_to_are_copied_unless_they_are_the_array():
    """What C would write into another type's memory would not be what was meant."""
    for value in (array.array("I", [1, 7]), array.array("q", [1, 7]), array.array("d", [1, 7])):
        C.sized_int32_in_none(value)
        assert C.seen_address() != value.buffer_info()[0]
    value = array.array("i", [1, 7])
    C.sized_int32_in_none(value)
    assert C.seen_address() == value.buffer_info()[0]


@pytest.mark.skipif(os.environ.get("GIJIT_TIER", "auto") == "auto", reason="LLVM may be loaded meanwhile")
def test_nothing_is_left_behind():
    cases = [(make, items) for _, make, items in CASES if len(items) < 10]
    functions = [getattr(C, f"{way}_in_full") for way in ("sized_int16", "garray_int16", "zero_float")]

    def once():
        for make, _ in cases:
            for function in functions:
                try:
                    function(make())
                except (OverflowError, TypeError):
                    pass
        C.seen()

    for _ in range(3):
        once()
    gc.collect()
    before = F.heap_bytes()
    for _ in range(10):
        once()
    gc.collect()
    assert F.heap_bytes() - before < 10 * 64


def test_c_sees_what_it_sees_from_pygobject():
    assert not differences(HERE / "buffer_questions.py", EXPECTED)

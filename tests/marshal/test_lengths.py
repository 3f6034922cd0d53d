"""The length of an array is an argument of any integer type, and what it cannot count is refused."""

import pytest
from gi.repository import GijitCells as C
from gi.repository import GijitFixtures as F

WIDTHS = {
    "int8": (2**7 - 1, "gint8"),
    "uint8": (2**8 - 1, "guint8"),
    "int16": (2**15 - 1, "gint16"),
    "uint16": (2**16 - 1, "guint16"),
    "int32": (2**31 - 1, "gint32"),
    "uint32": (2**32 - 1, "guint32"),
    "int64": (2**63 - 1, "gint64"),
    "uint64": (2**64 - 1, "guint64"),
}


@pytest.mark.parametrize("width", WIDTHS)
def test_any_width_counts(width):
    values = [3, 1, 2]
    assert getattr(C, f"length_{width}_in")(values) == 6
    assert getattr(C, f"length_{width}_in")([]) == 0
    assert getattr(C, f"length_{width}_out")(5) == [0, 1, 2, 3, 4]
    assert getattr(C, f"length_{width}_out")(0) == []
    assert getattr(C, f"length_{width}_inout")(values) == [2, 1, 3]
    assert getattr(C, f"length_{width}_return")(3) == [0, 1, 2]


@pytest.mark.parametrize("width", ["int8", "uint8", "int16", "uint16"])
def test_the_most_that_fits_is_taken_and_one_more_refused(width):
    most, name = WIDTHS[width]
    values = [1] * most
    assert getattr(C, f"length_{width}_in")(values) == most
    assert len(getattr(C, f"length_{width}_out")(most)) == most
    before = F.calls()
    for direction in ("in", "inout"):
        with pytest.raises(OverflowError) as caught:
            getattr(C, f"length_{width}_{direction}")([*values, 1])
        assert str(caught.value).endswith(TOO_LONG.format(most + 1, name))
    assert F.calls() == before


TOO_LONG = "Unable to marshal C Py_ssize_t {} to {}"


def test_a_negative_length_from_c_is_no_memory_of_ours():
    for width in ("int8", "int16", "int32", "int64"):
        assert getattr(C, f"length_{width}_negative")() == []

"""Arrays of plain numbers take whatever has the buffer protocol in one piece: borrowed where C only reads, else copied."""

import array
import ctypes
import os

import pytest
from gi.repository import GijitCells as C
from gi.repository import GijitFixtures as F

FORMATS = {
    "int8": "b",
    "uint8": "B",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "uint64": "Q",
    "float": "f",
    "double": "d",
}
VALUES = [1, 7, 100]
CTYPES = {
    "int8": ctypes.c_int8,
    "uint8": ctypes.c_uint8,
    "int16": ctypes.c_int16,
    "uint16": ctypes.c_uint16,
    "int32": ctypes.c_int32,
    "uint32": ctypes.c_uint32,
    "int64": ctypes.c_int64,
    "uint64": ctypes.c_uint64,
    "float": ctypes.c_float,
    "double": ctypes.c_double,
}
SEEN = "[1, 7, 100]"


def made(family, values=VALUES):
    return array.array(FORMATS[family], values)


def call(container, family, transfer, value, direction="in"):
    """What C saw, where it lay, and what came out."""
    C.seen()
    result = getattr(C, f"{container}_{family}_{direction}_{transfer}")(value)
    address = C.seen_address()
    return C.seen(), address, result


def address_of(buffer):
    """Where the memory of a bytes object or a writable buffer lies."""
    if isinstance(buffer, bytes):
        return ctypes.cast(ctypes.c_char_p(buffer), ctypes.c_void_p).value
    with memoryview(buffer) as view:
        return ctypes.addressof(ctypes.c_char.from_buffer(view))


def is_free(buffer):
    """Whether nothing holds the memory: it can be resized."""
    if isinstance(buffer, bytearray):
        buffer.append(0)
        del buffer[-1]
    else:
        buffer.append(buffer[0])
        buffer.pop()
    return True


@pytest.fixture
def untouched():
    before = F.calls()
    yield
    assert F.calls() == before


@pytest.mark.parametrize("family", FORMATS)
def test_an_array_that_c_reads_is_borrowed(family):
    values = made(family)
    for lent in (values, memoryview(values)):
        seen, address, _ = call("sized", family, "none", lent)
        assert seen == SEEN
        assert address == values.buffer_info()[0]
    del lent
    assert is_free(values)


@pytest.mark.parametrize("raw", [b"\1\7\144", bytearray(b"\1\7\144")], ids=["bytes", "bytearray"])
@pytest.mark.parametrize("container", ["sized", "zero", "fixed", "before"])
def test_bytes_that_c_reads_are_borrowed(raw, container):
    seen, address, _ = call(container, "uint8", "none", raw)
    assert seen == SEEN
    assert address == address_of(raw)
    assert isinstance(raw, bytes) or is_free(raw)


def test_a_slice_of_a_view_is_borrowed_where_it_begins():
    values = array.array("i", [99, 1, 7, 100, 98])
    view = memoryview(values)[1:4]
    seen, address, _ = call("sized", "int32", "none", view)
    assert (seen, address) == (SEEN, values.buffer_info()[0] + 4)


def test_a_read_only_view_is_borrowed():
    values = made("double")
    seen, address, _ = call("sized", "double", "none", memoryview(values).toreadonly())
    assert (seen, address) == (SEEN, values.buffer_info()[0])


@pytest.mark.parametrize("transfer", ["container", "full"])
@pytest.mark.parametrize("family", FORMATS)
def test_an_array_that_c_takes_is_copied(family, transfer):
    values = made(family)
    seen, address, _ = call("sized", family, transfer, values)
    assert seen == SEEN
    assert address != values.buffer_info()[0]
    assert list(values) == VALUES and is_free(values)


@pytest.mark.parametrize("transfer", ["none", "container", "full"])
@pytest.mark.parametrize("container", ["fixed", "zero", "before", "garray"])
@pytest.mark.parametrize("family", FORMATS)
def test_every_kind_of_array_takes_a_buffer(container, family, transfer):
    values = made(family)
    assert call(container, family, transfer, values)[0] == SEEN
    assert is_free(values)


@pytest.mark.parametrize("transfer", ["none", "container", "full"])
def test_a_byte_array_takes_any_bytes(transfer):
    for raw in (bytes(VALUES), bytearray(VALUES), memoryview(bytes(VALUES)), made("uint8"), VALUES):
        assert call("gbytearray", "uint8", transfer, raw)[0] == SEEN


def test_a_copy_is_terminated_where_c_looks_for_the_end():
    """What stands behind an array's memory is not known: its last item is followed by others here."""
    values = array.array("i", [1, 7, 100, 55, 56])
    assert call("zero", "int32", "none", memoryview(values)[:3])[0] == SEEN


@pytest.mark.parametrize("transfer", ["none", "container", "full"])
@pytest.mark.parametrize("family", FORMATS)
def test_in_and_out_leaves_the_buffer_as_it_was(family, transfer):
    values = made(family)
    C.set_mode(C.Mode.KEEP)
    try:
        seen, _, result = call("sized", family, transfer, values, "inout")
    finally:
        C.set_mode(C.Mode.SAMPLES)
    assert seen == SEEN
    assert list(result) == VALUES == list(values)
    assert is_free(values)


@pytest.mark.parametrize("family", FORMATS)
def test_what_is_not_in_one_piece_is_gathered(family):
    values = made(family, [1, 2, 7, 2, 100, 2])
    assert call("sized", family, "none", memoryview(values)[::2])[0] == SEEN
    assert call("sized", family, "full", memoryview(values)[::2])[0] == SEEN
    assert call("sized", family, "none", memoryview(made(family, VALUES[::-1]))[::-1])[0] == SEEN
    assert is_free(values)


@pytest.mark.parametrize("family", CTYPES)
def test_arrays_of_ctypes(family):
    values = (CTYPES[family] * 3)(*VALUES)
    seen, address, _ = call("sized", family, "none", values)
    assert (seen, address) == (SEEN, ctypes.addressof(values))


@pytest.mark.parametrize("way", ["none", "full"])
def test_what_the_interpreter_shares_is_never_lent(way):
    """Empty and one-byte `bytes` are one object for all of the process, and a typelib does not say where C writes."""
    for shared in (b"", b"\1"):
        for raw in (shared, memoryview(shared)):
            seen, address, _ = call("sized", "uint8", way, raw)
            assert seen in (str(list(raw)), "NULL")
            assert address != address_of(shared)


@pytest.mark.parametrize("transfer", ["none", "container", "full"])
def test_an_array_that_c_writes_back_is_never_one_that_cannot_change(transfer):
    """In and out: C is given the address of a place, and what it does with what stands there is its own affair."""
    C.set_mode(C.Mode.KEEP)
    try:
        base, other = bytes(VALUES), bytearray(VALUES)
        for owner, raw in ((base, base), (base, memoryview(base)), (other, memoryview(other).toreadonly())):
            seen, address, result = call("sized", "uint8", transfer, raw, "inout")
            assert (seen, result) == (SEEN, bytes(VALUES))
            assert address != address_of(owner)
    finally:
        C.set_mode(C.Mode.SAMPLES)


def test_bytes_are_numbers_for_wider_items_too():
    for raw in (bytes(VALUES), bytearray(VALUES)):
        for family in FORMATS:
            assert call("sized", family, "none", raw)[0] == SEEN


def test_the_wrong_number_of_items_is_refused(untouched):
    for values in (made("int32", [1, 2]), made("int32", [1, 2, 3, 4])):
        for lent in (values, memoryview(values)):
            with pytest.raises(ValueError, match=f"Must contain 3 items, not {len(values)}"):
                C.fixed_int32_in_none(lent)
        del lent
        assert is_free(values)


def test_more_items_than_the_length_can_count_are_refused(untouched):
    """Only where the type of the length is small; see test_lengths."""
    with pytest.raises(OverflowError):
        C.length_int8_in(array.array("i", range(200)))


def test_a_released_view_is_refused(untouched):
    view = memoryview(b"abc")
    view.release()
    with pytest.raises(ValueError):
        C.sized_uint8_in_none(view)


def test_nothing_is_an_empty_array():
    for empty in (b"", bytearray(), array.array("B"), memoryview(b"abc")[:0]):
        seen, _, _ = call("sized", "uint8", "none", empty)
        assert seen in ("[]", "NULL")
        assert call("zero", "uint8", "none", empty)[0] == "[]"


def test_a_later_bad_argument_gives_the_buffer_back(untouched):
    values = made("int32")
    for _ in range(100):
        with pytest.raises(TypeError):
            C.shared_int32_in_none(values, 5)
    assert is_free(values)


@pytest.mark.skipif(os.environ.get("GIJIT_TIER", "auto") == "auto", reason="LLVM may be loaded meanwhile")
@pytest.mark.parametrize("transfer", ["none", "full"])
def test_buffers_do_not_leak(transfer):
    values, raw = array.array("i", range(1000)), bytes(1000)
    take, take_raw = getattr(C, f"sized_int32_in_{transfer}"), getattr(C, f"sized_uint8_in_{transfer}")

    def once():
        take(values)
        take_raw(raw)
        take_raw(bytearray(raw))
        with pytest.raises(OverflowError):
            take_raw(values)
        C.seen()

    for _ in range(50):
        once()
    before = F.heap_bytes()
    for _ in range(500):
        once()
    assert F.heap_bytes() - before < 500 * 8
    assert is_free(values)


# NumPy, where there is one.


@pytest.fixture(scope="module")
def numpy():
    return pytest.importorskip("numpy")


@pytest.mark.parametrize("family", FORMATS)
def test_numpy_arrays_are_borrowed(numpy, family):
    dtype = {"float": "f4", "double": "f8"}.get(family) or family
    values = numpy.array(VALUES, dtype=dtype)
    seen, address, _ = call("sized", family, "none", values)
    assert (seen, address) == (SEEN, values.ctypes.data)
    assert call("sized", family, "full", values)[0] == SEEN
    spread = numpy.array([1, 2, 7, 2, 100, 2], dtype=dtype)
    assert call("sized", family, "none", spread[::2])[0] == SEEN
    frozen = values.copy()
    frozen.flags.writeable = False
    assert call("sized", family, "none", frozen)[1] == frozen.ctypes.data

"""Memory that C is given: how much of it, what stands in it, and whose it is where C writes."""

import array
import mmap

import gi
import pytest
from gi.repository import GijitFixtures as F
from gi.repository import Gio, GLib

gi.require_version("GijitCells", "1.0")
from gi.repository import GijitCells as C  # noqa: E402

# How much.


class Long:
    """A sequence that says how long it is, and has nothing."""

    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        raise AssertionError("an item was asked for")


@pytest.fixture(scope="module")
def huge():
    """More bytes than 32 bits can count, which nobody touches."""
    memory = mmap.mmap(-1, 2**32 + 64, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    yield memory
    memory.close()


@pytest.fixture
def untouched():
    before = F.calls()
    yield
    assert F.calls() == before


@pytest.mark.parametrize("transfer", ["none", "container", "full"])
def test_glibs_containers_count_in_32_bits(huge, untouched, transfer):
    for items in (huge, memoryview(huge), Long(2**32), Long(2**40)):
        for container in ("gbytearray_uint8", "garray_uint8", "garray_int32", "garray_double", "gptrarray_utf8"):
            with pytest.raises(ValueError, match=f"too large: {len(items)} items"):
                getattr(C, f"{container}_in_{transfer}")(items)


def test_a_byte_array_of_the_library_itself(huge):
    with pytest.raises(ValueError, match="too large"):
        GLib.ByteArray.free_to_bytes(huge)


@pytest.mark.parametrize("width", ["int8", "uint8", "int16", "uint16", "int32", "uint32"])
def test_a_length_is_never_cut(huge, untouched, width):
    for direction in ("in", "inout"):
        for items in (huge, Long(2**32), Long(2**32 + 1), Long(2**40)):
            with pytest.raises(OverflowError, match=f"Unable to marshal C Py_ssize_t {len(items)} to g{width}$"):
                getattr(C, f"length_{width}_{direction}")(items)


def test_a_length_that_is_wide_enough(huge):
    """C is given the memory itself, and all of its length."""
    assert F.array_length(huge) == 2**32 + 64


def test_arrays_that_share_a_length_have_as_many_items(untouched):
    for values, more in (([], [1, 2]), ([1, 2], []), ([1], [1, 2]), (array.array("i"), [1]), ([1], ())):
        with pytest.raises(ValueError, match="'more' must have as many items as the other arrays that share") as caught:
            C.shared_int32_in_none(values, more)
        assert str(caught.value).endswith(f"{len(values)}, not {len(more)}")


def test_none_shares_no_length():
    for values, more, seen in (
        (None, [1, 2], "NULL[1, 2]"),
        ([1, 2], None, "[1, 2]NULL"),
        ([], [], "NULLNULL"),
        ([1, 2], [3, 4], "[1, 2][3, 4]"),
    ):
        C.seen()
        C.shared_int32_in_none_nullable(values, more)
        assert C.seen() == seen


# What stands in it.


def test_a_block_of_memory_is_what_its_elements_are():
    """An array that C has as `gconstpointer` has elements that are pointers, as far as the typelib can say."""
    for data in (b"\1\2\377", bytearray(b"\1\2\377"), [1, 2, 255], array.array("H", [1, 2, 255])):
        assert F.array_block_sum(data) == 258
        assert F.array_block_copy(data) == b"\1\2\377"
    assert F.array_block_floats([1.5, 2.25]) == 3.75
    assert F.array_block_floats(array.array("f", [1.5, 2.25])) == 3.75
    with pytest.raises(OverflowError):
        F.array_block_sum([1, 256])


def test_a_callable_is_given_a_block_of_memory():
    seen = []
    assert F.array_block_call(lambda *args: seen.append(args) or 5, None) == 5
    assert seen == [(b"\1\2\377", 3, None)]


def test_a_record_has_addresses_where_its_layout_says_so():
    record = F.Addresses()
    record.fill()
    assert record.data == [1, 2**32 + 4]
    assert record.last == 7


# Whose it is.


def test_text_that_c_changes_in_place_is_a_copy():
    """The `str` is the interpreter's, and so is its UTF-8 form."""
    text, other = "stressed", " a-b_c "
    for _ in range(3):
        assert GLib.strreverse(text) == "desserts"
        assert GLib.strdelimit(other, "-_", ord("x")) == " axbxc "
        assert GLib.strcanon(other, "abc", ord("z")) == "zazbzcz"
        assert GLib.strchug(other) == "a-b_c "
        assert GLib.strchomp(other) == " a-b_c"
        assert GLib.strreverse("x") == "x"
    assert (text, other) == ("stressed", " a-b_c ")


def test_what_writes_text_into_a_buffer_is_refused():
    """How large the buffer is nobody says; a `str` has no room for anything, and an address is no text."""
    for call, name in (
        (lambda: GLib.strlcpy("      ", "text", 5), "dest"),
        (lambda: GLib.stpcpy("      ", "text"), "dest"),
        (lambda: GLib.ascii_dtostr(" " * 40, 40, 1.5), "buffer"),
        (lambda: GLib.ascii_dtostr(5, 40, 1.5), "buffer"),
    ):
        for _ in range(2):
            with pytest.raises(TypeError, match=rf"^GLib.\w+\(\): C writes text into argument '{name}'"):
                call()


def test_an_array_that_c_fills_is_pythons_only_where_python_may_write():
    stream = Gio.BufferedInputStream.new(Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(b"some bytes")))
    stream.fill(10, None)
    room = bytearray(6)
    assert stream.peek(room, 5) == 5
    assert room == b"bytes\0"
    frozen = bytes(range(6))
    for buffer in (frozen, memoryview(frozen), memoryview(room).toreadonly()):
        before = bytes(buffer)
        assert stream.peek(buffer, 0) == 6
        assert bytes(buffer) == before
        del buffer
    assert stream.peek([0] * 6, 0) == 6

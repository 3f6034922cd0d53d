"""Memory that C needs beyond the call: until a callback has been called, as long as the result or the instance.

The fixtures read what they got when the main loop runs, and copy nothing.
"""

import gc
import struct
import sys

import gi
import pytest
from gi.repository import GijitFixtures as F
from gi.repository import Gio, GLib, GObject


def churn():
    """Takes memory that has been given back, and writes to it."""
    gc.collect()
    return [b"\xff" * n for n in (1, 4, 7, 100, 4000) for _ in range(50)]


def text(n=0):
    """A text of its own, which nobody else holds."""
    return "".join(["a text with é ", str(n), " of its own"])


def iterate(until):
    context = GLib.MainContext.default()
    while not until():
        context.iteration(True)


def bytes_of(kind):
    return kind([1, 2, 3, 250])


KINDS = [bytes, bytearray, list, tuple, lambda items: memoryview(bytes(items))]


def finished(kind, words):
    """What the callback of an asynchronous call learns."""
    answers = []
    F.keep_async(bytes_of(kind), words, lambda _, result: answers.append(F.keep_finish(result)))
    rubbish = churn()
    iterate(lambda: answers)
    del rubbish
    return answers


@pytest.mark.parametrize("kind", KINDS, ids=["bytes", "bytearray", "list", "tuple", "memoryview"])
def test_what_an_asynchronous_call_is_lent(kind):
    for n in range(3):
        assert finished(kind, text(n)) == [f"256 {text(n)}"]


@pytest.mark.parametrize("give", [(None,), ()], ids=["None", "left out"])
def test_without_a_callback_too(give):
    def start(n):
        F.keep_async(bytes_of(bytearray), text(n), *give)
        rubbish = churn()
        iterate(lambda: F.kept_last() == f"256 {text(n)}")
        del rubbish

    for n in range(3):
        start(n)


@pytest.mark.parametrize("told", [True, False])
def test_it_is_given_back_when_the_callback_has_been_called(told):
    data, words = bytearray([1, 2, 3]), text()
    before = sys.getrefcount(data), sys.getrefcount(words)
    done = []
    F.keep_async(data, words, (lambda _, result: done.append(F.keep_finish(result))) if told else None)
    with pytest.raises(BufferError):
        data.append(4)
    iterate(lambda: done or (not told and F.kept_last() == f"6 {words}"))
    while GLib.MainContext.default().iteration(False):
        pass
    assert (sys.getrefcount(data), sys.getrefcount(words)) == before
    data.append(0)


def test_bad_input_keeps_nothing():
    data = bytearray([1])
    before = sys.getrefcount(data)
    for _ in range(5):
        with pytest.raises(TypeError):
            F.keep_async(data, 5, print)
        with pytest.raises(TypeError):
            F.keep_async(data, "text", 5)
    assert sys.getrefcount(data) == before
    data.append(1)


@pytest.mark.parametrize("kind", KINDS, ids=["bytes", "bytearray", "list", "tuple", "memoryview"])
@pytest.mark.parametrize("told", [True, False])
def test_until_a_destroy_notification(kind, told):
    said = []
    data = [lambda *_: said.append(True)] if told else []
    F.keep_notified(bytes_of(kind), *data)
    rubbish = churn()
    assert F.kept_sum() == 256
    assert said == []
    F.kept_drop()
    assert said == ([True] if told else [])
    del rubbish


def test_a_stream_writes_what_it_was_given(tmp_path):
    path = tmp_path / "written"
    stream = Gio.File.new_for_path(str(path)).replace(None, False, Gio.FileCreateFlags.NONE, None)
    for start in (stream.write_all_async, stream.write_async):
        for callback in (print, None):
            start(bytes([120] * 100_000), 0, None, callback)
            rubbish = churn()
            iterate(lambda: not stream.has_pending())
            del rubbish
    stream.close(None)
    assert set(path.read_bytes()) == {120}


def test_a_variant_of_borrowed_bytes():
    said = []
    kind = GLib.VariantType.new("ay")
    variant = GLib.Variant.new_from_data(kind, bytes([1, 2, 3] * 1000), True, lambda *_: said.append(True))
    rubbish = churn()
    assert bytes(variant.unpack()) == bytes([1, 2, 3] * 1000)
    del variant, rubbish
    gc.collect()
    assert said == [True]


def test_a_match_outlives_its_text():
    regex = GLib.Regex.new("[0-9]+", 0, 0)
    for n in range(3):
        found, match = regex.match(text(n), 0)
        copy = match.copy()
        other = match.ref()
        del match
        rubbish = churn()
        assert found
        for info in (copy, other):
            assert info.get_string() == text(n)
            assert info.fetch(0) == str(n)
        del copy, other, info, rubbish


def test_the_text_goes_with_the_match():
    regex = GLib.Regex.new("[0-9]+", 0, 0)
    words = text()
    before = sys.getrefcount(words)
    for _ in range(10):
        regex.match(words, 0)
        assert regex.match("none", 0)[0] is False
    gc.collect()
    assert sys.getrefcount(words) == before
    (_, match) = regex.match(words, 0)
    assert sys.getrefcount(words) > before
    del match
    assert sys.getrefcount(words) == before


def test_what_an_instance_keeps_is_replaced():
    words = [text(n) for n in range(2)]
    before = [sys.getrefcount(one) for one in words]
    value = GObject.Value(str)
    for one in words:
        value.set_static_string(one)
        assert sys.getrefcount(one) > before[0]
    assert sys.getrefcount(words[0]) == before[0]
    rubbish = churn()
    assert value.get_string() == text(1)
    del value, rubbish, one
    gc.collect()
    assert [sys.getrefcount(one) for one in words] == before


@pytest.fixture
def pixbufs():
    gi.require_version("GdkPixbuf", "2.0")
    from gi.repository import GdkPixbuf

    return GdkPixbuf


PIXELS = bytes([10, 20, 30] * 64)


def test_an_image_of_borrowed_bytes(pixbufs):
    for told in (None, lambda *_: None):
        image = pixbufs.Pixbuf.new_from_data(bytes(bytearray(PIXELS)), pixbufs.Colorspace.RGB, False, 8, 8, 8, 24, told)
        rubbish = churn()
        assert image.get_pixels() == PIXELS
        del image, rubbish


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_object_keeps_what_it_was_made_of(pixbufs):
    data = bytearray(struct.pack(">IIIIII", 0x47646B50, 24 + len(PIXELS), 0x01010001, 24, 8, 8) + PIXELS)
    image = pixbufs.Pixbuf.new_from_inline(data, False)
    with pytest.raises(BufferError):
        data.append(0)
    assert image.get_pixels() == PIXELS
    del image
    gc.collect()
    data.append(0)


def test_explain_says_it():
    import gijit

    assert "until the callback has been called" in str(gijit.explain(Gio.OutputStream.write_async))
    assert "by the result" in str(gijit.explain(GLib.Regex.match))

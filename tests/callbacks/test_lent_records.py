"""Records that C lends to a callable: C's own value during the call, and Python's own afterwards, or a clear error.

C overwrites and frees what it lent as soon as the callable has returned.
"""

import gc
import time

import gijit
import pytest
from gi.repository import GijitFixtures as F

GONE = "was lent by C for a call that is over"


@pytest.fixture(autouse=True)
def _all_given_back(none_left):
    gc.collect()
    boxed, wrappers = F.alive(F.Kind.BOXED), gijit.stats()["live_wrappers"]
    yield
    gc.collect()
    assert F.alive(F.Kind.BOXED) == boxed
    assert gijit.stats()["live_wrappers"] == wrappers


def lent(lend, take=lambda record, _: record):
    """What a callable keeps of what C lends it."""
    kept = []
    lend(lambda record, data: kept.append(take(record, data)), None)
    (one,) = kept
    return one


def test_what_python_writes_c_sees():
    def write(record, _):
        record.number = 40
        record.number += 2

    assert F.lend_frame(write, None) == 42
    assert F.lend_plain(write, None) == 42


def test_a_boxed_record_that_is_kept_becomes_a_copy():
    frame = lent(F.lend_frame)
    assert (frame.number, frame.corner.x, frame.corner.y) == (7, 1.5, 2.5)
    frame.corner.x = 3
    assert frame.corner.x == 3


def test_views_of_a_boxed_record_look_into_the_copy():
    frame, corner = lent(F.lend_frame, lambda frame, _: (frame, frame.corner))
    assert (corner.x, corner.y) == (1.5, 2.5)
    frame.corner.y = 9
    assert corner.y == 9
    del frame
    gc.collect()
    assert corner.y == 9


def test_a_view_alone_keeps_the_copy():
    corner = lent(F.lend_frame, lambda frame, _: frame.corner)
    assert (corner.x, corner.y) == (1.5, 2.5)


def test_views_that_end_before_the_call_does():
    def look(frame, _):
        for _ in range(3):
            assert frame.corner.x == 1.5
        return frame

    assert lent(F.lend_frame, look).corner.x == 1.5


def test_a_boxed_union_and_what_is_in_it():
    notice, text, at = lent(F.lend_notice, lambda n, _: (n, n.text, n.text.at))
    assert notice.kind == text.kind == 1
    assert text.text == "a text of C's"
    assert (at.x, at.y) == (1.5, 2.5)
    del notice, text
    gc.collect()
    assert (at.x, at.y) == (1.5, 2.5)


def test_a_member_of_a_boxed_union_is_copied_with_the_whole_of_it():
    text, at = lent(F.lend_notice_text, lambda text, _: (text, text.at))
    assert type(text) is F.NoticeText
    assert text.text == "a text of C's"
    assert (at.x, at.y) == (text.at.x, text.at.y) == (1.5, 2.5)
    del text
    gc.collect()
    assert at.y == 2.5


def test_what_nothing_can_copy_says_so():
    plain, point = lent(F.lend_plain, lambda plain, _: (plain, plain.point))
    for use in (
        lambda: plain.number,
        lambda: setattr(plain, "number", 1),
        lambda: point.x,
        lambda: F.struct_in(plain),
        lambda: plain.add(1),
        lambda: plain.sum(),
        lambda: point.distance(F.Point.new()),
    ):
        for _ in range(3):
            with pytest.raises(RuntimeError, match=GONE):
                use()
    assert "Plain" in repr(plain)


def test_what_nothing_can_copy_can_be_used_during_the_call():
    def use(plain, _):
        assert plain.point.x == 1.5
        return plain.add(3) == plain, plain.number, F.struct_in(plain) == plain.sum()

    assert lent(F.lend_plain, use) == (True, 10, True)


def test_what_a_method_lends_of_it_goes_with_it():
    same = lent(F.lend_plain, lambda plain, _: plain.add(1).add(1))
    with pytest.raises(RuntimeError, match=GONE):
        same.number  # noqa: B018


def test_records_in_a_list():
    plains = lent(F.lend_plains, lambda plains, _: [plains, plains[1], [p.number for p in plains]])
    assert plains[2] == [1, 2]
    for plain in (*plains[0], plains[1]):
        with pytest.raises(RuntimeError, match=GONE):
            plain.number  # noqa: B018


def test_nothing_is_copied_that_nobody_keeps():
    before = F.alive(F.Kind.BOXED)
    F.lend_frame(lambda frame, _: F.alive(F.Kind.BOXED) == before and frame.corner.x, None)
    assert F.alive(F.Kind.BOXED) == before


def test_an_exception_keeps_it_too(printed):
    def fail(frame, _):
        raise ValueError(frame)

    F.lend_frame(fail, None)
    (error,) = printed
    assert error.args[0].number == 7
    printed.forget()
    del error


def test_memory_is_flat():
    def run(times):
        for _ in range(times):
            lent(F.lend_frame, lambda frame, _: (frame, frame.corner))
            lent(F.lend_plain, lambda plain, _: (plain, plain.point))
            lent(F.lend_notice_text, lambda text, _: text.at)

    def heap():
        # What the compiler needs is not what a call loses.
        while gijit.stats()["thunks_waiting"]:
            time.sleep(0.01)
        gc.collect()
        return F.heap_bytes()

    run(2000)
    batches = None
    # Once more, if something has been compiled meanwhile.
    while batches != gijit.stats()["compile_batches"]:
        before = heap()
        batches = gijit.stats()["compile_batches"]
        run(3000)
        after = heap()
    assert after - before < 32 << 10

"""A hundred thousand callbacks of each kind: memory stays flat."""

import gc
import os
import resource
import sys

import pytest
from gi.repository import GijitCallbacks, GLib
from gi.repository import GijitCells as C
from gi.repository import GijitFixtures as F

CALLS = int(os.environ.get("GIJIT_CALLBACKS", 100_000))
#: What a run may add to the process: far below a word a call.
SLACK = 256 << 10
PAGE = resource.getpagesize()


def _raises(*values):
    raise GLib.Error("wrong", "some-domain", 7)


def _notified(value=1):
    C.notified_keep(lambda value, data: value, "data")
    C.notified_drop()


def _async():
    C.async_keep(lambda value, data: value, "data")
    C.async_run(5)


def _refused():
    try:
        C.call_not_trailing(abs, None, "x")
    except TypeError:
        pass


thing = F.Thing.new()
texts = ["one", "two", "three"]

#: One use of each family; how many callbacks it makes.
FAMILIES = {
    "scope call": lambda: C.call_trailing(1, abs),
    "scope call, fresh callable": lambda: C.call_trailing(1, lambda value: value),
    "scope call, data": lambda: C.call_trailing(1, lambda value, data: value, ["data"]),
    "scope async": _async,
    "scope notified": _notified,
    "outs": lambda: C.call_outs(lambda *values: (True, 5, "text", 2.5), None, 1),
    "outs that do not fit": lambda: C.call_outs(lambda *values: (True, 5, "text", "x"), None, 1),
    "error for C": lambda: C.call_catching(_raises, None, 1),
    "exception": lambda: C.call_trailing(1, _raises),
    "refused": _refused,
    "text in": lambda: GijitCallbacks.plain_utf8_cb_in_none(len, None),
    "text in, owned": lambda: GijitCallbacks.plain_utf8_cb_in_full(len, None),
    "text both ways": lambda: GijitCallbacks.plain_utf8_cb_inout_full(lambda text, data: text * 2, None),
    "text lent": lambda: GijitCallbacks.plain_utf8_cb_return_none(lambda data: "abc" * 100, None),
    "text given": lambda: GijitCallbacks.plain_utf8_cb_return_full(lambda data: "abc" * 100, None),
    "list in": lambda: GijitCallbacks.glist_utf8_cb_in_full(lambda items, data: None, None),
    "array lent": lambda: GijitCallbacks.zero_utf8_cb_return_none(lambda data: list(texts), None),
    "array given": lambda: GijitCallbacks.zero_utf8_cb_return_full(lambda data: list(texts), None),
    "object in": lambda: GijitCallbacks.plain_object_cb_in_none(lambda object, data: None, None),
    "object in, owned": lambda: GijitCallbacks.plain_object_cb_in_full(lambda object, data: None, None),
    "object given": lambda: GijitCallbacks.plain_object_cb_return_full(lambda data: F.Thing.new(), None),
    "object lent": lambda: GijitCallbacks.plain_object_cb_return_none(lambda data: thing, None),
    "boxed in": lambda: GijitCallbacks.plain_boxed_cb_in_none(lambda box, data: None, None),
    "boxed in, owned": lambda: GijitCallbacks.plain_boxed_cb_in_full(lambda box, data: None, None),
    "boxed lent": lambda: GijitCallbacks.plain_boxed_cb_return_none(lambda data: F.Box.new(1), None),
    "function of C": lambda: C.function_with_data()(2),
    "closure": lambda: F.closure_call(abs, 7),
}


@pytest.fixture(autouse=True)
def _quiet(monkeypatch, none_left):
    monkeypatch.setattr(sys, "excepthook", lambda *parts: None)


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * PAGE


def flat(once, n):
    """Whether `n` calls leave memory as it was, if need be after some more that fill what is kept."""
    for _ in range(3000):
        once()
    C.seen()
    grown = None
    for _ in range(4):
        gc.collect()
        before, blocks = resident(), sys.getallocatedblocks()
        for _ in range(n):
            once()
        C.seen()
        gc.collect()
        grown = resident() - before, sys.getallocatedblocks() - blocks
        if grown[0] <= SLACK and grown[1] < 100:
            return True
    pytest.fail(f"{n} calls added {grown[0]} bytes and {grown[1]} blocks of Python's")


@pytest.mark.parametrize("family", FAMILIES)
def test_memory_is_flat(family):
    # The library keeps the values that it gives.
    FAMILIES[family]()
    C.seen()
    gc.collect()
    alive = [F.alive(kind) for kind in (F.Kind.OBJECT, F.Kind.BOXED)]
    flat(FAMILIES[family], CALLS)
    gc.collect()
    assert [F.alive(kind) for kind in (F.Kind.OBJECT, F.Kind.BOXED)] == alive


def test_memory_is_flat_in_one_long_call():
    before = resident()
    assert C.call_often(lambda value, data: value, None, CALLS) == sum(range(CALLS))
    # Under valgrind, what it keeps back of freed memory is resident, too.
    assert resident() - before <= SLACK or "GIJIT_MARSHAL_UNDER" in os.environ


def test_memory_is_flat_with_threads_of_c():
    flat(lambda: C.call_in_thread(lambda value, data: value, None, 1), CALLS // 20)

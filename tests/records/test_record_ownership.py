"""Who frees what: values, what stands in their fields, and what keeps what alive. Memory stays flat."""

import gc
import weakref

import pytest
from gi.repository import GijitFixtures as F
from gi.repository import GIMarshallingTests as M
from gi.repository import Gio, GLib, GObject
from gi.repository import Regress as R

TIMES = 100_000
#: What a run may add to the heap: far below one byte a time.
SLACK = 16 << 10


def growth(action, times=TIMES):
    """What so many actions add to the heap, in bytes; not what is made once, as compiled code is."""
    found = []
    for _ in range(2):
        gc.collect()
        before = F.heap_bytes()
        for _ in range(times):
            action()
        gc.collect()
        found.append(F.heap_bytes() - before)
    return min(found)


plain = F.Plain()
text = M.BoxedStruct()
structure = R.TestStructB()
boxed = R.TestSimpleBoxedB()
filled = M.boxed_struct_returnv()
fixed = R.TestStructFixedArray()
address = GLib.List()
either = F.Either()
thing = R.TestObj()
holder = R.TestStructC()
holder.obj = thing
date = GLib.Date.new_dmy(1, GLib.DateMonth.MAY, 2000)
wrong = object()


def refuse(value, name, refused):
    try:
        setattr(value, name, refused)
    except (TypeError, RuntimeError):
        return
    raise AssertionError


ACTIONS = {
    "get number": lambda: plain.number,
    "set number": lambda: setattr(plain, "number", 123456),
    "get large number": lambda: plain.large,
    "set double": lambda: setattr(plain, "double_precision", 1.5),
    "set wrong number": lambda: refuse(plain, "number", "x"),
    "get text": lambda: filled.string_,
    "set text of a boxed value": lambda: setattr(text, "string_", "hello"),
    "set wrong text": lambda: refuse(text, "string_", 5),
    "get array of texts": lambda: filled.g_strv,
    "set array of texts": lambda: refuse(text, "g_strv", ["a", "b"]),
    "get fixed array": lambda: fixed.array,
    "set fixed array": lambda: setattr(fixed, "array", range(10)),
    "get view": lambda: structure.nested_a.some_int,
    "set through view": lambda: setattr(boxed.nested_a, "some_int", 5),
    "set struct": lambda: setattr(structure, "nested_a", R.TestStructA()),
    "get object": lambda: holder.obj,
    "get address": lambda: address.data,
    "set address": lambda: setattr(address, "data", 5),
    "get union member": lambda: either.bytes,
    "get field of instance": lambda: thing.list,
    "get bits": lambda: date.year,
    "set bits": lambda: setattr(date, "year", 2001),
    "make struct": R.TestStructA,
    "make boxed": R.TestSimpleBoxedA,
    "make by constructor": R.TestBoxedC,
    "make boxed and set its text": lambda: setattr(M.BoxedStruct(), "string_", "hello"),
    "copy boxed": lambda: text.copy(),
    "by value": lambda: F.inline_large(1, F.InlineLarge(), 2.0),
    "value with content": lambda: GObject.Value(str, "some text"),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_memory_stays_flat(name):
    assert growth(ACTIONS[name]) < SLACK


def test_a_text_is_freed_when_it_is_replaced():
    value = M.BoxedStruct()
    long = "x" * 10_000
    value.string_ = long
    before = F.heap_bytes()
    for _ in range(100):
        value.string_ = long
        value.string_ = None
    assert F.heap_bytes() - before < 5 * len(long)
    value.string_ = long
    del value
    gc.collect()
    assert F.heap_bytes() - before < 5 * len(long)


def test_a_text_that_c_took_is_not_freed_again():
    value = M.BoxedStruct()
    value.string_ = "hello"
    other = value.copy()
    value.string_ = "other"
    assert other.string_ == "hello"
    del value
    gc.collect()
    assert other.string_ == "hello"


def test_the_text_of_a_plain_struct_stays():
    # Its bytes may have been copied, as those of GOptionEntry are: only C knows when the text is not needed any more.
    value = F.Plain()
    value.text = "hello"
    other = F.struct_in(value)
    assert isinstance(other, int)
    value.text = "other"
    assert value.text == "other"


def test_an_object_in_a_field_of_a_plain_struct_stays_referenced():
    value = R.TestStructC()
    thing = R.TestObj()
    value.obj = thing
    assert thing.__grefcount__ == 2
    value.obj = None
    assert thing.__grefcount__ == 2


def test_what_a_method_lends_keeps_its_instance():
    attributes = Gio.FileAttributeInfoList.new()
    attributes.add("a::b", Gio.FileAttributeType.STRING, Gio.FileAttributeInfoFlags.NONE)
    reference = weakref.ref(attributes)
    # A plain struct, of which C gives the address in its own array.
    info = attributes.lookup("a::b")
    del attributes
    gc.collect()
    assert reference() is not None
    assert (info.name, info.type) == ("a::b", Gio.FileAttributeType.STRING)
    del info
    gc.collect()
    assert reference() is None


def test_a_chain_of_values_that_methods_lend_keeps_the_first_alone():
    """Each step's value is the first's own memory, or in it."""
    first = last = F.Plain()
    reference = weakref.ref(first)

    def step():
        nonlocal last
        last = last.add(1)

    assert growth(step) < SLACK
    assert last.number == first.number == 2 * TIMES
    del first
    gc.collect()
    assert reference() is not None
    assert last.number == 2 * TIMES
    del last
    gc.collect()
    assert reference() is None


def test_every_tier_keeps_the_instance():
    attributes = Gio.FileAttributeInfoList.new()
    attributes.add("a::b", Gio.FileAttributeType.STRING, Gio.FileAttributeInfoFlags.NONE)
    for _ in range(3000):
        info = attributes.lookup("a::b")
    reference = weakref.ref(attributes)
    del attributes
    gc.collect()
    assert reference() is not None
    assert info.name == "a::b"


def test_a_field_that_points_to_a_plain_struct_keeps_its_owner():
    value = R.TestBoxed()
    priv = value.priv
    reference = weakref.ref(value)
    del value
    gc.collect()
    assert reference() is not None
    del priv
    gc.collect()
    assert reference() is None


@pytest.mark.skipif(not hasattr(R, "TestBoxedCWrapper"), reason="a newer Regress has it")
def test_a_boxed_value_that_a_method_lends_is_a_reference():
    wrapper = R.TestBoxedCWrapper()
    value = wrapper.get()
    assert value.refcount == 2
    del wrapper
    gc.collect()
    assert value.refcount == 1


def test_boxed_values_are_balanced():
    before = F.alive(F.Kind.BOXED)
    box = F.Box.new(5)
    kept = [F.boxed_return_none() for _ in range(3)] + [F.boxed_return_full() for _ in range(3)]
    assert F.alive(F.Kind.BOXED) == before + 7
    F.boxed_take(box)
    assert F.alive(F.Kind.BOXED) == before + 7
    del box, kept
    gc.collect()
    assert F.alive(F.Kind.BOXED) == before


def test_a_caller_allocated_value_is_freed():
    assert growth(lambda: F.struct_out_allocated()) < SLACK
    assert growth(lambda: F.Point.new_at(1, 2).middle(F.Point.new_at(3, 4))) < SLACK


def test_a_value_of_gobject_is_emptied():
    thing = F.Thing.new()
    before = thing.__grefcount__
    value = GObject.Value(F.Thing, thing)
    assert thing.__grefcount__ == before + 1
    del value
    assert thing.__grefcount__ == before


def test_the_collector_never_leaves_a_view_without_its_value():
    class Watcher:
        def __init__(self, view):
            self.view = view

        def __del__(self):
            seen.append(self.view.some_int)

    seen = []
    value = R.TestStructB()
    value.nested_a.some_int = 42
    watcher = Watcher(value.nested_a)
    watcher.me = watcher
    value.watcher = watcher
    del value, watcher
    gc.collect()
    assert seen == [42]

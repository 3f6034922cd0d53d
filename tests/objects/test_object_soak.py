"""Objects and all that hangs on them, made and dropped over and over: nothing is left, and memory stays flat.

``GIJIT_SOAK`` is how often each is done; the normal run takes seconds.
"""

import gc
import os
import resource
import sys
import time
import weakref
from itertools import repeat

import gijit
import pytest
from gi.repository import GijitFixtures as F
from gi.repository import Gio, GLib, GObject

TIMES = int(os.environ.get("GIJIT_SOAK", 20_000))
#: Before memory is looked at: what is made once has been made by then, and code compiled.
FIRST = min(TIMES, 5_000)
#: What a run may add to the process: far below a pointer for each time.
SLACK = 1 << 20
PAGE = resource.getpagesize()


class Plain(GObject.Object):
    pass


class Node(GObject.Object):
    """A subclass with all that a class can declare."""

    __gtype_name__ = "GijitSoakNode"
    __gsignals__ = {
        "asked": (GObject.SignalFlags.RUN_LAST, object, (object, int)),
        "told": (GObject.SignalFlags.RUN_FIRST, None, (str, GObject.Object)),
    }
    number = GObject.Property(type=int, default=0)
    text = GObject.Property(type=str, default="")
    friend = GObject.Property(type=GObject.Object)
    anything = GObject.Property(type=object)

    def __init__(self, **properties):
        super().__init__(**properties)
        self.told = 0

    @GObject.Property(type=float, default=0.0)
    def half(self):
        return self.number / 2

    @half.setter
    def half(self, value):
        self.number = int(value * 2)

    def do_told(self, text, friend):
        self.told += 1

    def heard(self, *args):
        return args[-1]


def plain():
    Plain()
    Gio.SimpleAction(name="a")


def with_properties():
    node = Node(number=3, text="grün", friend=Plain(), anything=[1])
    node.half = 7.5
    assert node.number == 15 and node.props.text == "grün"
    node.friend = node.anything = None


def from_c():
    node = GObject.new(Node, number=1)
    assert node.told == 0


def handler_of_itself():
    node = Node()
    node.connect("told", node.heard)
    node.connect("notify::number", lambda *_: node.told)
    node.emit("told", "x", node)
    node.number = 5


def cycle_of_attributes():
    one, two = Node(), Plain()
    one.other, two.other = two, one
    one.anything = one


def cycle_of_closures():
    one, two = Plain(), Gio.SimpleAction(name="a")
    one.connect("notify", two.activate)
    two.connect("activate", lambda *_: (one, two))
    two.connect_object("notify::enabled", Node.heard, one)


kept = Node()
kept_plain = Gio.SimpleAction(name="kept")


def connections():
    first = kept.connect("told", lambda *_: None)
    second = kept.connect("asked", kept.heard, 1, [2])
    kept.handler_block(first)
    kept.handler_unblock(first)
    kept.disconnect(first)
    kept.disconnect(second)
    kept.connect_after("told", kept.heard)
    kept.disconnect_by_func(kept.heard)
    with pytest.raises(TypeError):
        kept.connect("no-such-signal", kept.heard)


def emissions():
    handler = kept.connect("asked", lambda self, given, number: (given, number))
    assert kept.emit("asked", "x", 5) == ("x", 5)
    kept.emit("told", "text", Plain())
    kept.disconnect(handler)
    with pytest.raises(TypeError):
        kept.emit("told", 1)
    kept_plain.emit("activate", GLib.Variant("s", "x"))


def properties_of_python():
    kept.number += 1
    kept.number %= 1000
    kept.text = f"text {kept.number}"
    kept.props.anything = (kept.text,)
    assert kept.get_property("anything") == (kept.text,)
    kept.set_property("friend", Plain())
    with pytest.raises(TypeError):
        kept.set_property("number", "x")


def properties_of_c():
    kept_plain.props.enabled = not kept_plain.props.enabled
    assert kept_plain.get_property("name") == "kept"
    kept_plain.set_properties(enabled=True)
    with pytest.raises(TypeError):
        kept_plain.set_property("name", "x")


def bindings():
    one, two = Node(number=4), Node()
    double, half = (lambda _, value, data: value * data), (lambda _, value, data: value // data)
    flags = GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE
    binding = one.bind_property("number", two, "number", flags, double, half, 2)
    assert two.number == 8
    two.number = 10
    assert one.number == 5
    one.bind_property("text", kept, "text", 0, lambda _, value: one.text)
    binding.unbind()


gone = []


def weak_references():
    node, other = Node(), Plain()
    reference = node.weak_ref(gone.append, 1)
    other.weak_ref(gone.append, 2).unref()
    python_reference = weakref.ref(node, lambda _: gone.append(3))
    assert reference() is node is python_reference()
    del node
    assert reference() is None and sorted(gone) == [1, 3]
    gone.clear()


store = Gio.ListStore(item_type=GObject.Object)


def wrappers_that_come_and_go():
    store.append(Node(number=7))
    store.get_item(0).mine = Plain()
    assert store.get_item(0).mine is not None and type(store.get_item(0)) is Node and store.get_item(0).number == 7
    store.remove_all()


def idle_sources():
    node = Node()
    GLib.idle_add(node.heard, GLib.SOURCE_REMOVE)
    source = GLib.Idle()
    source.set_callback(lambda data: GLib.SOURCE_CONTINUE, node)
    source.attach()
    context = GLib.MainContext.default()
    while context.iteration(False) and not source.is_destroyed():
        source.destroy()


def errors_of_init():
    with pytest.raises(TypeError):
        Node(nothing=1)
    with pytest.raises(TypeError):
        Node(number="x")


WHAT = [
    plain,
    with_properties,
    from_c,
    handler_of_itself,
    cycle_of_attributes,
    cycle_of_closures,
    connections,
    emissions,
    properties_of_python,
    properties_of_c,
    bindings,
    weak_references,
    wrappers_that_come_and_go,
    idle_sources,
    errors_of_init,
]


def _state():
    """Resident bytes, bytes on the heap, and what is alive."""
    # What the compiler needs is not what a call loses.
    while gijit.stats()["thunks_waiting"]:
        time.sleep(0.01)
    gc.collect()
    gc.collect()
    stats = gijit.stats()
    with open("/proc/self/statm") as statm:
        resident = int(statm.read().split()[1]) * PAGE
    return resident, F.heap_bytes(), stats["live_wrappers"], stats["live_closures"], len(gc.get_objects())


@pytest.mark.parametrize("what", WHAT, ids=lambda what: what.__name__)
def test_nothing_is_left(what, record_property):
    for _ in repeat(None, FIRST):
        what()
    batches = None
    # Once more, if something has been compiled meanwhile.
    while batches != gijit.stats()["compile_batches"]:
        before = _state()
        batches = gijit.stats()["compile_batches"]
        for _ in repeat(None, TIMES):
            what()
        after = _state()
    resident, heap, wrappers, closures, objects = (b - a for a, b in zip(before, after, strict=True))
    record_property("resident", resident)
    record_property("heap", heap)
    print(f"{what.__name__}: {TIMES} times: resident {resident:+}, heap {heap:+}, objects {objects:+}")
    assert wrappers == 0 and closures == 0
    assert objects < 50
    assert heap < SLACK
    # What valgrind needs for itself is resident, too.
    assert resident < 2 * SLACK or "GIJIT_MARSHAL_UNDER" in os.environ


@pytest.mark.filterwarnings("ignore:.*has no property called")
def test_a_refused_binding_keeps_nothing():
    before = gijit.stats()["live_closures"]
    transform = lambda *_: 1  # noqa: E731
    references = sys.getrefcount(transform)
    for _ in range(10):
        with pytest.raises(TypeError):
            kept.bind_property("number", kept_plain, "nothing", 0, transform, transform)
    assert gijit.stats()["live_closures"] == before and sys.getrefcount(transform) == references


def test_a_long_chain_goes_at_once():
    first = Plain()
    last = first
    before = gijit.stats()["live_wrappers"]
    for _ in range(100_000):
        last.next = Plain()
        last = last.next
    del last
    assert gijit.stats()["live_wrappers"] == before + 100_000
    first.next = None
    assert gijit.stats()["live_wrappers"] == before


def test_attributes_survive_a_cycle_of_wrappers():
    """The wrapper is garbage; the object, which C holds, is not."""
    held = Gio.ListStore(item_type=GObject.Object)
    for order in range(2):
        node = Node()
        node.mine = "attribute"
        called = []
        node.connect("told", lambda *_, called=called: called.append(1))
        ring = [node] if order else []
        ring.append(ring)
        if not order:
            ring.insert(0, node)
        held.append(node)
        del node, ring
        gc.collect()
        assert held.get_item(0).mine == "attribute" and held.get_item(0).told == 0
        held.get_item(0).emit("told", "", None)
        assert called == [1] and held.get_item(0).told == 1
        held.remove_all()


def test_a_dying_wrapper_is_not_handed_out():
    """Deep deallocations are put off: a wrapper without references can still be the one that its object knows."""
    held = Gio.ListStore(item_type=GObject.Object)
    seen = []

    class Probe:
        def __del__(self):
            node = held.get_item(0)
            seen.append(node.mine)
            node.more = "more"

    for depth in range(1, 120):
        held.append(Plain())
        node = held.get_item(0)
        node.mine = depth
        first = last = Plain()
        for _ in range(depth):
            last.next = Plain()
            last = last.next
        last.next = node
        last.probe = Probe()
        del node, last, first
        assert seen == [depth]
        node = held.get_item(0)
        assert node.mine == depth and node.more == "more" and node.__grefcount__ == 2
        del node
        held.remove_all()
        seen.clear()

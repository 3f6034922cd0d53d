"""Objects on many threads: made, connected, emitted on and dropped, while the collector runs and C drops its own.

``GIJIT_THREAD_SECONDS`` is how long each test works.
"""

import ctypes
import gc
import os
import random
import threading
import time
import weakref

import gijit
import pytest
from gi.repository import GijitFixtures as F
from gi.repository import Gio, GObject

SECONDS = float(os.environ.get("GIJIT_THREAD_SECONDS", 1.5))
THREADS = 8

LIBRARY = ctypes.CDLL("libgobject-2.0.so.0")
LIBRARY.g_thread_new.restype = ctypes.c_void_p


class Node(GObject.Object):
    __gtype_name__ = "GijitThreadNode"
    __gsignals__ = {"told": (GObject.SignalFlags.RUN_LAST, object, (object,))}
    number = GObject.Property(type=int, default=0)
    anything = GObject.Property(type=object)

    def heard(self, _, given):
        self.last = given
        return given


@pytest.fixture
def run():
    """Runs functions on threads for a while, each over and over, and checks that nothing is left of it."""

    def all_of(*functions, collect=True, settle=None):
        for _ in range(3):
            gc.collect()
        before = gijit.stats()
        errors, counts = [], []
        start = threading.Barrier(len(functions))

        def work(function):
            start.wait()
            until, n = time.monotonic() + SECONDS, 0
            try:
                while n == 0 or time.monotonic() < until and not errors:
                    function()
                    n += 1
            except BaseException as error:
                errors.append(error)
            counts.append(n)

        def collector():
            while not done.is_set():
                gc.collect(random.randrange(3))
                time.sleep(0.001)

        done = threading.Event()
        threads = [threading.Thread(target=work, args=(function,)) for function in functions]
        collecting = threading.Thread(target=collector)
        if collect:
            collecting.start()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done.set()
        if collect:
            collecting.join()
        if errors:
            raise errors[0]
        assert len(counts) == len(threads) and all(counts)
        if settle:
            settle()
        deadline = time.monotonic() + 10
        while True:
            gc.collect()
            after = gijit.stats()
            left = {name: after[name] - before[name] for name in ("live_wrappers", "live_closures")}
            if not any(left.values()):
                break
            assert time.monotonic() < deadline, f"{left} left after {sum(counts)} rounds"
            time.sleep(0.01)
        return sum(counts)

    return all_of


def own():
    """All of it on objects that no other thread knows."""
    heard = []
    node, action = Node(number=5), Gio.SimpleAction(name="a")
    node.connect("told", node.heard)
    node.connect("told", lambda self, given: heard.append(given))
    action.connect("activate", lambda *_: heard.append(node))
    action.bind_property("name", node, "anything", 0, lambda _, value: [value])
    node.emit("told", "x")
    action.activate(None)
    assert heard == ["x", node] and node.last == "x"
    node.other, action.other = action, node


def test_objects_of_each_thread(run):
    run(*[own] * THREADS)


def test_signals_of_a_shared_object(run):
    """Every thread's handlers come and go; each is called by its own thread's emissions, and none is lost."""
    shared, action = Node(), Gio.SimpleAction(name="a")
    always = []
    steady = shared.connect("told", lambda *_: always.append(1) or None)
    emitted = []

    def use():
        mine, seen = threading.get_ident(), []

        def handler(object, given):
            assert object is shared
            if given == mine:
                seen.append(given)
            return given

        ids = [shared.connect("told", handler), shared.connect_after("told", handler)]
        shared.emit("told", mine)
        emitted.append(1)
        assert len(seen) == 2, seen
        activations = action.connect("notify::enabled", handler)
        for handler_id in ids:
            assert shared.handler_is_connected(handler_id)
            shared.disconnect(handler_id)
        action.disconnect(activations)

    run(*[use] * THREADS)
    assert len(always) == len(emitted)
    shared.disconnect(steady)


def test_objects_that_are_handed_around(run):
    """Objects go from thread to thread through a list in Python and a store in C, and end on whichever is last."""
    pool, lock, ended = [], threading.Lock(), []
    made = []
    queue = Gio.ListStore(item_type=GObject.Object)

    def use():
        node = Node(number=random.randrange(100))
        made.append(1)
        node.weak_ref(ended.append, 1)
        node.connect("told", lambda self, given: self)
        node.me = node if random.random() < 0.5 else None
        with lock:
            pool.append(node)
            if len(pool) > 20:
                other = pool.pop(random.randrange(len(pool)))
                assert other.emit("told", 1) is other
                del other
        with lock:
            queue.append(node)
            del node
            if queue.get_n_items() > 20:
                found = queue.get_item(0)
                queue.remove(0)
                assert type(found) is Node and hasattr(found, "me")

    def settle():
        pool.clear()
        queue.remove_all()

    run(*[use] * THREADS, settle=settle)
    gc.collect()
    assert len(ended) == len(made)


def _pointer(object):
    """The address of an object, with a reference to it."""
    get = ctypes.pythonapi.PyCapsule_GetPointer
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    address = get(object.__gpointer__, None)
    LIBRARY.g_object_ref(ctypes.c_void_p(address))
    return address


def test_the_last_reference_is_dropped_by_c(run):
    """Threads that Python does not know drop it, and with it attributes, handlers and weak references."""
    made, ended = [], []

    def use():
        node = Node()
        node.attribute, node.anything = [Node()], {}
        node.connect("told", lambda *_, cell=[]: cell)
        node.weak_ref(ended.append, 1)
        node.bind_property("number", node, "anything", 0, lambda _, value: value)
        address = _pointer(node)
        made.append(1)
        del node
        unref = ctypes.cast(LIBRARY.g_object_unref, ctypes.c_void_p)
        thread = LIBRARY.g_thread_new(b"unref", unref, ctypes.c_void_p(address))
        LIBRARY.g_thread_join(ctypes.c_void_p(thread))

    run(*[use] * THREADS)
    assert len(ended) == len(made)


def test_the_collector_while_c_uses_objects(run):
    """C takes references for a moment, without the GIL: what is in use must not be taken for garbage."""
    stop = []

    def use():
        node = Node()
        found = []

        def handler(object, given, cell=found):
            cell.append(given)
            return given

        node.attribute = handler
        node.me = [node]
        node.connect("told", handler)
        node.connect("notify::number", lambda *_: found.append(node.attribute))
        for i in range(20):
            assert node.emit("told", i) == i
            node.number = i + 1
            assert node.attribute is handler and node.me[0] is node
        assert len(found) == 40, found
        stop.append(1)

    def collect():
        gc.collect()

    run(*[use] * THREADS, collect, collect)


def test_references_that_come_and_go_while_the_collector_looks():
    """It looks at everything twice; what it saw first it must see again, or it takes what is in use for garbage."""
    node = Node()

    ended = []

    class Part:
        def __del__(self):
            ended.append(1)

    part = node.part = Part()
    part.name, part.me, part.node = "part", part, node
    part_reference, kept = weakref.ref(part), [1, 2]
    handler = node.connect("told", lambda self, given, kept=kept: (kept, self))
    wrong = []
    del part, kept
    # Only the wrapper is known to Python from here on: all else hangs on it.
    thread = threading.Thread(target=F.keep_referencing, args=(node, int(SECONDS * 1000)))
    thread.start()
    while thread.is_alive() and not wrong:
        gc.collect(0)
        gc.collect()
        if ended or part_reference() is not node.part or node.emit("told", None) != ([1, 2], node):
            wrong.append(len(ended))
    thread.join()
    assert not wrong and node.part.me is node.part and node.handler_is_connected(handler)
    before, reference = gijit.stats()["live_wrappers"], weakref.ref(node)
    del node, thread
    gc.collect()
    assert reference() is None and part_reference() is None and ended == [1]
    assert gijit.stats()["live_wrappers"] == before - 1


def test_wrappers_of_one_object_on_many_threads(run):
    """The wrapper dies and is made anew all the time; its attributes stay."""
    store, references = Gio.ListStore(item_type=GObject.Object), []
    for i in range(4):
        node = Node(number=i)
        node.mine = {"number": i}
        store.append(node)
        # A store must not be asked by two threads at a time.
        references.append(node.weak_ref())
        del node

    def use():
        for i in range(4):
            node = references[i]()
            assert node.number == i and node.mine["number"] == i
            handler = node.connect("told", lambda self, given: self.mine)
            assert node.emit("told", None) is node.mine
            node.disconnect(handler)

    run(*[use] * THREADS)

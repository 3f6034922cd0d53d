"""Pointers from C's side back to Python: each kind through each event, and what went wrong with them once.

What may crash runs in a process of its own, where Python's memory is watched and any warning of GLib's ends it.
"""

import os
import pathlib
import subprocess
import sys

import pytest

KINDS = ["Instance", "Qdata", "Attributes", "Waiting", "Source", "Closure", "Binding", "WeakRef", "Scopes"]
EVENTS = ["collector", "dispose", "thread", "end"]
PROGRAM = pathlib.Path(__file__).with_name("back_pointers.py")
WATCHED = {"PYTHONMALLOC": "debug", "G_DEBUG": "fatal-warnings"}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_through_each_event(kind, event):
    done = subprocess.run(
        [sys.executable, PROGRAM, kind, event],
        env={**os.environ, **WATCHED},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


@pytest.fixture
def told(run):
    """The lines that a program prints."""
    return lambda program: run(
        "import gc\nfrom gi.repository import Gio, GLib, GObject\n" + program, env=WATCHED
    ).splitlines()


# ---- The wrapper that waits ----

NESTED = """
from gi.repository import GijitFixtures as F
class Child(GObject.Object):
    def __init__(self):
        super().__init__()
        self.who = "child"
class Maker(F.Maker):
    __gsignals__ = {"made": (GObject.SignalFlags.RUN_LAST, None, ())}
    number = GObject.Property(type=int, default=0)
    def __init__(self, who="C's"):
        super().__init__()
        self.who = who
        self.number += 1
        self.emit("made")
class Grandmaker(Maker):
    of_its_own = GObject.Property(type=int, default=7)
    def __init__(self):
        super().__init__()
        self.of_its_own += 1
"""


def test_what_c_makes_first_is_not_what_waits(told):
    assert told(
        NESTED
        + """
F.Maker.make_next(Child)
made = Maker("Python's")
child = made.get_child()
print(type(made).__name__, made.who, made.number, type(child).__name__, child.who, child is made)
"""
    ) == ["Maker Python's 1 Child child False"]


def test_nor_is_another_of_the_same_class(told):
    assert told(
        NESTED
        + """
F.Maker.make_next(Maker)
made = Maker("Python's")
child = made.get_child()
print(type(made).__name__, made.who, type(child).__name__, child == made, made.__grefcount__, child.__grefcount__)
del made, child
gc.collect()
"""
    ) == ["Maker Python's Maker False 1 2"]


def test_what_python_makes_on_the_way_is_not_what_waits(told):
    assert told(
        NESTED
        + """
def shown(half, *_):
    inner.append(GObject.new(Maker))
inner = []
F.Maker.show_next(shown)
made = Maker("Python's")
print(made.who, inner[0].who, made == inner[0], made.number, inner[0].number)
"""
    ) == ["Python's C's False 1 1"]


def test_a_constructor_may_give_another_object(told):
    assert told(
        NESTED
        + """
known = Maker("known")
F.Maker.give_next(known)
made = Maker("made")
print(made == known, made.who, known.who, made.__grefcount__)
F.Maker.give_next(GObject.Object())
try:
    Maker()
except TypeError as error:
    print(error)
gc.collect()
"""
    ) == ["True made made 2", "the constructor of __main__+Maker has made a GObject"]


@pytest.mark.parametrize(
    ("expression", "name", "who"),
    [
        ("Maker('Python')", "Maker", "Python"),
        ("GObject.new(Maker)", "Maker", "C's"),
        ("Grandmaker()", "Grandmaker", "C's"),
        ("GObject.new(Grandmaker)", "Grandmaker", "C's"),
    ],
)
def test_a_wrapper_of_a_parents_type_gives_way(told, expression, name, who):
    """The object was shown to Python before it was of its own class; what it got then it keeps."""
    program = f"""
early = []
def shown(half, *_):
    half.mark = 7
    early.append(half if keeps else type(half).__name__)
for keeps in (True, False):
    F.Maker.show_next(shown)
    made = {expression}
    first = early.pop()
    print(type(made).__name__, made.who, made.mark, first == made if keeps else first, made.__grefcount__)
    del first
    gc.collect()
    print(made.__grefcount__, made.mark, getattr(made, "of_its_own", 8))
"""
    assert told(NESTED + program) == [f"{name} {who} 7 True 2", "1 7 8", f"{name} {who} 7 Maker 1", "1 7 8"]


def test_what_c_makes_is_of_its_own_type_when_init_runs(told):
    assert told(
        NESTED
        + """
class Asks(Maker):
    asked = GObject.Property(type=int, default=2)
    __gsignals__ = {"heard": (GObject.SignalFlags.RUN_LAST, None, ())}
    def __init__(self):
        super().__init__()
        self.connect("heard", lambda *_: print(self.asked))
        self.asked += 1
        self.emit("heard")
GObject.new(Asks)
"""
    ) == ["3"]


# ---- The hook of templates ----


def test_the_hook_is_called_once_and_first(told):
    assert told("""
order = []
class Base(GObject.Object):
    @GObject.Property(type=int, flags=GObject.ParamFlags.READWRITE | GObject.ParamFlags.CONSTRUCT)
    def number(self):
        return 0
    @number.setter
    def number(self, value):
        order.append("property")
    def __init__(self):
        order.append("init")
        super().__init__()
        order.append("after")
    def do_constructed(self):
        order.append("constructed")
class Derived(Base):
    pass
Base.__dontuse_ginstance_init__ = lambda self: order.append(type(self).__name__)
for make in (Base, Derived, lambda: GObject.new(Base), lambda: GObject.new(Derived)):
    make()
    print(*order)
    order.clear()
def fails(self):
    raise ValueError("hook")
import sys
sys.excepthook = lambda kind, value, _: order.append(str(value))
Derived.__dontuse_ginstance_init__ = fails
Derived()
print(*order)
""") == [
        "init Base property constructed after",
        "init Derived property constructed after",
        "Base init after property constructed",
        "Derived init after property constructed",
        "init hook property constructed after",
    ]


# ---- The collector ----


def test_the_collector_comes_while_a_wrapper_is_made(told):
    """Before Python 3.12 it does so in allocations; what it finalises asks for the same wrapper."""
    assert told("""
class Node(GObject.Object):
    pass
class Asks:
    def __init__(self):
        self.me = self
    def __del__(self):
        node = store.get_item(0)
        found.append((node, getattr(node, "mine", None)))
store = Gio.ListStore(item_type=GObject.Object)
gc.set_threshold(0)
n = 0
for i in range(300):
    found = []
    node = Node()
    node.mine = i
    store.append(node)
    del node
    Asks()
    gc.set_threshold(1 + i % 7, 1, 1)
    node = store.get_item(0)
    gc.set_threshold(0)
    assert node.mine == i
    for other, mine in found:
        assert other is node and mine == i
        n += 1
    store.remove_all()
    del node
    gc.collect()
print("right")
""") == ["right"]


def test_what_the_collector_has_emptied_is_not_called(told):
    """Something that goes with a handler emits its signal: all orders in which the collector may find them."""
    assert told("""
import itertools, types
gc.disable()
class Bell(GObject.Object):
    __gsignals__ = {"ring": (GObject.SignalFlags.RUN_LAST, None, ())}
    number = GObject.Property(type=int, default=0)
def prototype(*args):
    calls.append(int(len(args)))
def function():
    return types.FunctionType(prototype.__code__, {"calls": calls, "__builtins__": __builtins__})
class Holder:
    def __init__(self, held):
        self.held = held
class Rings(Holder):
    def __del__(self):
        self.held()
calls = []
makers = {"function": function, "bell": Bell, "other": Bell, "list": list}
for order in itertools.permutations(makers):
    for way in range(4):
        parts = {name: makers[name]() for name in order}
        handler, bell, other, several = (parts[name] for name in makers)
        several.append(other)
        handler.__globals__.update(bell=bell, several=several)
        reference = bell.weak_ref()
        def ring(reference=reference):
            if bell := reference():
                bell.emit("ring")
        if way == 0:
            bell.connect("ring", handler)
        elif way == 1:
            other.bind_property("number", bell, "number", 0, handler)
            bell.connect("ring", handler)
            other.end = Rings(ring)
        else:
            bell.connect("ring", handler, several)
            several.append(Holder(bell))
            bell.end = Holder(handler)
        if way == 3:
            bell.connect("ring", lambda *_, other=other: None)
        if way != 1:
            other.weak_ref(ring)
        del parts, handler, bell, other, several, reference, ring
        gc.collect()
print("right", set(calls) <= {1, 2})
""") == ["right True"]


def test_handlers_survive_with_what_is_brought_back(told):
    """A finaliser keeps what was garbage: its handlers are called as before, and go with it in the end."""
    assert told("""
class Bell(GObject.Object):
    __gsignals__ = {"ring": (GObject.SignalFlags.RUN_LAST, None, ())}
class Keeps:
    def __init__(self, bell):
        self.me, self.bell = self, bell
    def __del__(self):
        self.bell.emit("ring")
        kept.append(self.bell)
kept, calls = [], []
bell = Bell()
bell.connect("ring", lambda bell, *_: calls.append(bell.name), bell)
bell.name = "bell"
Keeps(bell)
gone = []
bell.weak_ref(lambda: gone.append(1))
del bell
gc.collect()
kept[0].emit("ring")
print(calls, gone)
kept.clear()
gc.collect()
print(gone)
""") == ["['bell', 'bell'] []", "[1]"]


@pytest.mark.parametrize("disposes", ["pass", "source.run_dispose()", "F.dispose_in_thread(source)"])
@pytest.mark.parametrize("thread", ["main", "other"])
def test_a_followed_object_goes_with_its_follower(told, disposes, thread):
    """Its handlers keep the follower, which unbinds itself while GObject destroys the handlers one by one."""
    assert told(f"""
import itertools, threading, weakref
import gi
gi.require_version("GijitFixtures", "1.0")
from gi.repository import GijitFixtures as F
class Plain(GObject.Object):
    number = GObject.Property(type=int, default=0)
    again = GObject.Property(type=int, default=0)
    __gsignals__ = {{"told": (GObject.SignalFlags.RUN_LAST, None, ())}}
class Disposes(Plain):
    def do_dispose(self):
        GObject.Object.do_dispose(self)
def make(kind, other, before, circle, signal):
    source, target = kind(), other()
    made.extend(map(weakref.ref, (source, target)))
    if before:
        source.bind_property("number", target, "again")
    source.connect(signal, lambda *_, target=target: target)
    if not before:
        source.bind_property("number", target, "again")
    source.connect("notify::number", lambda *_: None)
    for each, held in ((source, source), (target, target), (target, source)):
        if circle & 1:
            each.connect("told", lambda *_, held=held: held)
        circle >>= 1
    source.number = 3
    assert target.again == 3
    del target, each, held
    {disposes}
def make_all():
    for case in itertools.product(kinds, kinds, (False, True), range(8), ("notify::number", "notify::again")):
        for _ in range(3):
            make(*case)
        gc.collect()
    done.append(True)
kinds, made, done = (Plain, Disposes), [], []
if "{thread}" == "main":
    make_all()
else:
    worker = threading.Thread(target=make_all)
    worker.start()
    worker.join()
# What threads of C leave is dropped by the main thread as it goes on.
for _ in range(3):
    gc.collect()
print("right", done, [reference for reference in made if reference()])
""") == ["right [True] []"]


# ---- Sources ----


def test_a_source_that_goes_is_not_revived(told):
    """Weak references tell of it while it is still attached: when it has no references left, but before the collector has
    done anything to it.
    """
    assert told("""
import weakref
class Counts(GLib.Source):
    def __init__(self):
        super().__init__()
        self.set_callback(lambda *_: True)
    def prepare(self):
        calls.append("prepare")
        return True, 0
    def dispatch(self, callback, args):
        return True
    def __del__(self):
        # Without ending the source, as the base class does.
        calls.append("del")
def tell(_):
    calls.append("gone")
    context.iteration(False)
calls = []
context = GLib.MainContext()
for circle in (False, True):
    source = Counts()
    if circle:
        source.me = source
    source.attach(context)
    context.iteration(False)
    reference = weakref.ref(source, tell)
    del source
    gc.collect()
    context.iteration(False)
    print(*calls)
    calls.clear()
""") == ["prepare del gone", "prepare gone prepare del"]


# ---- Who hears of an exception ----


def test_only_who_asks_hears(told):
    """C calls Python while Python waits for it; what that has C do has other callers."""
    assert told("""
import sys
class Broken(GObject.Object):
    @GObject.Property(type=int, default=0)
    def broken(self):
        raise ValueError("broken")
class Maker(GObject.Object):
    def do_constructed(self):
        GObject.Object.do_constructed(self)
        asks()
def asks(*_):
    action = Gio.PropertyAction.new("x", broken, "broken")
    heard.append(action.get_state() is not None)
broken, heard = Broken(), []
sys.excepthook = lambda kind, value, _: heard.append(str(value))
Maker()
print(*heard)
heard.clear()
action = Gio.SimpleAction(name="a")
action.connect("notify::enabled", asks)
action.props.enabled = False
print(*heard)
for ask in (lambda: broken.props.broken, lambda: broken.get_property("broken")):
    try:
        ask()
    except ValueError as error:
        print("raised", error)
""") == ["broken True", "broken True", "raised broken", "raised broken"]

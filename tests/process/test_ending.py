"""The interpreter's end, met on other threads: nothing aborts, nothing hangs, nothing is lost before it."""

import pytest

#: A daemon thread is inside Python that gijit called, in each way that there is, while the interpreter ends.
DAEMON = """
import json, sys, threading, time
from gi.repository import Gio, GLib, GObject

def slow(*args):
    reached.set()
    time.sleep(0.3)
    return 1

class Disposed(GObject.Object):
    def do_dispose(self):
        slow()

class Begun(GObject.Object):
    def __init__(self):
        super().__init__()
        slow()

class Number:
    def __int__(self):
        return slow()
    __index__ = __int__

class Items:
    def __len__(self):
        return 1
    def __getitem__(self, i):
        return slow()

class Named(GObject.Object):
    y = GObject.Property(type=int)
    @GObject.Property(type=int)
    def slow(self):
        return slow()

class Dropped:
    def __del__(self, slow=slow):
        slow()

def weak():
    thing = GObject.Object()
    thing.weak_ref(slow)

def warn():
    import warnings
    warnings.simplefilter("always")
    warnings.showwarning = slow
    GObject.Object().disconnect(99999)

def dropped():
    thing = GObject.Object()
    thing.attribute = Dropped()

def emitted():
    action = Gio.SimpleAction.new("name", None)
    action.connect("activate", slow)
    action.activate(None)

def defined():
    class Meta(type(GObject.Object)):
        def __setattr__(cls, name, value):
            slow()
            super().__setattr__(name, value)
    Meta("Late", (GObject.Object,), {})

class Ending:
    def __del__(self, sleep=time.sleep, print=print):
        sleep(0.7)
        print("ended")

ways = {
    "dispose": lambda: Disposed() and None,
    "weak": weak,
    "argument": lambda: GLib.ascii_strtoll("4", Number()),
    "items": lambda: GLib.build_filenamev(Items()),
    "variant": lambda: GLib.Variant("i", Number()),
    "property": lambda: setattr(Named(), "y", Number()),
    "getter": lambda: Named().get_property("slow"),
    "new": lambda: GObject.new(Begun),
    "warn": warn,
    "dropped": dropped,
    "emitted": emitted,
    "defined": defined,
}
reached = threading.Event()
json.ending = Ending()
threading.Thread(target=ways[way], daemon=True).start()
assert reached.wait(20)
"""

WAYS = ("dispose weak argument items variant property getter new warn dropped emitted defined").split()


@pytest.mark.parametrize("way", WAYS)
def test_a_daemon_thread_in_python_stays_where_it_is(run, way):
    assert run(f"way = {way!r}\n" + DAEMON) == "ended\n"


def test_threads_that_make_classes_stay_where_they_are(run):
    # A thread that Python ends while it writes to stderr, as warnings do, keeps that locked, which is fatal: so none warns.
    program = """
import random, threading, time, warnings
warnings.simplefilter("ignore")
from gi.repository import Gio
def use():
    for name in dir(Gio):
        try:
            getattr(Gio, name)
        except Exception:
            pass
for i in range(2):
    threading.Thread(target=use, daemon=True).start()
time.sleep(0.01 + random.random() * 0.1)
"""
    for _ in range(10):
        run(program)


def test_handlers_of_exit_that_came_first_are_called_back_from_threads(run):
    # What is registered first runs last.
    program = """
import sys
import atexit
def last():
    print("exit")
    use()
atexit.register(last)
from gi.repository import Gio, GLib
class Out(Gio.OutputStream):
    def do_write_fn(self, buffer, *args):
        print("write", bytes(buffer))
        return len(buffer)
def use():
    loop = GLib.MainLoop()
    def done(stream, result):
        print(stream.write_bytes_finish(result))
        loop.quit()
    stream = Out()
    stream.write_bytes_async(GLib.Bytes.new(b"hello"), 0, None, done)
    GLib.timeout_add_seconds(10, loop.quit)
    loop.run()
use()
"""
    once = ["write b'hello'", "5"]
    # The test's own prelude has imported gijit, but not gi.
    assert run(program).splitlines() == [*once, "exit", *once]


def test_threads_of_c_that_come_while_python_ends(run):
    # Workers of C call back all the time, some for the first time and some when the interpreter has begun to end.
    program = """
import time
from gi.repository import Gio, GLib
class Out(Gio.OutputStream):
    def do_write_fn(self, buffer, *args):
        return len(buffer)
def write():
    Out().write_bytes_async(GLib.Bytes.new(b"hello"), 0, None, lambda *args: None)
until = time.monotonic() + 0.05
while time.monotonic() < until:
    write()
    time.sleep(0.0005)
"""
    for _ in range(8):
        run(program)


def test_a_thread_of_c_leaves_nothing_behind(run):
    # What Python is told of a thread goes when the thread leaves Python; it may come again, and nested.
    program = """
import sys
from gi.repository import Gio, GLib
seen = []
class Out(Gio.OutputStream):
    def do_write_fn(self, buffer, *args):
        seen.append(len(sys._current_frames()))
        Gio.SimpleAction.new("name", None).connect("activate", lambda *args: None)
        return len(buffer)
loop = GLib.MainLoop()
def done(stream, result):
    stream.write_bytes_finish(result)
    if len(seen) < 50:
        write()
    else:
        loop.quit()
def write():
    Out().write_bytes_async(GLib.Bytes.new(b"hello"), 0, None, done)
write()
loop.run()
print(len(seen), set(seen), len(sys._current_frames()))
"""
    assert run(program).strip() == "50 {2} 1"


def test_the_last_collection_meets_a_class_with_its_own_dispose(run):
    """What is in a circle when Python ends is finalised when Python can no longer be entered: once, and not again."""
    program = """
from gi.repository import GObject

class Node(GObject.Object):
    def do_dispose(self):
        GObject.Object.do_dispose(self)

nodes = [Node() for _ in range(50)]
for node in nodes:
    node.itself = [node]
"""
    # Memory that was freed does not look as if it were in use.
    run(program, env={"MALLOC_PERTURB_": "165", "G_SLICE": "always-malloc"})

"""Ctrl-C and other signals while a main loop waits in C. Each program is a process of its own."""

import signal

import pytest

PRELUDE = """
import os, signal, sys, threading
from gi.repository import GLib
GLib.MainContext, GLib.idle_add
import gi._ossighelper
log = []
def press(number=signal.SIGINT, after=150):
    # From another process, so that any thread may get it.
    parent = os.getpid()
    if os.fork() == 0:
        import time
        time.sleep(after / 1000)
        os.kill(parent, number)
        os._exit(0)
def late(loop):
    GLib.timeout_add(5000, lambda: log.append("late") or loop.quit())
"""


@pytest.fixture
def says(run):
    def says(program):
        return run(PRELUDE + program, timeout=60).strip().splitlines()

    return says


def test_it_ends_a_loop(says):
    program = """
loop = GLib.MainLoop(); late(loop); press()
try: loop.run()
except KeyboardInterrupt: print("interrupted", loop.is_running(), log)
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler, signal.set_wakeup_fd(-1))
"""
    assert says(program) == ["interrupted False []", "True -1"]


def test_it_ends_a_loop_on_a_context_of_its_own(says):
    program = """
loop = GLib.MainLoop(GLib.MainContext()); press()
try: loop.run()
except KeyboardInterrupt: print("interrupted")
"""
    assert says(program) == ["interrupted"]


@pytest.mark.parametrize("context", ["None", "GLib.MainContext()"])
def test_it_ends_nested_loops_and_the_outermost_raises(says, context):
    program = f"""
outer = GLib.MainLoop(); inner = GLib.MainLoop({context}); late(outer)
def nest():
    press()
    try: inner.run(); print("inner ended")
    except KeyboardInterrupt: print("inner raised")
GLib.idle_add(nest)
try: outer.run(); print("outer ended")
except KeyboardInterrupt: print("outer raised", log)
"""
    assert says(program) == ["inner ended", "outer raised []"]


def test_a_loop_that_ends_by_itself_leaves_no_interrupt(says):
    program = """
outer = GLib.MainLoop(); inner = GLib.MainLoop()
def nest():
    GLib.idle_add(inner.quit); inner.run(); print("inner ended"); press()
GLib.idle_add(nest); late(outer)
try: outer.run()
except KeyboardInterrupt: print("outer raised", log)
loop = GLib.MainLoop(); GLib.timeout_add(50, loop.quit); loop.run(); print("another ended")
"""
    assert says(program) == ["inner ended", "outer raised []", "another ended"]


def test_a_handler_of_the_program_stays(says):
    program = """
loop = GLib.MainLoop(); late(loop)
def handler(*_): log.append("mine"); loop.quit()
signal.signal(signal.SIGINT, handler); press(); loop.run()
print(log, signal.getsignal(signal.SIGINT) is handler)
"""
    assert says(program) == ["['mine'] True"]


def test_a_handler_that_is_set_meanwhile_stays(says):
    program = """
loop = GLib.MainLoop(); late(loop)
def handler(*_): log.append("mine"); loop.quit()
def change(): signal.signal(signal.SIGINT, handler); press()
GLib.idle_add(change); loop.run()
print(log, signal.getsignal(signal.SIGINT) is handler)
"""
    assert says(program) == ["['mine'] True"]


def test_a_handler_of_glibs_stays(says):
    program = """
loop = GLib.MainLoop(); late(loop)
GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, signal.SIGINT, lambda: log.append("glib") or loop.quit())
press(); loop.run(); print(log)
"""
    assert says(program) == ["['glib']"]


def test_other_signals_wake_the_loop(says):
    program = """
loop = GLib.MainLoop(); late(loop)
signal.signal(signal.SIGUSR1, lambda *_: log.append("handled") or loop.quit())
press(signal.SIGUSR1); loop.run(); print(log)
"""
    assert says(program) == ["['handled']"]


def test_a_handler_that_raises_is_printed(says):
    program = """
sys.excepthook = lambda kind, value, _: log.append(str(value))
loop = GLib.MainLoop()
def handler(*_): GLib.idle_add(loop.quit); raise ValueError("from the handler")
signal.signal(signal.SIGUSR1, handler); press(signal.SIGUSR1); loop.run(); print(log)
"""
    assert says(program) == ["['from the handler']"]


def test_another_thread_leaves_signals_alone(says):
    program = """
def work():
    loop = GLib.MainLoop(GLib.MainContext()); source = GLib.Timeout(50)
    source.set_callback(loop.quit); source.attach(loop.get_context())
    log.append(signal.getsignal(signal.SIGINT) is signal.default_int_handler); loop.run()
thread = threading.Thread(target=work); thread.start(); thread.join(); print(log)
"""
    assert says(program) == ["[True]"]


def test_somebody_elses_wakeup_stays(says):
    program = """
read, write = os.pipe2(os.O_NONBLOCK); signal.set_wakeup_fd(write)
loop = GLib.MainLoop(); GLib.timeout_add(10, loop.quit); loop.run()
print(signal.set_wakeup_fd(-1) == write)
"""
    assert says(program) == ["True"]


def test_no_descriptor_is_left(says):
    program = """
loop = GLib.MainLoop()
def run(): GLib.idle_add(loop.quit); loop.run()
run(); before = len(os.listdir("/proc/self/fd"))
for _ in range(200): run()
print(len(os.listdir("/proc/self/fd")) - before)
"""
    assert says(program) == ["0"]


def test_exit_in_a_callback_ends_the_program(run):
    run(PRELUDE + "GLib.idle_add(sys.exit, 3); GLib.MainLoop().run()", status=3)


def test_a_loop_needs_nothing_of_asyncios(says):
    program = """
from gi import _ossighelper
loop = GLib.MainLoop(); GLib.idle_add(loop.quit); loop.run(); loop.get_context().iteration(False)
event_loop = _ossighelper.get_event_loop(loop.get_context())
with event_loop.paused(), event_loop.running(loop.quit): print(type(event_loop).__name__)
print("asyncio" in sys.modules, "socket" in sys.modules)
"""
    assert says(program) == ["DummyEventLoop", "False False"]


def test_signals_by_their_address(says):
    program = """
from gi._ossighelper import PyOS_getsig, PyOS_setsig, startup_sigint_ptr, sigint_handler_is_default
print(PyOS_getsig(signal.SIGINT) == startup_sigint_ptr, sigint_handler_is_default())
print(PyOS_setsig(signal.SIGUSR2, 1), PyOS_setsig(signal.SIGUSR2, 0))
"""
    assert says(program) == ["True True", "0 1"]
    assert signal.SIG_IGN == 1

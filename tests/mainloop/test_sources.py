"""Sources of the main loop: what they call, what they hold, and that they leave nothing behind."""

import gc
import inspect
import os
import resource
import signal
import sys
import threading
import weakref

import gijit
import pytest
from gi import PyGIDeprecationWarning
from gi.repository import GLib

SOURCES = int(os.environ.get("GIJIT_SOURCES", 100_000))
#: What a run may add to the process: far below a word for each source.
SLACK = 384 << 10
PAGE = resource.getpagesize()
CONTEXT = GLib.MainContext.default()


class Thing:
    """Something whose end can be seen."""


def _iterate():
    while CONTEXT.iteration(False):
        pass


def _nothing(*_):
    return False


@pytest.fixture
def printed(monkeypatch):
    """The exceptions that went through ``sys.excepthook``."""
    seen = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, value, traceback: seen.append(value))
    return seen


def _object():
    source = GLib.Idle()
    source.set_callback(_nothing, 1)
    source.attach()
    source.destroy()


class Own(GLib.Source):
    def prepare(self):
        return True, 0

    def check(self):
        return True

    def dispatch(self, callback, args):
        return callback(*args) if callback else False


def _own():
    source = Own()
    source.set_callback(_nothing, 1, 2)
    source.attach()


def _run():
    GLib.idle_add(_nothing, "data")
    CONTEXT.iteration(False)


def _raising():
    GLib.idle_add(int, "no number")
    CONTEXT.iteration(False)


def _refused():
    try:
        GLib.timeout_add(-1, _nothing, 1)
    except OverflowError:
        pass


READ, WRITE = os.pipe()

FAMILIES = {
    "idle": lambda: GLib.source_remove(GLib.idle_add(_nothing)),
    "idle, data": lambda: GLib.source_remove(GLib.idle_add(_nothing, 1, "two", priority=GLib.PRIORITY_LOW)),
    "idle, run": _run,
    "idle, raising": _raising,
    "timeout": lambda: GLib.source_remove(GLib.timeout_add(1000, lambda: None)),
    "timeout, seconds": lambda: GLib.source_remove(GLib.timeout_add_seconds(1000, _nothing, 1)),
    "timeout, refused": _refused,
    "watch": lambda: GLib.source_remove(GLib.io_add_watch(READ, 0, GLib.IOCondition.IN, _nothing, 1)),
    "signal": lambda: GLib.source_remove(GLib.unix_signal_add(0, signal.SIGUSR2, _nothing, 1)),
    "object": _object,
    "own": _own,
    "loop": GLib.MainLoop,
}


# Warnings that are collected stay: some names are old ones.
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("family", FAMILIES)
def test_a_hundred_thousand_leave_nothing(family, monkeypatch):
    use = FAMILIES[family]
    monkeypatch.setattr(sys, "excepthook", lambda *_: None)

    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * PAGE

    n = SOURCES // 10 if family == "signal" else SOURCES
    for _ in range(n // 10):
        use()
    gc.collect()
    before, live = resident(), gijit.stats()
    for _ in range(n):
        use()
    gc.collect()
    after = gijit.stats()
    for counter in ("live_closures", "live_wrappers"):
        assert after[counter] <= live[counter], counter
    assert resident() - before < SLACK


def test_a_callback_gets_its_data_until_it_says_no():
    calls = []
    GLib.idle_add(lambda *data: calls.append(data) or len(calls) < 3, 1, "two")
    _iterate()
    assert calls == [(1, "two")] * 3


@pytest.mark.parametrize(("answer", "goes_on"), [(1, True), ("x", True), ([], False), (0.0, False), (None, False)])
def test_any_object_is_an_answer(answer, goes_on):
    source = GLib.idle_add(lambda: answer)
    CONTEXT.iteration(False)
    assert (CONTEXT.find_source_by_id(source) is not None) == goes_on
    if goes_on:
        GLib.source_remove(source)


def test_an_exception_is_printed_and_counts_as_no(printed):
    source = GLib.idle_add(int, "x")
    _iterate()
    assert [type(error) for error in printed] == [ValueError]
    assert CONTEXT.find_source_by_id(source) is None


def test_an_answer_without_truth_is_an_exception(printed):
    class Neither:
        def __bool__(self):
            raise LookupError("neither")

    GLib.idle_add(Neither)
    _iterate()
    assert [type(error) for error in printed] == [LookupError]


@pytest.mark.parametrize("end", ["remove", "run", "replace", "destroy", "drop"])
def test_references_go_with_the_source(end):
    callback, data = Thing(), Thing()
    callback_ref, data_ref = weakref.ref(callback), weakref.ref(data)

    def function(_data, _self=callback):
        return False

    if end in ("remove", "run"):
        source = GLib.idle_add(function, data)
    else:
        source = GLib.Idle()
        source.set_callback(function, data)
        if end == "destroy":
            source.attach()
    del callback, data, function
    gc.collect()
    assert callback_ref() is not None and data_ref() is not None
    if end == "remove":
        GLib.source_remove(source)
    elif end == "run":
        _iterate()
    elif end == "replace":
        source.set_callback(_nothing)
    elif end == "destroy":
        source.destroy()
    else:
        del source
    gc.collect()
    assert callback_ref() is None and data_ref() is None


def test_a_callback_may_remove_its_own_source_and_still_look_at_its_data():
    thing = Thing()
    ref = weakref.ref(thing)
    seen = []

    def callback(data):
        GLib.source_remove(source)
        gc.collect()
        seen.append(data)
        return False

    source = GLib.idle_add(callback, thing)
    del thing
    _iterate()
    assert seen == [ref()] and ref() is not None
    seen.clear()
    gc.collect()
    assert ref() is None


def test_threads_add_sources_to_the_main_loop():
    loop = GLib.MainLoop()
    main = threading.get_ident()
    each, threads = 2000, 4
    seen = []

    def called(number):
        assert threading.get_ident() == main
        seen.append(number)
        if len(seen) == each * threads:
            loop.quit()
        return False

    def work(start):
        for i in range(each):
            GLib.idle_add(called, start + i)

    workers = [threading.Thread(target=work, args=(i * each,)) for i in range(threads)]
    for worker in workers:
        worker.start()
    guard = GLib.timeout_add_seconds(60, loop.quit)
    loop.run()
    GLib.source_remove(guard)
    for worker in workers:
        worker.join()
    assert sorted(seen) == list(range(each * threads))


def test_a_thread_runs_a_context_of_its_own():
    seen = []

    def work():
        context = GLib.MainContext.new()
        context.push_thread_default()
        loop = GLib.MainLoop(context)
        source = GLib.Timeout(1)
        source.set_callback(lambda: seen.append(threading.current_thread()) or loop.quit())
        source.attach(context)
        loop.run()
        context.pop_thread_default()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)
    assert seen == [thread]


def test_a_source_of_pythons_is_asked_in_order():
    calls = []

    class Source(GLib.Source):
        def prepare(self):
            calls.append("prepare")
            return False, 0

        def check(self):
            calls.append("check")
            return True

        def dispatch(self, callback, args):
            calls.append(("dispatch", callback, args))
            return False

        def finalize(self):
            calls.append("finalize")

    source = Source()
    source.set_callback(_nothing, 1, 2)
    source.attach()
    CONTEXT.iteration(True)
    assert calls == ["prepare", "check", ("dispatch", _nothing, (1, 2))]
    assert source.is_destroyed()
    del source
    gc.collect()
    assert calls[-1] == "finalize" and len(calls) == 4


def test_a_source_without_a_callback_gets_none():
    calls = []

    class Source(Own):
        def dispatch(self, *args):
            calls.append(args)
            return False

    source = Source()
    source.attach()
    CONTEXT.iteration(False)
    assert calls == [(None, None)]


def test_a_source_ends_with_its_object_wherever_it_is_attached():
    source = Own()
    ident = source.attach()
    assert CONTEXT.find_source_by_id(ident) is not None
    del source
    gc.collect()
    assert CONTEXT.find_source_by_id(ident) is None


def test_what_a_source_does_wrong_is_printed(printed):
    class Source(GLib.Source):
        answers = iter([True, (1,), (True, "x"), (True, 0)])

        def prepare(self):
            return next(self.answers)

        def check(self):
            raise KeyError("check")

        def dispatch(self, callback, args):
            raise IndexError("dispatch")

    source = Source()
    source.attach()
    for _ in range(4):
        CONTEXT.iteration(False)
    assert source.is_destroyed()
    kinds = [type(error) for error in printed]
    assert kinds == [TypeError, KeyError, TypeError, KeyError, TypeError, KeyError, IndexError]


def test_a_class_without_methods_is_told_so(printed):
    class Source(GLib.Source):
        pass

    source = Source()
    source.attach()
    CONTEXT.iteration(False)
    assert [str(error) for error in printed] == [
        "'Source' object has no attribute 'prepare'",
        "'Source' object has no attribute 'check'",
    ]


def test_sources_of_c_pass_their_own_arguments():
    read, write = os.pipe()
    os.write(write, b"x")
    calls = []
    channel = GLib.IOChannel(filedes=read)
    source = GLib.io_create_watch(channel, GLib.IOCondition.IN)
    source.set_callback(lambda *args: calls.append(args) and False, "data")
    source.attach()
    CONTEXT.iteration(True)
    assert calls == [(channel, GLib.IOCondition.IN, "data")]
    child = os.fork()
    if child == 0:
        os._exit(3)
    calls.clear()
    source = GLib.child_watch_source_new(child)
    source.set_callback(lambda *args: calls.append(args))
    source.attach()
    while not calls:
        CONTEXT.iteration(True)
    assert calls == [(child, 3 << 8)]
    os.close(read)
    os.close(write)


def test_a_watch_gets_what_it_was_made_with():
    read, write = os.pipe()
    os.write(write, b"x")
    seen = []
    with os.fdopen(read, "rb") as file:
        for subject in (read, file, GLib.IOChannel(filedes=read)):
            callback = lambda subject, *rest: seen.append((subject, *rest)) and False  # noqa: E731
            GLib.io_add_watch(subject, GLib.PRIORITY_HIGH, GLib.IOCondition.IN, callback, 7)
            CONTEXT.iteration(True)
            assert seen[-1][0] is subject and seen[-1][1:] == (GLib.IOCondition.IN, 7)
    os.close(write)


def test_a_pollfd_lives_as_long_as_its_source_needs_it():
    read, write = os.pipe()
    os.write(write, b"x")

    class Source(Own):
        def prepare(self):
            return False, -1

    source = Source()
    source.set_callback(_nothing)
    source.add_poll(GLib.PollFD(read, GLib.IOCondition.IN))
    gc.collect()
    source.attach()
    assert CONTEXT.iteration(True)
    os.close(read)
    os.close(write)


def test_priorities():
    assert GLib.Idle().priority == GLib.PRIORITY_DEFAULT_IDLE
    assert GLib.Timeout(1, GLib.PRIORITY_LOW).priority == GLib.PRIORITY_LOW
    for add, args, default in [
        (GLib.idle_add, (), GLib.PRIORITY_DEFAULT_IDLE),
        (GLib.timeout_add, (1000,), GLib.PRIORITY_DEFAULT),
        (GLib.timeout_add_seconds, (1000,), GLib.PRIORITY_DEFAULT),
    ]:
        for keywords, priority in [({}, default), ({"priority": 0}, 0), ({"priority": 5}, 5)]:
            source = add(*args, _nothing, **keywords)
            assert CONTEXT.find_source_by_id(source).priority == priority
            GLib.source_remove(source)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: GLib.idle_add(), TypeError, "idle_add() missing 1 required positional argument: 'function'"),
        (lambda: GLib.idle_add(None), TypeError, "Argument 1 does not allow None as a value"),
        (lambda: GLib.idle_add(5), TypeError, "Callback needs to be a function or method not int"),
        (lambda: GLib.idle_add(_nothing, foo=1), TypeError, "idle_add() got an unexpected keyword argument 'foo'"),
        (lambda: GLib.idle_add(_nothing, priority=None), TypeError, "Argument 0 does not allow None as a value"),
        (
            lambda: GLib.timeout_add(),
            TypeError,
            "timeout_add() missing 2 required positional arguments: 'interval' and 'function'",
        ),
        (lambda: GLib.timeout_add("x", _nothing), TypeError, "Must be number, not str"),
        (lambda: GLib.timeout_add(2**32, _nothing), OverflowError, "4294967296 not in range 0 to 4294967295"),
        (
            lambda: GLib.timeout_add(1, _nothing, interval=1),
            TypeError,
            "timeout_add() got multiple values for argument 'interval'",
        ),
        (lambda: Own().set_callback(5), TypeError, "second argument not callable"),
        (lambda: GLib.Idle().set_callback(None), TypeError, "Argument 1 does not allow None as a value"),
        (lambda: GLib.IOChannel(), TypeError, "either a valid file descriptor, file name, or window handle"),
    ],
)
def test_errors(call, kind, text):
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value).startswith(text)


def test_arguments_by_name():
    calls = []
    GLib.timeout_add(interval=1, function=lambda: calls.append("timeout"), priority=GLib.PRIORITY_HIGH)
    GLib.idle_add(function=lambda: calls.append("idle"))
    while len(calls) < 2:
        CONTEXT.iteration(True)
    assert sorted(calls) == ["idle", "timeout"]
    assert str(inspect.signature(GLib.timeout_add)) == "(interval, function, *user_data, priority=0)"


def test_old_orders_are_deprecated():
    with pytest.warns(PyGIDeprecationWarning, match="without priority as second argument"):
        source = GLib.io_add_watch(READ, GLib.IOCondition.IN, _nothing, priority=3)
    assert CONTEXT.find_source_by_id(source).priority == 3
    GLib.source_remove(source)
    with pytest.warns(PyGIDeprecationWarning, match="without priority as first argument"):
        assert GLib._child_watch_add_get_args(7, _nothing, 1, 2) == (2, 7, _nothing, (1,))


def test_what_a_context_waits_for():
    context = GLib.MainContext()
    assert context.acquire()
    timeout, fds = context.query(GLib.PRIORITY_LOW)
    assert timeout <= 0
    assert [type(fd) for fd in fds] == [GLib.PollFD] and fds[0].events == GLib.IOCondition.IN
    context.release()


def test_a_subclass_of_a_loop_is_one():
    class Loop(GLib.MainLoop):
        pass

    context = GLib.MainContext()
    loop = Loop(context)
    assert type(loop) is Loop and loop.get_context() == context
    assert type(GLib.MainLoop.new(None, False)) is GLib.MainLoop


def test_classes_of_pythons_are_shown_as_the_namespaces_own():
    assert repr(GLib.Idle()).startswith("<GLib.Idle object at ")
    assert repr(Own()).startswith(f"<{__name__}.Own object at ")


@pytest.mark.parametrize(
    ("answer", "goes_on"), [((0.0, 1), False), ((1.0, 0), True), ((), False), ([0], True), (None, False), (1, True)]
)
def test_the_first_of_several_results_says_whether_a_source_goes_on(answer, goes_on):
    calls = []

    def callback():
        calls.append(1)
        return len(calls) < 3 and answer

    GLib.idle_add(callback)
    while GLib.MainContext.default().iteration(False):
        pass
    assert (len(calls) > 1) == goes_on

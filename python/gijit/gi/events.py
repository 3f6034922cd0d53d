"""asyncio on GLib's main loop: one loop that runs both what GLib and what asyncio has to do (compat surface, section 5).

The loop is asyncio's own for selectors; its selector is a source in a main context. While the loop runs, be it by
``run_forever`` or because a ``GLib.MainLoop``, ``Gio.Application`` or ``Gtk.main`` runs on its context, that source is
attached, and calls the loop whenever there is something for it. What runs nested in a callback runs asyncio's callbacks
too; ``MainContext.iteration`` alone does not.
"""

import asyncio
import collections
import contextlib
import heapq
import inspect
import math
import selectors
import signal
import sys
import threading
import time
import warnings
import weakref
from asyncio import events, format_helpers
from asyncio.log import logger

from . import _async, _ossighelper  # noqa: F401 - what can be awaited is made there, once it has been imported
from .repository import GLib

__all__ = ["GLibEventLoop", "GLibEventLoopPolicy", "GLibTask"]

# Before Python 3.14 the functions that its deprecation warnings are about had no other name.
_get_policy = getattr(events, "_get_event_loop_policy", None) or events.get_event_loop_policy
_set_policy = getattr(events, "_set_event_loop_policy", None) or events.set_event_loop_policy
_Policy = getattr(events, "_AbstractEventLoopPolicy", None) or events.AbstractEventLoopPolicy

#: Failures and ends, which a selector shows as whatever was waited for.
_ENDS = GLib.IOCondition.ERR | GLib.IOCondition.HUP | GLib.IOCondition.NVAL

#: The signals that GLib has sources for.
_GLIB_SIGNALS = frozenset(
    getattr(signal, name)
    for name in ("SIGHUP", "SIGINT", "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGWINCH")
    if hasattr(signal, name)
)


class _LoopSource(GLib.Source):
    """A source that a loop has in its main context. It does not keep the loop."""

    def __init__(self, loop):
        super().__init__()
        self._loop = weakref.ref(loop)
        # A callback of asyncio's may run a main loop.
        self.set_can_recurse(True)


class _Source(_LoopSource):
    """Calls its loop for files, timers, and callbacks."""

    def prepare(self):
        loop = self._loop()
        wait = -1 if loop is None else loop._wait()
        return wait == 0, wait

    def check(self):
        loop = self._loop()
        return loop is not None and (loop._wait() == 0 or loop._selector._look())

    def dispatch(self, callback, args):
        loop = self._loop()
        if loop is not None:
            loop._dispatch()
        return True


class _PrioritySource(_LoopSource):
    """Runs the steps of tasks with one priority, when the main context comes to sources of it."""

    def __init__(self, loop, priority, ready):
        super().__init__(loop)
        self.ready = ready
        self.set_priority(priority)

    def prepare(self):
        return self.check(), -1

    def check(self):
        loop = self._loop()
        return bool(self.ready) and loop is not None and not loop._paused

    def dispatch(self, callback, args):
        loop = self._loop()
        if loop is not None:
            loop._guarded(lambda: loop._run_handles(self.ready))
        return True


class _Selector(selectors._BaseSelectorImpl):
    """The files that a loop waits for: while it runs, they are parts of its source."""

    def __init__(self):
        super().__init__()
        self._source = None
        self._tags = {}
        self._found = []

    def begin(self, source):
        """From here on what is ready is known by what the context of the source finds."""
        self._source = source
        for key in self._fd_to_key.values():
            self._watch(key)

    def end(self):
        self._source = None
        self._tags.clear()
        self._found = []

    def _watch(self, key):
        wanted = _ENDS
        if key.events & selectors.EVENT_READ:
            wanted |= GLib.IOCondition.IN
        if key.events & selectors.EVENT_WRITE:
            wanted |= GLib.IOCondition.OUT
        self._tags[key.fd] = self._source.add_unix_fd(key.fd, wanted)

    def register(self, fileobj, events, data=None):
        key = super().register(fileobj, events, data)
        if self._source is not None:
            self._watch(key)
        return key

    def unregister(self, fileobj):
        key = super().unregister(fileobj)
        if self._source is not None:
            self._source.remove_unix_fd(self._tags.pop(key.fd))
        return key

    def _look(self):
        """Whether a file is ready, by what the context's last poll has found. Remembers which."""
        found = []
        for fd, tag in self._tags.items():
            seen = self._source.query_unix_fd(tag)
            if not seen:
                continue
            key = self._fd_to_key[fd]
            ready = 0
            if seen & ~GLib.IOCondition.OUT:
                ready |= selectors.EVENT_READ
            if seen & ~GLib.IOCondition.IN:
                ready |= selectors.EVENT_WRITE
            if ready & key.events:
                found.append((key, ready & key.events))
        self._found = found
        return bool(found)

    def select(self, timeout=None):
        """``[(key, events), ...]`` of the files that were found ready, once. Never waits: the context does."""
        found, self._found = self._found, []
        # Some may have been given up since.
        return [(key, ready) for key, ready in found if self._fd_to_key.get(key.fd) is key]


class GLibTask(asyncio.Task):
    """A task whose steps can have a GLib priority: those of more urgent ones run first."""

    def __init__(self, *args, **kwargs):
        self._priority = GLib.PRIORITY_DEFAULT
        super().__init__(*args, **kwargs)

    @staticmethod
    def _factory(loop, coro, **kwargs):
        return GLibTask(coro, loop=loop, **kwargs)

    def set_priority(self, priority):
        """Has the steps from the next one on run with this priority; ``GLib.PRIORITY_DEFAULT`` is the usual one."""
        self._priority = int(priority)

    def get_priority(self, _=None):
        """The priority. PyGObject wants an argument here, of which it makes no use."""
        return self._priority


class _Here(threading.local):
    """What a thread has: the loop that was entered in it by ``with``, and whose main context this made its own."""

    loop = None


_here = _Here()


class GLibEventLoop(asyncio.SelectorEventLoop):
    """An event loop of asyncio's on a main context of GLib's.

    ``main_context``: the context; None is the thread's own, in the main thread the default one, and in others that have
    none, a new one.
    """

    def __init__(self, main_context=None):
        if main_context is None:
            main_context = _own_context() or GLib.MainContext()
        self._context = main_context
        #: By priority, the deques of callbacks; and while the loop runs, all its sources.
        self._urgent = {}
        self._sources = []
        self._paused = 0
        #: What ends the main loops that run on the context, the innermost last.
        self._quits = []
        #: What ended the run: KeyboardInterrupt, SystemExit.
        self._ended_by = None
        super().__init__(_Selector())
        self._clock_resolution = 1e-6
        self.set_task_factory(GLibTask._factory)

    def __repr__(self):
        return (
            f"<{type(self).__name__} running={self.is_running()} closed={self.is_closed()} debug={self.get_debug()} "
            f"ctx=0x{hash(self._context):X} loop=0x{id(self):X}>"
        )

    def time(self):
        """Seconds of GLib's monotonic clock."""
        return GLib.get_monotonic_time() / 1_000_000

    # ---- What there is to do ----

    def _call_soon(self, callback, args, context):
        # The steps of a task, and what wakes it, are methods of it.
        task = getattr(callback, "__self__", None)
        if isinstance(task, GLibTask) and task._priority != GLib.PRIORITY_DEFAULT:
            handle = events.Handle(callback, args, self, context)
            self._ready_with(task._priority).append(handle)
            return handle
        return super()._call_soon(callback, args, context)

    def _ready_with(self, priority):
        """The callbacks that are ready and run with a GLib priority of their own."""
        ready = self._urgent.get(priority)
        if ready is None:
            ready = self._urgent[priority] = collections.deque()
            if self._sources:
                self._begin(_PrioritySource(self, priority, ready))
        return ready

    def _wait(self):
        """Milliseconds until there is something to do without any file being ready; -1 for never."""
        if self._paused:
            return -1
        if self._ready or self._stopping:
            return 0
        scheduled = self._scheduled
        while scheduled and scheduled[0]._cancelled:
            self._timer_cancelled_count -= 1
            heapq.heappop(scheduled)._scheduled = False
        if not scheduled:
            return -1
        # Rounded up: a timer must not be too early.
        return max(0, math.ceil((scheduled[0]._when - self.time() - self._clock_resolution) * 1000))

    def _dispatch(self):
        """Runs what is ready."""
        if self._paused:
            return
        self._guarded(self._run_once)
        if self._stopping:
            self._quit()

    def _guarded(self, run):
        """Calls ``run`` as the running loop. What shall end the program is kept for whoever runs the loop."""
        marked = events._get_running_loop() is self
        if not marked:
            warnings.warn(
                f"{self!r} is iterated without being marked as running: something runs the main context that does not "
                "tell asyncio of it",
                RuntimeWarning,
                stacklevel=2,
            )
            events._set_running_loop(self)
        try:
            run()
        except (SystemExit, KeyboardInterrupt) as error:
            self._ended_by = error
            self._quit()
        finally:
            if not marked:
                events._set_running_loop(None)

    def _run_once(self):
        self._process_events(self._selector.select())
        end = self.time() + self._clock_resolution
        scheduled = self._scheduled
        while scheduled and scheduled[0]._when < end:
            handle = heapq.heappop(scheduled)
            handle._scheduled = False
            self._ready.append(handle)
        self._run_handles(self._ready)

    def _run_handles(self, ready):
        """Runs the callbacks that are in a deque, and not those that they add. A loop nested in one may take the rest."""
        left = len(ready)
        while left > 0 and ready:
            left -= 1
            handle = ready.popleft()
            if handle._cancelled:
                continue
            if not self._debug:
                handle._run()
                continue
            self._current_handle = handle
            begun = time.perf_counter()
            try:
                handle._run()
            finally:
                self._current_handle = None
            taken = time.perf_counter() - begun
            if taken >= self.slow_callback_duration:
                name = format_helpers._format_callback_source(handle._callback, handle._args)
                logger.warning("Executing %s took %.3f seconds", name, taken)

    # ---- Running ----

    def run_forever(self):
        """Runs until ``stop``."""
        self._check_closed()
        self._check_running()
        main = GLib.MainLoop.new(self._context, False)
        with (
            _ossighelper.register_sigint_fallback(self._quit, self._context) as fallback,
            self.running(main.quit),
        ):
            if not fallback.interrupted:
                # Not the override: that would have this loop run another time.
                super(GLib.MainLoop, main).run()

    @contextlib.contextmanager
    def running(self, quit_func):
        """Entered while something runs the main context that shall run asyncio's callbacks too; ``quit_func`` ends that.

        RuntimeError where another loop runs in this thread, or this one in another.
        """
        self._check_closed()
        running = events._get_running_loop()
        if running is not None and running is not self:
            raise RuntimeError("Cannot run the event loop while another loop is running")
        if _here.loop is not None and _here.loop is not self:
            raise RuntimeError(f"Cannot run {self!r} in a thread that has {_here.loop!r}")
        if self._quits and self._thread_id != threading.get_ident():
            raise RuntimeError(f"{self!r} is running in another thread")
        self._quits.append(quit_func)
        try:
            if len(self._quits) == 1:
                with self._begun():
                    yield
            else:
                with self._outside_task():
                    yield
        finally:
            self._quits.pop()
            if not self._quits:
                self._stopping = False
                error, self._ended_by = self._ended_by, None
                if error is not None:
                    raise error

    @contextlib.contextmanager
    def _begun(self):
        """What holds from the beginning to the end of a run."""
        self._set_coroutine_origin_tracking(self._debug)
        hooks = sys.get_asyncgen_hooks()
        self._thread_id = threading.get_ident()
        # Sources for this run alone: one that stayed attached would be asked whenever others iterate the context.
        source = _Source(self)
        self._selector.begin(source)
        self._begin(source)
        for priority, ready in self._urgent.items():
            self._begin(_PrioritySource(self, priority, ready))
        try:
            sys.set_asyncgen_hooks(firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook)
            events._set_running_loop(self)
            yield
        finally:
            self._selector.end()
            for source in self._sources:
                source.destroy()
            self._sources.clear()
            self._thread_id = None
            events._set_running_loop(None)
            self._set_coroutine_origin_tracking(False)
            sys.set_asyncgen_hooks(*hooks)

    def _begin(self, source):
        source.attach(self._context)
        self._sources.append(source)

    @contextlib.contextmanager
    def _outside_task(self):
        """Entered where a task runs a main loop: others can run meanwhile."""
        task = asyncio.current_task(self)
        if task is None:
            yield
            return
        asyncio.tasks._leave_task(self, task)
        try:
            yield
        finally:
            asyncio.tasks._enter_task(self, task)

    def stop(self):
        """Ends the run, and all main loops that are nested in it, once the callbacks that are ready now have run."""
        super().stop()

    def _quit(self):
        for quit_func in reversed(self._quits):
            quit_func()

    @contextlib.contextmanager
    def paused(self):
        """Entered while the main context is iterated without this loop's callbacks."""
        self._paused += 1
        try:
            yield
        finally:
            self._paused -= 1

    def close(self):
        super().close()
        GLibEventLoopPolicy._forget(self)

    # ---- As the loop of a thread ----

    def __enter__(self):
        """Makes the loop that of this thread, and its main context the thread's default one."""
        self._check_closed()
        if _here.loop is not None:
            raise RuntimeError(f"{_here.loop!r} has been entered in this thread")
        known = GLibEventLoopPolicy._loops.get(hash(self._context))
        if known is not None and known is not self:
            raise RuntimeError(f"the main context has an event loop: {known!r}")
        if not self._context.acquire():
            raise RuntimeError("the main context belongs to another thread")
        self._context.push_thread_default()
        GLibEventLoopPolicy._loops[hash(self._context)] = self
        _here.loop = self
        return self

    def __exit__(self, *exception):
        _here.loop = None
        GLibEventLoopPolicy._forget(self)
        self._context.pop_thread_default()
        self._context.release()

    # ---- Signals ----

    def add_signal_handler(self, sig, callback, *args):
        """Calls ``callback(*args)`` in the loop when the signal comes. RuntimeError for a signal that cannot be caught."""
        if sig not in _GLIB_SIGNALS:
            return super().add_signal_handler(sig, callback, *args)
        if inspect.iscoroutine(callback) or inspect.iscoroutinefunction(callback):
            raise TypeError("coroutines cannot be used with add_signal_handler()")
        self._check_signal(sig)
        self._check_closed()
        self.remove_signal_handler(sig)
        before = _ossighelper.PyOS_getsig(sig)
        handle = _SignalHandle(callback, args, self, None)
        handle.before = before
        handle.source = _signal_source(sig)
        handle.source.set_callback(self._signalled, sig)
        handle.source.attach(self._context)
        self._signal_handlers[sig] = handle
        return None

    def _signalled(self, sig):
        handle = self._signal_handlers.get(sig)
        if handle is not None:
            self._add_callback_signalsafe(handle)
        return True

    def remove_signal_handler(self, sig):
        """Whether there was a handler."""
        self._check_signal(sig)
        handle = self._signal_handlers.get(sig)
        if not isinstance(handle, _SignalHandle):
            return super().remove_signal_handler(sig)
        del self._signal_handlers[sig]
        handle.cancel()
        source, handle.source = handle.source, None
        source.destroy()
        # With its last reference a source leaves the signal to what the system does by itself.
        del source
        _ossighelper.PyOS_setsig(sig, handle.before)
        return True


class _SignalHandle(events.Handle):
    """The callback of a signal, with GLib's source for it and what handled the signal before."""

    __slots__ = ("before", "source")


def _signal_source(sig):
    try:
        from .repository import GLibUnix
    except ImportError:
        return GLib.unix_signal_source_new(sig)
    return GLibUnix.signal_source_new(sig)


def _own_context():
    """The main context of this thread: the one that was made its own, or in the main thread the default one; or None."""
    own = GLib.MainContext.get_thread_default()
    if own is None and threading.current_thread() is threading.main_thread():
        own = GLib.MainContext.default()
    return own


class GLibEventLoopPolicy(_Policy):
    """Gives each thread the event loop of its main context.

    In the main thread that is made when it is asked for; another thread has one if it has a main context of its own, or
    after ``set_event_loop``. As a context manager it is asyncio's policy until the end, when it closes the loop.
    """

    #: The open loops that threads have, by the address of their main context.
    _loops = {}

    def __init__(self):
        super().__init__()
        self._before = []
        self._child_watcher = None

    @classmethod
    def _forget(cls, loop):
        key = hash(loop._context)
        if cls._loops.get(key) is loop:
            del cls._loops[key]

    @staticmethod
    def _get_event_loop():
        """The loop that this thread has, or None."""
        context = _own_context()
        return None if context is None else GLibEventLoopPolicy._loops.get(hash(context))

    def get_event_loop(self):
        """The loop of this thread. RuntimeError if it has no main context."""
        context = _own_context()
        if context is None:
            raise RuntimeError(f"There is no main context set for thread {threading.current_thread().name!r}.")
        return self.get_event_loop_for_context(context)

    def get_event_loop_for_context(self, ctx):
        """The loop of a main context, None being the default one; made if there is none."""
        if ctx is None:
            ctx = GLib.MainContext.default()
        loop = self._loops.get(hash(ctx))
        if loop is None:
            loop = self._loops[hash(ctx)] = GLibEventLoop(ctx)
        return loop

    def new_event_loop(self):
        """A loop with a main context of its own."""
        return GLibEventLoop(GLib.MainContext())

    def set_event_loop(self, loop):
        """Makes a loop, and its main context, those of this thread, which has none; None takes them away again."""
        thread = threading.current_thread()
        if loop is None:
            known = _here.loop
            if known is not None:
                known.__exit__(None, None, None)
            elif (known := self._get_event_loop()) is not None:
                self._forget(known)
            return
        if not isinstance(loop, GLibEventLoop):
            raise TypeError(f"loop must be a GLibEventLoop, not {type(loop).__name__}")
        if _own_context() is not None:
            raise RuntimeError(
                f"Thread {thread.name!r} already has a main context, get_event_loop() will create a new loop if needed"
            )
        loop.__enter__()

    if sys.version_info < (3, 14):

        def get_child_watcher(self):
            """What waits for the processes that asyncio starts."""
            if self._child_watcher is None:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", DeprecationWarning)
                    self._child_watcher = asyncio.ThreadedChildWatcher()
            return self._child_watcher

        def set_child_watcher(self, watcher):
            self._child_watcher = watcher

    def __enter__(self):
        self._before.append(_get_policy())
        _set_policy(self)
        return self

    def __exit__(self, *exception):
        loop = self._get_event_loop()
        if loop is not None:
            loop.close()
        _set_policy(self._before.pop())

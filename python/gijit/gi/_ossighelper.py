"""Signals while C waits: Ctrl-C ends a main loop, and handlers written in Python run although no Python code does.

And the place where main loops meet asyncio's: ``get_event_loop``.
"""

import os
import signal
import sys

from . import _gi

PyOS_getsig = _gi.pyos_getsig
PyOS_setsig = _gi.pyos_setsig

#: What handles SIGINT in C when Python has just started.
startup_sigint_ptr = _gi.startup_sigint

#: The pipe that Python's signal handlers write to while a main loop runs, and on which contexts it is watched.
_wakeup_fd_is_active = False
_wakeup_read = -1
_watched = []

#: What ends the running main loops, innermost last, and whether Ctrl-C has been pressed meanwhile.
_callback_stack = []
_sigint_called = False


def ensure_socket_not_inheritable(sock):
    """Programs that this process starts do not get the socket."""
    sock.set_inheritable(False)


def is_main_thread():
    """Whether this is the thread in which signal handlers run."""
    # Not before there is a main loop: this module comes with the first class that has one.
    import threading

    return threading.current_thread() is threading.main_thread()


class wakeup_on_signal:
    """While this is entered, a signal wakes a main loop that runs in the main thread, so that its handler can run.

    ``context`` is that of the main loop, None for the default one. Nothing happens in other threads, and where somebody
    else (asyncio does) has asked Python to be woken.
    """

    __slots__ = ("_context", "_fds", "_source")

    def __init__(self, context=None):
        self._context = context
        self._fds = None
        self._source = None

    def __enter__(self):
        global _wakeup_fd_is_active, _wakeup_read
        if not is_main_thread():
            return
        if _wakeup_fd_is_active:
            if any(context == self._context for context in _watched):
                return
        else:
            fds = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
            before = signal.set_wakeup_fd(fds[1], warn_on_full_buffer=False)
            if before != -1:
                signal.set_wakeup_fd(before)
                os.close(fds[0])
                os.close(fds[1])
                return
            self._fds = fds
            _wakeup_read = fds[0]
            _wakeup_fd_is_active = True
        self._source = _gi.watch_signals(_wakeup_read, self._context)
        _watched.append(self._context)

    def __exit__(self, *_):
        global _wakeup_fd_is_active, _wakeup_read
        source, self._source = self._source, None
        if source is not None:
            source.destroy()
            _watched.remove(self._context)
        fds, self._fds = self._fds, None
        if fds is not None:
            _wakeup_fd_is_active = False
            _wakeup_read = -1
            current = signal.set_wakeup_fd(-1)
            if current not in (fds[1], -1):
                # Somebody else's, who asked for it meanwhile.
                signal.set_wakeup_fd(current)
            os.close(fds[0])
            os.close(fds[1])


def sigint_handler_is_default():
    """Whether Ctrl-C raises KeyboardInterrupt, and neither the program nor C has asked for anything else."""
    return (
        signal.getsignal(signal.SIGINT) is signal.default_int_handler
        and PyOS_getsig(signal.SIGINT) == startup_sigint_ptr
    )


class sigint_handler_set_and_restore_default:
    """Has ``handler`` called for Ctrl-C, instead of the default one, which comes back unless another was set meanwhile."""

    __slots__ = ("_handler",)

    def __init__(self, handler):
        self._handler = handler

    def __enter__(self):
        if not sigint_handler_is_default():
            raise AssertionError("SIGINT has a handler already")
        signal.signal(signal.SIGINT, self._handler)

    def __exit__(self, *_):
        if signal.getsignal(signal.SIGINT) is self._handler:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _interrupted(_signum, _frame):
    """Ends every main loop that runs."""
    global _sigint_called
    _sigint_called = True
    while _callback_stack:
        _callback_stack.pop()()


class register_sigint_fallback:
    """While this is entered, Ctrl-C calls ``callback``, and KeyboardInterrupt is raised at the end.

    If more than one is entered, all callbacks are called, the innermost first, and the outermost raises. Nothing happens
    in other threads than the main one, nor where SIGINT has a handler already.
    """

    __slots__ = ("_callback", "_handling", "_wakeup")

    def __init__(self, callback, context=None):
        self._callback = callback
        self._handling = None
        self._wakeup = wakeup_on_signal(context)

    def __enter__(self):
        self._wakeup.__enter__()
        if not is_main_thread():
            return self
        if signal.getsignal(signal.SIGINT) is _interrupted:
            self._handling = False
        elif sigint_handler_is_default():
            signal.signal(signal.SIGINT, _interrupted)
            self._handling = True
        else:
            return self
        _callback_stack.append(self._callback)
        return self

    @property
    def interrupted(self):
        """Whether Ctrl-C has been pressed since this was entered."""
        return self._handling is not None and self._callback not in _callback_stack

    def __exit__(self, *exception):
        global _sigint_called
        self._wakeup.__exit__()
        if self._handling is None:
            return
        if _callback_stack and _callback_stack[-1] is self._callback:
            _callback_stack.pop()
        if self._handling:
            if signal.getsignal(signal.SIGINT) is _interrupted:
                signal.signal(signal.SIGINT, signal.default_int_handler)
            if _sigint_called:
                _sigint_called = False
                raise KeyboardInterrupt


class _Nothing:
    """A context manager that does nothing."""

    __slots__ = ()

    def __enter__(self):
        pass

    def __exit__(self, *_):
        pass


_NOTHING = _Nothing()


class DummyEventLoop:
    """What a context without a loop of asyncio's has in its place."""

    __slots__ = ()

    def paused(self):
        """Entered while the context is iterated without the loop's callbacks."""
        return _NOTHING

    def running(self, quit_func):
        """Entered while a main loop runs on the context; ``quit_func`` ends it."""
        return _NOTHING


_DUMMY = DummyEventLoop()


def get_event_loop(ctx):
    """The event loop of asyncio's that runs on a main context, or a dummy."""
    events = sys.modules.get("gi.events")
    asyncio = sys.modules.get("asyncio")
    if events is None or asyncio is None:
        return _DUMMY
    running = asyncio._get_running_loop()
    if running is not None and getattr(running, "_context", None) == ctx:
        return running
    policy = events._get_policy()
    if isinstance(policy, events.GLibEventLoopPolicy):
        return policy.get_event_loop_for_context(ctx)
    return _DUMMY

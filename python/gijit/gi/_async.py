"""``gi._gi.Async``: an operation that has been started, to be awaited (compat surface, section 5).

A function that starts an operation and tells a callback of its end gives one where no callback is passed, if asyncio's
running loop runs on the main context in which that end is told.
"""

from asyncio import InvalidStateError, events
from types import GenericAlias

from .repository import Gio, GLib


def begin(function, cancellable):
    """What a call of ``function`` gives that passes no callback: an Async, or None if no loop waits for it.

    ``cancellable`` is what is passed as that, or None.
    """
    loop = events._get_running_loop()
    context = getattr(loop, "_context", None)
    if context is None or context != GLib.MainContext.ref_thread_default():
        return None
    finish = function.get_finish_func()
    if finish is None:
        return None
    return Async(finish, Gio.Cancellable() if cancellable is None else cancellable, loop)


class Async:
    """A running operation of a GLib library's, like a future of asyncio's: its result is that of the finish function.

    It does not know "cancelled": an operation whose ``cancellable`` is cancelled ends with a GLib.Error.
    """

    __module__ = "gi._gi"
    __slots__ = (
        "__weakref__",
        "_asyncio_future_blocking",
        "_callbacks",
        "_exception",
        "_finish_func",
        "_is_done",
        "_is_told",
        "_loop",
        "_result",
        "cancellable",
    )
    __class_getitem__ = classmethod(GenericAlias)

    def __init__(self, finish_func, cancellable, loop):
        self._asyncio_future_blocking = False
        self._callbacks = []
        self._exception = None
        self._finish_func = finish_func
        self._is_done = False
        # Whether somebody has been told of the exception.
        self._is_told = False
        self._loop = loop
        self._result = None
        self.cancellable = cancellable

    def __repr__(self):
        place = ".".join(
            [self._finish_func.get_namespace(), *_container(self._finish_func), self._finish_func.get_name()]
        )
        return f"gi._gi.Async(finish_func={place}, done={self._is_done})"

    def get_loop(self):
        """The loop in which it runs."""
        return self._loop

    def cancel(self, msg=None):
        """Cancels the cancellable. None: it ends as the operation does, and whoever awaits it is woken then."""
        self.cancellable.cancel()

    def cancelled(self):
        """False: that an operation was cancelled is a GLib.Error."""
        return False

    def done(self):
        """Whether the operation has ended."""
        return self._is_done

    def result(self):
        """What the finish function returned; raises what it raised. InvalidStateError before the end."""
        error = self.exception()
        if error is not None:
            raise error
        return self._result

    def exception(self):
        """What the finish function raised, or None. InvalidStateError before the end."""
        if not self._is_done:
            raise InvalidStateError("Async task is still running!")
        self._is_told = True
        return self._exception

    def add_done_callback(self, fn, *, context=None):
        """Has the loop call ``fn(self)`` after the end."""
        if self._is_done:
            self._loop.call_soon(fn, self, context=context)
        else:
            self._callbacks.append((fn, context))

    def remove_done_callback(self, fn):
        """Takes all callbacks away that equal ``fn``; how many there were."""
        left = [pair for pair in self._callbacks if pair[0] != fn]
        removed = len(self._callbacks) - len(left)
        self._callbacks[:] = left
        return removed

    def __await__(self):
        return self

    __iter__ = __await__

    def __next__(self):
        if self._is_done:
            raise StopIteration(self.result())
        self._asyncio_future_blocking = True
        return self

    def _finish(self, source, result, *_):
        """The callback of the operation."""
        finish = self._finish_func
        try:
            self._result = finish(source, result) if finish.is_method() else finish(result)
        except Exception as error:
            # The frames of a traceback hold what is in them, and an operation shall not hold itself.
            self._exception = error.with_traceback(None)
        self._is_done = True
        callbacks, self._callbacks = self._callbacks, []
        if not self._loop.is_closed():
            for fn, context in callbacks:
                self._loop.call_soon(fn, self, context=context)

    def __del__(self):
        # One whose construction failed has no fields.
        if getattr(self, "_exception", None) is not None and not self._is_told:
            self._loop.call_exception_handler(
                {"message": "Async exception was never retrieved", "exception": self._exception, "future": self}
            )


def _container(function):
    container = function.get_container()
    return [] if container is None else [container.get_name()]

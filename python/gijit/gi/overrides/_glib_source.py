"""Sources of the main loop as objects, and what watches a child process."""

from .. import PyGIDeprecationWarning, _gi
from ..module import get_introspection_module
from . import deprecated, override

__all__ = ["Idle", "Source", "Timeout", "_child_watch_add_get_args", "child_watch_add"]

GLib = get_introspection_module("GLib")


@override
class Source(GLib.Source):
    """A source that a class derived from this one implements.

    Its methods ``prepare`` (returns whether it is ready, and for how many milliseconds there is nothing to see; or
    False), ``check`` (whether it is ready after the waiting) and ``dispatch(callback, args)`` (calls what
    ``set_callback`` was given, and says whether the source goes on) are called by the context that it is attached to.
    The source is at its end when this object is.
    """

    __module__ = "gi.overrides.GLib"

    def __new__(cls, *args, **kwargs):
        return _gi.source_new(cls)

    def __del__(self, _end=_gi.source_end):
        # The name is bound: what goes with the interpreter goes when this module is empty already.
        if _end(self):
            self.finalize()

    def set_callback(self, func, *user_data):
        """What the source calls, with ``user_data`` behind its own arguments, until that returns something false."""
        _gi.source_set_callback(self, func, user_data)

    def add_poll(self, fd):
        """Has the context wait for a ``GLib.PollFD`` too."""
        # GLib keeps its address.
        vars(self).setdefault("_polled", []).append(fd)
        super().add_poll(fd)

    def remove_poll(self, fd):
        """Ends what ``add_poll`` began."""
        super().remove_poll(fd)
        polled = vars(self).get("_polled", ())
        for i, known in enumerate(polled):
            if known is fd:
                del polled[i]
                break

    def finalize(self):
        """Called at the end of a source that Python implements."""

    @property
    def priority(self):
        """Smaller numbers come first."""
        return self.get_priority()

    @priority.setter
    def priority(self, value):
        self.set_priority(value)

    @property
    def can_recurse(self):
        """Whether the source may call its callback while that runs."""
        return self.get_can_recurse()

    @can_recurse.setter
    def can_recurse(self, value):
        self.set_can_recurse(value)

    def get_current_time(self):
        return GLib.get_real_time() * 1e-6

    get_current_time = deprecated(get_current_time, "GLib.Source.get_time() or GLib.get_real_time()")


class Idle(Source):
    """Calls its callback when there is nothing else to do."""

    __module__ = "gi.overrides.GLib"

    def __new__(cls, priority=GLib.PRIORITY_DEFAULT):
        return _gi.boxed_as(cls, GLib.idle_source_new())

    def __init__(self, priority=GLib.PRIORITY_DEFAULT):
        super().__init__()
        if priority != GLib.PRIORITY_DEFAULT:
            self.set_priority(priority)


class Timeout(Source):
    """Calls its callback every ``interval`` milliseconds."""

    __module__ = "gi.overrides.GLib"

    def __new__(cls, interval=0, priority=GLib.PRIORITY_DEFAULT):
        return _gi.boxed_as(cls, GLib.timeout_source_new(interval))

    def __init__(self, interval=0, priority=GLib.PRIORITY_DEFAULT):
        super().__init__()
        if priority != GLib.PRIORITY_DEFAULT:
            self.set_priority(priority)


def _child_watch_add_get_args(priority_or_pid, pid_or_callback, *args, **kwargs):
    """``(priority, pid, function, data)`` of a call in today's order or in an old one."""
    args = list(args)
    if callable(pid_or_callback):
        import warnings

        warnings.warn(
            "Calling child_watch_add without priority as first argument is deprecated",
            PyGIDeprecationWarning,
            stacklevel=3,
        )
        if len(args) > 2:
            raise TypeError("expected at most 4 positional arguments")
        pid, callback = priority_or_pid, pid_or_callback
        priority = args.pop() if len(args) == 2 else kwargs.get("priority", GLib.PRIORITY_DEFAULT)
    else:
        priority, pid = priority_or_pid, pid_or_callback
        if "function" in kwargs:
            callback = kwargs["function"]
        elif args and callable(args[0]):
            callback = args.pop(0)
        else:
            raise TypeError("expected callback as third argument")
    if "data" in kwargs:
        if args:
            raise TypeError('got multiple values for "data" argument')
        args = [kwargs["data"]]
    return priority, pid, callback, tuple(args)


def child_watch_add(*args, **kwargs):
    """``child_watch_add(priority, pid, function, *data)``: has ``function(pid, status, *data)`` called when a child ends."""
    return _gi.child_watch_add(*_child_watch_add_get_args(*args, **kwargs))

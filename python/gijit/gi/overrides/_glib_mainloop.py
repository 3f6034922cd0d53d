"""Main loops, their contexts, and what they wait for."""

import sys

from .. import _gi
from ..module import get_introspection_module
from . import override

__all__ = ["MainContext", "MainLoop", "PollFD"]

GLib = get_introspection_module("GLib")


@override
class MainContext(GLib.MainContext):
    """A set of sources that one thread at a time looks after."""

    __module__ = "gi.overrides.GLib"

    def iteration(self, may_block=True):
        """One round: waits if there is nothing to do and it may, and calls what is ready. Whether anything was."""
        if "gi.events" in sys.modules:
            from .. import _ossighelper

            with _ossighelper.get_event_loop(self).paused():
                return super().iteration(may_block)
        return super().iteration(may_block)

    def query(self, max_priority):
        """What a poll for the sources of this priority and more urgent ones waits for: ``(timeout, [PollFD, ...])``."""
        return _gi.main_context_query(self, max_priority)


@override
class MainLoop(GLib.MainLoop):
    """Runs a context until somebody says ``quit``."""

    __module__ = "gi.overrides.GLib"

    def __new__(cls, context=None):
        return _gi.boxed_as(cls, GLib.MainLoop.new(context, False))

    def run(self):
        """Runs until ``quit``. Ctrl-C ends it too, with KeyboardInterrupt, unless the program handles that itself."""
        from .. import _ossighelper

        context = self.get_context()
        with (
            _ossighelper.register_sigint_fallback(self.quit, context) as fallback,
            _ossighelper.get_event_loop(context).running(self.quit),
        ):
            # Nobody can quit a loop that does not run yet.
            if not fallback.interrupted:
                super().run()


@override
class PollFD(GLib.PollFD):
    """A file descriptor and what is waited for on it."""

    __module__ = "gi.overrides.GLib"

    def __new__(cls, fd, events):
        return super().__new__(cls)

    def __init__(self, fd, events):
        self.fd = fd
        self.events = events

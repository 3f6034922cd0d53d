"""GTK 3's main loop."""

import sys

from ..module import get_introspection_module
from . import override

__all__ = ["main", "main_iteration", "main_iteration_do", "main_quit"]

GLib = get_introspection_module("GLib")
Gtk = get_introspection_module("Gtk")

_main, _main_quit, _main_iteration_do = Gtk.main, Gtk.main_quit, Gtk.main_iteration_do


@override(Gtk.main)
def main(*args, **kwargs):
    """Runs GTK until ``main_quit``. Ctrl-C ends it too, with KeyboardInterrupt, unless the program handles that itself."""
    from .. import _ossighelper

    with (
        _ossighelper.register_sigint_fallback(_main_quit) as fallback,
        _ossighelper.get_event_loop(GLib.MainContext.default()).running(_main_quit),
    ):
        # Nobody can quit what does not run yet.
        if not fallback.interrupted:
            return _main(*args, **kwargs)


@override(Gtk.main_quit)
def main_quit(*args):
    """Ends the innermost ``main``. A handler of any signal: arguments are ignored."""
    _main_quit()


@override(Gtk.main_iteration)
def main_iteration():
    """One round of GTK's main loop, which waits until there is something to do. Whether ``main_quit`` has been called."""
    return main_iteration_do(True)


@override(Gtk.main_iteration_do)
def main_iteration_do(blocking):
    """One round of GTK's main loop, which waits if there is nothing to do and it may. Whether ``main_quit`` has been
    called. asyncio's callbacks wait meanwhile."""
    if "gi.events" in sys.modules:
        from .. import _ossighelper

        with _ossighelper.get_event_loop(GLib.MainContext.default()).paused():
            return _main_iteration_do(blocking)
    return _main_iteration_do(blocking)

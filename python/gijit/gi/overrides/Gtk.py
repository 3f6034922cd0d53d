"""What Python adds to GTK.

Most of it is in modules of their own (``_lazy.PARTS``), which are imported when one of their names is asked for; this one
has the rest, and all of their names.
"""

from importlib import import_module

from .. import _ossighelper
from ..module import get_introspection_module
from . import override
from ._lazy import PARTS, names_of

GLib = get_introspection_module("GLib")
Gtk = get_introspection_module("Gtk")

__all__ = sorted(names_of(Gtk))  # noqa: PLE0605 - the names are texts


def __getattr__(name):
    part = PARTS["Gtk"].get(name) if name in __all__ else None
    if part is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__package__}.{part}"), name)


if Gtk._version == "3.0":
    _main = Gtk.main

    def main(*args, **kwargs):
        """Runs GTK until ``main_quit``. Ctrl-C ends it too, with KeyboardInterrupt, unless the program handles that
        itself."""
        with (
            _ossighelper.register_sigint_fallback(Gtk.main_quit) as fallback,
            _ossighelper.get_event_loop(GLib.MainContext.default()).running(Gtk.main_quit),
        ):
            # Nobody can quit what does not run yet.
            if not fallback.interrupted:
                _main(*args, **kwargs)

    @override
    class Dialog(Gtk.Dialog):
        __module__ = "gi.overrides.Gtk"
        __doc__ = vars(Gtk.Dialog)["__doc__"]

        def run(self, *args, **kwargs):
            """Shows the dialog until it has an answer, a ``Gtk.ResponseType``. Ctrl-C ends it too, with
            KeyboardInterrupt, unless the program handles that itself."""
            with (
                _ossighelper.register_sigint_fallback(self.destroy) as fallback,
                _ossighelper.get_event_loop(GLib.MainContext.default()).running(self.destroy),
            ):
                # A dialog that is not shown yet cannot be left.
                return Gtk.ResponseType.NONE if fallback.interrupted else super().run(*args, **kwargs)

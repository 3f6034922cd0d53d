"""What Python adds to GLib.

Main loops, sources, channels and so on are in modules of their own (``_lazy.PARTS``), which are imported when one of their
names is asked for; this one has the rest, and all of their names.
"""

from importlib import import_module

from .. import PyGIDeprecationWarning, _gi
from ..module import get_introspection_module
from . import deprecated
from ._lazy import NAMES, PARTS

GLib = get_introspection_module("GLib")

__all__ = sorted(NAMES["GLib"])  # noqa: PLE0605 - the names are texts

IO_ERR = GLib.IOCondition.ERR
IO_HUP = GLib.IOCondition.HUP
IO_IN = GLib.IOCondition.IN
IO_NVAL = GLib.IOCondition.NVAL
IO_OUT = GLib.IOCondition.OUT
IO_PRI = GLib.IOCondition.PRI


def __getattr__(name):
    part = PARTS["GLib"].get(name)
    if part is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__package__}.{part}"), name)


class Pid(int):
    """A process that was started here. Closed at its end, which matters on Windows only."""

    _open = True

    def close(self, _glib=GLib):
        """Gives back what the system keeps for it."""
        # The name is bound, since an interpreter that ends empties this module first; the namespace keeps its functions.
        if self._open:
            self._open = False
            _glib.spawn_close_pid(self)

    def __del__(self):
        self.close()


def spawn_async(
    argv,
    envp=None,
    working_directory=None,
    flags=0,
    child_setup=None,
    user_data=None,
    standard_input=False,
    standard_output=False,
    standard_error=False,
):
    """Starts a program: ``(pid, stdin, stdout, stderr)``, with file descriptors for those that are asked for.

    ``child_setup(user_data)`` is called in the child before the program is. GLib.Error if it cannot be started.
    """
    pid, *files = _gi.spawn_async(
        argv,
        envp,
        working_directory,
        flags,
        child_setup,
        user_data,
        standard_input,
        standard_output,
        standard_error,
    )
    return Pid(pid), *files


def markup_escape_text(text, length=-1):
    """Text with what would be markup escaped; of a str or bytes the first ``length`` bytes only, if that is not negative."""
    if isinstance(text, bytes):
        text = text.decode("UTF-8")
    return GLib.markup_escape_text(text, length)


def filename_from_utf8(utf8string, len=-1):
    """A text as a file name; of the first ``len`` bytes only, if that is not negative."""
    return GLib.filename_from_utf8(utf8string, len)[0]


def threads_init():
    """Does nothing."""
    import warnings

    warnings.warn(
        "Since version 3.11, calling threads_init is no longer needed. "
        "See: https://pygobject.gnome.org/guide/threading.html#threads-faq",
        PyGIDeprecationWarning,
        stacklevel=2,
    )


def get_current_time():
    """Seconds since 1970."""
    return GLib.get_real_time() * 1e-6


get_current_time = deprecated(get_current_time, "GLib.get_real_time()")

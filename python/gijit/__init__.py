"""gijit: GObject libraries from Python, compiled.

``gijit.install()`` makes ``import gi`` mean gijit in this process; ``python -m gijit script.py`` does so for a whole
program. Nothing else changes: the program goes on saying ``from gi.repository import Gtk``.
"""

import sys

__all__ = ["explain", "install", "stats"]
__version__ = "0.1.0"


def install():
    """Make ``import gi`` find gijit in this process, and in those that ``multiprocessing`` starts from it. Idempotent.

    Raises ImportError if another ``gi`` has been imported before.
    """
    known = sys.modules.get("gi")
    if known is not None and not hasattr(known, "_gijit"):
        raise ImportError(
            f"gi has been imported already, from {getattr(known, '__file__', 'an unknown place')}: "
            "call gijit.install() before the first import of gi"
        )
    from . import _finder

    _finder.install()


def _native():
    install()
    from gi import _gi

    return _gi


def explain(function, *, code=True):
    """Return what a call of ``function`` consists of, as text for a person.

    The plan with its arguments and ownership, the call shape, the tier and the GIL verdict; with ``code``, also the
    LLVM IR and the assembly of its thunk (this loads the engine). ``function`` is a function or method of a namespace,
    such as ``GLib.ascii_strtoll`` or ``Gio.Cancellable.is_cancelled``. TypeError for anything else.
    """
    return _native().explain(function, code)


def stats():
    """Return counters of this process as a dict: bound callables, thunks, compile time, live wrappers and closures."""
    return _native().stats()

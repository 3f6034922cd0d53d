"""gijit: GObject libraries from Python, compiled.

``gijit.install()`` makes ``import gi`` mean gijit in this process; ``python -m gijit script.py`` does so for a whole
program. Nothing else changes: the program goes on saying ``from gi.repository import Gtk``.
"""

import os
import sys

__all__ = ["explain", "install", "stats"]
__version__ = "0.1.0"

_FOLDER = os.path.dirname(os.path.abspath(__file__))


#: What makes a process that multiprocessing starts: with `spawn` it is imported there, with `forkserver` by the server.
_SPAWNER = "multiprocessing.spawn"


class _Finder:
    """Finds the top-level module ``gi`` in this package, and nothing else."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == _SPAWNER:
            _lend_path()
        if name != "gi":
            return None
        from importlib.machinery import PathFinder

        return PathFinder.find_spec("gi", [_FOLDER], target)


def _lend_path():
    """Has processes that multiprocessing starts find ``gi`` too. They are given the search path of their parent, and
    nothing else of it; first in that is the folder of the program."""
    folder = os.path.join(_FOLDER, "path")
    if folder not in sys.path:
        sys.path.insert(1, folder)


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
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(0, _Finder)
    if _SPAWNER in sys.modules:
        _lend_path()


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

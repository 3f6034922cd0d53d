"""Classes of GTK 3 that have another initialiser and nothing else, each made when it is asked for.

They once took positional arguments (``_lazy.INITIALISERS``).
"""

from _thread import RLock

from ..module import get_introspection_module
from . import deprecated_init, override
from ._gtk_deprecation import PyGTKDeprecationWarning
from ._lazy import INITIALISERS

__all__ = list(INITIALISERS)

Gtk = get_introspection_module("Gtk")

#: More arguments of ``deprecated_init``.
_MORE = {
    "RecentChooserDialog": lambda: {"deprecated_aliases": {"recent_manager": "manager"}},
    "SizeGroup": lambda: {"deprecated_defaults": {"mode": Gtk.SizeGroupMode.VERTICAL}},
}

#: A class is made while its lock is held, and in the order of inheritance: so no two threads wait for each other.
_locks = {name: RLock() for name in INITIALISERS}
_being_made = set()


def _class(name):
    behind = getattr(Gtk, name)
    more = _MORE.get(name, dict)()
    return type(behind)(
        name,
        (behind,),
        {
            "__module__": "gi.overrides.Gtk",
            "__doc__": vars(behind)["__doc__"],
            "__init__": deprecated_init(
                behind.__init__, INITIALISERS[name].split(), category=PyGTKDeprecationWarning, **more
            ),
        },
    )


def make(name):
    """Makes the class of that name, unless it is there. False while this thread is making it."""
    with _locks[name]:
        if name not in globals():
            if name in _being_made:
                return False
            _being_made.add(name)
            try:
                globals()[name] = override(_class(name))
            finally:
                _being_made.discard(name)
    return True


def __getattr__(name):
    if name not in INITIALISERS or not make(name):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals()[name]

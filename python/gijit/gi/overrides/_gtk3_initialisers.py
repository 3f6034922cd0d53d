"""Classes of GTK 3 that have another initialiser and nothing else, each made when it is asked for.

They once took positional arguments (``_lazy.INITIALISERS``).
"""

from ..module import get_introspection_module
from . import deprecated_init
from ._gtk_deprecation import PyGTKDeprecationWarning
from ._lazy import INITIALISERS
from ._one_by_one import one_by_one

__all__ = list(INITIALISERS)

Gtk = get_introspection_module("Gtk")

#: More arguments of ``deprecated_init``.
_MORE = {
    "RecentChooserDialog": lambda: {"deprecated_aliases": {"recent_manager": "manager"}},
    "SizeGroup": lambda: {"deprecated_defaults": {"mode": Gtk.SizeGroupMode.VERTICAL}},
}


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


make, __getattr__ = one_by_one(globals(), INITIALISERS, _class)

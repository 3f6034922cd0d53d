"""What Python adds to GTK: in modules of their own (``_lazy.PARTS``), which are imported when one of their names is asked
for. This one has all of their names.
"""

import sys
from importlib import import_module

from ..module import get_introspection_module
from ._lazy import PARTS, names_of

Gtk = get_introspection_module("Gtk")

__all__ = sorted(names_of(Gtk))  # noqa: PLE0605 - the names are texts


def __getattr__(name):
    if name == "initialized":
        return sys.modules["gi.repository.Gtk"].initialized
    part = PARTS["Gtk"].get(name) if name in __all__ else None
    if part is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__package__}.{part}"), name)

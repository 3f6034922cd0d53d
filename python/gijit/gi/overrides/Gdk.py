"""What Python adds to GDK: all of it is in modules of their own (``_lazy.PARTS``), which are imported when one of their names
is asked for; this one has all of their names."""

import sys
from importlib import import_module

from ..module import get_introspection_module
from ._lazy import PARTS, names_of

Gdk = get_introspection_module("Gdk")

__all__ = sorted(names_of(Gdk))  # noqa: PLE0605 - the names are texts


def __getattr__(name):
    if name in ("argv", "initialized"):
        # Of the initialisation, for which GDK was imported.
        return vars(sys.modules["gi.repository.Gdk"])[name]
    part = PARTS["Gdk"].get(name) if name in __all__ else None
    if part is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__package__}.{part}"), name)

"""Panes of GTK 3."""

from ..module import get_introspection_module
from . import override

__all__ = ["Paned"]

Gtk = get_introspection_module("Gtk")


@override
class Paned(Gtk.Paned):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.Paned)["__doc__"]

    def pack1(self, child, resize=False, shrink=True):
        """Puts a widget to the left or top: whether it grows with the whole, and may be smaller than it asks for."""
        super().pack1(child, resize, shrink)

    def pack2(self, child, resize=True, shrink=True):
        """Puts a widget to the right or bottom, as ``pack1`` does."""
        super().pack2(child, resize, shrink)

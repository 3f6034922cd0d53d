"""Stock items of GTK 3 and their icons."""

from ..module import get_introspection_module
from . import override, strip_boolean_result
from ._gtk_deprecation import PyGTKDeprecationWarning

__all__ = ["IconSet", "stock_lookup"]

Gtk = get_introspection_module("Gtk")

#: The ``Gtk.StockItem`` of a name, None if there is none.
stock_lookup = strip_boolean_result(Gtk.stock_lookup)


@override
class IconSet(Gtk.IconSet):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.IconSet)["__doc__"]

    def __new__(cls, pixbuf=None):
        """A set without icons; one of a pixbuf is deprecated."""
        if pixbuf is None:
            return Gtk.IconSet.new()
        import warnings

        warnings.warn(
            "Gtk.IconSet(pixbuf) has been deprecated. Please use: Gtk.IconSet.new_from_pixbuf(pixbuf)",
            PyGTKDeprecationWarning,
            stacklevel=2,
        )
        return Gtk.IconSet.new_from_pixbuf(pixbuf)

    def __init__(self, *args, **kwargs):
        # It has been made.
        pass

"""Buttons of GTK 3."""

from ..module import get_introspection_module
from . import deprecated_init, override
from ._gtk_deprecation import PyGTKDeprecationWarning

__all__ = ["Button"]

Gtk = get_introspection_module("Gtk")

_init = deprecated_init(
    Gtk.Button.__init__,
    ("label", "stock", "use_stock", "use_underline"),
    ignore=("stock",),
    category=PyGTKDeprecationWarning,
    stacklevel=3,
)


@override
class Button(Gtk.Button):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.Button)["__doc__"]

    def __init__(self, *args, **kwargs):
        if kwargs.get("stock"):
            import warnings

            warnings.warn(
                "Stock items are deprecated. Please use: Gtk.Button.new_with_mnemonic(label)",
                PyGTKDeprecationWarning,
                stacklevel=2,
            )
            kwargs.update(label=kwargs.pop("stock"), use_stock=True, use_underline=True)
        _init(self, *args, **kwargs)

    # Those of the button are deprecated, and are no more than these.
    def get_focus_on_click(self, *args, **kwargs):
        """Whether a click gives it the focus."""
        return Gtk.Widget.get_focus_on_click(self, *args, **kwargs)

    def set_focus_on_click(self, *args, **kwargs):
        """Says whether a click gives it the focus, a bool."""
        return Gtk.Widget.set_focus_on_click(self, *args, **kwargs)

"""Adjustments: a value between bounds."""

from ..module import get_introspection_module
from . import deprecated_init, override
from ._gtk_deprecation import PyGTKDeprecationWarning

__all__ = ["Adjustment"]

Gtk = get_introspection_module("Gtk")

if Gtk._version == "3.0":
    _init = deprecated_init(
        Gtk.Adjustment.__init__,
        ("value", "lower", "upper", "step_increment", "page_increment", "page_size"),
        deprecated_aliases={"page_increment": "page_incr", "step_increment": "step_incr"},
        category=PyGTKDeprecationWarning,
        stacklevel=3,
    )
else:
    _init = Gtk.Adjustment.__init__


@override
class Adjustment(Gtk.Adjustment):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.Adjustment)["__doc__"]

    def __init__(self, *args, **kwargs):
        _init(self, *args, **kwargs)
        # Construction may have set it before the bounds, to which it is clamped.
        if "value" in kwargs:
            self.set_value(kwargs["value"])
        elif args:
            self.set_value(args[0])

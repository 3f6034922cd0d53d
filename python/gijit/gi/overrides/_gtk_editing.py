"""What is typed into: text fields, and how input methods ask them."""

from ..module import get_introspection_module
from . import override, strip_boolean_result

__all__ = ["Editable", "IMContext"]

Gtk = get_introspection_module("Gtk")


@override
class Editable(Gtk.Editable):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.Editable)["__doc__"]

    def insert_text(self, text, position):
        """Inserts text before a character, at the end for -1. The position behind it."""
        return super().insert_text(text, -1, position)

    get_selection_bounds = strip_boolean_result(Gtk.Editable.get_selection_bounds, fail_ret=())


@override
class IMContext(Gtk.IMContext):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.IMContext)["__doc__"]

    get_surrounding = strip_boolean_result(Gtk.IMContext.get_surrounding)

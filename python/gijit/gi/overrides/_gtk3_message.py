"""Dialogs of GTK 3 with a message."""

from ..module import get_introspection_module
from . import deprecated_init, override
from ._gtk_deprecation import PyGTKDeprecationWarning

__all__ = ["MessageDialog"]

Gtk = get_introspection_module("Gtk")


@override
class MessageDialog(Gtk.MessageDialog):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.MessageDialog)["__doc__"]

    __init__ = deprecated_init(
        Gtk.MessageDialog.__init__,
        ("parent", "flags", "message_type", "buttons", "message_format"),
        deprecated_aliases={"text": "message_format", "message_type": "type"},
        category=PyGTKDeprecationWarning,
    )

    def format_secondary_text(self, message_format):
        """Sets the smaller text below the message."""
        self.set_property("secondary-use-markup", False)
        self.set_property("secondary-text", message_format)

    def format_secondary_markup(self, message_format):
        """Sets the smaller text below the message, with markup."""
        self.set_property("secondary-use-markup", True)
        self.set_property("secondary-text", message_format)

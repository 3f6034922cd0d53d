"""Style sheets."""

from ..module import get_introspection_module
from . import override

__all__ = ["CssProvider"]

Gtk = get_introspection_module("Gtk")

_arguments = Gtk.CssProvider.load_from_data.get_arguments()
#: GTK 3, and GTK 4 at first, take an array, later ones a text and its length.
_TAKES_TEXT = _arguments[0].get_type_info().get_tag_as_string() == "utf8"


@override
class CssProvider(Gtk.CssProvider):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.CssProvider)["__doc__"]

    def load_from_data(self, text, length=-1):
        """Replaces what it has by a style sheet, a str or bytes; of that the first ``length`` bytes only, unless it is
        negative. GTK 3 raises GLib.Error for what it cannot read, GTK 4 emits ``parsing-error``."""
        if _TAKES_TEXT:
            super().load_from_data(text.decode() if isinstance(text, bytes) else text, length)
            return
        data = text.encode() if isinstance(text, str) else text
        super().load_from_data(data if length < 0 else data[:length])

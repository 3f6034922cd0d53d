"""What Python adds to Pango."""

from ..module import get_introspection_module
from . import override

__all__ = ["FontDescription", "Layout"]

Pango = get_introspection_module("Pango")


@override
class FontDescription(Pango.FontDescription):
    __module__ = "gi.overrides.Pango"
    __doc__ = vars(Pango.FontDescription)["__doc__"]

    def __new__(cls, string=None):
        """A description without anything set, or what a text such as "Sans Bold 10" says."""
        return Pango.FontDescription.new() if string is None else Pango.FontDescription.from_string(string)

    def __init__(self, *args, **kwargs):
        # It has been made.
        pass


@override
class Layout(Pango.Layout):
    __module__ = "gi.overrides.Pango"
    __doc__ = vars(Pango.Layout)["__doc__"]

    def __new__(cls, context):
        return Pango.Layout.new(context)

    def __init__(self, *args, **kwargs):
        # It has been made.
        pass

    def set_markup(self, text, length=-1):
        """Sets text with markup; of that the first ``length`` bytes only, unless it is negative."""
        super().set_markup(text, length)

    def set_text(self, text, length=-1):
        """Sets the text; of that the first ``length`` bytes only, unless it is negative."""
        super().set_text(text, length)

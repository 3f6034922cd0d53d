"""Colours: ``Gdk.RGBA``, and in GDK 3 ``Gdk.Color``."""

from ..module import get_introspection_module
from . import override

__all__ = ["RGBA"]

Gdk = get_introspection_module("Gdk")


@override
class RGBA(Gdk.RGBA):
    """A colour as four numbers between 0 and 1: white, as far as nothing else is said. Iterates over them."""

    __module__ = "gi.overrides.Gdk"
    #: It can be changed.
    __hash__ = None

    def __init__(self, red=1.0, green=1.0, blue=1.0, alpha=1.0):
        super().__init__()
        self.red = red
        self.green = green
        self.blue = blue
        self.alpha = alpha

    def __eq__(self, other):
        return isinstance(other, Gdk.RGBA) and self.equal(other)

    def __ne__(self, other):
        return not self == other

    def __repr__(self):
        return f"Gdk.RGBA(red={self.red:f}, green={self.green:f}, blue={self.blue:f}, alpha={self.alpha:f})"

    def __iter__(self):
        yield self.red
        yield self.green
        yield self.blue
        yield self.alpha

    if Gdk._version == "3.0":

        def to_color(self):
            """A ``Gdk.Color``, which has no alpha."""
            return Color.from_floats(self.red, self.green, self.blue)

        @classmethod
        def from_color(cls, color):
            """This colour without transparency."""
            return cls(*color.to_floats())


if Gdk._version == "3.0":
    __all__ += ["Color", "color_parse"]

    def _share(name):
        """A field as a number between 0 and 1."""

        def get(self):
            return getattr(self, name) / self.MAX_VALUE

        def put(self, value):
            setattr(self, name, int(value * self.MAX_VALUE))

        return property(get, put)

    @override
    class Color(Gdk.Color):
        """A colour as three numbers between 0 and ``MAX_VALUE``."""

        __module__ = "gi.overrides.Gdk"
        __hash__ = None
        MAX_VALUE = 65535

        def __init__(self, red, green, blue):
            super().__init__()
            self.red = red
            self.green = green
            self.blue = blue

        def __eq__(self, other):
            return isinstance(other, Gdk.Color) and self._numbers() == Color._numbers(other)

        def __ne__(self, other):
            return not self == other

        def __repr__(self):
            return "Gdk.Color(red={:d}, green={:d}, blue={:d})".format(*self._numbers())

        def _numbers(self):
            return self.red, self.green, self.blue

        red_float = _share("red")
        green_float = _share("green")
        blue_float = _share("blue")

        def to_floats(self):
            """The three numbers between 0 and 1."""
            return self.red_float, self.green_float, self.blue_float

        @staticmethod
        def from_floats(red, green, blue):
            """A colour of three numbers between 0 and 1. OverflowError for greater ones."""
            return Color(*(int(value * Color.MAX_VALUE) for value in (red, green, blue)))

    _color_parse = Gdk.color_parse

    def color_parse(spec):
        """A colour that a text names. None if it names none."""
        found, color = _color_parse(spec)
        return color if found else None

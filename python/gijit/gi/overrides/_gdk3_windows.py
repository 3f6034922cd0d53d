"""Windows, cursors and drags of GDK 3, and rectangles."""

from .. import PyGIDeprecationWarning
from ..module import get_introspection_module
from . import override

__all__ = ["Cursor", "DragContext", "Window", "rectangle_intersect", "rectangle_union"]

Gdk = get_introspection_module("Gdk")

rectangle_intersect = Gdk.Rectangle.intersect
rectangle_union = Gdk.Rectangle.union


@override
class Window(Gdk.Window):
    """A part of the screen. TypeError without its parent (None for a toplevel), attributes, and which of them count."""

    __module__ = "gi.overrides.Gdk"

    def __new__(cls, parent, attributes, attributes_mask):
        # C decides of which class it is.
        return Gdk.Window.new(parent, attributes, attributes_mask)

    def __init__(self, parent, attributes, attributes_mask):
        pass

    def cairo_create(self):
        """A ``cairo.Context`` that draws on it."""
        return Gdk.cairo_create(self)


@override
class DragContext(Gdk.DragContext):
    __module__ = "gi.overrides.Gdk"
    __doc__ = vars(Gdk.DragContext)["__doc__"]

    def finish(self, success, del_, time):
        """Says to where the drag began whether it succeeded, and whether the data is to be deleted there."""
        from ..repository import Gtk

        Gtk.drag_finish(self, success, del_, time)


@override
class Cursor(Gdk.Cursor):
    """What the pointer looks like: ``Cursor(cursor_type)``. ValueError for a wrong number of arguments."""

    __module__ = "gi.overrides.Gdk"

    def __new__(cls, *args, **kwargs):
        count = len(args) + len(kwargs)
        if count == 1:
            return cls.new(*args, **kwargs)
        known = {2: ("new_for_display", "display, cursor_type"), 4: ("new_from_pixbuf", "display, pixbuf, x, y")}
        if count not in known:
            raise ValueError("Wrong number of parameters")
        import warnings

        name, arguments = known[count]
        warnings.warn(
            f'Calling "Gdk.Cursor({arguments})" has been deprecated. Please use Gdk.Cursor.{name}({arguments}). '
            "See: https://pygobject.gnome.org/devguide/initializer_deprecations.html",
            PyGIDeprecationWarning,
            stacklevel=2,
        )
        return getattr(cls, name)(*args, **kwargs)

    def __init__(self, *args, **kwargs):
        pass

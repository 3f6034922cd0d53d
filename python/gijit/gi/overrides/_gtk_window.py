"""Windows, which need a display."""

import sys

from ..module import get_introspection_module
from . import deprecated_init, override
from ._gtk_deprecation import PyGTKDeprecationWarning

__all__ = ["Window"]

Gtk = get_introspection_module("Gtk")

#: Whether GTK was to be initialised when it was imported, and could not be.
_failed = not getattr(sys.modules.get("gi.repository.Gtk"), "initialized", True)


@override
class Window(Gtk.Window):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.Window)["__doc__"]

    if _failed:

        def __init__(self, *args, **kwargs):
            raise RuntimeError("Gtk couldn't be initialized. Use Gtk.init_check() if you want to handle this case.")

    elif Gtk._version == "3.0":
        __init__ = deprecated_init(Gtk.Window.__init__, ("type",), category=PyGTKDeprecationWarning)

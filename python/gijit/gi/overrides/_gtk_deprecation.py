"""The warning for what GTK 3's overrides have kept of PyGTK."""

from .. import PyGIDeprecationWarning

__all__ = ["PyGTKDeprecationWarning"]


class PyGTKDeprecationWarning(PyGIDeprecationWarning):
    """Something is used as in PyGTK."""

    __module__ = "gi.overrides.Gtk"

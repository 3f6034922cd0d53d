"""Sorters of lists whose order a function of Python's says."""

from ..module import get_introspection_module
from . import override

__all__ = ["CustomSorter"]

Gtk = get_introspection_module("Gtk")


@override
class CustomSorter(Gtk.CustomSorter):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.CustomSorter)["__doc__"]

    @classmethod
    def new(cls, sort_func, user_data=None):
        """Sorts by ``sort_func(a, b, user_data)``, which is given two objects and says which of them is first: a number
        below, above or equal to 0."""
        return Gtk.CustomSorter.new(sort_func, user_data)

    def set_sort_func(self, sort_func, user_data=None):
        """The same from now on; None leaves the order as it is."""
        super().set_sort_func(sort_func, user_data)

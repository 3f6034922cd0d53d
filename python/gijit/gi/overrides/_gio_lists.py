"""Lists of objects."""

from types import GenericAlias

from ..module import get_introspection_module
from . import override

__all__ = ["ListStore"]

Gio = get_introspection_module("Gio")


@override
class ListStore(Gio.ListStore):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.ListStore)["__doc__"]

    #: ``Gio.ListStore[Type]``, for type checkers.
    __class_getitem__ = classmethod(GenericAlias)

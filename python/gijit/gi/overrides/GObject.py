"""What Python adds to GObject."""

from .. import _constants
from ..module import get_introspection_module

__all__ = ["Float", "type_from_name", "type_parent"]

GObject = get_introspection_module("GObject")


class Float(float):
    """A number that travels as a ``gfloat`` where a plain float would be a ``gdouble``: in a GValue without a type."""

    __gtype__ = _constants.TYPE_FLOAT


def type_from_name(name):
    """The GType with this name. RuntimeError if there is none."""
    gtype = GObject.type_from_name(name)
    if gtype == _constants.TYPE_INVALID:
        raise RuntimeError(f"unknown type name: {name}")
    return gtype


def type_parent(type_):
    """The GType that a GType derives from. RuntimeError for one that derives from none."""
    parent = GObject.type_parent(type_)
    if parent == _constants.TYPE_INVALID:
        raise RuntimeError("no parent for type")
    return parent

"""Enumerations and flags as ``IntEnum`` and ``IntFlag``."""

import enum
from enum import IntEnum, IntFlag

#: Makes an enumeration of a plain class, in half the time of ``IntEnum(name, members)``. Python's own since 3.11.
_simple_enum = getattr(enum, "_simple_enum", None)


class GEnum(IntEnum):
    """An enumeration with a GType."""


class GFlags(IntFlag):
    """Flags with a GType."""


GEnum.__module__ = GFlags.__module__ = "gi._gi"


def make(name, module, members, is_flags, gtype):
    """The class of an enumeration of the typelib: ``members`` is a list of (name, value), ``gtype`` is None for one
    that GObject does not know."""
    if gtype is None:
        base = IntFlag if is_flags else IntEnum
    else:
        base = GFlags if is_flags else GEnum
    # Some libraries give one name to two values, which Python's enumerations refuse: the first is meant.
    first = {}
    for member, value in members:
        first.setdefault(member, value)
    if _simple_enum is not None and first:
        plain = type(name, (), {**first, "__module__": module, "__qualname__": name})
        cls = _simple_enum(base)(plain)
    else:
        cls = base(name, first, module=module)
    if gtype is not None:
        cls.__gtype__ = gtype
    return cls

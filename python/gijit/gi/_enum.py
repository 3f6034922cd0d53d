"""Enumerations and flags as ``IntEnum`` and ``IntFlag``, known to GObject or not."""

import enum
from enum import EnumMeta, IntEnum, IntFlag

from . import _gi

#: Makes an enumeration of a plain class, in half the time of ``IntEnum(name, members)``. Python's own since 3.11.
_simple_enum = getattr(enum, "_simple_enum", None)


def _values(cls, name):
    import warnings

    from . import PyGIDeprecationWarning

    warnings.warn(f"{name} is deprecated, iterate over the class", PyGIDeprecationWarning, stacklevel=3)
    return {int(member): member for member in cls}


class GEnumMeta(EnumMeta):
    """Registers the enumerations that a program makes."""

    def __init__(cls, name, bases, namespace, **kwargs):
        super().__init__(name, bases, namespace, **kwargs)
        if "__gtype__" not in namespace:
            _gi.enum_register(cls, namespace.get("__gtype_name__"))

    @property
    def __enum_values__(cls):
        return _values(cls, "__enum_values__")


class GFlagsMeta(EnumMeta):
    """Registers the flags that a program makes."""

    def __init__(cls, name, bases, namespace, **kwargs):
        super().__init__(name, bases, namespace, **kwargs)
        if "__gtype__" not in namespace:
            _gi.flags_register(cls, namespace.get("__gtype_name__"))

    @property
    def __flags_values__(cls):
        return _values(cls, "__flags_values__")


class GEnum(IntEnum, metaclass=GEnumMeta):
    """An enumeration with a GType."""

    __gtype__ = _gi.GType.from_name("GEnum")

    @property
    def value_name(self):
        """The value's name in C, None where GObject does not know it."""
        found = _gi.enum_value(type(self), self)
        return found and found[0]

    @property
    def value_nick(self):
        """The value's short name."""
        found = _gi.enum_value(type(self), self)
        return found and found[1]


class GFlags(IntFlag, metaclass=GFlagsMeta):
    """Flags with a GType."""

    __gtype__ = _gi.GType.from_name("GFlags")

    @property
    def first_value_name(self):
        """The name in C of the first flag that is set, None where there is none."""
        return next((name for name, _ in _gi.flags_values(type(self), self, True)), None)

    @property
    def first_value_nick(self):
        """The short name of the first flag that is set, None where there is none."""
        return next((nick for _, nick in _gi.flags_values(type(self), self, True)), None)

    @property
    def value_names(self):
        """The names in C of all flags that are set."""
        return [name for name, _ in _gi.flags_values(type(self), self, False)]

    @property
    def value_nicks(self):
        """The short names of all flags that are set."""
        return [nick for _, nick in _gi.flags_values(type(self), self, False)]


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
    body = {**first, "__module__": module, "__qualname__": name}
    if gtype is not None:
        body["__gtype__"] = gtype
    if _simple_enum is not None and first:
        return _simple_enum(base)(type(name, (), body))
    namespace = type(base).__prepare__(name, (base,))
    for key, value in body.items():
        namespace[key] = value
    return type(base)(name, (base,), namespace)

"""Enumerations and flags as ``IntEnum`` and ``IntFlag``, known to GObject or not."""

import enum
import sys
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


def _other_member(self, name):
    """Another member of the same enumeration, as an attribute of a member: ``Gtk.IconSize.MENU.DIALOG``."""
    member = type(self)._member_map_.get(name)
    if member is None:
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
    return member


def _with_other_members(cls):
    """Has members be attributes of each other, as they are in classes. Only Python 3.11 does without it."""
    if sys.version_info[:2] == (3, 11):
        cls.__getattr__ = _other_member
    return cls


@_with_other_members
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


@_with_other_members
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


def _described(cls):
    """The members of an enumeration that GObject does not know, as the typelib has them: [(name in C, nick, value)]."""
    infos = cls.__info__.get_values()
    return [
        (info.get_attribute("c:identifier") or info.get_name_unescaped().upper(), info.get_name_unescaped(), value)
        for info in infos
        for value in (info.get_value(),)
    ]


def _plain_gtype(cls):
    """The GType of such an enumeration, which it gets when a property, a signal or a value is to be of it."""
    info = cls.__info__
    name = f"Py{info.get_namespace()}{info.get_name_unescaped()}"
    return _gi.plain_gtype(cls, name, _described(cls), issubclass(cls, IntFlag))


@_with_other_members
class PlainEnum(IntEnum):
    """An enumeration of a library that has no GType for it."""

    __make_gtype__ = classmethod(_plain_gtype)

    @property
    def value_name(self):
        """The value's name in C."""
        return next((name for name, _, value in _described(type(self)) if value == self), None)

    @property
    def value_nick(self):
        """The value's short name."""
        return next((nick for _, nick, value in _described(type(self)) if value == self), None)


@_with_other_members
class PlainFlags(IntFlag):
    """Flags of a library that has no GType for them."""

    __make_gtype__ = classmethod(_plain_gtype)

    def _set(self):
        return [(name, nick) for name, nick, bits in _described(type(self)) if self & bits == bits]

    def _first(self):
        """What GLib finds first: a member with a bit that is set, or with none for none."""
        known = ((name, nick, bits) for name, nick, bits in _described(type(self)))
        return next(((name, nick) for name, nick, bits in known if (self & bits == bits if bits else not self)), None)

    @property
    def first_value_name(self):
        """The name in C of the first flag that is set, None where there is none."""
        found = self._first()
        return found and found[0]

    @property
    def first_value_nick(self):
        """The short name of the first flag that is set, None where there is none."""
        found = self._first()
        return found and found[1]

    @property
    def value_names(self):
        """The names in C of all flags that are set."""
        return [name for name, _ in self._set()]

    @property
    def value_nicks(self):
        """The short names of all flags that are set."""
        return [nick for _, nick in self._set()]


def make(name, module, members, is_flags, gtype):
    """The class of an enumeration of the typelib: ``members`` is a list of (name, value), ``gtype`` is None for one
    that GObject does not know."""
    if gtype is None:
        base = PlainFlags if is_flags else PlainEnum
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
    # A class statement refuses a name that some library gives, none at all: that member is added as `_simple_enum` would.
    unnamed = body.pop("", None)
    namespace = type(base).__prepare__(name, (base,))
    for key, value in body.items():
        namespace[key] = value
    cls = type(base)(name, (base,), namespace)
    if unnamed is not None:
        member = cls._value2member_map_.get(unnamed)
        if member is None:
            member = int.__new__(cls, unnamed)
            member._name_, member._value_, member.__objclass__ = "", unnamed, cls
            cls._value2member_map_[unnamed] = member
            cls._member_names_.append("")
        cls._member_map_[""] = member
    return cls

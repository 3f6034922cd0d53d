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


#: Attributes of an enumeration that say which members it has, in any Python from 3.11 on.
_OF_MEMBERS = {
    *("_member_names_", "_member_map_", "_value2member_map_", "_flag_mask_", "_singles_mask_", "_all_bits_"),
    *("_hashable_values_", "_unhashable_values_", "_unhashable_values_map_", "_iter_member_"),
}


class _Pattern:
    """What Python makes of the members of an enumeration that derives from ``base``, seen at one that it has made."""

    def __init__(self, base):
        particular = {"A": 1, "B": 6, "__module__": __name__, "__gtype__": None}
        made = vars(_simple_enum(base)(type("", (), particular)))
        #: All that such enumerations have in common.
        self.body = {name: made[name] for name in made if name not in particular and name not in _OF_MEMBERS}
        self.own = _OF_MEMBERS & made.keys()
        #: Names that no member is given here: what they stand for is left to Python.
        self.taken = frozenset(name for cls in base.__mro__ for name in vars(cls))
        # Before Python 3.13, members are reached through a property of the class, which since 3.12 knows them.
        self.redirects = isinstance(made["A"], enum.property)
        self.redirects_know = getattr(made["A"], "member", None) is not None
        # Before Python 3.11.5, the mask of flags leaves those out that have several bits.
        self.all_in_mask = made.get("_flag_mask_") != 1
        fields = vars(made["_member_map_"]["A"]).keys()
        self.is_known = fields == {"_value_", "_name_", "__objclass__", "_sort_order_"} and not any(
            isinstance(value, (list, dict, set)) for value in self.body.values()
        )


_patterns = {}

#: Sets an attribute of an enumeration that has no member of the name: Python's own would look whether it has.
_set = type.__setattr__


def _of_pattern(base, name, members, more):
    """What ``_simple_enum`` makes of these members, with less work. None where that is left to Python."""
    pattern = _patterns.get(base)
    if pattern is None:
        pattern = _patterns[base] = _Pattern(base)
    if not pattern.is_known or not pattern.taken.isdisjoint(members) or any(key[:1] in ("", "_") for key in members):
        return None
    body = {**pattern.body, **more}
    for own in pattern.own:
        body[own] = [] if own in ("_member_names_", "_hashable_values_", "_unhashable_values_") else {}
    if pattern.redirects:
        for member_name in members:
            body[member_name] = enum.property()
    cls = type.__new__(type(base), name, (base,), body)
    names, by_name, by_value = cls._member_names_, cls._member_map_, cls._value2member_map_
    is_flags = issubclass(base, IntFlag)
    single = several = 0
    for member_name, value in members.items():
        member = by_value.get(value)
        if member is None:
            member = int.__new__(cls, value)
            member._value_ = value
            member._name_ = member_name
            member.__objclass__ = cls
            member._sort_order_ = len(names)
            by_value[value] = member
            if not is_flags:
                names.append(member_name)
            elif value & (value - 1) or not value:
                several |= value
            else:
                names.append(member_name)
                single |= value
        by_name[member_name] = member
        if not pattern.redirects:
            _set(cls, member_name, member)
        elif pattern.redirects_know:
            body[member_name].member = member
    if "_hashable_values_" in pattern.own:
        cls._hashable_values_.extend(by_value)
    if is_flags:
        _set(cls, "_flag_mask_", single | several if pattern.all_in_mask else single)
        _set(cls, "_all_bits_", 2 ** (single | several).bit_length() - 1)
        if "_singles_mask_" in pattern.own:
            _set(cls, "_singles_mask_", single)
        values = [by_name[member_name]._value_ for member_name in names]
        if values != sorted(values):
            _set(cls, "_iter_member_", cls._iter_member_by_def_)
    return cls


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
    body = {"__module__": module, "__qualname__": name}
    if gtype is not None:
        body["__gtype__"] = gtype
    if _simple_enum is not None and first:
        cls = _of_pattern(base, name, first, body)
        if cls is None:
            cls = _simple_enum(base)(type(name, (), {**first, **body}))
        return cls
    # A class statement refuses a name that some library gives, none at all: that member is added as `_simple_enum` would.
    unnamed = first.pop("", None)
    namespace = type(base).__prepare__(name, (base,))
    for key, value in {**first, **body}.items():
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

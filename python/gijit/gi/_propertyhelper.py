"""Properties that a class statement defines: ``GObject.Property``, and how a class's become its ``__gproperties__``.

Compat surface, section 3.4. A property is read without GObject: ``__get__``, which is the extension's, calls the getter,
or finds the value among the instance's attributes. It is set by way of ``set_property``, which converts, checks, calls
the setter, or writes the attribute, and has GObject tell who listens.
"""

import sys

from . import _gi
from ._constants import (
    TYPE_BOOLEAN,
    TYPE_BOXED,
    TYPE_CHAR,
    TYPE_DOUBLE,
    TYPE_ENUM,
    TYPE_FLAGS,
    TYPE_FLOAT,
    TYPE_GTYPE,
    TYPE_INT,
    TYPE_INT64,
    TYPE_INTERFACE,
    TYPE_LONG,
    TYPE_NONE,
    TYPE_OBJECT,
    TYPE_PARAM,
    TYPE_POINTER,
    TYPE_PYOBJECT,
    TYPE_STRING,
    TYPE_STRV,
    TYPE_UCHAR,
    TYPE_UINT,
    TYPE_UINT64,
    TYPE_ULONG,
    TYPE_VARIANT,
)
from ._enum import PlainEnum, PlainFlags

#: The types of numbers: their least, greatest and default value.
_NUMBERS = {
    TYPE_INT: (_gi.G_MININT, _gi.G_MAXINT, 0),
    TYPE_UINT: (0, _gi.G_MAXUINT, 0),
    TYPE_LONG: (_gi.G_MINLONG, _gi.G_MAXLONG, 0),
    TYPE_ULONG: (0, _gi.G_MAXULONG, 0),
    TYPE_INT64: (-(2**63), 2**63 - 1, 0),
    TYPE_UINT64: (0, 2**64 - 1, 0),
    # The least float of C is the least above zero.
    TYPE_FLOAT: (-_gi.G_MAXFLOAT, _gi.G_MAXFLOAT, 0.0),
    TYPE_DOUBLE: (-_gi.G_MAXDOUBLE, _gi.G_MAXDOUBLE, 0.0),
}

_OF_PYTHON = {
    int: TYPE_INT,
    bool: TYPE_BOOLEAN,
    float: TYPE_DOUBLE,
    str: TYPE_STRING,
    object: TYPE_PYOBJECT,
}

#: Other types that may be named by their GType; all others are named by their class.
_BY_GTYPE = frozenset(
    {
        *_NUMBERS,
        TYPE_BOOLEAN,
        TYPE_BOXED,
        TYPE_CHAR,
        TYPE_GTYPE,
        TYPE_INTERFACE,
        TYPE_NONE,
        TYPE_OBJECT,
        TYPE_PARAM,
        TYPE_POINTER,
        TYPE_PYOBJECT,
        TYPE_STRING,
        TYPE_STRV,
        TYPE_UCHAR,
        TYPE_VARIANT,
    }
)

#: Types of which a ParamSpec has a default value and no range.
_WITH_DEFAULT = (TYPE_STRING, TYPE_BOOLEAN, TYPE_VARIANT)
#: Families of types of which a ParamSpec has neither.
_BARE = (TYPE_BOXED, TYPE_OBJECT)
_BARE_TYPES = (TYPE_PYOBJECT, TYPE_GTYPE)

_READWRITE = 3


class Property(_gi.PropertyDescriptor):
    """A property of a GObject class: an attribute with a type, a default value, a range, and signals when it changes.

    Use it as ``x = Property(type=int, default=5)``, where each instance keeps its value, or as a decorator of the
    getter, with or without arguments; ``@x.setter`` then decorates the setter. A property that has only a getter cannot
    be set, one that has only a setter cannot be read: TypeError.

    ``type`` is one of int, bool, float, str and object, a GType (``GObject.TYPE_UINT64``), or the class of objects,
    interfaces, boxed values, enumerations or flags. TypeError for any other, and for a default value, ``minimum`` or
    ``maximum`` that does not suit the type.
    """

    def __init__(
        self,
        getter=None,
        setter=None,
        type=None,
        default=None,
        nick="",
        blurb="",
        flags=_READWRITE,
        minimum=None,
        maximum=None,
    ):
        for name, text in (("nick", nick), ("blurb", blurb)):
            if not isinstance(text, str):
                raise TypeError(f"{name} must be a string")
        self.type = TYPE_PYOBJECT if type is None else self._type_from_python(type)
        self.nick = nick
        self.blurb = self.__doc__ = blurb
        self.flags = flags
        self.minimum, self.maximum = self._range(minimum, maximum)
        self.default = self._default(default)
        self._check_default()
        #: None until the class has been made.
        self.name = None
        if getter is not None:
            self.fget = getter
            self._describe(getter)
        else:
            self.fget = self._default_getter if setter is None else self._writeonly_getter
        if setter is not None:
            self.fset = setter
        else:
            self.fset = self._default_setter if getter is None else self._readonly_setter

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if name == "fset":
            self._is_readonly = value == self._readonly_setter
            # Whether it writes where the default getter reads.
            self._stores = type(self)._default_setter is Property._default_setter and value == self._default_setter
        elif name in ("fget", "name"):
            # Where the default getter finds the value; a class that derives from this one may have another idea.
            usual = type(self)._default_getter is Property._default_getter
            usual = usual and self.name is not None and self.fget == self._default_getter
            self._storage = sys.intern(f"_property_helper_{self.name}") if usual else None

    def __repr__(self):
        return f"<GObject Property {self.name or '(uninitialized)'} ({self.type.name})>"

    def __call__(self, fget):
        """The property with this getter: what makes ``@Property(type=int)`` a decorator."""
        return self.getter(fget)

    def getter(self, fget):
        """Decorates the getter. A docstring of it is the property's blurb, too."""
        self._describe(fget)
        self.fget = fget
        return self

    def setter(self, fset):
        """Decorates the setter."""
        self.fset = fset
        if self.name is None and not _is_method_of(self, self.fget):
            # The setter may be an attribute of another name: the property is called as its getter is.
            name = getattr(self.fget, "__name__", "")
            if name.isidentifier():
                self.name = name
        return self

    def get_pspec_args(self):
        """The property as an entry of ``__gproperties__``: (type, nick, blurb, [least, greatest,] [default,] flags).

        NotImplementedError for types without a ParamSpec.
        """
        start = (self.type, self.nick, self.blurb)
        if self.type in _NUMBERS:
            return (*start, self.minimum, self.maximum, self.default, self.flags)
        if self.type in _WITH_DEFAULT or self.type.is_a(TYPE_ENUM) or self.type.is_a(TYPE_FLAGS):
            return (*start, self.default, self.flags)
        if self.type in _BARE_TYPES or any(self.type.is_a(family) for family in _BARE):
            return (*start, self.flags)
        raise NotImplementedError(self.type)

    # ---- Accessors where a program has none of its own ----

    def _default_getter(self, instance):
        return getattr(instance, f"_property_helper_{self.name}", self.default)

    def _default_setter(self, instance, value):
        setattr(instance, f"_property_helper_{self.name}", value)

    def _readonly_setter(self, instance, value):
        raise TypeError(f"{self.name} property of {type(instance).__name__} is read-only")

    def _writeonly_getter(self, instance):
        raise TypeError(f"{self.name} property of {type(instance).__name__} is write-only")

    def _has_own_accessors(self):
        """Whether a program has given it a getter or a setter."""
        return not (_is_method_of(self, self.fget) and _is_method_of(self, self.fset))

    def _describe(self, getter):
        doc = getattr(getter, "__doc__", None)
        if doc:
            self.blurb = self.__doc__ = doc

    # ---- Checks ----

    def _type_from_python(self, type_):
        """The GType that a property of this type has. TypeError for what no property can be."""
        # Of a generic class, what it is made of: Gio.ListStore[Gio.File] is a list store.
        origin = getattr(type_, "__origin__", type_)
        if isinstance(origin, type):
            gtype = _OF_PYTHON.get(origin)
            if gtype is not None:
                return gtype
            if issubclass(origin, (_gi.GObject, _gi.GInterface, _gi.GBoxed, _gi.GEnum, _gi.GFlags)):
                return origin.__gtype__
            if issubclass(origin, (PlainEnum, PlainFlags)):
                return origin.__make_gtype__()
        elif isinstance(origin, _gi.GType) and origin in _BY_GTYPE:
            return origin
        raise TypeError(f"Unsupported type: {type_!r}")

    def _range(self, minimum, maximum):
        known = _NUMBERS.get(self.type)
        if known is None:
            if minimum is not None or maximum is not None:
                raise TypeError(f"a property of type {self.type} has neither a minimum nor a maximum")
            return None, None
        least, greatest, _ = known
        if minimum is None:
            minimum = least
        elif minimum < least:
            raise TypeError(f"Minimum for type {self.type} cannot be lower than {least}")
        if maximum is None:
            maximum = greatest
        elif maximum > greatest:
            raise TypeError(f"Maximum for type {self.type} cannot be higher than {greatest}")
        return minimum, maximum

    def _default(self, default):
        if default is not None:
            return default
        if self.type in _NUMBERS:
            return _NUMBERS[self.type][2]
        return "" if self.type == TYPE_STRING else None

    def _check_default(self):
        """TypeError if the default value is none for the type. What the type's ParamSpec checks is left to it."""
        gtype, default = self.type, self.default
        if gtype == TYPE_BOOLEAN:
            if default not in (True, False):
                raise TypeError(f"default must be True or False, not {default!r}")
        elif gtype == TYPE_PYOBJECT:
            if default is not None:
                raise TypeError("object types does not have default values")
        elif gtype == TYPE_GTYPE:
            if default is not None:
                raise TypeError("GType types does not have default values")
        elif gtype.is_a(TYPE_ENUM):
            if default is None:
                raise TypeError("enum properties needs a default value")
            if not _gi.GType(default).is_a(gtype):
                raise TypeError(f"enum value {default} must be an instance of {gtype!r}")
        elif gtype.is_a(TYPE_FLAGS):
            if not _gi.GType(default).is_a(gtype):
                raise TypeError(f"flags value {default} must be an instance of {gtype!r}")
        elif gtype == TYPE_STRV and default is not None:
            if not isinstance(default, list):
                raise TypeError(f"Strv value {default!r} must be a list")
            if not all(isinstance(text, str) for text in default):
                raise TypeError(f"Strv value {default!r} must contain only strings")
        elif gtype == TYPE_VARIANT and default is not None:
            if not hasattr(default, "__gtype__") or not _gi.GType(default).is_a(gtype):
                raise TypeError(f"variant value {default} must be an instance of {gtype!r}")


def _is_method_of(prop, function):
    return getattr(function, "__self__", None) is prop


def _find(instance, pspec):
    found = getattr(type(instance), pspec.name.replace("-", "_"), None)
    return found if isinstance(found, Property) else None


def _next_implementation(instance, name, this):
    """What another class has where a class with Property objects has ``this``; None if there is nothing."""
    for base in type(instance).__mro__:
        function = vars(base).get(name, this)
        if function is not this and not isinstance(function, _gi.CallableInfo):
            return function.__get__(instance)
    return None


def do_get_property(self, pspec):
    """``do_get_property`` of classes with Property objects. The extension knows it, and goes straight to the getters
    where it is not overridden."""
    prop = _find(self, pspec)
    if prop is not None:
        try:
            return prop.fget(self)
        except AttributeError:
            # As the extension has it.
            return None
    function = _next_implementation(self, "do_get_property", do_get_property)
    return None if function is None else function(pspec)


def do_set_property(self, pspec, value):
    """``do_set_property`` of classes with Property objects, as ``do_get_property``."""
    prop = _find(self, pspec)
    if prop is not None:
        prop.fset(self, value)
    else:
        function = _next_implementation(self, "do_set_property", do_set_property)
        if function is not None:
            function(pspec, value)


def install_properties(cls):
    """Makes entries of ``__gproperties__`` of the Property objects of a class, and names them after their attributes.

    The class gets ``do_get_property`` and ``do_set_property`` unless it has its own. Returns {name as GObject writes it:
    Property}, or None if there are none. ValueError where two different properties have one name; TypeError for a class
    with ``do_get_property`` or ``do_set_property`` of its own and properties that have accessors of their own.
    """
    namespace = vars(cls)
    found = {attribute: value for attribute, value in namespace.items() if isinstance(value, Property)}
    if not found:
        return None
    entries = namespace.get("__gproperties__", {})
    if not isinstance(entries, dict):
        raise TypeError("__gproperties__ attribute not a dict!")
    entries = dict(entries)
    accessors = {}
    for attribute, prop in found.items():
        if prop.name is None:
            prop.name = attribute
        args = prop.get_pspec_args()
        # One may stand there twice: under its own name, and under that of its setter.
        if entries.setdefault(prop.name, args) != args:
            raise ValueError(f"Property {prop.name} was already found in __gproperties__")
        accessors.setdefault(prop.name.replace("_", "-"), prop)
    if "do_get_property" in namespace or "do_set_property" in namespace:
        for prop in accessors.values():
            if prop._has_own_accessors():
                raise TypeError(
                    f"GObject subclass {cls.__name__!r} defines do_get/set_property and it also uses a property with a "
                    "custom setter or getter. This is not allowed"
                )
    cls.__gproperties__ = entries
    for function in (do_get_property, do_set_property):
        if function.__name__ not in namespace:
            setattr(cls, function.__name__, function)
    return accessors

"""The module object of a namespace: its attributes are made when they are named."""

import sys

from . import _gi

#: The repository of the process.
repository = _gi.Repository.get_default()

_introspection_modules = {}


class IntrospectionModule(_gi.NamespaceModule):
    """One namespace. Functions, classes, enumerations and constants appear at their first use."""

    def __init__(self, namespace):
        super().__init__(f"gi.repository.{namespace}")
        self._namespace = namespace
        self._version = _gi.loaded_version(namespace)
        self._special = _STATIC.get(namespace, _NONE)
        self.__path__ = [_gi.typelib_path(namespace)]

    def _missing(self, name):
        """What the extension asks for: the value of one of the names that are special, or AttributeError."""
        if name not in self._special:
            raise AttributeError(f"{self.__name__!r} object has no attribute {name!r}")
        value = vars(self)[name] = self._special[name]()
        return value

    def __dir__(self):
        names = set(super().__dir__())
        names.update(_gi.namespace_names(self._namespace))
        names.update(self._special)
        return sorted(names)

    def __repr__(self):
        return f"<IntrospectionModule {self._namespace!r} from {self.__path__[0]!r}>"


def _glib_error():
    from ._error import GError

    return GError


def _limit(name):
    return lambda: getattr(_gi, f"G_{name}")


def _constant(name):
    def get():
        from . import _constants

        return getattr(_constants, name)

    return get


_TYPES = (
    "INVALID NONE INTERFACE CHAR UCHAR BOOLEAN INT UINT LONG ULONG INT64 UINT64 ENUM FLAGS FLOAT DOUBLE STRING POINTER "
    "BOXED PARAM OBJECT PYOBJECT GTYPE STRV VARIANT UNICHAR"
).split()

_LIMITS = (
    "MINFLOAT MAXFLOAT MINDOUBLE MAXDOUBLE MINSHORT MAXSHORT MAXUSHORT MININT MAXINT MAXUINT MINLONG MAXLONG MAXULONG "
    "MAXSIZE MINSSIZE MAXSSIZE MINOFFSET MAXOFFSET"
).split()

_NONE = {}
#: Names that are Python's and not the typelib's → what makes them.
_STATIC = {
    "GLib": {"Error": _glib_error, "GError": _glib_error, **{name: _limit(name) for name in _LIMITS}},
    "GObject": {
        "GObject": lambda: get_introspection_module("GObject").Object,
        "GObjectWeakRef": lambda: _gi.GObjectWeakRef,
        "GEnum": lambda: _gi.GEnum,
        "GFlags": lambda: _gi.GFlags,
        "GType": lambda: _gi.GType,
        "Warning": lambda: _gi.Warning,
        "GInterface": lambda: _gi.GInterface,
        "GBoxed": lambda: _gi.GBoxed,
        "GPointer": lambda: _gi.GPointer,
        **{f"TYPE_{name}": _constant(f"TYPE_{name}") for name in _TYPES},
        "TYPE_GSTRING": lambda: _gi.TYPE_GSTRING,
        "TYPE_VALUE": lambda: _gi.GType.from_name("GValue"),
        "features": lambda: {"generic-c-marshaller": True},
        "pygobject_version": lambda: _gi.pygobject_version,
    },
}


#: Parts of a namespace that newer GLibs describe apart. Its functions give objects of their types all the same.
_PARTS = {"GLib": "GLibUnix", "Gio": "GioUnix"}


def get_introspection_module(namespace, version=None):
    """The module of a namespace, loaded if need be. RepositoryError if it cannot be."""
    if namespace not in _introspection_modules:
        _gi.require(namespace, version)
        part, loaded = _PARTS.get(namespace), _gi.loaded_version(namespace)
        if part is not None and loaded in _gi.enumerate_versions(part):
            _gi.require(part, loaded)
        _introspection_modules[namespace] = IntrospectionModule(namespace)
    return _introspection_modules[namespace]


def get_class(namespace, name):
    """The class of an entry as programs see it: an override's, where there is one."""
    module = sys.modules.get(f"gi.repository.{namespace}")
    if module is None:
        module = get_introspection_module(namespace)
    return getattr(module, name)


def get_parent_for_object(object_info):
    """The class that the class of an ObjectInfo derives from; of a root, which has no parent, its own class."""
    parent = object_info.get_parent()
    if parent is None:
        parent = object_info
    return get_class(parent.get_namespace(), parent.get_name())


def get_interfaces_for_object(object_info):
    """The classes of the interfaces that an ObjectInfo implements itself, as a list."""
    return [get_class(info.get_namespace(), info.get_name()) for info in object_info.get_interfaces()]


def prepare(module):
    """What a namespace needs before its first use: GTK and GDK are initialised, as far as there is a display."""
    if module._namespace not in ("Gtk", "Gdk"):
        return
    import gi

    if not gi._options["legacy_autoinit"]:
        return
    if module._version == "4.0":
        if module._namespace == "Gtk":
            module.initialized = module.init_check()
        return
    # What remains of the arguments is the program's.
    initialized, argv = module.init_check(sys.argv)
    module.initialized = initialized
    if module._namespace == "Gdk":
        module.argv = list(argv)
    else:
        sys.argv = list(argv)

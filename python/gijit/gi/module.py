"""The module object of a namespace: its attributes are made when they are named."""

import sys
from importlib import import_module

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

    #: Whether there is a proxy with overrides before this module, which knows what is deprecated.
    _is_behind = False

    def _missing(self, name):
        """What the extension asks for: the value of one of the names that are special, or AttributeError."""
        if name in self._special:
            value = vars(self)[name] = self._special[name]()
            return value
        moved = None if self._is_behind else moved_names(self).get(name)
        if moved is None:
            raise AttributeError(f"{self.__name__!r} object has no attribute {name!r}")
        import warnings

        from . import PyGIDeprecationWarning

        text = f"{self._namespace}.{name} is deprecated; use {'.'.join(moved)} instead"
        warnings.warn(text, PyGIDeprecationWarning, stacklevel=2)
        return getattr(import_module(f"gi.repository.{moved[0]}"), moved[1])

    def __dir__(self):
        names = set(super().__dir__())
        names.update(_gi.namespace_names(self._namespace))
        names.update(self._special)
        names.update(() if self._is_behind else moved_names(self))
        return sorted(names)

    def __repr__(self):
        return f"<IntrospectionModule {self._namespace!r} from {self.__path__[0]!r}>"


def _glib_error():
    from ._error import GError

    return GError


def _of_helper(module, name):
    return lambda: getattr(import_module(f"{__package__}.{module}"), name)


def _of_extension(name):
    return lambda: getattr(_gi, name)


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

#: What the extension calls as GObject does.
_OF_EXTENSION = (
    "GBoxed GEnum GFlags GInterface GObjectWeakRef GPointer GType Warning add_emission_hook list_properties new signal_new"
).split()

_NONE = {}
#: Names that are Python's and not the typelib's → what makes them.
_STATIC = {
    "GLib": {"Error": _glib_error, "GError": _glib_error, **{name: _limit(name) for name in _LIMITS}},
    "GObject": {
        "GObject": lambda: get_introspection_module("GObject").Object,
        "Property": _of_helper("_propertyhelper", "Property"),
        "Signal": _of_helper("_signalhelper", "Signal"),
        "SignalOverride": _of_helper("_signalhelper", "SignalOverride"),
        **{name: _of_extension(name) for name in _OF_EXTENSION},
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
    """The module of a namespace, loaded if need be: in the version that has been asked for before, where none is named.
    RepositoryError if it cannot be."""
    if namespace not in _introspection_modules:
        _gi.require(namespace, version or sys.modules[__package__].get_required_version(namespace))
        part, loaded = _PARTS.get(namespace), _gi.loaded_version(namespace)
        if part is not None and loaded in _gi.enumerate_versions(part):
            _gi.require(part, loaded)
        _introspection_modules[namespace] = IntrospectionModule(namespace)
    return _introspection_modules[namespace]


#: The end of the name of a namespace that a library has for this platform only.
_PLATFORM = "Win32" if sys.platform == "win32" else "Unix"


def _platform_part(module):
    """The name of the part of a namespace that is for this platform only, which is loaded now; None if there is none."""
    part = f"{module._namespace}{_PLATFORM}"
    if module._version not in _gi.enumerate_versions(part):
        return None
    _gi.require(part, module._version)
    return part


def get_platform_specific_module(namespace):
    """The module of the part of a namespace (a module) that is for this platform only. None if there is none."""
    part = _platform_part(getattr(namespace, "_introspection_module", namespace))
    return part and import_module(f"gi.repository.{part}")


def _name_before(info, prefix):
    """The name that an entry of such a part had in the namespace itself, whose names in C begin with ``prefix``."""
    name = info.get_name_unescaped()
    if isinstance(info, _gi.FunctionInfo):
        # Not the symbol's own: a function may stand in the place of another one, `signal_add_full` in that of `signal_add`.
        platform = f"{_PLATFORM.lower()}_"
        return platform + name if info.get_symbol().startswith(f"{prefix}_{platform}") else name
    if isinstance(info, _gi.RegisteredTypeInfo):
        known = info.get_type_name()
        return known.removeprefix(prefix.capitalize()) if known else _PLATFORM + name
    return name


def get_fallback_platform_specific_module_symbol(namespace, platform_namespace, symbol, prefix="g"):
    """The value that ``symbol`` has in the part of a namespace that is for this platform only, and the name that it had in
    the namespace itself while that was whole. All namespaces are modules. AttributeError if the part has no such name."""
    value = getattr(platform_namespace, symbol)
    part = getattr(platform_namespace, "_introspection_module", platform_namespace)
    info = repository.find_by_name(part._namespace, symbol)
    return value, symbol if info is None else _name_before(info, prefix)


#: What `moved_names` has found, by namespace.
_moved_names = {}


def moved_names(module):
    """The names that a namespace had before there was a part of it for this platform: {name: (part, name there)}."""
    names = _moved_names.get(module._namespace)
    if names is None:
        part = _platform_part(module)
        # The library's prefix in C, which the typelibs do not say: GLib's own.
        infos = repository.get_infos(part) if part else ()
        found = {_name_before(info, "g"): info.get_name() for info in infos if not isinstance(info, _gi.CallbackInfo)}
        names = _moved_names[module._namespace] = {
            name: (part, new) for name, new in found.items() if repository.find_by_name(module._namespace, name) is None
        }
    return names


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

    if (module._namespace, module._version) == ("Gdk", "3.0"):
        # A program that imports it gets that for this GDK, without saying so; unless there is none, or it said another.
        try:
            gi.require_version("GdkX11", "3.0")
        except ValueError:
            pass
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

"""Overrides: what Python adds to a namespace, and changes in it.

A module ``gi.overrides.X`` changes the namespace X: it lists names in ``__all__``, and replaces classes and functions
with ``override``. Such modules may be installed in folders named ``gi/overrides`` anywhere on the path. Those of other
projects are imported with their namespace, as in PyGObject; those of this package (see ``_lazy``) when one of their
names is touched for the first time.
"""

import os
import sys
from importlib import import_module
from types import FunctionType, MappingProxyType

from .. import PyGIDeprecationWarning, _gi
from ..module import moved_names
from ._lazy import PARTS, SHADOWED, names_of

__all__ = [
    "OverridesProxyModule",
    "deprecated",
    "deprecated_attr",
    "deprecated_init",
    "load_overrides",
    "override",
    "overridefunc",
    "strip_boolean_result",
    "wrap_list_store_equal_func",
    "wrap_list_store_sort_func",
]

_folder = __path__[0]
for _parent in sys.modules[__name__.rpartition(".")[0]].__path__:
    _parent = os.path.join(_parent, "overrides")
    if _parent not in __path__ and os.path.isdir(_parent):
        __path__.append(_parent)

#: The override modules of PyGObject itself, whose work is done here.
_PYGOBJECT = frozenset("GIMarshallingTests GLib GLibUnix GObject Gdk GdkPixbuf Gio GioUnix Gtk Pango keysyms".split())


class _Installed:
    """Finds the override modules that other projects have installed beside PyGObject's own, if that is installed."""

    @staticmethod
    def find_spec(fullname, path=None, target=None):
        parent, _, name = fullname.rpartition(".")
        if parent != __name__ or name in _PYGOBJECT:
            return None
        from importlib.machinery import PathFinder

        folders = [os.path.join(folder, "gi") for folder in sys.path]
        folders = [folder for folder in folders if os.path.exists(os.path.join(folder, "__init__.py"))]
        return PathFinder.find_spec(fullname, [os.path.join(folder, "overrides") for folder in folders], target)


sys.meta_path.append(_Installed)

#: What ``deprecated_attr`` has been told and no namespace has got yet: {namespace: {attribute: replacement}}.
_deprecated_attrs = {}

#: Proxies whose override module has not been imported yet, by namespace.
_pending = {}

#: The modules of such a namespace that have been imported, where there are more than one.
_filled = {}


class OverridesProxyModule(_gi.NamespaceModule):
    """A namespace with its overrides in front of it."""

    def __init__(self, introspection_module):
        super().__init__(introspection_module.__name__)
        introspection_module._is_behind = True
        vars(self).update(
            __path__=introspection_module.__path__,
            _introspection_module=introspection_module,
            # What the names of the overrides are attributes of. Extension modules take it out of the dictionary.
            _overrides_module=self,
            # The names that the module behind this one is not simply asked for.
            _special=set(SHADOWED.get(introspection_module._namespace, ())),
        )

    @property
    def _deprecations(self):
        # Deprecated attribute → its value and the warning for its use. Made at the first need: most programs have none.
        moved = _moved(self._introspection_module)
        value = vars(self)["_deprecations"] = {name: moved[name] for name in moved.keys() - vars(self).keys()}
        self._special.update(value)
        return value

    def _missing(self, name):
        """What the extension asks for: the value of a special name, or of one that the module behind has not."""
        namespace = self._introspection_module._namespace
        if namespace in _pending and name in names_of(self._introspection_module):
            _load_pending(namespace, name)
        if name in vars(self):
            # By this thread, or by another that was here before.
            return vars(self)[name]
        # What Python gives a namespace is not deprecated, and must not wait until that is found out.
        if name not in vars(self._introspection_module)["_special"]:
            deprecation = self._deprecations.get(name)
            if deprecation is not None:
                return _deprecated_value(*deprecation)
        value = getattr(self._introspection_module, name)
        vars(self)[name] = value
        return value

    def __setattr__(self, name, value):
        if not name.startswith("__"):
            self._deprecations.pop(name, None)
        super().__setattr__(name, value)

    def __delattr__(self, name):
        if name in vars(self):
            super().__delattr__(name)
        elif self._deprecations.pop(name, None) is None:
            delattr(self._introspection_module, name)

    def __dir__(self):
        names = {*super().__dir__(), *dir(self._introspection_module), *self._deprecations}
        if self._introspection_module._namespace in _pending:
            names.update(names_of(self._introspection_module))
        return sorted(names)

    def __repr__(self):
        return f"<{type(self).__name__} {self._introspection_module!r}>"


def _deprecation(namespace, name, replacement):
    return PyGIDeprecationWarning(f"{namespace}.{name} is deprecated; use {replacement} instead")


def _deprecated_value(value, warning):
    """The value of a deprecated attribute for whoever reads it: two frames up."""
    import warnings

    from ._deprecated import Moved

    warnings.warn(warning, stacklevel=3)
    return value.get() if isinstance(value, Moved) else value


def _moved(introspection_module):
    """The deprecated attributes that a namespace has from the beginning."""
    namespace = introspection_module._namespace
    paths = {name: f"{part}.{new}" for name, (part, new) in moved_names(introspection_module).items()}
    if namespace not in ("GLib", "GObject") and not paths:
        return {}
    from ._deprecated import Moved, of

    paths.update(of(namespace))
    return {name: (Moved(path), _deprecation(namespace, name, path)) for name, path in paths.items()}


def _find(name):
    """The spec of a module of this package, or None."""
    for finder in sys.meta_path:
        find_spec = getattr(finder, "find_spec", None)
        spec = find_spec(name, __path__) if find_spec is not None else None
        if spec is not None:
            return spec
    return None


def load_overrides(introspection_module):
    """The proxy of a namespace that has overrides, new each time; the module itself where there are none."""
    namespace = introspection_module._namespace
    name = f"{__name__}.{namespace}"
    known = sys.modules.get(name, ...)
    if known is None:
        # Python's own sign for what must not be imported.
        return introspection_module
    if known is ...:
        spec = _find(name)
        if spec is None:
            return introspection_module
        names = names_of(introspection_module)
        if names is not None and os.path.dirname(spec.origin or "") == _folder:
            proxy = OverridesProxyModule(introspection_module)
            if names:
                proxy._special.update(names)
                _pending.setdefault(namespace, []).append(proxy)
                _gi.expect_overrides(namespace, list(names))
            return proxy
    proxy = OverridesProxyModule(introspection_module)
    _fill(namespace, [proxy])
    return proxy


def _load_pending(namespace, name=None):
    """Imports the override module of a namespace if it waits. Also called by the extension, which makes classes.

    Where a namespace has more than one such module, only that which has the name; all of them for no name.
    """
    if namespace not in _pending:
        return
    parts = PARTS.get(namespace, {})
    # Of this version of the namespace.
    names = names_of(_pending[namespace][-1]._introspection_module)
    for wanted in names if name is None else (name,):
        proxies = _pending.get(namespace)
        if proxies is None or wanted in _filled.get(namespace, ()):
            continue
        found = _fill(namespace, proxies, parts.get(wanted, namespace), wanted)
        if found is None:
            continue
        filled = _filled.setdefault(namespace, set())
        filled.update(found, (wanted,))
        rest = [name for name in names if name not in filled]
        if not rest:
            _pending.pop(namespace, None)
            _filled.pop(namespace, None)
        _gi.expect_overrides(namespace, rest)


def _fill(namespace, proxies, part=None, wanted=None):
    """Imports the override module of a namespace, and gives what it offers to the namespace's proxies. Their names.

    A module that has a function ``make`` makes what it offers one by one: it is asked for the name that is wanted. None
    while this is being done, by this thread: it is the module itself that asks. Another thread waits here.
    """
    part = part or namespace
    from ..importer import modules

    # While it is imported, the overrides that are there already are those that all others see.
    known = ((sys.modules, f"gi.repository.{namespace}"), (modules, namespace))
    before = [table.get(key) for table, key in known]
    for table, key in known:
        table[key] = proxies[-1]
    try:
        module = import_module(f"{__name__}.{part}")
        if getattr(module.__spec__, "_initializing", False):
            return None
        make = getattr(module, "make", None)
        if make is not None and not make(wanted):
            return None
    finally:
        for (table, key), module_before in zip(known, before):
            if module_before is None:
                table.pop(key, None)
            else:
                table[key] = module_before
    deprecations = _deprecated_attrs.pop(namespace, {})
    # A module of another folder is the whole of it.
    ours = part == namespace and os.path.dirname(module.__spec__.origin or "") == _folder
    elsewhere = PARTS.get(namespace, {}) if ours else {}
    names = [
        # There are modules with other things than names in their __all__.
        name
        for name in (getattr(module, "__all__", ()) if make is None else (wanted,))
        if isinstance(name, str) and name not in elsewhere and hasattr(module, name)
    ]
    for name in names:
        _settle(namespace, name, getattr(module, name))
    for proxy in proxies:
        for name in names:
            vars(proxy)[name] = getattr(module, name)
        for name, replacement in deprecations.items():
            if name not in vars(proxy):
                raise AssertionError(f"{namespace}.{name} is deprecated, but not in __all__")
            proxy._deprecations[name] = vars(proxy).pop(name), _deprecation(namespace, name, replacement)
            proxy._special.add(name)
    return names


def _settle(namespace, name, value):
    """Makes a class that an override module only lists that of all values which C gives, if it derives from the one that
    the namespace has under its name. Objects keep the class of their GType, which only ``override`` replaces."""
    if not isinstance(value, type) or issubclass(value, (_gi.GObject, _gi.GInterface)):
        return
    info = getattr(value, "__info__", None)
    # A class that comes from elsewhere is of another name or namespace.
    if info is not None and (info.get_namespace(), info.get_name()) == (namespace, name):
        _gi.override_class(namespace, name, value)


def __getattr__(name):
    """The override modules that have not been imported yet, as attributes of this package."""
    if name.startswith("_") or _find(f"{__name__}.{name}") is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _load_pending(name)
    return import_module(f"{__name__}.{name}")


def _put(module, name, value):
    """Gives a namespace a name of its override module, without asking what else is deprecated there."""
    if not isinstance(module, OverridesProxyModule) or "_deprecations" in vars(module):
        setattr(module, name, value)
    else:
        vars(module)[name] = value


def override(type_):
    """Puts a class or function of an override module in the place of the namespace's own.

    For a class, as its decorator: wherever the library gives an object of that type, it is one of this class from now
    on. For a function of the namespace, a decorator for what replaces it. TypeError for what comes from no namespace,
    KeyError outside of override modules.
    """
    # None where the override module is imported by its own name: the namespace, when it is, takes what that lists.
    module = sys.modules.get(f"gi.repository.{getattr(type_, '__module__', '').rpartition('.')[2]}")
    if isinstance(type_, _gi.CallableInfo):

        def replace(function):
            if module is not None:
                _put(module, function.__name__, function)
            return function

        return replace
    if isinstance(type_, FunctionType):
        raise TypeError(f"func must be a gi function, got {type_}")
    info = getattr(type_, "__info__", None)
    if info is None:
        name = getattr(type_, "__name__", type_)
        raise TypeError(f"Can not override a type {name}, which is not in a gobject introspection typelib")
    if not type_.__module__.startswith(__name__ + "."):
        raise KeyError(
            "You have tried override outside of the overrides module. "
            f"This is not allowed ({type_}, {type_.__module__})"
        )
    _gi.override_class(info.get_namespace(), info.get_name(), type_)
    if module is not None:
        # At once, as later parts of the override module ask the namespace for it.
        _put(module, type_.__name__, type_)
    return type_


overridefunc = override


def deprecated(fn, replacement):
    """``fn`` with a PyGIDeprecationWarning at each call."""
    from functools import wraps

    @wraps(fn)
    def wrapped(*args, **kwargs):
        import warnings

        warnings.warn(f"{fn.__name__} is deprecated; use {replacement} instead", PyGIDeprecationWarning, stacklevel=2)
        return fn(*args, **kwargs)

    return wrapped


def deprecated_attr(namespace, attr, replacement):
    """Makes each use of an attribute of an override module, which must have it in ``__all__``, a deprecation warning."""
    _deprecated_attrs.setdefault(namespace, {})[attr] = replacement


_SEE = "See: https://wiki.gnome.org/Projects/PyGObject/InitializerDeprecations"


def deprecated_init(
    super_init_func,
    arg_names,
    ignore=(),
    deprecated_aliases=MappingProxyType({}),
    deprecated_defaults=MappingProxyType({}),
    category=PyGIDeprecationWarning,
    stacklevel=2,
):
    """An ``__init__`` for a class whose own one once took positional arguments, other keywords or other defaults.

    ``arg_names`` are the positional ones in their order, ``ignore`` those that are not passed on; ``deprecated_aliases``
    says {name: its old name}, ``deprecated_defaults`` {name: value that it has unless it is passed}. Each such use is a
    warning of ``category``; ``super_init_func`` gets keywords only.
    """

    old = frozenset(deprecated_aliases.values()) | frozenset(ignore)

    def new_init(self, *args, **kwargs):
        if args or deprecated_defaults or not old.isdisjoint(kwargs):
            current_keywords(
                args, kwargs, arg_names, ignore, deprecated_aliases, deprecated_defaults, category, stacklevel
            )
        return super_init_func(self, **kwargs)

    return new_init


def current_keywords(args, kwargs, arg_names, ignore, aliases, defaults, category, stacklevel):
    """Makes ``kwargs``, a dictionary, what ``deprecated_init`` passes on of the arguments, with the warnings that it
    issues; ``stacklevel`` is that of the program, as ``warnings.warn`` counts in the caller."""
    import warnings

    def warn(text):
        warnings.warn(f"{text} {_SEE}", category, stacklevel=stacklevel + 2)

    if args:
        names = ", ".join(arg_names[: len(args)])
        warn(
            "Using positional arguments with the GObject constructor has been deprecated. "
            f'Please specify keyword(s) for "{names}" or use a class specific constructor.'
        )
        for name, value in zip(arg_names, args):
            kwargs.setdefault(name, value)
    old = sorted((new, old) for new, old in aliases.items() if old in kwargs)
    for new, name in old:
        kwargs[new] = kwargs.pop(name)
    if old:
        news, olds = (", ".join(names) for names in zip(*old))
        warn(f'The keyword(s) "{olds}" have been deprecated in favor of "{news}" respectively.')
    missing = {name: value for name, value in defaults.items() if name not in kwargs}
    if missing:
        kwargs.update(missing)
        update = ", ".join(f"{name}={value}" for name, value in sorted(missing.items()))
        warn(f"Initializer is relying on deprecated non-standard defaults. Please update to explicitly use: {update}")
    for name in ignore:
        kwargs.pop(name, None)


def strip_boolean_result(method, exc_type=None, exc_str=None, fail_ret=None):
    """A method without its first result, which says whether it succeeded.

    What is left of a success is one value or a tuple. A failure is ``exc_type(exc_str)``, or ``fail_ret``.
    """
    from functools import wraps

    @wraps(method)
    def wrapped(*args, **kwargs):
        result = method(*args, **kwargs)
        if result[0]:
            return result[1] if len(result) == 2 else result[1:]
        if exc_type is not None:
            raise exc_type(exc_str or "call failed")
        return fail_ret

    return wrapped


def _object(pointer):
    """What a comparison of a list store gets: an address, or the object itself."""
    return _gi.pygobject_new_full(pointer, False) if isinstance(pointer, int) else pointer


def wrap_list_store_sort_func(func):
    """``func(a, b, *data)`` for a GCompareDataFunc, which gets addresses."""

    def wrapped(a, b, *user_data):
        return func(_object(a), _object(b), *user_data)

    return wrapped


def wrap_list_store_equal_func(func):
    """``func(a, b, *data)`` for a GEqualFuncFull, which gets addresses."""
    return wrap_list_store_sort_func(func)

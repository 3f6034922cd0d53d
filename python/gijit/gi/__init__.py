"""The drop-in for PyGObject's ``gi`` package (compat surface: PyGObject 3.58.1)."""

import os
import sys
import types

if type(sys.modules.get("gobject")).__name__ not in ("NoneType", "_DummyStaticModule"):
    raise ImportError("the static bindings of GObject (gobject) are loaded: gi cannot be imported beside them")

try:
    # All but _gi are needed by the first call that fails, gives several results, or meets an enumeration: that call
    # should not pay for their import.
    from . import _enum, _error, _gi, _result  # noqa: F401
except ImportError as _reason:
    from ._missing import why as _why

    raise ImportError(_why(_reason), name="gi._gi") from _reason

# Parts of this package may be installed in folders named gi elsewhere on the path, and override modules in folders
# gi/overrides. This is what pkgutil.extend_path does, whose imports would take longer than all the rest. A whole package
# of that name is PyGObject, which this one stands for; and the extension module is none of theirs.
for _folder in sys.path:
    _folder = os.path.join(_folder, "gi")
    if _folder not in __path__ and os.path.isdir(_folder) and not os.path.exists(os.path.join(_folder, "__init__.py")):
        __path__.append(_folder)

#: Tells this package from PyGObject's.
_gijit = _gi.__version__

Repository = _gi.Repository
_gi.ResultTuple = _result.ResultTuple

version_info = (3, 58, 1)
__version__ = "3.58.1"

#: Where override modules of other projects are installed.
_overridesdir = os.path.join(os.path.dirname(__file__), "overrides")

_versions = {}
_options = {"legacy_autoinit": True}


class PyGIWarning(Warning):
    """Something in the use of gi that will not do what it seems to."""


class PyGIDeprecationWarning(DeprecationWarning):
    """A part of gi that is on its way out."""


class _DummyStaticModule(types.ModuleType):
    """What a module of the static bindings is beside this package: nothing that can be used."""

    def __getattr__(self, name):
        raise AttributeError(
            f"the static bindings of GObject cannot be used beside gi: change 'import {self.__name__}' to "
            f"'from gi.repository import ...' to get {name!r}"
        )


for _name in ("glib", "gobject", "gio", "gtk", "gtk.gdk"):
    sys.modules[_name] = _DummyStaticModule(_name)


class OverrideImport:
    """Finds override modules in folders that the environment names, before all others."""

    def __init__(self, path):
        self.path = path.split(os.pathsep)

    def find_spec(self, fullname, path=None, target=None):
        if not fullname.startswith("gi.overrides."):
            return None
        from importlib.machinery import PathFinder

        return PathFinder.find_spec(fullname, self.path, target)


if os.environ.get("PYGI_OVERRIDES_PATH"):
    sys.meta_path.insert(0, OverrideImport(os.environ["PYGI_OVERRIDES_PATH"]))


def check_version(version):
    """ValueError if this gi is older than ``version``, a tuple or a string such as "3.40.0"."""
    if isinstance(version, str):
        wanted = tuple(int(part) for part in version.split("."))
    else:
        wanted = tuple(version)
    if wanted > version_info:
        raise ValueError(f"pygobject's version {'.'.join(map(str, wanted))} required, and available is {__version__}")


def require_version(namespace, version):
    """Ask for a version of a namespace before it is imported.

    ValueError if the namespace is loaded or required in another version, or not installed in this one.
    """
    if not isinstance(version, str):
        raise ValueError("Namespace version needs to be a string.")
    loaded = _gi.loaded_version(namespace)
    if loaded is not None and loaded != version:
        raise ValueError(f"Namespace {namespace} is already loaded with version {loaded}")
    required = _versions.get(namespace)
    if required is not None and required != version:
        raise ValueError(f"Namespace {namespace} already requires version {required}")
    available = _gi.enumerate_versions(namespace)
    if not available:
        raise ValueError(f"Namespace {namespace} not available; looked in {', '.join(_gi.search_path())}")
    if version not in available:
        raise ValueError(f"Namespace {namespace} not available for version {version}; found {', '.join(available)}")
    _versions[namespace] = version


def require_versions(versions):
    """``require_version`` for each item of a dict."""
    for namespace, version in versions.items():
        require_version(namespace, version)


def get_required_version(namespace):
    """The version that has been asked for, or None."""
    return _versions.get(namespace)


def require_foreign(namespace, symbol=None):
    """ImportError unless structs of ``namespace`` (or the one named ``symbol``) can be used together with the Python
    binding that they belong to, as cairo's with pycairo."""
    try:
        _gi.require_foreign(namespace, symbol)
    except Exception as error:
        raise ImportError(str(error)) from error


def get_option(name):
    """The value of an option, or None if there is no such option."""
    return _options.get(name)


def disable_legacy_autoinit():
    """Keep Gtk and Gdk from being initialised when they are imported."""
    if any(f"gi.repository.{name}" in sys.modules for name in ("Gtk", "Gdk")):
        raise RuntimeError("disable_legacy_autoinit() must be called before Gtk or Gdk is imported")
    _options["legacy_autoinit"] = False


def __getattr__(name):
    """What few programs ask for."""
    if name == "_gobject":
        from importlib import import_module

        return import_module("gi._gobject")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

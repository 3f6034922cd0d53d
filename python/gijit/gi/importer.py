"""The importer behind ``gi.repository``: a namespace is found when its typelib is."""

import sys
from importlib.machinery import ModuleSpec

import gi

from . import _gi
from .module import get_introspection_module, prepare

#: The introspection modules that have been imported, by namespace.
modules = {}

#: Namespaces that may be imported without a version.
_UNVERSIONED = ("GLib", "GObject", "Gio", "GioUnix", "GioWin32")


def _warn_if_unversioned(namespace, version):
    import warnings

    from . import PyGIWarning

    warnings.warn(
        f"{namespace} was imported without specifying a version first. "
        f"Use gi.require_version({namespace!r}, {version!r}) before import to ensure that the right version gets loaded.",
        PyGIWarning,
        stacklevel=_stacklevel(),
    )


def _stacklevel():
    """How far up the import statement is, as ``warnings.warn`` counts in the function that calls this one.

    ``warn`` leaves out the frames of Python's own import machinery.
    """
    level = 1
    frame = sys._getframe(1)
    while frame is not None and frame.f_back is not None:
        filename = frame.f_code.co_filename
        if not ("importlib" in filename and "_bootstrap" in filename):
            if frame.f_globals.get("__name__") != __name__:
                break
            level += 1
        frame = frame.f_back
    return level


class DynamicImporter:
    """Finds and loads ``gi.repository.<namespace>``."""

    def __init__(self, path):
        self.path = path

    def find_spec(self, fullname, path=None, target=None):
        parent, _, namespace = fullname.rpartition(".")
        if parent != self.path:
            return None
        if not _gi.enumerate_versions(namespace):
            folders = ", ".join(_gi.search_path())
            raise ImportError(f"cannot import name {namespace}, introspection typelib not found in {folders}")
        return ModuleSpec(fullname, self)

    def create_module(self, spec):
        namespace = spec.name.rpartition(".")[2]
        known = _gi.loaded_version(namespace) is not None
        required = gi._versions.get(namespace)
        try:
            version = _gi.require(namespace, required)
        except _gi.RepositoryError as error:
            raise ImportError(str(error)) from error
        if not known and required is None and namespace not in _UNVERSIONED:
            _warn_if_unversioned(namespace, version)
        module = get_introspection_module(namespace)
        modules[namespace] = module
        return module

    def exec_module(self, module):
        prepare(module)

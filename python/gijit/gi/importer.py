"""The importer behind ``gi.repository``: a namespace is found when its typelib is."""

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec

import gi

from . import _gi
from .module import get_introspection_module, prepare, repository
from .overrides import load_overrides

__all__ = ["DynamicImporter", "get_import_stacklevel", "get_introspection_module", "modules", "repository"]

#: The introspection modules that have been imported, by namespace.
modules = {}

#: Namespaces that may be imported without a version.
_UNVERSIONED = ("GLib", "GObject", "Gio", "GioUnix", "GioWin32")


class _check_require_version:
    """Around an import of ``namespace``: PyGIWarning if that loads a version that nobody has asked for.

    ``stacklevel`` is that of the importing line, as ``warnings.warn`` counts where this is entered and left.
    """

    def __init__(self, namespace, stacklevel):
        self.namespace = namespace
        self.stacklevel = stacklevel

    def __enter__(self):
        self.was_loaded = _gi.loaded_version(self.namespace) is not None

    def __exit__(self, kind, error, traceback):
        if kind is not None or self.was_loaded or self.namespace in _UNVERSIONED:
            return
        if self.namespace in gi._versions:
            return
        import warnings

        version = _gi.loaded_version(self.namespace)
        warnings.warn(
            f"{self.namespace} was imported without specifying a version first. "
            f"Use gi.require_version({self.namespace!r}, {version!r}) before import to ensure that the right version "
            "gets loaded.",
            gi.PyGIWarning,
            stacklevel=self.stacklevel + 1,
        )


def get_import_stacklevel(import_hook):
    """The ``stacklevel`` with which ``warnings.warn``, in the caller of this function, points to an import statement.

    That is the one that runs the caller: a module's own code, or, with ``import_hook``, the methods of an importer.
    """
    if not import_hook:
        return 2
    # warn() counts the frames of the caller and of all that called it, but for those of Python's import machinery.
    level = 1
    frame = sys._getframe(1)
    hook = frame.f_globals.get("__name__")
    while frame.f_back is not None:
        filename = frame.f_code.co_filename
        if not ("importlib" in filename and "_bootstrap" in filename):
            if frame.f_globals.get("__name__") != hook:
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
        # That there is no such namespace is said by the import, and not to who only asks.
        return ModuleSpec(fullname, self) if parent == self.path else None

    def create_module(self, spec):
        namespace = spec.name.rpartition(".")[2]
        if not _gi.enumerate_versions(namespace):
            folders = ", ".join(_gi.search_path())
            raise ImportError(f"cannot import name {namespace}, introspection typelib not found in {folders}")
        with _check_require_version(namespace, get_import_stacklevel(import_hook=True)):
            try:
                module = get_introspection_module(namespace, gi._versions.get(namespace))
            except _gi.RepositoryError as error:
                raise ImportError(str(error)) from error
        for dependency, _ in _gi.immediate_dependencies(namespace):
            # Their overrides, and what they need before their first use, come first.
            if f"{self.path}.{dependency}" not in sys.modules:
                import_module(f"{self.path}.{dependency}")
        module = load_overrides(module)
        modules[namespace] = module
        return module

    def exec_module(self, module):
        prepare(module)

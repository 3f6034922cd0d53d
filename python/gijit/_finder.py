"""Who answers ``import gi``, and for the distribution PyGObject, whose API version this package has.

Two finders on ``sys.meta_path`` do so: `Installed` in any case, `Fallback` only where nothing else would. Neither knows
who put it there: ``gijit.install()``, or a line of a ``.pth`` file (see ``_environment``).
"""

import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))

#: What processes that multiprocessing starts are given to find, and where the metadata of PyGObject lies.
PATH = os.path.join(FOLDER, "path")

#: What makes a process that multiprocessing starts: with `spawn` it is imported there, with `forkserver` by the server.
SPAWNER = "multiprocessing.spawn"


def own_spec(target=None):
    """The spec of the package ``gi`` that is part of this one."""
    from importlib.machinery import PathFinder

    return PathFinder.find_spec("gi", [FOLDER], target)


def other_spec(target=None):
    """The spec of what ``import gi`` would find without `Fallback`. None for nothing, and for mere folders of the name."""
    for finder in sys.meta_path:
        find_spec = getattr(finder, "find_spec", None)
        if find_spec is None or is_fallback(finder):
            continue
        spec = find_spec("gi", None, target)
        if spec is not None and spec.loader is not None and spec.origin is not None:
            return spec
    return None


def is_fallback(finder):
    return getattr(finder, "gijit", None) == "fallback"


def is_ours(spec):
    """Whether a spec for ``gi`` is that of this package, or of the module in `PATH` that puts it in its place."""
    origin = getattr(spec, "origin", None)
    return origin is not None and os.path.dirname(os.path.abspath(origin)) in (os.path.join(FOLDER, "gi"), PATH)


def own_distributions(context):
    """The metadata of PyGObject, if ``context`` (of ``importlib.metadata``) asks for it, as an iterable."""
    from importlib.metadata import DistributionFinder, MetadataPathFinder

    # Who asks for one folder's distributions gets that one's only.
    if context.path is not sys.path and os.path.dirname(FOLDER) not in context.path:
        return ()
    return MetadataPathFinder.find_distributions(DistributionFinder.Context(name=context.name, path=[PATH]))


def fallback_spec(target=None):
    return other_spec(target) or own_spec(target)


def fallback_distributions(context):
    from importlib.metadata import DistributionFinder

    if context.name is not None and context.name.lower() != "pygobject":
        return ()
    asked = DistributionFinder.Context(name="PyGObject")
    for finder in sys.meta_path:
        find = getattr(finder, "find_distributions", None)
        if find is not None and not is_fallback(finder) and next(iter(find(asked)), None) is not None:
            return ()
    return own_distributions(context)


class Installed:
    """Finds the top-level module ``gi`` in this package, and nothing else."""

    gijit = "installed"

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == SPAWNER:
            lend_path()
        return own_spec(target) if name == "gi" else None

    @staticmethod
    def find_distributions(context):
        return own_distributions(context)


def lend_path():
    """Has processes that multiprocessing starts find ``gi`` too. They are given the search path of their parent, and
    nothing else of it; first in that is the folder of the program."""
    if PATH not in sys.path:
        sys.path.insert(1, PATH)


def install():
    """Puts `Installed` before all other finders, unless it is among them."""
    if Installed not in sys.meta_path:
        sys.meta_path.insert(0, Installed)
    if SPAWNER in sys.modules:
        lend_path()

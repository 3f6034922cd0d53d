"""Why the extension module cannot be had: imported only when it cannot."""

import glob
import importlib.machinery
import os
import sys

_FOLDER = os.path.dirname(os.path.abspath(__file__))


def why(reason):
    """What is wrong, for a person; ``reason`` is the ImportError that Python gave."""
    if "interpreter" in str(reason):
        return (
            "gi cannot be imported in a sub-interpreter: the C libraries below it are there once for the process, and "
            f"know one interpreter ({reason})"
        )
    if isinstance(reason, ModuleNotFoundError) and reason.name not in (None, "gi._gi"):
        return str(reason)
    if not os.path.isdir(_FOLDER):
        return f"gi's extension module cannot be loaded from an archive: install gijit as a folder, not as {_FOLDER}"
    found = sorted(os.path.basename(path) for path in glob.glob(os.path.join(glob.escape(_FOLDER), "_gi.*")))
    suffixes = importlib.machinery.EXTENSION_SUFFIXES
    if any(name == "_gi" + suffix for name in found for suffix in suffixes):
        return f"gi's extension module in {_FOLDER} cannot be loaded: {reason}"
    there = f"there is {', '.join(found)}, built for another Python" if found else "there is none"
    return (
        f"gi's extension module _gi{suffixes[0]} for {sys.implementation.name} {sys.version.split()[0]} is not in "
        f"{_FOLDER}: {there}. Install gijit for this Python"
    )

"""The versions of what the tests of records import, and pycairo.

Where .venv has no pycairo, that of .venv-peer is borrowed, which shares the interpreter; nothing else of it is found.
"""

import contextlib
import importlib.util
import os
import sys
from pathlib import Path

import gi

ROOT = Path(__file__).resolve().parents[2]

for namespace, version in (("Regress", "1.0"), ("GIMarshallingTests", "1.0")):
    gi.require_version(namespace, version)


def _borrow_pycairo():
    if importlib.util.find_spec("cairo") is not None:
        return
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    package = ROOT / ".venv-peer" / "lib" / python / "site-packages" / "cairo"
    if not package.is_dir():
        return
    folder = ROOT / "target" / "pycairo" / python
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        (folder / "cairo").symlink_to(package)
    sys.path.append(str(folder))
    known = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = f"{known}:{folder}" if known else str(folder)


_borrow_pycairo()

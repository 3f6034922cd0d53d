"""pycairo for gijit: that of .venv-peer, which shares the interpreter, where the environment has none.

Nothing else of the peer is found by it: the folder has the one package.
"""

import contextlib
import functools
import importlib.util
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


@functools.cache
def folders():
    """What has to be put on the path, at its end; nothing where pycairo is there already, or nowhere.

    It is found out once: whoever does as is said would change the answer.
    """
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    package = ROOT / ".venv-peer" / "lib" / python / "site-packages" / "cairo"
    if importlib.util.find_spec("cairo") is not None or not package.is_dir():
        return []
    folder = ROOT / "target" / "pycairo" / python
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "cairo"
    if not link.exists():
        # It may lead to an environment that has moved.
        link.unlink(missing_ok=True)
    with contextlib.suppress(FileExistsError):
        link.symlink_to(package)
    return [str(folder)]

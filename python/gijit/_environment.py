"""Which ``gi`` an environment has, and the commands that change it: ``python -m gijit enable``, ``disable``, ``status``.

`enable` writes one file, `NAME`, into a folder of the environment that Python reads ``.pth`` files from, and a line
into the RECORD of this distribution beside it, so that whoever removes the distribution removes that file too. Nothing
else is written anywhere. The file's one line costs each start of Python about 0.1 ms: it imports nothing before ``gi``
is asked for, and does nothing where this package is gone.
"""

import glob
import os
import site
import sys
import sysconfig

from ._finder import FOLDER, is_fallback, is_ours

NAME = "gijit-enabled.pth"

#: What else makes gi gijit's, for those who cannot or would not enable it.
ELSE = "Without that: `python -m gijit program.py`, or gijit.install() before the first import of gi."


class Refusal(Exception):
    """Why a command is not carried out, and what to do instead."""


def _same(one, other):
    return os.path.realpath(one) == os.path.realpath(other)


def _in_venv():
    return sys.prefix != sys.base_prefix


def site_folders():
    """The folders that Python reads ``.pth`` files from in this environment, without doubles."""
    folders = [site.getusersitepackages()] if site.ENABLE_USER_SITE else []
    # An old virtualenv has a module `site` of its own, without this function.
    folders += getattr(site, "getsitepackages", lambda: [sysconfig.get_path("purelib")])()
    return list({os.path.realpath(folder): folder for folder in folders}.values())


def _user_folder():
    if not site.ENABLE_USER_SITE:
        why = "as this virtual environment does not see it" if _in_venv() else "for this run of Python"
        raise Refusal(f"the folder of the user's own packages is not in use, {why}.\n{ELSE}")
    return site.getusersitepackages()


def managed():
    """The file by which a distribution says that this Python's packages are its own (PEP 668), or None."""
    path = os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")
    return path if not _in_venv() and os.path.exists(path) else None


def _chosen_folder(user, system):
    if user:
        return _user_folder()
    if not _in_venv() and not system and site.ENABLE_USER_SITE:
        # What a user has installed for himself is for himself alone.
        if _same(os.path.dirname(FOLDER), site.getusersitepackages()):
            return site.getusersitepackages()
    if not system and managed():
        raise Refusal(
            f"this is the system's Python ({sys.executable}), whose packages belong to the distribution: every program "
            "that runs by it would have another gi.\n"
            "For your programs alone:  python -m gijit enable --user\n"
            f"For all of them:          python -m gijit enable --system\n{ELSE}"
        )
    folder = sysconfig.get_path("purelib")
    known = site_folders()
    if not any(_same(folder, other) for other in known):
        # Where pip installs is no folder of .pth files: this Python is put together in its own way.
        folder = next((other for other in known if os.path.isdir(other)), folder)
    return folder


def _line(path):
    """What the file says. Everything is by its full path: the package may be installed elsewhere than the file."""
    finder = "__import__('gijit._finder', fromlist=['*'])"
    parent = os.path.dirname(FOLDER)
    lend = "" if any(_same(parent, folder) for folder in site_folders()) else f"sys.path.append({ascii(parent)}); "
    # Not `if`: such a line is one statement after another. The list is what both do in one expression.
    methods = (
        "{'gijit': 'enabled', "
        f"'find_spec': staticmethod(lambda n, p=None, t=None: {finder}.own_spec(t) if n == 'gi' else None), "
        f"'find_distributions': staticmethod(lambda c: {finder}.own_distributions(c))}}"
    )
    insert = f"sys.meta_path.insert(0, type('gijit', (), {methods}))"
    return f"import os, sys; {lend}os.path.isdir({ascii(FOLDER)}) and {insert}\n"


def _replace(path, text):
    """Writes a file as a whole or not at all."""
    other = f"{path}.{os.getpid()}"
    try:
        with open(other, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if os.path.exists(path):
            os.chmod(other, os.stat(path).st_mode & 0o7777)
        os.replace(other, path)
    except BaseException:
        if os.path.exists(other):
            os.unlink(other)
        raise


def _record(folder):
    """The list of files by which installers remove this distribution, if it is installed in that folder."""
    found = glob.glob(os.path.join(glob.escape(folder), "gijit-*.dist-info", "RECORD"))
    return found[0] if len(found) == 1 and _same(folder, os.path.dirname(FOLDER)) else None


def _note(folder, wanted):
    """Has the RECORD list the file, or not. Returns whether it does as is wanted."""
    path = _record(folder)
    if path is None:
        return not wanted
    try:
        with open(path, encoding="utf-8", newline="") as file:
            lines = file.read().splitlines()
        others = [line for line in lines if line.split(",")[0] != NAME]
        if wanted:
            others.append(f"{NAME},,")
        if others != lines:
            _replace(path, "\n".join(others) + "\n")
    except OSError:
        return False
    return True


def enable(user=False, system=False):
    """Makes ``import gi`` find this package in the environment. Returns what to say; Refusal if it cannot be."""
    folder = _chosen_folder(user, system)
    path = os.path.join(folder, NAME)
    try:
        os.makedirs(folder, exist_ok=True)
        _replace(path, _line(path))
    except OSError as error:
        other = "" if user or not site.ENABLE_USER_SITE else "For your programs alone: python -m gijit enable --user\n"
        raise Refusal(f"cannot write {path}: {error.strerror}.\n{other}{ELSE}") from None
    said = [f"enabled: import gi is gijit's in {_named(folder)}", f"by {path}, until `python -m gijit disable`"]
    if not _note(folder, True):
        said.append(
            "That file is not in the list of gijit's files there: disable before you remove gijit. Left behind, it does "
            "nothing."
        )
    if not any(_same(folder, other) for other in site_folders()):
        said.append(f"warning: this Python reads no .pth files in {folder}")
    return said


def _named(folder):
    if site.ENABLE_USER_SITE and _same(folder, site.getusersitepackages()):
        return f"your own programs that run by {os.path.realpath(sys.executable)}"
    return f"the environment {sys.prefix}"


def enabling_files():
    """The files by which gijit is enabled here: those of this package, and others' that it can see."""
    return [path for path in (os.path.join(folder, NAME) for folder in site_folders()) if os.path.lexists(path)]


def disable(user=False, system=False):
    """Takes back what `enable` has done. Returns what to say; Refusal for what is not ours to take back."""
    if user:
        folders = [_user_folder()]
    elif _in_venv():
        folders = [folder for folder in site_folders() if _same(folder, sysconfig.get_path("purelib"))]
    else:
        folders = site_folders()
    said = []
    for path in enabling_files():
        folder = os.path.dirname(path)
        if not any(_same(folder, other) for other in folders):
            continue
        try:
            os.unlink(path)
        except OSError as error:
            raise Refusal(f"cannot remove {path}: {error.strerror}") from None
        _note(folder, False)
        said.append(f"disabled: removed {path}")
    left = enabling_files()
    if left:
        said.append(f"gijit is still enabled here by {', '.join(left)}")
    elif not said:
        said.append("gijit was not enabled here")
    return said


def finders_and_specs():
    """(finder, spec) of everything that would answer ``import gi`` in a program of this environment, first things first.

    The folder that ``python -m`` looks in before all others is none of the environment.
    """
    known = sys.path[:]
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[:1]
    try:
        for finder in sys.meta_path:
            find_spec = getattr(finder, "find_spec", None)
            # What comes last in any case is no answer before the others.
            spec = None if find_spec is None or is_fallback(finder) else find_spec("gi", None)
            if spec is not None and spec.loader is not None and spec.origin is not None:
                yield finder, spec
        if any(map(is_fallback, sys.meta_path)):
            from ._finder import own_spec

            yield next(filter(is_fallback, sys.meta_path)), own_spec()
    finally:
        sys.path[:] = known


def version_at(folder):
    """The version of the PyGObject that is installed in a folder, or None."""
    from importlib.metadata import DistributionFinder, MetadataPathFinder

    asked = DistributionFinder.Context(name="PyGObject", path=[folder])
    found = next(iter(MetadataPathFinder.find_distributions(asked)), None)
    return found and found.version


def pygobject():
    """(folder, version or None) of the PyGObject that there is in this environment, in force or not; None for none."""
    for _, spec in finders_and_specs():
        if not is_ours(spec):
            folder = os.path.dirname(os.path.dirname(spec.origin))
            return os.path.dirname(spec.origin), version_at(folder)
    return None


def status():
    """(what, text) lines: which gi is in force in this environment, and why."""
    from . import __version__

    answers = list(finders_and_specs())
    first, spec = answers[0] if answers else (None, None)
    kind = getattr(first, "gijit", None)
    enabled = enabling_files()
    other = pygobject()
    if spec is None:
        yield "gi", "none: import gi fails"
        yield "because", "gijit is not installed here (its folder is on the path only), and PyGObject is not"
        yield "to change", "python -m gijit enable"
    elif is_ours(spec):
        yield "gi", f"gijit {__version__}, {FOLDER}"
        if kind == "enabled":
            yield "because", f"it is enabled by {', '.join(enabled)}"
            yield "to change", "python -m gijit disable"
        elif kind == "installed":
            yield (
                "because",
                "something that Python imports at its start (sitecustomize, a .pth file) calls gijit.install()",
            )
        elif kind == "fallback":
            yield "because", "no PyGObject is installed here, and gijit is"
        else:
            yield "because", f"{os.path.dirname(spec.origin)} is on the path of Python (PYTHONPATH?)"
    elif other is not None:
        yield "gi", f"PyGObject {other[1] or 'of an unknown version'}, {other[0]}"
        if enabled:
            yield (
                "because",
                f"{', '.join(enabled)} had no effect: is it older than this gijit, or Python started with -S?",
            )
        else:
            yield "because", "it is installed, and gijit is not enabled"
        yield "to change", "python -m gijit enable"
    if other is not None and is_ours(spec):
        yield "PyGObject", f"{other[1] or 'of an unknown version'}, {other[0]}: not in force"
    elif other is None:
        yield "PyGObject", "not installed here"
    yield "here", f"{sys.prefix} ({_kind_of_environment()}), Python {sys.version.split()[0]}"


def _kind_of_environment():
    if not _in_venv():
        return "the system's, managed by its distribution" if managed() else "no virtual environment"
    sees = len(getattr(site, "PREFIXES", ())) > 1
    return "a virtual environment" + (" that sees the packages of its Python" if sees else "")

"""``python -m gijit script.py args…`` or ``python -m gijit -m module args…``: run a program with ``gi`` being gijit."""

import builtins
import os
import runpy
import sys
import types
from importlib.machinery import SourceFileLoader

import gijit

USAGE = """\
usage: python -m gijit program.py [argument ...]     run a program with `import gi` being gijit
       python -m gijit -m module [argument ...]      run a module so

       python -m gijit enable [--user | --system]    make `import gi` mean gijit in this environment
       python -m gijit disable [--user]              take that back
       python -m gijit status                        which gi is in force here, and why
       python -m gijit doctor                        what there is, what is missing, and what mends it
       python -m gijit explain NAMESPACE.NAME        what a function, class, property or signal is, and how it is called
       python -m gijit bench                         a short comparison of speed with the PyGObject that is here

       python -m gijit --version | --cflags | --pkgconfigdir

GIJIT_TIER is auto (the default), ffi or thunk. A program named like a command is run as ./NAME. --cflags says what a
compiler needs to find the headers for extension modules, pygobject.h; --pkgconfigdir the folder of pygobject-3.0.pc.
"""


def _fresh_main():
    """The namespace that the program begins in. Its module is ``__main__`` until the process ends."""
    module = sys.modules["__main__"] = types.ModuleType("__main__")
    module.__builtins__ = builtins
    return vars(module)


def _set_first_path(folder):
    """Puts a folder where Python has that of the program, unless it is told to have none."""
    if not getattr(sys.flags, "safe_path", False):
        sys.path[0] = folder


def _run_module(name):
    _set_first_path(os.getcwd())
    _fresh_main()
    # What `python -m` does.
    runpy._run_module_as_main(name)


def _run_file(path):
    """Runs a program as Python would: a file, or a folder or archive with a ``__main__``."""
    full = os.path.abspath(path)
    if os.path.isdir(full) or not path.endswith((".py", ".pyc")) and _is_archive(full):
        # Python has it there in any case.
        if getattr(sys.flags, "safe_path", False):
            sys.path.insert(0, full)
        else:
            sys.path[0] = full
        _fresh_main()
        runpy._run_module_as_main("__main__", alter_argv=False)
        return
    _set_first_path(os.path.dirname(os.path.realpath(full)))
    namespace = _fresh_main()
    namespace.update(__file__=full, __cached__=None, __loader__=SourceFileLoader("__main__", full))
    exec(_code_of(full), namespace)


def _is_archive(path):
    from pkgutil import get_importer

    return type(get_importer(path)).__name__ == "zipimporter"


def _code_of(path):
    if path.endswith(".pyc"):
        from importlib.machinery import SourcelessFileLoader

        return SourcelessFileLoader("__main__", path).get_code("__main__")
    with open(path, "rb") as file:
        return compile(file.read(), path, "exec", dont_inherit=True)


def _flags(args, *known):
    """{flag: True} for the flags that are given; ValueError for anything else."""
    for arg in args:
        if arg not in known:
            raise ValueError(f"unknown argument {arg!r}" + (f": {' or '.join(known)}" if known else ""))
    return {arg.removeprefix("--"): True for arg in args}


def _enable(args):
    from . import _environment

    flags = _flags(args, "--user", "--system")
    if len(flags) > 1:
        raise ValueError("--user or --system, not both")
    print(*_environment.enable(**flags), sep="\n")


def _disable(args):
    from . import _environment

    print(*_environment.disable(**_flags(args, "--user", "--system")), sep="\n")


def _status(args):
    from . import _environment

    _flags(args)
    for what, text in _environment.status():
        print(f"{what + ':':<12}{text}")


def _doctor(args):
    from . import _doctor

    return _doctor.main(args)


def _explain(args):
    from . import _explain

    return _explain.main(args)


def _bench(args):
    from . import _bench

    return _bench.main(args)


COMMANDS = {
    "enable": _enable,
    "disable": _disable,
    "status": _status,
    "doctor": _doctor,
    "explain": _explain,
    "bench": _bench,
}


def _command(name, args):
    """Runs one of the commands. What it says of its failure is for a person; the status is 1, of a wrong usage 2."""
    from ._environment import Refusal

    try:
        return COMMANDS[name](args) or 0
    except Refusal as error:
        print(f"gijit: {error}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"gijit {name}: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader has enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def main():
    args = sys.argv[1:]
    if not args or args[0] in ("-h", "--help"):
        print(USAGE, end="", file=sys.stdout if args else sys.stderr)
        return 0 if args else 2
    if args[0] == "--version":
        print(f"gijit {gijit.__version__}")
        return 0
    if args[0] == "--cflags":
        print(f"-I{os.path.join(os.path.dirname(gijit.__file__), 'include', 'pygobject-3.0')}")
        return 0
    if args[0] == "--pkgconfigdir":
        print(os.path.join(os.path.dirname(gijit.__file__), "lib", "pkgconfig"))
        return 0
    if args[0] in COMMANDS:
        return _command(args[0], args[1:])
    gijit.install()
    if args[0] == "-m":
        if len(args) < 2:
            print("gijit: -m needs the name of a module", file=sys.stderr)
            return 2
        sys.argv = args[1:]
        _run_module(args[1])
        return 0
    if args[0].startswith("-"):
        print(f"gijit: unknown option {args[0]}\n{USAGE}", end="", file=sys.stderr)
        return 2
    if not os.path.exists(args[0]):
        print(f"gijit: cannot find the program {args[0]!r}", file=sys.stderr)
        return 2
    sys.argv = args
    _run_file(args[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m gijit script.py args…`` or ``python -m gijit -m module args…``: run a program with ``gi`` being gijit."""

import os
import runpy
import sys

import gijit

USAGE = """\
usage: python -m gijit script.py [argument ...]
       python -m gijit -m module [argument ...]
       python -m gijit --version | --cflags

Runs a program with `import gi` being gijit. GIJIT_TIER is auto (the default), ffi or thunk.
--cflags says what a compiler needs to find the headers for extension modules, pygobject.h.
"""


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
    gijit.install()
    if args[0] == "-m":
        if len(args) < 2:
            print("gijit: -m needs the name of a module", file=sys.stderr)
            return 2
        sys.argv = args[1:]
        sys.path[0] = os.getcwd()
        runpy.run_module(args[1], run_name="__main__", alter_sys=True)
        return 0
    if args[0].startswith("-"):
        print(f"gijit: unknown option {args[0]}\n{USAGE}", end="", file=sys.stderr)
        return 2
    if not os.path.exists(args[0]):
        print(f"gijit: cannot find the program {args[0]!r}", file=sys.stderr)
        return 2
    sys.argv = args
    sys.path[0] = os.path.dirname(os.path.abspath(args[0]))
    runpy.run_path(args[0], run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Makes the case files, runs them with the peer and with gijit, and keeps the results: target/differential/<hash>/.

    run.py [--tier auto|ffi|thunk] [--show N] [NAMESPACE…]

The hash is of all that a case or the peer's result depends on, so the peer runs once. Environment: GIJIT_PEER_PYTHON,
GIJIT_PYTHON (by default .venv-peer/bin/python and .venv/bin/python of this tree). Compares nothing by itself but what
compare.py says.
"""

import argparse
import functools
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import compare

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NAMESPACES = ["GijitFixtures", "GIMarshallingTests", "Regress", "GObject", "GLib", "Gio"]
# What the cases and the peer's results are made by.
SOURCES = [
    "surface.py",
    "pools.py",
    "instances.py",
    "generate.py",
    "names.py",
    "observe.py",
    "confine.py",
    "drive.py",
    "skip.txt",
    "by_type.txt",
    "expressions.txt",
]
IDENTITY = """
import gi, sys
gi.require_version("GIRepository", "2.0" if gi.version_info < (3, 52) else "3.0")
for name, version in (("GLib", "2.0"), ("GObject", "2.0"), ("Gio", "2.0"), ("Regress", "1.0"), ("GIMarshallingTests", "1.0"), ("GijitFixtures", "1.0")):
    gi.Repository.get_default().require(name, version)
    print(gi.Repository.get_default().get_typelib_path(name))
print(sys.version, gi.version_info)
"""


def python_of(variable, folder):
    path = os.environ.get(variable) or str(ROOT / folder / "bin" / "python")
    if not Path(path).exists():
        raise SystemExit(f"{path} is missing: `make setup` makes it, or {variable} names another")
    return path


@functools.cache
def environment():
    """That of every child: the fixture libraries are found, nothing else of the caller's Python is."""
    built = subprocess.run(
        ["bash", str(ROOT / "meson-test" / "build.sh")], stdout=subprocess.PIPE, text=True, check=True
    )
    folders = built.stdout.strip().splitlines()[-1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON") or name == "PYTHONPATH"}
    return {**kept, "GI_TYPELIB_PATH": folders, "LD_LIBRARY_PATH": folders}


def peer_environment():
    return {name: value for name, value in environment().items() if name != "PYTHONPATH"}


@functools.cache
def folder():
    """Where the cases and results of just these sources, typelibs and this peer are."""
    peer = python_of("GIJIT_PEER_PYTHON", ".venv-peer")
    said = subprocess.run(
        [peer, "-c", IDENTITY],
        env=peer_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    ).stdout
    digest = hashlib.sha256(said.encode())
    for path in [*(HERE / name for name in SOURCES), *map(Path, said.splitlines()[:-1])]:
        digest.update(path.read_bytes())
    # The test libraries' code, of which their typelibs say nothing.
    for built in environment()["LD_LIBRARY_PATH"].split(":"):
        for library in sorted(Path(built).glob("*.so")):
            digest.update(library.read_bytes())
    # What some functions list: programs and schemas that are installed.
    for listed in ("/usr/share/applications", "/usr/share/glib-2.0/schemas"):
        names = sorted(os.listdir(listed)) if os.path.isdir(listed) else ()
        digest.update("\n".join(names).encode())
    found = ROOT / "target" / "differential" / digest.hexdigest()[:16]
    found.mkdir(parents=True, exist_ok=True)
    return found


def cases():
    """The folder with the case files, made if they are not there."""
    there = folder()
    if not (there / "complete").exists():
        for old in there.parent.iterdir():
            if old != there:
                shutil.rmtree(old)
        subprocess.run(
            [python_of("GIJIT_PEER_PYTHON", ".venv-peer"), "-W", "ignore", str(HERE / "generate.py"), str(there)],
            env=peer_environment(),
            check=True,
        )
        (there / "complete").touch()
    return there


def peer_results(namespace):
    """The file of the peer's results, made if it is not there."""
    path = cases() / f"{namespace}.peer.json"
    if not path.exists():
        drive(python_of("GIJIT_PEER_PYTHON", ".venv-peer"), "peer", namespace, path, peer_environment())
    return path


def gijit_results(namespace, tier):
    """The file of gijit's results in one tier; made anew unless just this build made it."""
    python = python_of("GIJIT_PYTHON", ".venv")
    path = cases() / f"{namespace}.{tier}.{build_of(python)}.json"
    if not path.exists():
        for old in cases().glob(f"{namespace}.{tier}.*.json"):
            old.unlink()
        drive(
            python,
            "gijit",
            namespace,
            path,
            {**environment(), "GIJIT_TIER": tier},
            "--except-crashed",
            str(peer_results(namespace)),
        )
    return path


@functools.cache
def build_of(python):
    """A name for the gijit that an interpreter imports: of its libraries and its Python files."""
    program = "import gijit, os; print(os.path.dirname(os.path.abspath(gijit.__file__)))"
    where = subprocess.run(
        [python, "-c", program], env=environment(), stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    digest = hashlib.sha256()
    for path in sorted(p for p in Path(where).rglob("*") if p.suffix in (".so", ".py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def drive(python, impl, namespace, path, env, *options):
    # Written beside and renamed: an interrupted run leaves no result.
    beside = path.with_suffix(".part")
    subprocess.run(
        [
            python,
            "-W",
            "ignore",
            str(HERE / "drive.py"),
            "--impl",
            impl,
            *options,
            str(cases() / f"{namespace}.cases.json"),
            str(beside),
        ],
        env=env,
        check=True,
    )
    beside.rename(path)


def load(path):
    return json.loads(path.read_text())


def against_peer(namespace, tier, expected):
    """The compare.Outcome of gijit in one tier against the peer."""
    return compare.compare(
        load(cases() / f"{namespace}.cases.json"),
        load(peer_results(namespace)),
        load(gijit_results(namespace, tier)),
        expected,
    )


def against_ffi(namespace, tier):
    """The compare.Outcome of gijit in one tier against gijit in the ffi tier: nothing may differ."""
    return compare.compare(
        load(cases() / f"{namespace}.cases.json"),
        load(gijit_results(namespace, "ffi")),
        load(gijit_results(namespace, tier)),
        compare.Expected(None),
        exact=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tier", choices=["auto", "ffi", "thunk"], default=os.environ.get("GIJIT_TIER") or "ffi")
    parser.add_argument("--show", type=int, default=20, help="how many differences to print")
    parser.add_argument("namespaces", nargs="*", metavar="NAMESPACE")
    options = parser.parse_args()
    expected, failed = compare.Expected(), False
    for namespace in options.namespaces or NAMESPACES:
        outcomes = [against_peer(namespace, options.tier, expected)]
        if options.tier != "ffi":
            outcomes.append(against_ffi(namespace, options.tier))
        for outcome, other in zip(outcomes, ("the peer", "the ffi tier")):
            for difference in outcome.differences[: options.show]:
                print(difference)
            print(f"{namespace}, {options.tier} against {other}: {outcome.summary()}")
            failed = failed or bool(outcome.differences)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

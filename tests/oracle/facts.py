"""Facts about typelibs: getting them from both sides, and comparing them.

The one side is the `dump` example of the typelib crate, the other is `peer.py`, which also says what a fact looks like.
Must not know what any fact means, nor the format of typelibs.
"""

import gzip
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
from dataclasses import dataclass

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CACHE = ROOT / "target" / "oracle"
PEER = HERE / "peer.py"
BELOW = PEER.with_name("girepository.py")


class NoFacts(Exception):
    """One of the sides could not be built or run, or failed. Says how to get it, or what it printed."""


@dataclass(frozen=True)
class Difference:
    """One fact, with the values that each side gives for it: usually one, none if the side lacks the fact."""

    path: str
    name: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]

    def __str__(self):
        def side(values):
            return ", ".join(values) or "nothing"

        return f"{self.path} {self.name}: gijit says {side(self.ours)}, PyGObject says {side(self.theirs)}"


def _by_key(facts):
    by_key = {}
    for line in facts.decode("utf-8", "surrogateescape").split("\n"):
        if line:
            path, name, value = line.split("\t")
            by_key.setdefault((path, name), []).append(value)
    return by_key


def differences(ours, theirs):
    """All differences between two streams of facts, in our order; what only the other side has comes last."""
    if ours == theirs:
        return []
    ours_by_key, theirs_by_key = _by_key(ours), _by_key(theirs)
    found = [
        Difference(*key, tuple(ours_by_key.get(key, ())), tuple(theirs_by_key.get(key, ())))
        for key in {**ours_by_key, **theirs_by_key}
        if ours_by_key.get(key) != theirs_by_key.get(key)
    ]
    # The same facts in another order: the members of something were walked in a different order.
    return found or [Difference("", "order of the facts", ("one",), ("another",))]


@dataclass
class Totals:
    """What was compared. Items are all that has a name (entries, members, arguments); types are counted beside them."""

    typelibs: int = 0
    entries: int = 0
    items: int = 0
    types: int = 0
    attributes: int = 0
    facts: int = 0

    def add(self, facts):
        self.typelibs += 1
        self.entries += int(re.search(rb"^\tn_entries\t(\d+)$", facts, re.MULTILINE)[1])
        self.items += facts.count(b"\tname\t")
        self.types += facts.count(b"\ttag\t")
        self.attributes += facts.count(b"\tattribute ") + facts.count(b"\treturn_attribute ")
        self.facts += facts.count(b"\n")

    def __str__(self):
        return ", ".join(f"{number:,} {noun}" for noun, number in vars(self).items())


def _run(command, **options):
    try:
        done = subprocess.run(command, capture_output=True, timeout=300, **options)
    except OSError as error:
        raise NoFacts(f"{command[0]}: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise NoFacts(f"{' '.join(map(str, command))}: no end after {error.timeout} seconds") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()[-2000:]
        raise NoFacts(f"{' '.join(map(str, command))}: status {done.returncode}\n{said}")
    return done.stdout


class Gijit:
    """Our side: builds the program once, then reads typelibs with it. Facts named in ``hidden`` are left out."""

    def __init__(self, hidden=()):
        self.hidden = [name.encode() for name in hidden]
        cargo = shutil.which("cargo") or os.path.expanduser("~/.cargo/bin/cargo")
        build = [cargo, "build", "--quiet", "--locked", "--package", "gijit-typelib", "--example", "dump"]
        messages = _run([*build, "--message-format=json-render-diagnostics"], cwd=ROOT)
        artifacts = [json.loads(line) for line in messages.splitlines()]
        (self.program,) = (a["executable"] for a in artifacts if a.get("target", {}).get("name") == "dump")

    def facts(self, typelib):
        facts = _run([self.program, typelib])
        for name in self.hidden:
            facts = re.sub(rb"^[^\t\n]*\t" + name + rb"\t.*\n", b"", facts, flags=re.MULTILINE)
        return facts


class Peer:
    """The other side: PyGObject, in its own environment. What it said is kept in `target/oracle`."""

    def __init__(self):
        self.python = os.environ.get("GIJIT_PEER_PYTHON") or str(ROOT / ".venv-peer" / "bin" / "python")
        if not os.access(self.python, os.X_OK):
            raise NoFacts(f"no PyGObject to compare with: {self.python} is missing; run scripts/peer")
        self.version, self.own, *hidden = _run([self.python, "-I", PEER, "--version"]).decode().splitlines()
        self.hidden = set(hidden)

    def facts(self, typelib, cached=True):
        typelib = pathlib.Path(typelib)
        if not cached:
            return self._ask(typelib)
        key = hashlib.sha256()
        for part in (self.version.encode(), PEER.read_bytes(), BELOW.read_bytes(), typelib.read_bytes()):
            key.update(hashlib.sha256(part).digest())
        # The same name in two folders is two files; only the contents tell them apart.
        kept = CACHE / f"{typelib.stem}-{key.hexdigest()[:32]}.gz"
        try:
            return gzip.decompress(kept.read_bytes())
        except FileNotFoundError:
            pass
        facts = self._ask(typelib)
        CACHE.mkdir(parents=True, exist_ok=True)
        # Two test runs may be at it: never leave half a file under the final name.
        beside = kept.with_suffix(f".{os.getpid()}")
        beside.write_bytes(gzip.compress(facts, compresslevel=1))
        beside.replace(kept)
        return facts

    def _ask(self, typelib):
        # Its own folder comes first, so that nothing of the same name is found before it.
        folders = f"{typelib.parent}:{os.environ.get('GI_TYPELIB_PATH', '')}"
        return _run([self.python, "-I", PEER, typelib], env={**os.environ, "GI_TYPELIB_PATH": folders})

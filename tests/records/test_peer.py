"""Every field of every struct and union that Python can make reads as in PyGObject, with known exceptions."""

import json
import pathlib
import re
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
PEER = HERE.parents[1] / ".venv-peer" / "bin" / "python"
NAMESPACES = ("GLib-2.0", "GObject-2.0", "Gio-2.0", "GIMarshallingTests-1.0", "Regress-1.0", "GijitFixtures-1.0")

#: What differs on purpose: a field, what PyGObject says of it, and what gijit does.
DIFFERENCES = [
    # Empty function pointers are None, and set ones are callable; PyGObject cannot read most of them.
    (r".*", r"RuntimeError: unable to get the value", r"None"),
    (r".*", r"gi\.FunctionInfo\(.*\)", r"gi\.FunctionInfo\(.*\)|None"),
    (r".*", r"TypeError: (Item 0: )?Cannot translate callback type to Python object", r"\[None, .*\]"),
    # A union is a view, as a struct is.
    (r".*", r"NotImplementedError: getting an union is not supported yet", r"<.* object at 0x \(.* at 0x\)>"),
    # PyGObject before 3.51 says [] of NULL bytes.
    (r"Regress\.AnnotationFields\.arr", r"\[\]", r"b''"),
    # Items that the layout has as addresses.
    (r"GijitFixtures\.Addresses\.data", r"b'.*'", r"\[0, 0\]"),
    # The same in other words.
    (
        r"Regress\.FooBUnion",
        r"Error: g-invoke-error-quark: Could not locate .*",
        r"Error: gi-invoke-error-quark: Could not .*",
    ),
    # An override has taken the class's place, whose fields are then not those of its instances.
    (r".*", r"TypeError: (?:argument 1: )?Must be (\S+)\.(\S+), not \2", r".*"),
]
#: Classes that one side replaces by another.
REPLACED = r"(GLib|GObject)\.(Error|Variant|IOChannel|MainLoop|PollFD|Source|Thread|OptionContext|OptionGroup)|GObject\.Value|GIMarshallingTests\.OverridesStruct"


def answers(command):
    done = subprocess.run(
        [*command, str(HERE / "describe.py"), ",".join(NAMESPACES)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


@pytest.mark.skipif(not PEER.exists(), reason="no PyGObject to compare with: make peer")
def test_every_field_reads_as_in_pygobject():
    theirs = answers([str(PEER)])
    ours = answers([sys.executable, "-m", "gijit"])
    ended = {name for name, text in theirs.items() if text.startswith("ends with status ")}
    assert not any(text.startswith("ends with status ") for text in ours.values())
    assert len(ended) < 5
    theirs, ours = (
        {
            name: text
            for name, text in side.items()
            if not re.match(rf"({REPLACED})(\.|$)", name) and ".".join(name.split(".")[:2]) not in ended
        }
        for side in (theirs, ours)
    )
    assert theirs.keys() == ours.keys()
    assert len(ours) > 1500

    wrong = {}
    for name, text in ours.items():
        if text == theirs[name]:
            continue
        known = any(
            re.fullmatch(place, name) and re.fullmatch(their, theirs[name]) and re.fullmatch(our, text)
            for place, their, our in DIFFERENCES
        )
        if not known:
            wrong[name] = (theirs[name], text)
    assert wrong == {}

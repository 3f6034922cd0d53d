"""All info objects of whole namespaces answer as PyGObject's do, and so do their documentation and signatures."""

import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).resolve().parent
WALK = HERE / "walk.py"
PEER = os.environ.get("GIJIT_PEER_PYTHON") or str(HERE.parent.parent / ".venv-peer" / "bin" / "python")
NAMESPACES = [
    "GLib-2.0",
    "GObject-2.0",
    "Gio-2.0",
    "Gtk-3.0",
    "GIMarshallingTests-1.0",
    "Regress-1.0",
    "GijitFixtures-1.0",
]

pytestmark = pytest.mark.skipif(
    os.environ.get("GIJIT_TIER") in ("thunk", "auto"), reason="nothing is called: one tier is all"
)

# Answers in which we differ on purpose: (namespace, name of the info, question), and why.
HIDDEN_DATA = "PyGObject hides an argument that the typelib links to itself"
POINTER_TO_ENUM = "of a pointer to an enumeration the plan keeps the number only"
EXPECTED = {
    ("GLib", "log_set_writer_func", "__doc__"): HIDDEN_DATA,
    ("GLib", "log_set_writer_func", "__signature__"): HIDDEN_DATA,
    ("GObject", "signal_add_emission_hook", "__doc__"): HIDDEN_DATA,
    ("GObject", "signal_add_emission_hook", "__signature__"): HIDDEN_DATA,
    ("Gtk", "rc_parse_priority", "__doc__"): POINTER_TO_ENUM,
    ("Gtk", "rc_parse_priority", "__signature__"): POINTER_TO_ENUM,
    ("GIMarshallingTests", "enum_out_uninitialized", "__doc__"): POINTER_TO_ENUM,
    ("GIMarshallingTests", "enum_out_uninitialized", "__signature__"): POINTER_TO_ENUM,
    ("GIMarshallingTests", "no_type_flags_out_uninitialized", "__doc__"): POINTER_TO_ENUM,
    ("GIMarshallingTests", "no_type_flags_out_uninitialized", "__signature__"): POINTER_TO_ENUM,
}


def run(command):
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, env={**os.environ, "PYTHONWARNINGS": "ignore"}
    )
    assert done.returncode == 0, f"{command}: status {done.returncode}\n{done.stderr[-2000:]}"
    return done.stdout


def ours(*arguments):
    program = f"import gijit, runpy, sys; gijit.install(); sys.argv[0] = 'walk.py'; runpy.run_path({str(WALK)!r}, run_name='__main__')"
    return run([sys.executable, "-c", program, *arguments])


def theirs(*arguments):
    return run([PEER, str(WALK), *arguments])


@pytest.fixture(scope="module")
def requests():
    """The questions that this version of the peer can be asked besides those that all can."""
    program = (
        "import gi._gi as g; print(*(n for n in ('__signature__', 'get_finish_func') if hasattr(g.FunctionInfo, n)))"
    )
    answers = run([PEER, "-c", program]).split()
    return answers or ["get_array_fixed_size"]


def answers(text):
    """{(path, question): (name, answer)}"""
    found = {}
    for line in text.splitlines():
        path, *parts = line.split("\t")
        for i, part in enumerate(parts):
            question, equals, value = part.partition("=")
            # The first three are the class, the name and the module.
            found[path, question if equals and i > 2 else i] = parts[1], value if i > 2 else part
    return found


def differences(ours, theirs):
    """(namespace, name of the info, question, path, our answer, their answer)"""
    ours, theirs = answers(ours), answers(theirs)
    for path, question in {**theirs, **ours}:
        name, mine = ours.get((path, question), (None, None))
        name, peers = theirs.get((path, question), (name, None))
        if question == "__signature__" and ours.get((path, "skip_return"), ("", ""))[1] == "True":
            # PyGObject's has the result that a call leaves out.
            continue
        if mine != peers and peers != "cannot tell":
            yield path.partition("/")[0], name, question, path, mine, peers


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_answer_is_that_of_pygobject(namespace, requests, capsys):
    mine, peers = ours(namespace, *requests), theirs(namespace, *requests)
    found = [difference for difference in differences(mine, peers) if difference[:3] not in EXPECTED]
    with capsys.disabled():
        print(
            f"\n{namespace}: {len(mine.splitlines()):,} infos, {len(answers(mine)):,} answers; {len(found)} differences"
        )
    assert len(mine.splitlines()) > 1000
    assert not found, "\n".join(map(str, found[:25]))


def test_one_other_answer_is_one_difference(requests):
    text = ours("GObject-2.0", *requests)
    for question, other in (
        ("get_direction=0", "get_direction=2"),
        ("may_be_null=True", "may_be_null=False"),
        ("\tObject\t", "\tOther\t"),
    ):
        assert question in text
        assert len(list(differences(text.replace(question, other, 1), text))) == 1
    lines = text.splitlines(keepends=True)
    assert list(differences("".join(lines[:-1]), text))

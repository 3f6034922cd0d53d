"""Random programs end well: no crash, no hang, no exception but those that they raise themselves, and nothing that GLib has
to complain of, unless it does so under PyGObject too.

``GIJIT_RANDOM`` is how many run; ``GIJIT_RANDOM_FIRST`` the number of the first. A number that fails can be looked at with
``GIJIT_RANDOM_TRACE=1 python tests/random/random_worker.py --gijit NUMBER 1``.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
PEER = HERE.parent.parent / ".venv-peer" / "bin" / "python"
PROGRAMS = int(os.environ.get("GIJIT_RANDOM", 1000))
FIRST = int(os.environ.get("GIJIT_RANDOM_FIRST", 1))
#: A process for so many programs: what one leaves behind, the next ones meet.
BATCH = 125
#: valgrind, as for other tests that start processes.
UNDER = shlex.split(os.environ.get("GIJIT_MARSHAL_UNDER", ""))


def ask(first, count, *, peer=False):
    """(answers by number, what killed the process or None)"""
    command = [str(PEER)] if peer else [*UNDER, sys.executable]
    options = [] if peer else ["--gijit"]
    done = subprocess.run(
        [*command, str(HERE / "random_worker.py"), *options, str(first), str(count)],
        # Memory that was freed does not look as if it were in use.
        env={"PYTHONMALLOC": "debug", "MALLOC_PERTURB_": "165", "G_SLICE": "always-malloc", **os.environ},
        capture_output=True,
        text=True,
    )
    answers = {}
    begun = None
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        begun = answer.get("begun", begun)
        if "ended" in answer:
            answers[answer["ended"]] = answer
    if done.returncode:
        return (
            answers,
            f"program {begun}, first of its process {first}: status {done.returncode}\n{done.stderr[-3000:]}",
        )
    return answers, None


def complaints(answer):
    """What was said, without what differs from run to run."""
    lines = (re.sub(r"0x[0-9a-f]+|'\d+'", "…", line) for line in answer["said"])
    # A warning comes with the line of the program at which it was: that differs.
    return {line.partition("Warning: ")[2] or line for line in lines if not line.startswith("  ")}


def test_random_programs_end_well():
    batches = [(first, min(BATCH, FIRST + PROGRAMS - first)) for first in range(FIRST, FIRST + PROGRAMS, BATCH)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda batch: ask(*batch), batches))
    failed = [death for _, death in results if death]
    n_ended = 0
    for answers, _ in results:
        for number, answer in answers.items():
            n_ended += 1
            failed += [f"program {number} raised {text}" for text in answer["wrong"]]
            said = complaints(answer)
            if said and PEER.exists():
                said -= complaints(ask(number, 1, peer=True)[0].get(number, {"said": []}))
            failed += [f"program {number} said {text}" for text in sorted(said)]
    assert not failed, "\n".join(failed)
    assert n_ended == PROGRAMS

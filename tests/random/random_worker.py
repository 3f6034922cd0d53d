"""Runs some random programs, on whoever is ``gi``, and says on its standard output what each did: a line of JSON when it
begins and one when it has ended. Usage: random_worker.py [--gijit] FIRST COUNT

What GLib and Python say meanwhile goes into the line of the program in which it was said.
"""

import faulthandler
import json
import os
import sys
import tempfile

if sys.argv[1] == "--gijit":
    del sys.argv[1]
    import gijit

    gijit.install()

import gi

gi.require_version("Gio", "2.0")
gi.require_version("GijitFixtures", "1.0")

import random_program as program  # noqa: E402

#: Seconds that one program may take; the usual one takes milliseconds.
PATIENCE = int(os.environ.get("GIJIT_RANDOM_PATIENCE", 60))


def main(first, count):
    answers = os.fdopen(os.dup(1), "w")
    said = tempfile.TemporaryFile("w+b", buffering=0)
    os.dup2(said.fileno(), 1)
    crash = os.dup(2)
    os.dup2(said.fileno(), 2)
    faulthandler.enable(crash)

    def tell(**what):
        answers.write(json.dumps(what) + "\n")
        answers.flush()

    raised = []
    sys.excepthook = lambda kind, value, traceback: raised.append((kind, value))
    sys.unraisablehook = lambda args: raised.append((args.exc_type, args.exc_value))
    for seed in range(first, first + count):
        tell(begun=seed)
        faulthandler.dump_traceback_later(PATIENCE, exit=True, file=crash)
        said.seek(0)
        said.truncate()
        raised.clear()
        wrong = program.run(seed)
        faulthandler.cancel_dump_traceback_later()
        sys.stderr.flush()
        said.seek(0)
        text = said.read().decode(errors="replace")
        wrong += [f"{kind.__name__}: {value}" for kind, value in raised if kind is not program.Wanted]
        tell(ended=seed, wrong=wrong, said=text.splitlines())


main(int(sys.argv[1]), int(sys.argv[2]))

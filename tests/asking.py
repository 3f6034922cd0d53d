"""Questions that are asked of gijit and PyGObject, each in processes of their own, and how the answers compare.

A program of questions makes a `Questions`, adds a function for each, and calls `answer()`; it must not know which of the
two it runs in. `ask` runs it under one of them. A question that kills its process costs no other its answer.
"""

import enum
import os
import pathlib
import re
import subprocess
import sys
import warnings

HERE = pathlib.Path(__file__).resolve().parent
PEER = os.environ.get("GIJIT_PEER_PYTHON") or str(HERE.parent / ".venv-peer" / "bin" / "python")


class Questions:
    def __init__(self):
        self.functions = {}

    def __call__(self, key, function):
        assert key not in self.functions, key
        self.functions[key] = function

    def answer(self, apart=True):
        """Asks all. Where the program has what a child cannot use, such as a connection to a display, not ``apart``: a
        crash costs all of the answers then."""
        import gi

        print("version", (*gi.version_info, *sys.version_info[:2]), sep="\t", flush=True)
        keys = list(self.functions)
        if not apart:
            for key in keys:
                print(key, _answer(self.functions[key]), sep="\t", flush=True)
            return
        first = 0
        while first < len(keys):
            read, write = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(read)
                for key in keys[first:]:
                    os.write(write, b".")
                    print(key, _answer(self.functions[key]), sep="\t", flush=True)
                os._exit(0)
            os.close(write)
            with os.fdopen(read, "rb") as begun:
                last = first + len(begun.read()) - 1
            _, status = os.waitpid(child, 0)
            if status == 0:
                return
            print(keys[last], "crash", sep="\t", flush=True)
            first = last + 1


def _answer(function):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = function()
            # Members look different in older versions.
            is_member = hasattr(value, "__gtype__") or isinstance(value, enum.Enum)
            shown = int(value) if isinstance(value, int) and is_member else value
            answer = f"{type(value).__name__} {shown!r}"
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
    # Where GLib's complaints come from differs with its version.
    said = [f"{warning.category.__name__}: {str(warning.message).partition(': ')[2]}" for warning in caught]
    answer = " | ".join([answer, *said]).replace("gi.overrides.", "gi.repository.")
    answer = re.sub(r"\(\d{6,}\)", "(N)", answer)
    return re.sub(r"0x[0-9a-f]{5,}", "0x", answer).encode("unicode_escape").decode()


def ask(program, *, peer):
    """{question: answer} of a program of questions; to "version", that of PyGObject, and that of Python behind it."""
    if peer:
        command = [PEER, str(program)]
    else:
        run = f"import gijit, runpy; gijit.install(); runpy.run_path({str(program)!r}, run_name='__main__')"
        command = [sys.executable, "-c", run]
    # The loader of tests looks for modules beside their programs.
    path = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "PYTHONPATH": str(HERE) if peer else path}
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)
    assert done.returncode == 0, f"status {done.returncode}\n{done.stderr[-2000:]}"
    return dict(line.split("\t", 1) for line in done.stdout.splitlines())


def unexplained(ours, theirs, expected):
    """The differences for which there is no reason, and the reasons that explain none.

    `expected` is a list of (reason, regex of the question, of PyGObject's answer, of ours).
    """
    assert set(ours) == set(theirs), sorted(set(ours) ^ set(theirs))[:5]
    assert len(ours) > 20
    different, used = [], set()
    for key, answer in ours.items():
        if answer == theirs[key] or key == "version":
            continue
        for entry in expected:
            _, question, of_peer, of_ours = entry
            if all(map(re.fullmatch, (question, of_peer, of_ours), (key, theirs[key], answer))):
                used.add(entry)
                break
        else:
            different.append(f"{key}\n  PyGObject: {theirs[key]}\n  gijit:     {answer}")
    return different, [entry for entry in expected if entry not in used]


def differences(program, expected=(), before_3_52=(), since_3_52=()):
    """What two runs of a program of questions differ in: a text, empty if all is as it should be.

    The reasons are as for `unexplained`; `before_3_52` are those where only an older PyGObject differs from the version
    that gijit is, `since_3_52` those where only a newer one does. A reason that explains nothing is a difference.
    """
    ours, theirs = (ask(program, peer=peer) for peer in (False, True))
    of_ours, of_peer = (tuple(map(int, re.findall(r"\d+", answers["version"]))) for answers in (ours, theirs))
    is_old = of_peer < (3, 52)
    if (of_ours[-2:] < (3, 12)) != (of_peer[-2:] < (3, 12)):
        # Errors name the item before Python 3.12, and not after.
        for answers in (ours, theirs):
            for key, answer in answers.items():
                answers[key] = re.sub(r"\bItem \d+: ", "", answer)
    different, idle = unexplained(ours, theirs, [*expected, *(before_3_52 if is_old else since_3_52)])
    lines = [*different[:20], *(f"this reason explains nothing any more: {entry}" for entry in idle)]
    return "\n".join([f"{len(different)} of {len(ours):,} answers differ", *lines]) if lines else ""

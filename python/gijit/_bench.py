"""``python -m gijit bench``: what some calls cost here, on gijit and on the PyGObject that is in the environment.

Both sides run the same program, by the same Python, in turns, each in processes of its own. What the project measures
itself is in benches/ of its sources; this is short, and needs nothing but what every machine with GLib has.
"""

import json
import os
import subprocess
import sys
import tempfile

USAGE = """\
usage: python -m gijit bench [--peer PYTHON]

Measures some calls on gijit and on PyGObject. PYTHON is an interpreter that has PyGObject, if this one has none.
"""

#: How often each side runs. Of all runs the best counts.
ROUNDS = 3

#: Run by each side behind its first lines, which make `gi` what it is to be. Prints {row: nanoseconds}.
PROGRAM = r"""
import json, sys, time
clock = time.perf_counter_ns
start = clock()
import gi
from gi.repository import GLib, GObject, Gio
Gio.File
figures = {"import of Gio": clock() - start}

class Thing(GObject.Object):
    __gsignals__ = {"go": (GObject.SignalFlags.RUN_FIRST, None, (int,))}
    size = GObject.Property(type=int)

    def do_go(self, number):
        pass

thing = Thing()
thing.connect("go", lambda thing, number: None)
cancellable = Gio.Cancellable()
path = Gio.File.new_for_path("/tmp")
action = Gio.SimpleAction.new("name", None)
sorter = GLib.Variant("i", 5)
flag = GLib.UnicodeScript.LATIN
ROWS = {
    "a number in and out: GLib.unichar_toupper": lambda n: [GLib.unichar_toupper("a") for _ in n],
    "text in, text out: GLib.path_get_basename": lambda n: [GLib.path_get_basename("/usr/bin") for _ in n],
    "text in, number and text out: GLib.ascii_strtoll": lambda n: [GLib.ascii_strtoll("42", 10) for _ in n],
    "a method without arguments: is_cancelled()": lambda n: [cancellable.is_cancelled() for _ in n],
    "an object out: Gio.File.get_child": lambda n: [path.get_child("x") for _ in n],
    "a property read: action.props.enabled": lambda n: [action.props.enabled for _ in n],
    "a property set: action.props.enabled = True": lambda n: [setattr(action.props, "enabled", True) for _ in n],
    "a variant unpacked: Variant.unpack": lambda n: [sorter.unpack() for _ in n],
    "an object made: Gio.Cancellable()": lambda n: [Gio.Cancellable() for _ in n],
    "an object of a Python class made": lambda n: [Thing() for _ in n],
    "a signal with a handler in Python": lambda n: [thing.emit("go", 5) for _ in n],
}
for row, work in ROWS.items():
    loops = range(2000)
    # Until what is called often has been compiled.
    until = clock() + 150_000_000
    while clock() < until:
        work(loops)
    best = None
    for _ in range(5):
        start = clock()
        work(loops)
        spent = (clock() - start) / len(loops)
        best = spent if best is None or spent < best else best
    figures[row] = best
print(json.dumps({"version": getattr(gi, "_gijit", None) or gi.__version__, "gijit": hasattr(gi, "_gijit"), "rows": figures}))
"""

OURS = "import sys; sys.path.append({folder!r})\nimport gijit; gijit.install()\n"
#: Whatever has made gi gijit's is left out.
THEIRS = "import sys; sys.meta_path[:] = [f for f in sys.meta_path if not getattr(f, 'gijit', None)]\n"


def _run(python, prelude, folder):
    """What the program of a side prints; None if that has no gi of this kind. RuntimeError with what went wrong."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [python, "-c", prelude + PROGRAM], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )
    if done.returncode != 0:
        if "No module named 'gi'" in done.stderr:
            return None
        raise RuntimeError(done.stderr.strip() or f"{python} ended with status {done.returncode}")
    return json.loads(done.stdout)


def _best(answers):
    return {row: min(answer["rows"][row] for answer in answers) for row in answers[0]["rows"]}


def _time(nanoseconds):
    if nanoseconds >= 1e6:
        return f"{nanoseconds / 1e6:.1f} ms"
    return f"{nanoseconds / 1e3:.2f} µs" if nanoseconds >= 1e3 else f"{nanoseconds:.0f} ns"


def measure(peer=None):
    """(answers of gijit, answers of PyGObject): what each run printed. The second is empty without a PyGObject."""
    from ._finder import FOLDER

    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            ours.append(_run(sys.executable, OURS.format(folder=os.path.dirname(FOLDER)), folder))
            answer = _run(peer or sys.executable, THEIRS, folder)
            if answer is None or answer["gijit"]:
                # Measured once more, as there is nothing to wait for.
                continue
            theirs.append(answer)
    return ours, theirs


def main(args=()):
    args = list(args)
    if args and (args[0] != "--peer" or len(args) != 2):
        print(USAGE, end="", file=sys.stderr)
        return 2
    try:
        ours, theirs = measure(os.path.abspath(args[1]) if args else None)
    except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
        print(f"gijit bench: {error}", file=sys.stderr)
        return 1
    own = _best(ours)
    width = max(map(len, own))
    print(f"Python {sys.version.split()[0]}, gijit {ours[0]['version']}, ", end="")
    if theirs:
        other = _best(theirs)
        print(f"PyGObject {theirs[0]['version']}; the best of {ROUNDS} runs each, in turns\n")
        print(f"{'':{width}}  {'gijit':>10}  {'PyGObject':>10}  {'ratio':>6}")
        for row, value in own.items():
            print(f"{row:{width}}  {_time(value):>10}  {_time(other[row]):>10}  {other[row] / value:>5.1f}x")
    else:
        print(f"no PyGObject in {args[1] if args else sys.prefix}; the best of {ROUNDS} runs\n")
        for row, value in own.items():
            print(f"{row:{width}}  {_time(value):>10}")
        if not args:
            print("\nTo compare with another environment's PyGObject: python -m gijit bench --peer /path/to/its/python")
    return 0

#!/usr/bin/env python3
"""Runs cells under whatever ``gi`` this Python has, and writes down what happened; nothing is judged here.

    drive.py CELLS.json NAMES.json RESULTS.jsonl [--gijit] [--loops N] [--skip SKIP.json] [--fork] [--unanswered]

For each cell a line {"cell", "cases": {name: what happened}}, and later one {"cell", "loops": {name: what grew}}; what
RESULTS.jsonl has already is not run again. A case is run twice: the first time makes what stays (the library's own
values, classes), the second is weighed. What is being run stands in
RESULTS.jsonl.now, so that a crash names its cell and case; those in SKIP.json are left out. With --fork a crash costs a
fork and is written down by the parent: for an implementation that crashes by the hundred and has no threads.
"""

import argparse
import gc
import json
import mmap
import os
import re
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from specification import Cell

WEIGHED = ("samples", "fresh", "keep", "raises", "null in", "null out", "empty in")
KINDS = "OBJECT BOXED COUNTED PLAIN FUNDAMENTAL VARIANT BYTES CLOSURE PARAM_SPEC ERROR".split()
GROWTH = 8
# Functions that lose memory on purpose, because nobody knows when their scope ends, are not called more often.
MOST_LOOPS = 100_000
HANGS_AFTER = 5
SOUND = {"seen": "", "entered": 0, "kept": "", "alive": [], "again": None}


def words(error):
    """The text of an exception, without addresses."""
    return re.sub(r"0x[0-9a-f]{5,}", "0x…", str(error))


class Now:
    """What runs at this moment, in a file that outlives a crash and costs no system call to change."""

    SIZE = 256

    def __init__(self, path):
        Path(path).write_bytes(b"\0" * self.SIZE)
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), self.SIZE)

    def set(self, text):
        self.map[:] = text.encode().ljust(self.SIZE, b"\0")


class Notes:
    """What callbacks got, and the exceptions that nobody caught."""

    def __init__(self):
        self.got, self.hooked = [], []

    def clear(self):
        self.got.clear()
        self.hooked.clear()

    def hook(self, kind, error, traceback):
        self.hooked.append([kind.__name__, words(error)])

    def taken(self):
        # What is remembered of an uncaught exception keeps its frames alive.
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            if hasattr(sys, name):
                delattr(sys, name)
        notes = {name: list(value) for name, value in (("got", self.got), ("hook", self.hooked)) if value}
        self.clear()
        return notes


class Driver:
    def __init__(self, options):
        self.options = options
        table = json.loads(Path(options.cells).read_text())
        self.axes = table["axes"]
        names = json.loads(Path(options.names).read_text())
        cells = {cell["name"]: cell for cell in table["cells"]}
        self.cells = [cells[name] for name in names]
        self.skip = {tuple(pair) for pair in json.loads(Path(options.skip).read_text())} if options.skip else set()
        self.now = Now(options.results + ".now")
        self.stats, self.kept = None, ""
        self.notes = Notes()
        sys.excepthook = self.notes.hook
        if options.gijit:
            import gijit

            gijit.install()
            self.stats = gijit.stats
        # What needs gi comes after gijit has taken its place.
        import cases
        import values

        self.values, self.cases_of = values, cases.cases_of
        self.modes = {name: getattr(values.C.Mode, name) for name in ("SAMPLES", "NULL", "EMPTY", "KEEP")}
        self.kinds = [getattr(values.F.Kind, name) for name in KINDS]

    def function_of(self, cell):
        """What calls a cell with the arguments of its cases; None if this ``gi`` does not have it."""
        if "struct" not in cell:
            return getattr(getattr(self.values, cell["namespace"]), cell["name"], None)
        struct, field = getattr(self.values.C, cell["struct"], None), cell["field"]
        if not hasattr(struct, field):
            return None

        def get():
            instance = struct()
            instance.fill()
            return getattr(instance, field)

        def put(value):
            instance = struct()
            setattr(instance, field, value)
            instance.show(field)

        return get if cell["direction"] == "field_get" else put

    def alive(self):
        counted = [self.values.F.alive(kind) for kind in self.kinds]
        if self.stats:
            stats = self.stats()
            counted += [stats["live_wrappers"], stats["live_closures"]]
        return counted

    def once(self, cell, function, mode, arguments):
        """What a call gave: how it ended, what C saw, how often C was entered."""
        from containers import shown

        C, F = self.values.C, self.values.F
        self.notes.clear()
        try:
            values = arguments()
        except Exception as error:
            return {"end": ["setup", type(error).__name__, str(error)]}
        C.set_mode(self.modes[mode])
        C.seen()
        before = F.calls()
        try:
            result = function(*values)
            end = None
        except BaseException as error:
            end = ["raise", type(error).__name__, words(error)]
            del error
        entered = F.calls() - before
        seen = C.seen()
        notes = self.notes.taken()
        if end is None:
            results = result if type(result) is not list and isinstance(result, tuple) else (result,)
            try:
                parts = [shown(cell["outer"], cell["family"], part, cell["inner"]) for part in results]
                end = ["ok", " | ".join(parts)]
            except Exception as error:
                end = ["odd", type(error).__name__, str(error)]
                del error
            del results
            result = None
        values = None
        C.seen()
        C.set_mode(self.modes["SAMPLES"])
        return {"end": end, "seen": seen, "entered": entered, **notes}

    def case(self, cell, function, mode, arguments):
        """The second of two equal calls, and what it left behind."""
        first = self.once(cell, function, mode, arguments)
        if first["end"][0] == "setup":
            return first
        before = self.alive()
        second = self.once(cell, function, mode, arguments)
        after = self.alive()
        if after != before:
            gc.collect()
            after = self.alive()
        # The first call also makes what the library keeps, and C enters itself for that.
        if {**first, "entered": 0} != {**second, "entered": 0}:
            second["again"] = first
        if after != before:
            second["alive"] = [b - a for a, b in zip(before, after)]
        kept = self.values.C.kept()
        if kept != self.kept:
            second["kept"] = f"{self.kept or 'whole'} -> {kept or 'whole'}"
            self.kept = kept
        return second

    def settle(self, function, arguments):
        """Lets a function reach the tier on which it stays."""
        stats = self.stats()
        if stats["tier"] == "auto":
            for _ in range(stats["threshold"] + 2):
                try:
                    function(*arguments())
                except Exception:
                    return

    def wait_for_the_compiler(self):
        """Returns how many batches have been compiled, once none is; LLVM's memory is not that of the calls."""
        stats = self.stats() if self.stats else {"thunks_waiting": 0, "compile_batches": 0}
        while stats["thunks_waiting"]:
            time.sleep(0.01)
            stats = self.stats()
        return stats["compile_batches"]

    def growth(self, function, mode, arguments):
        """Bytes of C's heap and blocks of Python's that each call loses; nothing if it is less than either has."""
        C, F = self.values.C, self.values.F

        def once():
            try:
                function(*arguments())
            except Exception:
                pass
            if self.notes.got or self.notes.hooked:
                self.notes.taken()

        C.set_mode(self.modes[mode])
        # What grows for other reasons does not grow a hundred times as much in a hundred times as many calls.
        first = self.options.loops
        for loops in [first] + [first * more for more in (10, 100) if first * more <= MOST_LOOPS]:
            while True:
                batches = self.wait_for_the_compiler()
                once()
                C.seen()
                heap, blocks = F.heap_bytes(), sys.getallocatedblocks()
                for _ in range(loops):
                    once()
                C.seen()
                heap, blocks = F.heap_bytes() - heap, sys.getallocatedblocks() - blocks
                # What reached the compiler on the way is weighed again.
                if batches == self.wait_for_the_compiler():
                    break
            grown = heap >= loops * GROWTH or blocks >= loops / 2
            if not grown:
                break
        C.set_mode(self.modes["SAMPLES"])
        return [round(heap / loops, 1), round(blocks / loops, 2)] if grown else None

    def run_forked(self):
        """As `run`, in children that start again behind each crash."""
        left = self.cells
        while left:
            child = os.fork()
            if child == 0:
                self.cells = left
                self.run()
                os._exit(0)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            if status == 0:
                return
            name, _, case = self.now.map[:].rstrip(b"\0").decode().partition("\n")
            if (name, case) in self.skip or not name:
                sys.exit(f"the child ended with {status} at {name!r}, {case!r}")
            self.skip.add((name, case))
            with open(self.options.results, "a") as out:
                print(json.dumps({"cell": name, "crash": [case, str(status)]}), file=out)
            left = left[[cell["name"] for cell in left].index(name) :]

    def known(self):
        """{cell: its record} of what an earlier run, which crashed, has written."""
        records = {}
        path = Path(self.options.results)
        for line in path.read_text().splitlines() if path.exists() else ():
            record = json.loads(line)
            records.setdefault(record["cell"], {}).update(record)
        return records

    def run(self):
        records = self.known()
        with open(self.options.results, "a") as self.out:
            for cell in self.cells:
                if "cases" not in records.get(cell["name"], {}):
                    records[cell["name"]] = {"cell": cell["name"], "cases": self.cases(cell)}
                    self.write(records[cell["name"]])
            signal.setitimer(signal.ITIMER_REAL, 0)
            if self.options.loops:
                self.weigh([cell for cell in self.cells if "loops" not in records[cell["name"]]], records)
        self.now.set("")

    def write(self, record):
        print(json.dumps(record), file=self.out, flush=True)

    def cases(self, cell):
        function, known, results = self.function_of(cell), Cell(cell, self.axes), {}
        if function is None:
            return {"samples": {"end": ["missing"]}}
        for name, (mode, arguments) in self.cases_of(cell, self.axes, self.notes).items():
            if (cell["name"], name) in self.skip or self.options.unanswered and known.answer(name):
                continue
            self.now.set(f"{cell['name']}\n{name}")
            signal.setitimer(signal.ITIMER_REAL, HANGS_AFTER if self.options.fork else 60)
            done = self.case(cell, function, mode, arguments)
            results[name] = {key: value for key, value in done.items() if SOUND.get(key) != value}
        return results

    def weigh(self, cells, records):
        """Weighs some cases of each cell, once every function stays on its tier."""
        weighed = []
        for cell in cells:
            done, function, name = records[cell["name"]]["cases"], self.function_of(cell), cell["name"]
            ended = [case for case, what in done.items() if what["end"][0] in ("ok", "raise")]
            wrong = [case for case in ended if case.startswith("wrong item ")] or [
                case for case in ended if case.startswith("wrong ")
            ]
            chosen = [
                case for case in (*WEIGHED, *wrong[:1]) if case in ended and (name, f"loop {case}") not in self.skip
            ]
            cases = self.cases_of(cell, self.axes, self.notes) if chosen else {}
            weighed.append((name, function, {case: cases[case] for case in chosen}))
        for name, function, cases in weighed:
            if self.stats and "samples" in cases:
                self.now.set(f"{name}\nloop samples")
                self.settle(function, cases["samples"][1])
        self.wait_for_the_compiler()
        for name, function, cases in weighed:
            loops = {}
            for case, (mode, arguments) in cases.items():
                self.now.set(f"{name}\nloop {case}")
                grown = self.growth(function, mode, arguments)
                if grown:
                    loops[case] = grown
            self.write({"cell": name, "loops": loops})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gijit", action="store_true", help="make gi mean gijit first")
    parser.add_argument("--loops", type=int, default=0, help="weigh each case over so many calls, too")
    parser.add_argument("--skip", help="a file of [cell, case] that crashed before")
    parser.add_argument("--fork", action="store_true", help="survive crashes in children")
    parser.add_argument("--unanswered", action="store_true", help="only what the specification does not answer")
    parser.add_argument("cells")
    parser.add_argument("names")
    parser.add_argument("results")
    os.environ.setdefault("G_SLICE", "always-malloc")
    options = parser.parse_args()
    driver = Driver(options)
    driver.run_forked() if options.fork else driver.run()


if __name__ == "__main__":
    main()

"""Runs PyGObject's test-suite against gijit, or against PyGObject itself, and compares with what passed before.

One process for each file, as a user without rights, in a folder of its own, with a display of its own. A process that
crashes or hangs costs the test that it was in: the rest of its file is run by another process. A file that cannot be
imported is salvaged: what can be imported of it is run all the same, and the table has a star beside it.

Three things that are no tests of the suite are recorded like tests of each file: ``[conftest]``, its preparation;
``[import]``, if it cannot be imported; ``[exit]``, whether its process ends as it should. Figures do not count them.
It must not know how the suite came here (suite.py) nor on which platform it is.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import pwd
import queue
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import suite

HERE = pathlib.Path(__file__).resolve().parent
EXPECTATIONS = HERE.parent / "expectations"
OUTCOMES = ("passed", "failed", "skipped", "xfailed", "error", "crashed", "timeout")
# What pytest would count as a failure under other names.
LIKE_FAILED = {"xpassed": "failed"}


def platform():
    """The name of this platform, as expectations are filed under: the distribution and its release."""
    words = {}
    for line in pathlib.Path("/etc/os-release").read_text().splitlines():
        key, _, value = line.partition("=")
        words[key] = value.strip('"')
    return f"{words.get('ID', 'linux')}-{words.get('VERSION_CODENAME') or words.get('VERSION_ID', 'unknown')}"


class Display:
    """An X server without a screen."""

    def __init__(self, run_as):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"],
            pass_fds=[write],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            **run_as,
        )
        os.close(write)
        with os.fdopen(read) as said:
            number = said.readline().strip()
        if not number:
            sys.exit("error: Xvfb does not start")
        self.name = f":{number}"

    def close(self):
        self.process.terminate()
        self.process.wait()


def limits():
    """What every process of the suite lives with: no core dumps, and an end to a runaway's memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (16 << 30, 16 << 30))


def end_all(mark):
    """Ends what is left of a run: daemons that left its process group, too. They all carry its mark."""
    wanted = f"CONFORMANCE_LOG={mark}".encode()
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                with open(f"/proc/{entry}/environ", "rb") as file:
                    if wanted in file.read().split(b"\0"):
                        os.kill(int(entry), signal.SIGKILL)
            except OSError:
                pass


class Outcome(collections.namedtuple("Outcome", "outcome message text")):
    @property
    def passed(self):
        return self.outcome == "passed"


class Runner:
    def __init__(self, options):
        self.options = options
        self.suite = suite.Suite(options.work)
        self.tests, self.salvaged = self.suite.tests_for(options.subject, options.python, options.headers)
        self.suite.ready()
        self.logs = options.work / "logs" / options.label
        self.logs.mkdir(parents=True, exist_ok=True)
        self.run_as = {}
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="gijit-conformance."))
        if os.geteuid() == 0:
            user = pwd.getpwnam("nobody")
            self.run_as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.home, user.pw_uid, user.pw_gid)
            # pytest lists all folders above the tests.
            closed = [str(folder) for folder in self.tests.parents if folder.stat().st_mode & 0o005 != 0o005]
            if closed:
                sys.exit(
                    f"error: {user.pw_name}, as whom the suite runs, cannot come to {self.tests}\n"
                    f"run:   chmod o+rx {' '.join(closed)}"
                )
            # X servers of other users could not make it.
            if not os.path.isdir("/tmp/.X11-unix"):
                os.mkdir("/tmp/.X11-unix")
                os.chmod("/tmp/.X11-unix", 0o1777)
        self.lock = threading.Lock()
        self.number = 0
        self.displays = queue.SimpleQueue()
        self.all_displays = []
        for _ in range(options.jobs):
            display = Display(self.run_as)
            self.all_displays.append(display)
            self.displays.put(display.name)

    def close(self):
        for display in self.all_displays:
            display.close()
        # Made by this process, under a name of its own.
        shutil.rmtree(self.home, ignore_errors=True)

    def folder(self):
        with self.lock:
            self.number += 1
            folder = self.home / str(self.number)
        for part in ("", "home", "tmp", "runtime"):
            (folder / part).mkdir()
            (folder / part).chmod(0o700)
            if self.run_as:
                os.chown(folder / part, self.run_as["user"], self.run_as["group"])
        return folder

    def environment(self, folder, display, tests):
        options = self.options
        path = [str(HERE / "plugin"), *map(str, options.path)]
        if options.subject == "gijit":
            path.insert(0, str(HERE / "site"))
        environment = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(folder / "home"),
            "TMPDIR": str(folder / "tmp"),
            "XDG_RUNTIME_DIR": str(folder / "runtime"),
            "XDG_CACHE_HOME": str(self.home),
            "USER": "nobody",
            "LANG": "C.UTF-8",
            "DISPLAY": display,
            "GDK_BACKEND": "x11",
            "GSK_RENDERER": "cairo",
            "NO_AT_BRIDGE": "1",
            "TEST_GTK_VERSION": f"{options.gtk}.0",
            "GI_TYPELIB_PATH": str(self.suite.libraries),
            "LD_LIBRARY_PATH": str(self.suite.libraries),
            "GSETTINGS_SCHEMA_DIR": str(tests),
            "PYTHONPATH": os.pathsep.join(path),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONFAULTHANDLER": "1",
            "CONFORMANCE_LOG": str(folder / "log"),
            "CONFORMANCE_SKIP": str(folder / "skip"),
        }
        for name, value in os.environ.items():
            if name.startswith("GIJIT_") or name in ("G_SLICE", "RUST_BACKTRACE", "MALLOC_PERTURB_"):
                environment[name] = value
        return environment

    def command(self, targets, tests):
        return [
            str(self.options.python),
            "-m",
            "pytest",
            "-p",
            "recorder",
            "-p",
            "no:cacheprovider",
            "--import-mode=importlib",
            "--rootdir",
            str(tests.parent),
            "-c",
            os.devnull,
            "--tb=short",
            "-q",
            *self.options.arguments,
            *(str(tests / target) for target in targets),
        ]

    def run_file(self, name, targets):
        """{id: Outcome} of one file, whatever its processes do. ``targets``: the file itself, or ids in it."""
        results = {}
        display = self.displays.get()
        (self.logs / f"{name}.log").write_text("")
        try:
            while self._run_once(name, targets, results, display, self.tests):
                pass
            missed = results.get(f"{name}::[import]")
            if missed is not None and missed.outcome == "error":
                results.pop(f"{name}::[exit]", None)
                while self._run_once(name, targets, results, display, self.salvaged):
                    pass
        finally:
            self.displays.put(display)
        return results

    def _run_once(self, name, targets, results, display, tests):
        """Runs what is left of a file. True if something is still left."""
        folder = self.folder()
        log = folder / "log"
        (folder / "skip").write_text("".join(f"{test}\n" for test in results))
        (folder / "skip").chmod(0o644)
        with open(self.logs / f"{name}.log", "a") as said:
            process = subprocess.Popen(
                self.command(targets, tests),
                cwd=folder,
                env=self.environment(folder, display, tests),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=limits,
                **self.run_as,
            )
            hung = self._wait(process, log)
        end_all(log)
        events = []
        if log.exists():
            for line in log.read_text().splitlines():
                try:
                    events.append(json.loads(line))
                except ValueError:
                    # The last words of a process that was ended.
                    pass
        running, collected, finished, before = None, None, False, len(results)
        for event in events:
            if "collected" in event:
                collected = event["collected"]
            elif "start" in event:
                running = event["start"]
            elif "end" in event:
                test = event["end"] if not event["end"].startswith("[") else f"{name}::{event['end']}"
                outcome = LIKE_FAILED.get(event["outcome"], event["outcome"])
                if test not in results or results[test].passed:
                    results[test] = Outcome(outcome, event["message"], event["text"])
                if running == event["end"]:
                    running = None
            elif "finished" in event:
                finished = True
        status = process.returncode
        if finished and status in (0, 1, 2, 5) and not hung:
            results.setdefault(f"{name}::[exit]", Outcome("passed", "", ""))
            return False
        if status < 0:
            what = signal.Signals(-status).name
        else:
            what = f"status {status}"
        lost = Outcome("timeout", "hung", "") if hung else Outcome("crashed", what, "")
        if running is None:
            part = "[import]" if collected is None else "[exit]"
            results[f"{name}::{part}"] = lost
            # A crash between two tests: go on, as long as that leads anywhere.
            left = collected is not None and any(test not in results for test in collected)
            return left and len(results) > before + 1
        results[running] = lost
        return True

    def _wait(self, process, log):
        """Waits for its end. True if it had to be ended, because no test ended for too long."""
        size, since, begin, allowed = 0, time.monotonic(), time.monotonic(), self.options.timeout
        while True:
            try:
                process.wait(0.1 if time.monotonic() < begin + 3 else 0.5)
                return False
            except subprocess.TimeoutExpired:
                pass
            now = log.stat().st_size if log.exists() else 0
            if now != size:
                size, since = now, time.monotonic()
                # After the last test there is nothing left to do but to end.
                allowed = 15 if b'"finished"' in log.read_bytes()[-100:] else self.options.timeout
            if time.monotonic() - since > allowed or time.monotonic() - begin > self.options.file_timeout:
                # With the first signal Python says where it was, if it still can.
                for number, patience in ((signal.SIGABRT, 2), (signal.SIGKILL, None)):
                    try:
                        os.killpg(process.pid, number)
                        process.wait(patience)
                        break
                    except (ProcessLookupError, subprocess.TimeoutExpired):
                        pass
                return True


def is_test(test):
    return not test.endswith("]") or "::[" not in test


def file_of(test):
    return test.split("::")[0]


class Expectations:
    """The tests that pass on one platform with one GTK, as recorded in the tree."""

    def __init__(self, path):
        self.path = path
        self.tests = set()
        if path.exists():
            lines = path.read_text().splitlines()
            self.tests = {line for line in lines if line and not line.startswith("#")}

    def write(self):
        subject = self.path.stem
        with open(self.path, "w") as file:
            file.write(
                f"# Tests of PyGObject {suite.pinned()[1]} that pass: {subject}. Made by make conformance RECORD=1.\n"
            )
            file.writelines(f"{test}\n" for test in sorted(self.tests))


class Left:
    """What does not pass on one platform in the files that are otherwise complete, by name and with a reason.

    A line `complete: FILE...` names such files; `every: NAME...` says that their lists name the tests with these outcomes,
    too (skipped, xfailed), and in all files. All other lines are a test, an arrow, and what it needs.
    """

    def __init__(self, path):
        self.files, self.also, self.reasons = set(), set(), {}
        for line in path.read_text().splitlines() if path.exists() else ():
            if line.startswith("complete: "):
                self.files.update(line.split()[1:])
            elif line.startswith("every: "):
                self.also.update(line.split()[1:])
            elif line and not line.startswith("#"):
                test, arrow, reason = line.partition(" -> ")
                if not arrow or not reason or not (self.also or file_of(test) in self.files):
                    sys.exit(f"error: {path.name}: no test of a complete file with its reason: {line}")
                self.reasons[test] = reason

    def unlisted(self, results, bad):
        """The tests that do not pass and have no reason here."""
        left = {test for test in bad if self.also or file_of(test) in self.files}
        left.update(test for test, outcome in results.items() if outcome.outcome in self.also)
        return {test for test in left if is_test(test)} - set(self.reasons)

    def report(self, results):
        """Prints what is left, by reason."""
        left = {test: reason for test, reason in self.reasons.items() if test in results and not results[test].passed}
        if left:
            files = {file_of(test) for test in left}
            of = "files" if self.also else f"{len(self.files)} files that are complete but for these"
            print(f"\nLeft in {of} ({len(left)}, of {len(files)} files):")
        for reason, count in collections.Counter(left.values()).most_common():
            print(f"{count:5}  {reason}")
        done = [test for test in self.reasons if test in results and results[test].passed]
        listing("Listed as left, and passed", done)


def table(results, seconds, expectations):
    """Prints the figures of each file."""
    by_file = collections.defaultdict(collections.Counter)
    for test, outcome in results.items():
        by_file[file_of(test)][outcome.outcome] += is_test(test)
    wanted = collections.Counter(file_of(test) for test in expectations.tests if is_test(test))
    print(f"{'':32}" + "".join(f"{name:>9}" for name in OUTCOMES) + f"{'expected':>10}{'s':>7}")
    total = collections.Counter()
    for name in sorted(by_file):
        counts = by_file[name]
        total.update(counts)
        imported = results.get(f"{name}::[import]")
        print(
            f"{name + ('' if imported is None else ' *'):32}"
            + "".join(f"{counts[outcome] or '-':>9}" for outcome in OUTCOMES)
            + f"{wanted[name]:>10}{seconds.get(name, 0):>7.1f}"
        )
    print(
        f"{'all':32}"
        + "".join(f"{total[outcome]:>9}" for outcome in OUTCOMES)
        + f"{sum(wanted[name] for name in by_file):>10}{sum(seconds.values()):>7.1f}"
    )

    if any(test.endswith("::[import]") for test in results):
        print("* cannot be imported; what can be imported of it was run")


def listing(title, tests, results=None):
    if tests:
        print(f"\n{title} ({len(tests)}):")
        for test in sorted(tests):
            outcome = results.get(test) if results else None
            print(f"  {test}" + (f"  {outcome.outcome}: {outcome.message}" if outcome else ""))


def reasons(results, most):
    """Prints why tests fail, the commonest first."""
    counted = collections.Counter()
    example = {}
    for test, outcome in results.items():
        if outcome.outcome in ("failed", "error", "crashed", "timeout"):
            message = re.sub(r"0x[0-9a-f]+", "0x…", outcome.message)[:150]
            counted[f"{outcome.outcome}: {message}"] += 1
            example.setdefault(f"{outcome.outcome}: {message}", test)
    if counted:
        print(f"\nWhy tests do not pass (the commonest of {len(counted)} reasons, each with one test):")
    for reason, count in counted.most_common(most):
        print(f"{count:5}  {reason}\n         {example[reason]}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", help="files, or ids of tests; all files by default")
    parser.add_argument(
        "--python", required=True, type=pathlib.Path, help="the interpreter, which has the gi under test"
    )
    parser.add_argument("--subject", choices=("gijit", "peer"), default="gijit")
    parser.add_argument("--work", required=True, type=pathlib.Path, help="where things are built")
    parser.add_argument("--headers", type=pathlib.Path, help="the folder of its pygobject.h")
    parser.add_argument("--path", action="append", default=[], type=pathlib.Path, help="folders for PYTHONPATH")
    parser.add_argument("--gtk", choices=("3", "4"), default="3")
    parser.add_argument(
        "--record",
        choices=("all", "common"),
        help="write down what passes: all of it, or what was written down and passes this time too",
    )
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--timeout", type=float, default=60, help="seconds that a test may take")
    parser.add_argument("--file-timeout", type=float, default=600, help="seconds that a file may take")
    parser.add_argument("--show", choices=("reasons", "failed", "text"), default="reasons")
    parser.add_argument("--pytest", dest="arguments", action="append", default=[], help="an argument for pytest")
    options = parser.parse_args()
    tier = os.environ.get("GIJIT_TIER", "auto") if options.subject == "gijit" else "peer"
    options.label = f"{platform()}-gtk{options.gtk}-{tier}"
    return options


def main():
    # Whoever starts this in the background may have Ctrl-C ignored, and the tests would have so too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    options = arguments()
    expectations = Expectations(EXPECTATIONS / f"{platform()}-gtk{options.gtk}.txt")
    if options.subject == "peer":
        expectations = Expectations(pathlib.Path(os.devnull))
    runner = Runner(options)
    work = collections.defaultdict(list)
    for target in options.targets or sorted(path.name for path in runner.tests.glob("test_*.py")):
        name = file_of(target)
        if not name.endswith(".py"):
            name, target = f"{name}.py", target.replace(name, f"{name}.py", 1)
        if not (runner.tests / name).exists():
            sys.exit(f"error: the suite has no {name}")
        work[name].append(target)
    results, seconds = {}, {}

    def run(name, targets):
        begin = time.monotonic()
        found = runner.run_file(name, targets)
        seconds[name] = seconds.get(name, 0) + time.monotonic() - begin
        return found

    again = {}
    whole = not options.arguments and not any("::" in target for target in options.targets)
    try:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            # What takes longest first.
            order = sorted(work, key=lambda name: -(runner.tests / name).stat().st_size)
            for found in pool.map(run, order, [work[name] for name in order]):
                results.update(found)
            # A test that should pass and did not has one more chance, alone with its like: clocks of a busy machine
            # are no regression. What passes then is named.
            suspects = collections.defaultdict(list)
            for test in expectations.tests & set(results):
                if not results[test].passed and is_test(test):
                    suspects[file_of(test)].append(test)
            if sum(map(len, suspects.values())) <= 20:
                for found in pool.map(run, suspects, suspects.values()):
                    again.update((test, outcome) for test, outcome in found.items() if is_test(test))
    finally:
        runner.close()
    second = {test for test, outcome in again.items() if outcome.passed and not results[test].passed}
    results.update((test, again[test]) for test in second)

    passed = {test for test, outcome in results.items() if outcome.passed}
    expected = {test for test in expectations.tests if file_of(test) in work}
    if not whole:
        expected &= set(results)
    record = options.work / "results"
    record.mkdir(exist_ok=True)
    (record / f"{options.label}.json").write_text(
        json.dumps({test: outcome._asdict() for test, outcome in sorted(results.items())}, indent=1)
    )

    table(results, seconds, expectations)
    bad = {
        test: outcome
        for test, outcome in results.items()
        if outcome.outcome in ("failed", "error", "crashed", "timeout")
    }
    if options.show == "reasons":
        reasons(results, 15)
    else:
        listing("Not passed", bad, results)
        if options.show == "text":
            for test, outcome in sorted(bad.items()):
                print(f"\n--- {test}\n{outcome.text}")
    listing("Crashed or hung", {t for t, o in bad.items() if o.outcome in ("crashed", "timeout")}, results)
    listing("Not imported", {t for t in bad if t.endswith("::[import]")}, results)
    listing("Passed only at a second run", second)
    print(f"\nEverything that was said: {runner.logs}/FILE.log; results: {record}/{options.label}.json")
    if options.subject == "peer":
        return 0
    left = Left(EXPECTATIONS / f"left-{platform()}-gtk{options.gtk}.txt")
    left.report(results)
    unlisted = left.unlisted(results, bad)
    listing("NOT PASSED, AND NOT LISTED AS LEFT", unlisted, results)
    lost, won = expected - passed, passed - expected
    if options.record:
        if options.record == "common":
            won = set()
        expectations.tests = (expectations.tests - lost) | won
        listing("No longer expected", lost, results)
        listing("Expected from now on", won)
        expectations.write()
        return 1 if unlisted else 0
    if not expectations.path.exists():
        print(f"error: nothing is recorded for this platform and GTK {options.gtk}: RECORD=1 records what passes")
        return 1
    if won:
        print(f"{len(won)} tests pass that are not recorded: RECORD=1 records them")
    listing(
        "PASSED BEFORE, AND NO LONGER", lost, {test: results.get(test, Outcome("missing", "", "")) for test in lost}
    )
    return 1 if lost or unlisted else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Runs the cases of a case file under one implementation of `gi` and writes what happened to each.

    drive.py --impl peer|gijit [--chunk N] [--timeout SECONDS] [--only REGEX] CASES.json RESULTS.json

Chunks of functions run in forked children with a scratch folder of their own, so that a crash or a hang costs one case,
and confined to it, so that no case costs more than that.
Results: {"implementation": …, "statistics": {…}, "functions": {path: [result of each case]}}, a result being
    ["ok", value, {argument index: its references and getters afterwards}, [deprecation warnings]]
    ["raise", type, message, …, {…}, […]]      the call failed
    ["setup", type, message]                   an argument could not be made
    ["unresolved", type, message]              there is no such callable
    ["crash", signal] and ["timeout"]          of the child
    ["left out"]                               by --except-crashed
Knows how to run cases, not how they came about nor what the results should be.
"""

import argparse
import collections
import contextlib
import json
import os
import re
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings

import confine
import names
import observe

# Nothing of the caller's session may be reached, and nothing may depend on the place and the language.
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "LANGUAGE": "C",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "GIO_USE_VFS": "local",
    "GSETTINGS_BACKEND": "memory",
    "GIO_USE_VOLUME_MONITOR": "unix",
    "GIO_USE_PORTALS": "0",
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "DBUS_SYSTEM_BUS_ADDRESS": "disabled:",
    "USER": "tester",
    "LOGNAME": "tester",
    "SHELL": "/bin/sh",
}
PIPE = 200
CHILD_FAILED = 99
UNSET = [
    "G_DEBUG",
    "G_MESSAGES_DEBUG",
    "G_SLICE",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "DBUS_STARTER_ADDRESS",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_DATA_DIRS",
]


SCRATCH = {"file.txt", "folder", "home"}


def prepare(scratch):
    """A fresh folder to run in: the only place where anything is expected to be written."""
    os.makedirs(os.path.join(scratch, "folder"), exist_ok=True)
    os.makedirs(os.path.join(scratch, "home"), exist_ok=True)
    path = os.path.join(scratch, "file.txt")
    with open(path, "w") as out:
        out.write("one\ntwo\n")
    os.chmod(path, 0o644)
    os.utime(path, (1700000000, 1700000000))
    os.chdir(scratch)


def restore(scratch):
    """Makes the folder again what it was, if the last call changed it."""
    with contextlib.suppress(OSError):
        found = os.stat(os.path.join(scratch, "file.txt"))
        if set(os.listdir(scratch)) == SCRATCH and (found.st_mtime, found.st_size) == (1700000000, 8):
            os.chdir(scratch)
            return
    shutil.rmtree(scratch, ignore_errors=True)
    prepare(scratch)


class Runner:
    """Evaluates and calls; everything it caches is made before the first fork."""

    def __init__(self, cases):
        self.cases = cases
        self.names = names.namespace(cases["recipes"])
        # What the implementation counts of itself, if it does.
        self.statistics = None
        self.older = tuple(__import__("gi").version_info) < (3, 58)
        refs = names.resolve("GijitFixtures.object_refs", self.names)
        self.observer = observe.Observer(cases["probes"], refs, self.names["GObject"].Object)

    def run(self, function, case):
        if "expression" in case:
            try:
                return ["ok", self.observer.value(eval(case["expression"], self.names)), {}, []]
            except Exception as error:
                return [*self.observer.exception(error), {}, []]
        spec = case
        if self.older and "older" in case:
            spec = {**case, **case["older"]}
        try:
            args = [eval(text, self.names) for text in spec["args"]]
            kwargs = {name: eval(text, self.names) for name, text in spec.get("kwargs", {}).items()}
        except Exception as error:
            return ["setup", *self.observer.exception(error)[1:]]
        try:
            if spec.get("bound"):
                target = getattr(args[0], function["path"].rsplit(".", 1)[1])
                passed = args[1:]
            else:
                target = names.resolve(function["path"], self.names)
                passed = args
        except Exception as error:
            return ["unresolved", *self.observer.exception(error)[1:]]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                result = ["ok", self.observer.value(target(*passed, **kwargs))]
            except Exception as error:
                result = self.observer.exception(error)
            # The observer's own calls come after: their warnings are not this call's.
            mine = [str(w.message) for w in caught if issubclass(w.category, DeprecationWarning)]
        after = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for index, argument in enumerate(args):
                if spec["args"][index].startswith("make("):
                    after[str(index)] = self.observer.value(argument)
        return [*result, after, mine]


def child(runner, work, pipe, scratch_root):
    """Runs (function index, case index) pairs and writes a line for each."""
    pid = os.getpid()
    scratch = os.path.join(scratch_root, "s")
    shutil.rmtree(scratch, ignore_errors=True)
    runner.observer.scratch = scratch
    os.setsid()
    # Where no call with a small number for a descriptor finds it.
    os.dup2(pipe, PIPE)
    os.closerange(3, PIPE)
    devnull = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(devnull, descriptor)
    os.environ["HOME"] = os.path.join(scratch, "home")
    os.environ["TMPDIR"] = scratch
    confine.to_folder(scratch_root)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 20, 16 << 20))
    functions = runner.cases["functions"]
    with os.fdopen(PIPE, "w", buffering=1) as out:
        for f, c in work:
            restore(scratch)
            try:
                result = runner.run(functions[f], functions[f]["cases"][c])
            except BaseException as error:
                result = [*runner.observer.exception(error), {}, []]
            if os.getpid() != pid:
                # The call forked, and this is not the child that was asked.
                os._exit(0)
            out.write(json.dumps([f, c, result]) + "\n")
        if runner.statistics is not None:
            out.write(json.dumps([None, None, runner.statistics()]) + "\n")
    os._exit(0)


def run_chunk(runner, work, timeout, scratch_root, report):
    """Runs a chunk to its end, with as many children as crashes and hangs make necessary."""
    while work:
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reader)
            try:
                child(runner, work, writer, scratch_root)
            except BaseException:
                # Not a case's doing: those are caught around the case.
                with open(os.path.join(scratch_root, "child-failed"), "a") as out:
                    traceback.print_exc(file=out)
            finally:
                os._exit(CHILD_FAILED)
        os.close(writer)
        done, timed_out = drain(reader, timeout, report)
        os.close(reader)
        if timed_out:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        with contextlib.suppress(ProcessLookupError):
            # What the child may have started is in its session's group.
            os.killpg(pid, signal.SIGKILL)
        failure = os.path.join(scratch_root, "child-failed")
        if os.path.exists(failure):
            with open(failure) as file:
                raise SystemExit(f"the child itself failed:\n{file.read()}")
        work = work[done:]
        if work:
            f, c = work[0]
            if timed_out:
                report(f, c, ["timeout"])
            else:
                report(
                    f, c, ["crash", os.WTERMSIG(status) if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}"]
                )
            work = work[1:]


def drain(reader, timeout, report):
    """Reads result lines until the child is gone or silent for too long: (how many, whether it was silent)."""
    done, rest = 0, b""
    while True:
        ready, _, _ = select.select([reader], [], [], timeout)
        if not ready:
            return done, True
        data = os.read(reader, 1 << 16)
        if not data:
            return done, False
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            f, c, result = json.loads(line)
            report(f, c, result)
            done += f is not None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--impl", choices=["peer", "gijit"], required=True)
    parser.add_argument("--chunk", type=int, default=12, help="functions in one child")
    parser.add_argument("--timeout", type=float, default=5, help="seconds for one case")
    parser.add_argument("--except-crashed", metavar="RESULTS", help="leave out the cases that crashed or hung there")
    parser.add_argument("--only", default="", help="a regular expression that paths must match")
    parser.add_argument("cases")
    parser.add_argument("results")
    options = parser.parse_args()

    if any(os.environ.get(name) != value for name, value in ENVIRONMENT.items()) or any(
        name in os.environ for name in UNSET
    ):
        # The interpreter itself reads some of these when it starts.
        environment = {name: value for name, value in os.environ.items() if name not in UNSET}
        os.execve(sys.executable, [sys.executable, *sys.argv], {**environment, **ENVIRONMENT})
    with open(options.cases) as file:
        cases = json.load(file)
    before = {}
    if options.except_crashed:
        with open(options.except_crashed) as file:
            before = json.load(file)["functions"]
    results_path = os.path.abspath(options.results)
    statistics_of = None
    if options.impl == "gijit":
        import gijit

        gijit.install()
        statistics_of = gijit.stats
    started = time.monotonic()
    results = {}
    with tempfile.TemporaryDirectory(prefix="gijit-differential-", ignore_cleanup_errors=True) as scratch_root:
        os.environ["HOME"] = scratch_root
        os.chdir(scratch_root)
        runner = Runner(cases)
        runner.statistics = statistics_of
        functions = cases["functions"]
        chosen = [f for f in range(len(functions)) if re.search(options.only, functions[f]["path"])]
        for f in chosen:
            results[functions[f]["path"]] = [None] * len(functions[f]["cases"])

        left_out = {
            (f, c)
            for f in chosen
            for c, r in enumerate(before.get(functions[f]["path"], ()))
            if r[0] in ("crash", "timeout")
        }
        for f, c in left_out:
            results[functions[f]["path"]][c] = ["left out"]

        statistics = collections.Counter()

        def report(f, c, result):
            if f is None:
                statistics.update({name: value for name, value in result.items() if type(value) is int})
                return
            results[functions[f]["path"]][c] = result

        for i in range(0, len(chosen), options.chunk):
            work = [
                (f, c)
                for f in chosen[i : i + options.chunk]
                for c in range(len(functions[f]["cases"]))
                if (f, c) not in left_out
            ]
            run_chunk(runner, work, options.timeout, scratch_root, report)

    import gi

    implementation = {
        "impl": options.impl,
        "gi": list(gi.version_info),
        "python": sys.version.split()[0],
        "tier": os.environ.get("GIJIT_TIER", ""),
    }
    with open(results_path, "w") as file:
        json.dump(
            {
                "implementation": implementation,
                "statistics": statistics,
                "seconds": round(time.monotonic() - started, 1),
                "functions": results,
            },
            file,
        )
    print(
        f"{sum(map(len, results.values()))} cases of {len(results)} functions in {time.monotonic() - started:.1f} s",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()

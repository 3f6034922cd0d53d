"""Has cells run in processes of their own, several at once, and survives their crashes.

Knows how a driver is started and nothing of what it does. ``GIJIT_MARSHAL_UNDER`` is a command to start it with, such as
valgrind.
"""

import json
import math
import os
import shlex
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHUNK = 1200
# After so many crashes in one chunk there is no use in going on.
MOST_CRASHES = 500


def environment(build, extra=None):
    """The environment of a driver: freed memory is made unreadable, GSlice goes through malloc."""
    result = {**os.environ, "GI_TYPELIB_PATH": str(build), "LD_LIBRARY_PATH": str(build)}
    result |= {"MALLOC_PERTURB_": "165", "G_SLICE": "always-malloc", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**result, **(extra or {})}


def run_chunk(python, table, names, options, env, timeout):
    """{cell: its record} for these cells; a crash becomes the end of the case in which it happened."""
    crashes = {}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        results, now, skip = folder / "results", folder / "results.now", folder / "skip"
        (folder / "names").write_text(json.dumps(names))
        results.write_text("")
        under = shlex.split(os.environ.get("GIJIT_MARSHAL_UNDER", ""))
        command = [*under, python, str(HERE / "drive.py"), *options, "--skip", str(skip)]
        command += [str(table), str(folder / "names"), str(results)]
        while True:
            skip.write_text(json.dumps([list(place) for place in crashes]))
            try:
                done = subprocess.run(
                    command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=timeout
                )
                status, words = done.returncode, done.stderr.decode(errors="replace")
            except subprocess.TimeoutExpired:
                status, words = "timeout", ""
            if status == 0:
                break
            cell, _, case = now.read_bytes().rstrip(b"\0").decode().partition("\n")
            if not cell or (cell, case) in crashes or len(crashes) >= MOST_CRASHES:
                where = f"in {cell} {case}" if cell else "outside of any cell"
                raise RuntimeError(f"the driver ended with {status} {where}:\n{words[-2000:]}")
            crashes[cell, case] = ["crash", str(status), words.strip()[-200:]]
        records = {name: {"cell": name, "cases": {}, "loops": {}} for name in names}
        for line in results.read_text().splitlines():
            record = json.loads(line)
            if "crash" in record:
                case, status = record["crash"]
                crashes[record["cell"], case] = ["crash", status]
            else:
                records[record["cell"]].update(record)
    for (cell, case), end in crashes.items():
        if case.startswith("loop "):
            records[cell]["loops"][case.removeprefix("loop ")] = end
        else:
            records[cell]["cases"][case] = {"end": end}
    return records


def run(python, build, names, options=(), *, env=None, timeout=600, at_once=None):
    """{cell: its record} of these cells of the fixtures in `build`, under this Python."""
    table = Path(build) / "cells.json"
    at_once = at_once or os.cpu_count()
    # Neighbours take alike long; each chunk gets some of all.
    count = at_once * math.ceil(len(names) / at_once / CHUNK)
    chunks = [chunk for i in range(count) if (chunk := names[i::count])]
    records = {}
    with ThreadPoolExecutor(at_once) as pool:
        jobs = [
            pool.submit(run_chunk, str(python), table, chunk, list(options), environment(build, env), timeout)
            for chunk in chunks
        ]
        for job in jobs:
            records |= job.result()
    return records

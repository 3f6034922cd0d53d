"""Has cells run in processes of their own, several at once, and survives their crashes.

Knows how a driver is started and nothing of what it does.
"""

import json
import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHUNK = 1200
# After so many crashes in one chunk something else is wrong.
MOST_CRASHES = 4000


def environment(build, extra=None):
    """The environment of a driver: freed memory is made unreadable, GSlice goes through malloc."""
    result = {**os.environ, "GI_TYPELIB_PATH": str(build), "LD_LIBRARY_PATH": str(build)}
    result |= {"MALLOC_PERTURB_": "165", "G_SLICE": "always-malloc", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**result, **(extra or {})}


def run_chunk(python, table, names, options, env, timeout, skip_at_first):
    """{cell: its record} for these cells; a crash becomes the end of the case in which it happened."""
    records = {}
    skip = {(cell, case): ["crash", "known"] for cell, case in skip_at_first if cell in set(names)}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        results, now = folder / "results", folder / "results.now"
        left = list(names)
        while left:
            (folder / "names").write_text(json.dumps(left))
            (folder / "skip").write_text(json.dumps([list(pair) for pair in skip]))
            results.write_text("")
            command = [python, str(HERE / "drive.py"), *options, "--skip", str(folder / "skip")]
            command += [str(table), str(folder / "names"), str(results)]
            try:
                done = subprocess.run(
                    command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=timeout
                )
                status, words = done.returncode, done.stderr.decode(errors="replace")
            except subprocess.TimeoutExpired:
                status, words = "timeout", ""
            for line in results.read_text().splitlines():
                record = json.loads(line)
                known = records.setdefault(record["cell"], record)
                if known is not record:
                    known["cases"] |= record["cases"]
                    known["loops"] |= record["loops"]
            left = [name for name in left if name not in records]
            if status == 0:
                break
            cell, _, case = now.read_bytes().rstrip(b"\0").decode().partition("\n")
            if not cell or (cell, case) in skip or len(skip) >= MOST_CRASHES:
                raise RuntimeError(
                    f"the driver ended with {status} outside of any cell ({cell!r}, {case!r}):\n{words[-2000:]}"
                )
            skip[cell, case] = ["crash", str(status), words.strip()[-200:]]
    for (cell, case), end in skip.items():
        record = records.setdefault(cell, {"cell": cell, "cases": {}, "loops": {}})
        if case.startswith("loop "):
            record["loops"][case.removeprefix("loop ")] = end
        else:
            record["cases"][case] = {"end": end}
    return records


def run(python, build, names, options=(), *, env=None, timeout=600, at_once=None, skip=()):
    """{cell: its record} of these cells of the fixtures in `build`, under this Python."""
    table = Path(build) / "cells.json"
    chunks = [names[i : i + CHUNK] for i in range(0, len(names), CHUNK)]
    records = {}
    with ThreadPoolExecutor(at_once or os.cpu_count()) as pool:
        jobs = [
            pool.submit(run_chunk, str(python), table, chunk, list(options), environment(build, env), timeout, skip)
            for chunk in chunks
        ]
        for job in jobs:
            records |= job.result()
    return records

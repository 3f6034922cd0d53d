#!/usr/bin/env python3
"""Asks PyGObject 3.58.1 what the specification does not say, and writes its answers to pygobject.json.gz.

    record.py BUILD_FOLDER [PYTHON]

PYTHON is one with PyGObject 3.58.1 (by default this one), BUILD_FOLDER where the fixtures were built. To be run again
when cells or cases change; the tests say so. Crashes are answers too.
"""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import verdict
import workers

TARGET = "3.58.1"


def main():
    build, python = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else sys.executable
    version = subprocess.run(
        [python, "-c", "import gi; print(gi.__version__)"], capture_output=True, text=True, check=True
    )
    if version.stdout.strip() != TARGET:
        raise SystemExit(f"{python} has PyGObject {version.stdout.strip()}, not {TARGET}")
    cells = json.loads((build / "cells.json").read_text())["cells"]
    names = {cell["name"] for cell in cells}
    names = sorted({verdict.representative(cell, names) for cell in cells})
    records = workers.run(python, build, names, ["--fork", "--unanswered"], timeout=7200)
    ends, table = [], {}
    for name in names:
        table[name] = {}
        for case, done in sorted(records[name]["cases"].items()):
            # What C saw of a callback's wrong answer is no answer, and often not even initialised.
            keys = ("end", "hook") if "_cb_" in name else ("end", "seen", "hook")
            answer = {key: done[key] for key in keys if key in done}
            if answer["end"][0] == "crash":
                answer = {"end": ["crash"]}
            if answer not in ends:
                ends.append(answer)
            table[name][case] = ends.index(answer)
    text = json.dumps({"pygobject": TARGET, "ends": ends, "cells": table}, ensure_ascii=False, sort_keys=True)
    # Without a time, so that the same answers are the same bytes.
    Path(verdict.HERE / "pygobject.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(f"{len(names)} cells, {sum(map(len, table.values()))} cases, {len(ends)} different answers")


if __name__ == "__main__":
    main()

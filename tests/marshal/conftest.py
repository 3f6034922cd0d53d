"""What the marshalling tests share: the table of cells, what gijit did with them, what counts as right; and the summary.

The cells are run once for a session, in processes of their own (`workers.py`), and judged one group a test: by what the
specification says (`specification.py`) and, where it is silent, by what PyGObject 3.58.1 answered (`record.py`). The
table of them is printed with `--table`, and else written to target/cells-TIER.txt: it would bury a failure.
`GIJIT_MARSHAL_LOOPS` says over how many calls each case is weighed, `GIJIT_MARSHAL_ONLY` which cells are run (a regular
expression), and `GIJIT_MARSHAL_PAIRS=1` runs only so many that each two of family, container and way (direction with
transfer) still meet.
"""

import json
import os
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import gi
import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

for namespace in ("GijitCells", "GijitCallbacks"):
    gi.require_version(namespace, "1.0")

import verdict as judging  # noqa: E402
import workers  # noqa: E402

LOOPS = int(os.environ.get("GIJIT_MARSHAL_LOOPS", "40"))
ONLY = re.compile(os.environ.get("GIJIT_MARSHAL_ONLY", ""))
PAIRS = os.environ.get("GIJIT_MARSHAL_PAIRS") == "1"


def build_folder():
    """Where the fixtures were built by the conftest above this one."""
    return Path(os.environ["GI_TYPELIB_PATH"].split(":")[0])


def pairs(cells):
    """Cells in which every two of (family, container, way) meet that meet in all of them; every plain one is among them.

    Items in a container are converted by the code that converts them plain, and containers know of their items only
    how they lie in memory; so a leak shows where two of the three come together.
    """
    left, chosen = set(), []
    meetings = {}
    for cell in cells:
        family, container, way = cell["family"], cell["container"], (cell["direction"], cell["transfer"])
        meetings[cell["name"]] = {("f", family, container), ("w", family, way), ("c", container, way)}
        left |= meetings[cell["name"]]
    plain = [cell for cell in cells if cell["container"] == "plain" and cell["nullability"] == "required"]
    others = [cell for cell in cells if cell not in plain]
    for cell in plain:
        chosen.append(cell)
        left -= meetings[cell["name"]]
    groups = defaultdict(list)
    for cell in others:
        groups[cell["container"], cell["family"]].append(cell)
    while left:
        for group in groups.values():
            best = max(group, key=lambda cell: len(meetings[cell["name"]] & left))
            if meetings[best["name"]] & left:
                chosen.append(best)
                left -= meetings[best["name"]]
    return chosen


class Table:
    """The cells, and for the summary what became of each."""

    def __init__(self):
        self.data = json.loads((build_folder() / "cells.json").read_text())
        cells = [cell for cell in self.data["cells"] if ONLY.search(cell["name"])]
        self.cells = {cell["name"]: cell for cell in (pairs(cells) if PAIRS else cells)}
        self.groups = defaultdict(list)
        for cell in self.cells.values():
            self.groups[cell["container"], cell["family"]].append(cell)
        self.failed = {}
        self.judged = set()


_TABLE = None


def table():
    global _TABLE
    if _TABLE is None:
        _TABLE = Table()
    return _TABLE


def pytest_generate_tests(metafunc):
    if "group" in metafunc.fixturenames:
        groups = sorted(table().groups)
        metafunc.parametrize("group", groups, ids=["-".join(group) for group in groups])


@pytest.fixture(scope="session")
def cells():
    return table()


@pytest.fixture(scope="session")
def records():
    """What gijit did with every cell, by name."""
    timeout = 600 + LOOPS * len(table().cells) / 1000  # seconds
    return workers.run(
        sys.executable,
        build_folder(),
        list(table().cells),
        ["--gijit", "--loops", str(LOOPS)],
        # So that the compiled code is reached within the calls that there are.
        env={"GIJIT_THRESHOLD": os.environ.get("GIJIT_THRESHOLD", "20")},
        timeout=timeout,
    )


@pytest.fixture(scope="session")
def judge():
    return judging.Judge(table().data, judging.recorded())


# The summary


def pytest_addoption(parser):
    parser.addoption("--table", action="store_true", help="print the table of cells")


def pytest_terminal_summary(terminalreporter, config):
    if _TABLE is None or not _TABLE.judged:
        return
    terminalreporter.section("cells of marshalling: family × container, a number for each direction")
    shown = [*table_lines(), "", *totals()]
    if not config.getoption("--table", default=False):
        path = HERE.parent.parent / "target" / f"cells-{os.environ.get('GIJIT_TIER', 'auto')}.txt"
        path.write_text("\n".join(shown) + "\n")
        shown = [*totals()[:2], f"the table: {path}"]
    for line in shown:
        terminalreporter.write_line(line)


def table_lines():
    axes = _TABLE.data["axes"]
    kinds = {
        "calls": [d for d in axes["directions"] if not d.startswith(("cb_", "field_"))],
        "callbacks": [d for d in axes["directions"] if d.startswith("cb_")],
        "fields": [d for d in axes["directions"] if d.startswith("field_")],
    }
    filled, failed = Counter(), Counter()
    for name in _TABLE.judged:
        cell = _TABLE.cells[name]
        place = cell["family"], cell["container"], cell["direction"]
        filled[place] += 1
        failed[place] += name in _TABLE.failed
    for kind, directions in kinds.items():
        containers = [
            c for c in axes["containers"] if any(filled[f, c, d] for f in axes["families"] for d in directions)
        ]
        yield ""
        yield f"{kind}: cells of {', '.join(directions)}; ! marks failures, - what is empty for the reasons below"
        for number, container in enumerate(containers, 1):
            yield f"  {number:2} {axes['containers'][container]}"
        width = len(directions) * 3 + 1
        yield " " * 17 + "".join(f"{number:<{width}}" for number in range(1, len(containers) + 1))
        for family in axes["families"]:
            parts = []
            for container in containers:
                places = [(family, container, direction) for direction in directions]
                entry = " ".join(f"{filled[p] or '-'}{'!' if failed[p] else ''}" for p in places)
                parts.append("-" if not any(filled[p] for p in places) else entry)
            yield f"{family:17}" + "".join(f"{part:<{width}}" for part in parts)


def totals():
    """Two lines of how many cells there are and were run, then why the others are empty."""
    axes, data = _TABLE.data["axes"], _TABLE.data
    reasons = Counter(reason for empty in data["empty"].values() for *_, reason in empty)
    every = len(axes["families"]) * len(axes["containers"]) * len(axes["directions"]) * 9
    filled, empty = len(data["cells"]), sum(reasons.values())
    return [
        f"{every} cells: {filled} filled, {empty} empty, {every - filled - empty} without a reason",
        f"run {len(_TABLE.judged)}, failed {len(_TABLE.failed)}",
        "Why cells are empty:",
        *(f"  {count:6}  {data['reasons'][reason]}" for reason, count in reasons.most_common()),
    ]

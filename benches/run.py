#!/usr/bin/env python3
"""The side-by-side speed suite: a hand-written C extension, gijit's two tiers and PyGObject, on one interpreter, in one run.

    run.py                 the full run; writes results/DATE-MACHINE.json and .md and prints the table
    run.py --table demo    a short run that prints the table and writes nothing

A side that is not installed is reported as absent. This file is the order of things: who is measured when, and what the run
consists of. How one process measures is in worker.py, cold.py and startup.py; how figures are read is in figures.py.
"""

from __future__ import annotations

import argparse
import datetime
import json
from collections import defaultdict
from pathlib import Path
from statistics import fmean, median
from typing import Any

import machine
import processes
import report
import rows
import sides
from processes import Absent, Runner, log

RESULTS = Path(__file__).resolve().parent / "results"
WARM = report.COLUMNS
COLD = ["gijit-auto", "gijit-ffi", "pygobject"]
START_UP = ["none", "gijit-auto", "pygobject"]


def warm_rounds(runner: Runner, wanted: list[str], rounds: int, calls: int, repeats: int) -> tuple[dict, dict, list]:
    """Every side in turn, round after round: ({row: {side: [ns per round]}}, {side: about}, [(row, side, why absent)])."""
    samples: dict[str, dict[str, list[float]]] = {row.name: {} for row in rows.ROWS}
    about, absent = {}, []
    for turn in range(rounds):
        for name in wanted:
            log(f"warm calls, round {turn + 1} of {rounds}: {name}")
            answer = runner.answer(name, "worker.py", "--calls", str(calls), "--repeats", str(repeats))
            about[name] = answer["about"]
            for row, found in answer["rows"].items():
                if "ns" in found:
                    samples[row].setdefault(name, []).append(min(found["ns"]))
                elif turn == 0 and not (rows.BY_NAME[row].floor is rows.no_floor and name.startswith("floor")):
                    absent.append((row, name, processes.without_paths(found["absent"])))
    return samples, about, absent


def cold_rounds(runner: Runner, wanted: list[str], rounds: int, functions: int) -> dict[str, Any] | None:
    """First calls: per side and round the median and mean over the functions that every side has."""
    found: dict[str, list[dict]] = defaultdict(list)
    refused: dict[str, dict[str, str]] = {}
    for turn in range(rounds):
        for name in wanted:
            log(f"first calls, round {turn + 1} of {rounds}: {name}")
            answer = runner.answer(name, "cold.py", "--functions", str(functions))
            found[name].append(answer["ns"])
            refused[name] = answer["absent"]
    if not found:
        return None
    common = set.intersection(*(set(answer) for answers in found.values() for answer in answers))
    samples = {}
    for name, answers in found.items():
        first = [[answer[source][0] for source in common] for answer in answers]
        second = [[answer[source][1] for source in common] for answer in answers]
        samples[name] = {
            "median_ns": [median(times) for times in first],
            "mean_ns": [fmean(times) for times in first],
            "second_ns": [median(times) for times in second],
        }
    return {"functions": len(common), "samples": samples, "refused": refused}


def start_up_rounds(
    runner: Runner, wanted: list[str], rounds: int, absent: list[tuple[str, str, str]]
) -> dict[str, dict[str, dict[str, list[float]]]]:
    """Every start on every side: {start: {side: {figure: [one per round]}}}; why one is absent is put into `absent`."""
    samples: dict[str, dict[str, dict[str, list[float]]]] = {}
    for namespace in report.STARTS:
        by_side = samples[namespace] = {}
        # Python alone is the same each time; once before everything shows what the rest stands on.
        for turn in range(rounds + 1):
            for name in [name for name in wanted if name != "none" or namespace == "GLib"]:
                log(f"start of {namespace}, round {turn} of {rounds}: {name}")
                try:
                    found = runner.start_up(name, namespace)
                except Absent as reason:
                    if turn == 0:
                        absent.append((namespace, name, str(reason)))
                    if name not in by_side:
                        continue
                    raise
                # The first time fills the disk cache and may write bytecode.
                if turn > 0:
                    for key, value in found.items():
                        by_side.setdefault(name, {}).setdefault(key, []).append(value)
    return samples


def versions_of(about: dict[str, dict]) -> tuple[dict[str, str], list[str]]:
    """One set of versions for the run, and a warning where the sides do not run on one optimised interpreter."""
    first = next(iter(about.values()))
    versions = {key: first[key] for key in ("python", "compiler", "build", "quality")}
    warnings = []
    for name, entry in about.items():
        if any(entry[key] != versions[key] for key in ("python", "build", "quality")):
            warnings.append(
                f"{sides.SIDES[name].title} ran on another interpreter: {entry['python']} ({entry['build']})"
            )
        for key in ("glib", "gijit"):
            if key in entry:
                versions[key] = entry[key]
        if name == "pygobject":
            versions["pygobject"] = entry["gi"]
    if not versions["quality"].startswith("optimised"):
        warnings.append(f"this interpreter is {versions['quality']}; figures from it say little about others")
    return versions, warnings


def tier_warnings(about: dict[str, dict]) -> list[str]:
    """A warning unless gijit counted itself that its callables ran in the tier whose column they fill."""
    found = []
    for name, tier in (("gijit-thunk", "thunk"), ("gijit-ffi", "ffi")):
        if name not in about:
            continue
        counted = about[name]["after"]
        bound, on_thunks = counted.get("callables_bound", 0), counted.get("callables_on_thunks", -1)
        if counted.get("tier") != tier or bound == 0 or on_thunks != (bound if tier == "thunk" else 0):
            found.append(
                f"{sides.SIDES[name].title}: {on_thunks} of {bound} callables ran as thunks, its tier was {counted.get('tier')!r}"
            )
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--table", choices=["demo", "full"], default="full")
    options.add_argument("--rounds", type=int)
    options.add_argument("--calls", type=int)
    options.add_argument("--repeats", type=int)
    options.add_argument("--gijit", type=Path, help="the Python that has gijit (.venv/bin/python)")
    options.add_argument("--peer", type=Path, help="the Python that has PyGObject (.venv-peer/bin/python)")
    options.add_argument("--cpu", type=int, help="the CPU to measure on (the last one)")
    options.add_argument("--no-write", action="store_true", help="print the table of a full run and write nothing")
    options.add_argument("--parts", default="warm,cold,imports,llvm", help="which parts of the run, joined by commas")
    chosen = options.parse_args()

    short = chosen.table == "demo"
    rounds = chosen.rounds or (5 if short else 15)
    calls = chosen.calls or (10_000 if short else 20_000)
    # Many short loops rather than few long ones: the shortest is the one that nothing interrupted.
    repeats = chosen.repeats or (12 if short else 50)
    parts = set(chosen.parts.split(","))
    named = {key: getattr(chosen, key).absolute() for key in ("gijit", "peer") if getattr(chosen, key)}
    runner = Runner(cpu=chosen.cpu, **named)

    begin = machine.describe()
    absent: dict[str, str] = {}
    try:
        runner.prepare()
    except Absent as reason:
        absent.update({name: str(reason) for name in WARM if name.startswith("floor")})
    for name in [*WARM, "gijit-auto"]:
        if name not in absent and (why := runner.why_absent(name)) is not None:
            absent[name] = why
    here = lambda names: [name for name in names if name not in absent]  # noqa: E731
    if not here(WARM):
        raise SystemExit("nothing to measure: " + "; ".join(f"{name}: {why}" for name, why in absent.items()))

    about: dict[str, dict] = {}
    run: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "machine": begin,
        "absent": absent,
        "absent_rows": [],
        "warm": {},
    }
    run |= {"rounds": rounds, "calls": calls, "repeats": repeats}
    if "warm" in parts:
        run["warm"], about, run["absent_rows"] = warm_rounds(runner, here(WARM), rounds, calls, repeats)
    if "cold" in parts:
        run["cold"] = cold_rounds(runner, here(COLD), rounds, 300)
    if "imports" in parts:
        run["start_up"] = start_up_rounds(runner, here(START_UP), rounds if short else 2 * rounds, run["absent_rows"])
    if "llvm" in parts and "gijit-auto" not in absent:
        try:
            stays_away, said = runner.llvm()
            run["llvm"] = {"stays_away": stays_away, "said": said}
        except Absent as reason:
            run["absent_rows"].append(("llvm", "gijit", str(reason)))
    if not about:
        name = here(WARM)[0]
        about[name] = runner.answer(name, "worker.py", "--row", "empty", "--calls", "1")["about"]
    run["versions"], run["warnings"] = versions_of(about)
    run["warnings"] += tier_warnings(about)
    run["about"] = about
    log("")
    print(report.terminal(run))

    if not short and not chosen.no_write:
        RESULTS.mkdir(exist_ok=True)
        target = RESULTS / f"{run['date']}-{machine.label()}"
        target.with_suffix(".json").write_text(json.dumps(run, indent=1, ensure_ascii=False) + "\n")
        target.with_suffix(".md").write_text(report.document(run))
        print(f"\nwritten: results/{target.name}.json and .md")


if __name__ == "__main__":
    main()

"""Lays the figures out: the table for a terminal and the same in Markdown. It computes nothing and starts nothing."""

from __future__ import annotations

from typing import Any

import figures
import rows
import sides
from figures import Bar, Figure

COLUMNS = ["floor-kept", "floor-released", "gijit-thunk", "gijit-ffi", "pygobject"]
MISSING = "–"


def number(value: Figure | None, decimals: int = 1) -> str:
    return MISSING if value is None else f"{value.middle:.{decimals}f}"


def spread(value: Figure | None, decimals: int = 1) -> str:
    """The median with smallest and largest behind it."""
    if value is None:
        return MISSING
    return f"{value.middle:.{decimals}f} ({value.low:.{decimals}f}–{value.high:.{decimals}f})"


def judged(value: Figure | None, bar: Bar | None) -> str:
    """A ratio with ✓ or ✗ for its bar; without a mark where none holds."""
    if value is None:
        return MISSING
    mark = "" if bar is None else " ✓" if bar.met(value) else " ✗"
    return f"{value.middle:.2f}{mark}"


def ratios_of(row: rows.Row, samples: dict[str, list[float]]) -> list[tuple[Figure | None, Bar | None]]:
    """The three ratios of a warm row with their bars: thunk to floor, PyGObject to thunk, PyGObject to libffi."""
    thunk, ffi, peer = samples.get("gijit-thunk"), samples.get("gijit-ffi"), samples.get("pygobject")
    if not row.kind:
        return [(None, None)] * 3
    return [
        (figures.ratio(thunk, samples.get("floor-released")), figures.TO_FLOOR.get(row.kind)),
        (figures.ratio(peer, thunk), figures.Bar(row.peer, False)),
        (figures.ratio(peer, ffi), figures.FFI_TO_PEER),
    ]


def warm_lines(warm: dict[str, dict[str, list[float]]], show: Any = number) -> list[list[str]]:
    lines = []
    for row in rows.ROWS:
        samples = warm.get(row.name)
        if samples is None:
            continue
        cells = [show(figures.figure(samples[name]) if samples.get(name) else None) for name in COLUMNS]
        lines.append([row.title, *cells, *(judged(value, bar) for value, bar in ratios_of(row, samples))])
    return lines


def cold_lines(cold: dict[str, Any]) -> list[list[str]]:
    """Per side: median and mean of the first calls, the second calls, and both ratios to PyGObject with their bar."""
    lines = []
    for name, samples in cold["samples"].items():
        title = "gijit, whatever tier it chooses" if name == "gijit-auto" else sides.SIDES[name].title
        lines.append(
            [
                title,
                *(
                    number(figures.figure([ns / 1000 for ns in samples[key]]), 2)
                    for key in ("median_ns", "mean_ns", "second_ns")
                ),
                *(
                    MISSING if name == "pygobject" else judged(value, figures.COLD)
                    for _, value in cold_ratios(cold, name)
                ),
            ]
        )
    return lines


def cold_ratios(cold: dict[str, Any], name: str) -> list[tuple[str, Figure | None]]:
    """A side's first calls against PyGObject's: of the typical function, and of all together, which is what a program pays."""
    own, peer = cold["samples"][name], cold["samples"].get("pygobject", {})
    return [(key.removesuffix("_ns"), figures.ratio(own[key], peer.get(key))) for key in ("median_ns", "mean_ns")]


# What startup.py starts: its title, and the bars of its time and of its memory.
STARTS: dict[str, tuple[str, Bar | None, Bar | None]] = {
    "GLib": ("import GLib", None, None),
    "Gio": ("import Gio", figures.IMPORT_TIME, figures.IMPORT_MEMORY),
    "Gtk-3.0": ("import Gtk 3", figures.IMPORT_TIME, figures.GTK_MEMORY),
    "Gtk-4.0": ("import Gtk 4", figures.IMPORT_TIME, figures.GTK_MEMORY),
    "names3": ("Gtk 3, and 80 names", figures.IMPORT_TIME, figures.GTK_MEMORY),
    "names4": ("Gtk 4, and 80 names", figures.IMPORT_TIME, figures.GTK_MEMORY),
    "window3": ("Gtk 3, first frame of a window", figures.WINDOW_TIME, None),
    "window4": ("Gtk 4, first frame of a window", figures.WINDOW_TIME, None),
}


def start_ratios(start: str, by_side: dict[str, dict[str, list[float]]]) -> list[tuple[str, Figure | None, Bar | None]]:
    """gijit's figures of a start against PyGObject's: what, the ratio, its bar."""
    _, time, memory = STARTS[start]
    own, peer = by_side["gijit-auto"], by_side.get("pygobject", {})
    kinds = (("import_ms", "time", time), ("cpu_ms", "time of the CPU", time), ("peak_mb", "peak memory", memory))
    return [(what, figures.ratio(own[key], peer.get(key)), bar) for key, what, bar in kinds]


def start_lines(start_up: dict[str, dict[str, dict[str, list[float]]]]) -> list[list[str]]:
    """Per start and side."""
    lines = []
    for start, by_side in start_up.items():
        for name, samples in by_side.items():
            title = "Python alone" if name == "none" else sides.SIDES[name].title
            cells = [number(figures.figure(samples[key])) for key in ("import_ms", "cpu_ms", "wall_ms", "peak_mb")]
            if name.startswith("gijit"):
                cells += [judged(value, bar) for _, value, bar in start_ratios(start, by_side)]
            else:
                cells += [MISSING] * 3
            lines.append([STARTS[start][0] if name != "none" else "nothing", title, *cells])
    return lines


WARM_HEADS = [
    "",
    "C ext, GIL kept",
    "C ext, GIL released",
    "gijit thunk",
    "gijit libffi",
    "PyGObject",
    "thunk / C released",
    "PyGObject / thunk",
    "PyGObject / libffi",
]
COLD_HEADS = ["", "median µs", "mean µs", "second call µs", "median / PyGObject's", "mean / PyGObject's"]
START_HEADS = ["start", "", "ms", "CPU ms", "process ms", "peak MB", "ratio", "CPU ratio", "peak ratio"]


def plain(heads: list[str], lines: list[list[str]], bars: list[str] | None = None) -> str:
    """A table for a terminal: the head broken into words below each other, numbers to the right."""
    tall = [head.split(" ") for head in heads]
    for words in tall:
        # "thunk / C released" reads better in two lines than in four.
        if "/" in words:
            place = words.index("/")
            words[:] = [" ".join([*words[:place], "/"]), " ".join(words[place + 1 :])]
        elif len(words) > 2:
            words[:] = [" ".join(words[:-2]), " ".join(words[-2:])]
    height = max(map(len, tall))
    table = [
        [words[i - height + len(words)] if i >= height - len(words) else "" for words in tall] for i in range(height)
    ]
    if bars:
        table.append(bars)
    # Ratios end where their digits end: a mark stands behind, or a blank in its place.
    marked = {i for line in lines for i, cell in enumerate(line) if cell.endswith(("✓", "✗"))}
    body = [
        [cell + "  " if i in marked and not cell.endswith(("✓", "✗")) else cell for i, cell in enumerate(line)]
        for line in lines
    ]
    widths = [max(len(line[i]) for line in [*table, *body]) for i in range(len(heads))]
    rule = "─" * (sum(widths) + 2 * (len(widths) - 1))

    def render(line: list[str]) -> str:
        """The first column to the left, and the second where it is words; numbers to the right."""
        words = 2 if heads is START_HEADS else 1
        cells = [c.ljust(w) if i < words else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths))]
        return "  ".join(cells).rstrip()

    return "\n".join([*map(render, table), rule, *map(render, body)])


def markdown(heads: list[str], lines: list[list[str]]) -> str:
    table = [heads, ["---" if i == 0 else "---:" for i in range(len(heads))], *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in table)


def by_hand(samples: dict[str, list[float]]) -> str:
    """What the extension in C reaches against PyGObject, for a bar that is missed; nothing where there is none."""
    reached = figures.ratio(samples.get("pygobject"), samples.get("floor-released"))
    return f" (by hand in C: {reached.middle:.2f})" if reached else ""


def verdict(run: dict[str, Any]) -> tuple[int, int, list[str]]:
    """How many bars are met, how many could not be judged, and one line for each that is missed."""
    met, unjudged, missed = 0, 0, []

    def note(what: str, value: Figure | None, bar: Bar | None, also: str = "") -> None:
        nonlocal met, unjudged
        if bar is None:
            return
        if value is None:
            unjudged += 1
        elif bar.met(value):
            met += 1
        else:
            missed.append(f"{what}: {value.middle:.2f}, must be {bar}{also}")

    for row in rows.ROWS:
        if row.name in run["warm"]:
            for (value, bar), what in zip(ratios_of(row, run["warm"][row.name]), WARM_HEADS[6:]):
                note(f"{row.title}, {what}", value, bar, by_hand(run["warm"][row.name]) if "PyGObject" in what else "")
    if run.get("cold"):
        samples = run["cold"]["samples"]
        for name in samples:
            if name != "pygobject":
                for what, value in cold_ratios(run["cold"], name):
                    note(f"first call, GIJIT_TIER={sides.SIDES[name].tier}, {what}", value, figures.COLD)
    for start, by_side in run.get("start_up", {}).items():
        if "gijit-auto" in by_side and "pygobject" in by_side:
            for what, value, bar in start_ratios(start, by_side):
                if bar is not None:
                    note(f"{STARTS[start][0]}, {what}", value, bar)
    if run.get("llvm"):
        if run["llvm"]["stays_away"]:
            met += 1
        else:
            missed.append("LLVM's library is loaded after 1,000 first calls, must not be")
    return met, unjudged, missed


def summary(run: dict[str, Any], bullet: str) -> list[str]:
    met, unjudged, missed = verdict(run)
    lines = [f"{met} of {met + unjudged + len(missed)} bars are met."]
    if unjudged:
        lines.append(f"{unjudged} could not be judged, for a side or a row is absent.")
    if missed:
        lines += [f"{len(missed)} are not:", *(f"{bullet}{line}" for line in missed)]
    return lines


def about(run: dict[str, Any]) -> list[str]:
    """What was measured on what, a line each."""
    machine, versions = run["machine"], run["versions"]
    lines = [
        f"{run['date']}, {machine['processor']}, {machine['cores']} cores, {machine['kernel']}, load {machine['load'][0]} when it started",
        f"Python {versions['python']} [{versions['compiler']}], {versions['quality']}",
        f"GLib {versions.get('glib', '?')}, PyGObject {versions.get('pygobject', 'absent')}, gijit {versions.get('gijit', 'absent')}"
        + (f" (tree {machine['tree']})" if machine["tree"] else ""),
        f"{run['rounds']} rounds; per round and row {run['repeats']} loops of {run['calls']:,} calls, the shortest counts; medians over the rounds",
        "a second thread sleeps in each process, as in every program with an application, a bus or asynchronous files",
    ]
    lines += [f"absent: {sides.SIDES[name].title}: {why}" for name, why in run["absent"].items()]
    lines += [f"absent: {name} row of {side}: {why}" for (name, side, why) in run["absent_rows"]]
    lines += [f"CAUTION: {warning}" for warning in run["warnings"]]
    return lines


def terminal(run: dict[str, Any]) -> str:
    bars = ["must be", "", "", "", "", "", "≤ 1.25, methods 1.5, buffers 1.2", "≥ 2", "≥ 0.77"]
    parts = [
        "Nanoseconds for one call, the loop around it included",
        "",
        plain(WARM_HEADS, warm_lines(run["warm"]), bars),
    ]
    if run.get("cold"):
        parts += [
            "",
            f"The first call of each of {run['cold']['functions']} functions, in a fresh process",
            "",
            plain(COLD_HEADS, cold_lines(run["cold"]), ["must be", "", "", "", "≤ 1", "≤ 1"]),
        ]
    if run.get("start_up"):
        parts += [
            "",
            "Starting a program",
            "",
            plain(
                START_HEADS,
                start_lines(run["start_up"]),
                ["must be", "", "", "", "", "", "≤ 0.5", "≤ 0.5", "Gio ≤ 0.7, Gtk 0.85"],
            ),
        ]
    if run.get("llvm"):
        parts += [
            "",
            f"LLVM's library after 1,000 first calls: {'not loaded ✓' if run['llvm']['stays_away'] else 'LOADED ✗'}",
        ]
    parts += ["", *about(run), "", *summary(run, "  ")]
    return "\n".join(parts)


def document(run: dict[str, Any]) -> str:
    """The dated result in Markdown, with spreads."""
    parts = [f"# Speed of gijit, {run['date']}", "", *(f"- {line}" for line in about(run)), ""]
    parts += [
        "## Warm calls",
        "",
        "Nanoseconds per call, the loop included: median over the rounds (smallest–largest). ✓ and ✗: the bar is met or not.",
        "",
    ]
    parts += [markdown(WARM_HEADS, warm_lines(run["warm"], spread)), ""]
    if run.get("cold"):
        parts += [
            "## First calls",
            "",
            f"{run['cold']['functions']} functions, each called for the first time in a fresh process, lookup of the name included.",
            "",
        ]
        parts += [markdown(COLD_HEADS, cold_lines(run["cold"])), ""]
    if run.get("start_up"):
        parts += [
            "## Starting a program",
            "",
            "`import gi` and one namespace, or a small program, in a fresh process: time of the imports or the program, how "
            "long the CPU worked for it, time of the whole process; peak: the most memory resident at any time (VmHWM). "
            "Programs with a window end at its first frame and must take at most 1.05 of PyGObject's time.",
            "",
        ]
        parts += [markdown(START_HEADS, start_lines(run["start_up"])), ""]
    if run.get("llvm"):
        parts += ["## LLVM", "", *(f"    {line}" for line in run["llvm"]["said"].splitlines()), ""]
    parts += ["## Bars", "", *summary(run, "- "), ""]
    return "\n".join(parts)

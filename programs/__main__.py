"""Drive Debian's programs on gijit and on PyGObject, and say what came of it: a table, and with --docs the page of it."""

import argparse
import json
import math
import statistics
import subprocess
import sys
import traceback
from pathlib import Path

from session import PYTHON, Missed, Session, fail
from table import PROGRAMS

KINDS = ("PyGObject", "gijit")
ROOT = Path(__file__).resolve().parent.parent


def slug(name):
    return "".join(c for c in name.lower() if c.isalnum())


def version_of(package):
    """Return the version of a Debian package, without what Debian adds to it; None if it is not installed."""
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    text = done.stdout.strip() if done.returncode == 0 else ""
    return text.rpartition(":")[2].rpartition("-")[0] or text or None


def lend_gijit(session, package):
    """Install gijit for the session's user, beside Debian's PyGObject, and enable it."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    site = session.make(f".local/lib/python{version}/site-packages")
    (site / "gijit").symlink_to(package)
    session.run(PYTHON, "-m", "gijit", "enable", "--user")


def drive(program, kind, package, *, picture=None, act=True, keep=False, environment=None):
    """Run a program once; return what was measured. ``result`` is ``"reached"``, or says what did not happen."""
    said = {"name": program.name, "kind": kind, "result": "reached"}
    environment = {**program.environment, **(environment or {})}
    with Session(f"{slug(program.name)}-{kind.lower()}", environment, keep) as session:
        try:
            if kind == "gijit":
                lend_gijit(session, package)
            if program.prepare:
                program.prepare(session)
            command = [part.replace("{home}", str(session.home)) for part in program.command]
            if program.windows:
                session.start(command, 60)
                said["start"] = session.first.seen - session.started
                said["cpu"] = session.weight_at_first.seconds
                said["compiler"] = session.weight_at_first.compiler
                session.pause(program.settle)
                said["pss"] = session.weigh().pss
            else:
                said["start"], said["peak"] = session.finish(command, 60)
            if session.gi not in (kind, None if program.late else kind):
                raise Missed(f"it runs on {session.gi}")
            if act or not program.windows:
                program.act(session)
            if act and program.windows:
                session.pause(0.5)
                said["peak"] = session.weigh().peak
        except Missed as missed:
            said["result"] = str(missed)
        except Exception:
            said["result"] = traceback.format_exc(limit=3)
        if picture and program.windows:
            session.picture().save(picture)
        said["log"] = session.said()
        if keep:
            print(f"kept: {session.folder}")
    return said


def measured(row, kind, key):
    """Return the median of what was measured: of the starts in turns, else of the run with the action; None for nothing."""
    runs = [said for said in row["starts"].get(kind, []) if key in said] or [row["runs"].get(kind, {})]
    values = [said[key] for said in runs if key in said]
    return statistics.median(values) if values else None


def figures(row, key, digits):
    """Return both medians as text, and gijit's as a share of PyGObject's, None where one of them is missing."""
    both = [measured(row, kind, key) for kind in KINDS]
    texts = ["–" if value is None else f"{value:.{digits}f}" for value in both]
    return texts, both[1] / both[0] if None not in both else None


def result(row, kind):
    """Return what came of the run with the action, in a line."""
    return row["runs"].get(kind, {}).get("result", "not run").splitlines()[-1]


def picture_of(folder, name, kind):
    return folder / f"{slug(name)}-{kind.lower()}.png"


def likeness(folder, name):
    """Return in how many of 10,000 pixels the last pictures of both differ; None where one is missing."""
    from PIL import Image, ImageChops

    paths = [picture_of(folder, name, kind) for kind in KINDS]
    if not all(path.exists() for path in paths):
        return None
    with Image.open(paths[0]) as one, Image.open(paths[1]) as other:
        different = ImageChops.difference(one, other).convert("L").point(lambda v: 255 * (v > 24)).histogram()[255]
        return round(10_000 * different / (one.width * one.height), 1)


def print_table(rows):
    """Print what came of each program, and what starting takes: seconds to the first window, processor's, MiB."""
    head = (
        "program",
        "version",
        "on PyGObject",
        "on gijit",
        "pictures",
        "start s",
        "",
        "×",
        "cpu s",
        "",
        "×",
        "MiB",
        "",
        "×",
    )
    lines = [head]
    for row in rows:
        same = row["same"]
        like = "–" if same is None else "the same" if same == 0 else f"{same / 100:.2f} % differ"
        line = [row["name"], row["version"] or "–", *(result(row, kind)[:60] for kind in KINDS), like]
        for key, digits in (("start", 2), ("cpu", 2), ("pss", 0)):
            texts, share = figures(row, key, digits)
            line += [*texts, f"{share:.2f}" if share else "–"]
        lines.append(tuple(line))
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths)).rstrip())
    for key, words in (("start", "time to the first window"), ("cpu", "processor time to it"), ("pss", "memory then")):
        shares = [share for row in rows if row["windows"] and (share := figures(row, key, 0)[1])]
        if shares:
            mean = math.exp(statistics.fmean(map(math.log, shares)))
            print(f"{words}: geometric mean {mean:.2f} × PyGObject's, {min(shares):.2f} to {max(shares):.2f}")


def shrink(picture, into):
    """Write a screenshot small: without the empty screen around, half the size, few colours."""
    from PIL import Image, ImageChops

    with Image.open(picture) as whole:
        box = ImageChops.difference(whole, Image.new("RGB", whole.size)).getbbox() or (0, 0, *whole.size)
        part = whole.crop(box)
        part = part.resize((part.width * 3 // 5, part.height * 3 // 5), Image.Resampling.LANCZOS)
        part.quantize(48, dither=Image.Dither.NONE).save(into, optimize=True)


def write_page(rows, pictures):
    """Write docs/programs.md and its screenshots."""
    folder = ROOT / "docs" / "programs"
    folder.mkdir(parents=True, exist_ok=True)
    out = [
        "# Programs",
        "",
        "Debian's programs as they are, driven on gijit and on Debian's PyGObject by `make programs`: under Xvfb, by mouse and",
        "keyboard, with a home and buses of their own, as an account without rights. Each does what the table says, and the",
        "effect is looked for outside: in a file, in a database, over D-Bus, on the screen. gijit is installed for that account",
        "and enabled (`python3 -m gijit enable --user`); the programs are started by the same command on both.",
        "",
        "*Start* is the time until the first window is there (for scripts, the whole run), *processor* the processor time until",
        "then, *memory* the process's share (PSS) a few seconds later; PyGObject / gijit, on a machine with other work.",
        "`programs/table.py` has all actions.",
        "",
        "| program | version | what is done | result | start, s | processor, s | memory, MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        both = [result(row, kind) for kind in KINDS]
        cells = [
            row["name"],
            row["version"] or "–",
            row["words"],
            both[0] if both[0] == both[1] else " / ".join(both),
            " / ".join(figures(row, "start", 2)[0]),
            " / ".join(figures(row, "cpu", 2)[0]) if row["windows"] else "–",
            " / ".join(figures(row, "pss", 0)[0]) if row["windows"] else "–",
        ]
        out.append(f"| {' | '.join(cells)} |")
    out += ["", "## Screenshots", "", "On gijit, when the action has been done.", ""]
    for row in rows:
        picture = picture_of(pictures, row["name"], "gijit")
        if row["windows"] and picture.exists():
            shrink(picture, folder / f"{slug(row['name'])}.png")
            out += [f"**{row['name']}**: {row['words']}", "", f"![{row['name']}](programs/{slug(row['name'])}.png)", ""]
    (ROOT / "docs" / "programs.md").write_text("\n".join(out).rstrip() + "\n")


def main():
    parser = argparse.ArgumentParser(prog="scripts/programs", description=__doc__)
    parser.add_argument("names", nargs="*", help="programs by name, all if there is none")
    parser.add_argument(
        "--gijit", type=Path, required=True, help="the folder of the package gijit (scripts/programs says)"
    )
    parser.add_argument("--only", choices=KINDS, help="on one of both alone")
    parser.add_argument("--times", type=int, default=0, metavar="N", help="only start them, N times on each in turns")
    parser.add_argument(
        "--docs", action="store_true", help="write docs/programs.md from the results of all runs so far"
    )
    parser.add_argument("--pictures", type=Path, default=ROOT / "target" / "programs", help="a folder for screenshots")
    parser.add_argument("--keep", action="store_true", help="leave the sessions' folders")
    parser.add_argument("--log", action="store_true", help="print what programs said")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="for the programs")
    options = parser.parse_args()
    known = {slug(name): row for name, row in PROGRAMS.items()}
    for name in options.names:
        if slug(name) not in known:
            fail(f"there is no program {name!r}: {', '.join(known)}")
    chosen = [known[slug(name)] for name in options.names] or list(PROGRAMS.values())
    options.pictures.mkdir(parents=True, exist_ok=True)
    kinds = [options.only] if options.only else KINDS
    environment = dict(pair.split("=", 1) for pair in options.env)
    # What is known of each program from this run and those before it, of which a later one replaces the former.
    store = options.pictures / "results.json"
    results = json.loads(store.read_text()) if store.exists() else {}
    failed = False
    for program in chosen if options.names or not options.docs else []:
        before = results.get(program.name, {})
        row = {
            "name": program.name,
            "version": version_of(program.package),
            "words": program.words,
            "windows": program.windows,
            "runs": before.get("runs", {}),
            "starts": {kind: [] for kind in KINDS} if options.times else before.get("starts", {}),
        }
        for i in range(options.times or 1):
            for kind in kinds if i % 2 == 0 else kinds[::-1]:
                said = drive(
                    program,
                    kind,
                    options.gijit,
                    picture=None if options.times else picture_of(options.pictures, program.name, kind),
                    act=not options.times,
                    keep=options.keep,
                    environment=environment,
                )
                log = said.pop("log")
                failed |= said["result"] != "reached"
                if options.times:
                    row["starts"][kind].append(said)
                else:
                    row["runs"][kind] = said
                print(json.dumps(said), flush=True)
                if options.log:
                    print(log[-8000:], flush=True)
        results[program.name] = row
        store.write_text(json.dumps(results, indent=1))
    rows = [results[name] for name in PROGRAMS if name in results]
    for row in rows:
        row["same"] = likeness(options.pictures, row["name"]) if row["windows"] else None
    if options.docs:
        write_page(rows, options.pictures)
    print_table([row for row in rows if options.docs or any(row["name"] == program.name for program in chosen)])
    sys.exit(failed)


if __name__ == "__main__":
    main()

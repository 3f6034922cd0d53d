"""The speed suite itself is sound: every row gives the same result on every side, and the rules of reading are right.

A side that is not installed is skipped, not passed. Times are not judged here.
"""

import importlib.util
import json
import pathlib
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BENCHES = ROOT / "benches"
sys.path.insert(0, str(BENCHES))

import figures  # noqa: E402
import processes  # noqa: E402
import report  # noqa: E402
import rows  # noqa: E402
import sides  # noqa: E402

# Under a name of its own: other tests have a run.py too.
_spec = importlib.util.spec_from_file_location("bench_run", BENCHES / "run.py")
suite = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(suite)

CALLED = [name for name in sides.SIDES if name != "gijit-auto"]


@pytest.fixture(scope="module")
def runner():
    found = processes.Runner()
    found.prepare()
    return found


@pytest.fixture(scope="module")
def answers(runner):
    """What each side that is here says to every row."""
    found = {}
    for name in CALLED:
        if runner.why_absent(name) is None:
            found[name] = runner.answer(name, "worker.py", "--calls", "20", "--repeats", "2")
    return found


def test_the_floor_and_one_more_side_are_here(answers):
    assert {"floor-kept", "floor-released"} < set(answers)


@pytest.mark.parametrize("row", [row.name for row in rows.ROWS])
def test_a_row_gives_the_same_on_every_side(answers, row):
    given = {name: answer["rows"][row] for name, answer in answers.items()}
    if rows.BY_NAME[row].floor is rows.no_floor:
        floors = [given.pop(name) for name in ("floor-kept", "floor-released")]
        assert all("has nothing of the kind" in entry["absent"] for entry in floors)
    assert {name: entry.get("absent") for name, entry in given.items()} == dict.fromkeys(given)
    assert len({entry["result"] for entry in given.values()}) == 1, given
    assert all(len(entry["ns"]) == 2 and min(entry["ns"]) > 0 for entry in given.values())


def test_every_side_runs_on_the_same_interpreter(answers):
    assert len({(a["about"]["python"], a["about"]["build"]) for a in answers.values()}) == 1


def test_gijits_tiers_are_what_their_columns_say(answers):
    about = {name: answer["about"] for name, answer in answers.items()}
    if "gijit-thunk" not in about:
        pytest.skip("gijit is absent")
    assert suite.tier_warnings(about) == []
    swapped = {"gijit-thunk": about["gijit-ffi"], "gijit-ffi": about["gijit-thunk"]}
    assert len(suite.tier_warnings(swapped)) == 2


def test_a_wrong_result_stops_a_row():
    import worker

    row = rows.Row("made up", "", "f(a)", "3", gi=dict, floor=dict)
    with pytest.raises(AssertionError, match="gave 4, not 3"):
        worker.measure(row, {"f": lambda a: a, "a": 4}, calls=1, repeats=1)


@pytest.mark.parametrize("name", ["gijit-auto", "gijit-ffi", "pygobject"])
def test_first_calls_are_timed_on_each_side(runner, name):
    if (why := runner.why_absent(name)) is not None:
        pytest.skip(why)
    answer = runner.answer(name, "cold.py", "--functions", "300")
    assert len(answer["ns"]) >= 290, answer["absent"]
    # The first call is the one that has something to prepare.
    assert sum(first > second for first, second in answer["ns"].values()) > len(answer["ns"]) * 0.8


@pytest.mark.parametrize("name", ["none", "gijit-auto", "pygobject"])
@pytest.mark.parametrize("namespace", ["GLib", "Gio", "Gtk"])
def test_start_up_is_measured(runner, name, namespace):
    if name != "none" and (why := runner.why_absent(name)) is not None:
        pytest.skip(why)
    found = runner.start_up(name, namespace)
    assert 0 <= found["import_ms"] < found["wall_ms"]
    assert found["peak_mb"] > 2


def test_llvm_stays_away_from_a_thousand_first_calls(runner):
    if (why := runner.why_absent("gijit-auto")) is not None:
        pytest.skip(why)
    stays_away, said = runner.llvm()
    assert said.startswith("1000 different functions were called once each")
    assert stays_away, said


def test_the_engine_is_seen_where_it_is_loaded(runner):
    if (why := runner.why_absent("gijit-thunk")) is not None:
        pytest.skip(why)
    program = "import sides, thousand; sides.SIDES['gijit-thunk'].start()\nfrom gi.repository import GLib; GLib.bit_storage(1); print(thousand.mapped_engines())"
    side = sides.SIDES["gijit-thunk"]
    done = subprocess.run(
        [runner.python(side), "-c", program],
        env=runner.environment(side),
        cwd=BENCHES,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "_engine" in done.stdout


def test_a_ratio_is_formed_inside_each_round():
    # Round two was slow for both sides: the ratio does not see it.
    found = figures.ratio([10.0, 40.0, 12.0], [5.0, 20.0, 4.0])
    assert (found.middle, found.low, found.high) == (2.0, 2.0, 3.0)
    assert figures.ratio([1.0], None) is None


def test_a_bar_is_met_at_its_limit_and_not_beyond():
    exactly, beyond = figures.figure([1.25]), figures.figure([1.2501])
    assert figures.Bar(1.25, at_most=True).met(exactly)
    assert not figures.Bar(1.25, at_most=True).met(beyond)
    assert figures.Bar(1.25, at_most=False).met(beyond)


def test_a_missing_side_is_said_and_not_counted_as_met():
    warm = {"scalar-1": {"floor-kept": [10.0], "floor-released": [30.0], "pygobject": [100.0]}}
    met, unjudged, missed = report.verdict({"warm": warm})
    assert (met, unjudged, missed) == (0, 3, [])


def test_a_missed_bar_is_named():
    warm = {"scalar-1": {"floor-released": [30.0], "gijit-thunk": [60.0], "gijit-ffi": [90.0], "pygobject": [100.0]}}
    met, unjudged, missed = report.verdict({"warm": warm})
    assert (met, unjudged) == (1, 0)
    assert [line.split(":")[0] for line in missed] == ["1 integer, thunk / C released", "1 integer, PyGObject / thunk"]


def test_a_short_run_prints_the_table_and_writes_nothing(runner, tmp_path):
    before = sorted((BENCHES / "results").glob("*")) if (BENCHES / "results").exists() else []
    command = [
        sys.executable,
        BENCHES / "run.py",
        "--table",
        "demo",
        "--rounds",
        "1",
        "--calls",
        "20",
        "--repeats",
        "1",
        "--parts",
        "warm",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    assert "method that returns an object" in done.stdout
    assert "Nanoseconds for one call" in done.stdout
    assert str(ROOT) not in done.stdout
    assert before == (sorted((BENCHES / "results").glob("*")) if (BENCHES / "results").exists() else [])


def test_results_hold_no_paths_of_this_machine():
    for path in (BENCHES / "results").glob("*.json"):
        text = path.read_text()
        assert str(ROOT) not in text and "/home/" not in text and "/root/" not in text and "/tmp/" not in text
        json.loads(text)


def test_the_demo_prints_the_same_on_gijit_and_on_pygobject(runner):
    """All but the lines that tell who runs it."""
    said = {}
    for name, arguments in (("gijit-auto", ["-m", "gijit"]), ("pygobject", [])):
        if (why := runner.why_absent(name)) is not None:
            pytest.skip(why)
        side = sides.SIDES[name]
        done = subprocess.run(
            [runner.python(side), *arguments, ROOT / "examples" / "demo.py", BENCHES / "floor"],
            env=runner.environment(side),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        said[name] = done.stdout.splitlines()
    assert "gijit" in said["gijit-auto"].pop() and "PyGObject" in said["pygobject"].pop()
    assert said["gijit-auto"] == said["pygobject"]

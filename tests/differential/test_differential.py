"""Every covered function of six namespaces, called through gijit and through PyGObject: the same results and messages.

The tier is the environment's GIJIT_TIER; what is called with what, and what is not compared and why, is told by the
files beside this one (run.py, generate.py, compare.py, skip.txt, by_type.txt, expected_differences.txt).
"""

import os

import compare
import pytest
import run
from gi.repository import GLib

TIER = os.environ.get("GIJIT_TIER") or "auto"
EXPECTED = compare.Expected()
compared = set()


def report(capsys, text):
    with capsys.disabled():
        print(f"\n{text}", end=" ")


@pytest.mark.parametrize("namespace", run.NAMESPACES)
def test_every_call_ends_as_it_does_in_pygobject(namespace, capsys):
    outcome = run.against_peer(namespace, TIER, EXPECTED)
    compared.add(namespace)
    report(capsys, f"{namespace}, {TIER} against PyGObject: {outcome.summary()}")
    # A comparison that compared next to nothing would pass too.
    assert outcome.cases > 2000
    assert outcome.reached > outcome.functions * 0.6
    assert not outcome.differences, "\n".join(map(str, outcome.differences[:20]))


@pytest.mark.skipif(TIER != "thunk", reason="only this tier compiles at once")
@pytest.mark.parametrize("namespace", run.NAMESPACES)
def test_the_calls_went_through_thunks(namespace, capsys):
    counts = run.load(run.gijit_results(namespace, TIER))["statistics"]
    report(capsys, f"{namespace}: {counts}")
    assert counts["callables_on_thunks"] > counts["callables_bound"] * 0.8
    assert counts["thunks_failed"] == 0


@pytest.mark.skipif(TIER == "ffi", reason="this is the ffi tier itself")
@pytest.mark.parametrize("namespace", run.NAMESPACES)
def test_every_call_ends_as_it_does_in_the_ffi_tier(namespace, capsys):
    outcome = run.against_ffi(namespace, TIER)
    report(capsys, f"{namespace}, {TIER} against ffi: {outcome.summary()}")
    assert outcome.cases > 2000
    assert not outcome.differences, "\n".join(map(str, outcome.differences[:20]))


def test_no_expected_difference_is_stale():
    if compared != set(run.NAMESPACES):
        pytest.skip("not every namespace was compared in this run")
    # PyGObject 3.58 is the peer where GLib is new enough for it.
    assert EXPECTED.stale(newer=GLib.check_version(2, 80, 0) is None) == []

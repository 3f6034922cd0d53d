"""A plugin of pytest that writes what becomes of each test, as it happens, to the file that ``CONFORMANCE_LOG`` names:
one JSON object a line. So a process that crashes leaves all that it did, and which test it was in.

    {"collected": [id, ...]}    {"start": id}    {"end": id, "outcome": ..., "message": ..., "text": ...}
    {"finished": status}

Tests whose ids are lines of the file ``CONFORMANCE_SKIP`` are left out: they have run before.
It must not know what is tested.
"""

import json
import os

_log = os.open(os.environ["CONFORMANCE_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
_pid = os.getpid()
_reports = {}


def _write(**event):
    # A test may fork, and a child of it reach this; it is no test of its own.
    if os.getpid() == _pid:
        os.write(_log, json.dumps(event).encode() + b"\n")


def _short(nodeid):
    """A test's id within the folder of tests."""
    return nodeid.removeprefix("tests/")


def note(name, outcome, text="", message=""):
    """Records the outcome of something that is no test of pytest's."""
    _write(end=name, outcome=outcome, text=text[-4000:], message=message[:300])


def _message(report):
    crash = getattr(report.longrepr, "reprcrash", None)
    if crash is not None:
        return crash.message.splitlines()[0] if crash.message else ""
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    lines = [line for line in str(report.longrepr or "").splitlines() if line.startswith("E ")]
    return lines[-1][1:].strip() if lines else ""


def pytest_collection_modifyitems(config, items):
    path = os.environ.get("CONFORMANCE_SKIP")
    if path and os.path.exists(path):
        with open(path) as file:
            done = set(file.read().splitlines())
        items[:] = [item for item in items if _short(item.nodeid) not in done]


def pytest_collection_finish(session):
    _write(collected=[_short(item.nodeid) for item in session.items])


def pytest_collectreport(report):
    if report.failed:
        note("[import]", "error", str(report.longrepr), _message(report))
    elif report.skipped:
        note("[import]", "skipped", message=_message(report))


def pytest_runtest_logstart(nodeid, location):
    _reports[nodeid] = ["passed", "", ""]
    _write(start=_short(nodeid))


def pytest_runtest_logreport(report):
    known = _reports.get(report.nodeid)
    if known is None:
        return
    outcome = None
    if getattr(report, "context", None) is not None:
        # A subtest: only its failure says something of the test.
        if report.failed:
            outcome = "failed"
    elif hasattr(report, "wasxfail"):
        outcome = "xfailed" if report.skipped else "xpassed"
    elif report.skipped:
        outcome = "skipped"
    elif report.failed:
        outcome = "failed" if report.when == "call" else "error"
    if outcome and known[0] not in ("failed", "error"):
        known[:] = [outcome, _message(report), str(report.longrepr or "")[-4000:]]


def pytest_runtest_logfinish(nodeid, location):
    outcome, message, text = _reports.pop(nodeid)
    _write(
        end=_short(nodeid), outcome=outcome, message=message[:300], text=text if outcome in ("failed", "error") else ""
    )


def pytest_sessionfinish(session, exitstatus):
    _write(finished=int(exitstatus))

"""What tests of callbacks share: exceptions that nobody caught, and callables that C still has."""

import gc
import sys

import gi
import gijit
import pytest

for namespace in ("GijitCells", "GijitCallbacks", "Regress", "GIMarshallingTests"):
    gi.require_version(namespace, "1.0")

from gi.repository import GijitCells as C  # noqa: E402


@pytest.fixture(autouse=True)
def _nothing_seen():
    """C writes down what it saw until it is asked."""
    C.seen()


class Printed(list):
    """Exceptions that nobody caught."""

    def forget(self):
        """Lets go of them: Python remembers the last one too, with the frames that it went through."""
        self.clear()
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            if hasattr(sys, name):
                delattr(sys, name)


@pytest.fixture
def printed(monkeypatch):
    """The exceptions that went to ``sys.excepthook``."""
    found = Printed()
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, traceback: found.append(error))
    yield found
    found.forget()


@pytest.fixture
def nothing_printed(printed):
    """Fails the test if an exception went to ``sys.excepthook``."""
    yield
    assert printed == []


@pytest.fixture
def live():
    """The number of callables that C has more than before the test."""
    gc.collect()
    before = gijit.stats()["live_closures"]
    return lambda: gijit.stats()["live_closures"] - before


@pytest.fixture
def none_left(live):
    """Fails the test if C still has a callable afterwards."""
    yield
    gc.collect()
    assert live() == 0

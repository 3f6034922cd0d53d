"""The programs in examples/notes, used with mouse and keys, on gijit and on PyGObject. Pictures go to target/windows."""

import configparser
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

import gi
import pycairo
import pytest
from asking import PEER
from desktop import Desktop, until

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "target" / "windows"

pytestmark = pytest.mark.skipif(
    shutil.which("Xvfb") is None or shutil.which("xdotool") is None, reason="there is no Xvfb or no xdotool"
)

#: The bars of the chart, and the chosen one.
PALE, FULL = (165, 197, 241), (54, 133, 227)
CHART = {"left": 5, "top": 450, "right": 215, "bottom": 690}
FIRST_ROW = 350, 80
#: The row of the notebook, from the top of the window.
WORK = {"3": (100, 222), "4": (100, 232)}


class Notes:
    """What the program has left on the disk."""

    def __init__(self, home):
        self.folder = home / ".local" / "share" / "gijit-notes"

    def all(self):
        path = self.folder / "notes.json"
        return json.loads(path.read_text()) if path.exists() else []

    def titled(self, title):
        return [note for note in self.all() if note["title"] == title]

    def settings(self):
        parser = configparser.ConfigParser()
        parser.read(self.folder / "settings.ini")
        return dict(parser["org/example/Notes"]) if parser.has_section("org/example/Notes") else {}


@pytest.fixture
def desktop(request, tmp_path):
    desktop = Desktop(tmp_path)
    yield desktop
    # What is to be seen when something fails.
    PICTURES.mkdir(parents=True, exist_ok=True)
    desktop.picture().save(PICTURES / f"notes-last-{request.node.callspec.id}.png")
    desktop.close()


@pytest.mark.parametrize("subject", ["gijit", "peer"])
@pytest.mark.parametrize("version", ["3", "4"])
def test_notes_are_written_searched_moved_and_deleted(version, subject, desktop, tmp_path):
    if f"{version}.0" not in gi.Repository.get_default().enumerate_versions("Gtk"):
        pytest.skip(f"there is no GTK {version}")
    program = ROOT / "examples" / "notes" / f"notes_gtk{version}.py"
    command = [PEER, program] if subject == "peer" else [sys.executable, "-m", "gijit", program]
    path = {"PYTHONPATH": os.pathsep.join(pycairo.folders())} if subject == "gijit" else {}
    with_cairo = [command[0], "-c", "import cairo"]
    if subprocess.run(with_cairo, env={**os.environ, **path}, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("pycairo is not installed")
    tier = os.environ.get("GIJIT_TIER", "auto")
    PICTURES.mkdir(parents=True, exist_ok=True)
    notes = Notes(tmp_path)

    def save(name):
        desktop.picture().save(PICTURES / f"notes-{version}-{subject}-{name}.png")

    desktop.start(command, **path, GIJIT_TIER=tier)
    window = desktop.window("^Notes$")
    until(lambda: desktop.picture().count(PALE, **CHART) > 1000, "the months of all notes are shown")
    assert len(notes.all()) == 10_000
    save("all")

    # A new note: its title has the keys, then its text.
    desktop.keys("ctrl+n")
    desktop.type("Bread")
    desktop.keys("Tab")
    desktop.type("Flour and water.")
    until(lambda: notes.titled("Bread"), "the note is saved")
    until(lambda: notes.titled("Bread")[0]["text"] == "Flour and water.", "its text is saved")
    assert len(notes.all()) == 10_001 and notes.titled("Bread")[0]["notebook"] == "Ideas"

    # It is the first, as the last that was changed: onto the last notebook.
    save("written")
    desktop.drag(*FIRST_ROW, *WORK[version])
    save("dragged")
    until(lambda: [note["notebook"] for note in notes.titled("Bread")] == ["Work"], "the note is in another notebook")

    # Found by two words that are in no other. The drag may have the keys until it has ended: then they are typed again,
    # but not while what they began may still go on.
    def is_alone():
        return desktop.picture().count((0, 0, 0), 216, 110, 510, 590, near=90) < 20

    def is_found():
        desktop.keys("ctrl+f", "ctrl+a")
        desktop.type("umbrellas bread")
        desktop.keys("ctrl+a")
        desktop.type("flour WATER")
        given_up = time.monotonic() + 15
        while not is_alone() and time.monotonic() < given_up:
            time.sleep(0.3)
        return is_alone()

    until(is_found, "one note is found")
    save("found")
    desktop.keys("ctrl+Delete")
    until(lambda: not notes.titled("Bread"), "the note is deleted")
    save("deleted")
    desktop.keys("alt+u")
    until(lambda: notes.titled("Bread"), "the note is back")

    # All of them again, and those of a month.
    desktop.keys("ctrl+f", "Escape")
    before = until(lambda: desktop.picture().count(PALE, **CHART), "the months are there")
    desktop.click(180, 560 if version == "4" else 600)
    until(lambda: desktop.picture().count(FULL, **CHART) > 300, "a month is chosen")
    assert desktop.picture().count(PALE, **CHART) < before
    save("month")

    # Settings.
    desktop.keys("ctrl+d")
    until(lambda: notes.settings().get("dark") == "true", "dark is set")
    until(lambda: desktop.picture().count((255, 255, 255)) < 20_000, "it is dark")
    save("dark")
    desktop.keys("ctrl+m")
    until(lambda: notes.settings().get("show-chart") == "false", "the chart is not wanted")
    until(lambda: desktop.picture().count(FULL, **CHART) < 50, "the chart is gone")
    desktop.xdotool("windowsize", "--sync", window, 900, 560)
    desktop.keys("ctrl+q")
    assert desktop.wait() == 0, desktop.said()
    assert 800 < int(notes.settings()["width"]) < 960, notes.settings()
    assert len(notes.all()) == 10_001
    for word in ("Traceback", "CRITICAL", "Error"):
        assert word not in desktop.said(), desktop.said()

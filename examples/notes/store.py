"""What both programs share: the notes, the file that they are in, and the settings. Knows no windows."""

import asyncio
import calendar
import json
import os
import pathlib
import random
import subprocess
import time
import warnings

from gi.events import GLibEventLoopPolicy
from gi.repository import Gio, GLib, GObject

NOTEBOOKS = ("Ideas", "Journal", "Recipes", "Work")
EVERYTHING = "All notes"

SCHEMA = """
<schemalist>
  <schema id="org.example.Notes" path="/org/example/Notes/">
    <key name="sort" type="s">
      <choices><choice value="changed"/><choice value="title"/></choices>
      <default>"changed"</default>
      <summary>What the notes are sorted by</summary>
    </key>
    <key name="show-chart" type="b"><default>true</default><summary>Whether the months are shown</summary></key>
    <key name="dark" type="b"><default>false</default><summary>Light letters on a dark ground</summary></key>
    <key name="width" type="i"><default>960</default><summary>Width of the window</summary></key>
    <key name="height" type="i"><default>600</default><summary>Height of the window</summary></key>
  </schema>
</schemalist>
"""


class Note(GObject.Object):
    """A note. ``changed`` is in seconds since 1970."""

    __gtype_name__ = "NotesNote"

    title = GObject.Property(type=str, default="")
    text = GObject.Property(type=str, default="")
    notebook = GObject.Property(type=str, default=NOTEBOOKS[0])
    changed = GObject.Property(type=float, default=0.0)

    def as_json(self):
        return {"title": self.title, "text": self.text, "notebook": self.notebook, "changed": self.changed}


def in_folder(*parts):
    """A path in the folder of the program's data, which exists from now on."""
    folder = pathlib.Path(GLib.get_user_data_dir(), "gijit-notes")
    folder.mkdir(parents=True, exist_ok=True)
    return folder.joinpath(*parts)


def settings():
    """The settings: a schema that is compiled into the folder of the data, and values in a file there."""
    source = in_folder("org.example.Notes.gschema.xml")
    compiled = in_folder("gschemas.compiled")
    if not compiled.exists() or source.read_text() != SCHEMA:
        source.write_text(SCHEMA)
        try:
            subprocess.run(["glib-compile-schemas", "--strict", str(source.parent)], check=True)
        except FileNotFoundError:
            raise SystemExit("glib-compile-schemas is missing: it is in the package libglib2.0-bin") from None
    known = Gio.SettingsSchemaSource.new_from_directory(
        str(source.parent), Gio.SettingsSchemaSource.get_default(), False
    )
    backend = Gio.keyfile_settings_backend_new(str(in_folder("settings.ini")), "/", None)
    return Gio.Settings.new_full(known.lookup("org.example.Notes", False), backend, None)


def event_loop():
    """asyncio's loop, which is the main loop of GTK."""
    with warnings.catch_warnings():
        # Python 3.14 would like to be asked in another way, which older ones do not know.
        warnings.simplefilter("ignore", DeprecationWarning)
        asyncio.set_event_loop_policy(GLibEventLoopPolicy())
        return asyncio.get_event_loop_policy().get_event_loop()


class File:
    """The file with all notes, read and written by threads, so that the window goes on."""

    def __init__(self):
        self.path = in_folder("notes.json")

    async def read(self, batch=500):
        """The notes, in lists of ``batch``. The first time, ten thousand samples."""
        if not self.path.exists():
            await asyncio.to_thread(self._write, samples(10_000))
        found = json.loads(await asyncio.to_thread(self.path.read_text, encoding="utf-8"))
        for start in range(0, len(found), batch):
            yield [Note(**values) for values in found[start : start + batch]]
            # Somebody may have clicked.
            await asyncio.sleep(0)

    async def write(self, notes):
        await asyncio.to_thread(self._write, [note.as_json() for note in notes])

    def write_now(self, notes):
        self._write([note.as_json() for note in notes])

    def _write(self, values):
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        # Whoever looks finds all of it, the old or the new.
        os.replace(new, self.path)


def when(changed, now=None):
    """A time as one reads it: the hour of today, the day of this year."""
    then, now = time.localtime(changed), time.localtime(now)
    if then[:3] == now[:3]:
        return time.strftime("%H:%M", then)
    return time.strftime("%-d %b" if then[0] == now[0] else "%-d %b %Y", then)


def first_line(text):
    """What a list shows of a text."""
    return " ".join(text[:160].split())


def months(now=None):
    """The last twelve months, the current one last: (year, month)."""
    year, month, *_ = time.localtime(now)
    return [((year * 12 + month - 1 - i) // 12, (year * 12 + month - 1 - i) % 12 + 1) for i in range(11, -1, -1)]


def month_of(changed):
    return time.localtime(changed)[:2]


def month_name(month):
    return f"{calendar.month_name[month[1]]} {month[0]}"


_THINGS = {
    "Ideas": (
        "A game about;A song about;A short film about;A museum of;A book about;A map of",
        "clouds and kites;the last tram;blue stairs;smells;tea on the roof;lost umbrellas",
    ),
    "Journal": (
        "Rain all day in;A walk to;Back from;First evening in;Breakfast near;Lost in",
        "the old harbour;Lisbon;the botanic garden;Ghent;the hills;grandmother's street",
    ),
    "Recipes": (
        "Soup of;Quick;Slow;Cake with;Salad of;Grandmother's",
        "lentils and lemon;red cabbage;plums;roasted carrots;walnuts and pears;potatoes and dill",
    ),
    "Work": (
        "Notes for;Questions about;Plan of;Before;After;Minutes of",
        "the spring release;the new office;Tuesday's meeting;the talk in Brno;the budget;the survey",
    ),
}
_SENTENCES = (
    "Start with what is there already.;It took longer than I thought, and was worth it.;Ask Ines before Friday.;"
    "Two spoons are enough, three are too many.;The light was best at about four.;Somebody had left the window open.;"
    "Do not forget the tickets.;Half of it can be done the day before.;We laughed a lot.;Keep it simple this time.;"
    "Salt only at the end.;The second try went better.;I should write this down properly one day.;Nobody noticed the dog."
).split(";")


def samples(count, now=None):
    """Values of ``count`` notes of the last year, always the same ones: more and more towards today."""
    chance, now = random.Random(7), time.time() if now is None else now
    found = []
    for number in range(count):
        notebook = chance.choice(NOTEBOOKS)
        begin, end = (words.split(";") for words in _THINGS[notebook])
        text = " ".join(chance.choice(_SENTENCES) for _ in range(chance.randint(2, 9)))
        age = chance.random() ** 1.4 * 350 * 86400 + 60 * number / count
        title = f"{chance.choice(begin)} {chance.choice(end)}"
        found.append({"title": title, "text": text, "notebook": notebook, "changed": float(int(now - age))})
    return found

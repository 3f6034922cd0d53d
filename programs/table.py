"""The programs, what each of them is made to do, and how it shows that it did.

Each row is a program of Debian's as it is, with a function that uses it through its session, by hand and eye, and that
asks for the effect where others would find it too: in a file, in a database, over D-Bus, on the screen. The places to
click are those that programs have on a screen of the session's size. It must not know which `gi` they run on.
"""

import dataclasses
import os
import re
import socket
import sqlite3
from collections.abc import Callable

from session import Missed

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclasses.dataclass
class Program:
    """A row: the program's name and package, its command, what is done with it in words, and the functions that do so."""

    name: str
    package: str
    command: list[str]
    words: str
    prepare: Callable | None
    act: Callable
    environment: dict[str, str] = dataclasses.field(default_factory=dict)
    settle: float = 2.5
    windows: bool = True
    #: Whether Python comes into the process after its first window.
    late: bool = False


PROGRAMS = {}


def program(name, package, command, words, prepare=None, **options):
    """Decorate the function that uses a program; ``{home}`` in the command is the session's home."""

    def enter(act):
        PROGRAMS[name] = Program(name, package, command, words, prepare, act, **options)
        return act

    return enter


def rows_of(session, path, query):
    """Return what a database of the session's home holds, or nothing while it cannot be read."""
    path = session.home / path
    if not path.exists():
        return []
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            return database.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []


def free_port():
    """Return the number of a port of this machine that nobody has."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def settings(session):
    """Return the session's GSettings as the text of their file."""
    return session.read(".config/glib-2.0/settings/keyfile")


def song(session, path, title, seconds=20):
    """Make a sound file with tags."""
    from mutagen.oggvorbis import OggVorbis

    path = session.put(path)
    session.run(
        "gst-launch-1.0", "-q", "audiotestsrc", f"num-buffers={seconds * 10}", "samplesperbuffer=4410", "volume=0.01",
        "!", "audio/x-raw,rate=44100,channels=1", "!", "audioconvert", "!", "vorbisenc", "!", "oggmux", "!",
        "filesink", f"location={path}",
    )  # fmt: skip
    tags = OggVorbis(path)
    tags.update(title=title, artist="Somebody", album="An album", tracknumber="1")
    tags.save()


def songs(session):
    song(session, "Music/one.ogg", "First song")
    song(session, "Music/two.ogg", "Second song")


# Editors


def two_texts(session):
    session.put("a.txt", "one\ntwo\nthree\nfour\nfive\n")
    session.put("b.txt", "one\n2\nthree\nfour and more\nfive\n")


@program(
    "Meld", "meld", ["/usr/bin/meld", "{home}/a.txt", "{home}/b.txt"], "compares, merges two changes, saves", two_texts
)
def meld(session):
    # Whichever of the two changes the cursor is in when the comparison is done.
    for key in ("Down", "Left", "Up", "Left", "Down", "Left"):
        session.key(f"alt+{key}", then=0.7)
    session.key("alt+Page_Up", "ctrl+s")
    session.until("the merged file", lambda: session.read("a.txt") == session.read("b.txt"))


def gedit_plugins(session):
    session.put("lines.py", "one\ntwo\nthree\n")
    session.run(
        "gsettings", "set", "org.gnome.gedit.plugins", "active-plugins", "['joinlines', 'codecomment', 'textsize']"
    )


@program(
    "gedit", "gedit", ["/usr/bin/gedit", "--standalone", "{home}/lines.py"],
    "three plugins in Python: joins lines, comments them out, makes the text larger; saves", gedit_plugins, late=True,
)  # fmt: skip
def gedit(session):
    before = session.picture()
    session.key("ctrl+plus", "ctrl+plus", "ctrl+plus")
    session.changed("larger text", before, share=0.0005)
    session.key("ctrl+a", "ctrl+j", "ctrl+m", "ctrl+s")
    session.until("a line made of three", lambda: "one two three" in session.read("lines.py"))
    session.until("a comment", lambda: session.read("lines.py").startswith("#"))


@program("Zim", "zim", ["/usr/bin/zim", "--standalone"], "makes a notebook, writes on its page, saves")
def zim(session):
    session.click(815, 553, then=0)
    session.gone("Add Notebook")
    session.window("Home|Notebook|Zim")
    session.pause(2)
    session.type("Hello from a test")
    session.key("ctrl+s")
    session.until("the page", lambda: "Hello from a test" in session.find("Notebooks/**/*.txt"))


@program("RedNotebook", "rednotebook", ["/usr/bin/rednotebook"], "writes in the diary, saves")
def rednotebook(session):
    session.click(700, 400)
    session.type("Hello diary", then=1)
    session.key("alt+j", then=0.5)
    session.key("Down", "Down", "Return", then=0.2)
    session.until("the day's text", lambda: "Hello diary" in session.find(".rednotebook/data/*.txt"))


def tex(session):
    session.put("t.tex", "\\section{A}\n")


@program("Setzer", "setzer", ["/usr/bin/setzer", "{home}/t.tex"], "edits a LaTeX document, saves", tex)
def setzer(session):
    session.click(500, 400)
    session.key("ctrl+End")
    session.type("Hello text")
    session.key("ctrl+s")
    session.until("the saved text", lambda: "Hello text" in session.read("t.tex"))


def markdown(session):
    session.put("t.md", "# Title\n")


@program(
    "Apostrophe", "apostrophe", ["/usr/bin/apostrophe", "{home}/t.md"], "edits a Markdown document, saves", markdown
)
def apostrophe(session):
    session.click(500, 350)
    session.key("ctrl+End")
    session.type("Hello **bold** text")
    session.key("ctrl+s")
    session.until("the saved text", lambda: "Hello **bold** text" in session.read("t.md"))


# Sound and pictures


def quodlibet_library(session):
    songs(session)
    session.put(
        ".config/quodlibet/config",
        f"[settings]\nscan = {session.home}/Music\n[player]\ngst_pipeline = fakesink sync=true\n"
        "[library]\nrefresh_on_start = true\n",
    )


@program("Quod Libet", "quodlibet", ["/usr/bin/quodlibet"], "scans a library, plays a song", quodlibet_library)
def quodlibet(session):
    session.click(571, 526)
    session.click(571, 526, count=2)

    def playing():
        return "song" in session.run("/usr/bin/quodlibet", "--print-playing", check=False)

    session.until("a song that plays", playing)
    session.until("that it plays", lambda: "playing" in session.run("/usr/bin/quodlibet", "--status", check=False))


@program("Ex Falso", "exfalso", ["/usr/bin/exfalso", "{home}/Music"], "edits the tags of a song, saves", songs)
def exfalso(session):
    session.click(315, 473, then=1)
    session.click(600, 306, count=2, then=1)
    session.key("ctrl+a")
    session.type("Another title", then=0.6)
    session.key("Return")
    session.click(962, 664)

    def title():
        from mutagen.oggvorbis import OggVorbis

        return OggVorbis(session.home / "Music/one.ogg")["title"]

    session.until("the new title in the file", lambda: title() == ["Another title"])


@program(
    "Lollypop", "lollypop", ["/usr/bin/lollypop"], "collects music into its database, shows its album",
    lambda session: (
        songs(session),
        session.run("gsettings", "set", "org.gnome.Lollypop", "music-uris", f"['file://{session.home}/Music']"),
    ),
)  # fmt: skip
def lollypop(session):
    def names():
        return rows_of(session, ".local/share/lollypop/lollypop.db", "select name from tracks order by name")

    session.until("the songs", lambda: names() == [("First song",), ("Second song",)], 30)
    session.pause(2)


def indexed(session):
    session.put(".config/user-dirs.dirs", 'XDG_MUSIC_DIR="$HOME/Music"\n')
    songs(session)
    session.spawn("/usr/libexec/tracker-miner-fs-3", "--initial-sleep=0")
    query = "SELECT ?title { ?song a nmm:MusicPiece ; nie:title ?title }"

    def titles():
        return session.run(
            "tracker3", "sparql", "--dbus-service=org.freedesktop.Tracker3.Miner.Files", "-q", query, check=False
        )

    session.until("the index of songs", lambda: "First song" in titles() and "Second song" in titles(), 40)


@program("GNOME Music", "gnome-music", ["/usr/bin/gnome-music"], "finds the indexed songs, opens their album", indexed)
def gnomemusic(session):
    session.pause(1)
    before = session.picture((0, 60, 1280, 900))
    session.click(147, 180)
    session.changed("the album's page", before, (0, 60, 1280, 900), share=0.003)
    session.pause(1)


@program("Pitivi", "pitivi", ["/usr/bin/pitivi"], "begins a project, saves it", settle=4)
def pitivi(session):
    session.click(30, 30, then=2)
    session.key("ctrl+s")
    session.window("Save")
    session.pause(1)
    session.key("ctrl+a")
    session.type(f"{session.home}/project.xges", then=1)
    session.key("Return")
    session.until("the project", lambda: "<ges" in session.read("project.xges"))


@program("MyPaint", "mypaint", ["/usr/bin/mypaint"], "draws a line, saves the picture", settle=4)
def mypaint(session):
    from PIL import Image

    session.drag(500, 400, 150, 90)
    session.key("ctrl+s")
    session.window("Save")
    session.pause(1)
    session.key("ctrl+a")
    session.type(f"{session.home}/line.png", then=1)
    session.key("Return")

    def drawn():
        if not (session.home / "line.png").exists():
            return False
        with Image.open(session.home / "line.png") as picture:
            return len(picture.convert("RGB").getcolors(1 << 20)) > 20

    session.until("the line in the file", drawn)


def white_picture(session):
    from PIL import Image

    Image.new("RGB", (300, 200), "white").save(session.put("pic.png"))


@program(
    "Drawing", "drawing", ["/usr/bin/drawing", "{home}/pic.png"], "draws a line into a picture, saves", white_picture
)
def drawing(session):
    from PIL import Image

    session.key("Escape", then=1)
    session.drag(500, 350, 64, 72)
    session.key("ctrl+s")

    def drawn():
        with Image.open(session.home / "pic.png") as picture:
            return sum(picture.convert("L").histogram()[:128]) > 20

    session.until("the line in the file", drawn)


# The desktop


@program("Terminator", "terminator", ["/usr/bin/terminator", "-u"], "runs commands, splits its window")
def terminator(session):
    session.type("tty > ~/first.txt")
    session.key("Return")
    session.until("what the shell wrote", lambda: session.read("first.txt"))
    session.key("ctrl+shift+e", then=1.5)
    session.type("tty > ~/second.txt")
    session.key("Return")
    session.until("what the other shell wrote", lambda: session.read("second.txt"))
    if session.read("first.txt") == session.read("second.txt"):
        raise Missed("both halves of the window are one terminal")


@program("GNOME Tweaks", "gnome-tweaks", ["/usr/bin/gnome-tweaks"], "changes a setting of the keyboard")
def tweaks(session):
    session.click(1080, 193)
    session.click(230, 300, then=1)
    session.click(1080, 215, then=1)
    session.click(230, 240, then=1)
    session.until("the setting", lambda: "show-all-sources=true" in settings(session))


def bus_service(session):
    session.stand_in("-m", "dbusmock", "--session", "aa.example.Lamp", "/aa/example/Lamp", "aa.example.Lamp")
    session.until(
        "the service",
        lambda: (
            "'aa.example.Lamp'"
            in session.dbus("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.ListNames")
        ),
    )
    session.dbus(
        "aa.example.Lamp", "/aa/example/Lamp", "org.freedesktop.DBus.Mock.AddMethod",
        "aa.example.Lamp", "Switch", "", "s", "ret = 'on'",
    )  # fmt: skip


@program(
    "D-Feet", "d-feet", ["/usr/bin/d-feet"], "looks into a service of the session bus, calls its method", bus_service
)
def dfeet(session):
    tree = (460, 260, 1080, 740)
    session.click(698, 173, then=1)
    before = session.picture(tree)
    session.click(287, 249)
    session.changed("the objects of the service", before, tree)
    session.pause(0.5)
    # The object, its interfaces, that of the lamp, its methods: each opens with the next.
    session.click(420, 337)
    before = session.picture(tree)
    session.key("shift+Right")
    session.changed("the methods of the object", before, tree, share=0.01)
    session.pause(0.5)
    session.key("Down", "Down", "Down", "Down", "Return", then=0.3)
    session.window("Execute")
    session.pause(0.5)
    session.click(808, 651)
    session.until("the call of the method", lambda: re.search(r"(?m)^[\d.]+ Switch$", session.said()))


@program(
    "Virt-Manager", "virt-manager", ["/usr/bin/virt-manager", "--no-fork", "--debug", "--connect", "test:///default"],
    "connects to libvirt's test driver, opens its machine, pauses it", settle=4,
)  # fmt: skip
def virtmanager(session):
    session.click(450, 326)
    session.key("Return")
    session.window("^test on")
    session.pause(1.5)
    session.click(169, 66)
    session.until("the driver's word that the machine is paused", lambda: "SUSPENDED" in session.said())


def bluez(session):
    # It would have the stand-in serve networks too.
    session.run("gsettings", "set", "org.blueman.general", "plugin-list", "['!Networking']")
    session.stand_in("-m", "dbusmock", "--system", "--template", "bluez5")

    def there():
        return session.run(
            "gdbus", "introspect", "--address", session.env["DBUS_SYSTEM_BUS_ADDRESS"], "--dest", "org.bluez",
            "--object-path", "/", check=False,
        )  # fmt: skip

    session.until("the stand-in for BlueZ", there)
    session.dbus("org.bluez", "/org/bluez", "org.bluez.Mock.AddAdapter", "hci0", "my-computer", system=True)
    # What a real one has, and the stand-in asks for.
    session.dbus(
        "org.bluez", "/org/bluez/hci0", "org.freedesktop.DBus.Mock.AddProperty",
        "org.bluez.Adapter1", "DiscoveryFilter", "<@a{sv} {}>", system=True,
    )  # fmt: skip


@program("Blueman", "blueman", ["/usr/bin/blueman-manager"], "searches for devices by a stand-in for BlueZ", bluez)
def blueman(session):
    session.window("Bluetooth Devices")
    session.pause(1.5)
    # It asks whether Bluetooth is to be on.
    session.key("Tab", "Return", then=1)
    session.click(448, 328)

    def searches():
        return "true" in session.dbus(
            "org.bluez", "/org/bluez/hci0", "org.freedesktop.DBus.Properties.Get",
            "org.bluez.Adapter1", "Discovering", system=True,
        )  # fmt: skip

    session.until("the search", searches)


@program("Solaar", "solaar", ["/usr/bin/solaar"], "opens its editor of rules, adds one")
def solaar(session):
    session.click(875, 603)
    session.window("Rule Editor")
    session.pause(1)
    # The rules alone: buttons light up at less.
    box = (340, 275, 940, 560)
    before = session.picture(box)
    session.click(424, 307, button=3, then=1)
    session.key("Down", "Return")
    session.changed("a new rule in the list", before, box, share=0.01)


def printers(session):
    session.port = free_port()
    session.stand_in(os.path.join(HERE, "stand_ins.py"), "printers", session.port)


@program(
    "system-config-printer", "system-config-printer", ["/usr/bin/system-config-printer"],
    "connects to a stand-in for CUPS, shows its printer", printers,
)  # fmt: skip
def printer(session):
    session.click(715, 513)
    session.window("Connect to CUPS")
    session.key("ctrl+a")
    session.type(f"127.0.0.1:{session.port}", then=0.6)
    session.key("Return")
    session.window("- 127.0.0.1$")
    session.until("the question for printers", lambda: "CUPS-Get-Printers" in session.said())
    session.pause(2)


@program("Pithos", "pithos", ["/usr/bin/pithos"], "takes an account into its settings")
def pithos(session):
    session.click(688, 322)
    session.type("a@b.c")
    session.click(688, 365)
    session.type("pw")
    session.click(769, 660)
    session.until("the account", lambda: "username=a@b.c" in session.read(".config/pithos.ini"))


@program("Hamster", "hamster-time-tracker", ["/usr/bin/hamster"], "begins an activity", settle=3)
def hamster(session):
    session.click(713, 193, then=1.5)
    session.type("work@test,, hello", then=1)
    session.key("Return", "Return")
    session.until(
        "the activity",
        lambda: rows_of(session, ".local/share/hamster/hamster.db", "select description from facts") == [("hello",)],
    )


FEED = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>A podcast</title><link>http://127.0.0.1/</link><description>Of nobody</description>
<item><title>Episode one</title><guid>1</guid><pubDate>Mon, 01 Jan 2024 00:00:00 +0000</pubDate>
<enclosure url="http://127.0.0.1:{port}/one.ogg" length="1000" type="audio/ogg"/></item></channel></rss>
"""


def feed(session):
    session.port = free_port()
    session.put("feed/feed.xml", FEED.format(port=session.port))
    session.stand_in("-m", "http.server", session.port, "--bind", "127.0.0.1", cwd=session.home / "feed")


@program("gPodder", "gpodder", ["/usr/bin/gpodder"], "subscribes to a podcast, lists its episode", feed, settle=3)
def gpodder(session):
    session.click(680, 475, then=1.5)
    session.key("ctrl+a")
    session.type(f"http://127.0.0.1:{session.port}/feed.xml")
    session.click(796, 502)
    session.until(
        "the episode",
        lambda: rows_of(session, "gPodder/Database", "select title from episode") == [("Episode one",)],
    )
    session.pause(1)


# GStreamer: scripts of ours, such as people write with gst-python


@program(
    "Gst: appsink", "python3-gst-1.0", ["/usr/bin/python3", f"{HERE}/gst/frames.py", "{home}/frames"],
    "maps each picture of a pipeline", windows=False,
)  # fmt: skip
def frames(session):
    lines = session.read("frames").splitlines()
    expected = [f"{i * 40_000_000} 9216 {bytes([255] * 3)!r} 64 25/1" for i in range(25)]
    if lines != expected:
        raise Missed(f"the pictures are others: {lines[:2]}")


@program(
    "Gst: playbin", "python3-gst-1.0", ["/usr/bin/python3", f"{HERE}/gst/play.py", "{home}/Music/one.ogg", "{home}/out"],
    "plays a song, seeks, reads its tags", songs, windows=False,
)  # fmt: skip
def playing(session):
    said = session.read("out").split("\n")
    for line in ("title=First song", "artist=Somebody", "length=20", "position=19"):
        if line not in said:
            raise Missed(f"no {line} in {said}")


@program(
    "Gst: an element", "gstreamer1.0-python3-plugin-loader",
    ["/usr/bin/gst-launch-1.0", "-q", "videotestsrc", "num-buffers=3", "pattern=white", "!", "video/x-raw,format=GRAY8,"
     "width=16,height=16,framerate=25/1", "!", "darker", "divisor=5", "!", "filesink", "location={home}/out"],
    "a C program runs an element in Python", windows=False, environment={"GST_PLUGIN_PATH": f"{HERE}/gst"},
)  # fmt: skip
def element(session):
    pixels = (session.home / "out").read_bytes()
    if len(pixels) != 3 * 16 * 16 or set(pixels) not in ({235 // 5}, {255 // 5}):
        raise Missed(f"{len(pixels)} pixels: {sorted(set(pixels))}")

"""A desktop for one program: display, window manager, buses and home of its own, and hands and eyes to use it.

Nothing of it outlives the session, and nothing of the caller's is seen by the program. It must not know any program.
"""

import contextlib
import ctypes
import dataclasses
import os
import pwd
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from Xlib import X, display, error

#: What a session's screen is, so that programs place their windows alike in each run.
WIDTH, HEIGHT = 1280, 900
PYTHON = "/usr/bin/python3"
#: The account that programs run with if root starts them. It has a shell, for terminals.
ACCOUNT = "gijit-programs"
_SUBREAPER = 36


class Missed(Exception):
    """Something that should have happened did not."""


def _user():
    """Who programs run as: an account for that if we are root, otherwise whoever runs this."""
    return pwd.getpwnam(ACCOUNT) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())


def _children():
    """Maps each process to its children."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text()
            except OSError:
                continue
            parent = int(stat.rpartition(")")[2].split()[1])
            found.setdefault(parent, []).append(int(entry))
    return found


def _descendants(pid):
    children = _children()
    found, at = [], [pid]
    while at:
        for child in children.get(at.pop(), ()):
            found.append(child)
            at.append(child)
    return found


def gi_of(pid):
    """Return which `gi` a process has loaded: ``"gijit"``, ``"PyGObject"`` or None."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    if "/gijit/gi/_gi." in maps:
        return "gijit"
    return "PyGObject" if "/gi/_gi." in maps else None


@dataclasses.dataclass
class Weight:
    """What a process weighs, in MiB: its share of memory, the most that it ever had; and its processor time so far."""

    pss: float
    peak: float
    seconds: float
    compiler: bool

    @classmethod
    def of(cls, pid):
        folder = Path(f"/proc/{pid}")
        rollup = (folder / "smaps_rollup").read_text()
        status = (folder / "status").read_text()
        stat = (folder / "stat").read_text().rpartition(")")[2].split()
        pss = int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1])
        peak = int(re.search(r"^VmHWM:\s+(\d+)", status, re.M)[1])
        ticks = os.sysconf("SC_CLK_TCK")
        maps = (folder / "maps").read_text()
        return cls(pss / 1024, peak / 1024, (int(stat[11]) + int(stat[12])) / ticks, "/gi/_engine." in maps)


@dataclasses.dataclass
class Window:
    """A top-level window: its title and place on the screen, and when it was first seen."""

    id: int
    title: str
    x: int
    y: int
    width: int
    height: int
    pid: int | None
    seen: float


class Session:
    """``with Session(...) as s``: all is there but the program, which ``start`` starts."""

    def __init__(self, name, environment, keep=False):
        self.name = name
        self.keep = keep
        self.started = None
        self.first = None
        self.gi = None
        self.program = None
        self._processes = []
        self._seen = {}
        self._user = _user()
        # Not in /tmp, of which Tracker indexes nothing.
        self.folder = Path(tempfile.mkdtemp(prefix=f"gijit-{name}-", dir="/var/tmp"))
        self.home = self.folder / "home"
        self.log = self.folder / "log"
        self.env = {
            "HOME": str(self.home),
            "USER": self._user.pw_name,
            "LOGNAME": self._user.pw_name,
            "SHELL": "/bin/bash",
            "PATH": "/usr/bin:/bin:/usr/games",
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(self.folder / "run"),
            "XDG_SESSION_TYPE": "x11",
            "GDK_BACKEND": "x11",
            "GSK_RENDERER": "cairo",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            # Accessibility is a bus of its own, which no program here needs.
            "NO_AT_BRIDGE": "1",
            "GTK_A11Y": "none",
            "GSETTINGS_BACKEND": "keyfile",
            # WebKit's own sandbox wants more of the machine than a container gives.
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
            "PYTHONFAULTHANDLER": "1",
            **environment,
        }

    # What a session is made of

    def __enter__(self):
        if ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0) != 0:
            raise OSError("the processes of a session cannot be held together")
        try:
            for folder in (self.folder, self.home, self.folder / "run", self.home / ".config", self.home / ".cache"):
                folder.mkdir(mode=0o700, exist_ok=True)
                self._give(folder)
            self._log = open(self.log, "wb")
            self._display()
            # The machine's own buses are none of a session's business.
            self.env["DBUS_SYSTEM_BUS_ADDRESS"] = self._bus("system")
            self.env["DBUS_SESSION_BUS_ADDRESS"] = self._bus("session")
            self.spawn("openbox")
            self._wait_for_manager()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_):
        mine = os.getpid()
        for number in (signal.SIGTERM, signal.SIGKILL):
            left = _descendants(mine)
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            end = time.monotonic() + 2
            while left and time.monotonic() < end:
                with contextlib.suppress(ChildProcessError):
                    while os.waitpid(-1, os.WNOHANG)[0]:
                        pass
                left = _descendants(mine)
                time.sleep(0.02)
            if not left:
                break
        if not self.keep:
            # Who was killed last may still have written.
            for _ in range(20):
                shutil.rmtree(self.folder, ignore_errors=True)
                if not self.folder.exists():
                    break
                time.sleep(0.1)

    def _give(self, path):
        if os.geteuid() == 0:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)

    def _as_user(self):
        options = {"cwd": self.home, "env": self.env, "stdin": subprocess.DEVNULL}
        if os.geteuid() == 0:
            options.update(user=self._user.pw_uid, group=self._user.pw_gid, extra_groups=[])
        return options

    def _display(self):
        out, into = os.pipe()
        self.spawn(
            "Xvfb", "-displayfd", str(into), "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-nolisten", "tcp", "-ac",
            pass_fds=[into],
        )  # fmt: skip
        os.close(into)
        number = b""
        while not number.endswith(b"\n"):
            piece = os.read(out, 16)
            if not piece:
                raise Missed("Xvfb did not start")
            number += piece
        os.close(out)
        self.env["DISPLAY"] = f":{number.decode().strip()}"
        self._x = display.Display(self.env["DISPLAY"])
        self._root = self._x.screen().root
        self._root.change_attributes(event_mask=X.PropertyChangeMask)
        self._atom = self._x.intern_atom
        self._x.flush()

    def _wait_for_manager(self):
        def there():
            return self._root.get_full_property(self._atom("_NET_SUPPORTING_WM_CHECK"), X.AnyPropertyType)

        self.until("the window manager's start", there)

    def _bus(self, kind):
        """Starts a message bus, and returns its address. Nobody is on the system bus but who is put there."""
        configuration = "--session"
        if kind == "system":
            path = self.folder / "system-bus.conf"
            path.write_text(
                "<busconfig><type>system</type><keep_umask/><listen>unix:tmpdir=/tmp</listen>"
                '<policy context="default"><allow send_type="method_call"/><allow send_type="signal"/>'
                '<allow send_requested_reply="true"/><allow receive_type="method_call"/>'
                '<allow receive_type="method_return"/><allow receive_type="error"/><allow receive_type="signal"/>'
                '<allow own="*"/><allow user="*"/></policy></busconfig>'
            )
            self._give(path)
            configuration = f"--config-file={path}"
        process = self.spawn(
            "dbus-daemon", configuration, "--nofork", "--nopidfile", "--print-address=1", stdout=subprocess.PIPE
        )
        address = process.stdout.readline().decode().strip()
        if not address:
            raise Missed(f"the {kind} bus did not start")
        return address

    # Processes

    def spawn(self, *command, **options):
        """Start a process as the session's user; what it says goes to the session's log."""
        process = subprocess.Popen(
            [str(part) for part in command],
            **{"stdout": self._log, "stderr": self._log, "start_new_session": True, **self._as_user(), **options},
        )
        self._processes.append(process)
        return process

    def stand_in(self, *arguments, **options):
        """Start a service in Python that the program is to find. It has Debian's PyGObject in any case."""
        return self.spawn(PYTHON, *arguments, env={**self.env, "PYTHONNOUSERSITE": "1"}, **options)

    def run(self, *command, check=True, text=None, timeout=30):
        """Run a command to its end, and return what it printed."""
        options = self._as_user()
        if text is not None:
            del options["stdin"]
        done = subprocess.run(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=self._log,
            input=text,
            text=True,
            timeout=timeout,
            **options,
        )
        if check and done.returncode:
            raise Missed(f"{shlex.join(map(str, command))} ended with {done.returncode}")
        return done.stdout

    def start(self, command, patience):
        """Start the program and wait for its first window."""
        self.started = time.monotonic()
        self.program = self.spawn(*command)
        self.first = self.window(".*", patience)
        self.weight_at_first = self.weigh()
        for pid in (self.first.pid, self.program.pid):
            with contextlib.suppress(OSError):
                self.gi = self.gi or gi_of(pid)
        return self.first

    def finish(self, command, patience):
        """Run a program without windows to its end, and return what it took: seconds, and MiB at the most."""
        self.started = time.monotonic()
        process = self.spawn(*command)
        end = self.started + patience
        self.gi, peak = None, 0.0
        while True:
            with contextlib.suppress(OSError):
                self.gi = gi_of(process.pid) or self.gi
                peak = Weight.of(process.pid).peak
            pid, status = os.waitpid(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > end:
                raise Missed(f"it did not end in {patience} s")
            time.sleep(0.01)
        seconds = time.monotonic() - self.started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise Missed(f"it ended with {process.returncode}")
        return seconds, peak

    def weigh(self):
        """Return the `Weight` of the process that the first window belongs to."""
        for pid in (self.first.pid, self.program.pid):
            try:
                return Weight.of(pid)
            except OSError:
                continue
        raise Missed("the program has ended")

    def alive(self):
        """Return whether the program still runs."""
        return self.program is None or self.program.poll() is None

    # Files

    def put(self, path, content=b""):
        """Write a file into the home, with the folders above it; return its path."""
        path = self.home / path
        self.make(path.parent)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        self._give(path)
        return path

    def make(self, path):
        """Make a folder in the home, with those above it; return its path."""
        path = self.home / path
        for folder in reversed((path, *path.parents)):
            if not folder.exists():
                folder.mkdir()
                self._give(folder)
        return path

    def read(self, path):
        """Return a file of the home as text, empty if there is none."""
        path = self.home / path
        return path.read_text(errors="replace") if path.exists() else ""

    def find(self, pattern):
        """Return the text of all files of the home that match, in the order of their names."""
        return "".join(self.read(path) for path in sorted(self.home.glob(pattern)) if path.is_file())

    # Windows

    def _windows(self):
        clients = self._root.get_full_property(self._atom("_NET_CLIENT_LIST"), X.AnyPropertyType)
        found = []
        for number in clients.value if clients else ():
            window = self._x.create_resource_object("window", number)
            try:
                title = window.get_full_property(self._atom("_NET_WM_NAME"), X.AnyPropertyType)
                pid = window.get_full_property(self._atom("_NET_WM_PID"), X.AnyPropertyType)
                size = window.get_geometry()
                place = self._root.translate_coords(window, 0, 0)
            except error.XError:
                continue
            text = title.value if title else ""
            text = text.decode(errors="replace") if isinstance(text, bytes) else text
            seen = self._seen.setdefault(number, time.monotonic())
            found.append(
                Window(number, text, place.x, place.y, size.width, size.height, pid.value[0] if pid else None, seen)
            )
        return found

    def window(self, title, patience=15):
        """Wait for a window with a title that matches, and return it."""
        end = time.monotonic() + patience
        while True:
            while self._x.pending_events():
                self._x.next_event()
            for window in self._windows():
                if re.search(title, window.title):
                    return window
            if time.monotonic() > end:
                titles = ", ".join(repr(window.title) for window in self._windows()) or "no windows"
                raise Missed(f"no window with the title {title!r} in {patience} s; there are: {titles}")
            if not self.alive():
                raise Missed(f"the program ended with {self.program.returncode} before a window {title!r} came")
            select.select([self._x.fileno()], [], [], 0.1)

    def gone(self, title, patience=10):
        """Wait until no window has such a title."""
        self.until(
            f"the end of the window {title!r}",
            lambda: not any(re.search(title, w.title) for w in self._windows()),
            patience,
        )

    # Hands

    def _xdotool(self, *words):
        self.run("xdotool", *words)

    def key(self, *keys, then=0.4):
        """Press keys, such as ``ctrl+s``, one after the other."""
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)
            time.sleep(then)

    def type(self, text, then=0.4):
        """Type text."""
        self._xdotool("type", "--delay", "20", text)
        time.sleep(then)

    def click(self, x, y, button=1, count=1, then=0.5):
        """Click on a place of the screen."""
        self._xdotool("mousemove", x, y)
        time.sleep(0.1)
        self._xdotool("click", "--repeat", count, "--delay", 80, button)
        time.sleep(then)

    def drag(self, x, y, dx, dy, steps=10, then=0.7):
        """Draw a line with the mouse."""
        self._xdotool("mousemove", x, y, "mousedown", 1)
        for step in range(1, steps + 1):
            self._xdotool("mousemove", x + dx * step // steps, y + dy * step // steps)
            time.sleep(0.03)
        self._xdotool("mouseup", 1)
        time.sleep(then)

    def pause(self, seconds):
        """Give the program time where nothing can be seen from outside."""
        time.sleep(seconds)

    # Eyes

    def until(self, what, test, patience=15):
        """Wait until ``test()`` is true, and return its answer; `Missed` says `what` otherwise."""
        end = time.monotonic() + patience
        while True:
            found = test()
            if found:
                return found
            if time.monotonic() > end:
                raise Missed(f"{what}: not in {patience} s")
            if not self.alive():
                raise Missed(f"{what}: the program ended before it, with {self.program.returncode}")
            time.sleep(0.1)

    def picture(self, box=None):
        """Return what the screen, or a ``(left, top, right, bottom)`` of it, shows."""
        left, top, right, bottom = box or (0, 0, WIDTH, HEIGHT)
        width, height = right - left, bottom - top
        got = self._root.get_image(left, top, width, height, X.ZPixmap, 0xFFFFFFFF)
        return Image.frombytes("RGB", (width, height), got.data, "raw", "BGRX")

    def changed(self, what, before, box=None, share=0.002, patience=15):
        """Wait until a picture differs from `before` in at least that share of its pixels."""

        def differs():
            from PIL import ImageChops

            difference = ImageChops.difference(before, self.picture(box)).convert("L").point(lambda v: 255 * (v > 24))
            return difference.histogram()[255] > share * difference.width * difference.height

        self.until(what, differs, patience)

    def dbus(self, destination, path, method, *arguments, system=False):
        """Call a method over D-Bus, and return what `gdbus` prints of the answer."""
        which = ["--address", self.env["DBUS_SYSTEM_BUS_ADDRESS"]] if system else ["--session"]
        return self.run(
            "gdbus", "call", *which, "--dest", destination, "--object-path", path, "--method", method, *arguments
        )

    def said(self):
        """Return all that the program and its helpers have printed."""
        return self.log.read_text(errors="replace")


def fail(message):
    """End with a message, as a command does."""
    print(f"error: {message}", file=sys.stderr)
    sys.exit(1)

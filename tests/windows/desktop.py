"""A screen for a program that is used from outside, as a user does: with mouse and keys, looking at the picture.

No window manager is there, so windows stand at the left upper corner. It must not know which programs there are.
"""

import os
import pathlib
import struct
import subprocess
import time
import zlib


def until(question, what, seconds=60):
    """Waits for a true answer, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = question()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"it has not come to this: {what}")


class Picture:
    """What is on a screen: rows of pixels, each (red, green, blue)."""

    def __init__(self, file):
        # XWD: a header of 32-bit words, colours, then the image.
        with open(file, "rb") as opened:
            data = opened.read()
        header = struct.unpack(">25I", data[:100])
        size, self.width, self.height, order, line, colours = (header[i] for i in (0, 4, 5, 7, 12, 19))
        assert header[11] == 32, "bits for each pixel"
        start = size + colours * 12
        self.rows = []
        for y in range(self.height):
            row = data[start + y * line : start + y * line + 4 * self.width]
            blue, green, red = (row[i::4] for i in ((0, 1, 2) if order == 0 else (3, 2, 1)))
            self.rows.append(list(zip(red, green, blue, strict=True)))

    def count(self, colour, left=0, top=0, right=None, bottom=None, near=6):
        """How many pixels of a part are of about this colour."""
        part = (row[left:right] for row in self.rows[top:bottom])
        return sum(all(abs(a - b) <= near for a, b in zip(pixel, colour, strict=True)) for row in part for pixel in row)

    def save(self, path):
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        raw = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in self.rows)
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(raw)), chunk(b"IEND", b"")
        pathlib.Path(path).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


class Desktop:
    """An X server, and the program that is used on it."""

    def __init__(self, folder, size="1024x700"):
        self.framebuffer = folder / "Xvfb_screen0"
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-fbdir", str(folder)]
        self.server = subprocess.Popen(
            [*command, "-nolisten", "tcp", "-noreset"],
            pass_fds=[write],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as said:
            number = said.readline().strip()
        assert number, "Xvfb does not start"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "DISPLAY": f":{number}",
            "XDG_RUNTIME_DIR": str(folder),
            "GDK_BACKEND": "x11",
            "GSK_RENDERER": "cairo",
            "GTK_A11Y": "none",
            "NO_AT_BRIDGE": "1",
            "GSETTINGS_BACKEND": "memory",
            "GIO_USE_VFS": "local",
        }
        self.log = folder / "said"
        self.program = None

    def start(self, command, **environment):
        with open(self.log, "wb") as log:
            self.program = subprocess.Popen(
                list(map(str, command)),
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def xdotool(self, *words):
        done = subprocess.run(
            ["xdotool", *map(str, words)], env=self.environment, capture_output=True, text=True, timeout=30
        )
        return done.stdout.split() if done.returncode == 0 else []

    def window(self, title):
        """The window of that title, which has the keys from now on."""

        def found():
            assert self.program.poll() is None, f"it has ended:\n{self.said()}"
            return self.xdotool("search", "--onlyvisible", "--name", title)

        window = until(found, f"a window {title}")[-1]
        self.xdotool("windowfocus", "--sync", window)
        return window

    def keys(self, *keys):
        self.xdotool("key", "--delay", "40", *keys)

    def type(self, text):
        self.xdotool("type", "--delay", "15", text)

    def click(self, x, y):
        self.xdotool("mousemove", x, y)
        time.sleep(0.1)
        self.xdotool("click", 1)

    def drag(self, x, y, to_x, to_y, steps=12):
        self.xdotool("mousemove", x, y)
        time.sleep(0.2)
        self.xdotool("mousedown", 1)
        for i in range(1, steps + 1):
            self.xdotool("mousemove", x + (to_x - x) * i // steps, y + (to_y - y) * i // steps)
            time.sleep(0.05)
        time.sleep(0.3)
        self.xdotool("mouseup", 1)

    def picture(self):
        return Picture(self.framebuffer)

    def said(self):
        return self.log.read_text(errors="replace")

    def wait(self, seconds=60):
        """The program's exit status."""
        return self.program.wait(seconds)

    def close(self):
        for process in (self.program, self.server):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()

"""Runs examples/gtk3.py or gtk4.py on the X server of a test, uses its window, and says in JSON what was seen.

Usage: drive.py EXAMPLE FRAMEBUFFER PICTURE; FRAMEBUFFER is the file that Xvfb -fbdir writes, PICTURE the PNG to be made.
"""

import gc
import importlib.util
import json
import struct
import sys
import zlib

import gijit

gijit.install()

EXAMPLE, FRAMEBUFFER, PICTURE = sys.argv[1:]
spec = importlib.util.spec_from_file_location("fruit", EXAMPLE)
example = importlib.util.module_from_spec(spec)
spec.loader.exec_module(example)

from gi.repository import GLib, Gtk  # noqa: E402

GTK4 = Gtk.get_major_version() == 4
seen = {"eaten": [], "clicks": 0, "draws": 0, "gone": [], "errors": []}
sys.excepthook = lambda kind, error, _: seen["errors"].append(f"{kind.__name__}: {error}")


class Pie(example.Pie):
    """Counts, and calls the example's function by way of its class."""

    if GTK4:

        def do_snapshot(self, snapshot):
            seen["draws"] += 1
            super().do_snapshot(snapshot)

    else:

        def do_draw(self, context):
            seen["draws"] += 1
            return super().do_draw(context)


example.Pie = Pie


def pixels():
    """The screen: width, height and rows of (red, green, blue). XWD: a header of 32-bit words, colours, then the image."""
    with open(FRAMEBUFFER, "rb") as file:
        data = file.read()
    header = struct.unpack(">25I", data[:100])
    size, width, height, order, line, colours = (header[i] for i in (0, 4, 5, 7, 12, 19))
    assert header[11] == 32, "bits for each pixel"
    start = size + colours * 12
    rows = []
    for y in range(height):
        row = data[start + y * line : start + y * line + 4 * width]
        blue, green, red = (row[i::4] for i in ((0, 1, 2) if order == 0 else (3, 2, 1)))
        rows.append(list(zip(red, green, blue, strict=True)))
    return width, height, rows


def write_png(width, height, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    raw = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    with open(PICTURE, "wb") as file:
        file.write(
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
        )


def children(widget):
    if not GTK4:
        return widget.get_children()
    found, child = [], widget.get_first_child()
    while child is not None:
        found.append(child)
        child = child.get_next_sibling()
    return found


def labels(widget):
    """The texts of all labels in a widget."""
    if isinstance(widget, Gtk.Label):
        return [widget.get_label()]
    if not GTK4 and not isinstance(widget, Gtk.Container):
        return []
    return [text for child in children(widget) for text in labels(child)]


def choose(window, number):
    if GTK4:
        window.selection.set_selected(number)
    else:
        window.list.select_row(window.list.get_row_at_index(number))


def steps(window):
    """What a user does, a step each time that the window has had the time to draw."""
    seen["rows"] = labels(window.list)
    window.connect("eaten", lambda _, fruit: seen["eaten"].append(fruit.name))
    clicked = lambda button: seen.__setitem__("clicks", seen["clicks"] + 1)  # noqa: E731
    handler = window.button.connect("clicked", clicked)
    before = seen["draws"]
    window.button.emit("clicked")
    choose(window, 2)
    window.button.emit("clicked")
    with window.button.handler_block(handler):
        window.button.emit("clicked")
    yield
    seen["draws again"] = seen["draws"] > before
    seen["rows after"] = labels(window.list)
    window.model.append(example.Fruit(name="plums", count=9))
    window.pie.fruits.append(window.model.get_item(3))
    window.pie.queue_draw()
    window.model.remove(1)
    for _ in range(2):
        # Rows come and go, and their wrappers with them.
        gc.collect()
        yield
    seen["rows at the end"] = labels(window.list)
    seen["label"] = window.label.get_label()
    seen["title"], seen["type"] = window.get_title(), type(window.pie).__name__
    seen["same"] = window.button.get_root() is window if GTK4 else window.button.get_toplevel() is window
    width, height, rows = pixels()
    write_png(width, height, rows)
    wanted = {"red": (191, 51, 51), "yellow": (229, 178, 25), "green": (89, 153, 63), "blue": (64, 89, 166)}
    close = lambda pixel, colour: all(abs(a - b) < 4 for a, b in zip(pixel, colour, strict=True))  # noqa: E731
    seen["colours"] = {n: sum(close(p, colour) for row in rows for p in row) for n, colour in wanted.items()}
    window.pie.weak_ref(seen["gone"].append, "pie")
    window.weak_ref(seen["gone"].append, "window")
    window.close()


def activated(application):
    window = application.window
    todo = steps(window)

    def on_time():
        try:
            next(todo)
        except StopIteration:
            return GLib.SOURCE_REMOVE
        except BaseException as error:
            seen["errors"].append(repr(error))
            application.quit()
            return GLib.SOURCE_REMOVE
        return GLib.SOURCE_CONTINUE

    GLib.timeout_add(400, on_time)


application = example.Application()
application.connect_after("activate", activated)
seen["status"] = application.run(None)
print(json.dumps(seen))

"""Runs an application of a GTK in asyncio's loop: tasks, operations, timers, a window, and its end. Prints what happened."""

import asyncio
import json
import sys
import warnings

import gi

gi.require_version("Gtk", f"{sys.argv[1]}.0")

from gi.events import GLibEventLoopPolicy  # noqa: E402
from gi.repository import Gio, GLib, Gtk  # noqa: E402

warnings.simplefilter("ignore", DeprecationWarning)
seen = []


async def ticks():
    try:
        for i in range(1000):
            seen.append("tick") if i == 0 else None
            await asyncio.sleep(0.005)
    except asyncio.CancelledError:
        seen.append("ticks end")
        raise


class Application(Gtk.Application):
    def do_activate(self):
        self.window = Gtk.ApplicationWindow(application=self, title="Tasks")
        self.button = Gtk.Button(label="Load")
        self.button.connect("clicked", lambda button: self.create_asyncio_task(self.load(button)))
        self.window.set_child(self.button) if hasattr(self.window, "set_child") else self.window.add(self.button)
        self.window.show_all() if hasattr(self.window, "show_all") else self.window.present()
        self.ticks = self.create_asyncio_task(ticks())
        self.create_asyncio_task(self.drive())

    async def drive(self):
        # The first frame.
        await asyncio.sleep(0.2)
        self.button.emit("clicked")
        while self.button.get_label() == "Load":
            await asyncio.sleep(0.01)
        seen.append(self.button.get_label())
        # What does not know of asyncio runs in the same loop, also below a task.
        loop = GLib.MainLoop()
        GLib.timeout_add(30, loop.quit)
        loop.run()
        seen.append("nested")
        self.ticks.cancel()
        self.window.destroy()

    async def load(self, button):
        file = Gio.File.new_for_path("/")
        found = await asyncio.gather(
            file.query_info_async("standard::type", Gio.FileQueryInfoFlags.NONE, GLib.PRIORITY_DEFAULT),
            asyncio.sleep(0.01, "slept"),
        )
        button.set_label(f"{found[0].get_file_type().value_nick} {found[1]}")


with GLibEventLoopPolicy():
    status = Application(flags=Gio.ApplicationFlags.NON_UNIQUE).run()
print(json.dumps({"status": status, "seen": seen}))

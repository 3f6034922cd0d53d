#!/usr/bin/env python3
"""A window with GTK 3: a list over a model of Python objects, a button, and a widget that draws itself with cairo.

An ordinary `gi` program. Usage: gtk3.py
"""

import math
import sys

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gio, GObject, Gtk  # noqa: E402

COLOURS = ((0.75, 0.2, 0.2), (0.9, 0.7, 0.1), (0.35, 0.6, 0.25), (0.25, 0.35, 0.65))


class Fruit(GObject.Object):
    """What stands in a row of the list."""

    name = GObject.Property(type=str, default="")
    count = GObject.Property(type=int, default=0)


class Pie(Gtk.DrawingArea):
    """How much there is of each fruit."""

    def __init__(self, fruits, **properties):
        super().__init__(**properties)
        self.fruits = fruits

    def do_get_preferred_width(self):
        return 120, 160

    def do_draw(self, context):
        width, height = self.get_allocated_width(), self.get_allocated_height()
        total = sum(fruit.count for fruit in self.fruits) or 1
        angle = -math.pi / 2
        for i, fruit in enumerate(self.fruits):
            end = angle + 2 * math.pi * fruit.count / total
            context.move_to(width / 2, height / 2)
            context.arc(width / 2, height / 2, min(width, height) / 2 - 4, angle, end)
            context.set_source_rgb(*COLOURS[i % len(COLOURS)])
            context.fill()
            angle = end
        return False


class Window(Gtk.ApplicationWindow):
    __gsignals__ = {"eaten": (GObject.SignalFlags.RUN_LAST, None, (Fruit,))}

    def __init__(self, **properties):
        super().__init__(title="Fruit", default_width=420, default_height=260, **properties)
        self.model = Gio.ListStore.new(Fruit)
        for name, count in ("apples", 5), ("bananas", 3), ("pears", 4):
            self.model.append(Fruit(name=name, count=count))

        self.list = Gtk.ListBox(vexpand=True)
        self.list.bind_model(self.model, self.make_row)
        self.list.select_row(self.list.get_row_at_index(0))

        self.pie = Pie([self.model.get_item(i) for i in range(self.model.get_n_items())], hexpand=True)
        self.button = Gtk.Button(label="Eat one")
        self.button.connect("clicked", self.on_clicked)
        self.label = Gtk.Label(label="Nothing eaten yet")

        left = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        for widget in self.list, self.button, self.label:
            left.add(widget)
        box = Gtk.Box(spacing=12, margin=12)
        box.add(left)
        box.add(self.pie)
        self.add(box)

    def make_row(self, fruit):
        label = Gtk.Label(xalign=0, margin=6)
        to_text = lambda _, count: f"{count} {fruit.name}"  # noqa: E731
        fruit.bind_property("count", label, "label", GObject.BindingFlags.SYNC_CREATE, to_text)
        return label

    def on_clicked(self, button):
        fruit = self.model.get_item(self.list.get_selected_row().get_index())
        if fruit.count > 0:
            fruit.count -= 1
            self.emit("eaten", fruit)

    def do_eaten(self, fruit):
        self.label.set_label(f"One of the {fruit.name} eaten")
        self.pie.queue_draw()


class Application(Gtk.Application):
    def __init__(self):
        super().__init__(application_id="org.example.Fruit", flags=Gio.ApplicationFlags.NON_UNIQUE)

    def do_activate(self):
        self.window = Window(application=self)
        self.window.show_all()


if __name__ == "__main__":
    sys.exit(Application().run(sys.argv))

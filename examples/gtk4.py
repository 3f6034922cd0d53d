#!/usr/bin/env python3
"""A window with GTK 4: a list over a model of Python objects, a button, and a widget that draws itself with cairo.

An ordinary `gi` program. Usage: gtk4.py
"""

import math
import sys

import gi

gi.require_version("Graphene", "1.0")
gi.require_version("Gtk", "4.0")
from gi.repository import Gio, GObject, Graphene, Gtk  # noqa: E402

COLOURS = ((0.75, 0.2, 0.2), (0.9, 0.7, 0.1), (0.35, 0.6, 0.25), (0.25, 0.35, 0.65))


class Fruit(GObject.Object):
    """What stands in a row of the list."""

    name = GObject.Property(type=str, default="")
    count = GObject.Property(type=int, default=0)


class Pie(Gtk.Widget):
    """How much there is of each fruit."""

    def __init__(self, fruits, **properties):
        super().__init__(**properties)
        self.fruits = fruits

    def do_measure(self, orientation, for_size):
        return 120, 160, -1, -1

    def do_snapshot(self, snapshot):
        width, height = self.get_width(), self.get_height()
        context = snapshot.append_cairo(Graphene.Rect().init(0, 0, width, height))
        total = sum(fruit.count for fruit in self.fruits) or 1
        angle = -math.pi / 2
        for i, fruit in enumerate(self.fruits):
            end = angle + 2 * math.pi * fruit.count / total
            context.move_to(width / 2, height / 2)
            context.arc(width / 2, height / 2, min(width, height) / 2 - 4, angle, end)
            context.set_source_rgb(*COLOURS[i % len(COLOURS)])
            context.fill()
            angle = end


class Window(Gtk.ApplicationWindow):
    __gsignals__ = {"eaten": (GObject.SignalFlags.RUN_LAST, None, (Fruit,))}

    def __init__(self, **properties):
        super().__init__(title="Fruit", default_width=420, default_height=260, **properties)
        self.model = Gio.ListStore.new(Fruit)
        for name, count in ("apples", 5), ("bananas", 3), ("pears", 4):
            self.model.append(Fruit(name=name, count=count))
        self.selection = Gtk.SingleSelection.new(self.model)

        factory = Gtk.SignalListItemFactory()
        factory.connect("setup", self.on_setup)
        factory.connect("bind", self.on_bind)
        factory.connect("unbind", self.on_unbind)
        self.list = Gtk.ListView.new(self.selection, factory)
        self.list.set_vexpand(True)

        self.pie = Pie([self.model.get_item(i) for i in range(self.model.get_n_items())], hexpand=True)
        self.button = Gtk.Button(label="Eat one")
        self.button.connect("clicked", self.on_clicked)
        self.label = Gtk.Label(label="Nothing eaten yet")

        left = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        for widget in self.list, self.button, self.label:
            left.append(widget)
        box = Gtk.Box(spacing=12, margin_top=12, margin_bottom=12, margin_start=12, margin_end=12)
        box.append(left)
        box.append(self.pie)
        self.set_child(box)

    def on_setup(self, factory, item):
        item.set_child(Gtk.Label(xalign=0, margin_start=6))

    def on_bind(self, factory, item):
        fruit, label = item.get_item(), item.get_child()
        to_text = lambda _, count: f"{count} {fruit.name}"  # noqa: E731
        item.binding = fruit.bind_property("count", label, "label", GObject.BindingFlags.SYNC_CREATE, to_text)

    def on_unbind(self, factory, item):
        item.binding.unbind()

    def on_clicked(self, button):
        fruit = self.selection.get_selected_item()
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
        self.window.present()


if __name__ == "__main__":
    sys.exit(Application().run(sys.argv))

"""Events of GTK 3 that programs keep: C frees them behind the handler. Prints what is left of them as JSON."""

import gc
import json
import sys

import gi

for namespace in ("Gdk", "Gtk"):
    gi.require_version(namespace, "3.0")

from gi.repository import Gdk, Gtk  # noqa: E402

kept = {}


class Button(Gtk.Button):
    def do_button_press_event(self, event):
        kept["virtual function"] = event
        return False


def pressed(widget, event):
    kept["handler"] = event
    return False


def any_event(widget, event):
    if event.type == Gdk.EventType.BUTTON_PRESS:
        kept["any"], kept["member"] = event, event.button
    return False


window = Gtk.Window()
button = Button(label="press")
window.add(button)
window.show_all()
while Gtk.events_pending():
    Gtk.main_iteration()
button.connect("button-press-event", pressed)
button.connect("event", any_event)
event = Gdk.Event.new(Gdk.EventType.BUTTON_PRESS)
event.button.window = button.get_window()
event.button.x, event.button.y, event.button.time = 12.5, 3.0, 77
button.event(event)
del event
gc.collect()
rubbish = [Gdk.Event.new(Gdk.EventType.KEY_PRESS) for _ in range(200)]
same = button.get_window()
kept["any"] = kept["any"].button
seen = {name: [one.x, one.y, one.time, one.window == same] for name, one in kept.items()}
print(json.dumps(seen))
sys.stdout.flush()

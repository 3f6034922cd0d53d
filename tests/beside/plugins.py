"""The plugins that `host.c` is given: what stands in their files."""

#: An extension of an interface of C, which watches what it extends.
PLAIN = """
import gi
from gi.repository import Gio, GObject


class Item(GObject.Object):
    name = GObject.Property(type=str)


class Hello(GObject.Object, Gio.ListModel):
    __gtype_name__ = "Hello"
    object = GObject.Property(type=GObject.Object)

    def __init__(self):
        super().__init__()
        self.items = [Item(name=name) for name in ("gijit" if hasattr(gi, "_gijit") else "PyGObject", "b")]

    def do_get_n_items(self):
        if self.object is not None and not hasattr(self, "handler"):
            self.handler = self.object.connect("activate", self.on_activate)
        return len(self.items)

    def do_get_item_type(self):
        return Item.__gtype__

    def do_get_item(self, position):
        return self.items[position] if position < len(self.items) else None

    def on_activate(self, action, parameter):
        print("activated", action.get_name(), parameter, self.plugin_info.get_module_name(), flush=True)
        action.disconnect(self.handler)
"""

#: The same, with the host's own namespaces, of which libpeas's own is one.
OF_PEAS = """
gi.require_version("GijitFixtures", "1.0")
print("found")
from gi.repository import Peas

engine = Peas.Engine.get_default()
print("Peas", Peas._version, engine.get_plugin_info("hello").get_module_name(), flush=True)
"""

#: One that gets GDK's events.
OF_GTK = """
import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gio, GObject, Gtk


class Hello(GObject.Object, Gio.ListModel):
    object = GObject.Property(type=GObject.Object)

    def do_get_n_items(self):
        if not hasattr(self, "handler"):
            self.handler = self.object.connect("key-press-event", self.on_key)
        return 0

    def do_get_item_type(self):
        return GObject.TYPE_OBJECT

    def do_get_item(self, position):
        return None

    def on_key(self, window, event):
        control = bool(event.state & Gdk.ModifierType.CONTROL_MASK)
        print(type(event).__name__, event.type.value_nick, Gdk.keyval_name(event.keyval), control, event.get_keyval()[1], flush=True)
        print(isinstance(window, Gtk.Window), event.window is not None, flush=True)
        window.disconnect(self.handler)
        return True
"""

"""A small program of GTK 4: it shows a window with a list, and ends at its first frame."""

import gi

gi.require_version("Gtk", "4.0")
gi.require_version("Gdk", "4.0")
from gi.repository import Gdk, Gio, GLib, GObject, Gtk  # noqa: E402


class Item(GObject.Object):
    __gtype_name__ = "Item"
    name = GObject.Property(type=str)
    size = GObject.Property(type=int)

    def __init__(self, name, size):
        super().__init__(name=name, size=size)


class Window(Gtk.ApplicationWindow):
    __gtype_name__ = "Win"
    __gsignals__ = {"filled": (GObject.SignalFlags.RUN_LAST, None, (int,))}

    def __init__(self, **kw):
        super().__init__(title="Hello", default_width=400, default_height=300, **kw)
        bar = Gtk.HeaderBar()
        self.set_titlebar(bar)
        menu = Gio.Menu()
        menu.append("About", "app.about")
        menu.append("Quit", "app.quit")
        bar.pack_end(Gtk.MenuButton(menu_model=menu))
        self.entry = Gtk.SearchEntry()
        self.entry.connect("search-changed", self.on_search)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        box.append(self.entry)
        self.store = Gio.ListStore(item_type=Item)
        for i in range(300):
            self.store.append(Item(f"Item {i}", i))
        factory = Gtk.SignalListItemFactory()
        factory.connect("setup", self.setup)
        factory.connect("bind", self.bind)
        view = Gtk.ListView(model=Gtk.SingleSelection(model=self.store), factory=factory, vexpand=True)
        box.append(Gtk.ScrolledWindow(child=view, vexpand=True))
        area = Gtk.DrawingArea(height_request=40)
        area.set_draw_func(self.draw)
        box.append(area)
        key = Gtk.EventControllerKey()
        key.connect("key-pressed", lambda *a: False)
        self.add_controller(key)
        self.set_child(box)
        self.connect("close-request", lambda *a: False)
        self.emit("filled", 300)

    def on_search(self, entry):
        print(entry.get_text())

    def setup(self, factory, item):
        item.set_child(Gtk.Label(xalign=0))

    def bind(self, factory, item):
        item.get_child().set_label(f"{item.get_item().name}: {item.get_item().size}")

    def draw(self, area, cr, w, h):
        pass


class App(Gtk.Application):
    def __init__(self):
        super().__init__(application_id="org.example.Start", flags=Gio.ApplicationFlags.NON_UNIQUE)

    def do_startup(self):
        Gtk.Application.do_startup(self)
        for name in ("about", "quit", "open"):
            action = Gio.SimpleAction.new(name, None)
            action.connect("activate", lambda *a: self.quit())
            self.add_action(action)
        self.set_accels_for_action("app.quit", ["<Control>q"])
        css = Gtk.CssProvider()
        css.load_from_data(b"label { padding: 3px; }")
        Gtk.StyleContext.add_provider_for_display(
            Gdk.Display.get_default(), css, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
        )

    def do_activate(self):
        win = Window(application=self)
        win.present()

        def tick(w, clock):
            GLib.idle_add(self.quit)
            return False

        win.add_tick_callback(tick)


App().run([])

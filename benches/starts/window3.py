"""A small program of GTK 3: it shows a window with a list, and ends at its first frame."""

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, Gio, GLib, GObject, Gtk  # noqa: E402


class Window(Gtk.ApplicationWindow):
    __gtype_name__ = "Win"
    __gsignals__ = {"filled": (GObject.SignalFlags.RUN_LAST, None, (int,))}

    def __init__(self, **kw):
        super().__init__(title="Hello", default_width=400, default_height=300, **kw)
        bar = Gtk.HeaderBar(title="Hello", show_close_button=True)
        self.set_titlebar(bar)
        menu = Gio.Menu()
        menu.append("About", "app.about")
        menu.append("Quit", "app.quit")
        bar.pack_end(Gtk.MenuButton(menu_model=menu))
        self.entry = Gtk.SearchEntry()
        self.entry.connect("search-changed", self.on_search)
        box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        box.pack_start(self.entry, False, False, 0)
        self.store = Gtk.ListStore(str, int)
        for i in range(300):
            self.store.append([f"Item {i}", i])
        view = Gtk.TreeView(model=self.store)
        for i in range(2):
            text = Gtk.CellRendererText()
            column = Gtk.TreeViewColumn(title=str(i))
            column.pack_start(text, True)
            column.add_attribute(text, "text", i)
            view.append_column(column)
        scrolled = Gtk.ScrolledWindow(vexpand=True)
        scrolled.add(view)
        box.pack_start(scrolled, True, True, 0)
        area = Gtk.DrawingArea(height_request=40)
        area.connect("draw", lambda a, cr: False)
        box.add(area)
        self.connect("key-press-event", lambda w, e: False)
        self.add(box)
        self.connect("delete-event", lambda *a: False)
        self.emit("filled", 300)

    def on_search(self, entry):
        print(entry.get_text())


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
        Gtk.StyleContext.add_provider_for_screen(Gdk.Screen.get_default(), css, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION)

    def do_activate(self):
        win = Window(application=self)
        win.show_all()

        def tick(w, clock):
            GLib.idle_add(self.quit)
            return False

        win.add_tick_callback(tick)


App().run([])

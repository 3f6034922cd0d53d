"""Names what a typical program of GTK 4 names. What a version has not is left out."""

import gi

gi.require_version("Gtk", "4.0")
gi.require_version("Gdk", "4.0")
from gi.repository import Gdk, Gio, GLib, GObject, Gtk, Pango  # noqa: E402

NAMES = {
    Gtk: (
        "Application ApplicationWindow Box Button Label Entry ListView ListBox ListBoxRow HeaderBar MenuButton "
        "Orientation Align SignalListItemFactory SingleSelection ScrolledWindow Stack Widget Builder CssProvider "
        "StyleContext Image Grid TextView TextBuffer DrawingArea GestureClick EventControllerKey FileDialog Popover "
        "Switch Spinner Revealer Paned Window ShortcutController License AboutDialog CheckButton DropDown StringList "
        "ListStore TreeView CellRendererText TreeViewColumn"
    ),
    Gio: "SimpleAction ListStore Settings ApplicationFlags File Menu",
    GLib: "idle_add timeout_add Variant MainLoop Error",
    GObject: "Object Property Signal GObject SignalFlags BindingFlags",
    Gdk: "Display RGBA",
    Pango: "FontDescription WrapMode",
}
for namespace, names in NAMES.items():
    for name in names.split():
        getattr(namespace, name, None)

"""Names what a typical program of GTK 3 names. What a version has not is left out."""

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
from gi.repository import Gdk, GdkPixbuf, Gio, GLib, GObject, Gtk, Pango  # noqa: E402

NAMES = {
    Gtk: (
        "Application ApplicationWindow Box Button Label Entry ListBox ListBoxRow HeaderBar MenuButton Orientation Align "
        "ScrolledWindow Stack Widget Builder CssProvider StyleContext Image Grid TextView TextBuffer DrawingArea "
        "Popover Switch Spinner Revealer Paned Window License AboutDialog CheckButton ListStore TreeStore TreeView "
        "CellRendererText TreeViewColumn Dialog MessageDialog FileChooserDialog Menu MenuItem MenuBar Toolbar "
        "ToolButton UIManager ActionGroup Table HBox VBox main main_quit TreeSelection TreeModel TreeIter Adjustment "
        "IconTheme"
    ),
    Gio: "SimpleAction ListStore Settings ApplicationFlags File Menu",
    GLib: "idle_add timeout_add Variant MainLoop Error",
    GObject: "Object Property Signal GObject SignalFlags BindingFlags",
    Gdk: "EventKey RGBA Event keyval_name KEY_a",
    Pango: "FontDescription WrapMode",
    GdkPixbuf: "Pixbuf",
}
for namespace, names in NAMES.items():
    for name in names.split():
        getattr(namespace, name, None)

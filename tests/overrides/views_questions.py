"""Questions: what shows models, in the GTK whose version stands in GIJIT_ASK_GTK."""

import os
import warnings

import gi

VERSION = os.environ["GIJIT_ASK_GTK"]
# The questions are asked in a child, which cannot use its parent's connection to the display.
if hasattr(gi, "disable_legacy_autoinit"):
    gi.disable_legacy_autoinit()
gi.require_version("Gdk", f"{VERSION}.0")
gi.require_version("Gtk", f"{VERSION}.0")
from asking import Questions  # noqa: E402
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

ask = Questions()


def asked(name, function):
    def answered():
        Gtk.init_check() if VERSION == "4" else Gtk.init_check([])
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*is deprecated")
            return function()

    ask(name, answered)


def store():
    made = Gtk.ListStore(str, int)
    for number in range(3):
        made.append([f"r{number}", number])
    return made


def view():
    made = Gtk.TreeView(model=store())
    made.append_column(Gtk.TreeViewColumn("t", Gtk.CellRendererText(), text=0))
    return made


def shown():
    """A view in a window that has got its place."""
    made = view()
    window = Gtk.Window()
    (window.set_child if VERSION == "4" else window.add)(made)
    window.set_default_size(300, 300)
    (window.present if VERSION == "4" else window.show_all)()
    context = GLib.MainContext.default()
    end = GLib.get_monotonic_time() + 5_000_000
    while made.get_path_at_pos(20, 10) is None and GLib.get_monotonic_time() < end:
        context.iteration(False)
    made.window = window
    return made


def kinds(values):
    return None if values is None else [type(value).__name__ for value in values]


COLUMNS = {
    "nothing": lambda: Gtk.TreeViewColumn(),
    "title": lambda: Gtk.TreeViewColumn("t"),
    "keyword": lambda: Gtk.TreeViewColumn(title="t"),
    "None": lambda: Gtk.TreeViewColumn(None),
    "renderer": lambda: Gtk.TreeViewColumn("t", Gtk.CellRendererText(), text=0),
    "renderer by keyword": lambda: Gtk.TreeViewColumn("t", cell_renderer=Gtk.CellRendererText(), text=0, sensitive=1),
    "attribute of no renderer": lambda: Gtk.TreeViewColumn("t", None, text=0),
    "no renderer": lambda: Gtk.TreeViewColumn("t", 5),
}
for name, make in COLUMNS.items():
    asked(f"column: {name}", lambda make=make: (lambda column: (column.get_title(), kinds(column.get_cells())))(make()))

PATHS = {"int": 0, "text": "1", "tuple": (2,), "path": Gtk.TreePath(0), "None": None, "bad": "x"}
for name, path in PATHS.items():

    def put_cursor(path=path):
        made = view()
        made.set_cursor(path)
        return str(made.get_cursor()[0])

    def select(path=path):
        selection = view().get_selection()
        selection.select_path(path)
        model, rows = selection.get_selected_rows()
        return type(model).__name__, [str(row) for row in rows]

    asked(f"set_cursor: {name}", put_cursor)
    asked(f"scroll_to_cell: {name}", lambda path=path: view().scroll_to_cell(path))
    asked(f"get_cell_area: {name}", lambda path=path: type(shown().get_cell_area(path)).__name__)
    asked(f"select_path: {name}", select)


def selected():
    selection = view().get_selection()
    selection.unselect_all()
    model, none = selection.get_selected()
    selection.select_path(1)
    model, tree_iter = selection.get_selected()
    return none, model[tree_iter][0]


def inserted():
    made = view()
    answers = [
        made.insert_column_with_attributes(-1, "last", Gtk.CellRendererText(), text=1),
        made.insert_column_with_attributes(0, "first", Gtk.CellRendererText()),
    ]
    return answers, [column.get_title() for column in made.get_columns()], made.get_columns()[0].get_expand()


def told(*data):
    column, renderer, model, said = Gtk.TreeViewColumn("t"), Gtk.CellRendererText(), store(), []
    column.pack_start(renderer, True)
    column.set_cell_data_func(renderer, lambda *args: said.append([*kinds(args[:4]), args[4:]]), *data)
    column.cell_set_cell_data(model, model.get_iter(0), False, False)
    column.set_cell_data_func(renderer, None)
    column.cell_set_cell_data(model, model.get_iter(0), False, False)
    return said


def attributes():
    column, renderer, model = Gtk.TreeViewColumn("t"), Gtk.CellRendererText(), store()
    column.pack_start(renderer, True)
    column.set_attributes(renderer, text=0, height=1)
    column.set_attributes(renderer, text=0)
    column.cell_set_cell_data(model, model.get_iter(2), False, False)
    return renderer.get_property("text"), renderer.get_property("height")


def chosen():
    box = Gtk.ComboBox(model=store())
    before = box.get_active_iter()
    box.set_active(1)
    return before, box.get_model()[box.get_active_iter()][0]


asked("selected", selected)
asked("insert_column_with_attributes", inserted)
asked("cell data", told)
asked("cell data with data", lambda: told(5))
asked("attributes", attributes)
asked("attributes: bad", lambda: Gtk.TreeViewColumn("t").set_attributes(Gtk.CellRendererText(), 5))
asked("position of no cell", lambda: Gtk.TreeViewColumn("t").cell_get_position(Gtk.CellRendererText()))
asked("combo box", chosen)
asked("path at", lambda: kinds(shown().get_path_at_pos(20, 10)))
asked("path beyond", lambda: shown().get_path_at_pos(5, 290))
asked("range", lambda: kinds(shown().get_visible_range()))
asked("dropped beyond", lambda: shown().get_dest_row_at_pos(-100, -100))

if VERSION == "3":
    for name in ("TreeView", "IconView", "TreeModelSort"):
        asked(f"{name} of a model without a name", lambda name=name: getattr(Gtk, name)(store()).get_model() is None)
    button, copy = Gdk.ModifierType.BUTTON1_MASK, Gdk.DragAction.COPY
    asked("dragged", lambda: view().enable_model_drag_source(button, [("text/plain", 0, 0)], copy))
    asked("dropped", lambda: view().enable_model_drag_dest([("a", 0, 0), Gtk.TargetEntry.new("b", 0, 1)], copy))
    asked("dropped: bad", lambda: view().enable_model_drag_dest([("text/plain", 0)], copy))
    asked("a view is a container", lambda: (len(view()), 5 in Gtk.ComboBox(), bool(view())))

ask.answer()

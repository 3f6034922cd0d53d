"""Questions: models of trees, their rows and paths, in the GTK whose version stands in GIJIT_ASK_GTK."""

import os
import warnings

import gi

VERSION = os.environ["GIJIT_ASK_GTK"]
gi.require_version("Gtk", f"{VERSION}.0")
from asking import Questions  # noqa: E402
from gi.repository import GObject, Gtk  # noqa: E402

questions = Questions()


def ask(key, function):
    def answered():
        # GTK has deprecated all of this since. PyGObject says so at lines of its own, and of what those call.
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*is deprecated")
            return function()

    questions(key, answered)


def store():
    made = Gtk.ListStore(str, int, bool)
    for row in ("a", 1, True), ("b", 2, False), ("c", 3, True):
        made.append(row)
    return made


def tree():
    made = Gtk.TreeStore(str, int)
    first = made.append(None, ["p", 1])
    child = made.append(first, ["c1", 2])
    made.append(first, ["c2", 3])
    made.append(child, ["g", 4])
    made.append(None, ["q", 5])
    return made


def rows(model):
    return [tuple(row) for row in model]


def below(row):
    return tuple(row), [below(child) for child in row.iterchildren()]


def all_rows(model):
    return [below(row) for row in model]


class Index:
    def __index__(self):
        return 1


KEYS = {
    **{
        repr(key): key
        for key in (0, -1, 2, 3, -3, -4, "0", "9", "0:1", "x", "", (0,), (1, 2), (9,), [1], None, 1.5, b"1")
    },
    "slice": slice(0, 1),
    "index": Index(),
    "range": range(1),
    "path": Gtk.TreePath(1),
    "no row": Gtk.TreePath("9"),
}
for name, key in KEYS.items():
    ask(f"model[{name}]", lambda key=key: tuple(store()[key]))

    def set_row(key=key):
        model = store()
        model[key] = ("n", 7, None)
        return rows(model)

    def delete(key=key):
        model = store()
        del model[key]
        return rows(model)

    ask(f"model[{name}] = row", set_row)
    ask(f"del model[{name}]", delete)

ask("len", lambda: (len(store()), len(tree()), bool(Gtk.ListStore(int))))
ask("reversed", lambda: [tuple(row) for row in reversed(store())])
ask("membership", lambda: ("a" in store(), None in store()))

ROWS = {
    repr(row): row
    for row in (
        ["a", 1, True],
        ["a", 1],
        ["a", 1, True, 4],
        [],
        "abc",
        b"abc",
        {"a": 1, "b": 2, "c": 3},
        5,
        [None, None, None],
        ["a", None, True],
        [5, 1, True],
        ["a", "x", True],
        ["a", 2**40, 1],
        ["a", 1.7, "yes"],
        ["\udc80", 1, 1],
    )
}
ROWS["values"] = [GObject.Value(str, "v"), GObject.Value(int, 8), GObject.Value(bool, True)]
ROWS["range"] = range(3)
for name, row in ROWS.items():

    def append(row=row):
        model = store()
        answer = model.append(row)
        return type(answer).__name__, rows(model)

    def assign(row=row):
        model = store()
        try:
            model[1] = row
        except Exception as error:
            return type(error).__name__, str(error), rows(model)
        return rows(model)

    ask(f"append {name}", append)
    ask(f"[1] = {name}", assign)

WAYS = {
    "prepend": lambda model: model.prepend(["n", 7, True]),
    "prepend()": lambda model: model.prepend(),
    "append()": lambda model: model.append(),
    "insert": lambda model: model.insert(1, ["n", 7, True]),
    "insert()": lambda model: model.insert(1),
    "insert -1": lambda model: model.insert(-1, ["n", 7, True]),
    "insert 99": lambda model: model.insert(99, ["n", 7, True]),
    "insert text": lambda model: model.insert("a", ["n", 7, True]),
    "insert keywords": lambda model: model.insert(position=0, row=["n", 7, True]),
    "before": lambda model: model.insert_before(model.get_iter(1), ["n", 7, True]),
    "before None": lambda model: model.insert_before(None, ["n", 7, True]),
    "before 5": lambda model: model.insert_before(5, ["n", 7, True]),
    "after": lambda model: model.insert_after(model.get_iter(1), ["n", 7, True]),
    "after None": lambda model: model.insert_after(None, ["n", 7, True]),
    "after ()": lambda model: model.insert_after(model.get_iter(1)),
    "with values": lambda model: model.insert_with_values(0, [0, 1], ["n", 7]),
    "with valuesv": lambda model: model.insert_with_valuesv(0, [0, 1], ["n", 7]),
    "set_row": lambda model: model.set_row(model.get_iter(1), ["n", None, True]),
}
SETS = {
    "one": (0, "n"),
    "two": (0, "n", 1, 7),
    "lists": ([0, 1], ["n", 7]),
    "tuples": ((0, 1), ("n", 7)),
    "dict": ({0: "n", 1: 7},),
    "nothing": (),
    "no value": (0,),
    "odd": (0, "n", 1),
    "too few": ([0, 1], ["n"]),
    "text": ([0], "q"),
    "name": ("a", 1),
    "empty": ({},),
    "None": (0, None, 1, None),
    "None in a list": ([0], [None]),
    "name in a dict": ({"a": 1},),
    "more": ([0, 1], ["n", 7], 3),
    "range": (range(2), ["n", 7]),
    "wrong type": (1, "no"),
    "too great": (1, 2**40),
    "bool": (True, 7),
    "twice": ([0, 0], ["n", "m"]),
    "value": (1, GObject.Value(int, 77)),
}
WAYS.update(
    {f"set {name}": lambda model, args=args: model.set(model.get_iter(1), *args) for name, args in SETS.items()}
)
WAYS["set of None"] = lambda model: model.set(None, 0, "n")
for column, value in ((0, "n"), (1, "x"), (0, None), (1, None), (0, 5), (1, 2**40), (1, 3.9), (2, "s"), ("0", "s")):
    WAYS[f"set_value {column!r} {value!r}"] = lambda model, column=column, value=value: model.set_value(
        model.get_iter(1), column, value
    )
WAYS["set_value 5"] = lambda model: model.set_value(5, 0, "n")
WAYS["set_value None"] = lambda model: model.set_value(None, 0, "n")
for name, way in WAYS.items():

    def change(way=way):
        model = store()
        said = []
        for signal in ("row-changed", "row-inserted", "row-deleted"):
            model.connect(signal, lambda _, path, *__, signal=signal: said.append((signal, str(path))))
        try:
            answer = type(way(model)).__name__
        except Exception as error:
            answer = type(error).__name__, str(error)
        return answer, rows(model), said

    ask(name, change)

CELLS = {
    **{repr(key): key for key in (0, 1, -1, -4, 3, "0", None, 1.5, (0, 1), (1, -1), (), (0, "a"), (9,), True, [0, 1])},
    **{repr(key): key for key in (slice(None), slice(0, 2), slice(None, None, 2), slice(5, 9), slice(-2, None))},
    "index": Index(),
}
for name, key in CELLS.items():
    ask(f"row[{name}]", lambda key=key: store()[1][key])
for key, value in (
    (0, "z"),
    (-1, True),
    (3, 1),
    (-4, 1),
    (1, "x"),
    (0, None),
    (1, None),
    (1, 2**40),
    (slice(0, 2), ["q", 5]),
    (slice(None, None, 2), ("w", True)),
    ((0, 1), ("t", 4)),
    ((0, 1), ("t",)),
    ((0, 1), 5),
    ("a", 1),
    (None, 1),
    (slice(5, 9), []),
):

    def set_cells(key=key, value=value):
        model = store()
        row = model[1]
        try:
            row[key] = value
        except Exception as error:
            return type(error).__name__, str(error), rows(model)
        return rows(model)

    ask(f"row[{key!r}] = {value!r}", set_cells)

ask("row: path", lambda: str(store()[1].path))
ask("row: next", lambda: (store()[1].next[0], store()[2].next, store()[1].get_next()[0]))
ask("row: previous", lambda: (store()[1].previous[0], store()[0].previous))
ask("row: parent", lambda: (tree()["0:1"].parent[0], tree()[0].parent))
ask("row: children", lambda: all_rows(tree()))
ask("row: no length", lambda: len(store()[0]))
ask("row: unpacked", lambda: [*store()[0]])
ask("row: equal", lambda: (store()[0] == store()[0], bool(store()[0]), 2 in store()[1]))


def attributes():
    model = store()
    row = model[1]
    first = row.iter
    row.note = "n"
    answer = [row.iter is first, row.model is model, row.note]
    row.iter = model.get_iter(0)
    answer.append(row[0])
    model.remove(first)
    return answer, model.get_value(first, 0)


def iterator_of_row_is_the_row():
    model = store()
    row = model[0]
    model.remove(row.iter)
    return row[0], rows(model)


def remove_while_going():
    model, seen = store(), []
    for row in model:
        seen.append(row[0])
        if row[0] == "b":
            model.remove(row.iter)
    return seen, rows(model)


def row_of_no_model():
    row = store()[0]
    row.model = 5
    return row[0]


ask("row: attributes", attributes)
ask("row: moved by C", iterator_of_row_is_the_row)
ask("going: removed", remove_while_going)
ask("row: of no model", row_of_no_model)
for name, args in {
    "iter": lambda model: (model, model.get_iter(0)),
    "path": lambda model: (model, Gtk.TreePath(1)),
    "int": lambda model: (model, 0),
    "None": lambda model: (model, None),
    "no model": lambda model: (None, model.get_iter(0)),
    "no row": lambda model: (model, Gtk.TreePath(9)),
}.items():
    ask(f"TreeModelRow {name}", lambda args=args: tuple(Gtk.TreeModelRow(*args(store()))))
ask("TreeModelRowIter", lambda: [tuple(row) for row in Gtk.TreeModelRowIter(*(lambda m: (m, m.get_iter(1)))(store()))])


def iterator():
    model = store()
    going = iter(model)
    first = next(going)
    return (
        first[0],
        model.get_value(going.iter, 0),
        going.model is model,
        iter(going) is going,
        len(list(going)),
        going.iter,
    )


ask("iterator", iterator)

TREE_WAYS = {
    "append": lambda t, p, c: t.append(p, ["n", 9]),
    "append None": lambda t, p, c: t.append(None, ["n", 9]),
    "append ()": lambda t, p, c: t.append(p),
    "append nothing": lambda t, p, c: t.append(),
    "append 5": lambda t, p, c: t.append(5, ["n", 9]),
    "prepend": lambda t, p, c: t.prepend(p, ["n", 9]),
    "insert": lambda t, p, c: t.insert(p, 1, ["n", 9]),
    "before": lambda t, p, c: t.insert_before(p, c, ["n", 9]),
    "before, no parent": lambda t, p, c: t.insert_before(None, c, ["n", 9]),
    "before None": lambda t, p, c: t.insert_before(p, None, ["n", 9]),
    "after": lambda t, p, c: t.insert_after(p, c, ["n", 9]),
    "after, no parent": lambda t, p, c: t.insert_after(None, c, ["n", 9]),
    "after None": lambda t, p, c: t.insert_after(p, None),
    "set": lambda t, p, c: t.set(p, 0, "n", 1, 9),
    "set_value": lambda t, p, c: t.set_value(c, 0, "n"),
    "row": lambda t, p, c: t["0:1"].__setitem__(0, "n"),
}
for name, way in TREE_WAYS.items():

    def change_tree(way=way):
        model = tree()
        parent = model.get_iter(0)
        try:
            answer = type(way(model, parent, model.get_iter("0:1"))).__name__
        except Exception as error:
            answer = type(error).__name__, str(error)
        return answer, all_rows(model)

    ask(f"tree: {name}", change_tree)

MODEL = {
    "first": lambda m, t: (m.get_value(m.get_iter_first(), 0), Gtk.ListStore(int).get_iter_first()),
    "children": lambda m, t: (t.get_value(t.iter_children(), 0), t.get_value(t.iter_children(t.get_iter(0)), 0)),
    "no children": lambda m, t: t.iter_children(t.get_iter("0:1")),
    "nth child": lambda m, t: (t.get_value(t.iter_nth_child(t.get_iter(0), 1), 0), t.iter_nth_child(None, 9)),
    "iter's parent": lambda m, t: (t.get_value(t.iter_parent(t.get_iter("0:1")), 0), t.iter_parent(t.get_iter(0))),
    "from string": lambda m, t: t.get_value(t.get_iter_from_string("0:1"), 0),
    "from a bad string": lambda m, t: m.get_iter_from_string("9"),
    "next": lambda m, t: (m.get_value(m.iter_next(m.get_iter(0)), 0), m.iter_next(m.get_iter(2))),
    "previous": lambda m, t: (m.get_value(m.iter_previous(m.get_iter(1)), 0), m.iter_previous(m.get_iter(0))),
    "next of None": lambda m, t: m.iter_next(None),
    "get": lambda m, t: (m.get(m.get_iter(1), 0, 1), m.get(m.get_iter(1)), m.get(m.get_iter(1), 1)),
    "get -1": lambda m, t: m.get(m.get_iter(1), -1),
    "get 9": lambda m, t: m.get(m.get_iter(1), 9),
    "get text": lambda m, t: m.get(m.get_iter(1), "a"),
    "value of no column": lambda m, t: m.get_value(m.get_iter(1), 9),
    "value of no column of a tree": lambda m, t: t.get_value(t.get_iter(0), 9),
    "value of no column of others": lambda m, t: Gtk.TreeModelFilter(child_model=m).get_value(m.get_iter(1), 9),
    "sorted by": lambda m, t: m.get_sort_column_id(),
    "sorted": lambda m, t: rows(m.sort_new_with_model()) if VERSION == "3" else rows(Gtk.TreeModelSort(model=m)),
}
MODEL.update(
    {
        f"get_iter {key!r}": lambda m, t, key=key: m.get_value(m.get_iter(key), 0)
        for key in (0, "1", (0,), [1], "9", -1, "x", None)
    }
)
for name, question in MODEL.items():
    ask(f"model: {name}", lambda question=question: question(store(), tree()))


def signals():
    model, said = store(), []
    for signal in ("row-changed", "row-inserted", "row-deleted", "row-has-child-toggled"):
        model.connect(signal, lambda _, path, *__, signal=signal: said.append((signal, str(path))))
    tree_iter = model.get_iter(0)
    for path in (0, "1", (2,), Gtk.TreePath(0)):
        model.row_changed(path, tree_iter)
    model.row_has_child_toggled("0", tree_iter)
    return said


def order(user_data):
    model, said = store(), []

    def compare(model, a, b, *data):
        said.append(data)
        return model[b][1] - model[a][1]

    model.set_sort_func(1, compare, *user_data)
    model.set_sort_column_id(1, Gtk.SortType.ASCENDING)
    return rows(model), set(said), model.get_sort_column_id()[0]


def filtered(user_data):
    model, said = store(), []

    def is_visible(model, tree_iter, data):
        said.append(data)
        return model[tree_iter][1] != 2

    shown = model.filter_new()
    shown.set_visible_func(is_visible, *user_data)
    answer = rows(shown), len(shown), [row[0] for row in shown]
    shown[1][0] = "changed"
    shown.set_value(shown.get_iter(0), 0, "too")
    return answer, rows(model), set(said)


ask("signals", signals)
ask("sort", lambda: order(()))
ask("sort with data", lambda: order((5,)))
ask("filter", lambda: filtered(()))
ask("filter with data", lambda: filtered((5,)))

if VERSION == "4":
    from gi.repository import Gio

    class Item(GObject.Object):
        def __init__(self, number):
            super().__init__()
            self.number = number

    def sorter(way):
        model, said = Gio.ListStore(item_type=Item), set()
        for number in (2, 3, 1):
            model.append(Item(number))

        def compare(a, b, *data):
            said.add((type(a).__name__, type(b).__name__, data))
            return b.number - a.number

        ordered = Gtk.SortListModel(model=model, sorter=way(compare))
        return [item.number for item in ordered], said

    def changed(compare, *user_data):
        made = Gtk.CustomSorter.new(None)
        made.set_sort_func(compare, *user_data)
        return made

    ask("sorter", lambda: sorter(Gtk.CustomSorter.new))
    ask("sorter with data", lambda: sorter(lambda compare: Gtk.CustomSorter.new(compare, 5)))
    ask("sorter by keywords", lambda: sorter(lambda compare: Gtk.CustomSorter.new(sort_func=compare, user_data=5)))
    ask("sorter changed", lambda: sorter(changed))
    ask("sorter changed with data", lambda: sorter(lambda compare: changed(compare, 5)))
    ask("sorter of nothing", lambda: sorter(lambda compare: changed(None)))
    ask("sorter of more", lambda: Gtk.CustomSorter.new(print, 1, 2))

PATHS = {
    repr(args): args
    for args in ((), (5,), ("0:1",), ((1, 2),), (None,), ("x",), (1.5,), (-1,), ("1", 2), ((),), (("a",),), (b"1",))
}
for name, args in PATHS.items():
    ask(f"TreePath{name}", lambda args=args: (lambda path: (str(path), list(path), len(path)))(Gtk.TreePath(*args)))
OTHERS = {
    "same": Gtk.TreePath("1:2"),
    "less": Gtk.TreePath(0),
    "more": Gtk.TreePath(3),
    "None": None,
    "text": "1:2",
    "int": 5,
}
for name, other in OTHERS.items():
    for operator in ("lt", "le", "eq", "ne", "gt", "ge"):
        ask(f"path {operator} {name}", lambda o=operator, other=other: getattr(Gtk.TreePath("1:2"), f"__{o}__")(other))
ask(
    "path items",
    lambda: (Gtk.TreePath("1:2")[-1], Gtk.TreePath("1:2")[0:1], 2 in Gtk.TreePath("1:2"), [*Gtk.TreePath("1:2")]),
)
ask("path [9]", lambda: Gtk.TreePath("1:2")[9])
ask("path's hash", lambda: hash(Gtk.TreePath("1")))


class Own(Gtk.ListStore):
    """With methods of its own in the place of the library's."""

    def __init__(self):
        super().__init__(str, int)
        self.log = []

    def get_value(self, tree_iter, column):
        self.log.append(("get_value", column))
        return super().get_value(tree_iter, column)

    def iter_next(self, tree_iter):
        self.log.append("iter_next")
        return super().iter_next(tree_iter)

    def set_value(self, tree_iter, column, value):
        self.log.append(("set_value", column, value))
        super().set_value(tree_iter, column, value)


def own():
    model = Own()
    model.append(["a", 1])
    model.append(["b", 2])
    values = [row[1] for row in model]
    model[0][1] = 5
    return values, model.log


def on_the_object():
    model = store()
    model.get_value = lambda tree_iter, column: (column, "own")
    return model[0][1], [*model[1]]


class Model(GObject.Object, Gtk.TreeModel):
    """Squares, by C's functions."""

    def do_get_flags(self):
        return Gtk.TreeModelFlags.LIST_ONLY

    def do_get_n_columns(self):
        return 1

    def do_get_column_type(self, column):
        return GObject.TYPE_INT

    def _at(self, index):
        tree_iter = Gtk.TreeIter()
        tree_iter.user_data = index + 1
        return (True, tree_iter) if 0 <= index < 4 else (False, None)

    def do_get_iter(self, path):
        return self._at(path.get_indices()[0])

    def do_get_path(self, tree_iter):
        return Gtk.TreePath(tree_iter.user_data - 1)

    def do_get_value(self, tree_iter, column):
        return (tree_iter.user_data - 1) ** 2

    def do_iter_next(self, tree_iter):
        if tree_iter.user_data == 4:
            return False
        tree_iter.user_data += 1
        return True

    def do_iter_children(self, parent):
        return self._at(0) if parent is None else (False, None)

    def do_iter_has_child(self, tree_iter):
        return False

    def do_iter_n_children(self, tree_iter):
        return 4 if tree_iter is None else 0

    def do_iter_nth_child(self, parent, n):
        return self._at(n) if parent is None else (False, None)

    def do_iter_parent(self, child):
        return False, None


def set_in_python():
    model = Model()
    model[1][0] = 5


ask("own methods", own)
ask("methods of the object", on_the_object)
ask(
    "in Python",
    lambda: (len(Model()), [row[0] for row in Model()], Model()[2][0], Model()[-1][0], str(Model()[1].path)),
)
ask("in Python: beyond", lambda: Model()[4])
ask("in Python: set", set_in_python)

questions.answer()

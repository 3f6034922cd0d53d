"""Models of trees and lists, and their rows: the same questions to gijit and PyGObject, and what only gijit is asked."""

import gc
import pathlib
import textwrap

import pytest
from asking import differences
from gi import _gi
from gi.repository import Gio, GObject

HERE = pathlib.Path(__file__)

OLD_ROWS = [
    ("a key that names no row is named as it is", r"(del )?model\[\(9,\)\].*", ".*path '9'", r".*path '\(9,\)'"),
]
OLD_LISTS = [
    ("nothing is deleted where there is nothing", r"del \[slice\(.*", r".*, 0, 0\)\]\)", r".*, \[\]\)"),
    ("lists are generic since 3.52", "(of the )?generic", ".*not subscriptable.*", ".*"),
]


def test_models_and_rows(gtk):
    assert not differences(HERE.with_name("rows_questions.py"), before_3_52=OLD_ROWS)


def test_lists():
    assert not differences(HERE.with_name("lists_questions.py"), before_3_52=OLD_LISTS)


class Item(GObject.Object):
    pass


def _filled():
    store = Gio.ListStore.new(Item)
    store.splice(0, 0, [Item() for _ in range(3)])
    return store


@pytest.mark.parametrize(
    "way",
    [
        lambda store, function: store.sort(function),
        lambda store, function: store.insert_sorted(Item(), function),
        lambda store, function: Gio.ListStore.__base__.sort(store, function),
        lambda store, function: Gio.ListStore.__base__.insert_sorted(store, Item(), function),
        lambda store, function: store.find_with_equal_func(Item(), function),
        lambda store, function: store.find_with_equal_func_full(Item(), function),
    ],
)
def test_what_compares_items_gets_objects(way):
    seen = []

    def compare(a, b, *data):
        seen.extend((a, b))
        return 0

    way(_filled(), compare)
    assert seen and all(type(item) is Item for item in seen)


def test_a_comparison_that_raises_is_reported_and_the_list_stays_whole(monkeypatch):
    printed = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, traceback: printed.append(kind))
    store = _filled()
    before = {*store}
    store.sort(lambda a, b: 1 / 0)
    assert {*store} == before and printed and {*printed} == {ZeroDivisionError}


def test_going_through_a_list_keeps_nothing():
    store = _filled()
    counts = []
    for _ in range(3):
        for item in store:
            assert item.__grefcount__ == 2
        gc.collect()
        counts.append(_gi.stats()["live_wrappers"])
        assert store.__grefcount__ == 1
    assert len({*counts}) == 1


def test_an_iterator_that_is_part_of_a_cycle_is_collected():
    store = _filled()
    going = iter(store)
    next(going)
    store.going = going
    gone = []
    store.weak_ref(lambda: gone.append(True))
    del store, going
    gc.collect()
    assert gone


PROGRAM = """
import gc
import gi
gi.require_version("Gtk", VERSION)
from gi import _gi
from gi.repository import Gtk

model = Gtk.ListStore(str, int, object)
for i in range(100):
    model.append(["text", i, None])

# Neither rows nor values nor iterators are left over.
counts = []
for _ in range(3):
    for row in model:
        row[0], row[1:], row.iter, row.path
        row[1] = row[1]
        row[:2] = ["text", row[1]]
    model.set(model.get_iter(0), 0, "text", 1, 0)
    shown = model.filter_new()
    shown.set_visible_func(lambda model, tree_iter, data: model[tree_iter][1] % 2)
    assert len(shown) == 50
    del shown, row
    gc.collect()
    counts.append(_gi.stats()["live_wrappers"])
print(len({*counts}), model.__grefcount__)

# A row that knows itself, and a model that knows a row of its own, are collected.
class Kept:
    pass

gone = []
row = model[0]
row.note = row
model[1][2] = kept = Kept()
import weakref
weakref.finalize(kept, gone.append, "kept")
model.weak_ref(gone.append, "model")
row.iter.note = row
del row, kept, model
gc.collect()
print(sorted(gone))

# A row of a model that is in nobody's hands.
row = (lambda model: (model.append(["a"]), model[0])[1])(Gtk.ListStore(str))
gc.collect()
print(row[0], [row[0] for row in row.model])

# What is not stored is not stored in part.
model = Gtk.ListStore(str, int)
try:
    model.append(["a", "b"])
except TypeError:
    print(len(model))

class Meddler:
    def __init__(self, row):
        self.row = row

    def __int__(self):
        self.row.clear()
        model.clear()
        return 5

row = ["a", None]
row[1] = Meddler(row)
model.append(row)
print([*model[0]])
# An iterator that a model of its own changes while it answers.
class Own(Gtk.ListStore):
    def get_n_columns(self):
        global row
        row.iter = other.get_iter(0)
        row.model = other
        gc.collect()
        return 1

other = Gtk.ListStore(str)
other.append(["other"])
own = Own(str)
own.insert_with_valuesv(0, [0], ["own"])
row = own[0]
del own
try:
    # An iterator of another model, and GTK's word for that: C has nothing there.
    print(row[0])
except TypeError:
    pass
print(row[0])
"""

PRINTED = """\
1 1
['kept', 'model']
a ['a']
0
['a', 5]
"""


def test_rows_hold_what_they_need_and_no_more(gtk, run):
    printed = run(textwrap.dedent(PROGRAM).replace("VERSION", repr(f"{gtk}.0"))).splitlines(keepends=True)
    assert "".join(printed[:5]) == PRINTED
    assert printed[-1] == "other\n"


def test_what_shows_models(gtk):
    old = [
        ("the page has moved", ".* of a model without a name", ".*/PyGObject/Init.*", ".*/Projects/PyGObject/Init.*")
    ]
    assert not differences(HERE.with_name("views_questions.py"), before_3_52=old if gtk == "3" else [])

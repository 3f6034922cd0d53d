"""Questions: lists of objects as sequences, and what compares their items."""

from asking import Questions
from gi.repository import Gio, GObject

ask = Questions()


class Item(GObject.Object):
    def __init__(self, number=0):
        super().__init__()
        self.number = number

    def __repr__(self):
        return f"<{self.number}>"


class Model(GObject.Object, Gio.ListModel):
    """Two items, by C's functions."""

    def do_get_n_items(self):
        return 2

    def do_get_item(self, position):
        return Item(position) if position < 2 else None

    def do_get_item_type(self):
        return Item.__gtype__


def store(n=6):
    made = Gio.ListStore(item_type=Item)
    for number in range(n):
        made.append(Item(number))
    return made


class Index:
    def __index__(self):
        return 1


SLICES = [
    slice(1, 3),
    slice(None),
    slice(0, 6, 2),
    slice(0, 6, 3),
    slice(None, None, -1),
    slice(4, 1, -1),
    slice(5, 0, -2),
    slice(3, 1),
    slice(10, 20),
    slice(-2, None),
    slice(2, 2),
]
KEYS = {repr(key): key for key in (0, -1, 6, -7, 2**40, "a", 1.5, None, True, *SLICES)}
KEYS["index"] = Index()


def kind(error):
    # The words are ours.
    return type(error).__name__


def change(way, n=6):
    model, said = store(n), []
    model.connect("items-changed", lambda _, *what: said.append(what))
    try:
        way(model)
    except Exception as error:
        return kind(error), list(model), said
    return list(model), said


for name, key in KEYS.items():

    def read(key=key):
        try:
            return store()[key]
        except Exception as error:
            return kind(error)

    ask(f"[{name}]", read)
    ask(f"del [{name}]", lambda key=key: change(lambda model: model.__delitem__(key)))

VALUES = {
    "one": lambda: Item(10),
    "none": list,
    "two": lambda: [Item(10), Item(11)],
    "three": lambda: (Item(10), Item(11), Item(12)),
    "six": lambda: iter([Item(number) for number in range(10, 16)]),
    "int": lambda: 5,
    "ints": lambda: [5, 6],
    "other type": lambda: Gio.SimpleAction.new("a"),
    "other types": lambda: [Item(10), Gio.SimpleAction.new("a")],
}
for value_name, value in VALUES.items():
    for name in ["0", "-1", "6", "'a'", *map(repr, SLICES)]:
        ask(
            f"[{name}] = {value_name}",
            lambda key=KEYS[name], value=value: change(lambda model: model.__setitem__(key, value())),
        )

ask("len", lambda: (len(store()), len(Gio.ListStore()), bool(Gio.ListStore()), bool(store())))
ask("reversed", lambda: list(reversed(store())))
ask("in", lambda: (lambda model: (model[2] in model, Item(2) in model))(store()))
for name, value in VALUES.items():

    def is_in(value=value):
        try:
            return value() in store()
        except Exception as error:
            return kind(error)

    ask(f"{name} in", is_in)
ask("in Python", lambda: (len(Model()), list(Model()), Model()[1], Model()[-1]))
ask("generic", lambda: (Gio.ListStore[Item].__origin__ is Gio.ListStore, Gio.ListModel[Item].__args__ == (Item,)))
ask("of the generic", lambda: type(Gio.ListStore[Item](item_type=Item)).__name__)


def going(way):
    model = store(4)
    seen = []
    for item in model:
        seen.append(item)
        if len(seen) == 2:
            way(model)
    return seen


ask("going: added", lambda: going(lambda model: model.append(Item(9))))
ask("going: removed", lambda: going(lambda model: model.remove(0)))


def by_number(a, b, *data):
    return b.number - a.number


ask("sort", lambda: change(lambda model: model.sort(by_number)))
ask("sort with data", lambda: change(lambda model: model.sort(by_number, 5, 6)))
ask("insert_sorted", lambda: change(lambda model: (model.sort(by_number), model.insert_sorted(Item(3.5), by_number))))


def data_of(way):
    seen = set()

    def compare(a, b, *data):
        seen.add((type(a).__name__, type(b).__name__, data))
        return 0

    way(store(2), compare)
    return sorted(seen)


ask("sort: arguments", lambda: data_of(lambda model, compare: model.sort(compare, 1, 2)))
ask("insert_sorted: arguments", lambda: data_of(lambda model, compare: model.insert_sorted(Item(1), compare, 1)))
ask("find: arguments", lambda: data_of(lambda model, compare: model.find_with_equal_func(Item(1), compare, 7)))
ask("find", lambda: tuple(store().find_with_equal_func(Item(4), lambda a, b: a.number == b.number)))
ask("find nothing", lambda: store().find_with_equal_func(Item(9), lambda a, b: a.number == b.number)[0])

ask.answer()

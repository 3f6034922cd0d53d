"""Run as a program: one kind of back-pointer, through one event; prints what came of it.

A kind makes something that C leads back to Python by, lets C do so, and says what Python was told. What it keeps alive is
a token, which must go with the thing.
"""

import gc
import os
import sys
import threading
import weakref

import gijit

gijit.install()

import gi  # noqa: E402

gi.require_version("GijitFixtures", "1.0")
gi.require_version("GijitCells", "1.0")
from gi.repository import GijitCells as C  # noqa: E402
from gi.repository import GijitFixtures as F  # noqa: E402
from gi.repository import Gio, GLib, GObject  # noqa: E402

GIVEN = GObject.ParamFlags.READWRITE | GObject.ParamFlags.CONSTRUCT


class Token:
    """Something of Python's that is kept."""


class Node(GObject.Object):
    __gsignals__ = {"told": (GObject.SignalFlags.RUN_LAST, int, (int,))}
    number = GObject.Property(type=int, default=0)
    again = GObject.Property(type=int, default=0)


class Kind:
    #: Whether it cannot be used in the middle of being used.
    is_alone = False
    is_used = False

    def circle(self):
        self.me = self
        self.object.me = self

    def ask(self):
        """What it says when it is used; None in the middle of that, where it cannot be."""
        if self.is_used and self.is_alone:
            return None
        self.is_used = True
        try:
            return self.use()
        finally:
            self.is_used = False


class Instance(Kind):
    """An object of a Python class, which C holds; what its wrapper had comes back with it."""

    after_dispose = (1, 5)

    def circle(self):
        # Nobody can see a circle that leads through C.
        self.me = self

    def __init__(self, token):
        self.store = Gio.ListStore(item_type=GObject.Object)
        self.object = node = Node()
        node.token, node.me = token, node.__gpointer__
        self.store.append(node)

    def use(self):
        node = self.store.get_item(0)
        node.number += 1
        return int(node is self.store.get_item(0) and hasattr(node, "token")), 5

    expected = (1, 5)


class Qdata(Instance):
    """The same for an object of a class of C's."""

    def __init__(self, token):
        self.store = Gio.ListStore(item_type=GObject.Object)
        self.object = action = Gio.SimpleAction(name="name")
        action.token = token
        self.store.append(action)

    def use(self):
        action = self.store.get_item(0)
        return int(action is self.store.get_item(0) and hasattr(action, "token")), len(action.props.name) + 1


class Attributes(Instance):
    """There is no wrapper: attributes wait for the next one."""

    def __init__(self, token):
        super().__init__(token)
        del self.object

    @property
    def object(self):
        return self.store.get_item(0)

    @object.setter
    def object(self, object):
        pass

    @object.deleter
    def object(self):
        pass


class Waiting(Kind):
    """A wrapper whose object is being made, in the middle of which another of the same class is."""

    class Maker(F.Maker):
        number = GObject.Property(type=int, default=0, flags=GIVEN)

        def __init__(self, token, **properties):
            self.token = token
            super().__init__(**properties)

        def do_constructed(self):
            F.Maker.do_constructed(self)
            self.was_there = hasattr(self, "token")

    def __init__(self, token):
        self.token = token
        self.object = Node()

    def use(self):
        def shown(half, *_):
            seen.append(type(half).__name__)
            inner = Waiting.Maker(self.token)
            seen.append(inner.was_there)
            gc.collect(0)

        seen = []
        F.Maker.show_next(shown)
        F.Maker.make_next(Node)
        made = Waiting.Maker(self.token, number=4)
        right = made.was_there and made.number == 4 and type(made.get_child()) is Node
        return int(right and type(made) is Waiting.Maker), seen

    expected = after_dispose = (1, ["Maker", True])


class Source(Kind):
    """A source whose functions are methods of its wrapper."""

    # A context is not iterated by what prepares or checks a source of it.
    is_alone = True

    class Twice(GLib.Source):
        def __init__(self, token):
            super().__init__()
            self.token, self.n = token, 0

        def prepare(self):
            return True, 0

        def check(self):
            return True

        def dispatch(self, callback, args):
            self.n += 1
            return callback(*args)

        def finalize(self):
            pass

    def __init__(self, token):
        self.object = Node()
        self.context = GLib.MainContext()
        self.source = Source.Twice(token)
        self.source.set_callback(lambda *data: bool(data), 1)
        self.source.attach(self.context)

    def use(self):
        before = self.source.n
        self.context.iteration(False)
        return int(self.source.n > before), hasattr(self.source, "token")

    expected = after_dispose = (1, True)


class Closure(Kind):
    """A handler that holds its own object."""

    after_dispose = (0, [])

    def __init__(self, token):
        self.object = node = Node()

        def told(node, number, token):
            self.heard.append(node)
            return number + 1

        node.connect("told", told, token)
        node.connect("told", lambda *_, node=node: 5)

    def use(self):
        self.heard = []
        answer = self.object.emit("told", 1)
        heard, self.heard = self.heard, []
        return answer and 1, [node is self.object for node in heard]

    expected = (1, [True])


class Binding(Kind):
    """A binding that Python transforms, with handlers that hold the follower."""

    after_dispose = 0
    # Where a property is being set, others are told of its object's at the end of that alone.
    is_alone = True

    def __init__(self, token):
        self.object, self.follower = Node(), Node()
        self.object.connect("notify::number", lambda *_, follower=self.follower: follower)
        self.object.bind_property("number", self.follower, "again", 0, lambda _, n, token: n * 2, None, token)
        self.object.connect("notify::number", lambda *_, node=self.object: node)
        self.n = 0

    def use(self):
        self.n += 1
        self.object.number = self.n
        return int(self.follower.again == 2 * self.object.number)

    expected = 1


class WeakRef(Kind):
    """A callback that is called when an object goes."""

    expected = after_dispose = (1, True)

    def __init__(self, token):
        self.object = Node()
        self.token = token

    def use(self):
        def gone(token):
            heard.append(token)

        heard = []
        node = Node()
        reference = node.weak_ref(gone, self.token)
        there = reference() is node
        del node
        return len(heard), there and reference() is None


class Scopes(Kind):
    """Callbacks that C needs for a call, until they are called once, until it says so, and for ever."""

    expected = after_dispose = (1, ["call", "async", "notified", "forever"])

    class Forever:
        """Only C has the one that there is."""

        def __call__(self, value, data):
            return value + data

    forever = None
    making = threading.Lock()

    def __init__(self, token):
        with Scopes.making:
            # Another thread asks C for it as soon as it finds one.
            if Scopes.forever is None:
                function = Scopes.Forever()
                Scopes.forever = weakref.ref(function)
                C.forever_keep(function, 4)
        self.object = Node()
        self.token = token
        self.context = GLib.MainContext.default()

    def use(self):
        seen = []
        store = Gio.ListStore(item_type=GObject.Object)
        store.append(Node())
        store.append(Node())

        def compare(a, b, *_, token=self.token):
            seen.extend(["call"] * (not seen))
            return 0

        store.sort(compare)
        if threading.current_thread() is threading.main_thread():
            task = Gio.Task.new(None, None, lambda *_, token=self.token: seen.append("async"))
            task.return_boolean(True)
            GLib.idle_add(lambda *_, token=self.token: seen.append("notified"))
            while len(seen) < 3:
                self.context.iteration(False)
        else:
            seen += ["async", "notified"]
        seen.extend(["forever"] * (C.forever_run(3) == 7 and Scopes.forever() is not None))
        return 1, seen


KINDS = {
    kind.__name__: kind for kind in (Instance, Qdata, Attributes, Waiting, Source, Closure, Binding, WeakRef, Scopes)
}


def check(thing, expected):
    seen = thing.ask()
    assert seen == expected, (seen, expected)


def collector(kind):
    """The collector comes at every allocation, and what it finalises has C lead back, too."""

    class Asks:
        def __init__(self, thing):
            self.me, self.thing = self, thing

        def __del__(self):
            # What goes with it is asked as well as what stays.
            asked.append(self.thing.ask())

    asked, tokens = [], []
    standing = kind(Token())
    for i in range(60):
        token = Token()
        tokens.append(weakref.ref(token))
        thing = kind(token)
        del token
        Asks(thing if i % 2 and kind is not WeakRef else standing)
        gc.set_threshold(1 + i % 5, 1, 1)
        check(thing, kind.expected)
        check(standing, kind.expected)
        gc.set_threshold(0)
        thing.circle()
        # The first is gone, and was asked in the middle of something where collections wait for that: from Python 3.12 on.
        Asks(thing if i % 2 and kind is not WeakRef else standing)
        del thing
        gc.collect()
    del standing
    for _ in range(3):
        gc.collect()
    assert len(asked) == 120, len(asked)
    assert asked.count(kind.expected) >= 60, asked
    assert all(seen in (kind.expected, None) for seen in asked), asked
    left = [token for token in tokens if token() is not None]
    assert not left, len(left)


def dispose(kind):
    """The object is disposed of before anybody lets go of it, also while the collector is under way."""
    tokens = []
    for i in range(30):
        token = Token()
        tokens.append(weakref.ref(token))
        thing = kind(token)
        del token
        check(thing, kind.expected)
        thing.object.run_dispose()
        check(thing, kind.after_dispose)
        thing.circle()
        if i % 2:

            class Disposes:
                def __init__(self, thing):
                    self.me, self.object = self, thing.object

                def __del__(self):
                    self.object.run_dispose()

            Disposes(thing)
        del thing
        gc.collect()
    left = [token for token in tokens if token() is not None]
    assert not left, len(left)


def thread(kind):
    """It is used and dropped on other threads while the collector runs on this one."""
    tokens, errors = [], []

    def work():
        try:
            for _ in range(15):
                token = Token()
                tokens.append(weakref.ref(token))
                things.append(kind(token))
                del token
                check(things[-1] if kind in ALONE else things.pop(), kind.expected)
                if kind in ALONE:
                    things.clear()
        except BaseException as error:
            errors.append(error)

    ALONE = (Waiting,)
    things = []
    n = 1 if kind in ALONE else 4
    workers = [threading.Thread(target=work) for _ in range(n)]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        gc.collect()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
    things.clear()
    for _ in range(3):
        gc.collect()
    left = [token for token in tokens if token() is not None]
    assert not left, len(left)


def end(kind):
    """The interpreter ends while all of it is there, in circles and with a thread of its own."""
    import atexit

    thing = kind(Token())
    check(thing, kind.expected)
    thing.circle()
    kept.append(thing)
    circle = kind(Token())
    circle.circle()
    atexit.register(check, thing, kind.expected)


kept = []
EVENTS = {event.__name__: event for event in (collector, dispose, thread, end)}

if __name__ == "__main__":
    kind, event = sys.argv[1:]
    sys.excepthook = lambda *exception: (sys.__excepthook__(*exception), os._exit(3))
    EVENTS[event](KINDS[kind])
    print("done", flush=True)

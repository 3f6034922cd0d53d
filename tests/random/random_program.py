"""Random programs: what one does, step by step, is drawn from a generator that is seeded with its number.

A program makes objects, ties them together in all the ways that there are (attributes, properties, handlers, bindings,
weak references, lists, sources), emits, drops, collects, disposes, raises, and does the same again inside handlers,
accessors, class handlers, ``do_dispose``, ``__del__`` and threads. It only does what a program may do: whatever goes
wrong is the binding's fault.

It must not know who is tested: the same programs run on gijit and on PyGObject.
"""

import contextlib
import functools
import gc
import itertools
import os
import random
import threading
import weakref

from gi.repository import GijitFixtures as F
from gi.repository import Gio, GLib, GObject


class Wanted(Exception):
    """What programs raise."""


class World:
    """One program. ``wrong`` are the exceptions that nobody raised on purpose, as texts."""

    #: How deep steps may lie in steps, and how many there may be in all.
    DEPTH = 4
    STEPS = 160
    SLOTS = 10

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.slots = [None] * self.SLOTS
        self.handlers = []
        self.kept = []
        self.depth = 0
        self.left = self.STEPS
        self.over = False
        self.is_sorting = False
        self.wrong = []
        self.lock = threading.RLock()

    # ---- What is drawn ----

    def any(self, kind=object):
        """One of the objects there are, or a new one."""
        found = [it for it in self.slots if isinstance(it, kind) and it is not None]
        if found and self.random.random() < 0.9:
            return self.random.choice(found)
        return self.put(self.make(kind))

    def make(self, kind=object):
        kinds = [maker for maker in MAKERS if issubclass(maker[0], kind)] or MAKERS[:1]
        return self.random.choice(kinds)[1](self)

    def put(self, it):
        self.slots[self.random.randrange(self.SLOTS)] = it
        return it

    def chance(self, one_in):
        return self.random.randrange(one_in) == 0

    # ---- Steps ----

    def run(self):
        for _ in range(self.random.randrange(10, 40)):
            self.step()
        self.end()

    def step(self, why=None):
        """One step, unless there were enough. Exceptions end here but for those that are wanted inside handlers."""
        if self.left <= 0 or self.over:
            return
        self.left -= 1
        step = self.random.choice(STEPS)
        if step in OF_ONE_THREAD and threading.current_thread() is not threading.main_thread():
            return
        if trace:
            print("    " * self.depth + step.__name__, flush=True)
        try:
            step(self)
        except Wanted:
            pass
        except Exception as error:
            self.note(error)

    def within(self, most=3):
        """Some steps inside a call from C; perhaps it raises."""
        if self.over or self.depth >= self.DEPTH:
            return
        self.depth += 1
        try:
            for _ in range(self.random.randrange(most)):
                self.step()
            if self.chance(12):
                raise Wanted("inside")
        finally:
            self.depth -= 1

    def note(self, error):
        self.wrong.append(f"{type(error).__name__}: {error}")

    def end(self):
        """Lets everything go."""
        self.over = True
        F.callback_notified(None)
        self.slots[:] = [None] * self.SLOTS
        self.handlers.clear()
        self.kept.clear()
        context = GLib.MainContext.default()
        for _ in range(2):
            gc.collect()
            for _ in range(50):
                if not context.iteration(False):
                    break


#: Whether each step is told.
trace = bool(os.environ.get("GIJIT_RANDOM_TRACE"))

#: The program that runs; handlers that outlive theirs find one that is over.
world = World(0)
world.over = True


# ---- Classes ----

SERIAL = itertools.count()


class Node(GObject.Object):
    __gtype_name__ = "RandomNode"
    __gsignals__ = {
        "told": (GObject.SignalFlags.RUN_FIRST, None, (int,)),
        "asked": (GObject.SignalFlags.RUN_LAST, int, (GObject.Object, str)),
        "shown": (GObject.SignalFlags.RUN_LAST | GObject.SignalFlags.DETAILED, None, (object,)),
    }
    number = GObject.Property(type=int, default=0)
    text = GObject.Property(type=str, default="")
    friend = GObject.Property(type=GObject.Object)
    anything = GObject.Property(type=object)

    def __init__(self, **properties):
        super().__init__(**properties)
        self.heard = []
        self.serial = next(SERIAL)
        self.follows = False
        # What decides what may still be done with it: see `connect` and `dispose`.
        self.is_disposed = False
        self.is_bound = False
        self.is_watched = False

    @GObject.Property(type=int, default=0)
    def counted(self):
        world.within(2)
        return len(getattr(self, "heard", ()))

    @counted.setter
    def counted(self, value):
        world.within(2)

    def do_told(self, value):
        world.within(2)

    def hear(self, *args):
        if not world.over and len(self.heard) < 5:
            self.heard.append(args)
        world.within()

    def answer(self, *args):
        world.within()
        return len(args)


class Mortal(Node):
    """One that does things when it goes."""

    __gtype_name__ = "RandomMortal"

    def do_dispose(self):
        self.is_disposed = True
        world.within()
        if not world.over and world.chance(6):
            world.put(self)
        if not world.over and world.chance(3):
            self.emit("told", 3)
        Node.do_dispose(self)

    def do_asked(self, other, text):
        world.within(2)
        return 4


class Deleted(Node):
    __gtype_name__ = "RandomDeleted"

    def __del__(self):
        world.within()
        if not world.over and world.chance(6):
            world.put(self)


class Model(GObject.Object, Gio.ListModel):
    __gtype_name__ = "RandomModel"

    def __init__(self):
        super().__init__()
        self.rows = []

    def do_get_item_type(self):
        return GObject.Object.__gtype__

    def do_get_n_items(self):
        return len(self.rows)

    def do_get_item(self, position):
        world.within(2)
        return self.rows[position] if position < len(self.rows) else None


class Action(GObject.Object, Gio.Action):
    __gtype_name__ = "RandomAction"
    enabled = GObject.Property(type=bool, default=True)
    name = GObject.Property(type=str, default="action")
    parameter_type = GObject.Property(type=GLib.VariantType)
    state = GObject.Property(type=GObject.TYPE_VARIANT)
    state_type = GObject.Property(type=GLib.VariantType)

    def do_activate(self, parameter):
        world.within()

    def do_get_name(self):
        return "action"

    def do_get_enabled(self):
        return True

    def do_get_parameter_type(self):
        return None

    def do_get_state(self):
        return None

    def do_get_state_type(self):
        return None

    def do_get_state_hint(self):
        return None

    def do_change_state(self, value):
        world.within(2)


class Stream(Gio.InputStream):
    __gtype_name__ = "RandomStream"

    def do_close_fn(self, cancellable):
        world.within(2)
        return True


class Thing(F.Thing, F.Named):
    __gtype_name__ = "RandomThing"

    def do_weigh(self, factor):
        world.within(2)
        return factor

    def do_get_name(self):
        return "named"


#: Classes as programs make them in functions. Few, and made once: GObject keeps them.
DERIVED = [
    type(f"RandomDerived{i}", (base,), {"do_told": base.hear})
    for i, base in enumerate([Node, Mortal, Deleted, Mortal, Node, Deleted])
]


#: (class, how one is made)
MAKERS = [
    (Node, lambda it: Node(number=it.random.randrange(9), text="node")),
    (Node, lambda it: GObject.new(Node, friend=it.slots[0] if isinstance(it.slots[0], GObject.Object) else None)),
    (Mortal, lambda it: Mortal()),
    (Mortal, lambda it: GObject.new(Mortal, number=2)),
    (Deleted, lambda it: Deleted(anything=it.slots[1])),
    (Node, lambda it: it.random.choice(DERIVED)()),
    (Model, lambda it: Model()),
    (Action, lambda it: Action()),
    (GObject.Object, lambda it: GObject.Object()),
    (Gio.SimpleAction, lambda it: Gio.SimpleAction.new("simple", None)),
    (Gio.ListStore, lambda it: Gio.ListStore.new(GObject.Object)),
    (Gio.SimpleActionGroup, lambda it: Gio.SimpleActionGroup()),
    (Gio.Cancellable, lambda it: Gio.Cancellable()),
    (Gio.InputStream, lambda it: Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(b"bytes"))),
    (Stream, lambda it: Stream()),
    (F.Thing, lambda it: F.Thing.new_with_name("thing")),
    (Thing, lambda it: Thing(name="thing")),
    (F.Named, lambda it: F.Named.new_private("named")),
]


# ---- What programs do ----


def make(it):
    it.put(it.make())


def drop(it):
    it.slots[it.random.randrange(it.SLOTS)] = None


def forget(it):
    """Of what is kept beside objects (bindings, sources, weak references, items)."""
    if it.kept:
        it.kept.pop(it.random.randrange(len(it.kept)))


def tie(it):
    it.any(Node).other = it.any()


def untie(it):
    it.any(Node).__dict__.pop("other", None)


def befriend(it):
    it.any(Node).friend = it.random.choice([None, it.any(GObject.Object)])


def keep_anything(it):
    it.any(Node).anything = it.random.choice([None, it.any(), [it.any()], 5])


def set_number(it):
    it.any(Node).props.number = it.random.randrange(100)


def set_text(it):
    it.any(Node).set_property("text", it.random.choice(["a", "longer", "\N{LATIN SMALL LETTER E WITH ACUTE}"]))


def read(it):
    node = it.any(Node)
    it.kept.append((node.friend, node.anything, node.props.counted, node.get_property("text")))


def count(it):
    it.any(Node).counted = it.random.randrange(9)


SIGNALS = ["told", "asked", "shown", "shown::one", "notify", "notify::number", "notify::friend"]


def a_callable(it, signal):
    hearer = it.any(Node)
    name = "answer" if signal == "asked" else "hear"
    drawn = it.random.randrange(5)
    if drawn == 0:
        return getattr(hearer, name)
    if drawn == 1:
        return functools.partial(getattr(type(hearer), name), hearer)
    if drawn == 2:
        # Through a weak reference, as careful programs do.
        known = weakref.ref(hearer)
        return lambda *args: getattr(known() or hearer_of_last_resort, name)(*args)
    if drawn == 3:
        return lambda *args, hearer=hearer: getattr(hearer, name)(*args)
    return lambda *args: (world.within(), 3)[1]


def connect(it):
    node = it.any(Node)
    # GObject forgets the handlers of an object that it disposes of, and an emission that is under way then ends the process
    # where it finds others afterwards.
    if node.is_disposed:
        return
    signal = it.random.choice(SIGNALS)
    function = a_callable(it, signal)
    drawn = it.random.randrange(5)
    if drawn == 0:
        handler = node.connect_after(signal, function)
    elif drawn == 1:
        handler = node.connect(signal, function, it.any(), 5)
    elif drawn == 2:
        handler = node.connect_object(signal, function, it.any(GObject.Object))
    else:
        handler = node.connect(signal, function)
    it.handlers.append((weakref.ref(node), handler, function if it.chance(2) else None))


@contextlib.contextmanager
def alone(it):
    """Neither another thread nor what the collector finalises disconnects a handler between the question and what it was
    asked for."""
    with it.lock:
        gc.disable()
        try:
            yield
        finally:
            gc.enable()


def a_handler(it):
    """(object, number, function) of a handler that is connected."""
    for _ in range(5):
        if not it.handlers:
            break
        place = it.random.randrange(len(it.handlers))
        known, handler, function = it.handlers[place]
        node = known()
        if node is not None and GObject.signal_handler_is_connected(node, handler):
            return node, handler, function
    return None


def disconnect(it):
    with alone(it):
        found = a_handler(it)
        if found:
            found[0].disconnect(found[1])


def disconnect_by_function(it):
    with alone(it):
        found = a_handler(it)
        if found and found[2] is not None:
            found[0].disconnect_by_func(found[2])


def block(it):
    with alone(it):
        found = a_handler(it)
        if found:
            GObject.signal_handler_block(found[0], found[1])
    if found:
        node, handler, _ = found
        try:
            it.within()
        finally:
            with alone(it):
                if GObject.signal_handler_is_connected(node, handler):
                    GObject.signal_handler_unblock(node, handler)


def emit(it):
    node = it.any(Node)
    drawn = it.random.randrange(4)
    if drawn == 0:
        node.emit("told", it.random.randrange(50))
    elif drawn == 1:
        node.emit("asked", it.any(GObject.Object), "text")
    elif drawn == 2:
        node.emit("shown", it.any())
    else:
        node.emit("shown::one", None)


def notify(it):
    it.any(Node).notify(it.random.choice(["number", "friend", "counted"]))


def freeze(it):
    node = it.any(Node)
    with node.freeze_notify():
        node.number = it.random.randrange(9)
        it.within()


def stop(it):
    node = it.any(Node)
    if node.is_disposed:
        return
    handler = node.connect("told", lambda node, value: node.stop_emission("told"))
    node.emit("told", 1)
    with alone(it):
        if GObject.signal_handler_is_connected(node, handler):
            node.disconnect(handler)


FLAGS = [
    GObject.BindingFlags.DEFAULT,
    GObject.BindingFlags.SYNC_CREATE,
    GObject.BindingFlags.BIDIRECTIONAL,
    GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE,
]


def bind(it):
    # No circles: GObject starts the emission of `notify` anew where it is told of below, and never ends with one.
    one, other = sorted((it.any(Node), it.any(Node)), key=lambda node: node.serial)
    if one is other or other.follows or one.is_disposed or other.is_disposed:
        return
    other.follows = True
    one.is_bound = other.is_bound = True
    prop = it.random.choice(["number", "text", "friend"])
    extra = ()
    if it.chance(2):
        holder = it.any()

        def transform(binding, value, *data, holder=holder):
            world.within(2)
            return value

        extra = (transform, transform)
    binding = one.bind_property(prop, other, prop, it.random.choice(FLAGS), *extra)
    if it.chance(2):
        it.kept.append(binding)


def unbind(it):
    bindings = [kept for kept in it.kept if isinstance(kept, GObject.Binding)]
    if bindings:
        binding = it.random.choice(bindings)
        it.kept.remove(binding)
        binding.unbind()


def weak(it):
    node = it.any(GObject.Object)
    drawn = it.random.randrange(3)
    if drawn == 0:
        if isinstance(node, Node):
            node.is_watched = True
        it.kept.append(node.weak_ref(lambda *args: world.within(2), it.random.randrange(5)))
    elif drawn == 1:
        it.kept.append(node.weak_ref())
    else:
        it.kept.append(weakref.ref(node, lambda known: world.within(2)))


def look(it):
    """What weak references know."""
    for kept in it.kept:
        if isinstance(kept, weakref.ref) or type(kept).__name__ == "GObjectWeakRef":
            found = kept()
            if found is not None and it.chance(2):
                it.put(found)
            break


def collect(it):
    gc.collect(it.random.randrange(3))


def dispose(it):
    # Of C's classes many cannot be used afterwards. While an object is disposed of by hand, a binding of GLib 2.74 frees
    # what it has below its own feet if the other end goes, and who watches may let it go.
    node = it.any(Node)
    if not (node.is_bound and node.is_watched):
        node.is_disposed = True
        node.run_dispose()


def raising(it):
    raise Wanted("a step")


def append(it):
    if it.is_sorting:
        return
    it.any(Gio.ListStore).append(it.any(GObject.Object))


def remove(it):
    if it.is_sorting:
        return
    store = it.any(Gio.ListStore)
    if store.get_n_items():
        store.remove(it.random.randrange(store.get_n_items()))


def item(it):
    if it.is_sorting:
        return
    model = it.any(Gio.ListModel)
    it.kept.append(model.get_item(it.random.randrange(3)))


def sort(it):
    # A comparison must leave the list alone.
    if it.is_sorting:
        return

    def compare(one, other, *data):
        world.within(2)
        return (id(one) > id(other)) - (id(one) < id(other))

    it.is_sorting = True
    try:
        it.any(Gio.ListStore).sort(compare)
    finally:
        it.is_sorting = False


def fill(it):
    model = it.any(Model)
    model.rows.append(it.any(GObject.Object))
    model.items_changed(len(model.rows) - 1, 0, 1)


def watch(it):
    it.any(Gio.ListModel).connect("items-changed", it.any(Node).hear)


def act(it):
    action = it.any(Gio.Action)
    action.activate(None)


def on_activate(it):
    it.any(Gio.SimpleAction).connect("activate", it.any(Node).hear)


def group(it):
    group = it.any(Gio.SimpleActionGroup)
    group.add_action(it.any(Gio.Action))
    if it.chance(2):
        group.activate_action("simple", None)
    if it.chance(4):
        group.remove_action("simple")


def cancel(it):
    cancellable = it.any(Gio.Cancellable)
    # What is called holds the lock of the cancellable, and must do nothing more with it.
    cancellable.connect(lambda *args: None, it.any())
    if it.chance(2):
        cancellable.cancel()


def idle(it):
    node = it.any(Node)

    def once(*args):
        world.within()
        node.number += 1
        return False

    source = GLib.idle_add(once, it.any(), priority=it.random.choice([0, GLib.PRIORITY_LOW]))
    if it.chance(4):
        GLib.source_remove(source)


class Ready(GLib.Source):
    def __init__(self, holder):
        super().__init__()
        self.holder = holder
        self.times = 0

    def prepare(self):
        return True, 0

    def check(self):
        return True

    def dispatch(self, callback, args):
        world.within()
        self.times += 1
        return self.times < 2 and not world.over


def source(it):
    made = Ready(it.any())
    made.set_callback(lambda *args: False)
    made.attach(None)
    it.kept.append(made)


def iterate(it):
    context = GLib.MainContext.default()
    for _ in range(it.random.randrange(1, 5)):
        if not context.iteration(False):
            break


def read_later(it):
    stream = it.any(Gio.InputStream)
    if isinstance(stream, Stream) or stream.has_pending():
        return
    node = it.any(Node)

    def done(stream, result, *data):
        try:
            stream.read_bytes_finish(result)
        except GLib.Error:
            pass
        node.hear(result)

    stream.read_bytes_async(4, GLib.PRIORITY_DEFAULT, it.random.choice([None, it.any(Gio.Cancellable)]), done)


def close(it):
    stream = it.any(Gio.InputStream)
    if not stream.has_pending():
        stream.close(None)


def box(it):
    value = GObject.Value(GObject.Object, it.any(GObject.Object))
    it.kept.append(value)
    it.kept.append(value.get_value())


def vary(it):
    it.kept.append(GLib.Variant("a{sv}", {"n": GLib.Variant("i", it.random.randrange(9))}).unpack())


def weigh(it):
    it.kept.append(it.any(F.Thing).weigh(2))


def be_friends(it):
    it.any(F.Thing).set_friend(it.random.choice([None, it.any(F.Thing)]))


def end_friendship(it):
    it.put(it.any(F.Thing).steal_friend())


def rename(it):
    thing = it.any(F.Thing)
    thing.connect("notify::name", it.any(Node).hear)
    thing.set_name(it.random.choice(["one", "other"]))


def call_back(it):
    """Callbacks that C keeps, and one that it calls at once."""
    drawn = it.random.randrange(3)
    if drawn == 0:
        F.callback_call(a_callable(it, "asked"), it.any(), 4)
    elif drawn == 1:
        F.callback_notified(it.random.choice([None, a_callable(it, "asked")]), it.any())
    else:
        F.callback_run_notified(2)


def answer_later(it):
    node = it.any(Node)
    F.answer_async(3, None, lambda source, result, *data: node.hear(result))


def _in_thread(it, seed):
    draw = random.Random(seed)
    for _ in range(draw.randrange(1, 6)):
        what = draw.randrange(5)
        try:
            if what == 0:
                it.slots[draw.randrange(it.SLOTS)] = None
            elif what == 1 and it.handlers:
                known, handler, _ = draw.choice(it.handlers)
                node = known()
                # Nobody shall disconnect it in between.
                with alone(it):
                    if node is not None and GObject.signal_handler_is_connected(node, handler):
                        node.disconnect(handler)
            elif what == 2:
                gc.collect()
            elif what == 3:
                node = it.slots[draw.randrange(it.SLOTS)]
                if isinstance(node, Node):
                    node.emit("shown", node)
            else:
                node = Node(number=1)
                node.connect("told", node.hear)
                node.me = node
        except Wanted:
            pass


def threads(it):
    if it.depth or it.over:
        return
    started = [threading.Thread(target=_in_thread, args=(it, it.random.random())) for _ in range(2)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()


hearer_of_last_resort = Node()

STEPS = [
    *[make] * 4,
    *[drop] * 4,
    *[forget] * 2,
    *[tie] * 3,
    untie,
    *[befriend] * 2,
    keep_anything,
    set_number,
    set_text,
    read,
    count,
    *[connect] * 5,
    *[disconnect] * 2,
    disconnect_by_function,
    block,
    *[emit] * 5,
    notify,
    freeze,
    stop,
    *[bind] * 2,
    unbind,
    *[weak] * 2,
    look,
    *[collect] * 2,
    dispose,
    raising,
    append,
    remove,
    item,
    sort,
    fill,
    watch,
    act,
    on_activate,
    group,
    cancel,
    idle,
    source,
    *[iterate] * 2,
    read_later,
    close,
    box,
    vary,
    weigh,
    be_friends,
    end_friendship,
    rename,
    call_back,
    answer_later,
    threads,
]

#: What works on objects that C does not lock, such as lists: the main thread alone, which waits while others run.
OF_ONE_THREAD = frozenset(
    [append, remove, item, sort, fill, watch, act, on_activate, group, read_later, close]
    + [weigh, be_friends, end_friendship, rename, call_back, answer_later]
)


def run(seed):
    """Runs the program of this number; returns what went wrong in it, as texts."""
    global world
    world = World(seed)
    world.run()
    return world.wrong

"""Questions: what `GObject.Signal` and the functions around signals are. No class is registered here."""

from asking import Questions
from gi import _signalhelper
from gi.repository import Gio, GLib, GObject

Signal, Override = GObject.Signal, GObject.SignalOverride
annotations = _signalhelper.get_signal_annotations
LAST = GObject.SignalFlags.RUN_LAST
ask = Questions()


def nothing(self):
    "What nothing says."


def some(self, a: int, b: str) -> bool:
    "What some says."


def half(self, a, b: int):
    pass


def rest(self, a: str, *b: int, **c: float):
    pass


def keyword(self, a: int = 4, *, k: str):
    pass


def annotated(self: int, a: str) -> "gint":  # noqa: F821
    pass


class WithMethod:
    def method(self, a: int) -> float:
        pass


FUNCTIONS = {f.__name__: f for f in (nothing, some, half, rest, keyword, annotated)}
for name, function in FUNCTIONS.items():
    ask(f"annotations of {name}", lambda f=function: annotations(f))
ask("annotations of a method", lambda: (annotations(WithMethod.method), annotations(WithMethod().method)))
ask("annotations of others", lambda: (annotations(lambda self, a: 1), annotations(print), annotations(5)))


def shown(signal):
    func = getattr(signal.func, "__name__", signal.func)
    # Members look different in older versions.
    args = signal.get_signal_args()
    args = args if isinstance(args, str) else (int(args[0]), *args[1:])
    return type(signal), str(signal), repr(signal), args, signal.arg_types, func, signal.__doc__


ARGUMENTS = {
    "nothing": {},
    "return type": {"return_type": float},
    "argument types": {"arg_types": (float,)},
    "a list of them": {"arg_types": [float]},
    "both": {"return_type": float, "arg_types": (str, object)},
    "flags": {"flags": LAST},
    "doc": {"doc": "Own."},
    "accumulator": {"accumulator": print, "accu_data": 5},
}
for kind in (Signal, Override):
    for key, given in ARGUMENTS.items():
        start = f"{kind.__name__} {key}"
        ask(f"{start} unnamed", lambda k=kind, g=given: shown(k(**g)))
        ask(f"{start} named", lambda k=kind, g=given: shown(k("a-name", **g)))
        ask(f"{start} copied", lambda k=kind, g=given: shown(k("a-name", some, **g).copy("other")))
        for name, function in FUNCTIONS.items():
            ask(f"{start} {name}", lambda k=kind, g=given, f=function: shown(k("a-name", f, **g)))
            ask(f"{start} of {name}", lambda k=kind, g=given, f=function: shown(k(f, **g)))
            ask(f"{start} decorates {name}", lambda k=kind, g=given, f=function: shown(k(**g)(f)))
            ask(f"{start} named decorates {name}", lambda k=kind, g=given, f=function: shown(k("a_name", **g)(f)))
ask("is a str", lambda: (Signal("a") == "a", hash(Signal("a")) == hash("a"), Signal("a").upper(), Signal("a") + "b"))
ask("a subclass", lambda: type(type("Sub", (Signal,), {})("a").copy("b")).__name__)
ask("no argument", lambda: Signal("a")())
ask("keyword", lambda: Signal("a", other=1))
ask("positions", lambda: shown(Signal("a", None, LAST, int, (str,), "d", print, 5)))


class Made:
    """No GObject: it tells what it was called with."""

    on = Signal("on-it", arg_types=(int,))

    @Signal
    def ran(self, a: int):
        return "ran", a

    def connect(self, *args, **kwargs):
        return "connect", args, kwargs

    def disconnect(self, *args):
        return "disconnect", args

    def emit(self, *args):
        return "emit", args


ask("of the class", lambda: (Made.on, type(Made.on)))
ask("bound", lambda: (repr(Made().on), str(Made().on), Made().on == "on-it", type(Made().on).__qualname__))
ask("bound to", lambda: (lambda made: (made.on.gobj is made, made.on.signal is Made.on))(Made()))
ask("bound connect", lambda: Made().on.connect(len, 1, 2))
ask("bound connect detailed", lambda: Made().on.connect_detailed(len, "x", 1, 2))
ask("bound connect without detail", lambda: Made().on.connect_detailed(len))
ask("bound disconnect", lambda: Made().on.disconnect(5))
ask("bound emit", lambda: Made().on.emit(1, 2))
ask("bound call", lambda: Made().ran(4))
ask("bound call with too much", lambda: Made().ran(4, 5))
ask("bound call without function", lambda: Made().on(4))
for name in ("copy", "flags", "func", "get_signal_args", "connect_after", "upper"):
    ask(f"bound has {name}", lambda n=name: hasattr(Made().on, n))


def installed(base=object, **namespace):
    cls = type("Installed", (base,), namespace)
    _signalhelper.install_signals(cls)
    handlers = {name: value.__name__ for name, value in vars(cls).items() if name.startswith("do_")}
    return vars(cls)["__gsignals__"], handlers, {name: str(vars(cls)[name]) for name in namespace}


ENTRY = (1, None, ())
ask("install nothing", installed)
ask("install", lambda: installed(a=Signal(), b_c=Signal("b-c"), d=Signal(some)))
ask("install under its name", lambda: installed(a=Signal("x-y", some)))
ask("install overrides", lambda: installed(a=Override("x", nothing), b=Override("y")))
ask("install besides entries", lambda: installed(a=Signal(), __gsignals__={"x": ENTRY}))
ask("install twice", lambda: installed(a=Signal("x"), __gsignals__={"x": ENTRY}))
ask("install two of one name", lambda: installed(a=Signal("x"), b=Signal("x")))
ask("install under two names", lambda: (lambda s: installed(a=s, b=s))(Signal()))
ask("install with a handler", lambda: installed(a=Signal("a", some), do_a=nothing))
ask("install with the base's handler", lambda: installed(type("B", (), {"do_a": nothing}), a=Signal("a", some)))
ask("install the base's", lambda: installed(type("B", (), {"a": Signal("a"), "__gsignals__": {"x": ENTRY}})))


def queried(*args):
    found = GObject.signal_query(*args)
    return found and tuple(found._replace(signal_flags=int(found.signal_flags)))


TYPES = {
    "GObject": GObject.Object,
    "an object": GObject.Object(),
    "a GType": GObject.TYPE_OBJECT,
    "gint": GObject.TYPE_INT,
    "no type": GObject.TYPE_INVALID,
    "an interface": Gio.File,
    "boxed": GLib.Bytes,
    "enumeration": GObject.TYPE_ENUM,
    "ParamSpec": GObject.ParamSpec,
}
for name, type_ in TYPES.items():
    ask(f"signal_list_ids {name}", lambda t=type_: list(GObject.signal_list_ids(t)))
    ask(f"signal_list_names {name}", lambda t=type_: GObject.signal_list_names(t))
    ask(f"signal_lookup {name}", lambda t=type_: GObject.signal_lookup("notify", t))
    ask(f"signal_lookup nonesuch {name}", lambda t=type_: GObject.signal_lookup("nonesuch", t))
    ask(f"signal_query {name}", lambda t=type_: queried("notify", t))
for number in (0, 1, 99999, -1):
    ask(f"signal_query {number}", lambda n=number: queried(n))
    ask(f"signal_name {number}", lambda n=number: GObject.signal_name(n))
ask("fields of a query", lambda: type(GObject.signal_query(1))._fields)
for name in ("notify", "notify::x", "nonesuch", "", "notify:"):
    ask(f"signal_parse_name {name}", lambda n=name: GObject.signal_parse_name(n, GObject.Object, False))
    ask(f"remove_emission_hook {name}", lambda n=name: GObject.remove_emission_hook(GObject.Object, n, 7))
ask("first wins", lambda: [GObject.signal_accumulator_first_wins(None, 1, v) for v in (0, 1, None)])
ask("true handled", lambda: [GObject.signal_accumulator_true_handled(None, 1, v) for v in (False, True, 5)])
ask("accumulators with data", lambda: GObject.signal_accumulator_first_wins(None, 1, 2, 3))

for name in (
    "bind_property_full compat_control force_floating get_data get_qdata interface_find_property notify_by_pspec "
    "interface_install_property interface_list_properties ref ref_sink replace_data replace_qdata set_data steal_data "
    "steal_qdata unref watch_closure"
).split():
    ask(f"object {name}", lambda n=name: getattr(GObject.Object(), n)(1, 2, 3))
ask("object private reference", lambda: (lambda o: (o._ref() is o, o._unref(), o.__grefcount__))(GObject.Object()))
ask("object floats", lambda: (lambda o: (o._force_floating(), o.is_floating(), o._ref_sink() is o))(GObject.Object()))
ask("class of objects", lambda: (GObject.Object, GObject.GObject is GObject.Object, GObject.Object.__name__))
ask("pytype", lambda: GObject.TYPE_OBJECT.pytype is GObject.Object)
ask("freeze_notify", lambda: type(GObject.Object().freeze_notify()).__name__)
ask("freeze_notify with", lambda: GObject.Object().freeze_notify().__enter__())
ask("no such handler", lambda: type(GObject.Object().handler_block(5)).__name__)
ask("handler_block of no id", lambda: GObject.Object().handler_block("a"))
ask("signal_handler_block of no object", lambda: GObject.signal_handler_block(5, 6))
ask("threads_init", GObject.threads_init)
ask("type_register", lambda: GObject.type_register(GObject.Object) is GObject.Object)
ask("type_register of no class", lambda: GObject.type_register(5))
ask("features", lambda: (GObject.features, GObject.property is GObject.Property))

if __name__ == "__main__":
    ask.answer()

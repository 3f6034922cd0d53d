"""Questions: templates and builders of the GTK whose version stands in GIJIT_ASK_GTK.

What Python prints of errors that cannot be raised is part of the answer.
"""

import gc
import os
import sys
import tempfile

import gi

VERSION = os.environ["GIJIT_ASK_GTK"]
# The questions are asked in a child, which cannot use its parent's connection to the display.
if hasattr(gi, "disable_legacy_autoinit"):
    gi.disable_legacy_autoinit()
gi.require_version("Gdk", f"{VERSION}.0")
gi.require_version("Gtk", f"{VERSION}.0")
from asking import Questions  # noqa: E402
from gi import _gtktemplate  # noqa: E402
from gi.repository import Gio, GLib, GObject, Gtk  # noqa: E402

ask = Questions()
printed = []
sys.excepthook = lambda kind, error, _: printed.append(f"{kind.__name__}: {error}")


def asked(function):
    def answered():
        Gtk.init_check() if VERSION == "4" else Gtk.init_check([])
        printed.clear()
        try:
            result = function()
        except Exception as error:
            return "raised", type(error).__name__, str(error), list(printed)
        return result, list(printed)

    ask(function.__name__, answered)


def signal(handler, name="clicked", extra=""):
    return f'<signal name="{name}" handler="{handler}" {extra}/>'


def xml(name, inside="", of=""):
    """A template for a box class with a button in it, which has ``of`` in it."""
    add = (
        '<child><object class="GtkButton" id="button"><property name="label">one</property>' + of + "</object></child>"
    )
    return f'<interface><template class="{name}" parent="GtkBox">{inside}{add}</template></interface>'


def box(name, inside="", of="", base=Gtk.Box, template=None, **members):
    cls = type(name, (base,), {"__gtype_name__": name, **members})
    return (template or Gtk.Template(string=xml(name, inside, of)))(cls)


def click(widget):
    widget.emit("clicked")


@asked
def plain():
    seen = []

    class Plain(Gtk.Box):
        __gtype_name__ = "TPlain"
        button = Gtk.Template.Child()
        other = Gtk.Template.Child("button", internal=False)

        def __init__(self):
            super().__init__()
            seen.append(self.button.get_label())

        @Gtk.Template.Callback()
        def on_clicked(self, button):
            seen.append((type(self).__name__, button is self.button))

        @Gtk.Template.Callback("on_other")
        @staticmethod
        def other_name(*args):
            seen.append(("static", len(args)))

        @Gtk.Template.Callback()
        @classmethod
        def on_class(cls, *args):
            seen.append((cls.__name__, len(args)))

    del Plain.other
    of = signal("on_clicked") + signal("on_other") + signal("on_class")
    made = Gtk.Template(string=xml("TPlain", of=of))(Plain)
    widget = Plain()
    click(widget.button)
    return made is Plain, seen, widget.button.get_label()


@asked
def two_attributes_of_one_name():
    return box("TTwo", a=Gtk.Template.Child("button"), b=Gtk.Template.Child("button"))


@asked
def two_callbacks_of_one_name():
    one, two = Gtk.Template.Callback("c")(lambda *a: None), Gtk.Template.Callback("c")(lambda *a: None)
    return box("TTwoCallbacks", a=one, b=two)


@asked
def a_callback_that_is_not_mentioned():
    cls = box("TMissing", on_it=Gtk.Template.Callback()(lambda *a: None))
    return isinstance(cls(), cls)


@asked
def a_handler_that_is_not_declared():
    cls = box("TUndeclared", of=signal("on_nothing"), button=Gtk.Template.Child())
    widget = cls()
    click(widget.button)
    return True


@asked
def a_child_that_is_not_there():
    cls = box("TNoChild", absent=Gtk.Template.Child())
    return type(cls()).__name__


@asked
def swapped():
    seen = []
    callback = Gtk.Template.Callback("on_it")(lambda *args: seen.append(len(args)))
    cls = box("TSwapped", of=signal("on_it", extra='object="TSwapped" swapped="yes"'), on=callback)
    cls()
    return seen


@asked
def swapped_after_and_not_declared():
    callback = Gtk.Template.Callback("on_it")(lambda *args: None)
    extra = 'object="TSwappedAfter" swapped="yes" after="yes"'
    of = signal("on_it", extra=extra) + signal("on_other", extra=extra.replace('after="yes"', ""))
    cls = box("TSwappedAfter", of=of, on=callback, button=Gtk.Template.Child())
    return isinstance(cls().button, Gtk.Button)


@asked
def children_when_a_callback_is_not_mentioned():
    cls = box("TMissingChild", on_it=Gtk.Template.Callback()(lambda *a: None), button=Gtk.Template.Child())
    return isinstance(cls().button, Gtk.Button)


@asked
def mentioned_twice():
    seen = []
    callback = Gtk.Template.Callback("on_it")(lambda *args: seen.append(len(args)))
    cls = box("TMentionedTwice", of=signal("on_it") + signal("on_it"), on=callback, button=Gtk.Template.Child())
    click(cls().button)
    return seen


@asked
def empty_names():
    callback = Gtk.Template.Callback("")(lambda *args: None)
    cls = box("TEmptyNames", of=signal("on"), on=callback, button=Gtk.Template.Child(""))
    return isinstance(cls().button, Gtk.Button)


@asked
def of_a_template_class_that_failed():
    class Failing(Gtk.Box):
        __gtype_name__ = "TFailing"
        a = Gtk.Template.Child("button")
        b = Gtk.Template.Child("button")

    try:
        Gtk.Template(string=xml("TFailing"))(Failing)
    except RuntimeError:
        pass
    return [hasattr(Failing, f"__gtktemplate_{kind}__") for kind in ("methods", "widgets")]


@asked
def child_is_in_the_dictionary():
    cls = box("TDictionary", button=Gtk.Template.Child())
    return sorted(vars(cls())), repr(vars(cls())["__gtktemplate_handlers__"])


@asked
def an_object():
    seen = []
    callback = Gtk.Template.Callback("on_it")(lambda *args: seen.append([type(arg).__name__ for arg in args]))
    cls = box(
        "TObject",
        of=signal("on_it", extra='object="TObject" swapped="no"'),
        on=callback,
        button=Gtk.Template.Child(),
    )
    click(cls().button)
    return seen


@asked
def after():
    order = []
    first = Gtk.Template.Callback("first")(lambda *args: order.append("first"))
    second = Gtk.Template.Callback("second")(lambda *args: order.append("second"))
    of = signal("first", extra='after="yes"') + signal("second")
    widget = box("TAfter", of=of, a=first, b=second, button=Gtk.Template.Child())()
    click(widget.button)
    return order


for name, arguments in {
    "nothing": {},
    "two": {"string": "", "filename": ""},
    "unknown": {"text": ""},
    "one and unknown": {"string": "", "text": ""},
    "three": {"string": "", "filename": "", "resource_path": ""},
    "none": {"string": None},
}.items():
    ask(f"template of {name}", lambda arguments=arguments: type(Gtk.Template(**arguments)))
    ask(f"child of {name}", lambda arguments=arguments: type(Gtk.Template.Child(**arguments)))

ask("child internal", lambda: vars(Gtk.Template.Child("a", internal=True)))
ask("child plain", lambda: vars(Gtk.Template.Child()))
ask("child of too many", lambda: Gtk.Template.Child("a", True))
ask("template of too many", lambda: Gtk.Template("a"))
ask("callback", lambda: sorted(vars(Gtk.Template.Callback("a")(len))))
ask("callback is", lambda: type(Gtk.Template.Callback("a")(len)))
for name in ("string", "file", "resource"):
    make = getattr(Gtk.Template, f"from_{name}")
    ask(f"from {name}", lambda make=make: vars(make("x")))

for name, cls in {
    "a number": 1,
    "a plain class": type("Plain", (), {}),
    "an object class": GObject.Object,
    "an own object class": type("TObjectClass", (GObject.Object,), {"__gtype_name__": "TObjectClass"}),
    "no name": type("TNoName", (Gtk.Box,), {}),
    "an interface": Gtk.Buildable,
}.items():
    ask(f"template for {name}", lambda cls=cls: Gtk.Template(string="<interface></interface>")(cls))


@asked
def template_twice():
    cls = box("TTwice")
    return Gtk.Template(string=xml("TTwice"))(cls)


@asked
def template_of_a_subclass():
    seen = []
    parent = box("TParent", button=Gtk.Template.Child())
    child = box("TChild", base=parent)
    seen.append(type(child()).__name__)
    return seen


@asked
def subclass():
    parent = box("TBase", button=Gtk.Template.Child(), f=lambda self: self.button.get_label())
    child = type("TDerived", (parent,), {"__gtype_name__": "TDerived"})
    widget = child()
    return type(widget).__name__, isinstance(getattr(widget, "button", None), Gtk.Button)


@asked
def explicit_init():
    seen = []

    def init(self):
        Gtk.Box.__init__(self)
        first = self.button
        seen.append(self.init_template())
        seen.append(first is self.button)

    cls = box("TExplicit", button=Gtk.Template.Child(), __init__=init)
    cls()
    return seen


@asked
def made_by_c():
    cls = box("TByC", button=Gtk.Template.Child(), __init__=lambda self, **k: seen.append(self.button.get_label()))
    seen = []
    GObject.new(cls)
    return seen


@asked
def in_another_template():
    seen = []
    inner = box(
        "TInner",
        of=signal("on_it"),
        button=Gtk.Template.Child(),
        on=Gtk.Template.Callback("on_it")(lambda self, *args: seen.append(type(self).__name__)),
    )
    more = '<child><object class="TInner" id="inner"/></child>'
    outer = box(
        "TOuter",
        more,
        signal("on_it"),
        inner=Gtk.Template.Child(),
        button=Gtk.Template.Child(),
        on=Gtk.Template.Callback("on_it")(lambda self, *args: seen.append(type(self).__name__)),
    )
    widget = outer()
    click(widget.inner.button)
    click(widget.button)
    return type(widget.inner) is inner, seen


@asked
def properties_of_construction():
    seen = []

    class Built(Gtk.Box):
        __gtype_name__ = "TBuilt"
        button = Gtk.Template.Child()

        @GObject.Property(type=str, default="", flags=GObject.ParamFlags.READWRITE | GObject.ParamFlags.CONSTRUCT)
        def text(self):
            return self.button.get_label()

        @text.setter
        def text(self, value):
            seen.append(isinstance(self.button, Gtk.Button))
            if value is not None:
                self.button.set_label(value)

    Gtk.Template(string=xml("TBuilt"))(Built)
    return Built(text="other").text, seen


@asked
def a_file():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.ui")
        with open(path, "w") as file:
            file.write(xml("TFile"))
        return isinstance(
            box("TFile", template=Gtk.Template(filename=path), button=Gtk.Template.Child())().button, Gtk.Button
        )


@asked
def a_file_as_path():
    import pathlib

    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "a.ui")
        path.write_text(xml("TPath"))
        return isinstance(
            box("TPath", template=Gtk.Template.from_file(path), button=Gtk.Template.Child())().button, Gtk.Button
        )


@asked
def no_such_file():
    return box("TNoFile", template=Gtk.Template(filename="/nowhere/a.ui"))


@asked
def no_such_resource():
    return box("TNoResource", template=Gtk.Template(resource_path="/nowhere/a.ui"))


@asked
def a_string_in_bytes():
    name = "TBytes"
    return isinstance(
        box(name, template=Gtk.Template(string=xml(name).encode()), button=Gtk.Template.Child())().button, Gtk.Button
    )


@asked
def no_string():
    return box("TNoString", template=Gtk.Template(string=None))


@asked
def a_bad_string():
    return box("TBadString", template=Gtk.Template(string=3))


@asked
def attributes_of_the_class():
    cls = box("TAttributes", button=Gtk.Template.Child(), of=signal("on_it"), on=Gtk.Template.Callback("on_it")(len))
    return sorted(name for name in vars(cls) if "template" in name), type(vars(cls)["on"]), type(vars(cls)["button"])


@asked
def children_of_another_kind():
    cls = box("TStore", button=Gtk.Template.Child())
    one, two = cls(), cls()
    return one.button is not two.button


@asked
def a_lost_widget():
    import weakref

    callback = Gtk.Template.Callback("on_it")(lambda self, *args: None)
    cls = box("TLost", button=Gtk.Template.Child(), of=signal("on_it"), on=callback)
    widget = cls()
    gone = weakref.ref(widget)
    del widget
    for _ in range(3):
        gc.collect()
    return gone() is None


@asked
def a_callback_that_raises():
    def fail(*args):
        raise ValueError("no")

    cls = box("TRaises", button=Gtk.Template.Child(), of=signal("on_it"), on=Gtk.Template.Callback("on_it")(fail))
    click(cls().button)
    return True


@asked
def a_child_of_the_parent_class():
    parent = box("TInherits", button=Gtk.Template.Child())
    child = type("TInheritsToo", (parent,), {"__gtype_name__": "TInheritsToo", "f": Gtk.Template.Child("button")})
    return Gtk.Template(string=xml("TInheritsToo"))(child)


@asked
def an_internal_child():
    text = xml("TInternal")
    cls = box("TInternal", template=Gtk.Template(string=text), button=Gtk.Template.Child(internal=True))
    outer = '<interface><object class="TInternal" id="it"><child internal-child="button">'
    outer += '<object class="GtkButton"><property name="label">two</property></object></child></object></interface>'
    builder = Gtk.Builder()
    builder.add_from_string(outer)
    return builder.get_object("it").button.get_label(), type(builder.get_object("it")) is cls


@asked
def class_functions():
    class Functions(Gtk.Box):
        __gtype_name__ = "TFunctions"

    seen = []
    Functions.set_css_name("thing")
    Functions.set_template(GLib.Bytes.new(xml("TFunctions").encode()))
    Functions.bind_template_child_full("button", False, 0)
    seen.append(Functions.get_css_name() if VERSION == "3" else Functions().get_css_name())
    widget = Functions()
    widget.init_template()
    seen.append(widget.get_template_child(Functions, "button").get_label())
    return seen


@asked
def class_functions_of_4():
    if VERSION == "3":
        return None
    seen = []

    class Functions(Gtk.Box):
        __gtype_name__ = "TFunctions4"
        clicks = GObject.Signal()

        @clicks
        def do_clicks(self):
            seen.append("clicks")

    Functions.set_layout_manager_type(Gtk.BinLayout)
    seen.append(Functions.get_layout_manager_type().name)
    Functions.install_action("it.do", None, lambda widget, name, parameter: seen.append((name, parameter)))
    Functions.install_action("it.with", "s", lambda widget, name, parameter: seen.append((name, parameter.unpack())))
    Functions.install_property_action("it.visible", "visible")
    Functions.set_activate_signal_from_name("clicks")
    Functions.set_accessible_role(Gtk.AccessibleRole.BUTTON)
    Functions.add_shortcut(Gtk.Shortcut.new(Gtk.ShortcutTrigger.parse_string("<Control>a"), Gtk.NothingAction.get()))
    found, owner, name, parameter, of = Functions.query_action(0)
    seen.append((found, owner.name, name, parameter, of))
    widget = Functions()
    seen.append(type(widget.get_layout_manager()).__name__)
    seen.append(widget.activate())
    seen.append(widget.activate_action("it.do", None))
    seen.append(widget.activate_action("it.with", GLib.Variant("s", "x")))
    seen.append(widget.activate_action("it.nothing", None))
    seen.append(widget.activate_action("it.visible", None))
    seen.append(widget.get_visible())
    widget.action_set_enabled("it.do", False)
    seen.append(widget.activate_action("it.do", None))
    return seen


for name, call in {
    "css name of a number": lambda cls: cls.set_css_name(3),
    "css name of nothing": lambda cls: cls.set_css_name(),
    "template of a text": lambda cls: cls.set_template("<interface/>"),
    "template of no resource": lambda cls: cls.set_template_from_resource(None),
    "child of a number": lambda cls: cls.bind_template_child_full(3, False, 0),
    "action of nothing": lambda cls: cls.install_action("a.b", None),
    "action of a number": lambda cls: cls.install_action("a.b", None, 3),
    "layout of a number": lambda cls: cls.set_layout_manager_type(3),
    "an action twice": lambda cls: [cls.install_action("a.b", None, print), cls.install_action("a.b", None, print)],
}.items():

    def question(name=name, call=call):
        if VERSION == "3" and ("action" in name or "layout" in name):
            return None
        return call(type("TErrors", (Gtk.Box,), {"__gtype_name__": "TErrors" + "".join(filter(str.isalpha, name))}))

    question.__name__ = name
    asked(question)


@asked
def actions_through_the_subclass():
    if VERSION == "3":
        return None
    seen = []

    class Actor(Gtk.Box):
        __gtype_name__ = "TActor"

    Actor.install_action("a.b", None, lambda widget, name, parameter: seen.append(type(widget).__name__))

    class Sub(Actor):
        __gtype_name__ = "TActorSub"

    Sub().activate_action("a.b", None)
    return seen


@asked
def validated():
    return _gtktemplate.validate_resource_path("/org/nowhere")


@asked
def validated_number():
    return _gtktemplate.validate_resource_path(3)


@asked
def a_resource():
    return _gtktemplate.validate_resource_path("/org/gtk/libgtk/icons")


# What a builder does with its handlers.


class Handlers:
    def __init__(self):
        self.seen = []
        self.number = 5

    def on_it(self, *args):
        self.seen.append([type(arg).__name__ if isinstance(arg, GObject.Object) else arg for arg in args])


def built(scope, extra="", handler="on_it", late=False):
    text = '<interface><object class="GtkButton" id="button">' + signal(handler, extra=extra) + "</object>"
    text += '<object class="GtkLabel" id="label"/></interface>'
    if VERSION == "4":
        builder = Gtk.Builder(scope)
        builder.add_from_string(text)
    else:
        builder = Gtk.Builder()
        builder.add_from_string(text)
        builder.connect_signals(scope)
    return builder


def handled(scope, seen, **options):
    builder = built(scope, **options)
    click(builder.get_object("button"))
    return seen


for kind, extra in {
    "plain": "",
    "object": 'object="label" swapped="no"',
    "swapped object": 'object="label"',
    "after": 'after="yes"',
    "after object": 'object="label" swapped="no" after="yes"',
    "swapped": 'swapped="yes"',
}.items():

    def on_an_object(extra=extra):
        handlers = Handlers()
        return handled(handlers, handlers.seen, extra=extra)

    def in_a_mapping(extra=extra):
        handlers = Handlers()
        return handled({"on_it": handlers.on_it}, handlers.seen, extra=extra)

    def with_arguments(extra=extra):
        handlers = Handlers()
        return handled({"on_it": (handlers.on_it, 1, "two")}, handlers.seen, extra=extra)

    on_an_object.__name__ = f"{kind}, an object's method"
    in_a_mapping.__name__ = f"{kind}, in a mapping"
    with_arguments.__name__ = f"{kind}, with arguments"
    for question in (on_an_object, in_a_mapping, with_arguments):
        asked(question)

for kind, scope in {
    "nothing": {"on_other": print},
    "an object without it": object(),
    "an empty tuple": {"on_it": ()},
    "a number": {"on_it": 3},
    "a list": {"on_it": [print, 1]},
    "a tuple with a number": {"on_it": (3, 1)},
    "a number in an object": type("Scope", (), {"on_it": 3})(),
}.items():

    def question(scope=scope):
        return type(built(scope)).__name__

    question.__name__ = f"handlers from {kind}"
    asked(question)
    ask(
        f"extracted from {kind}",
        lambda scope=scope: repr(Gtk._extract_handler_and_args(scope, "on_it")),
    )

ask("extracted", lambda: Gtk._extract_handler_and_args({"a": (len, 1, 2)}, "a")[1])
ask("extracted without", lambda: Gtk._extract_handler_and_args({"a": len}, "a")[1])
ask("extracted from none", lambda: Gtk._extract_handler_and_args(None, "a"))
for kind, text in {
    "bytes": b"<interface/>",
    "a number": 3,
    "none": None,
    "text": "<interface/>",
    "wide": "<!-- ä€ -->",
}.items():
    ask(f"string of {kind}", lambda text=text: Gtk.Builder().add_from_string(text))
    ask(f"objects of {kind}", lambda text=text: Gtk.Builder().add_objects_from_string(text, ["a"]))


@asked
def some_objects():
    text = '<interface><object class="GtkLabel" id="a"/><object class="GtkLabel" id="ä"/></interface><!-- €€ -->'
    builder = Gtk.Builder()
    result = builder.add_objects_from_string(text, ["ä"])
    return bool(result), [
        Gtk.Buildable.get_name(o) if VERSION == "3" else o.get_buildable_id() for o in builder.get_objects()
    ]


@asked
def builder_with_keywords():
    return Gtk.Builder(translation_domain="x").get_translation_domain()


@asked
def builder_made_by_c():
    return type(Gtk.Builder.new()).__module__, type(Gtk.Builder.new_from_string("<interface/>", -1)).__module__


@asked
def builder_subclass():
    class Own(Gtk.Builder):
        pass

    builder = Own()
    builder.add_from_string("<interface/>")
    return type(builder).__name__


if VERSION == "4":

    class Item(GObject.Object):
        __gtype_name__ = "TItem"
        name = GObject.Property(type=str, default="")

    def shown(widget):
        found, child = [], widget.get_first_child()
        if isinstance(widget, Gtk.Label):
            found.append(widget.get_label())
        while child is not None:
            found += shown(child)
            child = child.get_next_sibling()
        return found

    def rows(factory):
        store = Gio.ListStore.new(Item)
        for name in ("a", "b"):
            store.append(Item(name=name))
        window = Gtk.Window()
        window.set_child(Gtk.ListView.new(Gtk.NoSelection.new(store), factory))
        window.present()
        loop = GLib.MainLoop()
        GLib.timeout_add(200, loop.quit)
        loop.run()
        found = shown(window)
        window.destroy()
        return found

    def of_a_row(inside):
        label = f'<object class="GtkLabel">{inside}</object>'
        return (
            '<interface><template class="GtkListItem"><property name="child">'
            + label
            + "</property></template></interface>"
        )

    LOOKUP = '<lookup name="name" type="TItem"><lookup name="item">GtkListItem</lookup></lookup>'

    @asked
    def a_factory_with_python_types():
        text = of_a_row(f'<binding name="label">{LOOKUP}</binding>')
        return rows(Gtk.BuilderListItemFactory.new_from_bytes(None, GLib.Bytes.new(text.encode())))

    @asked
    def a_factory_with_a_closure():
        def upper(this, name):
            return f"<{name}> {type(this).__name__}"

        text = of_a_row(
            f'<binding name="label"><closure type="gchararray" function="upper">{LOOKUP}</closure></binding>'
        )
        scope = Gtk.Builder.BuilderScope({"upper": upper})
        return rows(Gtk.BuilderListItemFactory.new_from_bytes(scope, GLib.Bytes.new(text.encode())))

    @asked
    def a_closure_in_a_builder():
        text = (
            '<interface><object class="TItem" id="item"><property name="name">x</property></object>'
            '<object class="GtkLabel" id="label"><binding name="label"><closure type="gchararray" function="f">'
            '<lookup name="name" type="TItem">item</lookup><constant type="gint">3</constant>'
            "</closure></binding></object></interface>"
        )
        builder = Gtk.Builder({"f": lambda *args: repr([type(a).__name__ for a in args])})
        builder.add_from_string(text)
        return builder.get_object("label").get_label()

    @asked
    def a_closure_in_a_template():
        text = (
            '<interface><template class="TClosure" parent="GtkBox"><child><object class="GtkLabel" id="label">'
            '<binding name="label"><closure type="gchararray" function="f"><lookup name="spacing">TClosure</lookup>'
            "</closure></binding></object></child></template></interface>"
        )
        function = Gtk.Template.Callback("f")(lambda *args: repr([type(a).__name__ for a in args]))
        cls = box("TClosure", template=Gtk.Template(string=text), label=Gtk.Template.Child(), f=function)
        widget = cls()
        first = widget.label.get_label()
        widget.set_spacing(9)
        return first, widget.label.get_label()

    @asked
    def the_scope():
        scope = Gtk.Builder.BuilderScope
        builder = Gtk.Builder({})
        return scope.__name__, isinstance(builder.get_scope(), scope), type(Gtk.Builder().get_scope()).__name__

    @asked
    def a_new_kind_of_scope():
        scope = _gtktemplate.define_builder_scope()
        return scope.__name__, scope.__module__, issubclass(scope, Gtk.BuilderScope), scope is Gtk.Builder.BuilderScope

    @asked
    def a_scope_by_itself():
        handlers = Handlers()
        builder = Gtk.Builder()
        builder.set_scope(Gtk.Builder.BuilderScope(handlers))
        builder.add_from_string(
            '<interface><object class="GtkButton" id="b">' + signal("on_it") + "</object></interface>"
        )
        click(builder.get_object("b"))
        return handlers.seen

    @asked
    def a_scope_without_object():
        builder = Gtk.Builder()
        builder.set_scope(Gtk.Builder.BuilderScope())
        builder.set_current_object(Gtk.Label())
        builder.add_from_string(
            '<interface><object class="GtkButton" id="b">' + signal("on_it") + "</object></interface>"
        )
        return type(builder.get_object("b")).__name__

    @asked
    def a_scope_without_any_object():
        builder = Gtk.Builder()
        builder.set_scope(Gtk.Builder.BuilderScope())
        builder.add_from_string(
            '<interface><object class="GtkButton" id="b">' + signal("on_it") + "</object></interface>"
        )
        return type(builder.get_object("b")).__name__

    @asked
    def a_scope_of_none_with_a_template():
        seen = []
        cls = box("TScoped", on_it=Gtk.Template.Callback()(lambda self: seen.append(1)), of=signal("on_it"))
        widget = cls()
        builder = Gtk.Builder()
        builder.set_scope(Gtk.Builder.BuilderScope())
        builder.set_current_object(widget)
        builder.add_from_string(
            '<interface><object class="GtkButton" id="b">' + signal("on_it") + signal("on_no") + "</object></interface>"
        )
        click(builder.get_object("b"))
        return seen

    @asked
    def a_builder_with_a_scope():
        return type(built(Gtk.Builder.BuilderScope({"on_it": print}))).__name__

    @asked
    def a_current_object():
        seen = []
        builder = Gtk.Builder({"on_it": lambda *args: seen.append([type(a).__name__ for a in args])})
        builder.set_current_object(Gtk.Label())
        builder.add_from_string(
            '<interface><object class="GtkButton" id="b">' + signal("on_it") + "</object></interface>"
        )
        click(builder.get_object("b"))
        return seen

    @asked
    def builder_with_scope_by_name():
        return isinstance(Gtk.Builder(scope_object_or_map={}).get_scope(), Gtk.Builder.BuilderScope)

    @asked
    def a_builders_closure():
        seen = []
        builder = Gtk.Builder({"on_it": lambda *args: seen.append(len(args))})
        builder.create_closure("on_it", Gtk.BuilderClosureFlags(0), None)
        return seen

else:

    @asked
    def connected_twice():
        handlers = Handlers()
        builder = built(handlers)
        builder.connect_signals(handlers)
        click(builder.get_object("button"))
        return len(handlers.seen)

    @asked
    def connected_in_full():
        seen = []
        builder = Gtk.Builder()
        builder.add_from_string(
            '<interface><object class="GtkButton" id="b">'
            + signal("on_it", extra='after="yes"')
            + "</object></interface>"
        )
        builder.connect_signals_full(
            lambda builder, obj, name, handler, connected, flags, *data: seen.append(
                (type(obj).__name__, name, handler, connected, int(flags), data)
            ),
            7,
        )
        return seen


ask.answer()

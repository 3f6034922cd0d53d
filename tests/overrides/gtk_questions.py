"""Questions: what Python adds to the widgets, texts and dialogs of the GTK whose version stands in GIJIT_ASK_GTK."""

import os
import tempfile

import gi

VERSION = os.environ["GIJIT_ASK_GTK"]
gi.require_version("Gdk", f"{VERSION}.0")
gi.require_version("Gtk", f"{VERSION}.0")
from asking import Questions  # noqa: E402
from gi.repository import Gdk, GLib, GObject, Gtk  # noqa: E402

ask = Questions()
HAS_3 = VERSION == "3"
MISSING = ()


def shown(value):
    """Without addresses and what members of enumerations look like."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(shown, value)) if type(value) in (list, tuple) else tuple(map(shown, value))
    if value is None or type(value) in (bool, float, int, str, bytes):
        return value
    return int(value) if isinstance(value, int) else type(value).__name__


def asked(function=None, name=None):
    """Asks what a function returns, one without arguments. Also a decorator of one."""

    def answered():
        return shown(function())

    ask(name or function.__name__, answered)
    return function


def each(name, **calls):
    """Asks what each of these functions returns."""
    for key, call in calls.items():
        asked(call, f"{name}/{key}")


class Boxed:
    """A window with a box with a text field, made at the first need."""

    _made = None

    def __get__(self, _, owner):
        if self._made is None:
            self._made = Gtk.Window(), Gtk.Box(), Gtk.Entry()
            window, box, entry = self._made
            window.add(box) if HAS_3 else window.set_child(box)
            box.add(entry) if HAS_3 else box.append(entry)
            if HAS_3:
                window.show_all()
        return self._made


class the:
    boxed = Boxed()


each(
    "translate",
    inside=lambda: the.boxed[2].translate_coordinates(the.boxed[0], 1, 2),
    elsewhere=lambda: the.boxed[2].translate_coordinates(Gtk.Label(), 1, 2),
    wrong=lambda: the.boxed[2].translate_coordinates(None, 1, 2),
)


def entry(text="hello"):
    made = Gtk.Entry()
    made.set_text(text)
    return made


def typed(*args, **kwargs):
    made = entry()
    return made.insert_text(*args, **kwargs), made.get_text()


def selected():
    made = entry()
    before = made.get_selection_bounds()
    made.select_region(1, 3)
    return before, made.get_selection_bounds()


each(
    "editable",
    middle=lambda: typed("XY", 2),
    end=lambda: typed("é", -1),
    keywords=lambda: typed(text="q", position=0),
    wrong=lambda: typed(3, 0),
    missing=lambda: typed("x"),
    too_many=lambda: typed("abc", 1, 2),
    position=lambda: typed("a", "b"),
    of_class=lambda: Gtk.Editable.insert_text(entry(), "z", 0),
    selection=selected,
    spin=lambda: Gtk.SpinButton().insert_text("7", 0),
)


def buffer(text="häello"):
    made = Gtk.TextBuffer()
    made.set_text(text)
    return made


def tag(*args, **kwargs):
    made = buffer()
    found = made.create_tag(*args, **kwargs)
    return found.props.name, found.props.weight, made.get_tag_table().get_size(), found.get_property("weight-set")


each(
    "create_tag",
    named=lambda: tag("n", weight=700),
    unnamed=lambda: tag(weight=700),
    none=lambda: tag(None),
    keyword=lambda: tag(tag_name="k"),
    nonsense=lambda: tag("z", nonsense=3),
    two=lambda: tag("a", "b"),
)


def mark(*args, **kwargs):
    made = buffer()
    found = made.create_mark(*args, where=made.get_end_iter(), **kwargs)
    return found.get_name(), found.get_left_gravity(), made.get_iter_at_mark(found).get_offset()


each(
    "create_mark",
    named=lambda: mark("m"),
    left=lambda: mark(None, left_gravity=True),
    keywords=lambda: mark(mark_name="q", left_gravity=False),
)


def changed(method, *args, **kwargs):
    made = buffer()
    return getattr(made, method)(*args, **kwargs), made.props.text


def inserted(method, *args, at=1, **kwargs):
    made = buffer()
    made.create_tag("bold", weight=700)
    made.create_tag("n")
    where = made.get_iter_at_offset(at)
    error = None
    try:
        result = getattr(made, method)(where, *args, **kwargs)
    except (TypeError, ValueError) as caught:
        result, error = None, f"{type(caught).__name__}: {caught}"
    tags = [[found.props.name for found in made.get_iter_at_offset(i).get_tags()] for i in range(4)]
    return result, error, where.get_offset() if error is None else None, made.props.text, tags


def with_tags(*names, text="éZ"):
    made = buffer()
    made.create_tag("bold", weight=700)
    made.create_tag("n")
    where = made.get_iter_at_offset(2)
    made.insert_with_tags(where, text, *(made.get_tag_table().lookup(name) for name in names))
    tags = [[found.props.name for found in made.get_iter_at_offset(i).get_tags()] for i in range(6)]
    return where.get_offset(), made.props.text, tags


each(
    "text",
    set=lambda: changed("set_text", "abc"),
    set_some=lambda: changed("set_text", "häello", 3),
    set_keywords=lambda: changed("set_text", text="abc", length=2),
    set_wrong=lambda: changed("set_text", 3),
    set_none=lambda: changed("set_text", None),
    insert=lambda: inserted("insert", "é1"),
    insert_some=lambda: inserted("insert", "xyz", 2),
    insert_keywords=lambda: inserted("insert", text="w", length=-1),
    insert_wrong=lambda: inserted("insert", 3),
    insert_bytes=lambda: inserted("insert", b"x"),
    insert_none=lambda: inserted("insert", None),
    tags=lambda: with_tags("bold"),
    tags_two=lambda: with_tags("bold", "n"),
    tags_no=lambda: with_tags(),
    tags_wrong=lambda: inserted("insert_with_tags", "a", "bold"),
    tags_number=lambda: inserted("insert_with_tags", 3),
    names=lambda: inserted("insert_with_tags_by_name", "BB", "bold", "n"),
    names_no=lambda: inserted("insert_with_tags_by_name", "BB"),
    names_unknown=lambda: inserted("insert_with_tags_by_name", "BB", "bold", "nope"),
    names_none=lambda: inserted("insert_with_tags_by_name", "BB", None),
    cursor=lambda: changed("insert_at_cursor", "C"),
    cursor_some=lambda: changed("insert_at_cursor", "DE", 1),
    cursor_keywords=lambda: changed("insert_at_cursor", text="F", length=-1),
    cursor_wrong=lambda: changed("insert_at_cursor", 3),
)


@asked
def selection_of_a_buffer():
    made = buffer()
    before = made.get_selection_bounds()
    made.select_range(*made.get_bounds())
    return before, [found.get_offset() for found in made.get_selection_bounds()]


def searched(method, *args, **kwargs):
    made = buffer("aXbXc")
    start = made.get_start_iter() if method == "forward_search" else made.get_end_iter()
    found = getattr(start, method)(*args, **kwargs)
    return found and [end.get_offset() for end in found]


for name in ("forward_search", "backward_search"):
    each(
        name,
        found=lambda name=name: searched(name, "X", 0, None),
        missing=lambda name=name: searched(name, "Y", 0, None),
        keywords=lambda name=name: searched(name, str="X", flags=0),
    )


class Derived(Gtk.TextBuffer):
    def insert(self, iter, text, length=-1):
        super().insert(iter, text.upper(), length)


@asked
def derived_buffers_insert_with_their_own_function():
    made = Derived()
    made.insert_with_tags(made.get_start_iter(), "abc")
    return made.props.text


@asked
def surrounding():
    context = Gtk.IMContextSimple()
    before = context.get_surrounding()
    context.connect("retrieve-surrounding", lambda context: (context.set_surrounding("abc", -1, 1), True)[1])
    return before, context.get_surrounding()


def styled(*args, **kwargs):
    provider = Gtk.CssProvider()
    result = provider.load_from_data(*args, **kwargs)
    return result, "color" in provider.to_string()


each(
    "css",
    text=lambda: styled("label { color: red; }"),
    bytes=lambda: styled(b"label { color: red; }"),
    length=lambda: styled("label { color: red; }", -1),
    number=lambda: styled(3),
    none=lambda: styled(None),
    keyword=lambda: styled(text="label { color: red; }"),
    other_keyword=lambda: styled(data="label { color: red; }"),
)


def adjustment(*args, make=Gtk.Adjustment, **kwargs):
    made = make(*args, **kwargs)
    names = "value lower upper step-increment page-increment page-size".split()
    return [made.get_property(name) for name in names]


each(
    "adjustment",
    none=lambda: adjustment(),
    positional=lambda: adjustment(1, 0, 5, 1, 1, 0),
    value_first=lambda: adjustment(value=3, upper=5),
    negative=lambda: adjustment(value=-3, lower=-5),
    clamped=lambda: adjustment(page_size=2, upper=5, value=4),
    old=lambda: adjustment(value=3, upper=5, page_incr=3),
    new=lambda: adjustment(1, 0, 5, 1, 1, 0, make=Gtk.Adjustment.new),
    gobject=lambda: adjustment(Gtk.Adjustment, make=GObject.new, upper=5, value=4),
)


def dialog_with(*args):
    made = Gtk.Dialog()
    try:
        result = made.add_buttons(*args)
    except (TypeError, ValueError) as caught:
        result = f"{type(caught).__name__}: {caught}"
    return result, [made.get_widget_for_response(answer) is not None for answer in (1, 2, Gtk.ResponseType.OK)]


each(
    "add_buttons",
    none=lambda: dialog_with(),
    two=lambda: dialog_with("a", 1, "b", 2),
    response=lambda: dialog_with("a", Gtk.ResponseType.OK),
    odd=lambda: dialog_with("a", 1, "b"),
    wrong=lambda: dialog_with(1, 2),
    wrong_later=lambda: dialog_with("a", 1, "b", "c"),
)


@asked
def applications_of_a_recent_file():
    manager = Gtk.RecentManager(filename=os.path.join(tempfile.mkdtemp(), "recent"))
    data = Gtk.RecentData()
    data.app_name, data.app_exec, data.mime_type = "A", "e %u", "text/plain"
    manager.add_full("file:///tmp/x", data)
    info = manager.lookup_item("file:///tmp/x")
    return info.get_application_info("A")[:2], len(info.get_application_info("A")), info.get_application_info("B")


asked(lambda: [cls.__name__ for cls in Gtk.PyGTKDeprecationWarning.__mro__], "warning")

if HAS_3:
    each(
        "container",
        length=lambda: (len(the.boxed[1]), len(Gtk.Box())),
        contains=lambda: (the.boxed[2] in the.boxed[1], the.boxed[0] in the.boxed[1], 3 in the.boxed[1]),
        children=lambda: list(the.boxed[1]),
        truth=lambda: (bool(the.boxed[1]), bool(Gtk.Box())),
        property=lambda: the.boxed[1].child_get_property(the.boxed[2], "pack-type"),
        unknown=lambda: the.boxed[1].child_get_property(the.boxed[2], "nonsense"),
        value=lambda: the.boxed[1].child_get_property(the.boxed[2], "expand", GObject.Value(bool)),
        none=lambda: the.boxed[1].child_get_property(the.boxed[2], "expand", None),
        get=lambda: the.boxed[1].child_get(the.boxed[2], "expand", "fill"),
        get_nothing=lambda: the.boxed[1].child_get(the.boxed[2]),
        get_unknown=lambda: the.boxed[1].child_get(the.boxed[2], "nonsense"),
        set=lambda: (
            the.boxed[1].child_set(the.boxed[2], expand=True, pack_type=Gtk.PackType.END),
            the.boxed[1].child_get(the.boxed[2], "expand", "pack-type"),
        ),
        set_positional=lambda: the.boxed[1].child_set(the.boxed[2], "expand", True),
        focus=lambda: (the.boxed[1].get_focus_chain(), the.boxed[1].set_focus_chain([the.boxed[2]])),
        focus_then=lambda: the.boxed[1].get_focus_chain(),
    )

    for cls in (Gtk.Dialog, Gtk.ComboBox, Gtk.TreeView, Gtk.Button, Gtk.Table, Gtk.Window, Gtk.Notebook, Gtk.Menu):
        each(
            f"container/{cls.__name__}",
            length=lambda cls=cls: len(cls()),
            children=lambda cls=cls: [type(child).__name__ for child in cls()],
            truth=lambda cls=cls: bool(cls()),
            contains=lambda cls=cls: 5 in cls(),
        )

    class Counted(Gtk.Box):
        def __len__(self):
            return 5

    asked(lambda: (len(Counted()), bool(Counted()), list(Counted())), "container/derived")

    TARGETS = [("a", 0, 1), ("b", Gtk.TargetFlags.SAME_APP, 2), Gtk.TargetEntry.new("c", 0, 3)]

    def dragged(way, targets):
        made = Gtk.Label()
        made.drag_dest_set(Gtk.DestDefaults(0), [], Gdk.DragAction(0)) if way == "dest" else made.drag_source_set(
            Gdk.ModifierType(1), [], Gdk.DragAction(0)
        )
        result = getattr(made, f"drag_{way}_set_target_list")(targets)
        found = getattr(made, f"drag_{way}_get_target_list")()
        return result, found and [found.find(Gdk.Atom.intern(name, False)) for name in "abcx"]

    for way in ("dest", "source"):
        each(
            f"drag/{way}",
            some=lambda way=way: dragged(way, TARGETS),
            none=lambda way=way: dragged(way, None),
            empty=lambda way=way: dragged(way, []),
            list=lambda way=way: dragged(way, Gtk.TargetList.new([Gtk.TargetEntry.new("x", 0, 9)])),
            number=lambda way=way: dragged(way, 3),
            short=lambda way=way: dragged(way, [("a",)]),
            text=lambda way=way: dragged(way, ["abc"]),
        )

    each(
        "style",
        number=lambda: the.boxed[2].style_get_property("focus-padding"),
        value=lambda: the.boxed[2].style_get_property("focus-padding", GObject.Value(int)),
        keywords=lambda: the.boxed[2].style_get_property(property_name="focus-padding", value=None),
    )

    @asked
    def frozen_notifications():
        window, box, child = the.boxed
        seen = []
        child.connect("child-notify", lambda _, pspec: seen.append(pspec.name))
        with child.freeze_child_notify() as entered:
            box.child_set(child, padding=7)
            inside = list(seen)
        return entered, inside, seen

    def actions(method, entries, *args, **kwargs):
        group, seen = Gtk.ActionGroup(name="g"), []

        def called(*args):
            seen.append([arg.get_name() if isinstance(arg, Gtk.Action) else arg for arg in args])

        entries = [[called if part == "CALL" else part for part in entry] for entry in entries]
        result = getattr(group, method)(entries, *args, **{k: called if v == "CALL" else v for k, v in kwargs.items()})
        found = sorted(group.list_actions(), key=lambda action: action.get_name())
        told = [
            (
                *(type(action).__name__, action.get_name(), action.get_stock_id(), action.get_label()),
                *(action.get_tooltip(), action.get_active() if hasattr(action, "get_active") else None),
            )
            for action in found
        ]
        for action in found:
            action.activate()
        return result, told, seen

    for method in ("add_actions", "add_toggle_actions"):
        each(
            f"actions/{method}",
            some=lambda m=method: actions(m, [("a",), ("b", "gtk-ok"), ("c", None, "L", "<Control>x", "tip", "CALL")]),
            data=lambda m=method: actions(m, [("c", None, "L", None, "tip", "CALL")], 5),
            keyword=lambda m=method: actions(m, [("c", None, "L", None, "tip", "CALL")], user_data=5),
            text=lambda m=method: actions(m, ["abc"]),
            number=lambda m=method: getattr(Gtk.ActionGroup(name="g"), m)(3),
            none=lambda m=method: getattr(Gtk.ActionGroup(name="g"), m)(None),
        )
    RADIO = [("a",), ("b", "gtk-ok", "B", None, "t", 4), ("c", None, "L", "<Control>x", "tip", 5)]
    each(
        "actions/more",
        toggle=lambda: actions("add_toggle_actions", [("c", None, "L", None, "tip", "CALL", True)]),
        radio=lambda: actions("add_radio_actions", RADIO, 4, on_change="CALL", user_data="D"),
        radio_keywords=lambda: actions("add_radio_actions", RADIO, value=5, on_change="CALL"),
        radio_first=lambda: actions("add_radio_actions", RADIO, value=0, on_change="CALL"),
        radio_plain=lambda: actions("add_radio_actions", RADIO),
        radio_empty=lambda: actions("add_radio_actions", [], 1, on_change="CALL"),
        radio_number=lambda: Gtk.ActionGroup(name="g").add_radio_actions(3),
        classes=lambda: [type(action) is Gtk.Action for action in _added("add_actions")],
        radio_classes=lambda: [type(action) is Gtk.RadioAction for action in _added("add_radio_actions")],
    )

    def _added(method):
        group = Gtk.ActionGroup(name="g")
        getattr(group, method)([("a",), ("b",)])
        return group.list_actions()

    def merged(*args):
        manager = Gtk.UIManager()
        return manager.add_ui_from_string(*args) > 0, "menubar" in manager.get_ui()

    def groups(*calls):
        manager = Gtk.UIManager()
        for name, args in calls:
            manager.insert_action_group(Gtk.ActionGroup(name=name), *args)
        return [group.get_name() for group in manager.get_action_groups()]

    each(
        "ui",
        text=lambda: merged("<ui><menubar name='é'/></ui>"),
        bytes=lambda: merged(b"<ui/>"),
        number=lambda: merged(3),
        two=lambda: merged("<ui/>", 5),
        wrong=lambda: merged("<nonsense/>"),
        groups=lambda: groups(("a", ()), ("b", (0,)), ("c", (1,)), ("d", (-1,))),
        keywords=lambda: Gtk.UIManager().insert_action_group(buffer=Gtk.ActionGroup(name="x"), length=0),
        other_keywords=lambda: Gtk.UIManager().insert_action_group(action_group=Gtk.ActionGroup(name="x")),
    )

    def attached(*args, **kwargs):
        table, child = Gtk.Table(), Gtk.Label()
        result = table.attach(child, *args, **kwargs)
        names = "left-attach right-attach top-attach bottom-attach x-options y-options x-padding y-padding".split()
        return result, [int(value) for value in table.child_get(child, *names)]

    each(
        "table",
        usual=lambda: attached(0, 1, 0, 1),
        positional=lambda: attached(0, 1, 0, 1, Gtk.AttachOptions.FILL, 0, 3, 4),
        keywords=lambda: attached(0, 1, 0, 1, xoptions=Gtk.AttachOptions(0), ypadding=2, xpadding=1),
        missing=lambda: attached(0, 1),
    )

    def packed(method, *args, **kwargs):
        made, child = Gtk.Paned(), Gtk.Label()
        return getattr(made, method)(child, *args, **kwargs), made.child_get(child, "resize", "shrink")

    for method in ("pack1", "pack2"):
        each(
            f"paned/{method}",
            usual=lambda m=method: packed(m),
            resize=lambda m=method: packed(m, True),
            both=lambda m=method: packed(m, False, False),
            shrink=lambda m=method: packed(m, shrink=False),
            too_many=lambda m=method: packed(m, 1, 2, 3),
        )

    def popped(*args, **kwargs):
        menu = Gtk.Menu()
        menu.add(Gtk.MenuItem(label="x"))
        menu.show_all()
        result = menu.popup(*args, **kwargs)
        menu.popdown()
        return result

    def placed(data):
        seen = []
        popped(None, None, lambda *args: (seen.append(args[3:]), (1, 2, True))[1], data, 0, 0)
        return seen

    each(
        "menu",
        pointer=lambda: popped(None, None, None, None, 0, 0),
        placed=lambda: placed("data"),
        placed_without=lambda: placed(None),
        missing=lambda: popped(None, None, None, 0, 0),
        keywords=lambda: popped(
            parent_menu_shell=None, parent_menu_item=None, func=None, data=None, button=0, activate_time=0
        ),
    )

    def focused(*args, **kwargs):
        made = Gtk.Button()
        return made.get_focus_on_click(), made.set_focus_on_click(*args, **kwargs), made.get_focus_on_click()

    each(
        "button",
        focus=lambda: focused(False),
        focus_keyword=lambda: focused(focus_on_click=False),
        focus_missing=lambda: focused(),
    )

    def secondary(method, *args, **kwargs):
        made = Gtk.MessageDialog(text="x")
        result = getattr(made, method)(*args, **kwargs)
        return result, made.props.secondary_text, made.props.secondary_use_markup

    def can_be_set(made, name):
        # Each Python has words of its own for what cannot.
        try:
            setattr(made, name, 3)
        except AttributeError:
            return False
        return True

    each(
        "message",
        text=lambda: secondary("format_secondary_text", "a%d"),
        markup=lambda: secondary("format_secondary_markup", "<b>x</b>"),
        keyword=lambda: secondary("format_secondary_text", message_format="q"),
        none=lambda: secondary("format_secondary_text", None),
        two=lambda: secondary("format_secondary_text", "a", 4),
        areas=lambda: (lambda made: (made.action_area is made.get_action_area(), made.vbox))(Gtk.MessageDialog()),
        areas_are_read=lambda: can_be_set(Gtk.Dialog(), "vbox"),
        run=lambda: (lambda made: (GLib.idle_add(made.response, 7) > 0, int(made.run())))(Gtk.MessageDialog()),
        run_wrong=lambda: Gtk.MessageDialog().run(3),
    )
    each(
        "stock",
        found=lambda: Gtk.stock_lookup("gtk-ok").label,
        missing=lambda: Gtk.stock_lookup("nope"),
        none=lambda: Gtk.stock_lookup(None),
    )

    def ran(*args):
        GLib.idle_add(lambda: Gtk.main_quit(*args))
        return Gtk.main(), Gtk.main_level()

    each(
        "main",
        quit=lambda: ran(),
        quit_with=lambda: ran(1, 2, 3),
        as_callback=lambda: (GLib.idle_add(Gtk.main_quit, 5) > 0, Gtk.main()),
        wrong=lambda: Gtk.main(3),
        round=lambda: (GLib.idle_add(lambda: False) > 0, Gtk.main_iteration()),
        round_do=lambda: Gtk.main_iteration_do(False),
        round_keyword=lambda: Gtk.main_iteration_do(blocking=False),
        round_missing=lambda: Gtk.main_iteration_do(),
    )
else:
    each(
        "children",
        all=lambda: list(the.boxed[1]),
        contains=lambda: (the.boxed[2] in the.boxed[1], the.boxed[0] in the.boxed[1], 3 in the.boxed[1]),
        none=lambda: list(Gtk.Label()),
        truth=lambda: (bool(the.boxed[1]), bool(Gtk.Label())),
        length=lambda: len(the.boxed[1]),
        kind=lambda: iter(the.boxed[1]),
    )
    each(
        "refused",
        label=lambda: Gtk.Label("x"),
        button=lambda: Gtk.Button("x"),
        window=lambda: Gtk.Window(1),
        dialog=lambda: Gtk.Dialog(flags=1),
        buttons=lambda: Gtk.Dialog(buttons=("a", 1)),
        parent=lambda: Gtk.Dialog(parent=None),
        size=lambda: Gtk.SizeGroup().get_mode(),
    )

ask.answer(apart=False)

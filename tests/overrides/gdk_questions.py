"""Questions: what Python adds to the GDK whose version stands in GIJIT_ASK_GTK."""

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
from gi.repository import Gdk, Gio, GLib, Gtk  # noqa: E402

ask = Questions()


def asked(function):
    def answered():
        Gtk.init_check() if VERSION == "4" else Gtk.init_check([])
        return function()

    name = function.__name__
    # Where a warning points to is part of the answer.
    ask(name, lambda: _with_lines(answered))


def _with_lines(function):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = function()
        except Exception as error:
            result = "raised", type(error).__name__, str(error)
    # Python 3.14 warns of what PyGObject asks asyncio for.
    caught = [warning for warning in caught if "asyncio" not in str(warning.message)]
    return result, [(w.category.__name__, str(w.message), _place(w.filename)) for w in caught]


def _place(name):
    folder, name = os.path.split(name)
    return "overrides" if folder.endswith("overrides") and name != os.path.basename(__file__) else name


def all_of(cases):
    """Asks for each value of {name: function}."""
    for name, function in cases.items():
        function.__name__ = name
        asked(function)


# Colours.
RGBA = Gdk.RGBA
all_of(
    {
        "rgba()": lambda: list(RGBA()),
        "rgba(1)": lambda: list(RGBA(0.5)),
        "rgba keywords": lambda: list(RGBA(green=0.25, alpha=0.5)),
        "rgba too many": lambda: RGBA(1, 2, 3, 4, 5),
        "rgba unknown": lambda: RGBA(purple=1),
        "rgba text": lambda: RGBA("red"),
        "rgba repr": lambda: repr(RGBA(0.5, 0.25, 1, 0)),
        "rgba str": lambda: str(RGBA(0.5, 0.25, 1, 0)),
        "rgba eq": lambda: (RGBA(0.5) == RGBA(0.5), RGBA(0.5) == RGBA(0.25), RGBA(0.5) != RGBA(0.5)),
        "rgba eq others": lambda: (RGBA() == 1, RGBA() != 1, RGBA() == (1, 1, 1, 1), RGBA() == None),  # noqa: E711
        "rgba hash": lambda: hash(RGBA()),
        "rgba unpacked": lambda: [*RGBA(0, 0.5, 1)],
        "rgba set": lambda: (color := RGBA(), setattr(color, "red", 0.5), color.red)[-1],
        "rgba parse": lambda: (color := RGBA(), color.parse("#00ff00"), list(color))[1:],
        "rgba copy": lambda: (type(RGBA(0.5).copy()) is RGBA, list(RGBA(0.5).copy())),
        "rgba in a property": lambda: list(_set(Gtk.ColorButton(), "rgba", RGBA(0, 0.5, 1)).props.rgba),
        "rgba subclass": lambda: list(type("Own", (RGBA,), {"__init__": lambda self: RGBA.__init__(self, 0)})()),
    }
)


def _set(object_, name, value):
    object_.set_property(name, value)
    return object_


def value_of(text):
    """What `cairo` has of a colour, which is set as the source."""
    import cairo

    surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 4, 4)
    context = cairo.Context(surface)
    color = RGBA()
    color.parse(text)
    Gdk.cairo_set_source_rgba(context, color)
    context.paint()
    return bytes(surface.get_data()[:4])


@asked
def cairo_source():
    return value_of("#102030")


@asked
def cairo_rectangle():
    import cairo

    surface = cairo.ImageSurface(cairo.FORMAT_A8, 8, 8)
    context = cairo.Context(surface)
    area = Gdk.Rectangle()
    area.x, area.y, area.width, area.height = 1, 2, 3, 4
    Gdk.cairo_rectangle(context, area)
    context.clip()
    if VERSION == "3":
        return Gdk.cairo_get_clip_rectangle(context)[0], context.clip_extents()
    return context.clip_extents()


@asked
def cairo_region():
    import cairo

    region = cairo.Region(cairo.RectangleInt(1, 2, 3, 4))
    context = cairo.Context(cairo.ImageSurface(cairo.FORMAT_A8, 8, 8))
    Gdk.cairo_region(context, region)
    return context.path_extents()


def pixbuf():
    from gi.repository import GdkPixbuf

    made = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 4, 3)
    made.fill(0x102030FF)
    return made


@asked
def cairo_pixbuf():
    import cairo

    surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 4, 4)
    context = cairo.Context(surface)
    Gdk.cairo_set_source_pixbuf(context, pixbuf(), 0, 0)
    context.paint()
    back = Gdk.pixbuf_get_from_surface(surface, 0, 0, 2, 2)
    return bytes(surface.get_data()[:8]), (back.get_width(), bytes(back.get_pixels()[:4]))


@asked
def cairo_of_another():
    return Gdk.cairo_set_source_rgba(object(), RGBA())


@asked
def cairo_of_none():
    return Gdk.cairo_set_source_rgba(None, RGBA())


@asked
def cairo_draws_text():
    import cairo

    gi.require_version("PangoCairo", "1.0")
    from gi.repository import PangoCairo

    surface = cairo.ImageSurface(cairo.FORMAT_A8, 40, 20)
    context = cairo.Context(surface)
    layout = PangoCairo.create_layout(context)
    layout.set_text("Hello")
    PangoCairo.show_layout(context, layout)
    return any(surface.get_data())


@asked
def rectangles():
    one, two = Gdk.Rectangle(), Gdk.Rectangle()
    one.width = one.height = two.width = two.height = 10
    two.x = 5
    found, common = one.intersect(two)
    both = one.union(two)
    return found, (common.x, common.width), (both.x, both.width), one.equal(two)


if VERSION == "4":
    files = [Gio.File.new_for_path(path) for path in ("/a", "/b", "/c")]
    paths = lambda found: [file.get_path() for file in found]  # noqa: E731
    all_of(
        {
            "files of a list": lambda: paths(Gdk.FileList(files)),
            "files of a tuple": lambda: paths(Gdk.FileList(tuple(files))),
            "files of nothing": lambda: len(Gdk.FileList([])),
            "files of a set": lambda: Gdk.FileList(set(files)),
            "files of none": lambda: Gdk.FileList(None),
            "files without": lambda: Gdk.FileList(),
            "files of texts": lambda: Gdk.FileList(["/a"]),
            "files of a generator": lambda: Gdk.FileList(file for file in files),
            "files len": lambda: len(Gdk.FileList(files)),
            "files item": lambda: Gdk.FileList(files)[1].get_path(),
            "files last": lambda: Gdk.FileList(files)[-1].get_path(),
            "files beyond": lambda: Gdk.FileList(files)[3],
            "files slice": lambda: paths(Gdk.FileList(files)[1:]),
            "files text item": lambda: Gdk.FileList(files)["a"],
            "files contain": lambda: files[0] in Gdk.FileList(files),
            "files type": lambda: (type(Gdk.FileList(files)).__name__, isinstance(Gdk.FileList(files), Gdk.FileList)),
            "files new": lambda: paths(Gdk.FileList.new_from_list(files)),
            "files get": lambda: paths(Gdk.FileList(files).get_files()),
            "flags": lambda: (int(Gdk.PaintableFlags.SIZE), int(Gdk.PaintableFlags.CONTENTS)),
            "flags of c": lambda: int(Gdk.Paintable.new_empty(1, 1).get_flags()),
            "files in a provider": lambda: _provided(Gdk.FileList(files)),
        }
    )

    def _provided(value):
        provider = Gdk.ContentProvider.new_for_value(value)
        return provider.ref_formats().get_gtypes()[0].name, [
            file.get_path() for file in provider.get_value(Gdk.FileList.__gtype__)
        ]

    @asked
    def texture():
        import cairo

        surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 2, 2)
        context = cairo.Context(surface)
        context.set_source_rgb(1, 0, 0)
        context.paint()
        data = GLib.Bytes.new(bytes(surface.get_data()))
        made = Gdk.MemoryTexture.new(2, 2, Gdk.MemoryFormat.B8G8R8A8_PREMULTIPLIED, data, surface.get_stride())
        return made.get_width(), made.save_to_png_bytes().get_data()[:4]

    @asked
    def snapshot():
        from gi.repository import Graphene

        shot = Gtk.Snapshot()
        context = shot.append_cairo(Graphene.Rect().init(0, 0, 8, 8))
        context.rectangle(1, 1, 4, 4)
        context.fill()
        name = type(context).__name__
        del context
        return name, type(shot.to_node()).__name__

else:
    Color = Gdk.Color
    all_of(
        {
            "color": lambda: _color(Color(1, 2, 3)),
            "color keywords": lambda: _color(Color(red=1, green=2, blue=3)),
            "color without": lambda: Color(),
            "color too few": lambda: Color(1, 2),
            "color too big": lambda: Color(1, 2, 65536),
            "color repr": lambda: repr(Color(1, 2, 3)),
            "color eq": lambda: (
                Color(1, 2, 3) == Color(1, 2, 3),
                Color(1, 2, 3) == Color(1, 2, 4),
                Color(1, 2, 3) != 3,
            ),
            "color eq others": lambda: (Color(1, 2, 3) == (1, 2, 3), Color(1, 2, 3) == None),  # noqa: E711
            "color hash": lambda: hash(Color(1, 2, 3)),
            "color floats": lambda: Color(65535, 0, 13107).to_floats(),
            "color of floats": lambda: _color(Color.from_floats(1, 0.5, 0)),
            "color of too big a float": lambda: _color(Color.from_floats(2, 0.5, 0)),
            "color float": lambda: (Color(65535, 0, 13107).red_float, Color(65535, 0, 13107).blue_float),
            "color set float": lambda: (c := Color(1, 2, 3), setattr(c, "green_float", 1), _color(c))[-1],
            "color max": lambda: Color.MAX_VALUE,
            "color copied": lambda: (type(Color(1, 2, 3).copy()) is Color, _color(Color(1, 2, 3).copy())),
            "color to text": lambda: Color(65535, 0, 0).to_string(),
            "color parsed": lambda: _color(Gdk.color_parse("#ff0000")),
            "color badly parsed": lambda: Gdk.color_parse("no such colour"),
            "color method parse": lambda: Gdk.Color.parse("#ff0000")[0],
            "rgba to color": lambda: _color(RGBA(1, 0.5, 0).to_color()),
            "rgba of color": lambda: list(RGBA.from_color(Color(65535, 0, 13107))),
            "rgba of color by a subclass": lambda: type(type("Own", (RGBA,), {}).from_color(Color(0, 0, 0))).__name__,
        }
    )

    def _color(color):
        return color.red, color.green, color.blue

    atom = Gdk.Atom.intern("x", False)
    all_of(
        {
            "atom": lambda: (str(atom), repr(atom), atom.name()),
            "atom none": lambda: (str(Gdk.Atom.intern("", False)), repr(Gdk.Atom.intern("", False))),
            "atom constants": lambda: {
                name: str(getattr(Gdk, name)) for name in dir(Gdk) if name.startswith(("SELECTION_", "TARGET_"))
            },
            "2button": lambda: (int(Gdk.EventType._2BUTTON_PRESS), int(Gdk.EventType._3BUTTON_PRESS)),
            "2button is": lambda: Gdk.EventType._2BUTTON_PRESS is Gdk.EventType.DOUBLE_BUTTON_PRESS,
        }
    )

    def rectangle(x, y, width, height):
        made = Gdk.Rectangle()
        made.x, made.y, made.width, made.height = x, y, width, height
        return made

    @asked
    def rectangle_functions():
        found, common = Gdk.rectangle_intersect(rectangle(0, 0, 10, 10), rectangle(5, 5, 10, 10))
        both = Gdk.rectangle_union(rectangle(0, 0, 1, 1), rectangle(5, 5, 10, 10))
        return found, (common.x, common.width), (both.x, both.width), type(common).__name__

    @asked
    def a_window():
        attributes = Gdk.WindowAttr()
        attributes.window_type = Gdk.WindowType.CHILD
        attributes.width, attributes.height = 20, 10
        window = Gdk.Window(None, attributes, 0)
        return isinstance(window, Gdk.Window), window.get_window_type() == Gdk.WindowType.CHILD

    @asked
    def a_window_by_keywords():
        attributes = Gdk.WindowAttr()
        attributes.window_type = Gdk.WindowType.TOPLEVEL
        window = Gdk.Window(parent=None, attributes=attributes, attributes_mask=Gdk.WindowAttributesType(0))
        return isinstance(window, Gdk.Window), type(window).__name__

    all_of(
        {
            "window without": lambda: Gdk.Window(),
            "window of one": lambda: Gdk.Window(None),
            "window of texts": lambda: Gdk.Window("a", "b", "c"),
            "display": lambda: type(Gdk.Display.get_default()).__name__,
            "root window": lambda: type(Gdk.get_default_root_window()).__name__,
            "xid": lambda: Gdk.get_default_root_window().get_xid() > 0,
            "screen": lambda: type(Gdk.Screen.get_default()).__name__,
            "cursor": lambda: type(Gdk.Cursor(Gdk.CursorType.WATCH)).__name__,
            "cursor type": lambda: int(Gdk.Cursor(Gdk.CursorType.WATCH).get_cursor_type()),
            "cursor keyword": lambda: Gdk.Cursor(cursor_type=Gdk.CursorType.WATCH).get_cursor_type() == 150,
            "cursor without": lambda: Gdk.Cursor(),
            "cursor of display": lambda: type(Gdk.Cursor(Gdk.Display.get_default(), Gdk.CursorType.WATCH)).__name__,
            "cursor of display by keyword": lambda: (
                type(Gdk.Cursor(display=Gdk.Display.get_default(), cursor_type=Gdk.CursorType.WATCH)).__name__
            ),
            "cursor of three": lambda: Gdk.Cursor(1, 2, 3),
            "cursor of four": lambda: type(Gdk.Cursor(Gdk.Display.get_default(), _pixbuf(), 0, 0)).__name__,
            "cursor of five": lambda: Gdk.Cursor(1, 2, 3, 4, 5),
            "cursor of text": lambda: Gdk.Cursor("watch"),
            "cursor for display": lambda: (
                type(Gdk.Cursor.new_for_display(Gdk.Display.get_default(), Gdk.CursorType.WATCH)).__name__
            ),
        }
    )

    def _pixbuf():
        from gi.repository import GdkPixbuf

        return GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, True, 8, 5, 5)

    @asked
    def drawn_window():
        window = Gtk.OffscreenWindow()
        window.show()
        context = window.get_window().cairo_create()
        context.set_source_rgb(1, 0, 0)
        context.paint()
        return type(context).__name__

    @asked
    def region_of_a_surface():
        import cairo

        surface = cairo.ImageSurface(cairo.FORMAT_A1, 8, 8)
        context = cairo.Context(surface)
        context.rectangle(2, 2, 4, 4)
        context.fill()
        region = Gdk.cairo_region_create_from_surface(surface)
        extents = region.get_extents()
        return type(region).__name__, (extents.x, extents.y, extents.width, extents.height)

    @asked
    def surfaces():
        window = Gtk.OffscreenWindow()
        window.show()
        made = window.get_window().create_similar_surface(__import__("cairo").CONTENT_COLOR, 4, 4)
        of_pixbuf = Gdk.cairo_surface_create_from_pixbuf(pixbuf(), 1, None)
        return type(made).__name__, type(of_pixbuf).__name__, of_pixbuf.get_width()

    @asked
    def a_widget_that_draws():
        seen = []

        class Drawn(Gtk.DrawingArea):
            def do_draw(self, context):
                seen.append((type(context).__name__, context.clip_extents()))
                found, area = Gdk.cairo_get_clip_rectangle(context)
                seen.append((found, area.width, area.height))
                Gtk.render_background(self.get_style_context(), context, 0, 0, 10, 10)
                return False

        drawn = Drawn(visible=True)
        drawn.set_size_request(10, 12)
        drawn.connect_after("draw", lambda _, context: seen.append(type(context.get_target()).__name__))
        window = Gtk.OffscreenWindow()
        window.add(drawn)
        window.show()
        while Gtk.events_pending():
            Gtk.main_iteration()
        surface = window.get_surface()
        return seen[:3], type(surface).__name__, window.get_pixbuf().get_width()

    @asked
    def drawn_by_function():
        window = Gtk.OffscreenWindow()
        window.show()
        return type(Gdk.cairo_create(window.get_window())).__name__

    class Drag:
        """Stands in for what cannot be had without a pointer."""

    all_of(
        {
            "drag finish is": lambda: [*Gdk.DragContext.finish.__code__.co_varnames],
            "drag without": lambda: Gdk.DragContext.finish(),
            "drag of another": lambda: Gdk.DragContext.finish(Drag(), True, False, 0),
        }
    )

    # Events.
    FIELDS = (
        "type window send_event time x y axes state is_hint device x_root y_root button direction delta_x delta_y "
        "keyval length string hardware_keycode group is_modifier mode detail focus in_ count region area atom "
        "selection target property requestor action name width height context changed_mask new_window_state "
        "keyboard implicit grab_window owner reason message_type sequence emulating_pointer no_such_field"
    ).split()

    def shown(value):
        plain = (int, float, str, bool, list, bytes, type(None))
        return value if isinstance(value, plain) and not hasattr(value, "__gtype__") else type(value).__name__

    def fields(event):
        found = {}
        for name in FIELDS:
            try:
                found[name] = shown(getattr(event, name))
            except Exception as error:
                found[name] = f"{type(error).__name__}: {error}"
        return found

    def event_of(number):
        return Gdk.Event.new(Gdk.EventType(number))

    # Swipes and the like are not described by all versions.
    for number in range(41):
        ask(f"event {number}", lambda number=number: fields(event_of(number)))
        ask(f"event repr {number}", lambda number=number: repr(event_of(number)))
        ask(f"event set {number}", lambda number=number: set_fields(event_of(number)))

    def set_fields(event):
        found = {}
        for name, value in {"x": 1.5, "time": 7, "keyval": 65, "send_event": 1, "no_such_field": 3, "any": 1}.items():
            try:
                setattr(event, name, value)
                found[name] = shown(getattr(event, name))
            except Exception as error:
                found[name] = f"{type(error).__name__}: {error}"
        return found

    MEMBERS = (
        "Any Expose Motion Button Scroll Key Crossing Focus Configure Proximity DND Setting GrabBroken Visibility "
        "Property Selection OwnerChange WindowState Touch"
    ).split()
    EVENT_METHODS = [
        name for name in dir(Gdk.Event) if name.startswith("get_") or name in ("copy", "put", "new", "peek")
    ]
    for name in MEMBERS:
        cls = getattr(Gdk, f"Event{name}")
        ask(f"methods of {name}", lambda cls=cls: sorted(m for m in EVENT_METHODS if hasattr(cls, m)))
        ask(f"class of {name}", lambda cls=cls: (cls.__module__.rpartition(".")[2], cls.__name__))

    def member(event_type, name):
        event = Gdk.Event.new(event_type)
        made = getattr(event, name)
        made._keep = event
        return made

    @asked
    def motion_member():
        event = Gdk.Event.new(Gdk.EventType.MOTION_NOTIFY)
        motion = event.motion
        motion.x, motion.y, motion.x_root, motion.y_root, motion.time = 1, 2, 3, 4, 5
        motion.state = Gdk.ModifierType.SHIFT_MASK
        return (
            type(motion) is Gdk.EventMotion,
            motion.get_coords(),
            motion.get_root_coords(),
            int(motion.get_state()),
            motion.get_time(),
            motion.get_axis(Gdk.AxisUse.PRESSURE),
            event.get_coords(),
            event.get_state(),
            int(motion.get_event_type()),
            motion.get_button(),
            motion.get_keyval(),
            (event.x, event.y, event.x_root),
        )

    @asked
    def key_member():
        event = Gdk.Event.new(Gdk.EventType.KEY_PRESS)
        event.keyval = 65
        key = event.key
        key.hardware_keycode = 38
        return (
            key.get_keyval(),
            key.get_keycode(),
            key.get_coords(),
            key.get_axis(Gdk.AxisUse.X),
            key.keyval,
            event.keyval,
        )

    @asked
    def a_copy():
        event = Gdk.Event.new(Gdk.EventType.BUTTON_PRESS)
        event.x = 5
        copy = event.copy()
        del event
        return type(copy) is Gdk.Event, copy.x, type(copy.button) is Gdk.EventButton, copy.button.copy().x

    @asked
    def an_empty_event():
        event = Gdk.Event()
        return fields(event)["x"], repr(event)

    @asked
    def a_member_by_itself():
        button = Gdk.EventButton()
        button.x = 3
        return button.x, repr(button)

    @asked
    def events_of_a_handler():
        seen = []
        window = Gtk.Window()
        window.connect(
            "event", lambda _, event: seen.append((type(event).__name__, shown(event.type), event.send_event))
        )
        window.connect("motion-notify-event", lambda _, event: seen.append((type(event).__name__, event.get_coords())))
        window.connect("key-press-event", lambda _, event: seen.append((type(event).__name__, event.keyval)))
        window.show()
        for kind in (Gdk.EventType.MOTION_NOTIFY, Gdk.EventType.KEY_PRESS):
            event = Gdk.Event.new(kind)
            event.window = window.get_window()
            window.event(event)
        return seen

    @asked
    def a_device():
        seat = Gdk.Display.get_default().get_default_seat()
        event = Gdk.Event.new(Gdk.EventType.BUTTON_PRESS)
        event.set_device(seat.get_pointer())
        return event.device == seat.get_pointer(), event.button.device == seat.get_pointer()

    @asked
    def union_members():
        return sorted((int(key), value) for key, value in Gdk.Event._UNION_MEMBERS.items() if int(key) != 28)


ask.answer()

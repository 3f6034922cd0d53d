"""Questions: what Python adds to Pango and GdkPixbuf."""

import gi
from asking import Questions

gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Pango", "1.0")
gi.require_version("PangoCairo", "1.0")
from gi.repository import GdkPixbuf, Pango, PangoCairo  # noqa: E402

ask = Questions()
CONTEXT = PangoCairo.FontMap.get_default().create_context()


class Font(Pango.FontDescription):
    pass


DESCRIPTIONS = {
    "a text": lambda: Pango.FontDescription("Sans 10"),
    "nothing": lambda: Pango.FontDescription(),
    "None": lambda: Pango.FontDescription(None),
    "a keyword": lambda: Pango.FontDescription(string="Mono Bold"),
    "a number": lambda: Pango.FontDescription(3),
    "two": lambda: Pango.FontDescription("a", "b"),
    "from_string": lambda: Pango.FontDescription.from_string("Sans 3"),
    "derived": lambda: Font("Sans"),
}
for name, make in DESCRIPTIONS.items():
    ask(f"font/{name}", lambda make=make: make().to_string())
    ask(f"font/{name}/class", lambda make=make: (type(make()).__name__, type(make()).__module__))
ask("font/equal", lambda: Pango.FontDescription("Sans 10").equal(Pango.FontDescription("Sans 10")))


def layout():
    return Pango.Layout(CONTEXT)


ask("layout/class", lambda: (type(layout()).__name__, type(layout()).__module__))
ask("layout/context", lambda: layout().get_context() is CONTEXT)
ask("layout/keyword", lambda: Pango.Layout(context=CONTEXT).get_text())
ask("layout/new", lambda: type(Pango.Layout.new(CONTEXT)) is Pango.Layout)
for name, make in {
    "nothing": lambda: Pango.Layout(),
    "a number": lambda: Pango.Layout(3),
    "None": lambda: Pango.Layout(None),
}.items():
    ask(f"layout/{name}", make)


def text(method, *args, **kwargs):
    made = layout()
    returned = getattr(made, method)(*args, **kwargs)
    return returned, made.get_text()


ask("text/all", lambda: text("set_text", "häello"))
ask("text/some", lambda: text("set_text", "hello", 3))
ask("text/keywords", lambda: text("set_text", text="hello", length=2))
ask("text/wrong", lambda: text("set_text", 5))
ask("markup/all", lambda: text("set_markup", "<b>x</b>yz"))
ask("markup/some", lambda: text("set_markup", "<b>x</b>yz", 8))
ask("markup/keywords", lambda: text("set_markup", text="<i>x</i>", length=-1))

PIXELS = bytes(range(12))
SHAPE = (GdkPixbuf.Colorspace.RGB, False, 8, 2, 2, 6)


class Image(GdkPixbuf.Pixbuf):
    pass


MORE = {"nothing": (), "None": (None,), "a function": (print,), "its data": (None, None), "both": (print, 1, 2)}
for name, more in MORE.items():
    ask(f"pixbuf/{name}", lambda more=more: GdkPixbuf.Pixbuf.new_from_data(PIXELS, *SHAPE, *more).get_pixels())
for kind in (bytes, bytearray, list):
    ask(f"pixbuf/{kind.__name__}", lambda kind=kind: GdkPixbuf.Pixbuf.new_from_data(kind(PIXELS), *SHAPE).get_pixels())
ask("pixbuf/derived", lambda: Image.new_from_data(PIXELS, *SHAPE))
ask("pixbuf/class", lambda: type(GdkPixbuf.Pixbuf.new_from_data(PIXELS, *SHAPE)).__module__)

ask.answer()

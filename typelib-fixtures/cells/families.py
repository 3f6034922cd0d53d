"""The type families of the cells: what a value of each is in C, in the metadata and as text.

A family's values are few and fixed (`texts`): C makes and shows them with four functions, `item_KEY_make` (a new one
that the caller owns), `item_KEY_kept` (the library's own), `item_KEY_free` and `item_KEY_show`. Those of numbers are
written by this file, those of pointers stand in items.c. It knows nothing of containers, directions or functions.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """Something that stands alone or in a container.

    `kind` says how it lies there: a "number" also fits into a pointer, a "wide" number does not, a "pointer" points at
    something, a "flat" one is a whole struct. `owned` is whether there is anything to free; `only_plain` keeps what the
    format can describe by itself only out of containers, with the reason.
    """

    key: str
    ctype: str
    gir: str
    kind: str
    texts: tuple
    owned: bool = True
    annotation: str = ""
    null: str = "NULL"
    only_plain: str = ""
    free: str = ""

    @property
    def count(self):
        return len(self.texts)

    def place(self, name):
        """A C declaration of `name` with this type."""
        return f"{self.ctype}{name}" if self.ctype.endswith("*") else f"{self.ctype} {name}"

    def make(self, index):
        return f"item_{self.key}_make ({index})"

    def kept(self, index):
        return f"item_{self.key}_kept ({index})"

    def release(self, value):
        return f"item_{self.key}_free ({value});" if self.owned else f"(void) {value};"

    def show(self, value):
        return f"item_{self.key}_show ({value});"

    @property
    def notify(self):
        return f"(GDestroyNotify) item_{self.key}_free"

    def to_pointer(self, value):
        """A C expression: the value in a list node or hash table."""
        if self.kind == "pointer":
            return f"(gpointer) {value}"
        return f"GSIZE_TO_POINTER ({value})" if self.ctype == "GType" else f"GINT_TO_POINTER ((gint) {value})"

    def from_pointer(self, pointer):
        if self.kind == "pointer":
            return f"(({self.ctype}) {pointer})"
        macro = "GPOINTER_TO_SIZE" if self.ctype == "GType" else "GPOINTER_TO_INT"
        return f"(({self.ctype}) {macro} ({pointer}))"


@dataclass(frozen=True)
class Number(Item):
    """A scalar with its C values and the C expression that shows one."""

    values: tuple = ()
    shown: str = ""

    def definitions(self):
        return f"""
static inline {self.ctype}
item_{self.key}_kept (guint index)
{{
  const {self.ctype} values[] = {{ {", ".join(self.values)} }};

  return values[index % G_N_ELEMENTS (values)];
}}

#define item_{self.key}_make item_{self.key}_kept

static inline void
item_{self.key}_show ({self.ctype} value)
{{
  {self.shown};
}}
"""


def number(key, ctype, texts, values, shown, kind="number", gir=None):
    return Number(
        key=key,
        ctype=ctype,
        gir=gir or ctype,
        kind=kind,
        texts=texts,
        values=values,
        owned=False,
        shown=f"g_string_append_printf (cells_text, {shown})",
    )


def integer(bits, signed):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (1, (1 << bits) - 1)
    ctype = f"{'' if signed else 'u'}int{bits}"
    values = (f"G_MININT{bits}", "7", f"G_MAXINT{bits}") if signed else ("1", "7", f"G_MAXUINT{bits}")
    shown = (
        f'"%" G_G{"" if signed else "U"}INT{bits}_FORMAT, value' if bits > 8 else f'"{"%d" if signed else "%u"}", value'
    )
    return number(
        ctype,
        f"g{ctype}",
        (str(low), "7", str(high)),
        values,
        shown,
        kind="wide" if bits == 64 else "number",
    )


NUMBERS = [
    *(integer(bits, signed) for bits in (8, 16, 32, 64) for signed in (True, False)),
    number("boolean", "gboolean", ("True", "False"), ("TRUE", "FALSE"), '"%s", value ? "True" : "False"'),
    number("float", "gfloat", ("0.5", "-1.25", "3e+38"), ("0.5f", "-1.25f", "3e38f"), '"%.6g", value', kind="wide"),
    number("double", "gdouble", ("0.5", "-1.25", "1e+308"), ("0.5", "-1.25", "1e308"), '"%.12g", value', kind="wide"),
    number("unichar", "gunichar", ("U+61", "U+20AC", "U+1F600"), ("'a'", "0x20ac", "0x1f600"), '"U+%X", value'),
    number(
        "gtype",
        "GType",
        ("gint", "GijitFixturesThing", "gchararray"),
        ("G_TYPE_INT", "GIJIT_FIXTURES_TYPE_THING", "G_TYPE_STRING"),
        '"%s", g_type_name (value)',
    ),
    # RED is zero, which would end an array.
    number(
        "enum",
        "GijitFixturesColour",
        ("5", "-3"),
        ("GIJIT_FIXTURES_COLOUR_GREEN", "GIJIT_FIXTURES_COLOUR_DARK_BLUE"),
        '"%d", (gint) value',
        gir="GijitFixtures.Colour",
    ),
    number(
        "flags",
        "GijitFixturesAccess",
        ("1", "3", "2147483648"),
        (
            "GIJIT_FIXTURES_ACCESS_READ",
            "GIJIT_FIXTURES_ACCESS_READ_WRITE",
            "GIJIT_FIXTURES_ACCESS_LAST_BIT",
        ),
        '"%u", (guint) value',
        gir="GijitFixtures.Access",
    ),
    number(
        "plain_enum",
        "GijitFixturesPlainEnum",
        ("1", "-1", "2"),
        (
            "GIJIT_FIXTURES_PLAIN_ENUM_ONE",
            "GIJIT_FIXTURES_PLAIN_ENUM_MINUS_ONE",
            "GIJIT_FIXTURES_PLAIN_ENUM_TWO",
        ),
        '"%d", (gint) value',
        gir="GijitFixtures.PlainEnum",
    ),
    number(
        "plain_flags",
        "GijitFixturesPlainFlags",
        ("1", "6", "4"),
        (
            "GIJIT_FIXTURES_PLAIN_FLAGS_FIRST",
            "GIJIT_FIXTURES_PLAIN_FLAGS_SECOND | GIJIT_FIXTURES_PLAIN_FLAGS_THIRD",
            "GIJIT_FIXTURES_PLAIN_FLAGS_THIRD",
        ),
        '"%u", (guint) value',
        gir="GijitFixtures.PlainFlags",
    ),
]


def pointer(key, ctype, gir, texts, **kwargs):
    return Item(key=key, ctype=f"{ctype} *", gir=gir, kind="pointer", texts=texts, **kwargs)


POINTERS = [
    pointer("utf8", "gchar", "utf8", ("one", "zwölf", "drei €")),
    pointer("filename", "gchar", "filename", ("plain", "gr\\303\\274n", "raw\\377"), annotation="(type filename)"),
    pointer("object", "GijitFixturesThing", "GijitFixtures.Thing", ("Thing 1", "Thing 2", "Thing 3")),
    pointer("interface", "GijitFixturesNamed", "GijitFixtures.Named", ("name 1", "name 2", "name 3")),
    pointer(
        "fundamental",
        "GijitFixturesFundamental",
        "GijitFixtures.Fundamental",
        ("Fundamental 1", "Fundamental 2", "Fundamental 3"),
    ),
    pointer("param_spec", "GParamSpec", "GObject.ParamSpec", ("param-1", "param-2", "param-3")),
    pointer("boxed", "GijitFixturesBox", "GijitFixtures.Box", ("Box 1", "Box 2", "Box 3")),
    pointer("point", "GijitFixturesPoint", "GijitFixtures.Point", ("(1, 10)", "(2, 20)", "(3, 30)")),
    pointer("boxed_union", "GijitFixturesBoxedUnion", "GijitFixtures.BoxedUnion", ("union 1", "union 2", "union 3")),
    pointer("struct", "GijitFixturesPlain", "GijitFixtures.Plain", ("Plain 1", "Plain 2", "Plain 3")),
    pointer("union", "GijitFixturesEither", "GijitFixtures.Either", ("either 1", "either 2", "either 3")),
    pointer("opaque", "GijitCellsHandle", "GijitCellsHandle", ("handle 1", "handle 2", "handle 3"), owned=False),
    Item(
        key="disguised",
        ctype="GijitCellsAtom",
        gir="GijitCellsAtom",
        kind="pointer",
        texts=("atom 1", "atom 2", "atom 3"),
        owned=False,
    ),
    pointer("value", "GValue", "GObject.Value", ("gint 5", "gchararray text", "GijitFixturesThing 2")),
    pointer("variant", "GVariant", "GLib.Variant", ("5", "'text'", "uint32 7")),
    pointer("error", "GError", "GLib.Error", ("message 1", "message 2", "message 3")),
    pointer("closure", "GClosure", "GObject.Closure", ("closure 1", "closure 2", "closure 3")),
    pointer(
        "type_class",
        "GTypeClass",
        "GObject.TypeClass",
        ("class GijitFixturesThing", "class GijitFixturesSpecialThing", "class GObject"),
        owned=False,
    ),
    pointer(
        "class_struct",
        "GijitFixturesThingClass",
        "GijitFixtures.ThingClass",
        ("class GijitFixturesThing", "class GijitFixturesSpecialThing"),
        owned=False,
    ),
    pointer("bytes", "GBytes", "GLib.Bytes", ("bytes a", "bytes bc", "bytes def")),
    Item(
        key="pointer",
        ctype="gpointer",
        gir="gpointer",
        kind="pointer",
        texts=("0x10", "0x7fffffffffff", "0x20"),
        owned=False,
        only_plain="the metadata's tools leave out what has a container of untyped pointers",
        null="0",
    ),
    Item(
        key="callback",
        ctype="GijitCellsIntFunc",
        gir="GijitCellsIntFunc",
        kind="pointer",
        texts=("function 1", "function 2", "function 3"),
        owned=False,
        only_plain="a container of C function pointers has no place for their data and no scope: nobody could call or free them",
    ),
]


def flat(key, ctype, gir, texts, **kwargs):
    return Item(key=f"{key}_flat", ctype=ctype, gir=gir, kind="flat", texts=texts, **kwargs)


# The same structs, whole: items of an array, or the place that a caller allocates.
FLAT = [
    flat("point", "GijitFixturesPoint", "GijitFixtures.Point", ("(1, 10)", "(2, 20)", "(3, 30)"), owned=False),
    flat(
        "boxed_union",
        "GijitFixturesBoxedUnion",
        "GijitFixtures.BoxedUnion",
        ("union 1", "union 2", "union 3"),
        owned=False,
    ),
    flat("struct", "GijitFixturesPlain", "GijitFixtures.Plain", ("Plain 1", "Plain 2", "Plain 3"), owned=False),
    flat("union", "GijitFixturesEither", "GijitFixtures.Either", ("either 1", "either 2", "either 3"), owned=False),
    flat("value", "GValue", "GObject.Value", ("gint 5", "gchararray text", "GijitFixturesThing 2")),
]

FAMILIES = [*NUMBERS, *POINTERS, *FLAT]
BY_KEY = {item.key: item for item in FAMILIES}

# Families of more values than these hold nothing more to convert: nested containers and destroy functions are tried on them.
REPRESENTATIVE = ("int32", "double", "utf8", "filename", "enum", "object", "boxed", "struct", "variant", "bytes")

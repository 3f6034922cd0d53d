"""The containers of the cells: how each is declared, annotated, made, shown and freed in C.

A container of items is written once, as three functions `KEY_ITEM_new`, `_show` and `_free` (and `_kept`, the library's
own) that every direction calls. It knows items and nothing of directions.
"""

from families import BY_KEY, FAMILIES, REPRESENTATIVE, Item

WIDE = (
    "a 64-bit or floating number does not fit into a list node's pointer, and no convention says where else it would be"
)
NO_POINTER = "the items of this container are pointers, and this family is no pointer"
BY_VALUE = "an element type in an annotation cannot say that it is a pointer: a struct of known size in a GArray is a value, its other row"
ONLY_STRV = "the annotations name an array inside a container only as GStrv"
NO_OWNER = "nothing that the metadata names can free or copy this: it is never given away"


class Container:
    """`lengths`: where the number of items stands ("", "after", "before", "shared"). `fixed`: it is in the metadata."""

    key = label = ""
    lengths = ""
    fixed = False
    array = False
    only_from_c = False
    caller_allocates = ""
    # GLib's containers know their length; what is passed for it is not looked at.
    transfers = ("none", "container", "full")

    def why_not(self, item):
        """The reason why this container cannot hold this item, "" if it can."""
        return item.only_plain

    def ctype(self, item):
        raise NotImplementedError

    def annotation(self, item, length):
        raise NotImplementedError

    def name(self, item):
        return f"{self.key}_{item.key}"

    def count(self, item):
        return item.count

    def length_of(self, item, value):
        """A C expression for the number of items where nothing else says it."""
        return str(self.count(item))

    def place(self, item, name):
        ctype = self.ctype(item)
        return f"{ctype}{name}" if ctype.endswith("*") else f"{ctype} {name}"

    def null(self, item):
        return "NULL"

    def helpers(self, item):
        """The C text of the functions, all of them static."""
        name, declared = self.name(item), self.place(item, "values")
        return f"""
{self.returns(item)}
{name}_new (guint n, gboolean backwards, gboolean full)
{{
{self.new(item)}}}

{self.returns(item)}
{name}_kept (guint n, gboolean backwards)
{{
  static {self.place(item, f"kept[2][{self.count(item) + 1}]")};

  if (kept[backwards][n] == NULL)
    kept[backwards][n] = {name}_new (n, backwards, FALSE);
  return kept[backwards][n];
}}

static void
{name}_show ({declared}, gsize n)
{{
  if (values == NULL)
    {{
      g_string_append (cells_text, "NULL");
      return;
    }}
{self.show(item)}}}

static void
{name}_free ({declared}, gsize n, gboolean items)
{{
  if (values == NULL)
    return;
{self.free(item)}}}
"""

    def returns(self, item):
        return f"G_GNUC_UNUSED static {self.ctype(item).rstrip()}"

    # What follows makes lines of C inside these functions.

    def new(self, item):
        raise NotImplementedError

    def show(self, item):
        raise NotImplementedError

    def free(self, item):
        raise NotImplementedError


def item_at(item, index):
    return f"full ? {item.make(index)} : {item.kept(index)}"


LOOP = """  for (guint i = 0; i < n; i++)
    {
      guint j = backwards ? n - 1 - i : i;
"""
SHOW_LIST = """  g_string_append_c (cells_text, '[');
  for ({start}; {more}; {step})
    {{
      if ({not_first})
        g_string_append (cells_text, ", ");
      {show}
    }}
  g_string_append_c (cells_text, ']');
"""


class Plain(Container):
    key, label = "plain", "plain"
    transfers = ("none", "full")

    def why_not(self, item):
        if item.kind == "flat":
            return "a struct is passed by pointer, which is its other row, unless the caller allocates it or an array holds it"
        return ""

    def ctype(self, item):
        return item.ctype

    def annotation(self, item, length):
        return item.annotation

    def null(self, item):
        return item.null

    def helpers(self, item):
        name, last = self.name(item), item.count - 1
        chosen = f"backwards ? {last} : 0"
        return f"""
G_GNUC_UNUSED static {item.ctype.rstrip()}
{name}_new (guint n, gboolean backwards, gboolean full)
{{
  return {item_at(item, chosen)};
}}

G_GNUC_UNUSED static {item.ctype.rstrip()}
{name}_kept (guint n, gboolean backwards)
{{
  return {item.kept(chosen)};
}}

static void
{name}_show ({item.place("values")}, gsize n)
{{
  {item.show("values")}
}}

static void
{name}_free ({item.place("values")}, gsize n, gboolean items)
{{
  if (items)
    {{
      {item.release("values")}
    }}
}}
"""


class CArray(Container):
    array = True

    def __init__(self, key, label, lengths="", fixed=False, zero=False, caller_allocates=""):
        self.key, self.label, self.lengths, self.fixed, self.zero = key, label, lengths, fixed, zero
        self.caller_allocates = caller_allocates

    def why_not(self, item):
        if self.zero and item.key == "boolean":
            return "FALSE would end it"
        return item.only_plain

    def ctype(self, item):
        return f"{item.ctype}*" if item.ctype.endswith("*") else f"{item.ctype} *"

    def annotation(self, item, length):
        if self.fixed:
            kind = f"(array fixed-size={item.count})"
        elif self.zero:
            kind = "(array zero-terminated=1)"
        else:
            kind = f"(array length={length})"
        # Only these are not what their C type says.
        named = item.key in ("filename", "disguised") or item.key not in BY_KEY
        return f"{kind} (element-type {item.gir})" if named else kind

    def length_of(self, item, value):
        return f"{self.name(item)}_length ({value})" if self.zero else str(item.count)

    def helpers(self, item):
        text = super().helpers(item)
        if not self.zero:
            return text
        if item.kind == "flat":
            more = "memcmp (&values[n], &end, sizeof end) != 0"
            end = f"  static const {item.place('end')};\n"
        else:
            more, end = "values[n] != 0", ""
        return (
            f"""
static gsize
{self.name(item)}_length ({self.place(item, "values")})
{{
{end}  gsize n = 0;

  while (values != NULL && {more})
    n++;
  return n;
}}
"""
            + text
        )

    def new(self, item):
        return (
            f"  {self.place(item, 'values')} = g_new0 ({item.ctype}, n + 1);\n\n"
            + LOOP
            + f"      values[i] = {item_at(item, 'j')};\n    }}\n  return values;\n"
        )

    def show(self, item):
        return SHOW_LIST.format(
            start="gsize i = 0", more="i < n", step="i++", not_first="i > 0", show=item.show("values[i]")
        )

    def free(self, item):
        if not item.owned:
            return "  g_free (values);\n"
        return f"  for (gsize i = 0; items && i < n; i++)\n    {item.release('values[i]')}\n  g_free (values);\n"


class GArray(Container):
    key, label = "garray", "GArray"
    caller_allocates = "GArray"

    def why_not(self, item):
        sized = ("point", "boxed_union", "struct", "union", "value", "error", "closure", "type_class", "class_struct")
        return item.only_plain or (BY_VALUE if item.key in sized else "")

    def ctype(self, item):
        return "GArray *"

    def annotation(self, item, length):
        return f"(element-type {item.gir})"

    def at(self, item, index):
        return f"g_array_index (values, {item.ctype.rstrip()}, {index})"

    def new(self, item):
        return (
            f"  GArray *values = g_array_new (FALSE, FALSE, sizeof ({item.ctype.rstrip()}));\n\n"
            + LOOP
            + f"      {item.place('value')} = {item_at(item, 'j')};\n      g_array_append_val (values, value);\n    }}\n  return values;\n"
        )

    def show(self, item):
        return (
            f"  if (g_array_get_element_size (values) != sizeof ({item.ctype.rstrip()}))\n"
            '    g_string_append_printf (cells_text, "items of %u bytes: ", g_array_get_element_size (values));\n'
        ) + SHOW_LIST.format(
            start="guint i = 0",
            more="i < values->len",
            step="i++",
            not_first="i > 0",
            show=item.show(self.at(item, "i")),
        )

    def free(self, item):
        # Whether Python gave it a way to free its items or not, here they are freed once.
        loop = f"  for (guint i = 0; items && i < values->len; i++)\n    {item.release(self.at(item, 'i'))}\n"
        return f"  g_array_set_clear_func (values, NULL);\n{loop if item.owned else ''}  g_array_unref (values);\n"


class OwningGArray(GArray):
    key, label = "owning_garray", "GArray with a clear function"
    only_from_c = True
    caller_allocates = ""

    def why_not(self, item):
        if item.key not in REPRESENTATIVE:
            return "the clear function frees the same items as in the families that are tried"
        return super().why_not(item) or "" if item.owned else "its items own nothing that a clear function could free"

    def helpers(self, item):
        return f"""
static void
{self.name(item)}_clear (gpointer place)
{{
  {item.release(f"*({item.ctype} *) place")}
}}
""" + super().helpers(item)

    def new(self, item):
        text = super().new(item).replace("full ?", "TRUE ?")
        return text.replace("\n\n", f"\n\n  g_array_set_clear_func (values, {self.name(item)}_clear);\n", 1)


class GPtrArray(Container):
    key, label = "gptrarray", "GPtrArray"
    caller_allocates = "GPtrArray"

    def why_not(self, item):
        return item.only_plain or ("" if item.kind == "pointer" else NO_POINTER)

    def ctype(self, item):
        return "GPtrArray *"

    def annotation(self, item, length):
        return f"(element-type {item.gir})"

    def new(self, item):
        return (
            "  GPtrArray *values = g_ptr_array_new ();\n\n"
            + LOOP
            + f"      g_ptr_array_add (values, (gpointer) ({item_at(item, 'j')}));\n    }}\n  return values;\n"
        )

    def at(self, item):
        return item.from_pointer("g_ptr_array_index (values, i)")

    def show(self, item):
        return SHOW_LIST.format(
            start="guint i = 0", more="i < values->len", step="i++", not_first="i > 0", show=item.show(self.at(item))
        )

    def free(self, item):
        loop = f"  for (guint i = 0; items && i < values->len; i++)\n    {item.release(self.at(item))}\n"
        return (
            f"  g_ptr_array_set_free_func (values, NULL);\n{loop if item.owned else ''}  g_ptr_array_unref (values);\n"
        )


class OwningGPtrArray(GPtrArray):
    key, label = "owning_gptrarray", "GPtrArray with a free function"
    only_from_c = True
    caller_allocates = ""

    def why_not(self, item):
        if item.key not in REPRESENTATIVE:
            return "the free function frees the same items as in the families that are tried"
        return super().why_not(item) or ("" if item.owned else "its items own nothing that a free function could free")

    def new(self, item):
        return (
            super()
            .new(item)
            .replace("full ?", "TRUE ?")
            .replace("g_ptr_array_new ()", f"g_ptr_array_new_with_free_func ({item.notify})")
        )


class GByteArray(Container):
    key, label = "gbytearray", "GByteArray"
    caller_allocates = "GByteArray"

    def why_not(self, item):
        return "" if item.key == "uint8" else "a GByteArray holds guint8 and nothing else"

    def ctype(self, item):
        return "GByteArray *"

    def annotation(self, item, length):
        return ""

    def new(self, item):
        return (
            "  GByteArray *values = g_byte_array_new ();\n\n"
            + LOOP
            + f"      guint8 value = {item_at(item, 'j')};\n      g_byte_array_append (values, &value, 1);\n    }}\n  return values;\n"
        )

    def show(self, item):
        return SHOW_LIST.format(
            start="guint i = 0",
            more="i < values->len",
            step="i++",
            not_first="i > 0",
            show=item.show("values->data[i]"),
        )

    def free(self, item):
        return "  g_byte_array_unref (values);\n"


class GList(Container):
    def __init__(self, ctype):
        self.list = ctype
        self.key, self.label, self.prefix = ctype.lower(), ctype, "g_list" if ctype == "GList" else "g_slist"

    def why_not(self, item):
        return item.only_plain or {"wide": WIDE, "flat": NO_POINTER}.get(item.kind, "")

    def ctype(self, item):
        return f"{self.list} *"

    def annotation(self, item, length):
        return f"(element-type {item.gir})"

    def new(self, item):
        return f"""  {self.list} *values = NULL;

  for (guint i = n; i-- > 0;)
    {{
      guint j = backwards ? n - 1 - i : i;
      {item.place("value")} = {item_at(item, "j")};

      values = {self.prefix}_prepend (values, {item.to_pointer("value")});
    }}
  return values;
"""

    def helpers(self, item):
        # An empty list is NULL, and so is no list.
        return super().helpers(item).replace('"NULL"', '"[]"')

    def show(self, item):
        return SHOW_LIST.format(
            start=f"{self.list} *node = values",
            more="node != NULL",
            step="node = node->next",
            not_first="node != values",
            show=item.show(item.from_pointer("node->data")),
        )

    def free(self, item):
        loop = f"  for ({self.list} *node = values; items && node != NULL; node = node->next)\n    {item.release(item.from_pointer('node->data'))}\n"
        return f"{loop if item.owned else ''}  {self.prefix}_free (values);\n"


INT32, UTF8 = BY_KEY["int32"], BY_KEY["utf8"]
TEXT_KEYS = ("utf8", "filename")
HASHABLE = (*TEXT_KEYS, "object")


class HashTable(Container):
    """Either the keys are of the family and the values numbers, or the keys are text and the values of the family."""

    def __init__(self, side):
        self.side = side
        self.key, self.label = f"ghash_{side}", f"GHashTable, {side}s"

    def why_not(self, item):
        if item.only_plain or item.kind == "flat":
            return item.only_plain or NO_POINTER
        if self.side == "value":
            return ""
        if item.kind == "wide":
            return "no implementation of GObject-introspection has 64-bit or floating keys: they do not fit, and nothing says how else they lie there"
        if item.kind == "number" or item.key in HASHABLE:
            return ""
        return "nothing names a hash function for such keys but their address, and nobody looks one up by that"

    def pair(self, item):
        return (item, INT32) if self.side == "key" else (UTF8, item)

    def ctype(self, item):
        return "GHashTable *"

    def annotation(self, item, length):
        key, value = self.pair(item)
        return f"(element-type {key.gir} {value.gir})"

    def count(self, item):
        return item.count

    def entry(self, item):
        """C expressions for an entry to be inserted, and what frees and reads it."""
        return (self.part(part) for part in self.pair(item))

    def part(self, item):
        if item.kind == "wide":
            return {
                "new": f"g_memdup2 (&(const {item.ctype}) {{ {item.kept('j')} }}, sizeof ({item.ctype}))",
                "kept": f"(gpointer) &{self.key}_{item.key}_places[j]",
                "free": "g_free (DATA);",
                "show": item.show(f"*(const {item.ctype} *) DATA"),
                "notify": "g_free",
            }
        made, kept = item.make("j"), item.kept("j")
        return {
            "new": item.to_pointer(f"({made})") if item.kind == "pointer" else item.to_pointer(f"{made}"),
            "kept": item.to_pointer(f"({kept})") if item.kind == "pointer" else item.to_pointer(f"{kept}"),
            "free": item.release(item.from_pointer("DATA")) if item.owned else "(void) DATA;",
            "show": item.show(item.from_pointer("DATA")),
            "notify": item.notify if item.owned else "NULL",
        }

    def helpers(self, item):
        text = ""
        for part in self.pair(item):
            if part.kind == "wide":
                values = ", ".join(part.values)
                text += f"\nstatic const {part.ctype} {self.key}_{part.key}_places[] = {{ {values} }};\n"
        return text + super().helpers(item)

    def table(self, key, value, hashing):
        return f"g_hash_table_new ({hashing})"

    def new(self, item):
        key, value = self.entry(item)
        hashing = "g_str_hash, g_str_equal" if self.pair(item)[0].key in TEXT_KEYS else "NULL, NULL"
        return f"""  GHashTable *values = {self.table(key, value, hashing)};

  for (guint i = 0; i < n; i++)
    {{
      /* The other way round: the first key with the last value. */
      guint j = i;
      gpointer key = full ? {key["new"]} : {key["kept"]};

      j = backwards ? n - 1 - i : i;
      g_hash_table_insert (values, key, full ? {value["new"]} : {value["kept"]});
    }}
  return values;
"""

    def show(self, item):
        key, value = self.entry(item)
        return f"""  GHashTableIter iter;
  gpointer key, value;
  gsize start;

  g_string_append_c (cells_text, '{{');
  start = cells_text->len;
  g_hash_table_iter_init (&iter, values);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {{
      if (cells_text->len > start)
        g_string_append_c (cells_text, '\\n');
      {key["show"].replace("DATA", "key")}
      g_string_append (cells_text, ": ");
      {value["show"].replace("DATA", "value")}
    }}
  cells_sort_entries (start, '\\n');
  g_string_append_c (cells_text, '}}');
"""

    def free(self, item):
        key, value = self.entry(item)
        # Whether Python gave it ways to free its items or not, here they are freed once.
        return f"""  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, values);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {{
      g_hash_table_iter_steal (&iter);
      if (items)
        {{
          {key["free"].replace("DATA", "key")}
          {value["free"].replace("DATA", "value")}
        }}
    }}
  g_hash_table_unref (values);
"""


class OwningHashTable(HashTable):
    only_from_c = True

    def __init__(self):
        super().__init__("value")
        self.key, self.label = "owning_ghash", "GHashTable with destroy functions"

    def why_not(self, item):
        if item.key not in REPRESENTATIVE:
            return "the destroy functions free the same items as in the families that are tried"
        return super().why_not(item)

    def table(self, key, value, hashing):
        return f"g_hash_table_new_full ({hashing}, {key['notify']}, {value['notify']})"

    def new(self, item):
        return super().new(item).replace("full ?", "TRUE ?")


class Nested(Container):
    """A container of containers: row i of the inner one has the first i + 1 samples."""

    def __init__(self, key, label, outer, inner, gir):
        self.outer, self.inner, self.gir = outer, inner, gir
        self.key, self.label = key, label
        self.lengths, self.fixed, self.array = outer.lengths, outer.fixed, outer.array

    def why_not(self, item):
        if item.key not in REPRESENTATIVE:
            return "the inner container's items are converted as in the container by itself"
        if "{}" not in self.gir and item.key != "utf8":
            return ONLY_STRV
        return self.inner.why_not(item) or self.outer.why_not(self.row(item))

    def row(self, item):
        """The inner container as an item of the outer one."""
        inner = self.inner.name(item)
        return Item(
            key=f"{self.key}_{inner}",
            ctype=self.inner.ctype(item),
            gir=self.gir.format(item.gir),
            kind="pointer",
            texts=tuple("" for _ in range(item.count)),
        )

    def ctype(self, item):
        return self.outer.ctype(self.row(item))

    def annotation(self, item, length):
        return self.outer.annotation(self.row(item), length)

    def length_of(self, item, value):
        return (
            f"{self.name(item)}_length ({value})"
            if self.outer.length_of(self.row(item), "x").endswith("(x)")
            else str(item.count)
        )

    def helpers(self, item):
        row, inner = self.row(item), self.inner.name(item)
        length = self.inner.length_of(item, "value")
        rows = f"""
static {row.place("")}
item_{row.key}_make (guint index)
{{
  return {inner}_new (index + 1, FALSE, TRUE);
}}

static {row.place("")}
item_{row.key}_kept (guint index)
{{
  return {inner}_kept (index + 1, FALSE);
}}

static void
item_{row.key}_free ({row.place("value")})
{{
  {inner}_free (value, {length}, TRUE);
}}

static void
item_{row.key}_show ({row.place("value")})
{{
  {inner}_show (value, {length});
}}
"""
        outer = self.outer.helpers(row).replace(f"{self.outer.name(row)}_", f"{self.name(item)}_")
        # The inner container's own functions have its name: each file holds one kind of nesting.
        return self.inner.helpers(item) + rows + outer


FIXED = CArray("fixed", "C array, fixed size", fixed=True, caller_allocates="C array")
ZERO = CArray("zero", "C array, zero-terminated", zero=True)
SIZED = CArray("sized", "C array, length after", lengths="after", caller_allocates="C array")
GARRAY, GPTRARRAY = GArray(), GPtrArray()
GLIST, GSLIST = GList("GList"), GList("GSList")
HASH = HashTable("value")

CONTAINERS = [
    Plain(),
    FIXED,
    ZERO,
    SIZED,
    CArray("before", "C array, length before", lengths="before"),
    CArray("shared", "C arrays that share a length", lengths="shared"),
    GARRAY,
    OwningGArray(),
    GPTRARRAY,
    OwningGPtrArray(),
    GByteArray(),
    GLIST,
    GSLIST,
    HashTable("key"),
    HASH,
    OwningHashTable(),
    Nested("glist_of_glist", "GList of GList", GLIST, GLIST, "GLib.List({})"),
    Nested("glist_of_zero", "GList of zero-terminated C arrays", GLIST, ZERO, "GStrv"),
    Nested("zero_of_zero", "zero-terminated C array of such arrays", ZERO, ZERO, "GStrv"),
    Nested("ghash_of_zero", "GHashTable of zero-terminated C arrays", HASH, ZERO, "GStrv"),
    Nested("ghash_of_ghash", "GHashTable of GHashTable", HASH, HASH, "GLib.HashTable(utf8,{})"),
    Nested("ghash_of_glist", "GHashTable of GList", HASH, GLIST, "GLib.List({})"),
    Nested("gptrarray_of_gptrarray", "GPtrArray of GPtrArray", GPTRARRAY, GPTRARRAY, "GLib.PtrArray({})"),
    Nested("gslist_of_garray", "GSList of GArray", GSLIST, GARRAY, "GLib.Array({})"),
    Nested("sized_of_ghash", "C array of GHashTable", SIZED, HASH, "GLib.HashTable(utf8,{})"),
]

__all__ = ["CONTAINERS", "FAMILIES", "NO_OWNER"]

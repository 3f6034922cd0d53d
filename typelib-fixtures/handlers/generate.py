"""Writes GijitHandlers: a signal, a virtual function and a callback for each way in which C passes an argument that is not
simply an input, each with and without a result.

`Thing.call_<role>_<kind>` makes the variable, has it filled, and tells what C has then. Usage: generate.py FOLDER
"""

import pathlib
import sys

SHOW_RECORD = 'g_strdup_printf ("%d %.2f", x.number, x.ratio)'
TYPES = {
    "int": ("gint", "gint", "42", 'g_strdup_printf ("%d", x)'),
    "int64": ("gint64", "gint64", "G_GINT64_CONSTANT (1) << 40", 'g_strdup_printf ("%" G_GINT64_FORMAT, x)'),
    "double": ("gdouble", "gdouble", "2.5", 'g_strdup_printf ("%.2f", x)'),
    "bool": ("gboolean", "gboolean", "TRUE", 'g_strdup_printf ("%d", x)'),
    "enum": ("GijitHandlersColor", "GijitHandlersColor", "GIJIT_HANDLERS_COLOR_BLUE", 'g_strdup_printf ("%d", x)'),
    "utf8": ("gchar *", "utf8", 'g_strdup ("old")', 'x == NULL ? g_strdup ("NULL") : x'),
    "object": ("GObject *", "GObject.Object", "NULL", 'g_strdup (x == NULL ? "NULL" : G_OBJECT_TYPE_NAME (x))'),
}

HEADER = """/* Written by generate.py. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  GIJIT_HANDLERS_COLOR_RED,
  GIJIT_HANDLERS_COLOR_BLUE = 5,
  GIJIT_HANDLERS_COLOR_GREEN = 7
} GijitHandlersColor;

GType gijit_handlers_color_get_type (void);

/**
 * GijitHandlersRecord:
 * @number: a number
 * @ratio: another
 *
 * A boxed struct.
 */
typedef struct {
  gint number;
  gdouble ratio;
} GijitHandlersRecord;

GType gijit_handlers_record_get_type (void);

/**
 * GijitHandlersPlain:
 * @number: a number
 * @ratio: another
 *
 * A struct without a GType.
 */
typedef struct {
  gint number;
  gdouble ratio;
} GijitHandlersPlain;

/**
 * GijitHandlersNote:
 * @text: a text, which is the note's
 *
 * A boxed struct with more than bytes.
 */
typedef struct {
  gchar *text;
} GijitHandlersNote;

GType gijit_handlers_note_get_type (void);

#define GIJIT_HANDLERS_TYPE_THING (gijit_handlers_thing_get_type ())
G_DECLARE_DERIVABLE_TYPE (GijitHandlersThing, gijit_handlers_thing, GIJIT_HANDLERS, THING, GObject)

GijitHandlersThing *gijit_handlers_thing_new (void);

/**
 * GijitHandlersNumberFunc:
 * @number: a number
 * @user_data: (closure): data
 *
 * Returns: another
 */
typedef gint (*GijitHandlersNumberFunc) (gint number, gpointer user_data);

/**
 * GijitHandlersBareFunc:
 * @number: a number
 *
 * Returns: another
 */
typedef gint (*GijitHandlersBareFunc) (gint number);

GijitHandlersThing *gijit_handlers_thing_new_with_func (GijitHandlersNumberFunc func, gpointer user_data);
void gijit_handlers_thing_set_func (GijitHandlersThing *thing, GijitHandlersNumberFunc func, gpointer user_data);
void gijit_handlers_thing_borrow_func (GijitHandlersThing *thing, GijitHandlersNumberFunc func, gpointer user_data);
gint gijit_handlers_thing_call_func (GijitHandlersThing *thing, gint number);
gint gijit_handlers_thing_call_both (GijitHandlersThing *thing, GijitHandlersNumberFunc func, gpointer user_data);
void gijit_handlers_thing_use_up_func (GijitHandlersThing *thing, GijitHandlersNumberFunc func, gpointer user_data, GDestroyNotify destroy);
void gijit_handlers_thing_destroy_again (GijitHandlersThing *thing, GijitHandlersThing *other);
gint gijit_handlers_thing_call_crossed (GijitHandlersThing *thing, GijitHandlersNumberFunc first, gpointer first_data, GijitHandlersNumberFunc second, gpointer second_data);
void gijit_handlers_thing_borrow_bare_func (GijitHandlersThing *thing, GijitHandlersBareFunc func);
gint gijit_handlers_thing_call_both_bare (GijitHandlersThing *thing, GijitHandlersBareFunc func);
"""

SOURCE = """/* Written by generate.py. */
#include "handlers.h"

GType
gijit_handlers_color_get_type (void)
{
  static const GEnumValue values[] = {
    { GIJIT_HANDLERS_COLOR_RED, "GIJIT_HANDLERS_COLOR_RED", "red" },
    { GIJIT_HANDLERS_COLOR_BLUE, "GIJIT_HANDLERS_COLOR_BLUE", "blue" },
    { GIJIT_HANDLERS_COLOR_GREEN, "GIJIT_HANDLERS_COLOR_GREEN", "green" },
    { 0, NULL, NULL }
  };
  static gsize type;
  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GijitHandlersColor", values));
  return type;
}

static gpointer
record_copy (gpointer record)
{
  return g_memdup2 (record, sizeof (GijitHandlersRecord));
}

static gpointer
note_copy (gpointer note)
{
  GijitHandlersNote *copy = g_new0 (GijitHandlersNote, 1);
  copy->text = g_strdup (((GijitHandlersNote *) note)->text);
  return copy;
}

static void
note_free (gpointer note)
{
  g_free (((GijitHandlersNote *) note)->text);
  g_free (note);
}

G_DEFINE_BOXED_TYPE (GijitHandlersNote, gijit_handlers_note, note_copy, note_free)
G_DEFINE_BOXED_TYPE (GijitHandlersRecord, gijit_handlers_record, record_copy, g_free)
G_DEFINE_TYPE (GijitHandlersThing, gijit_handlers_thing, G_TYPE_OBJECT)

static void
gijit_handlers_thing_init (GijitHandlersThing *thing)
{
}

/**
 * gijit_handlers_thing_new:
 *
 * Returns: (transfer full): a thing
 */
GijitHandlersThing *
gijit_handlers_thing_new (void)
{
  return g_object_new (GIJIT_HANDLERS_TYPE_THING, NULL);
}

/**
 * gijit_handlers_thing_new_with_func:
 * @func: (scope call): what the thing keeps, although it says otherwise
 * @user_data: its data
 *
 * Returns: (transfer full): a thing
 */
GijitHandlersThing *
gijit_handlers_thing_new_with_func (GijitHandlersNumberFunc func, gpointer user_data)
{
  GijitHandlersThing *thing = gijit_handlers_thing_new ();
  gijit_handlers_thing_set_func (thing, func, user_data);
  return thing;
}

/**
 * gijit_handlers_thing_set_func:
 * @thing: a thing
 * @func: (scope call) (nullable): what the thing keeps, although it says otherwise
 * @user_data: its data
 */
void
gijit_handlers_thing_set_func (GijitHandlersThing *thing, GijitHandlersNumberFunc func, gpointer user_data)
{
  g_object_set_data (G_OBJECT (thing), "func", (gpointer) func);
  g_object_set_data (G_OBJECT (thing), "user-data", user_data);
}

/**
 * gijit_handlers_thing_borrow_func:
 * @thing: a thing
 * @func: (scope call): what the thing keeps, although nothing says so
 * @user_data: its data
 */
void
gijit_handlers_thing_borrow_func (GijitHandlersThing *thing, GijitHandlersNumberFunc func, gpointer user_data)
{
  gijit_handlers_thing_set_func (thing, func, user_data);
}

/**
 * gijit_handlers_thing_call_func:
 * @thing: a thing
 * @number: a number
 *
 * Returns: what the function says that it keeps, -1 if it has none
 */
gint
gijit_handlers_thing_call_func (GijitHandlersThing *thing, gint number)
{
  GijitHandlersNumberFunc func = (GijitHandlersNumberFunc) g_object_get_data (G_OBJECT (thing), "func");
  return func == NULL ? -1 : func (number, g_object_get_data (G_OBJECT (thing), "user-data"));
}

/**
 * gijit_handlers_thing_call_both:
 * @thing: a thing
 * @func: (scope call): a function
 * @user_data: its data
 *
 * Returns: a thousand times what the function says that the thing keeps, and what @func says
 */
gint
gijit_handlers_thing_call_both (GijitHandlersThing *thing, GijitHandlersNumberFunc func, gpointer user_data)
{
  return 1000 * gijit_handlers_thing_call_func (thing, 3) + func (3, user_data);
}

/**
 * gijit_handlers_thing_use_up_func:
 * @thing: a thing
 * @func: (scope notified): what the thing keeps
 * @user_data: its data
 * @destroy: says that it is not needed any more, which it says at once
 */
void
gijit_handlers_thing_use_up_func (GijitHandlersThing *thing, GijitHandlersNumberFunc func, gpointer user_data, GDestroyNotify destroy)
{
  gijit_handlers_thing_set_func (thing, func, user_data);
  g_object_set_data (G_OBJECT (thing), "destroy", (gpointer) destroy);
  destroy (user_data);
}

/**
 * gijit_handlers_thing_destroy_again:
 * @thing: a thing whose function is used up
 * @other: another one
 *
 * Says once more that the function is not needed, with its own data, the other one's, and none.
 */
void
gijit_handlers_thing_destroy_again (GijitHandlersThing *thing, GijitHandlersThing *other)
{
  GDestroyNotify destroy = (GDestroyNotify) g_object_get_data (G_OBJECT (thing), "destroy");
  destroy (g_object_get_data (G_OBJECT (thing), "user-data"));
  destroy (g_object_get_data (G_OBJECT (other), "user-data"));
  destroy (NULL);
}

/**
 * gijit_handlers_thing_call_crossed:
 * @thing: a thing
 * @first: (scope call) (closure first_data): a function
 * @first_data: its data, says the typelib
 * @second: (scope call) (closure second_data): another
 * @second_data: its data, says the typelib
 *
 * Returns: what the functions say, each called with the other one's data
 */
gint
gijit_handlers_thing_call_crossed (GijitHandlersThing *thing, GijitHandlersNumberFunc first, gpointer first_data, GijitHandlersNumberFunc second, gpointer second_data)
{
  return 1000 * first (3, second_data) + second (3, first_data);
}

/**
 * gijit_handlers_thing_borrow_bare_func:
 * @thing: a thing
 * @func: (scope call): what the thing keeps, although nothing says so
 */
void
gijit_handlers_thing_borrow_bare_func (GijitHandlersThing *thing, GijitHandlersBareFunc func)
{
  g_object_set_data (G_OBJECT (thing), "bare-func", (gpointer) func);
}

/**
 * gijit_handlers_thing_call_both_bare:
 * @thing: a thing
 * @func: (scope call): a function
 *
 * Returns: a thousand times what the function says that the thing keeps, and what @func says
 */
gint
gijit_handlers_thing_call_both_bare (GijitHandlersThing *thing, GijitHandlersBareFunc func)
{
  GijitHandlersBareFunc kept = (GijitHandlersBareFunc) g_object_get_data (G_OBJECT (thing), "bare-func");
  return 1000 * kept (3) + func (3);
}

static gint *
three (void)
{
  gint *items = g_new (gint, 3);
  for (gint i = 0; i < 3; i++)
    items[i] = i + 1;
  return items;
}

static gchar *
joined (const gint *items, gint n)
{
  GString *text = g_string_new (items == NULL ? "NULL" : "");
  for (gint i = 0; items != NULL && i < n; i++)
    g_string_append_printf (text, "%d,", items[i]);
  g_string_append_printf (text, " %d", n);
  return g_string_free (text, FALSE);
}

static gchar *
contents (const GValue *value)
{
  return G_IS_VALUE (value) ? g_strdup_value_contents (value) : g_strdup ("empty");
}
"""


class Kind:
    """`params` are (C declaration, name, annotations of a callable, of a signal, GType in a signal)."""

    def __init__(self, name, params, variables, args, show, free=""):
        self.name, self.params, self.variables = name, params, variables
        self.args, self.show, self.free = args, show, free


def kinds():
    for name, (c, gir, start, show) in TYPES.items():
        free = {"utf8": "", "object": "g_clear_object (&x);"}.get(name, "")
        zero = {"utf8": "NULL", "object": "NULL"}.get(name, "0")
        for way, first in (("out", zero), ("inout", start)):
            transfer = " (transfer full)" if name in ("utf8", "object") else ""
            nullable = " (nullable)" if name in ("utf8", "object") else ""
            note = f"({way}){transfer}{nullable}"
            params = [(f"{c} *x", "x", note, f"{note} (type {gir})", "G_TYPE_POINTER")]
            yield Kind(f"{name}_{way}", params, f"{c} x = {first};", "&x", show, free)
    for name, c, gtype in (
        ("record", "GijitHandlersRecord", "gijit_handlers_record_get_type () | G_SIGNAL_TYPE_STATIC_SCOPE"),
        ("plain", "GijitHandlersPlain", "G_TYPE_POINTER"),
    ):
        for way, note in (("in", ""), ("out", "(out caller-allocates)"), ("inout", "(inout)")):
            first = "{ 0, 0 }" if way == "out" else "{ 3, 0.5 }"
            params = [(f"{c} *x", "x", note, f"{note} (type {c})", gtype)]
            yield Kind(f"{name}_{way}", params, f"{c} x = {first};", "&x", SHOW_RECORD)
    gtype, note = "gijit_handlers_note_get_type () | G_SIGNAL_TYPE_STATIC_SCOPE", "(out caller-allocates)"
    params = [("GijitHandlersNote *x", "x", note, f"{note} (type GijitHandlersNote)", gtype)]
    yield Kind(
        "note_out", params, "GijitHandlersNote x = { NULL };", "&x", 'g_strdup (x.text == NULL ? "NULL" : x.text)'
    )
    value = "G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE"
    params = [("GValue *x", "x", "", "(type GObject.Value)", value)]
    yield Kind("value_in", params, "GValue x = G_VALUE_INIT; g_value_init (&x, G_TYPE_INT); g_value_set_int (&x, 4);",
               "&x", "contents (&x)", "g_value_unset (&x);")  # fmt: skip
    note = "(out caller-allocates)"
    params = [("GValue *x", "x", note, f"{note} (type GObject.Value)", "G_TYPE_POINTER")]
    yield Kind("value_out", params, "GValue x = G_VALUE_INIT;", "&x", "contents (&x)",
               "if (G_IS_VALUE (&x)) g_value_unset (&x);")  # fmt: skip
    for way, of in (("out", "NULL"), ("inout", "three ()")):
        note = f"({way}) (array length=n) (transfer full)"
        params = [
            ("gint **x", "x", note, f"{note} (element-type gint)", "G_TYPE_POINTER"),
            ("gint *n", "n", f"({way})", f"({way}) (type gint)", "G_TYPE_POINTER"),
        ]
        n = 0 if way == "out" else 3
        yield Kind(f"array_{way}", params, f"gint *x = {of}; gint n = {n};", "&x, &n", "joined (x, n)", "g_free (x);")
    params = [
        ("gint *x", "x", "(array length=n)", "(array length=n) (element-type gint)", "G_TYPE_POINTER"),
        ("gint n", "n", "", "", "G_TYPE_INT"),
    ]
    yield Kind("array_in", params, "gint *x = three (); gint n = 3;", "x, n", "joined (x, n)", "g_free (x);")
    params = [(f"gdouble *{n}", n, "(out)", "(out) (type gdouble)", "G_TYPE_POINTER") for n in "xy"]
    yield Kind("two_out", params, "gdouble x = 0, y = 0;", "&x, &y", 'g_strdup_printf ("%.2f %.2f", x, y)')


def documented(name, first, params, which, last, returns):
    lines = ["/**", f" * {name}:", *first]
    lines += [f" * @{param[1]}: {param[which]}: an argument".replace(": :", ":") for param in params]
    lines += [*last, " *", f" * {returns}", " */"]
    return "\n".join(lines)


def write(folder):
    header, source, signals, slots = [HEADER], [SOURCE], [], []
    for kind in kinds():
        for returned, suffix in (("void", ""), ("gint", "_int")):
            name = kind.name + suffix
            camel = "".join(part.title() for part in name.split("_"))
            decl = ", ".join(param[0] for param in kind.params)
            returns = "Returns: a number" if suffix else "Nothing is returned."
            thing = [" * @thing: a thing"]
            data = [" * @user_data: (closure): data"]
            # The callback.
            header.append(documented(f"GijitHandlers{camel}Func", [], kind.params, 2, data, returns))
            header.append(f"typedef {returned} (*GijitHandlers{camel}Func) ({decl}, gpointer user_data);\n")
            # The virtual function, and what calls it.
            slots.append(f"  {returned} (*{name}) (GijitHandlersThing *thing, {decl});")
            method = f"gijit_handlers_thing_{name}"
            source.append(documented(method, thing, kind.params, 2, [], returns))
            names = ", ".join(param[1] for param in kind.params)
            do = "return " if suffix else ""
            source.append(f"{returned}\n{method} (GijitHandlersThing *thing, {decl})\n{{")
            source.append(f"  {do}GIJIT_HANDLERS_THING_GET_CLASS (thing)->{name} (thing, {names});\n}}\n")
            header.append(f"{returned} {method} (GijitHandlersThing *thing, {decl});")
            # The signal.
            dashed = name.replace("_", "-")
            gtypes = ", ".join(param[4] for param in kind.params)
            signals.append(documented(f"GijitHandlersThing::{dashed}", thing, kind.params, 3, [], returns))
            result = "G_TYPE_INT" if suffix else "G_TYPE_NONE"
            signals.append(
                f'  g_signal_new ("{dashed}", GIJIT_HANDLERS_TYPE_THING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,\n'
                f"                {result}, {len(kind.params)}, {gtypes});"
            )
            # What has each of them filled.
            begin = f"{{\n  {kind.variables}\n  gint returned = 0;\n"
            end = (
                f"  gchar *text = {kind.show};\n  {kind.free}\n"
                '  gchar *all = g_strdup_printf ("%d: %s", returned, text);\n'
                "  g_free (text);\n  return all;\n}\n"
            )
            take = "returned = " if suffix else ""
            place = ", &returned" if suffix else ""
            roles = {
                "signal": f'g_signal_emit_by_name (thing, "{dashed}", {kind.args}{place})',
                "vfunc": f"{take}gijit_handlers_thing_{name} (thing, {kind.args})",
                "callback": f"{take}func ({kind.args}, user_data)",
            }
            for role, call in roles.items():
                function = f"gijit_handlers_thing_call_{role}_{name}"
                more, lines = "", list(thing)
                if role == "callback":
                    more = f", GijitHandlers{camel}Func func, gpointer user_data"
                    lines += [" * @func: (scope call): what is called", " * @user_data: its data"]
                source.append(documented(function, lines, [], 2, [], "Returns: (transfer full): what C has afterwards"))
                source.append(f"gchar *\n{function} (GijitHandlersThing *thing{more})\n{begin}  {call};\n{end}")
                header.append(f"gchar *{function} (GijitHandlersThing *thing{more});")
    header.append("struct _GijitHandlersThingClass {\n  GObjectClass parent_class;\n\n" + "\n".join(slots) + "\n};\n")
    header.append("G_END_DECLS\n")
    source.append("static void\ngijit_handlers_thing_class_init (GijitHandlersThingClass *of)\n{")
    source += [*signals, "}\n"]
    folder.joinpath("handlers.h").write_text("\n".join(header))
    folder.joinpath("handlers.c").write_text("\n".join(source))


write(pathlib.Path(sys.argv[1]))

#!/usr/bin/env python3
"""Writes scalars.h and scalars.c: the same few functions for every scalar type, and the long argument lists.

One table names the types; what each type gets is written once below it. It knows nothing of the other fixtures.
Usage: generate_scalars.py OUTPUT_DIRECTORY
"""

import sys
from pathlib import Path

# (name in the functions, C type, smallest value, largest value)
INTEGERS = [
    ("int8", "gint8", "G_MININT8", "G_MAXINT8"),
    ("uint8", "guint8", "0", "G_MAXUINT8"),
    ("int16", "gint16", "G_MININT16", "G_MAXINT16"),
    ("uint16", "guint16", "0", "G_MAXUINT16"),
    ("int32", "gint32", "G_MININT32", "G_MAXINT32"),
    ("uint32", "guint32", "0", "G_MAXUINT32"),
    ("int64", "gint64", "G_MININT64", "G_MAXINT64"),
    ("uint64", "guint64", "0", "G_MAXUINT64"),
    ("char", "gchar", "G_MININT8", "G_MAXINT8"),
    ("uchar", "guchar", "0", "G_MAXUINT8"),
    ("short", "gshort", "G_MINSHORT", "G_MAXSHORT"),
    ("ushort", "gushort", "0", "G_MAXUSHORT"),
    ("int", "gint", "G_MININT", "G_MAXINT"),
    ("uint", "guint", "0", "G_MAXUINT"),
    ("long", "glong", "G_MINLONG", "G_MAXLONG"),
    ("ulong", "gulong", "0", "G_MAXULONG"),
    ("size", "gsize", "0", "G_MAXSIZE"),
    ("ssize", "gssize", "G_MINSSIZE", "G_MAXSSIZE"),
    ("offset", "goffset", "G_MINOFFSET", "G_MAXOFFSET"),
    ("intptr", "gintptr", "G_MINSSIZE", "G_MAXSSIZE"),
    ("uintptr", "guintptr", "0", "G_MAXSIZE"),
]

# (name, C type, the step that inout does to its value, two constant results with their names)
OTHERS = [
    (
        "float",
        "gfloat",
        "-{v}",
        [
            ("min", "-G_MAXFLOAT"),
            ("max", "G_MAXFLOAT"),
            ("infinity", "INFINITY"),
            ("nan", "NAN"),
            ("tiny", "G_MINFLOAT"),
        ],
    ),
    (
        "double",
        "gdouble",
        "-{v}",
        [
            ("min", "-G_MAXDOUBLE"),
            ("max", "G_MAXDOUBLE"),
            ("infinity", "INFINITY"),
            ("nan", "NAN"),
            ("tiny", "G_MINDOUBLE"),
        ],
    ),
    ("boolean", "gboolean", "!{v}", [("min", "FALSE"), ("max", "TRUE"), ("odd", "42")]),
    (
        "unichar",
        "gunichar",
        "{v} + 1",
        [("min", "0"), ("max", "0x10ffff"), ("ascii", "'a'"), ("wide", "0x1f600"), ("invalid", "0x110000")],
    ),
    (
        "gtype",
        "GType",
        "g_type_parent ({v})",
        [("min", "G_TYPE_INVALID"), ("max", "G_TYPE_OBJECT"), ("none", "G_TYPE_NONE")],
    ),
]

# What each argument of the mixed functions is, in turn: enough of each kind to pass the last
# integer register (six on x86-64, eight on AArch64) and the last floating point one (eight).
MIXED = [
    "gint32",
    "gdouble",
    "guint8",
    "gfloat",
    "gint64",
    "gdouble",
    "gint16",
    "gdouble",
    "guint64",
    "gfloat",
    "gint8",
    "gdouble",
]
MOST = 12


def arguments(types):
    return ", ".join(f"{t} a{i}" for i, t in enumerate(types)) or "void"


def weighted(types):
    """An expression in which every argument has a weight of its own, so that no two can be swapped unseen."""
    return " + ".join(f"{i + 1} * (gdouble) a{i}" for i in range(len(types))) or "0"


class Writer:
    def __init__(self):
        self.header, self.source = [], []

    def function(self, result, name, parameters, body, doc=(), returns=None):
        """One function with its doc comment; `doc` holds (argument, annotation) pairs."""
        lines = ["/**", f" * gijit_fixtures_{name}:"]
        lines += [f" * @{argument}: {annotation}: a value" for argument, annotation in doc]
        if returns:
            lines += [" *", f" * Returns: {returns}: a value"]
        lines.append(" */")
        signature = f"gijit_fixtures_{name} ({parameters})"
        self.header.append(f"{result} {signature};")
        self.source.append(
            "\n".join(
                [*lines, result, signature, "{", "  gijit_fixtures_count_call ();", *(f"  {b}" for b in body), "}", ""]
            )
        )


def scalar(w, name, ctype, step, constants):
    w.function(ctype, f"{name}_identity", f"{ctype} value", ["return value;"])
    w.function("void", f"{name}_in", f"{ctype} value", ["(void) value;"])
    for suffix, value in constants:
        w.function(ctype, f"{name}_{suffix}", "void", [f"return {value};"])
    largest = dict(constants)["max"]
    # The type is repeated because a pointer to gchar would be taken for a string.
    w.function("void", f"{name}_out", f"{ctype} *value", [f"*value = {largest};"], [("value", f"(out) (type {ctype})")])
    w.function(
        "void",
        f"{name}_out_optional",
        f"{ctype} *value",
        ["if (value != NULL)", f"  *value = {largest};"],
        [("value", f"(out) (optional) (type {ctype})")],
    )
    w.function(
        "void",
        f"{name}_inout",
        f"{ctype} *value",
        [f"*value = {step.format(v='*value')};"],
        [("value", f"(inout) (type {ctype})")],
    )
    # The same with a return value, and with a second argument on either side.
    w.function(
        ctype,
        f"{name}_inout_and_return",
        f"{ctype} before, {ctype} *value, {ctype} after",
        [f"{ctype} old = *value;", "*value = before;", "(void) after;", "return old;"],
        [("before", "first"), ("value", f"(inout) (type {ctype})"), ("after", "last")],
    )


def main():
    out = Path(sys.argv[1])
    w = Writer()
    for name, ctype, low, high in INTEGERS:
        scalar(w, name, ctype, f"({ctype}) ~{{v}}", [("min", low), ("max", high)])
    for name, ctype, step, constants in OTHERS:
        scalar(w, name, ctype, step, constants)

    for count in range(MOST + 1):
        ints, doubles, mixed = ["gint"] * count, ["gdouble"] * count, MIXED[:count]
        w.function("gdouble", f"ints_{count}", arguments(ints), [f"return {weighted(ints)};"])
        w.function("gdouble", f"doubles_{count}", arguments(doubles), [f"return {weighted(doubles)};"])
        w.function("gdouble", f"mixed_{count}", arguments(mixed), [f"return {weighted(mixed)};"])
    # Doubles first, so that the last integers still have registers while the last doubles have none.
    backwards = ["gdouble"] * 10 + ["gint"] * 7 + ["gint8", "guint16", "gfloat", "gint64"]
    w.function("gdouble", "mixed_21", arguments(backwards), [f"return {weighted(backwards)};"])

    for count in (2, 3, 6, 12):
        parameters = ", ".join(f"{t} *b{i}" for i, t in enumerate(MIXED[:count]))
        body = [f"*b{i} = {i + 1};" for i in range(count)]
        docs = [(f"b{i}", "(out)") for i in range(count)]
        w.function("void", f"outs_{count}", parameters, body, docs)
        w.function("gboolean", f"outs_{count}_and_return", parameters, [*body, "return TRUE;"], docs)
        w.function(
            "gint64",
            f"in_and_outs_{count}",
            f"gint64 before, {parameters}, gint16 after",
            [*body, "return before + after;"],
            [("before", "first"), *docs, ("after", "last")],
        )

    note = "/* Written by generate_scalars.py: change that. */"
    (out / "scalars.h").write_text(
        "\n".join(
            [
                note,
                "#pragma once",
                "",
                "#include <glib-object.h>",
                "",
                "G_BEGIN_DECLS",
                "",
                *w.header,
                "",
                "G_END_DECLS",
                "",
            ]
        )
    )
    (out / "scalars.c").write_text(
        "\n".join([note, '#include "scalars.h"', '#include "bookkeeping.h"', "", "#include <math.h>", "", *w.source])
    )


main()

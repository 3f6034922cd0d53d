"""Arrays whose length is of each integer type: a few functions for each, with items of one kind.

Knows nothing of the cells, in which every length is a gsize.
"""

WIDTHS = [f"{sign}int{bits}" for bits in (8, 16, 32, 64) for sign in ("", "u")]
COUNTED = """
  {result} = g_new (gint32, count + 1);
  *n_values = (g{width}) count;
  for (gint64 i = 0; i < count; i++)
    {result}[i] = (gint32) i;"""


def functions(width):
    """(result type, name, parameters, annotations, body) of each function."""
    length = f"g{width}"
    take, give = "(array length=n_values)", "(transfer full) (array length=n_values)"
    yield (
        "gint64",
        f"length_{width}_in",
        f"const gint32 *values, {length} n_values",
        [("values", take)],
        f"\n  gint64 sum = 0;\n\n  for ({length} i = 0; i < n_values; i++)\n    sum += values[i];\n  return sum;",
    )
    yield (
        "void",
        f"length_{width}_out",
        f"gint64 count, gint32 **values, {length} *n_values",
        [("values", f"(out) {give}"), ("n_values", "(out)")],
        COUNTED.format(result="(*values)", width=width),
    )
    yield (
        "void",
        f"length_{width}_inout",
        f"gint32 **values, {length} *n_values",
        [("values", f"(inout) {give}"), ("n_values", "(inout)")],
        f"""
  {length} n = *n_values;

  for ({length} i = 0; i < n / 2; i++)
    {{
      gint32 moved = (*values)[i];

      (*values)[i] = (*values)[n - 1 - i];
      (*values)[n - 1 - i] = moved;
    }}""",
    )
    yield (
        "gint32 *",
        f"length_{width}_return",
        f"gint64 count, {length} *n_values",
        [("n_values", "(out)"), ("Returns", give)],
        "\n  gint32 *values;\n" + COUNTED.format(result="values", width=width) + "\n  return values;",
    )
    if not width.startswith("u"):
        yield (
            "gint32 *",
            f"length_{width}_negative",
            f"{length} *n_values",
            [("n_values", "(out)"), ("Returns", give)],
            "\n  *n_values = -1;\n  return NULL;",
        )


def write(out, note):
    """lengths.h and lengths.c."""
    header, source = (
        [note, "#pragma once", "", '#include "cells.h"', ""],
        [note, '#include "lengths.h"', '#include "bookkeeping.h"', ""],
    )
    for width in WIDTHS:
        for result, name, parameters, annotations, body in functions(width):
            signature = f"gijit_cells_{name} ({parameters})"
            header.append(f"{result} {signature};")
            doc = [f" * @{argument}: {text}: a value" for argument, text in annotations if argument != "Returns"]
            doc += [
                line
                for argument, text in annotations
                if argument == "Returns"
                for line in (" *", f" * Returns: {text}: values")
            ]
            source += ["/**", f" * gijit_cells_{name}:", *doc, " */", result, signature, "{"]
            declarations, _, rest = body.partition("\n\n") if "\n\n" in body else ("", "", body)
            source += [declarations, "", "  gijit_fixtures_count_call ();", rest.strip("\n"), "}", ""]
    (out / "lengths.h").write_text("\n".join(header) + "\n")
    (out / "lengths.c").write_text("\n".join(source))

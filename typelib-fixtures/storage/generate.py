"""Writes GijitStorage: enumerations and flags that C stores as numbers of every width.

The scanner sees enumerations, C sees the numbers that stand for them. No compiler of typelibs says so: whoever uses the
library writes the storage into a copy of its typelib (``tests/values/storage.py``).
"""

import pathlib
import sys

STORAGES = {"gint8": -3, "guint8": 200, "gint16": -300, "guint16": 60000, "gint64": -70000, "guint64": 70000}

HEAD = """/* {what}. Written by generate.py. */
"""

SEEN = """
#ifdef __GI_SCANNER__
typedef enum
{{
  GIJIT_STORAGE_{upper}_ENUM_NONE = 0,
  GIJIT_STORAGE_{upper}_ENUM_SOME = {some},
}} GijitStorage{name}Enum;

typedef enum /*< flags >*/
{{
  GIJIT_STORAGE_{upper}_FLAGS_FIRST = 1 << 0,
  GIJIT_STORAGE_{upper}_FLAGS_SECOND = 1 << 6,
}} GijitStorage{name}Flags;
#else
typedef {ctype} GijitStorage{name}Enum;
typedef {ctype} GijitStorage{name}Flags;
#endif
"""

DECLARED = """
typedef struct
{{
  {type} value;
  guint64 behind;
}} {type}Record;

typedef {type} (*{type}Func) ({type} value);

{type} {function}_identity (volatile {type} value);
void   {function}_out (gint64 bits, {type} *value);
void   {function}_inout ({type} *value);
gint64 {function}_sum (const {type} *values, gsize n_values);
{type} *{function}_list (gint64 first, gint64 second, gsize *n_values);
{type} {function}_call ({type}Func func, {type} value);
gint64 {function}_called ({type}Func func, {type} value);
void   {function}_fill ({type}Record *record, gint64 bits);
guint64 {function}_bytes (const {type}Record *record);
"""

DEFINED = """
/**
 * {function}_identity:
 */
{type}
{function}_identity (volatile {type} value)
{{
  return value;
}}

/**
 * {function}_out:
 * @value: (out):
 */
void
{function}_out (gint64 bits, {type} *value)
{{
  *value = ({type}) bits;
}}

/**
 * {function}_inout:
 * @value: (inout):
 */
void
{function}_inout ({type} *value)
{{
  *value = ({type}) (*value | 1);
}}

/**
 * {function}_sum:
 * @values: (array length=n_values):
 */
gint64
{function}_sum (const {type} *values, gsize n_values)
{{
  gint64 sum = 0;
  for (gsize i = 0; i < n_values; i++)
    sum += (gint64) values[i];
  return sum;
}}

/**
 * {function}_list:
 * @n_values: (out):
 *
 * Returns: (array length=n_values) (transfer full):
 */
{type} *
{function}_list (gint64 first, gint64 second, gsize *n_values)
{{
  {type} *values = g_new ({type}, 2);
  values[0] = ({type}) first;
  values[1] = ({type}) second;
  *n_values = 2;
  return values;
}}

/**
 * {function}_call:
 * @func: (scope call):
 */
{type}
{function}_call ({type}Func func, {type} value)
{{
  return func (value);
}}

/**
 * {function}_called:
 * @func: (scope call):
 */
gint64
{function}_called ({type}Func func, {type} value)
{{
  return (gint64) func (value);
}}

/**
 * {function}_fill:
 *
 * Every byte in front of the last field is 0xff but those of the first.
 */
void
{function}_fill ({type}Record *record, gint64 bits)
{{
  memset (record, 0xff, sizeof *record);
  record->value = ({type}) bits;
}}

/**
 * {function}_bytes:
 *
 * Returns: the first eight bytes of the record.
 */
guint64
{function}_bytes (const {type}Record *record)
{{
  guint64 bytes;
  memcpy (&bytes, record, sizeof bytes);
  return bytes;
}}
"""


def write(folder):
    what = "Enumerations and flags stored as numbers of every width"
    header = [HEAD.format(what=what), "#pragma once\n\n#include <glib-object.h>\n\nG_BEGIN_DECLS\n"]
    source = [HEAD.format(what=what), '#include "storage.h"\n\n#include <string.h>\n']
    for ctype, some in STORAGES.items():
        name = ctype[1].upper() + ctype[2:] if ctype[1] == "i" else "Ui" + ctype[3:]
        header.append(SEEN.format(ctype=ctype, name=name, upper=name.upper(), some=some))
        for family in ("Enum", "Flags"):
            names = {
                "type": f"GijitStorage{name}{family}",
                "function": f"gijit_storage_{name.lower()}_{family.lower()}",
            }
            header.append(DECLARED.format(**names))
            source.append(DEFINED.format(**names))
    header.append("\nG_END_DECLS\n")
    folder = pathlib.Path(folder)
    (folder / "storage.h").write_text("".join(header))
    (folder / "storage.c").write_text("".join(source))


if __name__ == "__main__":
    write(sys.argv[1])

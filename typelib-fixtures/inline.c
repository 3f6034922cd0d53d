/* Records by value. Each function adds what stands before and behind its value to every part of it, so that an argument
 * that was taken from the wrong register shows. */
#include "inline.h"

#include <string.h>

/* Copied and freed as memory. */
#define DEFINE(Name, name) \
  static gpointer name##_copy (gpointer value) { return g_memdup2 (value, sizeof (GijitFixturesInline##Name)); } \
  G_DEFINE_BOXED_TYPE (GijitFixturesInline##Name, gijit_fixtures_inline_##name, name##_copy, g_free)

DEFINE (Small, small)
DEFINE (Bytes, bytes)
DEFINE (Pair, pair)
DEFINE (Floats, floats)
DEFINE (Mixed, mixed)
DEFINE (Nested, nested)
DEFINE (Large, large)
DEFINE (Number, number)
DEFINE (Tagged, tagged)

GijitFixturesInlineSmall
gijit_fixtures_inline_small (gint before, GijitFixturesInlineSmall value, gdouble after)
{
  value.first += before + (gint) after;
  value.second += before + (gint) after;
  return value;
}

GijitFixturesInlineBytes
gijit_fixtures_inline_bytes (gint before, GijitFixturesInlineBytes value, gdouble after)
{
  for (guint i = 0; i < G_N_ELEMENTS (value.bytes); i++)
    value.bytes[i] += before + (gint) after;
  return value;
}

GijitFixturesInlinePair
gijit_fixtures_inline_pair (gint before, GijitFixturesInlinePair value, gdouble after)
{
  value.integer += before;
  value.number += after;
  return value;
}

GijitFixturesInlineFloats
gijit_fixtures_inline_floats (gint before, GijitFixturesInlineFloats value, gdouble after)
{
  value.x += before;
  value.y += after;
  value.z += before + after;
  return value;
}

GijitFixturesPoint
gijit_fixtures_inline_point (gint before, GijitFixturesPoint value, gdouble after)
{
  value.x += before;
  value.y += after;
  return value;
}

GijitFixturesInlineMixed
gijit_fixtures_inline_mixed (gint before, GijitFixturesInlineMixed value, gdouble after)
{
  value.number += after;
  value.integer += before;
  return value;
}

GijitFixturesInlineNested
gijit_fixtures_inline_nested (gint before, GijitFixturesInlineNested value, gdouble after)
{
  value.floats = gijit_fixtures_inline_floats (before, value.floats, after);
  value.integer += before;
  return value;
}

GijitFixturesInlineLarge
gijit_fixtures_inline_large (gint before, GijitFixturesInlineLarge value, gdouble after)
{
  for (guint i = 0; i < G_N_ELEMENTS (value.integers); i++)
    value.integers[i] += before;
  value.point = gijit_fixtures_inline_point (before, value.point, after);
  value.last += before;
  return value;
}

GijitFixturesInlineNumber
gijit_fixtures_inline_number (gint before, GijitFixturesInlineNumber value, gdouble after)
{
  value.double_precision += before + after;
  return value;
}

GijitFixturesInlineTagged
gijit_fixtures_inline_tagged (gint before, GijitFixturesInlineTagged value, gdouble after)
{
  value.which += before;
  value.number.double_precision += after;
  return value;
}

GijitFixturesBoxedUnion
gijit_fixtures_inline_union (gint before, GijitFixturesBoxedUnion value, gdouble after)
{
  value.integer += before + (gint) after;
  return value;
}

gint32
gijit_fixtures_inline_either (gint before, GijitFixturesEither value, gdouble after)
{
  return value.integer + before + (gint) after;
}

gsize
gijit_fixtures_inline_text (GijitFixturesInlineText value)
{
  return strlen (value.text) + value.length;
}

/**
 * gijit_fixtures_inline_many:
 *
 * More than there are registers.
 *
 * Returns: the sum of some parts of each
 */
gdouble
gijit_fixtures_inline_many (GijitFixturesPoint a, GijitFixturesInlineMixed b, GijitFixturesInlinePair c,
                            GijitFixturesInlineFloats d, GijitFixturesInlineMixed e, GijitFixturesPoint f,
                            GijitFixturesInlineLarge g, gint last)
{
  return a.y + b.integer + c.number + d.z + e.number + f.x + g.integers[2] + g.point.y + last;
}

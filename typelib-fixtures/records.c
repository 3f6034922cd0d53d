/* Structs and unions in every direction and transfer. */
#include "records.h"
#include "bookkeeping.h"
#include "enums.h"

#include <math.h>

/* GijitFixturesBox */

struct _GijitFixturesBox
{
  gint number;
};

static GijitFixturesBox *
box (gint number)
{
  GijitFixturesBox *self = g_new (GijitFixturesBox, 1);

  self->number = number;
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_BOXED, 1);
  return self;
}

static GijitFixturesBox *
box_copy (GijitFixturesBox *self)
{
  return box (self->number);
}

static void
box_free (GijitFixturesBox *self)
{
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_BOXED, -1);
  /* So that a use after this shows. */
  self->number = G_MININT;
  g_free (self);
}

G_DEFINE_BOXED_TYPE (GijitFixturesBox, gijit_fixtures_box, box_copy, box_free)

static GijitFixturesBox kept_box = { 55 };

/**
 * gijit_fixtures_box_new:
 * @number: a number
 *
 * Returns: (transfer full): a box
 */
GijitFixturesBox *
gijit_fixtures_box_new (gint number)
{
  gijit_fixtures_count_call ();
  return box (number);
}

/**
 * gijit_fixtures_box_new_checked:
 * @number: a number
 * @error: set if it is negative
 *
 * Returns: (transfer full): a box
 */
GijitFixturesBox *
gijit_fixtures_box_new_checked (gint number, GError **error)
{
  gijit_fixtures_count_call ();
  if (number >= 0)
    return box (number);
  g_set_error (error, GIJIT_FIXTURES_ERROR, GIJIT_FIXTURES_ERROR_REFUSED, "%d is negative", number);
  return NULL;
}

/**
 * gijit_fixtures_box_copy:
 * @self: a box
 *
 * Returns: (transfer full): a copy
 */
GijitFixturesBox *
gijit_fixtures_box_copy (const GijitFixturesBox *self)
{
  gijit_fixtures_count_call ();
  return box (self->number);
}

/**
 * gijit_fixtures_box_free: (skip)
 * @self: a box
 */
void
gijit_fixtures_box_free (GijitFixturesBox *self)
{
  box_free (self);
}

gint
gijit_fixtures_box_get_number (const GijitFixturesBox *self)
{
  gijit_fixtures_count_call ();
  return self->number;
}

void
gijit_fixtures_box_set_number (GijitFixturesBox *self, gint number)
{
  gijit_fixtures_count_call ();
  self->number = number;
}

/**
 * gijit_fixtures_box_add:
 * @self: a box
 * @other: (nullable): another
 * @negate: whether to change the sign
 *
 * Returns: the sum
 */
gint
gijit_fixtures_box_add (const GijitFixturesBox *self, const GijitFixturesBox *other, gboolean negate)
{
  guint sum = (guint) self->number + (other == NULL ? 0 : (guint) other->number);

  gijit_fixtures_count_call ();
  return (gint) (negate ? -sum : sum);
}

/**
 * gijit_fixtures_box_consume:
 * @self: (transfer full): a box
 *
 * Returns: its number
 */
gint
gijit_fixtures_box_consume (GijitFixturesBox *self)
{
  gint number = self->number;

  gijit_fixtures_count_call ();
  box_free (self);
  return number;
}

/**
 * gijit_fixtures_box_largest:
 *
 * A static function of a struct.
 *
 * Returns: the largest number a box holds
 */
gint
gijit_fixtures_box_largest (void)
{
  gijit_fixtures_count_call ();
  return G_MAXINT;
}

static gint
number_of (const GijitFixturesBox *box)
{
  return box == NULL ? -1 : box->number;
}

static gint
take (GijitFixturesBox *box)
{
  gint number = number_of (box);

  g_clear_pointer (&box, box_free);
  return number;
}

/**
 * gijit_fixtures_boxed_in:
 * @box: a box
 *
 * Returns: its number
 */
gint
gijit_fixtures_boxed_in (const GijitFixturesBox *box)
{
  gijit_fixtures_count_call ();
  return number_of (box);
}

/**
 * gijit_fixtures_boxed_in_nullable:
 * @box: (nullable): a box
 *
 * Returns: its number, -1 for none
 */
gint
gijit_fixtures_boxed_in_nullable (const GijitFixturesBox *box)
{
  gijit_fixtures_count_call ();
  return number_of (box);
}

/**
 * gijit_fixtures_boxed_take:
 * @box: (transfer full): a box
 *
 * Returns: its number
 */
gint
gijit_fixtures_boxed_take (GijitFixturesBox *box)
{
  gijit_fixtures_count_call ();
  return take (box);
}

/**
 * gijit_fixtures_boxed_take_nullable:
 * @box: (transfer full) (nullable): a box
 *
 * Returns: its number, -1 for none
 */
gint
gijit_fixtures_boxed_take_nullable (GijitFixturesBox *box)
{
  gijit_fixtures_count_call ();
  return take (box);
}

/**
 * gijit_fixtures_boxed_return_none:
 *
 * Returns: (transfer none): the library's own, which gijit_fixtures_boxed_reset_kept() empties
 */
GijitFixturesBox *
gijit_fixtures_boxed_return_none (void)
{
  gijit_fixtures_count_call ();
  return &kept_box;
}

/**
 * gijit_fixtures_boxed_return_full:
 *
 * Returns: (transfer full): a new one
 */
GijitFixturesBox *
gijit_fixtures_boxed_return_full (void)
{
  gijit_fixtures_count_call ();
  return box (56);
}

/**
 * gijit_fixtures_boxed_return_null:
 *
 * Returns: (transfer full) (nullable): nothing
 */
GijitFixturesBox *
gijit_fixtures_boxed_return_null (void)
{
  gijit_fixtures_count_call ();
  return NULL;
}

/**
 * gijit_fixtures_boxed_out_none:
 * @box: (out) (transfer none): the library's own
 */
void
gijit_fixtures_boxed_out_none (GijitFixturesBox **box)
{
  gijit_fixtures_count_call ();
  *box = &kept_box;
}

/**
 * gijit_fixtures_boxed_out_full:
 * @result: (out) (transfer full): a new one
 */
void
gijit_fixtures_boxed_out_full (GijitFixturesBox **result)
{
  gijit_fixtures_count_call ();
  *result = box (57);
}

/**
 * gijit_fixtures_boxed_out_null:
 * @box: (out) (transfer full) (nullable): nothing
 */
void
gijit_fixtures_boxed_out_null (GijitFixturesBox **box)
{
  gijit_fixtures_count_call ();
  *box = NULL;
}

/**
 * gijit_fixtures_boxed_inout_full:
 * @value: (inout) (transfer full): replaced by a new one with twice the number
 */
void
gijit_fixtures_boxed_inout_full (GijitFixturesBox **value)
{
  gint number = (gint) (2 * (guint) (*value)->number);

  gijit_fixtures_count_call ();
  box_free (*value);
  *value = box (number);
}

/**
 * gijit_fixtures_boxed_reset_kept:
 * @number: what gijit_fixtures_boxed_return_none() shall hold from now on
 *
 * A wrapper that it gave out before keeps the old number: such results are copied.
 */
void
gijit_fixtures_boxed_reset_kept (gint number)
{
  gijit_fixtures_count_call ();
  kept_box.number = number;
}

/* GijitFixturesCounted */

struct _GijitFixturesCounted
{
  gint refs;
};

G_DEFINE_BOXED_TYPE (GijitFixturesCounted, gijit_fixtures_counted, gijit_fixtures_counted_ref, gijit_fixtures_counted_unref)

/**
 * gijit_fixtures_counted_new:
 *
 * Returns: (transfer full): one with a single reference
 */
GijitFixturesCounted *
gijit_fixtures_counted_new (void)
{
  GijitFixturesCounted *self = g_new (GijitFixturesCounted, 1);

  gijit_fixtures_count_call ();
  self->refs = 1;
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_COUNTED, 1);
  return self;
}

/**
 * gijit_fixtures_counted_ref: (skip)
 * @self: a counted thing
 *
 * Returns: (transfer full): the same
 */
GijitFixturesCounted *
gijit_fixtures_counted_ref (GijitFixturesCounted *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

/**
 * gijit_fixtures_counted_unref: (skip)
 * @self: (transfer full): a counted thing
 */
void
gijit_fixtures_counted_unref (GijitFixturesCounted *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_COUNTED, -1);
  g_free (self);
}

gint
gijit_fixtures_counted_get_refs (GijitFixturesCounted *self)
{
  gijit_fixtures_count_call ();
  return g_atomic_int_get (&self->refs);
}

/**
 * gijit_fixtures_counted_get_shared:
 *
 * Returns: (transfer none): the library's own: it holds one reference, each wrapper one more
 */
GijitFixturesCounted *
gijit_fixtures_counted_get_shared (void)
{
  static GijitFixturesCounted shared = { 1 };

  gijit_fixtures_count_call ();
  return &shared;
}

/* GijitFixturesPoint */

static GijitFixturesPoint *
point (gdouble x, gdouble y)
{
  GijitFixturesPoint *self = g_new (GijitFixturesPoint, 1);

  self->x = x;
  self->y = y;
  return self;
}

static GijitFixturesPoint *
point_copy (GijitFixturesPoint *self)
{
  return point (self->x, self->y);
}

G_DEFINE_BOXED_TYPE (GijitFixturesPoint, gijit_fixtures_point, point_copy, g_free)

/**
 * gijit_fixtures_point_new:
 *
 * Returns: (transfer full): the origin
 */
GijitFixturesPoint *
gijit_fixtures_point_new (void)
{
  gijit_fixtures_count_call ();
  return point (0, 0);
}

/**
 * gijit_fixtures_point_new_at:
 * @x: to the right
 * @y: upwards
 *
 * Returns: (transfer full): a point
 */
GijitFixturesPoint *
gijit_fixtures_point_new_at (gdouble x, gdouble y)
{
  gijit_fixtures_count_call ();
  return point (x, y);
}

/**
 * gijit_fixtures_point_distance:
 * @self: a point
 * @other: (nullable): another, the origin by default
 *
 * Returns: how far apart they are
 */
gdouble
gijit_fixtures_point_distance (const GijitFixturesPoint *self, const GijitFixturesPoint *other)
{
  gijit_fixtures_count_call ();
  return hypot (self->x - (other == NULL ? 0 : other->x), self->y - (other == NULL ? 0 : other->y));
}

void
gijit_fixtures_point_move (GijitFixturesPoint *self, gdouble x, gdouble y)
{
  gijit_fixtures_count_call ();
  self->x += x;
  self->y += y;
}

/**
 * gijit_fixtures_point_middle:
 * @self: a point
 * @other: another
 * @result: (out caller-allocates): the point half way
 */
void
gijit_fixtures_point_middle (const GijitFixturesPoint *self, const GijitFixturesPoint *other, GijitFixturesPoint *result)
{
  gijit_fixtures_count_call ();
  result->x = (self->x + other->x) / 2;
  result->y = (self->y + other->y) / 2;
}

/**
 * gijit_fixtures_point_opposite:
 * @self: a point
 * @result: (out caller-allocates): its mirror image
 *
 * Returns: whether they differ
 */
gboolean
gijit_fixtures_point_opposite (const GijitFixturesPoint *self, GijitFixturesPoint *result)
{
  gijit_fixtures_count_call ();
  result->x = -self->x;
  result->y = -self->y;
  return self->x != 0 || self->y != 0;
}

/**
 * gijit_fixtures_point_get_origin:
 *
 * Returns: (transfer none): the library's own
 */
GijitFixturesPoint *
gijit_fixtures_point_get_origin (void)
{
  static GijitFixturesPoint origin;

  gijit_fixtures_count_call ();
  return &origin;
}

/* GijitFixturesPlain */

static void
plain_fill (GijitFixturesPlain *plain, gint32 number)
{
  plain->small = (gint8) number;
  plain->medium = (guint16) number;
  plain->number = number;
  plain->large = (gint64) number << 32;
  plain->single_precision = number / 2.0f;
  plain->double_precision = number / 4.0;
  plain->flag = number > 0;
  plain->character = 'a';
  plain->text = NULL;
  plain->point.x = number;
  plain->point.y = -(gdouble) number;
}

static gint64
plain_sum (const GijitFixturesPlain *plain)
{
  return plain == NULL ? -1 : (gint64) ((guint64) plain->large + (guint64) (plain->small + plain->medium) + (guint64) plain->number);
}

void
gijit_fixtures_plain_clear (GijitFixturesPlain *self)
{
  gijit_fixtures_count_call ();
  plain_fill (self, 0);
}

gint64
gijit_fixtures_plain_sum (const GijitFixturesPlain *self)
{
  gijit_fixtures_count_call ();
  return plain_sum (self);
}

/**
 * gijit_fixtures_struct_in:
 * @plain: a struct
 *
 * Returns: the sum of its integers
 */
gint64
gijit_fixtures_struct_in (const GijitFixturesPlain *plain)
{
  gijit_fixtures_count_call ();
  return plain_sum (plain);
}

/**
 * gijit_fixtures_struct_in_nullable:
 * @plain: (nullable): a struct
 *
 * Returns: the sum of its integers, -1 for none
 */
gint64
gijit_fixtures_struct_in_nullable (const GijitFixturesPlain *plain)
{
  gijit_fixtures_count_call ();
  return plain_sum (plain);
}

/**
 * gijit_fixtures_struct_fill:
 * @plain: a struct to change
 * @number: what to fill it with
 */
void
gijit_fixtures_struct_fill (GijitFixturesPlain *plain, gint32 number)
{
  gijit_fixtures_count_call ();
  plain_fill (plain, number);
}

/**
 * gijit_fixtures_struct_out_allocated:
 * @plain: (out caller-allocates): a struct
 */
void
gijit_fixtures_struct_out_allocated (GijitFixturesPlain *plain)
{
  gijit_fixtures_count_call ();
  plain_fill (plain, 4);
}

static GijitFixturesPlain *
kept_plain (void)
{
  static GijitFixturesPlain plain;

  plain_fill (&plain, 3);
  return &plain;
}

/**
 * gijit_fixtures_struct_return_none:
 *
 * Returns: (transfer none): the library's own
 */
GijitFixturesPlain *
gijit_fixtures_struct_return_none (void)
{
  gijit_fixtures_count_call ();
  return kept_plain ();
}

/**
 * gijit_fixtures_struct_return_null:
 *
 * Returns: (transfer none) (nullable): nothing
 */
GijitFixturesPlain *
gijit_fixtures_struct_return_null (void)
{
  gijit_fixtures_count_call ();
  return NULL;
}

/**
 * gijit_fixtures_struct_out_none:
 * @plain: (out) (transfer none): the library's own
 */
void
gijit_fixtures_struct_out_none (GijitFixturesPlain **plain)
{
  gijit_fixtures_count_call ();
  *plain = kept_plain ();
}

/**
 * gijit_fixtures_struct_out_full:
 * @plain: (out) (transfer full): a new one, which g_free() frees; a result of this kind cannot be described
 */
void
gijit_fixtures_struct_out_full (GijitFixturesPlain **plain)
{
  gijit_fixtures_count_call ();
  *plain = g_new0 (GijitFixturesPlain, 1);
  plain_fill (*plain, 5);
}

/* GijitFixturesOpaque */

struct _GijitFixturesOpaque
{
  gint number;
};

/**
 * gijit_fixtures_opaque_get:
 *
 * Returns: (transfer none): the only one there is
 */
GijitFixturesOpaque *
gijit_fixtures_opaque_get (void)
{
  static GijitFixturesOpaque opaque = { 99 };

  gijit_fixtures_count_call ();
  return &opaque;
}

gint
gijit_fixtures_opaque_get_number (GijitFixturesOpaque *self)
{
  gijit_fixtures_count_call ();
  return self->number;
}

/**
 * gijit_fixtures_struct_in_opaque:
 * @opaque: a struct
 *
 * Returns: its number
 */
gint
gijit_fixtures_struct_in_opaque (GijitFixturesOpaque *opaque)
{
  gijit_fixtures_count_call ();
  return opaque->number;
}

static gint filled;

/**
 * gijit_fixtures_opaque_fill:
 * @opaque: (out caller-allocates): a struct of which the caller does not know the size
 */
void
gijit_fixtures_opaque_fill (GijitFixturesOpaque *opaque)
{
  filled++;
}

/**
 * gijit_fixtures_text_fill:
 * @number: a number
 * @buffer: (out caller-allocates): room for its digits
 *
 * Returns: whether it was written
 */
gboolean
gijit_fixtures_text_fill (gint number, gchar *buffer)
{
  filled++;
  return FALSE;
}

/**
 * gijit_fixtures_filled:
 *
 * Returns: how often C was called to fill what it cannot fill
 */
gint
gijit_fixtures_filled (void)
{
  return filled;
}

/* The unions */

gint32
gijit_fixtures_either_get_integer (const GijitFixturesEither *self)
{
  gijit_fixtures_count_call ();
  return self->integer;
}

void
gijit_fixtures_either_set_integer (GijitFixturesEither *self, gint32 integer)
{
  gijit_fixtures_count_call ();
  self->integer = integer;
}

/**
 * gijit_fixtures_union_out_allocated:
 * @either: (out caller-allocates): a union
 */
void
gijit_fixtures_union_out_allocated (GijitFixturesEither *either)
{
  gijit_fixtures_count_call ();
  either->integer = 12;
}

/**
 * gijit_fixtures_union_return_none:
 *
 * Returns: (transfer none): the library's own
 */
GijitFixturesEither *
gijit_fixtures_union_return_none (void)
{
  static GijitFixturesEither either = { 13 };

  gijit_fixtures_count_call ();
  return &either;
}

static GijitFixturesBoxedUnion *
boxed_union_copy (GijitFixturesBoxedUnion *self)
{
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_BOXED, 1);
  return g_memdup2 (self, sizeof *self);
}

static void
boxed_union_free (GijitFixturesBoxedUnion *self)
{
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_BOXED, -1);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (GijitFixturesBoxedUnion, gijit_fixtures_boxed_union, boxed_union_copy, boxed_union_free)

/**
 * gijit_fixtures_boxed_union_new:
 * @integer: a number
 *
 * Returns: (transfer full): a union
 */
GijitFixturesBoxedUnion *
gijit_fixtures_boxed_union_new (gint64 integer)
{
  GijitFixturesBoxedUnion value = { integer };

  gijit_fixtures_count_call ();
  return boxed_union_copy (&value);
}

gint64
gijit_fixtures_boxed_union_get_integer (const GijitFixturesBoxedUnion *self)
{
  gijit_fixtures_count_call ();
  return self->integer;
}

/**
 * gijit_fixtures_union_boxed_in:
 * @value: a union
 *
 * Returns: its number
 */
gint64
gijit_fixtures_union_boxed_in (const GijitFixturesBoxedUnion *value)
{
  gijit_fixtures_count_call ();
  return value->integer;
}

/**
 * gijit_fixtures_union_boxed_in_nullable:
 * @value: (nullable): a union
 *
 * Returns: its number, -1 for none
 */
gint64
gijit_fixtures_union_boxed_in_nullable (const GijitFixturesBoxedUnion *value)
{
  gijit_fixtures_count_call ();
  return value == NULL ? -1 : value->integer;
}

/**
 * gijit_fixtures_union_boxed_return_none:
 *
 * Returns: (transfer none): the library's own
 */
GijitFixturesBoxedUnion *
gijit_fixtures_union_boxed_return_none (void)
{
  static GijitFixturesBoxedUnion value = { 14 };

  gijit_fixtures_count_call ();
  return &value;
}

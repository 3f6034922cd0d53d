/* Errors, several results, defaults, deprecation and odd names. */
#include "calls.h"
#include "bookkeeping.h"

void
gijit_fixtures_nothing (void)
{
  gijit_fixtures_count_call ();
}

/**
 * gijit_fixtures_throws:
 * @fail: whether to
 * @error: set if so
 *
 * Returns: whether it did not fail
 */
gboolean
gijit_fixtures_throws (gboolean fail, GError **error)
{
  gijit_fixtures_count_call ();
  if (fail)
    g_set_error_literal (error, GIJIT_FIXTURES_ERROR, GIJIT_FIXTURES_ERROR_REFUSED, "It was to fail");
  return !fail;
}

/**
 * gijit_fixtures_throws_void:
 * @code: the error's code, 0 for success
 * @message: (nullable): the error's message
 * @error: what to set
 */
void
gijit_fixtures_throws_void (gint code, const gchar *message, GError **error)
{
  gijit_fixtures_count_call ();
  if (code != 0)
    g_set_error_literal (error, GIJIT_FIXTURES_ERROR, code, message == NULL ? "no message" : message);
}

/**
 * gijit_fixtures_throws_int:
 * @value: a number
 * @error: set if it is negative
 *
 * Returns: its double
 */
gint
gijit_fixtures_throws_int (gint value, GError **error)
{
  gijit_fixtures_count_call ();
  if (value < 0)
    g_set_error (error, GIJIT_FIXTURES_ERROR, GIJIT_FIXTURES_ERROR_REFUSED, "%d is negative", value);
  return (gint) ((guint) value * 2);
}

/**
 * gijit_fixtures_throws_string:
 * @text: a string
 * @error: set if it is empty
 *
 * Returns: (transfer full): a copy, also when it fails
 */
gchar *
gijit_fixtures_throws_string (const gchar *text, GError **error)
{
  gijit_fixtures_count_call ();
  if (*text == '\0')
    {
      g_set_error_literal (error, GIJIT_FIXTURES_ERROR, GIJIT_FIXTURES_ERROR_REFUSED, "\xc3\xa9 is not empty");
      return NULL;
    }
  return g_strdup (text);
}

/**
 * gijit_fixtures_throws_with_outs:
 * @fail: whether to
 * @text: (out) (transfer full): a string
 * @number: (out): a number
 * @box: (out) (transfer full): a box
 * @thing: (out) (transfer full): an object
 * @error: set after everything else was
 *
 * Sets its results also when it fails: they are the caller's to free.
 *
 * Returns: whether it did not fail
 */
gboolean
gijit_fixtures_throws_with_outs (gboolean fail, gchar **text, gint *number, GijitFixturesBox **box, GijitFixturesThing **thing, GError **error)
{
  *text = g_strdup ("text");
  *number = 3;
  *box = gijit_fixtures_box_new (4);
  *thing = gijit_fixtures_thing_new ();
  return gijit_fixtures_throws (fail, error);
}

/**
 * gijit_fixtures_throws_object:
 * @fail: whether to
 * @error: set if so
 *
 * Returns: (transfer full): an object
 */
GijitFixturesThing *
gijit_fixtures_throws_object (gboolean fail, GError **error)
{
  return gijit_fixtures_throws (fail, error) ? gijit_fixtures_thing_new_with_name ("thrown") : NULL;
}

/**
 * gijit_fixtures_throws_empty:
 * @error: set to an error with an empty message
 */
void
gijit_fixtures_throws_empty (GError **error)
{
  gijit_fixtures_count_call ();
  g_set_error_literal (error, GIJIT_FIXTURES_ERROR, -1, "");
}

/**
 * gijit_fixtures_skip_return:
 * @number: a number
 * @result: (out): its successor
 *
 * Returns: (skip): nothing of interest
 */
gboolean
gijit_fixtures_skip_return (gint number, gint *result)
{
  gijit_fixtures_count_call ();
  *result = (gint) ((guint) number + 1);
  return TRUE;
}

/**
 * gijit_fixtures_skip_return_only:
 *
 * Returns: (skip): nothing of interest
 */
gint
gijit_fixtures_skip_return_only (void)
{
  gijit_fixtures_count_call ();
  return 5;
}

/**
 * gijit_fixtures_outs_all:
 * @small: (out): a value
 * @number: (out): a value
 * @text: (out) (transfer full): a value
 * @flag: (out): a value
 * @colour: (out): a value
 * @access: (out): a value
 * @thing: (out) (transfer full): a value
 * @box: (out) (transfer full): a value
 * @point: (out caller-allocates): a value
 * @type: (out): a value
 * @character: (out): a value
 */
void
gijit_fixtures_outs_all (gint8 *small, gdouble *number, gchar **text, gboolean *flag, GijitFixturesColour *colour, GijitFixturesAccess *access, GijitFixturesThing **thing, GijitFixturesBox **box, GijitFixturesPoint *point, GType *type, gunichar *character)
{
  *small = -1;
  *number = 0.25;
  *text = g_strdup ("text");
  *flag = TRUE;
  *colour = GIJIT_FIXTURES_COLOUR_GREEN;
  *access = GIJIT_FIXTURES_ACCESS_WRITE;
  *thing = gijit_fixtures_thing_new ();
  *box = gijit_fixtures_box_new (6);
  point->x = 1;
  point->y = 2;
  *type = GIJIT_FIXTURES_TYPE_THING;
  *character = 0x20ac;
}

/**
 * gijit_fixtures_describe_all:
 * @small: a value
 * @number: a value
 * @text: (nullable): a value
 * @single_precision: a value
 * @large: a value
 * @flag: a value
 * @thing: (nullable): a value
 * @colour: a value
 * @medium: a value
 * @box: (nullable): a value
 * @character: a value
 * @access: a value
 *
 * Returns: (transfer full): all of them in words
 */
gchar *
gijit_fixtures_describe_all (gint8 small, gdouble number, const gchar *text, gfloat single_precision, guint64 large, gboolean flag, GijitFixturesThing *thing, GijitFixturesColour colour, gint16 medium, const GijitFixturesBox *box, gunichar character, GijitFixturesAccess access)
{
  gijit_fixtures_count_call ();
  return g_strdup_printf ("%d %g %s %g %" G_GUINT64_FORMAT " %s %s %d %d %d %x %x", small, number,
                          text == NULL ? "(null)" : text, single_precision, large, flag ? "yes" : "no",
                          thing == NULL ? "(none)" : G_OBJECT_TYPE_NAME (thing), (gint) colour, medium,
                          box == NULL ? -1 : gijit_fixtures_box_get_number (box), (guint) character, (guint) access);
}

static const gchar *
shown (const gchar *text)
{
  return text == NULL ? "(null)" : text;
}

/**
 * gijit_fixtures_defaults_trailing:
 * @first: must be given
 * @second: (nullable): may be left out
 * @third: (nullable): may be left out
 *
 * Returns: (transfer full): all of them
 */
gchar *
gijit_fixtures_defaults_trailing (const gchar *first, const gchar *second, const gchar *third)
{
  gijit_fixtures_count_call ();
  return g_strjoin ("|", first, shown (second), shown (third), NULL);
}

/**
 * gijit_fixtures_defaults_middle:
 * @first: must be given
 * @second: (nullable): may be left out, if the third comes by keyword
 * @third: must be given
 *
 * Returns: (transfer full): all of them
 */
gchar *
gijit_fixtures_defaults_middle (const gchar *first, const gchar *second, const gchar *third)
{
  gijit_fixtures_count_call ();
  return g_strjoin ("|", first, shown (second), third, NULL);
}

/**
 * gijit_fixtures_defaults_boolean:
 * @first: may be left out
 * @second: must be given
 * @third: may be left out
 *
 * Returns: (transfer full): all of them
 */
gchar *
gijit_fixtures_defaults_boolean (gboolean first, gint second, gboolean third)
{
  gijit_fixtures_count_call ();
  return g_strdup_printf ("%d|%d|%d", first, second, third);
}

/**
 * gijit_fixtures_defaults_all:
 * @text: (nullable): may be left out
 * @thing: (nullable): may be left out
 * @box: (nullable): may be left out
 * @flag: may be left out
 *
 * Returns: (transfer full): all of them
 */
gchar *
gijit_fixtures_defaults_all (const gchar *text, GijitFixturesThing *thing, const GijitFixturesBox *box, gboolean flag)
{
  gijit_fixtures_count_call ();
  return g_strdup_printf ("%s|%s|%s|%d", shown (text), thing == NULL ? "no thing" : "thing", box == NULL ? "no box" : "box", flag);
}

gint
gijit_fixtures_defaults_int (gint first, gint second)
{
  gijit_fixtures_count_call ();
  return (gint) ((guint) first - (guint) second);
}

/**
 * gijit_fixtures_defaults_inout:
 * @value: (inout) (optional): may be left out
 */
void
gijit_fixtures_defaults_inout (gint *value)
{
  gijit_fixtures_count_call ();
  if (value != NULL)
    *value = (gint) ((guint) *value + 1);
}

/**
 * gijit_fixtures_deprecated:
 * @value: a number
 *
 * Returns: the same
 *
 * Deprecated: 1.0
 */
gint
gijit_fixtures_deprecated (gint value)
{
  gijit_fixtures_count_call ();
  return value;
}

/**
 * gijit_fixtures_deprecated_with_message:
 * @value: a number
 *
 * Returns: the same
 *
 * Deprecated: 1.0: Use gijit_fixtures_int_identity() instead.
 */
gint
gijit_fixtures_deprecated_with_message (gint value)
{
  gijit_fixtures_count_call ();
  return value;
}

/**
 * gijit_fixtures_keywords:
 * @from: a number
 * @class_: a number
 * @lambda: a number
 * @print: a number
 *
 * Arguments that have the names of Python keywords, one of them already escaped.
 *
 * Returns: a number with one digit for each
 */
gint
gijit_fixtures_keywords (gint from, gint class_, gint lambda, gint print)
{
  gijit_fixtures_count_call ();
  return (from % 10) * 1000 + (class_ % 10) * 100 + (lambda % 10) * 10 + print % 10;
}

/**
 * gijit_fixtures_renamed:
 * @value: a number
 * @...: whatever
 *
 * What C calls by this name; bindings get gijit_fixtures_renamed_in_c() under it.
 *
 * Returns: the negative
 */
gint
gijit_fixtures_renamed (gint value, ...)
{
  gijit_fixtures_count_call ();
  return (gint) -(guint) value;
}

/**
 * gijit_fixtures_renamed_in_c: (rename-to gijit_fixtures_renamed)
 * @value: a number
 *
 * Returns: the same
 */
gint
gijit_fixtures_renamed_in_c (gint value)
{
  gijit_fixtures_count_call ();
  return value;
}

/**
 * gijit_fixtures_pass:
 *
 * A function that has the name of a Python keyword.
 *
 * Returns: 1
 */
gint
gijit_fixtures_pass (void)
{
  gijit_fixtures_count_call ();
  return 1;
}

/**
 * gijit_fixtures_never_introspected:
 * @first: a number
 * @...: whatever
 *
 * Returns: the number
 */
gint
gijit_fixtures_never_introspected (gint first, ...)
{
  gijit_fixtures_count_call ();
  return first;
}

/* Strings in UTF-8 and file names. What inout does: it hands back CHANGED and frees what it owned.
 * A string that changes hands is freed where nothing can be counted: heap_bytes() shows its loss. */
#include "text.h"
#include "bookkeeping.h"

#include <string.h>

/* One, two, three and four bytes long. */
#define SAMPLE "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"
#define CHANGED "changed \xe2\x9c\x93"
#define INVALID "valid \xff\xfe not"

static gint64
length (const gchar *text)
{
  return text == NULL ? -1 : (gint64) strlen (text);
}

static gint64
take (gchar *text)
{
  gint64 result = length (text);

  g_free (text);
  return result;
}

/**
 * gijit_fixtures_utf8_length:
 * @text: a string
 *
 * Returns: its length in bytes
 */
gint64
gijit_fixtures_utf8_length (const gchar *text)
{
  gijit_fixtures_count_call ();
  return length (text);
}

/**
 * gijit_fixtures_utf8_length_nullable:
 * @text: (nullable): a string
 *
 * Returns: its length in bytes, -1 for none
 */
gint64
gijit_fixtures_utf8_length_nullable (const gchar *text)
{
  gijit_fixtures_count_call ();
  return length (text);
}

/**
 * gijit_fixtures_utf8_take:
 * @text: (transfer full): a string
 *
 * Returns: its length in bytes
 */
gint64
gijit_fixtures_utf8_take (gchar *text)
{
  gijit_fixtures_count_call ();
  return take (text);
}

/**
 * gijit_fixtures_utf8_take_nullable:
 * @text: (transfer full) (nullable): a string
 *
 * Returns: its length in bytes, -1 for none
 */
gint64
gijit_fixtures_utf8_take_nullable (gchar *text)
{
  gijit_fixtures_count_call ();
  return take (text);
}

/**
 * gijit_fixtures_utf8_identity:
 * @text: a string
 *
 * Returns: (transfer none): the argument's own bytes
 */
const gchar *
gijit_fixtures_utf8_identity (const gchar *text)
{
  gijit_fixtures_count_call ();
  return text;
}

/**
 * gijit_fixtures_utf8_copy:
 * @text: a string
 *
 * Returns: (transfer full): a copy
 */
gchar *
gijit_fixtures_utf8_copy (const gchar *text)
{
  gijit_fixtures_count_call ();
  return g_strdup (text);
}

/**
 * gijit_fixtures_utf8_copy_nullable:
 * @text: (nullable): a string
 *
 * Returns: (transfer full) (nullable): a copy
 */
gchar *
gijit_fixtures_utf8_copy_nullable (const gchar *text)
{
  gijit_fixtures_count_call ();
  return g_strdup (text);
}

/**
 * gijit_fixtures_utf8_pass_through:
 * @text: (transfer full): a string
 *
 * Returns: (transfer full): the very string
 */
gchar *
gijit_fixtures_utf8_pass_through (gchar *text)
{
  gijit_fixtures_count_call ();
  return text;
}

/**
 * gijit_fixtures_utf8_return_none:
 *
 * Returns: (transfer none): a constant
 */
const gchar *
gijit_fixtures_utf8_return_none (void)
{
  gijit_fixtures_count_call ();
  return SAMPLE;
}

/**
 * gijit_fixtures_utf8_return_full:
 *
 * Returns: (transfer full): a new string
 */
gchar *
gijit_fixtures_utf8_return_full (void)
{
  gijit_fixtures_count_call ();
  return g_strdup (SAMPLE);
}

/**
 * gijit_fixtures_utf8_return_null:
 *
 * Returns: (transfer none) (nullable): nothing
 */
const gchar *
gijit_fixtures_utf8_return_null (void)
{
  gijit_fixtures_count_call ();
  return NULL;
}

/**
 * gijit_fixtures_utf8_return_null_full:
 *
 * Returns: (transfer full) (nullable): nothing
 */
gchar *
gijit_fixtures_utf8_return_null_full (void)
{
  gijit_fixtures_count_call ();
  return NULL;
}

/**
 * gijit_fixtures_utf8_return_null_unmarked:
 *
 * Returns: (transfer none): nothing, though no annotation allows it
 */
const gchar *
gijit_fixtures_utf8_return_null_unmarked (void)
{
  gijit_fixtures_count_call ();
  return NULL;
}

/**
 * gijit_fixtures_utf8_return_empty:
 *
 * Returns: (transfer none): a string of no bytes
 */
const gchar *
gijit_fixtures_utf8_return_empty (void)
{
  gijit_fixtures_count_call ();
  return "";
}

/**
 * gijit_fixtures_utf8_return_invalid:
 *
 * Returns: (transfer none): bytes that are not UTF-8
 */
const gchar *
gijit_fixtures_utf8_return_invalid (void)
{
  gijit_fixtures_count_call ();
  return INVALID;
}

/**
 * gijit_fixtures_utf8_return_invalid_full:
 *
 * Returns: (transfer full): bytes that are not UTF-8, to be freed all the same
 */
gchar *
gijit_fixtures_utf8_return_invalid_full (void)
{
  gijit_fixtures_count_call ();
  return g_strdup (INVALID);
}

/**
 * gijit_fixtures_utf8_repeat:
 * @text: a string
 * @times: how often, 100000 at most
 *
 * Returns: (transfer full): a string of any length
 */
gchar *
gijit_fixtures_utf8_repeat (const gchar *text, guint times)
{
  GString *result = g_string_new (NULL);

  gijit_fixtures_count_call ();
  times = MIN (times, 100000);
  for (guint i = 0; i < times; i++)
    g_string_append (result, text);
  return g_string_free (result, FALSE);
}

/**
 * gijit_fixtures_utf8_join:
 * @first: a string
 * @second: (nullable): a string or nothing
 * @third: a string
 *
 * Returns: (transfer full): all of them, with bars between
 */
gchar *
gijit_fixtures_utf8_join (const gchar *first, const gchar *second, const gchar *third)
{
  gijit_fixtures_count_call ();
  return g_strconcat (first, "|", second == NULL ? "(null)" : second, "|", third, NULL);
}

/**
 * gijit_fixtures_utf8_out_none:
 * @text: (out) (transfer none): a constant
 */
void
gijit_fixtures_utf8_out_none (const gchar **text)
{
  gijit_fixtures_count_call ();
  *text = SAMPLE;
}

/**
 * gijit_fixtures_utf8_out_full:
 * @text: (out) (transfer full): a new string
 */
void
gijit_fixtures_utf8_out_full (gchar **text)
{
  gijit_fixtures_count_call ();
  *text = g_strdup (SAMPLE);
}

/**
 * gijit_fixtures_utf8_out_null:
 * @text: (out) (transfer full) (nullable): nothing
 */
void
gijit_fixtures_utf8_out_null (gchar **text)
{
  gijit_fixtures_count_call ();
  *text = NULL;
}

/**
 * gijit_fixtures_utf8_out_optional:
 * @text: (out) (transfer full) (optional): a new string, if wanted
 */
void
gijit_fixtures_utf8_out_optional (gchar **text)
{
  gijit_fixtures_count_call ();
  if (text != NULL)
    *text = g_strdup (SAMPLE);
}

/**
 * gijit_fixtures_utf8_out_invalid:
 * @text: (out) (transfer full): bytes that are not UTF-8
 */
void
gijit_fixtures_utf8_out_invalid (gchar **text)
{
  gijit_fixtures_count_call ();
  *text = g_strdup (INVALID);
}

/**
 * gijit_fixtures_utf8_inout_none:
 * @text: (inout) (transfer none): a string
 */
void
gijit_fixtures_utf8_inout_none (const gchar **text)
{
  gijit_fixtures_count_call ();
  *text = CHANGED;
}

/**
 * gijit_fixtures_utf8_inout_full:
 * @text: (inout) (transfer full): a string
 */
void
gijit_fixtures_utf8_inout_full (gchar **text)
{
  gijit_fixtures_count_call ();
  g_free (*text);
  *text = g_strdup (CHANGED);
}

/**
 * gijit_fixtures_utf8_inout_nullable:
 * @text: (inout) (transfer full) (nullable): nothing becomes a string, a string becomes nothing
 */
void
gijit_fixtures_utf8_inout_nullable (gchar **text)
{
  gijit_fixtures_count_call ();
  if (*text == NULL)
    *text = g_strdup (CHANGED);
  else
    g_clear_pointer (text, g_free);
}

/**
 * gijit_fixtures_utf8_split:
 * @text: a string
 * @head: (out) (transfer full): what stands before the first comma
 * @tail: (out) (transfer full) (nullable): what stands after it
 *
 * Returns: whether there is a comma
 */
gboolean
gijit_fixtures_utf8_split (const gchar *text, gchar **head, gchar **tail)
{
  const gchar *comma = strchr (text, ',');

  gijit_fixtures_count_call ();
  *head = comma == NULL ? g_strdup (text) : g_strndup (text, comma - text);
  *tail = comma == NULL ? NULL : g_strdup (comma + 1);
  return comma != NULL;
}

/**
 * gijit_fixtures_utf8_first:
 * @text: a string
 *
 * Returns: its first character, 0 for an empty string
 */
gunichar
gijit_fixtures_utf8_first (const gchar *text)
{
  gijit_fixtures_count_call ();
  return g_utf8_get_char (text);
}

/**
 * gijit_fixtures_filename_length:
 * @name: (type filename): a name
 *
 * Returns: its length in bytes
 */
gint64
gijit_fixtures_filename_length (const gchar *name)
{
  gijit_fixtures_count_call ();
  return length (name);
}

/**
 * gijit_fixtures_filename_length_nullable:
 * @name: (type filename) (nullable): a name
 *
 * Returns: its length in bytes, -1 for none
 */
gint64
gijit_fixtures_filename_length_nullable (const gchar *name)
{
  gijit_fixtures_count_call ();
  return length (name);
}

/**
 * gijit_fixtures_filename_take:
 * @name: (type filename) (transfer full): a name
 *
 * Returns: its length in bytes
 */
gint64
gijit_fixtures_filename_take (gchar *name)
{
  gijit_fixtures_count_call ();
  return take (name);
}

/**
 * gijit_fixtures_filename_identity:
 * @name: (type filename): a name
 *
 * Returns: (type filename) (transfer none): the argument's own bytes
 */
const gchar *
gijit_fixtures_filename_identity (const gchar *name)
{
  gijit_fixtures_count_call ();
  return name;
}

/**
 * gijit_fixtures_filename_copy:
 * @name: (type filename): a name
 *
 * Returns: (type filename) (transfer full): a copy
 */
gchar *
gijit_fixtures_filename_copy (const gchar *name)
{
  gijit_fixtures_count_call ();
  return g_strdup (name);
}

/**
 * gijit_fixtures_filename_copy_nullable:
 * @name: (type filename) (nullable): a name
 *
 * Returns: (type filename) (transfer full) (nullable): a copy
 */
gchar *
gijit_fixtures_filename_copy_nullable (const gchar *name)
{
  gijit_fixtures_count_call ();
  return g_strdup (name);
}

/**
 * gijit_fixtures_filename_return_none:
 *
 * Returns: (type filename) (transfer none): a constant
 */
const gchar *
gijit_fixtures_filename_return_none (void)
{
  gijit_fixtures_count_call ();
  return "/folder/" SAMPLE;
}

/**
 * gijit_fixtures_filename_return_full:
 *
 * Returns: (type filename) (transfer full): a new string
 */
gchar *
gijit_fixtures_filename_return_full (void)
{
  gijit_fixtures_count_call ();
  return g_strdup ("/folder/" SAMPLE);
}

/**
 * gijit_fixtures_filename_return_null:
 *
 * Returns: (type filename) (transfer none) (nullable): nothing
 */
const gchar *
gijit_fixtures_filename_return_null (void)
{
  gijit_fixtures_count_call ();
  return NULL;
}

/**
 * gijit_fixtures_filename_return_bytes:
 *
 * Returns: (type filename) (transfer none): bytes that no encoding knows
 */
const gchar *
gijit_fixtures_filename_return_bytes (void)
{
  gijit_fixtures_count_call ();
  return INVALID;
}

/**
 * gijit_fixtures_filename_out_none:
 * @name: (out) (type filename) (transfer none): a constant
 */
void
gijit_fixtures_filename_out_none (const gchar **name)
{
  gijit_fixtures_count_call ();
  *name = "/folder/" SAMPLE;
}

/**
 * gijit_fixtures_filename_out_full:
 * @name: (out) (type filename) (transfer full): a new string
 */
void
gijit_fixtures_filename_out_full (gchar **name)
{
  gijit_fixtures_count_call ();
  *name = g_strdup ("/folder/" SAMPLE);
}

/**
 * gijit_fixtures_filename_out_null:
 * @name: (out) (type filename) (transfer full) (nullable): nothing
 */
void
gijit_fixtures_filename_out_null (gchar **name)
{
  gijit_fixtures_count_call ();
  *name = NULL;
}

/**
 * gijit_fixtures_filename_inout_none:
 * @name: (inout) (type filename) (transfer none): a name
 */
void
gijit_fixtures_filename_inout_none (const gchar **name)
{
  gijit_fixtures_count_call ();
  *name = CHANGED;
}

/**
 * gijit_fixtures_filename_inout_full:
 * @name: (inout) (type filename) (transfer full): a name
 */
void
gijit_fixtures_filename_inout_full (gchar **name)
{
  gijit_fixtures_count_call ();
  g_free (*name);
  *name = g_strdup (CHANGED);
}

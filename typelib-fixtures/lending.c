/* See lending.h. What is lent is overwritten and freed behind the call, so that a use after it shows. */
#include "lending.h"
#include "bookkeeping.h"

#include <gobject/gvaluecollector.h>
#include <string.h>

/* Records */

static GijitFixturesFrame *
frame_copy (GijitFixturesFrame *self)
{
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_BOXED, 1);
  return g_memdup2 (self, sizeof *self);
}

static void
frame_free (GijitFixturesFrame *self)
{
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_BOXED, -1);
  memset (self, 0xaa, sizeof *self);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (GijitFixturesFrame, gijit_fixtures_frame, frame_copy, frame_free)

enum { NUMBER, TEXT };

static GijitFixturesNotice *
notice_copy (GijitFixturesNotice *self)
{
  GijitFixturesNotice *copy = g_memdup2 (self, sizeof *self);

  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_BOXED, 1);
  if (copy->kind == TEXT)
    copy->text.text = g_strdup (self->text.text);
  return copy;
}

static void
notice_free (GijitFixturesNotice *self)
{
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_BOXED, -1);
  if (self->kind == TEXT)
    g_free (self->text.text);
  memset (self, 0xaa, sizeof *self);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (GijitFixturesNotice, gijit_fixtures_notice, notice_copy, notice_free)

static void
forget (gpointer memory, gsize size)
{
  memset (memory, 0xaa, size);
  g_free (memory);
}

/**
 * gijit_fixtures_lend_plain:
 * @func: (scope call): called with a struct whose number is 7
 * @user_data: its data
 *
 * Returns: the number that is in it afterwards
 */
gint32
gijit_fixtures_lend_plain (GijitFixturesPlainFunc func, gpointer user_data)
{
  GijitFixturesPlain *plain = g_new0 (GijitFixturesPlain, 1);
  gint32 number;

  gijit_fixtures_count_call ();
  plain->number = 7;
  plain->point.x = 1.5;
  func (plain, user_data);
  number = plain->number;
  forget (plain, sizeof *plain);
  return number;
}

/**
 * GijitFixturesPlainsFunc:
 * @plains: (element-type GijitFixturesPlain) (transfer none): structs
 * @user_data: data
 */

/**
 * gijit_fixtures_lend_plains:
 * @func: (scope call): called with two structs, whose numbers are 1 and 2
 * @user_data: its data
 */
void
gijit_fixtures_lend_plains (GijitFixturesPlainsFunc func, gpointer user_data)
{
  GijitFixturesPlain *plains = g_new0 (GijitFixturesPlain, 2);
  GList *list;

  gijit_fixtures_count_call ();
  plains[0].number = 1;
  plains[1].number = 2;
  list = g_list_append (g_list_append (NULL, plains), plains + 1);
  func (list, user_data);
  g_list_free (list);
  forget (plains, 2 * sizeof *plains);
}

/**
 * gijit_fixtures_lend_frame:
 * @func: (scope call): called with a boxed struct whose number is 7 and whose corner is at (1.5, 2.5)
 * @user_data: its data
 *
 * Returns: the number that is in it afterwards
 */
gint32
gijit_fixtures_lend_frame (GijitFixturesFrameFunc func, gpointer user_data)
{
  GijitFixturesFrame *frame = g_new0 (GijitFixturesFrame, 1);
  gint32 number;

  gijit_fixtures_count_call ();
  frame->number = 7;
  frame->corner = (GijitFixturesPoint) { 1.5, 2.5 };
  func (frame, user_data);
  number = frame->number;
  forget (frame, sizeof *frame);
  return number;
}

static GijitFixturesNotice *
text_notice (void)
{
  GijitFixturesNotice *notice = g_new0 (GijitFixturesNotice, 1);

  notice->kind = TEXT;
  notice->text.at = (GijitFixturesPoint) { 1.5, 2.5 };
  notice->text.text = g_strdup ("a text of C's");
  return notice;
}

static void
end_notice (GijitFixturesNotice *notice)
{
  memset (notice->text.text, 'x', strlen (notice->text.text));
  g_free (notice->text.text);
  forget (notice, sizeof *notice);
}

/**
 * gijit_fixtures_lend_notice:
 * @func: (scope call): called with a boxed union
 * @user_data: its data
 */
void
gijit_fixtures_lend_notice (GijitFixturesNoticeFunc func, gpointer user_data)
{
  GijitFixturesNotice *notice = text_notice ();

  gijit_fixtures_count_call ();
  func (notice, user_data);
  end_notice (notice);
}

/**
 * gijit_fixtures_lend_notice_text:
 * @func: (scope call): called with the member of a boxed union
 * @user_data: its data
 */
void
gijit_fixtures_lend_notice_text (GijitFixturesTextFunc func, gpointer user_data)
{
  GijitFixturesNotice *notice = text_notice ();

  gijit_fixtures_count_call ();
  func (&notice->text, user_data);
  end_notice (notice);
}

/**
 * gijit_fixtures_plain_add:
 * @self: a struct
 * @number: what is added to its number
 *
 * Returns: (transfer none): the same struct
 */
GijitFixturesPlain *
gijit_fixtures_plain_add (GijitFixturesPlain *self, gint32 number)
{
  gijit_fixtures_count_call ();
  self->number += number;
  return self;
}

/* What a callable makes */

/**
 * GijitFixturesMakeFunc:
 * @user_data: data
 *
 * Returns: (transfer none): an object that may float, or whose owner is somebody else
 */

/**
 * gijit_fixtures_make_and_sink:
 * @func: (scope call): makes an object
 * @user_data: its data
 *
 * Returns: (transfer full): the object, with the reference that a container takes
 */
GijitFixturesFloater *
gijit_fixtures_make_and_sink (GijitFixturesMakeFunc func, gpointer user_data)
{
  gijit_fixtures_count_call ();
  return g_object_ref_sink (func (user_data));
}

/**
 * gijit_fixtures_make_and_pass:
 * @func: (scope call): makes an object
 * @user_data: its data
 *
 * Returns: (transfer none): the object as it is
 */
GijitFixturesFloater *
gijit_fixtures_make_and_pass (GijitFixturesMakeFunc func, gpointer user_data)
{
  gijit_fixtures_count_call ();
  return func (user_data);
}

/* What is kept */

typedef struct
{
  const guint8 *bytes;
  gsize n;
  const gchar *text;
} Kept;

static gchar *last;

static gchar *
sum_up (const Kept *kept)
{
  guint sum = 0;

  for (gsize i = 0; i < kept->n; i++)
    sum += kept->bytes[i];
  return g_strdup_printf ("%u %s", sum, kept->text);
}

static gboolean
finish_later (gpointer data)
{
  GTask *task = data;

  g_free (last);
  last = sum_up (g_task_get_task_data (task));
  g_task_return_pointer (task, g_strdup (last), g_free);
  g_object_unref (task);
  return G_SOURCE_REMOVE;
}

/**
 * gijit_fixtures_keep_async:
 * @bytes: (array length=n): read when the main loop runs, not copied
 * @n: how many
 * @text: read when the main loop runs, not copied
 * @callback: (nullable) (scope async): called when they have been read
 * @user_data: its data
 */
void
gijit_fixtures_keep_async (const guint8 *bytes, gsize n, const gchar *text, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Kept kept = { bytes, n, text };

  gijit_fixtures_count_call ();
  g_task_set_task_data (task, g_memdup2 (&kept, sizeof kept), g_free);
  g_idle_add (finish_later, task);
}

/**
 * gijit_fixtures_keep_finish:
 * @result: what the callback got
 * @error: set if it failed
 *
 * Returns: (transfer full): the sum of the bytes, and the text
 */
gchar *
gijit_fixtures_keep_finish (GAsyncResult *result, GError **error)
{
  gijit_fixtures_count_call ();
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * gijit_fixtures_kept_last:
 *
 * Returns: (transfer none) (nullable): what was finished last
 */
const gchar *
gijit_fixtures_kept_last (void)
{
  gijit_fixtures_count_call ();
  return last;
}

static Kept held;
static GDestroyNotify held_notify;
static gpointer held_data;

/**
 * gijit_fixtures_keep_notified:
 * @bytes: (array length=n): read until the notification, not copied
 * @n: how many
 * @notify: (nullable) (scope async) (closure user_data): called when they are not needed any more
 * @user_data: its data
 */
void
gijit_fixtures_keep_notified (const guint8 *bytes, gsize n, GDestroyNotify notify, gpointer user_data)
{
  gijit_fixtures_kept_drop ();
  held = (Kept) { bytes, n, NULL };
  held_notify = notify;
  held_data = user_data;
}

/**
 * gijit_fixtures_kept_sum:
 *
 * Returns: the sum of the bytes that are kept until a notification
 */
guint
gijit_fixtures_kept_sum (void)
{
  gchar *text = sum_up (&held);
  guint sum = (guint) g_ascii_strtoull (text, NULL, 10);

  gijit_fixtures_count_call ();
  g_free (text);
  return sum;
}

/**
 * gijit_fixtures_kept_drop:
 *
 * Notifies of what is kept until then.
 */
void
gijit_fixtures_kept_drop (void)
{
  GDestroyNotify notify = held_notify;

  gijit_fixtures_count_call ();
  held = (Kept) { NULL, 0, NULL };
  held_notify = NULL;
  if (notify != NULL)
    notify (held_data);
}

/* GijitFixturesToken */

static void
token_unref (GijitFixturesToken *self)
{
  if (--self->refs > 0)
    return;
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_FUNDAMENTAL, -1);
  self->number = G_MININT;
  g_type_free_instance ((GTypeInstance *) self);
}

static GijitFixturesToken *
token_ref (GijitFixturesToken *self)
{
  self->refs++;
  return self;
}

static void
token_init_value (GValue *value)
{
  value->data[0].v_pointer = NULL;
}

static void
token_free_value (GValue *value)
{
  if (value->data[0].v_pointer != NULL)
    token_unref (value->data[0].v_pointer);
}

static void
token_copy_value (const GValue *from, GValue *to)
{
  to->data[0].v_pointer = from->data[0].v_pointer == NULL ? NULL : token_ref (from->data[0].v_pointer);
}

static gpointer
token_peek_pointer (const GValue *value)
{
  return value->data[0].v_pointer;
}

static gchar *
token_collect_value (GValue *value, guint n_values, GTypeCValue *values, guint flags)
{
  value->data[0].v_pointer = values[0].v_pointer == NULL ? NULL : token_ref (values[0].v_pointer);
  return NULL;
}

static gchar *
token_lcopy_value (const GValue *value, guint n_values, GTypeCValue *values, guint flags)
{
  gpointer self = value->data[0].v_pointer;

  *(gpointer *) values[0].v_pointer = self == NULL || (flags & G_VALUE_NOCOPY_CONTENTS) ? self : token_ref (self);
  return NULL;
}

static void
token_class_init (gpointer klass, gpointer data)
{
}

static void
token_instance_init (GTypeInstance *instance, gpointer klass)
{
  ((GijitFixturesToken *) instance)->refs = 1;
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_FUNDAMENTAL, 1);
}

static const GTypeFundamentalInfo all_flags = {
  G_TYPE_FLAG_CLASSED | G_TYPE_FLAG_INSTANTIATABLE | G_TYPE_FLAG_DERIVABLE | G_TYPE_FLAG_DEEP_DERIVABLE,
};

GType
gijit_fixtures_token_get_type (void)
{
  static GType type;

  if (g_once_init_enter (&type))
    {
      static const GTypeValueTable table = {
        token_init_value, token_free_value, token_copy_value, token_peek_pointer,
        "p", token_collect_value, "p", token_lcopy_value,
      };
      static const GTypeInfo info = {
        .class_size = sizeof (GTypeClass),
        .class_init = token_class_init,
        .instance_size = sizeof (GijitFixturesToken),
        .instance_init = token_instance_init,
        .value_table = &table,
      };

      g_once_init_leave (&type, g_type_register_fundamental (g_type_fundamental_next (), "GijitFixturesToken",
                                                             &info, &all_flags, 0));
    }
  return type;
}

/* A type of which no typelib knows anything. */
static GType
special_token_get_type (void)
{
  static GType type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_type_register_static_simple (GIJIT_FIXTURES_TYPE_TOKEN, "GijitFixturesSpecialToken",
                                                             sizeof (GTypeClass), token_class_init,
                                                             sizeof (GijitFixturesToken), NULL, 0));
  return type;
}

static GijitFixturesToken *
token_new (GType type, gint number)
{
  GijitFixturesToken *self = (GijitFixturesToken *) g_type_create_instance (type);

  self->number = number;
  return self;
}

/**
 * gijit_fixtures_token_new:
 * @number: a number
 *
 * Returns: (transfer full): an instance
 */
GijitFixturesToken *
gijit_fixtures_token_new (gint number)
{
  gijit_fixtures_count_call ();
  return token_new (GIJIT_FIXTURES_TYPE_TOKEN, number);
}

/**
 * gijit_fixtures_token_new_special:
 * @number: a number
 *
 * Returns: (transfer full): an instance of a type that is not described
 */
GijitFixturesToken *
gijit_fixtures_token_new_special (gint number)
{
  gijit_fixtures_count_call ();
  return token_new (special_token_get_type (), number);
}

/**
 * gijit_fixtures_token_get_shared:
 *
 * Returns: (transfer none): the same instance every time, whose number is 44
 */
GijitFixturesToken *
gijit_fixtures_token_get_shared (void)
{
  static GijitFixturesToken *shared;

  gijit_fixtures_count_call ();
  if (shared == NULL)
    shared = token_new (GIJIT_FIXTURES_TYPE_TOKEN, 44);
  return shared;
}

/**
 * gijit_fixtures_token_get_number:
 * @self: an instance
 *
 * Returns: its number
 */
gint
gijit_fixtures_token_get_number (GijitFixturesToken *self)
{
  gijit_fixtures_count_call ();
  return self->number;
}

/**
 * gijit_fixtures_token_get_refs:
 * @self: an instance
 *
 * Returns: how many references there are
 */
gint
gijit_fixtures_token_get_refs (GijitFixturesToken *self)
{
  gijit_fixtures_count_call ();
  return self->refs;
}

/**
 * gijit_fixtures_token_consume:
 * @self: (transfer full): an instance
 *
 * Returns: how many references there were
 */
gint
gijit_fixtures_token_consume (GijitFixturesToken *self)
{
  gint refs = self->refs;

  gijit_fixtures_count_call ();
  token_unref (self);
  return refs;
}

/* GijitFixturesStamp */

GType
gijit_fixtures_stamp_get_type (void)
{
  static GType type;

  if (g_once_init_enter (&type))
    {
      static const GTypeInfo info = {
        .class_size = sizeof (GTypeClass),
        .class_init = token_class_init,
        .instance_size = sizeof (GijitFixturesStamp),
      };

      g_once_init_leave (&type, g_type_register_fundamental (g_type_fundamental_next (), "GijitFixturesStamp",
                                                             &info, &all_flags, 0));
    }
  return type;
}

/**
 * gijit_fixtures_stamp_get:
 * @number: 0 to 3
 *
 * Returns: (transfer none): the instance of this number
 */
GijitFixturesStamp *
gijit_fixtures_stamp_get (gint number)
{
  static GijitFixturesStamp *stamps[4];

  gijit_fixtures_count_call ();
  g_return_val_if_fail (number >= 0 && number < 4, NULL);
  if (stamps[number] == NULL)
    {
      stamps[number] = (GijitFixturesStamp *) g_type_create_instance (GIJIT_FIXTURES_TYPE_STAMP);
      stamps[number]->number = number;
    }
  return stamps[number];
}

/**
 * gijit_fixtures_stamp_get_number:
 * @self: an instance
 *
 * Returns: its number
 */
gint
gijit_fixtures_stamp_get_number (GijitFixturesStamp *self)
{
  gijit_fixtures_count_call ();
  return self->number;
}

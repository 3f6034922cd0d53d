/* One or a few callables of each shape that the first conversion families do not cover. */
#include "containers.h"
#include "bookkeeping.h"

/**
 * GijitFixturesNumberFunc:
 * @value: a number
 * @user_data: whatever came with the function
 *
 * Returns: a number
 */

/**
 * gijit_fixtures_callback_call:
 * @func: (scope call) (closure user_data): what to call
 * @user_data: its data
 * @value: its argument
 *
 * Returns: what it returned
 */
gint
gijit_fixtures_callback_call (GijitFixturesNumberFunc func, gpointer user_data, gint value)
{
  gijit_fixtures_count_call ();
  return func (value, user_data);
}

static GijitFixturesNumberFunc notified_func;
static gpointer notified_data;
static GDestroyNotify notified_notify;

/**
 * gijit_fixtures_callback_notified:
 * @func: (nullable) (scope notified) (closure user_data) (destroy notify): what to keep
 * @user_data: its data
 * @notify: frees the data
 */
void
gijit_fixtures_callback_notified (GijitFixturesNumberFunc func, gpointer user_data, GDestroyNotify notify)
{
  GDestroyNotify old_notify = notified_notify;
  gpointer old_data = notified_data;

  gijit_fixtures_count_call ();
  notified_func = func;
  notified_data = user_data;
  notified_notify = notify;
  /* Last: whoever is told may come back here. */
  if (old_notify != NULL)
    old_notify (old_data);
}

/**
 * gijit_fixtures_callback_run_notified:
 * @value: an argument
 *
 * Returns: what the kept function returned, -1 if there is none
 */
gint
gijit_fixtures_callback_run_notified (gint value)
{
  gijit_fixtures_count_call ();
  return notified_func == NULL ? -1 : notified_func (value, notified_data);
}

static gint64
sum (const gint *numbers, gsize n_numbers)
{
  gint64 result = 0;

  gijit_fixtures_count_call ();
  for (gsize i = 0; i < n_numbers; i++)
    result += numbers[i];
  return result;
}

/**
 * gijit_fixtures_array_sum:
 * @numbers: (array length=n_numbers): numbers
 * @n_numbers: how many
 *
 * Returns: their sum
 */
gint64
gijit_fixtures_array_sum (const gint *numbers, gsize n_numbers)
{
  return sum (numbers, n_numbers);
}

/**
 * gijit_fixtures_array_sum_fixed:
 * @numbers: (array fixed-size=3): numbers
 *
 * Returns: their sum
 */
gint64
gijit_fixtures_array_sum_fixed (const gint *numbers)
{
  return sum (numbers, 3);
}

/**
 * gijit_fixtures_array_join:
 * @texts: (array zero-terminated=1): strings
 *
 * Returns: (transfer full): all of them
 */
gchar *
gijit_fixtures_array_join (gchar **texts)
{
  gijit_fixtures_count_call ();
  return g_strjoinv ("|", texts);
}

/**
 * gijit_fixtures_array_words:
 *
 * Returns: (transfer full) (array zero-terminated=1): strings
 */
gchar **
gijit_fixtures_array_words (void)
{
  static const gchar *words[] = { "one", "two", NULL };

  gijit_fixtures_count_call ();
  return g_strdupv ((gchar **) words);
}

/**
 * gijit_fixtures_array_count:
 * @n_numbers: how far to count
 * @n_result: (out): how many
 *
 * Returns: (transfer full) (array length=n_result): the numbers from 0
 */
gint *
gijit_fixtures_array_count (gint n_numbers, gint *n_result)
{
  gint *result;

  gijit_fixtures_count_call ();
  *n_result = CLAMP (n_numbers, 0, 10000);
  result = g_new (gint, *n_result);
  for (gint i = 0; i < *n_result; i++)
    result[i] = i;
  return result;
}

/**
 * gijit_fixtures_array_copy:
 * @numbers: (array length=n_numbers): numbers
 * @n_numbers: how many
 * @n_result: (out): how many
 *
 * Returns: (transfer full) (array length=n_result): the numbers
 */
gint *
gijit_fixtures_array_copy (const gint *numbers, gsize n_numbers, gsize *n_result)
{
  gijit_fixtures_count_call ();
  *n_result = n_numbers;
  return g_memdup2 (numbers, n_numbers * sizeof *numbers);
}

/**
 * gijit_fixtures_array_texts:
 * @texts: (array zero-terminated=1): strings
 *
 * Returns: (transfer container) (array zero-terminated=1): the very same strings
 */
const gchar **
gijit_fixtures_array_texts (const gchar **texts)
{
  gijit_fixtures_count_call ();
  return g_memdup2 (texts, (g_strv_length ((gchar **) texts) + 1) * sizeof *texts);
}

/**
 * gijit_fixtures_array_bytes_out:
 * @bytes: (out) (transfer full) (array length=n_bytes): bytes
 * @n_bytes: (out): how many
 */
void
gijit_fixtures_array_bytes_out (guint8 **bytes, gsize *n_bytes)
{
  gijit_fixtures_count_call ();
  *bytes = g_memdup2 ("\0\1\377", 3);
  *n_bytes = 3;
}

/**
 * gijit_fixtures_array_bytes_sum:
 * @bytes: (array length=n_bytes): bytes
 * @n_bytes: how many
 *
 * Returns: their sum
 */
guint
gijit_fixtures_array_bytes_sum (const guint8 *bytes, gsize n_bytes)
{
  guint result = 0;

  gijit_fixtures_count_call ();
  for (gsize i = 0; i < n_bytes; i++)
    result += bytes[i];
  return result;
}

/**
 * gijit_fixtures_array_block_sum:
 * @data: (array length=n_data) (element-type guint8): bytes
 * @n_data: how many
 *
 * Returns: their sum
 */
guint
gijit_fixtures_array_block_sum (gconstpointer data, gsize n_data)
{
  return gijit_fixtures_array_bytes_sum (data, n_data);
}

/**
 * gijit_fixtures_array_block_floats:
 * @data: (array length=n_data) (element-type gfloat): numbers
 * @n_data: how many
 *
 * Returns: their sum
 */
gdouble
gijit_fixtures_array_block_floats (gconstpointer data, gsize n_data)
{
  gdouble result = 0;

  gijit_fixtures_count_call ();
  for (gsize i = 0; i < n_data; i++)
    result += ((const gfloat *) data)[i];
  return result;
}

/**
 * gijit_fixtures_array_block_copy:
 * @data: (array length=n_data) (element-type guint8): bytes
 * @n_data: how many
 * @n_result: (out): how many
 *
 * Returns: (transfer full) (array length=n_result) (element-type guint8): the same
 */
gpointer
gijit_fixtures_array_block_copy (gconstpointer data, gsize n_data, gsize *n_result)
{
  gijit_fixtures_count_call ();
  *n_result = n_data;
  return g_memdup2 (data, n_data);
}

/**
 * GijitFixturesBlockFunc:
 * @data: (array length=n_data) (element-type guint8): bytes
 * @n_data: how many
 * @user_data: user data
 *
 * Returns: a number
 */

/**
 * gijit_fixtures_array_block_call:
 * @func: (scope call): is called with bytes
 * @user_data: user data
 *
 * Returns: what @func returns
 */
guint
gijit_fixtures_array_block_call (GijitFixturesBlockFunc func, gpointer user_data)
{
  gijit_fixtures_count_call ();
  return func ("\1\2\377", 3, user_data);
}

/**
 * gijit_fixtures_addresses_fill:
 * @self: a record
 */
void
gijit_fixtures_addresses_fill (GijitFixturesAddresses *self)
{
  gijit_fixtures_count_call ();
  self->data[0] = GSIZE_TO_POINTER (1);
  self->data[1] = GSIZE_TO_POINTER (G_MAXUINT32 + (guint64) 5);
  self->last = 7;
}

/**
 * gijit_fixtures_array_length:
 * @bytes: (array length=n_bytes): bytes, which are not read
 * @n_bytes: how many
 *
 * Returns: how many
 */
gsize
gijit_fixtures_array_length (const guint8 *bytes, gsize n_bytes)
{
  gijit_fixtures_count_call ();
  return n_bytes;
}

/**
 * gijit_fixtures_list_words:
 *
 * Returns: (transfer full) (element-type utf8): strings
 */
GList *
gijit_fixtures_list_words (void)
{
  gijit_fixtures_count_call ();
  return g_list_prepend (g_list_prepend (NULL, g_strdup ("two")), g_strdup ("one"));
}

/**
 * gijit_fixtures_list_length:
 * @texts: (element-type utf8): strings
 *
 * Returns: how many
 */
guint
gijit_fixtures_list_length (GList *texts)
{
  gijit_fixtures_count_call ();
  return g_list_length (texts);
}

/**
 * gijit_fixtures_slist_numbers:
 *
 * Returns: (transfer container) (element-type gint): numbers
 */
GSList *
gijit_fixtures_slist_numbers (void)
{
  gijit_fixtures_count_call ();
  return g_slist_prepend (g_slist_prepend (NULL, GINT_TO_POINTER (-2)), GINT_TO_POINTER (1));
}

/**
 * gijit_fixtures_hash_table:
 *
 * Returns: (transfer full) (element-type utf8 gint): names and numbers
 */
GHashTable *
gijit_fixtures_hash_table (void)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  gijit_fixtures_count_call ();
  g_hash_table_insert (table, g_strdup ("one"), GINT_TO_POINTER (1));
  return table;
}

/**
 * gijit_fixtures_ptr_array:
 *
 * Returns: (transfer full) (element-type utf8): strings
 */
GPtrArray *
gijit_fixtures_ptr_array (void)
{
  GPtrArray *array = g_ptr_array_new_with_free_func (g_free);

  gijit_fixtures_count_call ();
  g_ptr_array_add (array, g_strdup ("one"));
  return array;
}

/**
 * gijit_fixtures_garray:
 *
 * Returns: (transfer full) (element-type gint): numbers
 */
GArray *
gijit_fixtures_garray (void)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (gint));
  gint number = 1;

  gijit_fixtures_count_call ();
  g_array_append_val (array, number);
  return array;
}

/**
 * gijit_fixtures_byte_array:
 *
 * Returns: (transfer full): bytes
 */
GByteArray *
gijit_fixtures_byte_array (void)
{
  gijit_fixtures_count_call ();
  return g_byte_array_append (g_byte_array_new (), (const guint8 *) "abc", 3);
}

/**
 * gijit_fixtures_value_type_name:
 * @value: a value
 *
 * Returns: (transfer full): the name of its type
 */
gchar *
gijit_fixtures_value_type_name (const GValue *value)
{
  gijit_fixtures_count_call ();
  return g_strdup (G_VALUE_TYPE_NAME (value));
}

/**
 * gijit_fixtures_value_out:
 * @value: (out caller-allocates): a value
 */
void
gijit_fixtures_value_out (GValue *value)
{
  gijit_fixtures_count_call ();
  g_value_init (value, G_TYPE_INT);
  g_value_set_int (value, 42);
}

/**
 * gijit_fixtures_variant_return:
 *
 * Returns: (transfer none): a floating variant
 */
GVariant *
gijit_fixtures_variant_return (void)
{
  gijit_fixtures_count_call ();
  return g_variant_new ("(is)", 1, "one");
}

/**
 * gijit_fixtures_variant_print:
 * @variant: a variant
 *
 * Returns: (transfer full): its text
 */
gchar *
gijit_fixtures_variant_print (GVariant *variant)
{
  gijit_fixtures_count_call ();
  return g_variant_print (variant, TRUE);
}

/**
 * gijit_fixtures_closure_call:
 * @closure: what to call
 * @value: its argument
 *
 * Returns: what it returned
 */
gint
gijit_fixtures_closure_call (GClosure *closure, gint value)
{
  GValue result = G_VALUE_INIT, argument = G_VALUE_INIT;

  gijit_fixtures_count_call ();
  g_value_init (&result, G_TYPE_INT);
  g_value_init (&argument, G_TYPE_INT);
  g_value_set_int (&argument, value);
  g_closure_invoke (closure, &result, 1, &argument, NULL);
  return g_value_get_int (&result);
}

/**
 * gijit_fixtures_pointer_identity:
 * @pointer: (nullable): an address
 *
 * Returns: (nullable) (transfer none): the same
 */
gpointer
gijit_fixtures_pointer_identity (gpointer pointer)
{
  gijit_fixtures_count_call ();
  return pointer;
}

/**
 * gijit_fixtures_error_in:
 * @error: (nullable): an error
 *
 * Returns: (transfer full) (nullable): its message
 */
gchar *
gijit_fixtures_error_in (const GError *error)
{
  gijit_fixtures_count_call ();
  return error == NULL ? NULL : g_strdup (error->message);
}

/**
 * gijit_fixtures_param_spec_return:
 *
 * Returns: (transfer none): a property's description
 */
GParamSpec *
gijit_fixtures_param_spec_return (void)
{
  gpointer klass = g_type_class_ref (GIJIT_FIXTURES_TYPE_THING);
  GParamSpec *result = g_object_class_find_property (klass, "number");

  gijit_fixtures_count_call ();
  g_type_class_unref (klass);
  return result;
}

/**
 * gijit_fixtures_answer_async:
 * @value: the answer
 * @cancellable: (nullable): stops it
 * @callback: (scope async): called when it is there
 * @user_data: its data
 */
void
gijit_fixtures_answer_async (gint value, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  gijit_fixtures_count_call ();
  g_task_return_int (task, value);
  g_object_unref (task);
}

/**
 * gijit_fixtures_answer_finish:
 * @result: what the callback got
 * @error: set if it was cancelled
 *
 * Returns: the answer
 */
gint
gijit_fixtures_answer_finish (GAsyncResult *result, GError **error)
{
  gijit_fixtures_count_call ();
  return (gint) g_task_propagate_int (G_TASK (result), error);
}

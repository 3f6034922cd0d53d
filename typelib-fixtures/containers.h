/* Callables whose types belong to later conversion families: callbacks, arrays, lists, hash tables, values, variants,
 * closures, untyped pointers, and an asynchronous pair. They work, so that those families find them ready. */
#pragma once

#include <gio/gio.h>

#include "classes.h"

G_BEGIN_DECLS

typedef gint (*GijitFixturesNumberFunc) (gint value, gpointer user_data);

gint             gijit_fixtures_callback_call          (GijitFixturesNumberFunc func, gpointer user_data, gint value);
void             gijit_fixtures_callback_notified      (GijitFixturesNumberFunc func, gpointer user_data, GDestroyNotify notify);
gint             gijit_fixtures_callback_run_notified  (gint value);

gint64           gijit_fixtures_array_sum              (const gint *numbers, gsize n_numbers);
gint64           gijit_fixtures_array_sum_fixed        (const gint *numbers);
gchar           *gijit_fixtures_array_join             (gchar **texts);
gchar          **gijit_fixtures_array_words            (void);
gint            *gijit_fixtures_array_count            (gint n_numbers, gint *n_result);
void             gijit_fixtures_array_bytes_out        (guint8 **bytes, gsize *n_bytes);
guint            gijit_fixtures_array_bytes_sum        (const guint8 *bytes, gsize n_bytes);
gsize            gijit_fixtures_array_length        (const guint8 *bytes, gsize n_bytes);
gint            *gijit_fixtures_array_copy             (const gint *numbers, gsize n_numbers, gsize *n_result);
const gchar    **gijit_fixtures_array_texts            (const gchar **texts);

/* Memory that is handed around as an untyped address: the element type of such an array has the C name of a pointer. */
typedef guint (*GijitFixturesBlockFunc) (gconstpointer data, gsize n_data, gpointer user_data);

guint            gijit_fixtures_array_block_sum        (gconstpointer data, gsize n_data);
gdouble          gijit_fixtures_array_block_floats     (gconstpointer data, gsize n_data);
gpointer         gijit_fixtures_array_block_copy       (gconstpointer data, gsize n_data, gsize *n_result);
guint            gijit_fixtures_array_block_call       (GijitFixturesBlockFunc func, gpointer user_data);

/* Here the items are addresses. */
typedef struct
{
  guint8 *data[2];
  gint    last;
} GijitFixturesAddresses;

void             gijit_fixtures_addresses_fill         (GijitFixturesAddresses *self);

GList           *gijit_fixtures_list_words             (void);
guint            gijit_fixtures_list_length            (GList *texts);
GSList          *gijit_fixtures_slist_numbers          (void);
GHashTable      *gijit_fixtures_hash_table             (void);
GPtrArray       *gijit_fixtures_ptr_array              (void);
GArray          *gijit_fixtures_garray                 (void);
GByteArray      *gijit_fixtures_byte_array             (void);

gchar           *gijit_fixtures_value_type_name        (const GValue *value);
void             gijit_fixtures_value_out              (GValue *value);
GVariant        *gijit_fixtures_variant_return         (void);
gchar           *gijit_fixtures_variant_print          (GVariant *variant);
gint             gijit_fixtures_closure_call           (GClosure *closure, gint value);
gpointer         gijit_fixtures_pointer_identity       (gpointer pointer);
gchar           *gijit_fixtures_error_in               (const GError *error);
GParamSpec      *gijit_fixtures_param_spec_return      (void);

void             gijit_fixtures_answer_async           (gint value, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gint             gijit_fixtures_answer_finish          (GAsyncResult *result, GError **error);

G_END_DECLS

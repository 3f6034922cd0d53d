/* The values of the pointer families: three each, of which new ones are made and the library keeps its own.
 * Everything that has a count or a destroy function is counted while it lives. */
#include "items.h"

#include <string.h>

#define COUNT(kind, change) gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_##kind, change)

/* The library's own are made once, at their first use. */
#define DEFINE_KEPT(key, type, count) \
  static type kept_##key[count]; \
  type \
  item_##key##_kept (guint index) \
  { \
    index %= count; \
    if (kept_##key[index] == NULL) \
      kept_##key[index] = item_##key##_make (index); \
    return kept_##key[index]; \
  }

#define SHOW_NULL(value) \
  if (value == NULL) \
    { \
      g_string_append (cells_text, "NULL"); \
      return; \
    }

static void
show_number (const gchar *name, gint number)
{
  g_string_append_printf (cells_text, "%s %d", name, number);
}

/* Text: what the library keeps cannot be freed by mistake without a crash. */

static const gchar *const texts[] = { "one", "zw\303\266lf", "drei \342\202\254" };
static const gchar *const names[] = { "plain", "gr\303\274n", "raw\377" };

gchar *
item_utf8_make (guint index)
{
  return g_strdup (texts[index % 3]);
}

gchar *
item_utf8_kept (guint index)
{
  return (gchar *) texts[index % 3];
}

void
item_utf8_free (gchar *value)
{
  /* So that a use after this shows. */
  if (value != NULL)
    memset (value, '#', strlen (value));
  g_free (value);
}

void
item_utf8_show (gchar *value)
{
  g_string_append (cells_text, value == NULL ? "NULL" : value);
}

gchar *
item_filename_make (guint index)
{
  return g_strdup (names[index % 3]);
}

gchar *
item_filename_kept (guint index)
{
  return (gchar *) names[index % 3];
}

void
item_filename_free (gchar *value)
{
  item_utf8_free (value);
}

void
item_filename_show (gchar *value)
{
  gchar *escaped;

  SHOW_NULL (value)
  escaped = g_strescape (value, NULL);
  g_string_append (cells_text, escaped);
  g_free (escaped);
}

/* Instances */

GijitFixturesThing *
item_object_make (guint index)
{
  return g_object_new (GIJIT_FIXTURES_TYPE_THING, "number", (gint) (index % 3) + 1, NULL);
}

DEFINE_KEPT (object, GijitFixturesThing *, 3)

void
item_object_free (GijitFixturesThing *value)
{
  g_clear_object (&value);
}

void
item_object_show (GijitFixturesThing *value)
{
  gint number;

  SHOW_NULL (value)
  g_object_get (value, "number", &number, NULL);
  show_number ("Thing", number);
}

GijitFixturesNamed *
item_interface_make (guint index)
{
  gchar *name = g_strdup_printf ("%u", index % 3 + 1);
  GijitFixturesThing *thing = g_object_new (GIJIT_FIXTURES_TYPE_THING, "name", name, NULL);

  g_free (name);
  return GIJIT_FIXTURES_NAMED (thing);
}

DEFINE_KEPT (interface, GijitFixturesNamed *, 3)

void
item_interface_free (GijitFixturesNamed *value)
{
  g_clear_object (&value);
}

void
item_interface_show (GijitFixturesNamed *value)
{
  SHOW_NULL (value)
  g_string_append_printf (cells_text, "name %s", GIJIT_FIXTURES_NAMED_GET_IFACE (value)->get_name (value));
}

GijitFixturesFundamental *
item_fundamental_make (guint index)
{
  return gijit_fixtures_fundamental_new ((gint) (index % 3) + 1);
}

DEFINE_KEPT (fundamental, GijitFixturesFundamental *, 3)

void
item_fundamental_free (GijitFixturesFundamental *value)
{
  g_clear_pointer (&value, gijit_fixtures_fundamental_unref);
}

void
item_fundamental_show (GijitFixturesFundamental *value)
{
  SHOW_NULL (value)
  show_number ("Fundamental", value->number);
}

static void
param_spec_gone (gpointer data)
{
  COUNT (PARAM_SPEC, -1);
}

GParamSpec *
item_param_spec_make (guint index)
{
  gchar *name = g_strdup_printf ("param-%u", index % 3 + 1);
  GParamSpec *spec = g_param_spec_int (name, NULL, NULL, 0, 100, 0, G_PARAM_READWRITE);

  g_free (name);
  g_param_spec_ref_sink (spec);
  COUNT (PARAM_SPEC, 1);
  g_param_spec_set_qdata_full (spec, g_quark_from_static_string ("gijit-cells-counted"), spec, param_spec_gone);
  return spec;
}

DEFINE_KEPT (param_spec, GParamSpec *, 3)

void
item_param_spec_free (GParamSpec *value)
{
  g_clear_pointer (&value, g_param_spec_unref);
}

void
item_param_spec_show (GParamSpec *value)
{
  SHOW_NULL (value)
  g_string_append (cells_text, value->name);
}

/* Structs and unions, by pointer */

GijitFixturesBox *
item_boxed_make (guint index)
{
  return gijit_fixtures_box_new ((gint) (index % 3) + 1);
}

DEFINE_KEPT (boxed, GijitFixturesBox *, 3)

void
item_boxed_free (GijitFixturesBox *value)
{
  g_clear_pointer (&value, gijit_fixtures_box_free);
}

void
item_boxed_show (GijitFixturesBox *value)
{
  SHOW_NULL (value)
  show_number ("Box", gijit_fixtures_box_get_number (value));
}

GijitFixturesPoint
item_point_flat_make (guint index)
{
  GijitFixturesPoint point = { index % 3 + 1, (index % 3 + 1) * 10 };

  return point;
}

GijitFixturesPoint
item_point_flat_kept (guint index)
{
  return item_point_flat_make (index);
}

void
item_point_flat_show (GijitFixturesPoint value)
{
  g_string_append_printf (cells_text, "(%g, %g)", value.x, value.y);
}

GijitFixturesPoint *
item_point_make (guint index)
{
  GijitFixturesPoint point = item_point_flat_make (index);

  return g_memdup2 (&point, sizeof point);
}

DEFINE_KEPT (point, GijitFixturesPoint *, 3)

void
item_point_free (GijitFixturesPoint *value)
{
  g_free (value);
}

void
item_point_show (GijitFixturesPoint *value)
{
  SHOW_NULL (value)
  item_point_flat_show (*value);
}

GijitFixturesBoxedUnion *
item_boxed_union_make (guint index)
{
  return gijit_fixtures_boxed_union_new (index % 3 + 1);
}

DEFINE_KEPT (boxed_union, GijitFixturesBoxedUnion *, 3)

void
item_boxed_union_free (GijitFixturesBoxedUnion *value)
{
  if (value != NULL)
    g_boxed_free (GIJIT_FIXTURES_TYPE_BOXED_UNION, value);
}

void
item_boxed_union_flat_show (GijitFixturesBoxedUnion value)
{
  show_number ("union", (gint) value.integer);
}

void
item_boxed_union_show (GijitFixturesBoxedUnion *value)
{
  SHOW_NULL (value)
  item_boxed_union_flat_show (*value);
}

GijitFixturesBoxedUnion
item_boxed_union_flat_make (guint index)
{
  GijitFixturesBoxedUnion value = { index % 3 + 1 };

  return value;
}

GijitFixturesBoxedUnion
item_boxed_union_flat_kept (guint index)
{
  return item_boxed_union_flat_make (index);
}

GijitFixturesPlain
item_struct_flat_make (guint index)
{
  GijitFixturesPlain plain = { 0 };

  plain.number = index % 3 + 1;
  plain.point = item_point_flat_make (index);
  return plain;
}

GijitFixturesPlain
item_struct_flat_kept (guint index)
{
  return item_struct_flat_make (index);
}

void
item_struct_flat_show (GijitFixturesPlain value)
{
  show_number ("Plain", value.number);
}

GijitFixturesPlain *
item_struct_make (guint index)
{
  GijitFixturesPlain plain = item_struct_flat_make (index);

  return g_memdup2 (&plain, sizeof plain);
}

DEFINE_KEPT (struct, GijitFixturesPlain *, 3)

void
item_struct_free (GijitFixturesPlain *value)
{
  g_free (value);
}

void
item_struct_show (GijitFixturesPlain *value)
{
  SHOW_NULL (value)
  item_struct_flat_show (*value);
}

GijitFixturesEither
item_union_flat_make (guint index)
{
  GijitFixturesEither either = { index % 3 + 1 };

  return either;
}

GijitFixturesEither
item_union_flat_kept (guint index)
{
  return item_union_flat_make (index);
}

void
item_union_flat_show (GijitFixturesEither value)
{
  show_number ("either", value.integer);
}

GijitFixturesEither *
item_union_make (guint index)
{
  GijitFixturesEither either = item_union_flat_make (index);

  return g_memdup2 (&either, sizeof either);
}

DEFINE_KEPT (union, GijitFixturesEither *, 3)

void
item_union_free (GijitFixturesEither *value)
{
  g_free (value);
}

void
item_union_show (GijitFixturesEither *value)
{
  SHOW_NULL (value)
  item_union_flat_show (*value);
}

GijitCellsHandle *
item_opaque_make (guint index)
{
  return gijit_cells_handle_get (index);
}

GijitCellsHandle *
item_opaque_kept (guint index)
{
  return gijit_cells_handle_get (index);
}

void
item_opaque_show (GijitCellsHandle *value)
{
  SHOW_NULL (value)
  show_number ("handle", gijit_cells_handle_get_number (value));
}

GijitCellsAtom
item_disguised_make (guint index)
{
  return gijit_cells_atom_get (index);
}

GijitCellsAtom
item_disguised_kept (guint index)
{
  return gijit_cells_atom_get (index);
}

void
item_disguised_show (GijitCellsAtom value)
{
  SHOW_NULL (value)
  show_number ("atom", gijit_cells_atom_get_number (value));
}

/* What GLib itself counts or owns */

GValue
item_value_flat_make (guint index)
{
  GValue value = G_VALUE_INIT;

  switch (index % 3)
    {
    case 0:
      g_value_init (&value, G_TYPE_INT);
      g_value_set_int (&value, 5);
      break;
    case 1:
      g_value_init (&value, G_TYPE_STRING);
      g_value_set_string (&value, "text");
      break;
    default:
      g_value_init (&value, GIJIT_FIXTURES_TYPE_THING);
      g_value_take_object (&value, item_object_make (1));
      break;
    }
  return value;
}

GValue *
item_value_make (guint index)
{
  GValue value = item_value_flat_make (index);

  /* The bytes move with what they own. */
  return g_memdup2 (&value, sizeof value);
}

DEFINE_KEPT (value, GValue *, 3)

GValue
item_value_flat_kept (guint index)
{
  return *item_value_kept (index);
}

void
item_value_flat_free (GValue value)
{
  if (G_IS_VALUE (&value))
    g_value_unset (&value);
}

void
item_value_free (GValue *value)
{
  if (value != NULL)
    item_value_flat_free (*value);
  g_free (value);
}

void
item_value_show (GValue *value)
{
  SHOW_NULL (value)
  if (!G_IS_VALUE (value))
    {
      g_string_append (cells_text, "unset");
      return;
    }
  g_string_append_printf (cells_text, "%s ", G_VALUE_TYPE_NAME (value));
  if (G_VALUE_HOLDS_INT (value))
    g_string_append_printf (cells_text, "%d", g_value_get_int (value));
  else if (G_VALUE_HOLDS_STRING (value))
    item_utf8_show ((gchar *) g_value_get_string (value));
  else if (G_VALUE_HOLDS (value, GIJIT_FIXTURES_TYPE_THING))
    {
      gint number;

      g_object_get (g_value_get_object (value), "number", &number, NULL);
      g_string_append_printf (cells_text, "%d", number);
    }
}

void
item_value_flat_show (GValue value)
{
  item_value_show (&value);
}

static void
variant_gone (gpointer data)
{
  COUNT (VARIANT, -1);
}

GVariant *
item_variant_make (guint index)
{
  static const gint32 five = 5;
  static const gchar text[] = "text";
  static const guint32 seven = 7;
  GVariant *variant;

  COUNT (VARIANT, 1);
  switch (index % 3)
    {
    case 0:
      variant = g_variant_new_from_data (G_VARIANT_TYPE_INT32, &five, sizeof five, TRUE, variant_gone, NULL);
      break;
    case 1:
      variant = g_variant_new_from_data (G_VARIANT_TYPE_STRING, text, sizeof text, TRUE, variant_gone, NULL);
      break;
    default:
      variant = g_variant_new_from_data (G_VARIANT_TYPE_UINT32, &seven, sizeof seven, TRUE, variant_gone, NULL);
      break;
    }
  return g_variant_ref_sink (variant);
}

DEFINE_KEPT (variant, GVariant *, 3)

void
item_variant_free (GVariant *value)
{
  g_clear_pointer (&value, g_variant_unref);
}

void
item_variant_show (GVariant *value)
{
  gchar *text;

  SHOW_NULL (value)
  text = g_variant_print (value, TRUE);
  g_string_append (cells_text, text);
  g_free (text);
}

static void
error_init (GError *error)
{
  COUNT (ERROR, 1);
}

static void
error_copy (const GError *from, GError *to)
{
  /* The copy was counted when it was initialised. */
}

static void
error_clear (GError *error)
{
  COUNT (ERROR, -1);
}

static GQuark error_domain;

/* Errors of this domain are counted, those that Python makes too: so it has to be known before the first of them. */
__attribute__ ((constructor)) static void
register_error_domain (void)
{
  error_domain = g_error_domain_register_static ("gijit-cells-error-quark", 1, error_init, error_copy, error_clear);
}

GError *
item_error_make (guint index)
{
  gint number = (gint) (index % 3) + 1;

  return g_error_new (error_domain, number, "message %d", number);
}

DEFINE_KEPT (error, GError *, 3)

void
item_error_free (GError *value)
{
  g_clear_error (&value);
}

void
item_error_show (GError *value)
{
  SHOW_NULL (value)
  g_string_append_printf (cells_text, "%s", value->message);
  /* The rest is said only if it is not as it should be. */
  if (value->domain != error_domain || !g_str_has_prefix (value->message, "message ") || value->message[8] != '0' + value->code)
    g_string_append_printf (cells_text, " (%s, %d)", g_quark_to_string (value->domain), value->code);
}

static void
closure_marshal (GClosure *closure, GValue *result, guint n_values, const GValue *values, gpointer hint, gpointer data)
{
  g_value_set_int (result, GPOINTER_TO_INT (closure->data));
}

static void
closure_gone (gpointer data, GClosure *closure)
{
  COUNT (CLOSURE, -1);
}

GClosure *
item_closure_make (guint index)
{
  GClosure *closure = g_closure_new_simple (sizeof (GClosure), GINT_TO_POINTER (index % 3 + 1));

  g_closure_set_marshal (closure, closure_marshal);
  g_closure_add_finalize_notifier (closure, NULL, closure_gone);
  COUNT (CLOSURE, 1);
  g_closure_ref (closure);
  g_closure_sink (closure);
  return closure;
}

DEFINE_KEPT (closure, GClosure *, 3)

void
item_closure_free (GClosure *value)
{
  g_clear_pointer (&value, g_closure_unref);
}

void
item_closure_show (GClosure *value)
{
  SHOW_NULL (value)
  show_number ("closure", gijit_cells_run_closure (value));
}

GTypeClass *
item_type_class_kept (guint index)
{
  const GType types[] = { GIJIT_FIXTURES_TYPE_THING, GIJIT_FIXTURES_TYPE_SPECIAL_THING, G_TYPE_OBJECT };

  /* Static types: the reference keeps the class, which never goes anyway. */
  return g_type_class_ref (types[index % 3]);
}

GTypeClass *
item_type_class_make (guint index)
{
  return item_type_class_kept (index);
}

void
item_type_class_show (GTypeClass *value)
{
  SHOW_NULL (value)
  g_string_append_printf (cells_text, "class %s", G_OBJECT_CLASS_NAME (value));
}

GijitFixturesThingClass *
item_class_struct_kept (guint index)
{
  return (GijitFixturesThingClass *) item_type_class_kept (index % 2);
}

GijitFixturesThingClass *
item_class_struct_make (guint index)
{
  return item_class_struct_kept (index);
}

void
item_class_struct_show (GijitFixturesThingClass *value)
{
  item_type_class_show ((GTypeClass *) value);
}

static void
bytes_gone (gpointer data)
{
  COUNT (BYTES, -1);
}

GBytes *
item_bytes_make (guint index)
{
  static const gchar *const contents[] = { "a", "bc", "def" };

  index %= 3;
  COUNT (BYTES, 1);
  return g_bytes_new_with_free_func (contents[index], index + 1, bytes_gone, NULL);
}

DEFINE_KEPT (bytes, GBytes *, 3)

void
item_bytes_free (GBytes *value)
{
  g_clear_pointer (&value, g_bytes_unref);
}

void
item_bytes_show (GBytes *value)
{
  gsize size;
  const gchar *data;

  SHOW_NULL (value)
  data = g_bytes_get_data (value, &size);
  g_string_append (cells_text, "bytes ");
  g_string_append_len (cells_text, data, size);
}

/* Bare addresses */

gpointer
item_pointer_kept (guint index)
{
  const gsize addresses[] = { 0x10, 0x7fffffffffff, 0x20 };

  return GSIZE_TO_POINTER (addresses[index % 3]);
}

gpointer
item_pointer_make (guint index)
{
  return item_pointer_kept (index);
}

void
item_pointer_show (gpointer value)
{
  if (value == NULL)
    g_string_append (cells_text, "0");
  else
    g_string_append_printf (cells_text, "0x%" G_GSIZE_MODIFIER "x", (gsize) value);
}

static gint
times_10_and_1 (gint value)
{
  return value * 10 + 1;
}

static gint
times_10_and_2 (gint value)
{
  return value * 10 + 2;
}

static gint
times_10_and_3 (gint value)
{
  return value * 10 + 3;
}

GijitCellsIntFunc
item_callback_kept (guint index)
{
  const GijitCellsIntFunc functions[] = { times_10_and_1, times_10_and_2, times_10_and_3 };

  return functions[index % 3];
}

GijitCellsIntFunc
item_callback_make (guint index)
{
  return item_callback_kept (index);
}

void
item_callback_show (GijitCellsIntFunc value)
{
  SHOW_NULL (value)
  show_number ("function", value (0));
}

/**
 * gijit_cells_kept:
 *
 * What the library keeps has one reference, whatever was done with it: more or fewer were lost by somebody else.
 *
 * Returns: (transfer full): what is not so, as text
 */
gchar *
gijit_cells_kept (void)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < 3; i++)
    {
      guint thing = kept_object[i] == NULL ? 1 : G_OBJECT (kept_object[i])->ref_count;
      guint named = kept_interface[i] == NULL ? 1 : G_OBJECT (kept_interface[i])->ref_count;
      guint fundamental = kept_fundamental[i] == NULL ? 1 : (guint) kept_fundamental[i]->refs;
      guint spec = kept_param_spec[i] == NULL ? 1 : kept_param_spec[i]->ref_count;
      guint closure = kept_closure[i] == NULL ? 1 : kept_closure[i]->ref_count;

      if (thing != 1)
        g_string_append_printf (text, "object %u: %u; ", i, thing);
      if (named != 1)
        g_string_append_printf (text, "interface %u: %u; ", i, named);
      if (fundamental != 1)
        g_string_append_printf (text, "fundamental %u: %u; ", i, fundamental);
      if (spec != 1)
        g_string_append_printf (text, "param_spec %u: %u; ", i, spec);
      if (closure != 1)
        g_string_append_printf (text, "closure %u: %u; ", i, closure);
    }
  return g_string_free (text, FALSE);
}

/* Module functions that pass objects and interfaces about, in every direction and transfer,
 * and the fundamental type that is no GObject. */
#include "classes.h"
#include "bookkeeping.h"

#include <gobject/gvaluecollector.h>

static gint
number (GijitFixturesThing *thing)
{
  gint value = -1;

  if (thing != NULL)
    g_object_get (thing, "number", &value, NULL);
  return value;
}

static GijitFixturesThing *
numbered (gint value)
{
  return g_object_new (GIJIT_FIXTURES_TYPE_THING, "number", value, NULL);
}

/* One object for all the results that are not given away. */
static GijitFixturesThing *
kept (void)
{
  static GijitFixturesThing *object;

  if (object == NULL)
    object = numbered (77);
  return object;
}

/**
 * gijit_fixtures_object_number:
 * @thing: a thing
 *
 * Returns: its number
 */
gint
gijit_fixtures_object_number (GijitFixturesThing *thing)
{
  gijit_fixtures_count_call ();
  return number (thing);
}

/**
 * gijit_fixtures_object_number_nullable:
 * @thing: (nullable): a thing
 *
 * Returns: its number, -1 for none
 */
gint
gijit_fixtures_object_number_nullable (GijitFixturesThing *thing)
{
  gijit_fixtures_count_call ();
  return number (thing);
}

/**
 * gijit_fixtures_object_take:
 * @thing: (transfer full): a thing
 *
 * Returns: its number
 */
gint
gijit_fixtures_object_take (GijitFixturesThing *thing)
{
  gint value = number (thing);

  gijit_fixtures_count_call ();
  g_object_unref (thing);
  return value;
}

/**
 * gijit_fixtures_object_take_nullable:
 * @thing: (transfer full) (nullable): a thing
 *
 * Returns: its number, -1 for none
 */
gint
gijit_fixtures_object_take_nullable (GijitFixturesThing *thing)
{
  gint value = number (thing);

  gijit_fixtures_count_call ();
  g_clear_object (&thing);
  return value;
}

/**
 * gijit_fixtures_object_identity:
 * @thing: (nullable): a thing
 *
 * Returns: (nullable) (transfer none): the same
 */
GijitFixturesThing *
gijit_fixtures_object_identity (GijitFixturesThing *thing)
{
  gijit_fixtures_count_call ();
  return thing;
}

/**
 * gijit_fixtures_object_return_null:
 *
 * Returns: (nullable) (transfer full): nothing
 */
GijitFixturesThing *
gijit_fixtures_object_return_null (void)
{
  gijit_fixtures_count_call ();
  return NULL;
}

/**
 * gijit_fixtures_object_out_none:
 * @thing: (out) (transfer none): the library's own
 */
void
gijit_fixtures_object_out_none (GijitFixturesThing **thing)
{
  gijit_fixtures_count_call ();
  *thing = kept ();
}

/**
 * gijit_fixtures_object_out_full:
 * @thing: (out) (transfer full): a new one
 */
void
gijit_fixtures_object_out_full (GijitFixturesThing **thing)
{
  gijit_fixtures_count_call ();
  *thing = numbered (78);
}

/**
 * gijit_fixtures_object_out_null:
 * @thing: (out) (transfer full) (nullable): nothing
 */
void
gijit_fixtures_object_out_null (GijitFixturesThing **thing)
{
  gijit_fixtures_count_call ();
  *thing = NULL;
}

/**
 * gijit_fixtures_object_inout_none:
 * @thing: (inout) (transfer none): replaced by the library's own
 */
void
gijit_fixtures_object_inout_none (GijitFixturesThing **thing)
{
  gijit_fixtures_count_call ();
  *thing = kept ();
}

/**
 * gijit_fixtures_object_inout_full:
 * @thing: (inout) (transfer full): replaced by a new one
 */
void
gijit_fixtures_object_inout_full (GijitFixturesThing **thing)
{
  gijit_fixtures_count_call ();
  g_object_unref (*thing);
  *thing = numbered (79);
}

/**
 * gijit_fixtures_object_make:
 * @type: a type derived from #GObject
 *
 * Returns: (type GObject) (nullable) (transfer full): an instance; nothing if it is no such type or abstract
 */
gpointer
gijit_fixtures_object_make (GType type)
{
  gijit_fixtures_count_call ();
  if (!g_type_is_a (type, G_TYPE_OBJECT) || G_TYPE_IS_ABSTRACT (type))
    return NULL;
  GObject *object = g_object_new (type, NULL);
  /* A floating reference becomes the caller's; sinking any other would add one. */
  return g_object_is_floating (object) ? g_object_ref_sink (object) : object;
}

/**
 * gijit_fixtures_object_refs:
 * @object: (type GObject): any object
 *
 * Returns: its reference count
 */
guint
gijit_fixtures_object_refs (GObject *object)
{
  gijit_fixtures_count_call ();
  return object->ref_count;
}

/**
 * gijit_fixtures_interface_name:
 * @named: something that has a name
 *
 * Returns: (nullable): its name
 */
const gchar *
gijit_fixtures_interface_name (GijitFixturesNamed *named)
{
  return gijit_fixtures_named_get_name (named);
}

/**
 * gijit_fixtures_interface_name_nullable:
 * @named: (nullable): something that has a name
 *
 * Returns: (nullable): its name
 */
const gchar *
gijit_fixtures_interface_name_nullable (GijitFixturesNamed *named)
{
  gijit_fixtures_count_call ();
  return named == NULL ? NULL : GIJIT_FIXTURES_NAMED_GET_IFACE (named)->get_name (named);
}

/**
 * gijit_fixtures_interface_identity:
 * @named: (nullable): something that has a name
 *
 * Returns: (nullable) (transfer none): the same
 */
GijitFixturesNamed *
gijit_fixtures_interface_identity (GijitFixturesNamed *named)
{
  gijit_fixtures_count_call ();
  return named;
}

/**
 * gijit_fixtures_interface_out_full:
 * @named: (out) (transfer full): an instance of a class that no typelib knows
 */
void
gijit_fixtures_interface_out_full (GijitFixturesNamed **named)
{
  *named = gijit_fixtures_named_new_private ("out");
}

/* GijitFixturesFundamental */

static void
fundamental_init_value (GValue *value)
{
  value->data[0].v_pointer = NULL;
}

static void
fundamental_free_value (GValue *value)
{
  if (value->data[0].v_pointer != NULL)
    gijit_fixtures_fundamental_unref (value->data[0].v_pointer);
}

static void
fundamental_copy_value (const GValue *from, GValue *to)
{
  to->data[0].v_pointer = from->data[0].v_pointer == NULL ? NULL : gijit_fixtures_fundamental_ref (from->data[0].v_pointer);
}

static gpointer
fundamental_peek_pointer (const GValue *value)
{
  return value->data[0].v_pointer;
}

static gchar *
fundamental_collect_value (GValue *value, guint n_values, GTypeCValue *values, guint flags)
{
  value->data[0].v_pointer = values[0].v_pointer == NULL ? NULL : gijit_fixtures_fundamental_ref (values[0].v_pointer);
  return NULL;
}

static gchar *
fundamental_lcopy_value (const GValue *value, guint n_values, GTypeCValue *values, guint flags)
{
  gpointer self = value->data[0].v_pointer;

  *(gpointer *) values[0].v_pointer = self == NULL || (flags & G_VALUE_NOCOPY_CONTENTS) ? self : gijit_fixtures_fundamental_ref (self);
  return NULL;
}

static void
fundamental_class_init (gpointer klass, gpointer data)
{
}

static void
fundamental_instance_init (GTypeInstance *instance, gpointer klass)
{
  ((GijitFixturesFundamental *) instance)->refs = 1;
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_FUNDAMENTAL, 1);
}

GType
gijit_fixtures_fundamental_get_type (void)
{
  static GType type;

  if (g_once_init_enter (&type))
    {
      static const GTypeValueTable table = {
        fundamental_init_value, fundamental_free_value, fundamental_copy_value, fundamental_peek_pointer,
        "p", fundamental_collect_value, "p", fundamental_lcopy_value,
      };
      static const GTypeInfo info = {
        .class_size = sizeof (GTypeClass),
        .class_init = fundamental_class_init,
        .instance_size = sizeof (GijitFixturesFundamental),
        .instance_init = fundamental_instance_init,
        .value_table = &table,
      };
      static const GTypeFundamentalInfo fundamental = {
        G_TYPE_FLAG_CLASSED | G_TYPE_FLAG_INSTANTIATABLE | G_TYPE_FLAG_DERIVABLE | G_TYPE_FLAG_DEEP_DERIVABLE,
      };

      g_once_init_leave (&type, g_type_register_fundamental (g_type_fundamental_next (), "GijitFixturesFundamental",
                                                             &info, &fundamental, 0));
    }
  return type;
}

/**
 * gijit_fixtures_fundamental_new:
 * @number: a number
 *
 * Returns: (transfer full): an instance
 */
GijitFixturesFundamental *
gijit_fixtures_fundamental_new (gint number)
{
  GijitFixturesFundamental *self = (GijitFixturesFundamental *) g_type_create_instance (GIJIT_FIXTURES_TYPE_FUNDAMENTAL);

  gijit_fixtures_count_call ();
  self->number = number;
  return self;
}

/**
 * gijit_fixtures_fundamental_ref:
 * @self: an instance
 *
 * Returns: (transfer full): the same
 */
GijitFixturesFundamental *
gijit_fixtures_fundamental_ref (GijitFixturesFundamental *self)
{
  g_atomic_int_inc (&self->refs);
  return self;
}

/**
 * gijit_fixtures_fundamental_unref:
 * @self: an instance
 */
void
gijit_fixtures_fundamental_unref (GijitFixturesFundamental *self)
{
  if (!g_atomic_int_dec_and_test (&self->refs))
    return;
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_FUNDAMENTAL, -1);
  g_type_free_instance ((GTypeInstance *) self);
}

gint
gijit_fixtures_fundamental_get_number (GijitFixturesFundamental *self)
{
  gijit_fixtures_count_call ();
  return self->number;
}

/**
 * gijit_fixtures_value_set_fundamental:
 * @value: a value of this type
 * @instance: (nullable): an instance
 */
void
gijit_fixtures_value_set_fundamental (GValue *value, GijitFixturesFundamental *instance)
{
  gijit_fixtures_count_call ();
  fundamental_free_value (value);
  value->data[0].v_pointer = instance == NULL ? NULL : gijit_fixtures_fundamental_ref (instance);
}

/**
 * gijit_fixtures_value_get_fundamental:
 * @value: a value of this type
 *
 * Returns: (nullable) (transfer none): its instance
 */
GijitFixturesFundamental *
gijit_fixtures_value_get_fundamental (const GValue *value)
{
  gijit_fixtures_count_call ();
  return value->data[0].v_pointer;
}

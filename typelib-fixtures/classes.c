/* The classes and the interface: their types, methods and constructors. Module functions that pass them about
 * are in objects.c. */
#include "classes.h"
#include "bookkeeping.h"
#include "enums.h"

/* GijitFixturesNamed */

G_DEFINE_INTERFACE (GijitFixturesNamed, gijit_fixtures_named, G_TYPE_OBJECT)

static void
gijit_fixtures_named_default_init (GijitFixturesNamedInterface *iface)
{
}

/**
 * gijit_fixtures_named_get_name:
 * @self: an instance
 *
 * Returns: (nullable) (transfer none): its name
 */
const gchar *
gijit_fixtures_named_get_name (GijitFixturesNamed *self)
{
  gijit_fixtures_count_call ();
  return GIJIT_FIXTURES_NAMED_GET_IFACE (self)->get_name (self);
}

/**
 * gijit_fixtures_named_same_name:
 * @self: an instance
 * @other: (nullable): another, of any class
 *
 * Returns: whether both have the same name
 */
gboolean
gijit_fixtures_named_same_name (GijitFixturesNamed *self, GijitFixturesNamed *other)
{
  gijit_fixtures_count_call ();
  return other != NULL && g_strcmp0 (GIJIT_FIXTURES_NAMED_GET_IFACE (self)->get_name (self),
                                     GIJIT_FIXTURES_NAMED_GET_IFACE (other)->get_name (other)) == 0;
}

/**
 * gijit_fixtures_named_count_in:
 *
 * A static function on an interface.
 *
 * Returns: 1
 */
guint
gijit_fixtures_named_count_in (void)
{
  gijit_fixtures_count_call ();
  return 1;
}

/* A class that no header and so no typelib knows. */
typedef struct
{
  GObject parent;
  gchar *name;
} GijitFixturesHidden;

typedef GObjectClass GijitFixturesHiddenClass;

static GType gijit_fixtures_hidden_get_type (void);
static void gijit_fixtures_hidden_named_init (GijitFixturesNamedInterface *iface);

G_DEFINE_TYPE_WITH_CODE (GijitFixturesHidden, gijit_fixtures_hidden, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (GIJIT_FIXTURES_TYPE_NAMED, gijit_fixtures_hidden_named_init))

static const gchar *
gijit_fixtures_hidden_get_name (GijitFixturesNamed *self)
{
  return ((GijitFixturesHidden *) self)->name;
}

static void
gijit_fixtures_hidden_named_init (GijitFixturesNamedInterface *iface)
{
  iface->get_name = gijit_fixtures_hidden_get_name;
}

static void
gijit_fixtures_hidden_finalize (GObject *object)
{
  g_free (((GijitFixturesHidden *) object)->name);
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_OBJECT, -1);
  G_OBJECT_CLASS (gijit_fixtures_hidden_parent_class)->finalize (object);
}

static void
gijit_fixtures_hidden_class_init (GijitFixturesHiddenClass *klass)
{
  klass->finalize = gijit_fixtures_hidden_finalize;
}

static void
gijit_fixtures_hidden_init (GijitFixturesHidden *self)
{
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_OBJECT, 1);
}

/**
 * gijit_fixtures_named_new_private:
 * @name: a name
 *
 * Returns: (transfer full): an instance of a class that no typelib knows
 */
GijitFixturesNamed *
gijit_fixtures_named_new_private (const gchar *name)
{
  GijitFixturesHidden *self = g_object_new (gijit_fixtures_hidden_get_type (), NULL);

  gijit_fixtures_count_call ();
  self->name = g_strdup (name);
  return GIJIT_FIXTURES_NAMED (self);
}

/* GijitFixturesThing */

typedef struct
{
  gchar *name;
  gint number;
  gboolean active;
  GijitFixturesThing *friend;
} GijitFixturesThingPrivate;

enum
{
  PROPERTY_NAME = 1,
  PROPERTY_NUMBER,
  PROPERTY_ACTIVE,
  PROPERTY_COUNT,
};

static GParamSpec *properties[PROPERTY_COUNT];
static guint renamed_signal;

static void gijit_fixtures_thing_named_init (GijitFixturesNamedInterface *iface);

G_DEFINE_TYPE_WITH_CODE (GijitFixturesThing, gijit_fixtures_thing, G_TYPE_OBJECT,
                         G_ADD_PRIVATE (GijitFixturesThing)
                         G_IMPLEMENT_INTERFACE (GIJIT_FIXTURES_TYPE_NAMED, gijit_fixtures_thing_named_init))

#define PRIVATE(self) ((GijitFixturesThingPrivate *) gijit_fixtures_thing_get_instance_private (self))

static const gchar *
gijit_fixtures_thing_named_get_name (GijitFixturesNamed *self)
{
  return PRIVATE (GIJIT_FIXTURES_THING (self))->name;
}

static void
gijit_fixtures_thing_named_init (GijitFixturesNamedInterface *iface)
{
  iface->get_name = gijit_fixtures_thing_named_get_name;
}

static gint
gijit_fixtures_thing_real_weigh (GijitFixturesThing *self, gint factor)
{
  return (gint) ((guint) PRIVATE (self)->number * (guint) factor);
}

static void
gijit_fixtures_thing_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GijitFixturesThingPrivate *private = PRIVATE (GIJIT_FIXTURES_THING (object));

  switch (id)
    {
    case PROPERTY_NAME:
      g_value_set_string (value, private->name);
      break;
    case PROPERTY_NUMBER:
      g_value_set_int (value, private->number);
      break;
    case PROPERTY_ACTIVE:
      g_value_set_boolean (value, private->active);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
gijit_fixtures_thing_change_name (GijitFixturesThing *self, const gchar *name)
{
  GijitFixturesThingPrivate *private = PRIVATE (self);
  gchar *copy = g_strdup (name);

  g_free (private->name);
  private->name = copy;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROPERTY_NAME]);
  g_signal_emit (self, renamed_signal, 0, private->name);
}

static void
gijit_fixtures_thing_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GijitFixturesThing *self = GIJIT_FIXTURES_THING (object);

  switch (id)
    {
    case PROPERTY_NAME:
      gijit_fixtures_thing_change_name (self, g_value_get_string (value));
      break;
    case PROPERTY_NUMBER:
      PRIVATE (self)->number = g_value_get_int (value);
      break;
    case PROPERTY_ACTIVE:
      PRIVATE (self)->active = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
gijit_fixtures_thing_dispose (GObject *object)
{
  g_clear_object (&PRIVATE (GIJIT_FIXTURES_THING (object))->friend);
  G_OBJECT_CLASS (gijit_fixtures_thing_parent_class)->dispose (object);
}

static void
gijit_fixtures_thing_finalize (GObject *object)
{
  g_free (PRIVATE (GIJIT_FIXTURES_THING (object))->name);
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_OBJECT, -1);
  G_OBJECT_CLASS (gijit_fixtures_thing_parent_class)->finalize (object);
}

static void
gijit_fixtures_thing_class_init (GijitFixturesThingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = gijit_fixtures_thing_get_property;
  object_class->set_property = gijit_fixtures_thing_set_property;
  object_class->dispose = gijit_fixtures_thing_dispose;
  object_class->finalize = gijit_fixtures_thing_finalize;
  klass->weigh = gijit_fixtures_thing_real_weigh;

  properties[PROPERTY_NAME] = g_param_spec_string ("name", NULL, NULL, NULL,
                                                   G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROPERTY_NUMBER] = g_param_spec_int ("number", NULL, NULL, G_MININT, G_MAXINT, 0,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROPERTY_ACTIVE] = g_param_spec_boolean ("active", NULL, NULL, FALSE,
                                                      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, PROPERTY_COUNT, properties);

  /**
   * GijitFixturesThing::renamed:
   * @self: the instance
   * @name: (nullable): its new name
   */
  renamed_signal = g_signal_new ("renamed", GIJIT_FIXTURES_TYPE_THING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
gijit_fixtures_thing_init (GijitFixturesThing *self)
{
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_OBJECT, 1);
}

static GijitFixturesThing *
thing (const gchar *name)
{
  GijitFixturesThing *self = g_object_new (GIJIT_FIXTURES_TYPE_THING, NULL);

  PRIVATE (self)->name = g_strdup (name);
  return self;
}

/**
 * gijit_fixtures_thing_new:
 *
 * Returns: (transfer full): a thing without a name
 */
GijitFixturesThing *
gijit_fixtures_thing_new (void)
{
  gijit_fixtures_count_call ();
  return thing (NULL);
}

/**
 * gijit_fixtures_thing_new_with_name:
 * @name: a name
 *
 * Returns: (transfer full): a thing
 */
GijitFixturesThing *
gijit_fixtures_thing_new_with_name (const gchar *name)
{
  gijit_fixtures_count_call ();
  return thing (name);
}

/**
 * gijit_fixtures_thing_new_checked:
 * @name: a name
 * @error: set if the name is empty
 *
 * Returns: (transfer full): a thing
 */
GijitFixturesThing *
gijit_fixtures_thing_new_checked (const gchar *name, GError **error)
{
  gijit_fixtures_count_call ();
  if (*name != '\0')
    return thing (name);
  g_set_error_literal (error, GIJIT_FIXTURES_ERROR, GIJIT_FIXTURES_ERROR_REFUSED, "The name is empty");
  return NULL;
}

/**
 * gijit_fixtures_thing_new_null: (constructor)
 *
 * Returns: (transfer full): nothing, without an error
 */
GijitFixturesThing *
gijit_fixtures_thing_new_null (void)
{
  gijit_fixtures_count_call ();
  return NULL;
}

/**
 * gijit_fixtures_thing_get_default:
 *
 * Returns: (transfer none): the one that the library keeps
 */
GijitFixturesThing *
gijit_fixtures_thing_get_default (void)
{
  static GijitFixturesThing *singleton;

  gijit_fixtures_count_call ();
  if (g_once_init_enter (&singleton))
    g_once_init_leave (&singleton, thing ("default"));
  return singleton;
}

/**
 * gijit_fixtures_thing_count_static:
 * @start: a number
 *
 * Returns: the next number
 */
gint64
gijit_fixtures_thing_count_static (gint64 start)
{
  gijit_fixtures_count_call ();
  return (gint64) ((guint64) start + 1);
}

/**
 * gijit_fixtures_thing_set_name:
 * @self: a thing
 * @name: (nullable): a name
 */
void
gijit_fixtures_thing_set_name (GijitFixturesThing *self, const gchar *name)
{
  gijit_fixtures_count_call ();
  gijit_fixtures_thing_change_name (self, name);
}

/**
 * gijit_fixtures_thing_get_name:
 * @self: a thing
 *
 * Returns: (nullable) (transfer none): its name
 */
const gchar *
gijit_fixtures_thing_get_name (GijitFixturesThing *self)
{
  gijit_fixtures_count_call ();
  return PRIVATE (self)->name;
}

void
gijit_fixtures_thing_set_number (GijitFixturesThing *self, gint number)
{
  gijit_fixtures_count_call ();
  PRIVATE (self)->number = number;
}

gint
gijit_fixtures_thing_get_number (GijitFixturesThing *self)
{
  gijit_fixtures_count_call ();
  return PRIVATE (self)->number;
}

void
gijit_fixtures_thing_set_active (GijitFixturesThing *self, gboolean active)
{
  gijit_fixtures_count_call ();
  PRIVATE (self)->active = active;
}

gboolean
gijit_fixtures_thing_get_active (GijitFixturesThing *self)
{
  gijit_fixtures_count_call ();
  return PRIVATE (self)->active;
}

/**
 * gijit_fixtures_thing_get_friend:
 * @self: a thing
 *
 * Returns: (nullable) (transfer none): its friend
 */
GijitFixturesThing *
gijit_fixtures_thing_get_friend (GijitFixturesThing *self)
{
  gijit_fixtures_count_call ();
  return PRIVATE (self)->friend;
}

/**
 * gijit_fixtures_thing_set_friend:
 * @self: a thing
 * @other: (nullable): another
 */
void
gijit_fixtures_thing_set_friend (GijitFixturesThing *self, GijitFixturesThing *other)
{
  gijit_fixtures_count_call ();
  g_set_object (&PRIVATE (self)->friend, other);
}

/**
 * gijit_fixtures_thing_take_friend:
 * @self: a thing
 * @other: (nullable) (transfer full): another
 */
void
gijit_fixtures_thing_take_friend (GijitFixturesThing *self, GijitFixturesThing *other)
{
  GijitFixturesThing *old = PRIVATE (self)->friend;

  gijit_fixtures_count_call ();
  PRIVATE (self)->friend = other;
  g_clear_object (&old);
}

/**
 * gijit_fixtures_thing_steal_friend:
 * @self: a thing
 *
 * Returns: (nullable) (transfer full): the friend it had
 */
GijitFixturesThing *
gijit_fixtures_thing_steal_friend (GijitFixturesThing *self)
{
  gijit_fixtures_count_call ();
  return g_steal_pointer (&PRIVATE (self)->friend);
}

/**
 * gijit_fixtures_thing_dup:
 * @self: a thing
 *
 * Returns: (transfer full): another with the same name and number
 */
GijitFixturesThing *
gijit_fixtures_thing_dup (GijitFixturesThing *self)
{
  GijitFixturesThing *copy = thing (PRIVATE (self)->name);

  gijit_fixtures_count_call ();
  PRIVATE (copy)->number = PRIVATE (self)->number;
  return copy;
}

/**
 * gijit_fixtures_thing_weigh:
 * @self: a thing
 * @factor: by what to multiply its number
 *
 * Returns: the weight
 */
gint
gijit_fixtures_thing_weigh (GijitFixturesThing *self, gint factor)
{
  gijit_fixtures_count_call ();
  return GIJIT_FIXTURES_THING_GET_CLASS (self)->weigh (self, factor);
}

/**
 * gijit_fixtures_thing_consume:
 * @self: (transfer full): a thing
 *
 * Returns: its number
 */
gint
gijit_fixtures_thing_consume (GijitFixturesThing *self)
{
  gint number = PRIVATE (self)->number;

  gijit_fixtures_count_call ();
  g_object_unref (self);
  return number;
}

/**
 * gijit_fixtures_thing_get_both:
 * @self: a thing
 * @name: (out) (transfer full) (nullable) (optional): its name
 * @number: (out) (optional): its number
 */
void
gijit_fixtures_thing_get_both (GijitFixturesThing *self, gchar **name, gint *number)
{
  gijit_fixtures_count_call ();
  if (name != NULL)
    *name = g_strdup (PRIVATE (self)->name);
  if (number != NULL)
    *number = PRIVATE (self)->number;
}

/**
 * gijit_fixtures_thing_check:
 * @self: a thing
 * @largest: the largest number allowed
 * @error: set if the number is larger
 *
 * Returns: whether it is not
 */
gboolean
gijit_fixtures_thing_check (GijitFixturesThing *self, gint largest, GError **error)
{
  gijit_fixtures_count_call ();
  if (PRIVATE (self)->number <= largest)
    return TRUE;
  g_set_error (error, GIJIT_FIXTURES_ERROR, GIJIT_FIXTURES_ERROR_TOO_LARGE, "%d is larger than %d",
               PRIVATE (self)->number, largest);
  return FALSE;
}

/* GijitFixturesSpecialThing */

struct _GijitFixturesSpecialThing
{
  GijitFixturesThing parent;
  gdouble extra;
};

G_DEFINE_TYPE (GijitFixturesSpecialThing, gijit_fixtures_special_thing, GIJIT_FIXTURES_TYPE_THING)

static gint
gijit_fixtures_special_thing_weigh (GijitFixturesThing *self, gint factor)
{
  return -GIJIT_FIXTURES_THING_CLASS (gijit_fixtures_special_thing_parent_class)->weigh (self, factor);
}

static void
gijit_fixtures_special_thing_class_init (GijitFixturesSpecialThingClass *klass)
{
  GIJIT_FIXTURES_THING_CLASS (klass)->weigh = gijit_fixtures_special_thing_weigh;
}

static void
gijit_fixtures_special_thing_init (GijitFixturesSpecialThing *self)
{
}

/**
 * gijit_fixtures_special_thing_new:
 * @extra: what a plain thing does not have
 *
 * Returns: (transfer full): a special thing
 */
GijitFixturesSpecialThing *
gijit_fixtures_special_thing_new (gdouble extra)
{
  GijitFixturesSpecialThing *self = g_object_new (GIJIT_FIXTURES_TYPE_SPECIAL_THING, NULL);

  gijit_fixtures_count_call ();
  self->extra = extra;
  return self;
}

gdouble
gijit_fixtures_special_thing_get_extra (GijitFixturesSpecialThing *self)
{
  gijit_fixtures_count_call ();
  return self->extra;
}

/**
 * gijit_fixtures_special_thing_as_thing:
 *
 * Returns: (transfer full): a special thing, though the return type says less
 */
GijitFixturesThing *
gijit_fixtures_special_thing_as_thing (void)
{
  return GIJIT_FIXTURES_THING (gijit_fixtures_special_thing_new (1.5));
}

/**
 * gijit_fixtures_special_thing_as_object:
 *
 * Returns: (transfer full): a special thing, though the return type says nearly nothing
 */
GObject *
gijit_fixtures_special_thing_as_object (void)
{
  return G_OBJECT (gijit_fixtures_special_thing_new (2.5));
}

/* GijitFixturesShape */

G_DEFINE_ABSTRACT_TYPE (GijitFixturesShape, gijit_fixtures_shape, G_TYPE_OBJECT)

static void
gijit_fixtures_shape_class_init (GijitFixturesShapeClass *klass)
{
}

static void
gijit_fixtures_shape_init (GijitFixturesShape *self)
{
}

/**
 * gijit_fixtures_shape_area: (virtual area)
 * @self: a shape
 *
 * Returns: its area
 */
gdouble
gijit_fixtures_shape_area (GijitFixturesShape *self)
{
  gijit_fixtures_count_call ();
  return GIJIT_FIXTURES_SHAPE_GET_CLASS (self)->area (self);
}

typedef struct
{
  GijitFixturesShape parent;
  gdouble side;
} GijitFixturesSquare;

typedef GijitFixturesShapeClass GijitFixturesSquareClass;

static GType gijit_fixtures_square_get_type (void);

G_DEFINE_TYPE (GijitFixturesSquare, gijit_fixtures_square, GIJIT_FIXTURES_TYPE_SHAPE)

static gdouble
gijit_fixtures_square_area (GijitFixturesShape *self)
{
  gdouble side = ((GijitFixturesSquare *) self)->side;

  return side * side;
}

static void
gijit_fixtures_square_class_init (GijitFixturesSquareClass *klass)
{
  klass->area = gijit_fixtures_square_area;
}

static void
gijit_fixtures_square_init (GijitFixturesSquare *self)
{
}

/**
 * gijit_fixtures_shape_new_square: (constructor)
 * @side: a length
 *
 * A constructor of an abstract class: what it makes is of a class that no typelib knows.
 *
 * Returns: (transfer full): a shape
 */
GijitFixturesShape *
gijit_fixtures_shape_new_square (gdouble side)
{
  GijitFixturesSquare *self = g_object_new (gijit_fixtures_square_get_type (), NULL);

  gijit_fixtures_count_call ();
  self->side = side;
  return GIJIT_FIXTURES_SHAPE (self);
}

/* GijitFixturesFloater */

struct _GijitFixturesFloater
{
  GInitiallyUnowned parent;
};

G_DEFINE_TYPE (GijitFixturesFloater, gijit_fixtures_floater, G_TYPE_INITIALLY_UNOWNED)

static void
gijit_fixtures_floater_finalize (GObject *object)
{
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_OBJECT, -1);
  G_OBJECT_CLASS (gijit_fixtures_floater_parent_class)->finalize (object);
}

static void
gijit_fixtures_floater_class_init (GijitFixturesFloaterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gijit_fixtures_floater_finalize;
}

static void
gijit_fixtures_floater_init (GijitFixturesFloater *self)
{
  gijit_fixtures_count_alive (GIJIT_FIXTURES_KIND_OBJECT, 1);
}

/**
 * gijit_fixtures_floater_new:
 *
 * Returns: (transfer none): a floating object
 */
GijitFixturesFloater *
gijit_fixtures_floater_new (void)
{
  gijit_fixtures_count_call ();
  return g_object_new (GIJIT_FIXTURES_TYPE_FLOATER, NULL);
}

/**
 * gijit_fixtures_floater_return_full:
 *
 * Returns: (transfer full): one that was sunk before
 */
GijitFixturesFloater *
gijit_fixtures_floater_return_full (void)
{
  gijit_fixtures_count_call ();
  return g_object_ref_sink (g_object_new (GIJIT_FIXTURES_TYPE_FLOATER, NULL));
}

/**
 * gijit_fixtures_floater_return_none:
 *
 * Returns: (transfer none): one that the library keeps
 */
GijitFixturesFloater *
gijit_fixtures_floater_return_none (void)
{
  static GijitFixturesFloater *kept;

  gijit_fixtures_count_call ();
  if (kept == NULL)
    kept = g_object_ref_sink (g_object_new (GIJIT_FIXTURES_TYPE_FLOATER, NULL));
  return kept;
}

gboolean
gijit_fixtures_floater_is_floating (GijitFixturesFloater *self)
{
  gijit_fixtures_count_call ();
  return g_object_is_floating (self);
}

guint
gijit_fixtures_floater_get_refs (GijitFixturesFloater *self)
{
  gijit_fixtures_count_call ();
  return G_OBJECT (self)->ref_count;
}

/* See nesting.h. What is asked for holds for one object, on the thread that asks. */
#include "nesting.h"

typedef struct
{
  GObject *child;
} GijitFixturesMakerPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (GijitFixturesMaker, gijit_fixtures_maker, G_TYPE_OBJECT)

static GType next_type;
static GijitFixturesShown next_shown;
static gpointer shown_data;
static GDestroyNotify shown_destroy;
static GObject *next_given;

static GijitFixturesMakerPrivate *
private_of (GijitFixturesMaker *self)
{
  return gijit_fixtures_maker_get_instance_private (self);
}

static void
gijit_fixtures_maker_init (GijitFixturesMaker *self)
{
  GType type = next_type;
  GijitFixturesShown shown = next_shown;

  next_type = 0;
  if (type != 0)
    private_of (self)->child = g_object_new (type, NULL);
  next_shown = NULL;
  if (shown != NULL)
    {
      shown (G_OBJECT (self), shown_data);
      if (shown_destroy != NULL)
        shown_destroy (shown_data);
    }
}

static GObject *
gijit_fixtures_maker_constructor (GType type, guint n, GObjectConstructParam *params)
{
  GObject *given = next_given;
  GObject *made;

  next_given = NULL;
  made = G_OBJECT_CLASS (gijit_fixtures_maker_parent_class)->constructor (type, n, params);
  if (given == NULL)
    return made;
  g_object_unref (made);
  return given;
}

static void
gijit_fixtures_maker_dispose (GObject *object)
{
  g_clear_object (&private_of (GIJIT_FIXTURES_MAKER (object))->child);
  G_OBJECT_CLASS (gijit_fixtures_maker_parent_class)->dispose (object);
}

static void
gijit_fixtures_maker_class_init (GijitFixturesMakerClass *class)
{
  G_OBJECT_CLASS (class)->constructor = gijit_fixtures_maker_constructor;
  G_OBJECT_CLASS (class)->dispose = gijit_fixtures_maker_dispose;
}

/**
 * gijit_fixtures_maker_make_next:
 * @type: a type of objects
 *
 * Has the next maker make an object of the type first.
 */
void
gijit_fixtures_maker_make_next (GType type)
{
  next_type = type;
}

/**
 * gijit_fixtures_maker_show_next:
 * @shown: (scope notified) (closure user_data) (destroy destroy): what is called
 * @user_data: data for @shown
 * @destroy: called with @user_data
 *
 * Has the next maker shown while it is not yet of its own type.
 */
void
gijit_fixtures_maker_show_next (GijitFixturesShown shown, gpointer user_data, GDestroyNotify destroy)
{
  next_shown = shown;
  shown_data = user_data;
  shown_destroy = destroy;
}

/**
 * gijit_fixtures_maker_give_next:
 * @object: (transfer full): an object
 *
 * Has the next maker thrown away, and @object given instead.
 */
void
gijit_fixtures_maker_give_next (GObject *object)
{
  next_given = object;
}

/**
 * gijit_fixtures_maker_get_child:
 * @self: a maker
 *
 * Returns: (nullable) (transfer none): the object that it has made first
 */
GObject *
gijit_fixtures_maker_get_child (GijitFixturesMaker *self)
{
  return private_of (self)->child;
}

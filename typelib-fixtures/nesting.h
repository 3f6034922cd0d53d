/* A class whose objects do while they are made what few do: make another object, show themselves, or give way to
 * another. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GIJIT_FIXTURES_TYPE_MAKER (gijit_fixtures_maker_get_type ())
G_DECLARE_DERIVABLE_TYPE (GijitFixturesMaker, gijit_fixtures_maker, GIJIT_FIXTURES, MAKER, GObject)
struct _GijitFixturesMakerClass
{
  GObjectClass parent_class;
};

/**
 * GijitFixturesShown:
 * @object: an object that is being made
 * @user_data: data
 */
typedef void (*GijitFixturesShown) (GObject *object, gpointer user_data);

void     gijit_fixtures_maker_make_next (GType type);
void     gijit_fixtures_maker_show_next (GijitFixturesShown shown, gpointer user_data, GDestroyNotify destroy);
void     gijit_fixtures_maker_give_next (GObject *object);
GObject *gijit_fixtures_maker_get_child (GijitFixturesMaker *self);

G_END_DECLS

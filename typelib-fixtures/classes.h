/* Classes and an interface: a derivable class with properties and signals, a final one derived from it, an abstract one,
 * an initially unowned one, a private implementation of the interface, and a fundamental type that is no GObject. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define GIJIT_FIXTURES_TYPE_NAMED (gijit_fixtures_named_get_type ())
G_DECLARE_INTERFACE (GijitFixturesNamed, gijit_fixtures_named, GIJIT_FIXTURES, NAMED, GObject)

struct _GijitFixturesNamedInterface
{
  GTypeInterface parent;

  const gchar *(*get_name) (GijitFixturesNamed *self);
};

const gchar        *gijit_fixtures_named_get_name    (GijitFixturesNamed *self);
gboolean            gijit_fixtures_named_same_name   (GijitFixturesNamed *self, GijitFixturesNamed *other);
GijitFixturesNamed *gijit_fixtures_named_new_private (const gchar *name);
guint               gijit_fixtures_named_count_in    (void);

#define GIJIT_FIXTURES_TYPE_THING (gijit_fixtures_thing_get_type ())
G_DECLARE_DERIVABLE_TYPE (GijitFixturesThing, gijit_fixtures_thing, GIJIT_FIXTURES, THING, GObject)

struct _GijitFixturesThingClass
{
  GObjectClass parent_class;

  gint (*weigh) (GijitFixturesThing *self, gint factor);
};

GijitFixturesThing *gijit_fixtures_thing_new            (void);
GijitFixturesThing *gijit_fixtures_thing_new_with_name  (const gchar *name);
GijitFixturesThing *gijit_fixtures_thing_new_checked    (const gchar *name, GError **error);
GijitFixturesThing *gijit_fixtures_thing_new_null       (void);
GijitFixturesThing *gijit_fixtures_thing_get_default    (void);
gint64              gijit_fixtures_thing_count_static   (gint64 start);
void                gijit_fixtures_thing_set_name       (GijitFixturesThing *self, const gchar *name);
const gchar        *gijit_fixtures_thing_get_name       (GijitFixturesThing *self);
void                gijit_fixtures_thing_set_number     (GijitFixturesThing *self, gint number);
gint                gijit_fixtures_thing_get_number     (GijitFixturesThing *self);
void                gijit_fixtures_thing_set_active     (GijitFixturesThing *self, gboolean active);
gboolean            gijit_fixtures_thing_get_active     (GijitFixturesThing *self);
GijitFixturesThing *gijit_fixtures_thing_get_friend     (GijitFixturesThing *self);
void                gijit_fixtures_thing_set_friend     (GijitFixturesThing *self, GijitFixturesThing *other);
void                gijit_fixtures_thing_take_friend    (GijitFixturesThing *self, GijitFixturesThing *other);
GijitFixturesThing *gijit_fixtures_thing_steal_friend   (GijitFixturesThing *self);
GijitFixturesThing *gijit_fixtures_thing_dup            (GijitFixturesThing *self);
gint                gijit_fixtures_thing_weigh          (GijitFixturesThing *self, gint factor);
gint                gijit_fixtures_thing_consume        (GijitFixturesThing *self);
void                gijit_fixtures_thing_get_both       (GijitFixturesThing *self, gchar **name, gint *number);
gboolean            gijit_fixtures_thing_check          (GijitFixturesThing *self, gint largest, GError **error);

#define GIJIT_FIXTURES_TYPE_SPECIAL_THING (gijit_fixtures_special_thing_get_type ())
G_DECLARE_FINAL_TYPE (GijitFixturesSpecialThing, gijit_fixtures_special_thing, GIJIT_FIXTURES, SPECIAL_THING, GijitFixturesThing)

GijitFixturesSpecialThing *gijit_fixtures_special_thing_new         (gdouble extra);
gdouble                    gijit_fixtures_special_thing_get_extra   (GijitFixturesSpecialThing *self);
GijitFixturesThing        *gijit_fixtures_special_thing_as_thing    (void);
GObject                   *gijit_fixtures_special_thing_as_object   (void);

#define GIJIT_FIXTURES_TYPE_SHAPE (gijit_fixtures_shape_get_type ())
G_DECLARE_DERIVABLE_TYPE (GijitFixturesShape, gijit_fixtures_shape, GIJIT_FIXTURES, SHAPE, GObject)

struct _GijitFixturesShapeClass
{
  GObjectClass parent_class;

  gdouble (*area) (GijitFixturesShape *self);
};

gdouble             gijit_fixtures_shape_area       (GijitFixturesShape *self);
GijitFixturesShape *gijit_fixtures_shape_new_square (gdouble side);

#define GIJIT_FIXTURES_TYPE_FLOATER (gijit_fixtures_floater_get_type ())
G_DECLARE_FINAL_TYPE (GijitFixturesFloater, gijit_fixtures_floater, GIJIT_FIXTURES, FLOATER, GInitiallyUnowned)

GijitFixturesFloater *gijit_fixtures_floater_new         (void);
GijitFixturesFloater *gijit_fixtures_floater_return_full (void);
GijitFixturesFloater *gijit_fixtures_floater_return_none (void);
gboolean              gijit_fixtures_floater_is_floating (GijitFixturesFloater *self);
guint                 gijit_fixtures_floater_get_refs    (GijitFixturesFloater *self);

/* Module functions with objects in every direction. */
gint                gijit_fixtures_object_number          (GijitFixturesThing *thing);
gint                gijit_fixtures_object_number_nullable (GijitFixturesThing *thing);
gint                gijit_fixtures_object_take            (GijitFixturesThing *thing);
gint                gijit_fixtures_object_take_nullable   (GijitFixturesThing *thing);
GijitFixturesThing *gijit_fixtures_object_identity        (GijitFixturesThing *thing);
GijitFixturesThing *gijit_fixtures_object_return_null     (void);
void                gijit_fixtures_object_out_none        (GijitFixturesThing **thing);
void                gijit_fixtures_object_out_full        (GijitFixturesThing **thing);
void                gijit_fixtures_object_out_null        (GijitFixturesThing **thing);
void                gijit_fixtures_object_inout_none      (GijitFixturesThing **thing);
void                gijit_fixtures_object_inout_full      (GijitFixturesThing **thing);
gpointer            gijit_fixtures_object_make            (GType type);
guint               gijit_fixtures_object_refs            (GObject *object);
const gchar        *gijit_fixtures_interface_name         (GijitFixturesNamed *named);
const gchar        *gijit_fixtures_interface_name_nullable (GijitFixturesNamed *named);
GijitFixturesNamed *gijit_fixtures_interface_identity     (GijitFixturesNamed *named);
void                gijit_fixtures_interface_out_full     (GijitFixturesNamed **named);

typedef struct _GijitFixturesFundamental GijitFixturesFundamental;

/**
 * GijitFixturesFundamental: (ref-func gijit_fixtures_fundamental_ref) (unref-func gijit_fixtures_fundamental_unref) (set-value-func gijit_fixtures_value_set_fundamental) (get-value-func gijit_fixtures_value_get_fundamental)
 *
 * Counts its own references.
 */
struct _GijitFixturesFundamental
{
  /*< private >*/
  GTypeInstance instance;
  gint refs;
  gint number;
};

#define GIJIT_FIXTURES_TYPE_FUNDAMENTAL (gijit_fixtures_fundamental_get_type ())
GType                     gijit_fixtures_fundamental_get_type   (void);
GijitFixturesFundamental *gijit_fixtures_fundamental_new        (gint number);
GijitFixturesFundamental *gijit_fixtures_fundamental_ref        (GijitFixturesFundamental *self);
void                      gijit_fixtures_fundamental_unref      (GijitFixturesFundamental *self);
gint                      gijit_fixtures_fundamental_get_number (GijitFixturesFundamental *self);
void                      gijit_fixtures_value_set_fundamental  (GValue *value, GijitFixturesFundamental *instance);
GijitFixturesFundamental *gijit_fixtures_value_get_fundamental  (const GValue *value);

G_END_DECLS

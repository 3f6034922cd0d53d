/* Structs and unions: boxed by copying, boxed by counting references, plain with fields, plain and opaque. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* Boxed and opaque; copying makes a second one. */
typedef struct _GijitFixturesBox GijitFixturesBox;

#define GIJIT_FIXTURES_TYPE_BOX (gijit_fixtures_box_get_type ())
GType             gijit_fixtures_box_get_type       (void);
GijitFixturesBox *gijit_fixtures_box_new            (gint number);
GijitFixturesBox *gijit_fixtures_box_new_checked    (gint number, GError **error);
GijitFixturesBox *gijit_fixtures_box_copy           (const GijitFixturesBox *self);
void              gijit_fixtures_box_free           (GijitFixturesBox *self);
gint              gijit_fixtures_box_get_number     (const GijitFixturesBox *self);
void              gijit_fixtures_box_set_number     (GijitFixturesBox *self, gint number);
gint              gijit_fixtures_box_add            (const GijitFixturesBox *self, const GijitFixturesBox *other, gboolean negate);
gint              gijit_fixtures_box_consume        (GijitFixturesBox *self);
gint              gijit_fixtures_box_largest        (void);

gint              gijit_fixtures_boxed_in             (const GijitFixturesBox *box);
gint              gijit_fixtures_boxed_in_nullable    (const GijitFixturesBox *box);
gint              gijit_fixtures_boxed_take           (GijitFixturesBox *box);
gint              gijit_fixtures_boxed_take_nullable  (GijitFixturesBox *box);
GijitFixturesBox *gijit_fixtures_boxed_return_none    (void);
GijitFixturesBox *gijit_fixtures_boxed_return_full    (void);
GijitFixturesBox *gijit_fixtures_boxed_return_null    (void);
void              gijit_fixtures_boxed_out_none       (GijitFixturesBox **box);
void              gijit_fixtures_boxed_out_full       (GijitFixturesBox **result);
void              gijit_fixtures_boxed_out_null       (GijitFixturesBox **box);
void              gijit_fixtures_boxed_inout_full     (GijitFixturesBox **value);
void              gijit_fixtures_boxed_reset_kept   (gint number);

/* Boxed and opaque; copying adds a reference. */
typedef struct _GijitFixturesCounted GijitFixturesCounted;

#define GIJIT_FIXTURES_TYPE_COUNTED (gijit_fixtures_counted_get_type ())
GType                 gijit_fixtures_counted_get_type    (void);
GijitFixturesCounted *gijit_fixtures_counted_new         (void);
GijitFixturesCounted *gijit_fixtures_counted_ref         (GijitFixturesCounted *self);
void                  gijit_fixtures_counted_unref       (GijitFixturesCounted *self);
gint                  gijit_fixtures_counted_get_refs    (GijitFixturesCounted *self);
GijitFixturesCounted *gijit_fixtures_counted_get_shared  (void);

/* Boxed with public fields. */
typedef struct
{
  gdouble x;
  gdouble y;
} GijitFixturesPoint;

#define GIJIT_FIXTURES_TYPE_POINT (gijit_fixtures_point_get_type ())
GType               gijit_fixtures_point_get_type      (void);
GijitFixturesPoint *gijit_fixtures_point_new           (void);
GijitFixturesPoint *gijit_fixtures_point_new_at        (gdouble x, gdouble y);
gdouble             gijit_fixtures_point_distance      (const GijitFixturesPoint *self, const GijitFixturesPoint *other);
void                gijit_fixtures_point_move          (GijitFixturesPoint *self, gdouble x, gdouble y);
void                gijit_fixtures_point_middle        (const GijitFixturesPoint *self, const GijitFixturesPoint *other, GijitFixturesPoint *result);
gboolean            gijit_fixtures_point_opposite      (const GijitFixturesPoint *self, GijitFixturesPoint *result);
GijitFixturesPoint *gijit_fixtures_point_get_origin    (void);

/* Plain: no GType, public fields of many kinds. */
typedef struct
{
  gint8 small;
  guint16 medium;
  gint32 number;
  gint64 large;
  gfloat single_precision;
  gdouble double_precision;
  gboolean flag;
  gunichar character;
  gchar *text;
  GijitFixturesPoint point;
} GijitFixturesPlain;

void                gijit_fixtures_plain_clear         (GijitFixturesPlain *self);
gint64              gijit_fixtures_plain_sum           (const GijitFixturesPlain *self);
gint64              gijit_fixtures_struct_in            (const GijitFixturesPlain *plain);
gint64              gijit_fixtures_struct_in_nullable   (const GijitFixturesPlain *plain);
void                gijit_fixtures_struct_fill          (GijitFixturesPlain *plain, gint32 number);
void                gijit_fixtures_struct_out_allocated (GijitFixturesPlain *plain);
GijitFixturesPlain *gijit_fixtures_struct_return_none   (void);
GijitFixturesPlain *gijit_fixtures_struct_return_null   (void);
void                gijit_fixtures_struct_out_none      (GijitFixturesPlain **plain);
void                gijit_fixtures_struct_out_full    (GijitFixturesPlain **plain);

/* Plain and opaque: nobody but the library can make one. */
typedef struct _GijitFixturesOpaque GijitFixturesOpaque;

GijitFixturesOpaque *gijit_fixtures_opaque_get         (void);
gint                 gijit_fixtures_opaque_get_number  (GijitFixturesOpaque *self);
gint                 gijit_fixtures_struct_in_opaque          (GijitFixturesOpaque *opaque);
void                 gijit_fixtures_opaque_fill       (GijitFixturesOpaque *opaque);
gboolean             gijit_fixtures_text_fill         (gint number, gchar *buffer);
gint                 gijit_fixtures_filled            (void);

/* A union without a GType. */
typedef union
{
  gint32 integer;
  gfloat single_precision;
  guint8 bytes[8];
} GijitFixturesEither;

gint32               gijit_fixtures_either_get_integer   (const GijitFixturesEither *self);
void                 gijit_fixtures_either_set_integer   (GijitFixturesEither *self, gint32 integer);
void                 gijit_fixtures_union_out_allocated (GijitFixturesEither *either);
GijitFixturesEither *gijit_fixtures_union_return_none   (void);

/* A union that is boxed. */
typedef union
{
  gint64 integer;
  gdouble number;
} GijitFixturesBoxedUnion;

#define GIJIT_FIXTURES_TYPE_BOXED_UNION (gijit_fixtures_boxed_union_get_type ())
GType                    gijit_fixtures_boxed_union_get_type    (void);
GijitFixturesBoxedUnion *gijit_fixtures_boxed_union_new         (gint64 integer);
gint64                   gijit_fixtures_boxed_union_get_integer (const GijitFixturesBoxedUnion *self);
gint64                   gijit_fixtures_union_boxed_in          (const GijitFixturesBoxedUnion *value);
gint64                   gijit_fixtures_union_boxed_in_nullable (const GijitFixturesBoxedUnion *value);
GijitFixturesBoxedUnion *gijit_fixtures_union_boxed_return_none (void);

G_END_DECLS

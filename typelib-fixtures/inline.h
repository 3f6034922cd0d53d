/* Structs and unions that are passed and returned by value: one for each way in which calling conventions do it.
 * g-ir-scanner describes functions that return one only if it is boxed. */
#pragma once

#include <glib-object.h>
#include "records.h"

G_BEGIN_DECLS

/* Less than a register. */
typedef struct
{
  gint8 first;
  gint16 second;
} GijitFixturesInlineSmall;

GType gijit_fixtures_inline_small_get_type (void);

/* Three bytes. */
typedef struct
{
  guint8 bytes[3];
} GijitFixturesInlineBytes;

GType gijit_fixtures_inline_bytes_get_type (void);

/* An integer and a floating point number in one register. */
typedef struct
{
  gint32 integer;
  gfloat number;
} GijitFixturesInlinePair;

GType gijit_fixtures_inline_pair_get_type (void);

/* Floating point in one register and a half. */
typedef struct
{
  gfloat x;
  gfloat y;
  gfloat z;
} GijitFixturesInlineFloats;

GType gijit_fixtures_inline_floats_get_type (void);

/* One register of each kind. */
typedef struct
{
  gdouble number;
  gint32 integer;
} GijitFixturesInlineMixed;

GType gijit_fixtures_inline_mixed_get_type (void);

/* A struct in a struct, whose end shares a register with what follows. */
typedef struct
{
  GijitFixturesInlineFloats floats;
  gint32 integer;
} GijitFixturesInlineNested;

GType gijit_fixtures_inline_nested_get_type (void);

/* A text, which stays its owner's. */
typedef struct
{
  const gchar *text;
  gsize length;
} GijitFixturesInlineText;

/* In memory. */
typedef struct
{
  gint64 integers[3];
  GijitFixturesPoint point;
  guint8 last;
} GijitFixturesInlineLarge;

GType gijit_fixtures_inline_large_get_type (void);

/* Floating point in any member. */
typedef union
{
  gfloat single_precision;
  gdouble double_precision;
} GijitFixturesInlineNumber;

GType gijit_fixtures_inline_number_get_type (void);

/* A union behind a discriminator. */
typedef struct
{
  gint64 which;
  GijitFixturesInlineNumber number;
} GijitFixturesInlineTagged;

GType gijit_fixtures_inline_tagged_get_type (void);

GijitFixturesInlineSmall  gijit_fixtures_inline_small  (gint before, GijitFixturesInlineSmall value, gdouble after);
GijitFixturesInlineBytes  gijit_fixtures_inline_bytes  (gint before, GijitFixturesInlineBytes value, gdouble after);
GijitFixturesInlinePair   gijit_fixtures_inline_pair   (gint before, GijitFixturesInlinePair value, gdouble after);
GijitFixturesInlineFloats gijit_fixtures_inline_floats (gint before, GijitFixturesInlineFloats value, gdouble after);
GijitFixturesPoint        gijit_fixtures_inline_point  (gint before, GijitFixturesPoint value, gdouble after);
GijitFixturesInlineMixed  gijit_fixtures_inline_mixed  (gint before, GijitFixturesInlineMixed value, gdouble after);
GijitFixturesInlineNested gijit_fixtures_inline_nested (gint before, GijitFixturesInlineNested value, gdouble after);
GijitFixturesInlineLarge  gijit_fixtures_inline_large  (gint before, GijitFixturesInlineLarge value, gdouble after);
GijitFixturesInlineNumber gijit_fixtures_inline_number (gint before, GijitFixturesInlineNumber value, gdouble after);
GijitFixturesInlineTagged gijit_fixtures_inline_tagged (gint before, GijitFixturesInlineTagged value, gdouble after);
GijitFixturesBoxedUnion   gijit_fixtures_inline_union  (gint before, GijitFixturesBoxedUnion value, gdouble after);
gint32                    gijit_fixtures_inline_either (gint before, GijitFixturesEither value, gdouble after);
gsize                     gijit_fixtures_inline_text   (GijitFixturesInlineText value);
gdouble                   gijit_fixtures_inline_many   (GijitFixturesPoint a, GijitFixturesInlineMixed b, GijitFixturesInlinePair c,
                                                        GijitFixturesInlineFloats d, GijitFixturesInlineMixed e, GijitFixturesPoint f,
                                                        GijitFixturesInlineLarge g, gint last);

G_END_DECLS

/* What is about the call itself and not about one type: errors, several results, defaults, deprecation, odd names,
 * and constants of every kind. */
#pragma once

#include "classes.h"
#include "enums.h"
#include "records.h"

G_BEGIN_DECLS

#define GIJIT_FIXTURES_CONSTANT_INT 42
#define GIJIT_FIXTURES_CONSTANT_NEGATIVE -42
/**
 * GIJIT_FIXTURES_CONSTANT_LARGE: (type gint64)
 */
#define GIJIT_FIXTURES_CONSTANT_LARGE G_GINT64_CONSTANT (-9223372036854775807)
/**
 * GIJIT_FIXTURES_CONSTANT_UNSIGNED: (type guint64)
 */
#define GIJIT_FIXTURES_CONSTANT_UNSIGNED G_GUINT64_CONSTANT (18446744073709551615)
/**
 * GIJIT_FIXTURES_CONSTANT_UINT8: (type guint8)
 */
#define GIJIT_FIXTURES_CONSTANT_UINT8 255
/**
 * GIJIT_FIXTURES_CONSTANT_INT16: (type gint16)
 */
#define GIJIT_FIXTURES_CONSTANT_INT16 -32768
#define GIJIT_FIXTURES_CONSTANT_DOUBLE 2.5
/**
 * GIJIT_FIXTURES_CONSTANT_FLOAT: (type gfloat)
 */
#define GIJIT_FIXTURES_CONSTANT_FLOAT 0.5
#define GIJIT_FIXTURES_CONSTANT_TEXT "a\303\251 text"
#define GIJIT_FIXTURES_CONSTANT_EMPTY ""
#define GIJIT_FIXTURES_CONSTANT_TRUE TRUE
#define GIJIT_FIXTURES_CONSTANT_FALSE FALSE

void                gijit_fixtures_nothing                 (void);

gboolean            gijit_fixtures_throws                  (gboolean fail, GError **error);
void                gijit_fixtures_throws_void             (gint code, const gchar *message, GError **error);
gint                gijit_fixtures_throws_int              (gint value, GError **error);
gchar              *gijit_fixtures_throws_string           (const gchar *text, GError **error);
gboolean            gijit_fixtures_throws_with_outs        (gboolean fail, gchar **text, gint *number, GijitFixturesBox **box, GijitFixturesThing **thing, GError **error);
GijitFixturesThing *gijit_fixtures_throws_object           (gboolean fail, GError **error);
void                gijit_fixtures_throws_empty            (GError **error);

gboolean            gijit_fixtures_skip_return             (gint number, gint *result);
gint                gijit_fixtures_skip_return_only        (void);
void                gijit_fixtures_outs_all                (gint8 *small, gdouble *number, gchar **text, gboolean *flag, GijitFixturesColour *colour, GijitFixturesAccess *access, GijitFixturesThing **thing, GijitFixturesBox **box, GijitFixturesPoint *point, GType *type, gunichar *character);
gchar              *gijit_fixtures_describe_all            (gint8 small, gdouble number, const gchar *text, gfloat single_precision, guint64 large, gboolean flag, GijitFixturesThing *thing, GijitFixturesColour colour, gint16 medium, const GijitFixturesBox *box, gunichar character, GijitFixturesAccess access);

gchar              *gijit_fixtures_defaults_trailing       (const gchar *first, const gchar *second, const gchar *third);
gchar              *gijit_fixtures_defaults_middle         (const gchar *first, const gchar *second, const gchar *third);
gchar              *gijit_fixtures_defaults_boolean        (gboolean first, gint second, gboolean third);
gchar              *gijit_fixtures_defaults_all            (const gchar *text, GijitFixturesThing *thing, const GijitFixturesBox *box, gboolean flag);
gint                gijit_fixtures_defaults_int            (gint first, gint second);
void                gijit_fixtures_defaults_inout          (gint *value);

gint                gijit_fixtures_deprecated              (gint value);
gint                gijit_fixtures_deprecated_with_message (gint value);

gint                gijit_fixtures_keywords                (gint from, gint class_, gint lambda, gint print);
gint                gijit_fixtures_renamed                 (gint value, ...);
gint                gijit_fixtures_renamed_in_c            (gint value);
gint                gijit_fixtures_pass                    (void);
gint                gijit_fixtures_never_introspected      (gint first, ...);

G_END_DECLS

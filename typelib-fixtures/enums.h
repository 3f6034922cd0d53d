/* Enumerations and flags, registered with the type system or not, and an error domain. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum
{
  GIJIT_FIXTURES_COLOUR_RED,
  GIJIT_FIXTURES_COLOUR_GREEN = 5,
  GIJIT_FIXTURES_COLOUR_DARK_BLUE = -3,
} GijitFixturesColour;

#define GIJIT_FIXTURES_TYPE_COLOUR (gijit_fixtures_colour_get_type ())
GType gijit_fixtures_colour_get_type (void);

typedef enum
{
  GIJIT_FIXTURES_ACCESS_NONE = 0,
  GIJIT_FIXTURES_ACCESS_READ = 1 << 0,
  GIJIT_FIXTURES_ACCESS_WRITE = 1 << 1,
  GIJIT_FIXTURES_ACCESS_READ_WRITE = GIJIT_FIXTURES_ACCESS_READ | GIJIT_FIXTURES_ACCESS_WRITE,
  GIJIT_FIXTURES_ACCESS_LAST_BIT = 1u << 31,
} GijitFixturesAccess;

#define GIJIT_FIXTURES_TYPE_ACCESS (gijit_fixtures_access_get_type ())
GType gijit_fixtures_access_get_type (void);

/* Not registered: no GType. */
typedef enum
{
  GIJIT_FIXTURES_PLAIN_ENUM_ONE = 1,
  GIJIT_FIXTURES_PLAIN_ENUM_TWO,
  GIJIT_FIXTURES_PLAIN_ENUM_MINUS_ONE = -1,
} GijitFixturesPlainEnum;

/* Has no negative member, and one that no signed 32-bit integer holds. */
typedef enum
{
  GIJIT_FIXTURES_LARGE_ENUM_NOTHING = 0,
  GIJIT_FIXTURES_LARGE_ENUM_MOST = 0xffffffffu,
} GijitFixturesLargeEnum;

typedef enum
{
  GIJIT_FIXTURES_PLAIN_FLAGS_FIRST = 1 << 0,
  GIJIT_FIXTURES_PLAIN_FLAGS_SECOND = 1 << 1,
  GIJIT_FIXTURES_PLAIN_FLAGS_THIRD = 1 << 2,
} GijitFixturesPlainFlags;

typedef enum
{
  GIJIT_FIXTURES_ERROR_REFUSED,
  GIJIT_FIXTURES_ERROR_TOO_LARGE = 7,
} GijitFixturesError;

#define GIJIT_FIXTURES_ERROR (gijit_fixtures_error_quark ())
GQuark gijit_fixtures_error_quark (void);

const gchar        *gijit_fixtures_colour_to_name (GijitFixturesColour colour);
GijitFixturesColour gijit_fixtures_colour_next    (GijitFixturesColour colour);

GijitFixturesColour gijit_fixtures_enum_identity (GijitFixturesColour value);
void                gijit_fixtures_enum_out      (GijitFixturesColour *value);
void                gijit_fixtures_enum_inout    (GijitFixturesColour *value);
GijitFixturesColour gijit_fixtures_enum_unknown  (void);

GijitFixturesAccess gijit_fixtures_flags_identity (GijitFixturesAccess value);
void                gijit_fixtures_flags_out      (GijitFixturesAccess *value);
void                gijit_fixtures_flags_inout    (GijitFixturesAccess *value);
GijitFixturesAccess gijit_fixtures_flags_unknown  (void);
gboolean            gijit_fixtures_access_may_read (GijitFixturesAccess value);

GijitFixturesPlainEnum gijit_fixtures_unregistered_enum_identity (GijitFixturesPlainEnum value);
void                   gijit_fixtures_unregistered_enum_out      (GijitFixturesPlainEnum *value);
void                   gijit_fixtures_unregistered_enum_inout    (GijitFixturesPlainEnum *value);
GijitFixturesPlainEnum gijit_fixtures_unregistered_enum_unknown  (void);

GijitFixturesLargeEnum gijit_fixtures_unsigned_enum_identity (GijitFixturesLargeEnum value);
void                   gijit_fixtures_unsigned_enum_out      (GijitFixturesLargeEnum *value);

GijitFixturesPlainFlags gijit_fixtures_unregistered_flags_identity (GijitFixturesPlainFlags value);
void                    gijit_fixtures_unregistered_flags_out      (GijitFixturesPlainFlags *value);
void                    gijit_fixtures_unregistered_flags_inout    (GijitFixturesPlainFlags *value);
GijitFixturesPlainFlags gijit_fixtures_unregistered_flags_unknown  (void);

G_END_DECLS

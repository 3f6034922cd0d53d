/* Enumerations and flags in every direction. What inout does: an enum steps to its next member, flags are inverted
 * within their known bits. */
#include "enums.h"
#include "bookkeeping.h"

G_DEFINE_ENUM_TYPE (GijitFixturesColour, gijit_fixtures_colour,
                    G_DEFINE_ENUM_VALUE (GIJIT_FIXTURES_COLOUR_RED, "red"),
                    G_DEFINE_ENUM_VALUE (GIJIT_FIXTURES_COLOUR_GREEN, "green"),
                    G_DEFINE_ENUM_VALUE (GIJIT_FIXTURES_COLOUR_DARK_BLUE, "dark-blue"))

G_DEFINE_FLAGS_TYPE (GijitFixturesAccess, gijit_fixtures_access,
                     G_DEFINE_ENUM_VALUE (GIJIT_FIXTURES_ACCESS_NONE, "none"),
                     G_DEFINE_ENUM_VALUE (GIJIT_FIXTURES_ACCESS_READ, "read"),
                     G_DEFINE_ENUM_VALUE (GIJIT_FIXTURES_ACCESS_WRITE, "write"),
                     G_DEFINE_ENUM_VALUE (GIJIT_FIXTURES_ACCESS_READ_WRITE, "read-write"),
                     G_DEFINE_ENUM_VALUE (GIJIT_FIXTURES_ACCESS_LAST_BIT, "last-bit"))

G_DEFINE_QUARK (gijit-fixtures-error-quark, gijit_fixtures_error)

/**
 * gijit_fixtures_colour_to_name:
 * @colour: a colour
 *
 * Returns: (nullable): its name, or %NULL for an unknown value
 */
const gchar *
gijit_fixtures_colour_to_name (GijitFixturesColour colour)
{
  gijit_fixtures_count_call ();
  switch (colour)
    {
    case GIJIT_FIXTURES_COLOUR_RED:
      return "red";
    case GIJIT_FIXTURES_COLOUR_GREEN:
      return "green";
    case GIJIT_FIXTURES_COLOUR_DARK_BLUE:
      return "dark blue";
    default:
      return NULL;
    }
}

/**
 * gijit_fixtures_colour_next:
 * @colour: a colour
 *
 * Returns: the next one
 */
GijitFixturesColour
gijit_fixtures_colour_next (GijitFixturesColour colour)
{
  gijit_fixtures_count_call ();
  switch (colour)
    {
    case GIJIT_FIXTURES_COLOUR_RED:
      return GIJIT_FIXTURES_COLOUR_GREEN;
    case GIJIT_FIXTURES_COLOUR_GREEN:
      return GIJIT_FIXTURES_COLOUR_DARK_BLUE;
    default:
      return GIJIT_FIXTURES_COLOUR_RED;
    }
}

/**
 * gijit_fixtures_enum_identity:
 * @value: a colour
 *
 * Returns: the same
 */
GijitFixturesColour
gijit_fixtures_enum_identity (GijitFixturesColour value)
{
  gijit_fixtures_count_call ();
  return value;
}

/**
 * gijit_fixtures_enum_out:
 * @value: (out): a negative member
 */
void
gijit_fixtures_enum_out (GijitFixturesColour *value)
{
  gijit_fixtures_count_call ();
  *value = GIJIT_FIXTURES_COLOUR_DARK_BLUE;
}

/**
 * gijit_fixtures_enum_inout:
 * @value: (inout): a colour
 */
void
gijit_fixtures_enum_inout (GijitFixturesColour *value)
{
  *value = gijit_fixtures_colour_next (*value);
}

/**
 * gijit_fixtures_enum_unknown:
 *
 * Returns: a value that no member has
 */
GijitFixturesColour
gijit_fixtures_enum_unknown (void)
{
  gijit_fixtures_count_call ();
  return (GijitFixturesColour) 99;
}

/**
 * gijit_fixtures_flags_identity:
 * @value: flags
 *
 * Returns: the same
 */
GijitFixturesAccess
gijit_fixtures_flags_identity (GijitFixturesAccess value)
{
  gijit_fixtures_count_call ();
  return value;
}

/**
 * gijit_fixtures_flags_out:
 * @value: (out): two flags at once
 */
void
gijit_fixtures_flags_out (GijitFixturesAccess *value)
{
  gijit_fixtures_count_call ();
  *value = GIJIT_FIXTURES_ACCESS_READ_WRITE;
}

/**
 * gijit_fixtures_flags_inout:
 * @value: (inout): flags
 */
void
gijit_fixtures_flags_inout (GijitFixturesAccess *value)
{
  gijit_fixtures_count_call ();
  *value ^= GIJIT_FIXTURES_ACCESS_READ_WRITE;
}

/**
 * gijit_fixtures_flags_unknown:
 *
 * Returns: a known bit and one that no member has
 */
GijitFixturesAccess
gijit_fixtures_flags_unknown (void)
{
  gijit_fixtures_count_call ();
  return (GijitFixturesAccess) (GIJIT_FIXTURES_ACCESS_READ | 1 << 10);
}

/**
 * gijit_fixtures_access_may_read:
 * @value: flags
 *
 * Returns: whether they hold the first
 */
gboolean
gijit_fixtures_access_may_read (GijitFixturesAccess value)
{
  gijit_fixtures_count_call ();
  return (value & GIJIT_FIXTURES_ACCESS_READ) != 0;
}

/**
 * gijit_fixtures_unregistered_enum_identity:
 * @value: a value
 *
 * Returns: the same
 */
GijitFixturesPlainEnum
gijit_fixtures_unregistered_enum_identity (GijitFixturesPlainEnum value)
{
  gijit_fixtures_count_call ();
  return value;
}

/**
 * gijit_fixtures_unregistered_enum_out:
 * @value: (out): a negative member
 */
void
gijit_fixtures_unregistered_enum_out (GijitFixturesPlainEnum *value)
{
  gijit_fixtures_count_call ();
  *value = GIJIT_FIXTURES_PLAIN_ENUM_MINUS_ONE;
}

/**
 * gijit_fixtures_unregistered_enum_inout:
 * @value: (inout): a value
 */
void
gijit_fixtures_unregistered_enum_inout (GijitFixturesPlainEnum *value)
{
  gijit_fixtures_count_call ();
  *value = *value == GIJIT_FIXTURES_PLAIN_ENUM_ONE ? GIJIT_FIXTURES_PLAIN_ENUM_TWO : GIJIT_FIXTURES_PLAIN_ENUM_ONE;
}

/**
 * gijit_fixtures_unregistered_enum_unknown:
 *
 * Returns: a value that no member has
 */
GijitFixturesPlainEnum
gijit_fixtures_unregistered_enum_unknown (void)
{
  gijit_fixtures_count_call ();
  return (GijitFixturesPlainEnum) 99;
}

/**
 * gijit_fixtures_unsigned_enum_identity:
 * @value: a value
 *
 * Returns: the same
 */
GijitFixturesLargeEnum
gijit_fixtures_unsigned_enum_identity (GijitFixturesLargeEnum value)
{
  gijit_fixtures_count_call ();
  return value;
}

/**
 * gijit_fixtures_unsigned_enum_out:
 * @value: (out): the member beyond the signed range
 */
void
gijit_fixtures_unsigned_enum_out (GijitFixturesLargeEnum *value)
{
  gijit_fixtures_count_call ();
  *value = GIJIT_FIXTURES_LARGE_ENUM_MOST;
}

/**
 * gijit_fixtures_unregistered_flags_identity:
 * @value: flags
 *
 * Returns: the same
 */
GijitFixturesPlainFlags
gijit_fixtures_unregistered_flags_identity (GijitFixturesPlainFlags value)
{
  gijit_fixtures_count_call ();
  return value;
}

/**
 * gijit_fixtures_unregistered_flags_out:
 * @value: (out): two flags at once
 */
void
gijit_fixtures_unregistered_flags_out (GijitFixturesPlainFlags *value)
{
  gijit_fixtures_count_call ();
  *value = GIJIT_FIXTURES_PLAIN_FLAGS_FIRST | GIJIT_FIXTURES_PLAIN_FLAGS_THIRD;
}

/**
 * gijit_fixtures_unregistered_flags_inout:
 * @value: (inout): flags
 */
void
gijit_fixtures_unregistered_flags_inout (GijitFixturesPlainFlags *value)
{
  gijit_fixtures_count_call ();
  *value ^= GIJIT_FIXTURES_PLAIN_FLAGS_FIRST | GIJIT_FIXTURES_PLAIN_FLAGS_SECOND | GIJIT_FIXTURES_PLAIN_FLAGS_THIRD;
}

/**
 * gijit_fixtures_unregistered_flags_unknown:
 *
 * Returns: a known bit and one that no member has
 */
GijitFixturesPlainFlags
gijit_fixtures_unregistered_flags_unknown (void)
{
  gijit_fixtures_count_call ();
  return (GijitFixturesPlainFlags) (GIJIT_FIXTURES_PLAIN_FLAGS_FIRST | 1 << 10);
}

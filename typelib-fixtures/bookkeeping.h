/* What a test may ask about the library itself: how often C was entered, what is alive, and how to be held up in C.
 * It knows no other fixture. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The kinds of thing of which the library counts the living. */
typedef enum
{
  GIJIT_FIXTURES_KIND_OBJECT,
  GIJIT_FIXTURES_KIND_BOXED,
  GIJIT_FIXTURES_KIND_COUNTED,
  GIJIT_FIXTURES_KIND_PLAIN,
  GIJIT_FIXTURES_KIND_FUNDAMENTAL,
  GIJIT_FIXTURES_KIND_VARIANT,
  GIJIT_FIXTURES_KIND_BYTES,
  GIJIT_FIXTURES_KIND_CLOSURE,
  GIJIT_FIXTURES_KIND_PARAM_SPEC,
  GIJIT_FIXTURES_KIND_ERROR,
} GijitFixturesKind;

#ifndef __GI_SCANNER__
/* For the fixtures: every function but those of this file starts with the first;
 * births and deaths of counted things go through the second. */
void gijit_fixtures_count_call (void);
void gijit_fixtures_count_alive (GijitFixturesKind kind, gint change);
#endif

guint64  gijit_fixtures_calls               (void);
gint64   gijit_fixtures_alive               (GijitFixturesKind kind);
guint64  gijit_fixtures_heap_bytes          (void);
void     gijit_fixtures_sleep               (guint milliseconds);
gboolean gijit_fixtures_wait_for_permission (guint milliseconds);
void     gijit_fixtures_give_permission     (void);
guint64  gijit_fixtures_keep_busy           (guint milliseconds);
guint64  gijit_fixtures_keep_referencing    (GObject *object, guint milliseconds);
gboolean gijit_fixtures_is_main_thread      (void);
void     gijit_fixtures_dispose_in_thread   (GObject *object);

G_END_DECLS

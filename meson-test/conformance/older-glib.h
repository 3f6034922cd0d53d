/* What the test libraries use of GLib 2.76, for an older one: included before each of their files. */
#if defined(__has_include)
#if __has_include(<glib.h>)
#include <glib.h>
#if !GLIB_CHECK_VERSION(2, 76, 0)

#define g_aligned_free_sized(memory, alignment, size) g_aligned_free(memory)
#define g_set_str gijit_set_str

static inline gboolean
gijit_set_str (char **place, const char *text)
{
  char *old = *place;

  if (g_strcmp0 (old, text) == 0)
    return FALSE;
  *place = g_strdup (text);
  g_free (old);
  return TRUE;
}

#endif
#endif
#endif

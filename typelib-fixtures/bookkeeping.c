/* Counters of calls and of living things, and functions that hold up their caller. */
#include "bookkeeping.h"

#include <malloc.h>
#include <unistd.h>
#include <sys/syscall.h>

static guint64 calls;
static gint64 alive[GIJIT_FIXTURES_KIND_ERROR + 1];
static GMutex permission_lock;
static GCond permission_given;
static guint permissions;

void
gijit_fixtures_count_call (void)
{
  __atomic_add_fetch (&calls, 1, __ATOMIC_RELAXED);
}

void
gijit_fixtures_count_alive (GijitFixturesKind kind, gint change)
{
  __atomic_add_fetch (&alive[kind], change, __ATOMIC_RELAXED);
}

/**
 * gijit_fixtures_calls:
 *
 * How many functions of this library were entered since it was loaded, this file's own not counted:
 * a test that a bad argument never reaches C compares two of these.
 *
 * Returns: the count
 */
guint64
gijit_fixtures_calls (void)
{
  return __atomic_load_n (&calls, __ATOMIC_RELAXED);
}

/**
 * gijit_fixtures_alive:
 * @kind: what to count
 *
 * Returns: how many of them were made and not yet freed; -1 for an unknown kind
 */
gint64
gijit_fixtures_alive (GijitFixturesKind kind)
{
  if ((guint) kind > GIJIT_FIXTURES_KIND_ERROR)
    return -1;
  return __atomic_load_n (&alive[kind], __ATOMIC_RELAXED);
}

/**
 * gijit_fixtures_heap_bytes:
 *
 * Strings that a caller owns are freed with g_free(), where nothing can be counted; their loss shows here instead.
 *
 * Returns: the bytes that the main arena of the C heap has handed out
 */
guint64
gijit_fixtures_heap_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/**
 * gijit_fixtures_sleep:
 * @milliseconds: how long
 *
 * Blocks in the kernel.
 */
void
gijit_fixtures_sleep (guint milliseconds)
{
  g_usleep ((gulong) milliseconds * 1000);
}

/**
 * gijit_fixtures_wait_for_permission:
 * @milliseconds: how long at most
 *
 * Blocks until another thread calls gijit_fixtures_give_permission(): with the interpreter lock held it would
 * always time out.
 *
 * Returns: whether permission came in time
 */
gboolean
gijit_fixtures_wait_for_permission (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) milliseconds * 1000;
  gboolean given;

  g_mutex_lock (&permission_lock);
  while (permissions == 0)
    if (!g_cond_wait_until (&permission_given, &permission_lock, end))
      break;
  given = permissions > 0;
  if (given)
    permissions--;
  g_mutex_unlock (&permission_lock);
  return given;
}

/**
 * gijit_fixtures_give_permission:
 *
 * Lets one gijit_fixtures_wait_for_permission() go on.
 */
void
gijit_fixtures_give_permission (void)
{
  g_mutex_lock (&permission_lock);
  permissions++;
  g_cond_signal (&permission_given);
  g_mutex_unlock (&permission_lock);
}

/**
 * gijit_fixtures_keep_busy:
 * @milliseconds: how long
 *
 * Uses the processor without any system call but the clock's.
 *
 * Returns: how many rounds it did
 */
guint64
gijit_fixtures_keep_busy (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) milliseconds * 1000;
  guint64 rounds = 0;

  while (g_get_monotonic_time () < end)
    rounds++;
  return rounds;
}

/**
 * gijit_fixtures_keep_referencing:
 * @object: any object
 * @milliseconds: how long
 *
 * Takes a reference for a moment and drops it, over and over, as C does with what it works on.
 *
 * Returns: how many times
 */
guint64
gijit_fixtures_keep_referencing (GObject *object, guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + (gint64) milliseconds * 1000;
  guint64 rounds = 0;

  for (; g_get_monotonic_time () < end; rounds++)
    {
      g_object_ref (object);
      g_object_unref (object);
    }
  return rounds;
}

/**
 * gijit_fixtures_is_main_thread:
 *
 * Returns: whether C runs on the thread that started the process
 */
gboolean
gijit_fixtures_is_main_thread (void)
{
  return syscall (SYS_gettid) == getpid ();
}

static gpointer
run_dispose (gpointer object)
{
  g_object_run_dispose (object);
  return NULL;
}

/**
 * gijit_fixtures_dispose_in_thread:
 * @object: an object
 *
 * Has a thread of its own dispose of the object, and waits for that.
 */
void
gijit_fixtures_dispose_in_thread (GObject *object)
{
  g_thread_join (g_thread_new ("dispose", run_dispose, object));
}

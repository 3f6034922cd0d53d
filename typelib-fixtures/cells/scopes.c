/* Callbacks of every scope: called at once, kept and called later, called on threads of C. */
#include "scopes.h"

#include "bookkeeping.h"
#include "items.h"

#include <pthread.h>

/* Scope call */

/**
 * gijit_cells_call_trailing:
 * @value: a number
 * @func: (scope call) (closure user_data): what to call
 * @user_data: its data
 *
 * Returns: what it returned
 */
gint
gijit_cells_call_trailing (gint value, GijitCellsDataFunc func, gpointer user_data)
{
  gijit_fixtures_count_call ();
  return func (value, user_data);
}

/**
 * gijit_cells_call_not_trailing:
 * @func: (scope call) (closure user_data): what to call
 * @user_data: its data
 * @value: a number
 *
 * Returns: what it returned
 */
gint
gijit_cells_call_not_trailing (GijitCellsDataFunc func, gpointer user_data, gint value)
{
  gijit_fixtures_count_call ();
  return func (value, user_data);
}

/**
 * gijit_cells_call_data_first:
 * @user_data: its data
 * @func: (scope call) (closure user_data): what to call
 * @value: a number
 *
 * Returns: what it returned
 */
gint
gijit_cells_call_data_first (gpointer user_data, GijitCellsDataFunc func, gint value)
{
  gijit_fixtures_count_call ();
  return func (value, user_data);
}

/**
 * gijit_cells_call_without_data:
 * @func: (scope call): what to call
 * @value: a number
 *
 * Returns: what it returned
 */
gint
gijit_cells_call_without_data (GijitCellsIntFunc func, gint value)
{
  gijit_fixtures_count_call ();
  return func (value);
}

/**
 * gijit_cells_call_nullable:
 * @func: (scope call) (closure user_data) (nullable): what to call
 * @user_data: its data
 * @value: a number
 *
 * Returns: what it returned, -1 if there is none
 */
gint
gijit_cells_call_nullable (GijitCellsDataFunc func, gpointer user_data, gint value)
{
  gijit_fixtures_count_call ();
  return func == NULL ? -1 : func (value, user_data);
}

/**
 * gijit_cells_call_middle:
 * @func: (scope call) (closure user_data): what to call; its data is not its last argument
 * @user_data: its data
 * @before: a number
 * @after: a number
 *
 * Returns: what it returned
 */
gint
gijit_cells_call_middle (GijitCellsMiddleFunc func, gpointer user_data, gint before, gint after)
{
  gijit_fixtures_count_call ();
  return func (before, user_data, after);
}

/**
 * gijit_cells_call_two:
 * @first: (scope call) (closure user_data): what to call
 * @second: (scope call) (closure user_data): what to call with what that returned
 * @user_data: the data of both
 * @value: a number
 *
 * Returns: what the second returned
 */
gint
gijit_cells_call_two (GijitCellsDataFunc first, GijitCellsDataFunc second, gpointer user_data, gint value)
{
  gijit_fixtures_count_call ();
  return second (first (value, user_data), user_data);
}

/**
 * gijit_cells_call_often:
 * @func: (scope call) (closure user_data): what to call, with 0, 1, 2 and so on
 * @user_data: its data
 * @times: how often
 *
 * Returns: the sum of what it returned
 */
gint64
gijit_cells_call_often (GijitCellsDataFunc func, gpointer user_data, guint times)
{
  gint64 sum = 0;

  gijit_fixtures_count_call ();
  for (guint i = 0; i < times; i++)
    sum += func ((gint) i, user_data);
  return sum;
}

/**
 * gijit_cells_call_void:
 * @func: (scope call) (closure user_data): what to call
 * @user_data: its data
 */
void
gijit_cells_call_void (GijitCellsVoidFunc func, gpointer user_data)
{
  gijit_fixtures_count_call ();
  func (user_data);
}

/**
 * gijit_cells_call_throwing:
 * @func: (scope call) (closure user_data): what to call
 * @user_data: its data
 * @value: a number
 * @error: what went wrong in it
 *
 * Returns: what it returned
 */
gint
gijit_cells_call_throwing (GijitCellsThrowingFunc func, gpointer user_data, gint value, GError **error)
{
  gijit_fixtures_count_call ();
  return func (value, user_data, error);
}

/**
 * gijit_cells_call_catching:
 * @func: (scope call) (closure user_data): what to call
 * @user_data: its data
 * @value: a number
 *
 * Returns: (transfer full): what it returned and the error that it set, in words
 */
gchar *
gijit_cells_call_catching (GijitCellsThrowingFunc func, gpointer user_data, gint value)
{
  GError *error = NULL;
  gint result;
  gchar *text;

  gijit_fixtures_count_call ();
  result = func (value, user_data, &error);
  text = error == NULL ? g_strdup_printf ("%d", result)
                       : g_strdup_printf ("%d %s %d %s", result, g_quark_to_string (error->domain), error->code, error->message);
  g_clear_error (&error);
  return text;
}

/**
 * gijit_cells_call_outs:
 * @func: (scope call) (closure user_data): what to call
 * @user_data: its data
 * @value: a number
 *
 * What it gave can be asked of gijit_cells_seen().
 *
 * Returns: what it returned
 */
gboolean
gijit_cells_call_outs (GijitCellsOutsFunc func, gpointer user_data, gint value)
{
  gint number = -99;
  gchar *text = NULL;
  gdouble both = 0.5;
  gboolean result;

  cells_enter ();
  result = func (value, &number, &text, &both, user_data);
  g_string_append_printf (cells_text, "%s %d %s %g", result ? "True" : "False", number, text == NULL ? "NULL" : text, both);
  g_free (text);
  return result;
}

/**
 * gijit_cells_call_only_out:
 * @func: (scope call) (closure user_data): what to call
 * @user_data: its data
 */
void
gijit_cells_call_only_out (GijitCellsOnlyOutFunc func, gpointer user_data)
{
  gint number = -99;

  cells_enter ();
  func (&number, user_data);
  g_string_append_printf (cells_text, "%d", number);
}

/**
 * gijit_cells_call_optional_out:
 * @func: (scope call) (closure user_data): what to call
 * @user_data: its data
 * @with_places: whether C wants to know what comes out
 */
void
gijit_cells_call_optional_out (GijitCellsOptionalOutFunc func, gpointer user_data, gboolean with_places)
{
  gint number = -99;
  gchar *text = NULL;

  cells_enter ();
  func (with_places ? &number : NULL, with_places ? &text : NULL, user_data);
  g_string_append_printf (cells_text, "%d %s", number, text == NULL ? "NULL" : text);
  g_free (text);
}

/* Threads that Python has never seen: not GLib's, which keep what they made for each other. */

typedef struct
{
  pthread_t thread;
  GijitCellsDataFunc func;
  gpointer user_data;
  GDestroyNotify notify;
  gint value;
  guint times;
  gint64 sum;
} Work;

static gpointer
work (gpointer data)
{
  Work *this = data;

  for (guint i = 0; i < this->times; i++)
    this->sum += this->func (this->value + (gint) i, this->user_data);
  if (this->notify != NULL)
    this->notify (this->user_data);
  return NULL;
}

static void
start (Work *this)
{
  if (pthread_create (&this->thread, NULL, work, this) != 0)
    g_error ("no thread");
}

static gint64
finish (Work *this)
{
  pthread_join (this->thread, NULL);
  return this->sum;
}

/**
 * gijit_cells_call_in_thread:
 * @func: (scope call) (closure user_data): what to call on a thread of its own, while this one waits
 * @user_data: its data
 * @value: a number
 *
 * Returns: what it returned
 */
gint
gijit_cells_call_in_thread (GijitCellsDataFunc func, gpointer user_data, gint value)
{
  Work this = { .func = func, .user_data = user_data, .value = value, .times = 1 };

  gijit_fixtures_count_call ();
  start (&this);
  return (gint) finish (&this);
}

/**
 * gijit_cells_call_in_threads:
 * @func: (scope call) (closure user_data): what to call on several threads at once, with 0, 1, 2 and so on on each
 * @user_data: its data
 * @threads: how many
 * @times: how often on each
 *
 * Returns: the sum of what it returned
 */
gint64
gijit_cells_call_in_threads (GijitCellsDataFunc func, gpointer user_data, guint threads, guint times)
{
  Work *all = g_new0 (Work, threads);
  gint64 sum = 0;

  gijit_fixtures_count_call ();
  for (guint i = 0; i < threads; i++)
    {
      all[i].func = func;
      all[i].user_data = user_data;
      all[i].times = times;
      start (&all[i]);
    }
  for (guint i = 0; i < threads; i++)
    sum += finish (&all[i]);
  g_free (all);
  return sum;
}

/* Scope async: called once. */

static GijitCellsDataFunc async_func;
static gpointer async_data;

/**
 * gijit_cells_async_keep:
 * @func: (scope async) (closure user_data): what gijit_cells_async_run() shall call, once
 * @user_data: its data
 */
void
gijit_cells_async_keep (GijitCellsDataFunc func, gpointer user_data)
{
  gijit_fixtures_count_call ();
  async_func = func;
  async_data = user_data;
}

/**
 * gijit_cells_async_run:
 * @value: a number
 *
 * Returns: what the kept function returned, -1 if there is none
 */
gint
gijit_cells_async_run (gint value)
{
  GijitCellsDataFunc func = async_func;

  gijit_fixtures_count_call ();
  async_func = NULL;
  return func == NULL ? -1 : func (value, async_data);
}

/**
 * gijit_cells_async_run_in_thread:
 * @value: a number
 *
 * Returns: what the kept function returned on a thread of its own, -1 if there is none
 */
gint
gijit_cells_async_run_in_thread (gint value)
{
  Work this = { .func = async_func, .user_data = async_data, .value = value, .times = 1 };

  gijit_fixtures_count_call ();
  async_func = NULL;
  if (this.func == NULL)
    return -1;
  start (&this);
  return (gint) finish (&this);
}

/* Scope notified: kept until it is dropped. */

typedef struct
{
  GijitCellsDataFunc func;
  gpointer user_data;
  GDestroyNotify notify;
} Kept;

static GSList *kept;
static guint notified;

static void
keep (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify)
{
  Kept *this = g_new (Kept, 1);

  this->func = func;
  this->user_data = user_data;
  this->notify = notify;
  kept = g_slist_append (kept, this);
}

static void
drop (void)
{
  GSList *list = kept;

  /* A notification may keep something new. */
  kept = NULL;
  for (GSList *node = list; node != NULL; node = node->next)
    {
      Kept *this = node->data;

      if (this->notify != NULL)
        {
          notified++;
          this->notify (this->user_data);
        }
      g_free (this);
    }
  g_slist_free (list);
}

/**
 * gijit_cells_notified_keep:
 * @func: (scope notified) (closure user_data) (destroy notify): what to keep in place of all that was kept before
 * @user_data: its data
 * @notify: called when it is dropped
 */
void
gijit_cells_notified_keep (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify)
{
  gijit_fixtures_count_call ();
  drop ();
  keep (func, user_data, notify);
}

/**
 * gijit_cells_notified_add:
 * @func: (scope notified) (closure user_data) (destroy notify): what to keep beside all that was kept before
 * @user_data: its data
 * @notify: called when it is dropped
 */
void
gijit_cells_notified_add (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify)
{
  gijit_fixtures_count_call ();
  keep (func, user_data, notify);
}

/**
 * gijit_cells_notified_without_data:
 * @func: (scope notified) (destroy notify): what to keep; it has no data
 * @notify: called when it is dropped, with nothing
 */
void
gijit_cells_notified_without_data (GijitCellsIntFunc func, GDestroyNotify notify)
{
  gijit_fixtures_count_call ();
  keep ((GijitCellsDataFunc) (gpointer) func, NULL, notify);
}

/**
 * gijit_cells_notified_at_once:
 * @func: (scope notified) (closure user_data) (destroy notify): what to call and drop before this returns
 * @user_data: its data
 * @notify: called when it is dropped
 * @value: a number
 *
 * Returns: what it returned
 */
gint
gijit_cells_notified_at_once (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify, gint value)
{
  gint result;

  gijit_fixtures_count_call ();
  result = func (value, user_data);
  if (notify != NULL)
    notify (user_data);
  return result;
}

/**
 * gijit_cells_notified_middle:
 * @func: (scope notified) (closure user_data) (destroy notify): what to keep
 * @user_data: its data
 * @notify: called when it is dropped
 * @value: something else, after them
 */
void
gijit_cells_notified_middle (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify, gint value)
{
  gijit_fixtures_count_call ();
  keep (func, user_data, notify);
}

/**
 * gijit_cells_notified_nullable:
 * @func: (scope notified) (closure user_data) (destroy notify) (nullable): what to keep, if anything
 * @user_data: its data
 * @notify: called when it is dropped
 */
void
gijit_cells_notified_nullable (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify)
{
  gijit_fixtures_count_call ();
  if (func != NULL)
    keep (func, user_data, notify);
  else if (notify != NULL)
    notify (user_data);
}

/**
 * gijit_cells_notified_run:
 * @value: a number
 *
 * Returns: the sum of what the kept functions returned
 */
gint
gijit_cells_notified_run (gint value)
{
  gint sum = 0;

  gijit_fixtures_count_call ();
  for (GSList *node = kept, *next; node != NULL; node = next)
    {
      Kept *this = node->data;

      /* A function may have the list dropped, if it is alone in it. */
      next = node->next;
      sum += this->func (value, this->user_data);
    }
  return sum;
}

/**
 * gijit_cells_notified_run_once:
 * @value: a number
 *
 * Calls the first of the kept functions, which may drop itself.
 *
 * Returns: what it returned, -1 if there is none
 */
gint
gijit_cells_notified_run_once (gint value)
{
  Kept first;

  gijit_fixtures_count_call ();
  if (kept == NULL)
    return -1;
  first = *(Kept *) kept->data;
  return first.func (value, first.user_data);
}

static gpointer
run_kept (gpointer data)
{
  return GINT_TO_POINTER (gijit_cells_notified_run (GPOINTER_TO_INT (data)));
}

/**
 * gijit_cells_notified_run_thread:
 * @value: a number
 *
 * Returns: the sum of what the kept functions returned, on a thread of its own
 */
gint
gijit_cells_notified_run_thread (gint value)
{
  pthread_t thread;
  gpointer result;

  if (pthread_create (&thread, NULL, run_kept, GINT_TO_POINTER (value)) != 0)
    g_error ("no thread");
  pthread_join (thread, &result);
  return GPOINTER_TO_INT (result);
}

/**
 * gijit_cells_notified_drop:
 *
 * Drops what is kept.
 *
 * Returns: how many notifications this library has made since it was loaded
 */
guint
gijit_cells_notified_drop (void)
{
  gijit_fixtures_count_call ();
  drop ();
  return notified;
}

static gpointer
drop_kept (gpointer data)
{
  drop ();
  return NULL;
}

/**
 * gijit_cells_notified_drop_thread:
 *
 * Drops what is kept, on a thread of its own.
 *
 * Returns: how many notifications this library has made since it was loaded
 */
guint
gijit_cells_notified_drop_thread (void)
{
  pthread_t thread;

  gijit_fixtures_count_call ();
  if (pthread_create (&thread, NULL, drop_kept, NULL) != 0)
    g_error ("no thread");
  pthread_join (thread, NULL);
  return notified;
}

static Work *started;

/**
 * gijit_cells_notified_start:
 * @func: (scope notified) (closure user_data) (destroy notify): what a thread of C shall call while Python goes on
 * @user_data: its data
 * @notify: called by that thread at its end
 * @times: how often
 */
void
gijit_cells_notified_start (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify, guint times)
{
  gijit_fixtures_count_call ();
  started = g_new0 (Work, 1);
  started->func = func;
  started->user_data = user_data;
  started->notify = notify;
  started->times = times;
  start (started);
}

/**
 * gijit_cells_notified_join:
 *
 * Waits for the thread that gijit_cells_notified_start() started.
 *
 * Returns: the sum of what the function returned there
 */
gint64
gijit_cells_notified_join (void)
{
  gint64 sum = 0;

  gijit_fixtures_count_call ();
  if (started != NULL)
    sum = finish (started);
  g_clear_pointer (&started, g_free);
  return sum;
}

/* Scope forever */

static GijitCellsDataFunc forever_func;
static gpointer forever_data;

/**
 * gijit_cells_forever_keep:
 * @func: (scope forever) (closure user_data): what to keep
 * @user_data: its data
 */
void
gijit_cells_forever_keep (GijitCellsDataFunc func, gpointer user_data)
{
  gijit_fixtures_count_call ();
  forever_func = func;
  forever_data = user_data;
}

/**
 * gijit_cells_forever_run:
 * @value: a number
 *
 * Returns: what the kept function returned, -1 if there is none
 */
gint
gijit_cells_forever_run (gint value)
{
  gijit_fixtures_count_call ();
  return forever_func == NULL ? -1 : forever_func (value, forever_data);
}

/* C functions for Python */

static gint
plus_data (gint value, gpointer user_data)
{
  gijit_fixtures_count_call ();
  return value + *(gint *) user_data;
}

/**
 * gijit_cells_function_with_data:
 * @func: (out) (scope forever) (closure user_data): a function that adds 40 to its argument
 * @user_data: (out): its data
 */
void
gijit_cells_function_with_data (GijitCellsDataFunc *func, gpointer *user_data)
{
  static gint number = 40;

  gijit_fixtures_count_call ();
  *func = plus_data;
  *user_data = &number;
}

/**
 * gijit_cells_function_run:
 * @func: (scope call): a function, of C or of Python
 * @value: a number
 *
 * Returns: what it returned
 */
gint
gijit_cells_function_run (GijitCellsIntFunc func, gint value)
{
  gijit_fixtures_count_call ();
  return func (value);
}

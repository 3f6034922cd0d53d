/* Callbacks: every scope, every place of the user data, errors, outputs, foreign threads, and C functions for Python.
 * What values cross in them is the matter of the generated cells. */
#pragma once

#include <glib-object.h>

#include "cells.h"

G_BEGIN_DECLS

/**
 * GijitCellsDataFunc:
 * @value: a number
 * @user_data: (closure): what came with the callback
 *
 * Returns: a number
 */
typedef gint (*GijitCellsDataFunc) (gint value, gpointer user_data);

/**
 * GijitCellsMiddleFunc:
 * @before: a number
 * @user_data: (closure): what came with the callback
 * @after: a number
 *
 * Returns: a number
 */
typedef gint (*GijitCellsMiddleFunc) (gint before, gpointer user_data, gint after);

/**
 * GijitCellsVoidFunc:
 * @user_data: (closure): what came with the callback
 */
typedef void (*GijitCellsVoidFunc) (gpointer user_data);

/**
 * GijitCellsThrowingFunc:
 * @value: a number
 * @user_data: (closure): what came with the callback
 * @error: what went wrong
 *
 * Returns: a number
 */
typedef gint (*GijitCellsThrowingFunc) (gint value, gpointer user_data, GError **error);

/**
 * GijitCellsOutsFunc:
 * @value: a number
 * @number: (out): a number
 * @text: (out) (transfer full): a string
 * @both: (inout): a number
 * @user_data: (closure): what came with the callback
 *
 * Returns: whether to go on
 */
typedef gboolean (*GijitCellsOutsFunc) (gint value, gint *number, gchar **text, gdouble *both, gpointer user_data);

/**
 * GijitCellsOnlyOutFunc:
 * @number: (out): a number
 * @user_data: (closure): what came with the callback
 */
typedef void (*GijitCellsOnlyOutFunc) (gint *number, gpointer user_data);

/**
 * GijitCellsOptionalOutFunc:
 * @number: (out) (optional): a number
 * @text: (out) (optional) (transfer full): a string
 * @user_data: (closure): what came with the callback
 */
typedef void (*GijitCellsOptionalOutFunc) (gint *number, gchar **text, gpointer user_data);

gint     gijit_cells_call_trailing        (gint value, GijitCellsDataFunc func, gpointer user_data);
gint     gijit_cells_call_not_trailing    (GijitCellsDataFunc func, gpointer user_data, gint value);
gint     gijit_cells_call_data_first      (gpointer user_data, GijitCellsDataFunc func, gint value);
gint     gijit_cells_call_without_data    (GijitCellsIntFunc func, gint value);
gint     gijit_cells_call_nullable        (GijitCellsDataFunc func, gpointer user_data, gint value);
gint     gijit_cells_call_middle          (GijitCellsMiddleFunc func, gpointer user_data, gint before, gint after);
gint     gijit_cells_call_two             (GijitCellsDataFunc first, GijitCellsDataFunc second, gpointer user_data, gint value);
gint64   gijit_cells_call_often           (GijitCellsDataFunc func, gpointer user_data, guint times);
void     gijit_cells_call_void            (GijitCellsVoidFunc func, gpointer user_data);
gint     gijit_cells_call_throwing        (GijitCellsThrowingFunc func, gpointer user_data, gint value, GError **error);
gchar   *gijit_cells_call_catching        (GijitCellsThrowingFunc func, gpointer user_data, gint value);
gboolean gijit_cells_call_outs            (GijitCellsOutsFunc func, gpointer user_data, gint value);
void     gijit_cells_call_only_out        (GijitCellsOnlyOutFunc func, gpointer user_data);
void     gijit_cells_call_optional_out    (GijitCellsOptionalOutFunc func, gpointer user_data, gboolean with_places);
gint     gijit_cells_call_in_thread       (GijitCellsDataFunc func, gpointer user_data, gint value);
gint64   gijit_cells_call_in_threads      (GijitCellsDataFunc func, gpointer user_data, guint threads, guint times);

void     gijit_cells_async_keep           (GijitCellsDataFunc func, gpointer user_data);
gint     gijit_cells_async_run            (gint value);
gint     gijit_cells_async_run_in_thread  (gint value);

void     gijit_cells_notified_keep         (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify);
void     gijit_cells_notified_add          (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify);
void     gijit_cells_notified_without_data (GijitCellsIntFunc func, GDestroyNotify notify);
gint     gijit_cells_notified_at_once      (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify, gint value);
void     gijit_cells_notified_middle       (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify, gint value);
void     gijit_cells_notified_nullable     (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify);
gint     gijit_cells_notified_run          (gint value);
gint     gijit_cells_notified_run_once     (gint value);
gint     gijit_cells_notified_run_thread   (gint value);
guint    gijit_cells_notified_drop         (void);
guint    gijit_cells_notified_drop_thread  (void);
void     gijit_cells_notified_start        (GijitCellsDataFunc func, gpointer user_data, GDestroyNotify notify, guint times);
gint64   gijit_cells_notified_join         (void);

void     gijit_cells_forever_keep         (GijitCellsDataFunc func, gpointer user_data);
gint     gijit_cells_forever_run          (gint value);

void     gijit_cells_function_with_data   (GijitCellsDataFunc *func, gpointer *user_data);
gint     gijit_cells_function_run         (GijitCellsIntFunc func, gint value);

G_END_DECLS

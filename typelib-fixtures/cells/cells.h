/* What all cells share: what C is to give, what it saw, and the types that only they need.
 * It knows nothing of any one cell: those are written by generate.py. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What functions with results shall do. */
typedef enum
{
  GIJIT_CELLS_MODE_SAMPLES,
  GIJIT_CELLS_MODE_NULL,
  GIJIT_CELLS_MODE_EMPTY,
  GIJIT_CELLS_MODE_KEEP,
} GijitCellsMode;

void     gijit_cells_set_mode     (GijitCellsMode mode);
gchar   *gijit_cells_seen         (void);
guint64  gijit_cells_seen_address (void);
gchar   *gijit_cells_kept         (void);

/* Opaque and without a GType: nobody but the library makes one, copies one or frees one. */
typedef struct _GijitCellsHandle GijitCellsHandle;

GijitCellsHandle *gijit_cells_handle_get        (guint index);
gint              gijit_cells_handle_get_number (GijitCellsHandle *self);

/* Disguised: the pointer is hidden in the name. */
typedef struct _GijitCellsAtom *GijitCellsAtom;

GijitCellsAtom    gijit_cells_atom_get          (guint index);
gint              gijit_cells_atom_get_number   (GijitCellsAtom self);

/* For Python, which cannot make or read these by itself. */
GParamSpec       *gijit_cells_make_param_spec   (guint index);
gint              gijit_cells_run_closure       (GClosure *closure);
gchar            *gijit_cells_class_name        (gpointer klass);

/**
 * GijitCellsIntFunc:
 * @value: a number
 *
 * Returns: a number
 */
typedef gint (*GijitCellsIntFunc) (gint value);

G_END_DECLS

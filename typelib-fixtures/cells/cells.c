/* What all cells share. */
#include "items.h"

GString *cells_text;
GijitCellsMode cells_mode;
gconstpointer cells_address;

void
cells_enter (void)
{
  gijit_fixtures_count_call ();
  if (cells_text == NULL)
    cells_text = g_string_sized_new (4096);
  cells_address = NULL;
}

void
cells_sort_entries (gsize start, gchar separator)
{
  const gchar text[] = { separator, '\0' };
  gchar **entries = g_strsplit (cells_text->str + start, text, -1);
  gchar *sorted;

  /* A selection sort: there are three of them. */
  for (gchar **here = entries; *here != NULL; here++)
    for (gchar **other = here + 1; *other != NULL; other++)
      if (strcmp (*other, *here) < 0)
        {
          gchar *moved = *here;

          *here = *other;
          *other = moved;
        }
  sorted = g_strjoinv (", ", entries);
  g_string_truncate (cells_text, start);
  g_string_append (cells_text, sorted);
  g_free (sorted);
  g_strfreev (entries);
}

/**
 * gijit_cells_set_mode:
 * @mode: what functions with results shall do from now on: give their sample values, give NULL where a pointer can
 *   be, give containers without items, or leave what they got where it is (inout alone)
 */
void
gijit_cells_set_mode (GijitCellsMode mode)
{
  cells_mode = mode;
}

/**
 * gijit_cells_seen:
 *
 * Returns: (transfer full): all that C saw since this was called last, as text
 */
gchar *
gijit_cells_seen (void)
{
  GString *text = cells_text;

  /* Not kept, so that nothing of it counts as lost. */
  cells_text = NULL;
  return text == NULL ? g_strdup ("") : g_string_free (text, FALSE);
}

/**
 * gijit_cells_seen_address:
 *
 * Returns: the address that the last cell was given, where it records one
 */
guint64
gijit_cells_seen_address (void)
{
  return (gsize) cells_address;
}

/* Handles and atoms */

struct _GijitCellsHandle
{
  gint number;
};

struct _GijitCellsAtom
{
  gint number;
};

static GijitCellsHandle handles[] = { { 1 }, { 2 }, { 3 } };
static struct _GijitCellsAtom atoms[] = { { 1 }, { 2 }, { 3 } };

/**
 * gijit_cells_handle_get:
 * @index: which, from 0
 *
 * Returns: (transfer none): one of three
 */
GijitCellsHandle *
gijit_cells_handle_get (guint index)
{
  return &handles[index % G_N_ELEMENTS (handles)];
}

gint
gijit_cells_handle_get_number (GijitCellsHandle *self)
{
  return self->number;
}

/**
 * gijit_cells_atom_get:
 * @index: which, from 0
 *
 * Returns: (transfer none): one of three
 */
GijitCellsAtom
gijit_cells_atom_get (guint index)
{
  return &atoms[index % G_N_ELEMENTS (atoms)];
}

gint
gijit_cells_atom_get_number (GijitCellsAtom self)
{
  return self->number;
}

/**
 * gijit_cells_make_param_spec:
 * @index: which, from 0
 *
 * Returns: (transfer full): a new description of a property
 */
GParamSpec *
gijit_cells_make_param_spec (guint index)
{
  return item_param_spec_make (index);
}

/**
 * gijit_cells_run_closure:
 * @closure: one that takes nothing and returns an integer
 *
 * Returns: that integer
 */
gint
gijit_cells_run_closure (GClosure *closure)
{
  GValue result = G_VALUE_INIT;

  g_value_init (&result, G_TYPE_INT);
  g_closure_invoke (closure, &result, 0, NULL, NULL);
  return g_value_get_int (&result);
}

/**
 * gijit_cells_class_name:
 * @klass: the address of a class structure
 *
 * Returns: (transfer full): the name of its type
 */
gchar *
gijit_cells_class_name (gpointer klass)
{
  return g_strdup (g_type_name (G_TYPE_FROM_CLASS (klass)));
}

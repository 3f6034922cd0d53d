/* The values of the pointer families, each with the four functions that families.py names. Not for g-ir-scanner. */
#pragma once

#include "bookkeeping.h"
#include "calls.h"
#include "cells.h"
#include "classes.h"
#include "enums.h"
#include "records.h"

G_BEGIN_DECLS

/* What C saw since it was last asked, and what it is to give. */
extern GString *cells_text;
extern GijitCellsMode cells_mode;
extern gconstpointer cells_address;

/* At the start of each cell. */
void cells_enter (void);

static inline guint
cells_count (guint count)
{
  return cells_mode == GIJIT_CELLS_MODE_EMPTY ? 0 : count;
}

#define DECLARE_ITEM(key, type) \
  type item_##key##_make (guint index); \
  type item_##key##_kept (guint index); \
  void item_##key##_free (type value); \
  void item_##key##_show (type value);

DECLARE_ITEM (utf8, gchar *)
DECLARE_ITEM (filename, gchar *)
DECLARE_ITEM (object, GijitFixturesThing *)
DECLARE_ITEM (interface, GijitFixturesNamed *)
DECLARE_ITEM (fundamental, GijitFixturesFundamental *)
DECLARE_ITEM (param_spec, GParamSpec *)
DECLARE_ITEM (boxed, GijitFixturesBox *)
DECLARE_ITEM (point, GijitFixturesPoint *)
DECLARE_ITEM (boxed_union, GijitFixturesBoxedUnion *)
DECLARE_ITEM (struct, GijitFixturesPlain *)
DECLARE_ITEM (union, GijitFixturesEither *)
DECLARE_ITEM (opaque, GijitCellsHandle *)
DECLARE_ITEM (disguised, GijitCellsAtom)
DECLARE_ITEM (value, GValue *)
DECLARE_ITEM (variant, GVariant *)
DECLARE_ITEM (error, GError *)
DECLARE_ITEM (closure, GClosure *)
DECLARE_ITEM (type_class, GTypeClass *)
DECLARE_ITEM (class_struct, GijitFixturesThingClass *)
DECLARE_ITEM (bytes, GBytes *)
DECLARE_ITEM (pointer, gpointer)
DECLARE_ITEM (callback, GijitCellsIntFunc)
DECLARE_ITEM (point_flat, GijitFixturesPoint)
DECLARE_ITEM (boxed_union_flat, GijitFixturesBoxedUnion)
DECLARE_ITEM (struct_flat, GijitFixturesPlain)
DECLARE_ITEM (union_flat, GijitFixturesEither)
DECLARE_ITEM (value_flat, GValue)

/* A table shows its entries in the order of their texts: everything since `start`, split at `separator`, sorted. */
void cells_sort_entries (gsize start, gchar separator);

G_END_DECLS

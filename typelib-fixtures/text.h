/* Strings in UTF-8 and file names: every direction, transfer and nullability. */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

gint64       gijit_fixtures_utf8_length               (const gchar *text);
gint64       gijit_fixtures_utf8_length_nullable      (const gchar *text);
gint64       gijit_fixtures_utf8_take                 (gchar *text);
gint64       gijit_fixtures_utf8_take_nullable        (gchar *text);
const gchar *gijit_fixtures_utf8_identity             (const gchar *text);
gchar       *gijit_fixtures_utf8_copy                 (const gchar *text);
gchar       *gijit_fixtures_utf8_copy_nullable        (const gchar *text);
gchar       *gijit_fixtures_utf8_pass_through         (gchar *text);
const gchar *gijit_fixtures_utf8_return_none          (void);
gchar       *gijit_fixtures_utf8_return_full          (void);
const gchar *gijit_fixtures_utf8_return_null          (void);
gchar       *gijit_fixtures_utf8_return_null_full     (void);
const gchar *gijit_fixtures_utf8_return_null_unmarked (void);
const gchar *gijit_fixtures_utf8_return_empty         (void);
const gchar *gijit_fixtures_utf8_return_invalid       (void);
gchar       *gijit_fixtures_utf8_return_invalid_full  (void);
gchar       *gijit_fixtures_utf8_repeat               (const gchar *text, guint times);
gchar       *gijit_fixtures_utf8_join                 (const gchar *first, const gchar *second, const gchar *third);
void         gijit_fixtures_utf8_out_none             (const gchar **text);
void         gijit_fixtures_utf8_out_full             (gchar **text);
void         gijit_fixtures_utf8_out_null             (gchar **text);
void         gijit_fixtures_utf8_out_optional         (gchar **text);
void         gijit_fixtures_utf8_out_invalid          (gchar **text);
void         gijit_fixtures_utf8_inout_none           (const gchar **text);
void         gijit_fixtures_utf8_inout_full           (gchar **text);
void         gijit_fixtures_utf8_inout_nullable       (gchar **text);
gboolean     gijit_fixtures_utf8_split                (const gchar *text, gchar **head, gchar **tail);
gunichar     gijit_fixtures_utf8_first                (const gchar *text);

gint64       gijit_fixtures_filename_length          (const gchar *name);
gint64       gijit_fixtures_filename_length_nullable (const gchar *name);
gint64       gijit_fixtures_filename_take            (gchar *name);
const gchar *gijit_fixtures_filename_identity        (const gchar *name);
gchar       *gijit_fixtures_filename_copy            (const gchar *name);
gchar       *gijit_fixtures_filename_copy_nullable   (const gchar *name);
const gchar *gijit_fixtures_filename_return_none     (void);
gchar       *gijit_fixtures_filename_return_full     (void);
const gchar *gijit_fixtures_filename_return_null     (void);
const gchar *gijit_fixtures_filename_return_bytes    (void);
void         gijit_fixtures_filename_out_none        (const gchar **name);
void         gijit_fixtures_filename_out_full        (gchar **name);
void         gijit_fixtures_filename_out_null        (gchar **name);
void         gijit_fixtures_filename_inout_none      (const gchar **name);
void         gijit_fixtures_filename_inout_full      (gchar **name);

G_END_DECLS

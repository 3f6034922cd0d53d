/* What C lends for the length of one call, and what it keeps beyond one: records that callbacks get, buffers and texts
 * that asynchronous functions read later. And two fundamental types of which no typelib says how they are referred to. */
#pragma once

#include <gio/gio.h>

#include "classes.h"
#include "records.h"

G_BEGIN_DECLS

/* Boxed, with a record in it. */
typedef struct
{
  gint32 number;
  GijitFixturesPoint corner;
} GijitFixturesFrame;

#define GIJIT_FIXTURES_TYPE_FRAME (gijit_fixtures_frame_get_type ())
GType gijit_fixtures_frame_get_type (void);

/* The members of a boxed union, which have no GType of their own. */
typedef struct
{
  gint32 kind;
  gint32 number;
} GijitFixturesNoticeNumber;

typedef struct
{
  gint32 kind;
  GijitFixturesPoint at;
  gchar *text;
} GijitFixturesNoticeText;

typedef union
{
  gint32 kind;
  GijitFixturesNoticeNumber number;
  GijitFixturesNoticeText text;
} GijitFixturesNotice;

#define GIJIT_FIXTURES_TYPE_NOTICE (gijit_fixtures_notice_get_type ())
GType gijit_fixtures_notice_get_type (void);

typedef void (*GijitFixturesPlainFunc)  (GijitFixturesPlain *plain, gpointer user_data);
typedef void (*GijitFixturesPlainsFunc) (GList *plains, gpointer user_data);
typedef void (*GijitFixturesFrameFunc)  (GijitFixturesFrame *frame, gpointer user_data);
typedef void (*GijitFixturesNoticeFunc) (GijitFixturesNotice *notice, gpointer user_data);
typedef void (*GijitFixturesTextFunc)   (GijitFixturesNoticeText *text, gpointer user_data);

gint32              gijit_fixtures_lend_plain       (GijitFixturesPlainFunc func, gpointer user_data);
void                gijit_fixtures_lend_plains      (GijitFixturesPlainsFunc func, gpointer user_data);
gint32              gijit_fixtures_lend_frame       (GijitFixturesFrameFunc func, gpointer user_data);
void                gijit_fixtures_lend_notice      (GijitFixturesNoticeFunc func, gpointer user_data);
void                gijit_fixtures_lend_notice_text (GijitFixturesTextFunc func, gpointer user_data);

GijitFixturesPlain *gijit_fixtures_plain_add        (GijitFixturesPlain *self, gint32 number);

typedef GijitFixturesFloater *(*GijitFixturesMakeFunc) (gpointer user_data);

GijitFixturesFloater *gijit_fixtures_make_and_sink  (GijitFixturesMakeFunc func, gpointer user_data);
GijitFixturesFloater *gijit_fixtures_make_and_pass  (GijitFixturesMakeFunc func, gpointer user_data);

void                gijit_fixtures_keep_async       (const guint8 *bytes, gsize n, const gchar *text, GAsyncReadyCallback callback, gpointer user_data);
gchar              *gijit_fixtures_keep_finish      (GAsyncResult *result, GError **error);
const gchar        *gijit_fixtures_kept_last        (void);
void                gijit_fixtures_keep_notified    (const guint8 *bytes, gsize n, GDestroyNotify notify, gpointer user_data);
guint               gijit_fixtures_kept_sum         (void);
void                gijit_fixtures_kept_drop        (void);

typedef struct _GijitFixturesToken GijitFixturesToken;

/**
 * GijitFixturesToken:
 *
 * Counts its own references, which only values of its type tell.
 */
struct _GijitFixturesToken
{
  /*< private >*/
  GTypeInstance instance;
  gint refs;
  gint number;
};

#define GIJIT_FIXTURES_TYPE_TOKEN (gijit_fixtures_token_get_type ())
GType               gijit_fixtures_token_get_type    (void);
GijitFixturesToken *gijit_fixtures_token_new         (gint number);
GijitFixturesToken *gijit_fixtures_token_new_special (gint number);
GijitFixturesToken *gijit_fixtures_token_get_shared  (void);
gint                gijit_fixtures_token_get_number  (GijitFixturesToken *self);
gint                gijit_fixtures_token_get_refs    (GijitFixturesToken *self);
gint                gijit_fixtures_token_consume     (GijitFixturesToken *self);

typedef struct _GijitFixturesStamp GijitFixturesStamp;

/**
 * GijitFixturesStamp:
 *
 * Has no references, and no values hold it.
 */
struct _GijitFixturesStamp
{
  /*< private >*/
  GTypeInstance instance;
  gint number;
};

#define GIJIT_FIXTURES_TYPE_STAMP (gijit_fixtures_stamp_get_type ())
GType               gijit_fixtures_stamp_get_type    (void);
GijitFixturesStamp *gijit_fixtures_stamp_get         (gint number);
gint                gijit_fixtures_stamp_get_number  (GijitFixturesStamp *self);

G_END_DECLS

/* A program in C that runs plugins in Python by libpeas, as text editors and players do. With PEAS2 it is libpeas 2, with
 * GTK what the plugins extend is a window of GTK 3, with GIREPOSITORY2 it has libgirepository 2.
 * Usage: host FOLDER-OF-PLUGINS FOLDER-OF-TYPELIBS */
#include <gio/gio.h>
#include <libpeas.h>
#include <stdio.h>
#if defined GIREPOSITORY2
#include <girepository/girepository.h>
#elif !defined PEAS2
#include <girepository.h>
#endif
#ifdef GTK
#include <gtk/gtk.h>
#endif

#ifdef PEAS2
#define LOADER "python"
#define PEAS_VERSION "2"
#else
#define LOADER "python3"
#define PEAS_VERSION "1.0"
#endif

static void show (GListModel *model)
{
    guint number = g_list_model_get_n_items (model);
    printf ("%s of %u:", g_type_name (g_list_model_get_item_type (model)), number);
    for (guint i = 0; i < number; i++) {
        GObject *item = g_list_model_get_item (model, i);
        gchar *name;
        g_object_get (item, "name", &name, NULL);
        printf (" %s", name);
        g_free (name);
        g_object_unref (item);
    }
    printf ("\n");
}

#ifdef GTK
static GObject *subject (void)
{
    return G_OBJECT (g_object_ref_sink (gtk_window_new (GTK_WINDOW_TOPLEVEL)));
}

static void use (GObject *window)
{
    /* GTK drops the events of windows that cannot be seen. */
    gtk_widget_show (GTK_WIDGET (window));
    while (!gdk_window_is_viewable (gtk_widget_get_window (GTK_WIDGET (window))))
        gtk_main_iteration ();
    GdkEvent *event = gdk_event_new (GDK_KEY_PRESS);
    event->key.window = g_object_ref (gtk_widget_get_window (GTK_WIDGET (window)));
    event->key.keyval = GDK_KEY_x;
    event->key.state = GDK_CONTROL_MASK;
    gdk_event_set_device (event, gdk_seat_get_keyboard (gdk_display_get_default_seat (gdk_display_get_default ())));
    printf ("handled: %d\n", gtk_widget_event (GTK_WIDGET (window), event));
    gdk_event_free (event);
}
#else
static GObject *subject (void)
{
    return G_OBJECT (g_simple_action_new ("subject", NULL));
}

static void use (GObject *action)
{
    g_action_activate (G_ACTION (action), NULL);
}
#endif

int main (int argc, char **argv)
{
    setvbuf (stdout, NULL, _IOLBF, 0);
#ifdef GTK
    gtk_init (NULL, NULL);
#endif
    /* Typelibs of its own, and a version that it has chosen. */
#if defined GIREPOSITORY2
    GError *error = NULL;
    GIRepository *repository = gi_repository_dup_default ();
    gi_repository_prepend_search_path (repository, argv[2]);
    if (!gi_repository_require (repository, "Peas", PEAS_VERSION, 0, &error)) {
        printf ("%s\n", error->message);
        return 77;
    }
#elif !defined PEAS2
    GError *error = NULL;
    g_irepository_prepend_search_path (argv[2]);
    if (!g_irepository_require (NULL, "Peas", PEAS_VERSION, 0, &error)) {
        printf ("%s\n", error->message);
        return 77;
    }
#endif
    PeasEngine *engine = peas_engine_get_default ();
    peas_engine_enable_loader (engine, LOADER);
    peas_engine_add_search_path (engine, argv[1], NULL);
    PeasPluginInfo *info = peas_engine_get_plugin_info (engine, "hello");
    if (info == NULL || !peas_engine_load_plugin (engine, info)) {
        printf ("not loaded\n");
        return 1;
    }
    GObject *object = subject ();
    /* Not among the properties of the interface, and libpeas 1 passes no others. */
    GObject *extension = G_OBJECT (peas_engine_create_extension (engine, info, G_TYPE_LIST_MODEL, NULL));
    g_object_set (extension, "object", object, NULL);
    show (G_LIST_MODEL (extension));
    use (object);
    g_object_unref (extension);
    use (object);
    printf ("unloaded: %d\n", peas_engine_unload_plugin (engine, info));
    printf ("references to the object: %u\n", object->ref_count);
#ifdef GTK
    gtk_widget_destroy (GTK_WIDGET (object));
#endif
    g_object_unref (object);
    return 0;
}

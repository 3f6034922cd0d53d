/* What Nautilus does with an extension: loads the library, makes an object of each of its types, and asks it for menu
 * items. Usage: nautilus_host LIBRARY */
#include <gmodule.h>
#include <gio/gio.h>
#include <nautilus-extension.h>
#include <stdio.h>

/* A module that is never unloaded, as Nautilus has. */
typedef GTypeModule Module;
typedef GTypeModuleClass ModuleClass;
static GType module_get_type (void);
G_DEFINE_TYPE (Module, module, G_TYPE_TYPE_MODULE)
static gboolean load (GTypeModule *module) { return TRUE; }
static void unload (GTypeModule *module) { }
static void module_class_init (ModuleClass *class) { class->load = load; class->unload = unload; }
static void module_init (Module *module) { }

int main (int argc, char **argv)
{
    void (*initialize) (GTypeModule *);
    void (*list_types) (const GType **, int *);
    void (*shutdown) (void);
    const GType *types;
    int number;
    GModule *library = g_module_open (argv[1], G_MODULE_BIND_LAZY);
    setvbuf (stdout, NULL, _IOLBF, 0);
    if (library == NULL || !g_module_symbol (library, "nautilus_module_initialize", (gpointer *) &initialize)
        || !g_module_symbol (library, "nautilus_module_list_types", (gpointer *) &list_types)
        || !g_module_symbol (library, "nautilus_module_shutdown", (gpointer *) &shutdown)) {
        printf ("%s\n", g_module_error ());
        return 77;
    }
    GTypeModule *module = g_object_new (module_get_type (), NULL);
    g_type_module_use (module);
    initialize (module);
    list_types (&types, &number);
    for (int i = 0; i < number; i++) {
        GObject *provider = g_object_new (types[i], NULL);
        printf ("%s %d\n", g_type_name (types[i]), NAUTILUS_IS_MENU_PROVIDER (provider));
        if (NAUTILUS_IS_MENU_PROVIDER (provider)) {
            GList *items = nautilus_menu_provider_get_file_items (NAUTILUS_MENU_PROVIDER (provider), NULL);
            for (GList *l = items; l != NULL; l = l->next) {
                gchar *label;
                g_object_get (l->data, "label", &label, NULL);
                printf ("item: %s\n", label);
                nautilus_menu_item_activate (l->data);
                g_free (label);
            }
            nautilus_menu_item_list_free (items);
        }
        g_object_unref (provider);
    }
    shutdown ();
    return 0;
}

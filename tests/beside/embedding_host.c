/* A program in C that has a main loop of GLib's and Python in it, and lets go of what Python has tied to its object.
 * Usage: host PROGRAM-OF-PYTHON DEED. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

static gpointer disconnect (gpointer object)
{
    guint signal = g_signal_lookup ("activate", G_TYPE_APPLICATION);
    g_signal_handler_disconnect (object, g_signal_handler_find (object, G_SIGNAL_MATCH_ID, signal, 0, NULL, NULL, NULL));
    return NULL;
}

int main (int argc, char **argv)
{
    setvbuf (stdout, NULL, _IOLBF, 0);
    GApplication *object = g_application_new ("org.example.Host", G_APPLICATION_DEFAULT_FLAGS);
    g_application_set_default (object);
    Py_Initialize ();
    if (PyRun_SimpleString (argv[1]) != 0)
        return 1;
    PyThreadState *state = PyEval_SaveThread ();
    if (strcmp (argv[2], "disconnects") == 0)
        disconnect (object);
    else if (strcmp (argv[2], "disconnects on another thread") == 0)
        g_thread_join (g_thread_new (NULL, disconnect, object));
    else if (strcmp (argv[2], "disposes") == 0)
        g_object_run_dispose (G_OBJECT (object));
    else
        g_object_unref (object);
    printf ("C is done\n");
    for (int i = 0; i < 10; i++)
        g_main_context_iteration (NULL, FALSE);
    printf ("the loop has come round\n");
    PyEval_RestoreThread (state);
    PyRun_SimpleString ("pass");
    printf ("Python has run\n");
    return Py_FinalizeEx () == 0 ? 0 : 2;
}

/* An extension module as others have it, of what every version of PyGObject's headers offers alike. It is compiled against
 * those of PyGObject, and run on gijit as well as on PyGObject. */
#include <pygobject.h>

static PyObject *wrap (PyObject *self, PyObject *args)
{
    GObject *object = g_object_new (G_TYPE_OBJECT, NULL);
    PyObject *wrapper = pygobject_new (object);
    g_object_unref (object);
    return wrapper;
}

static PyObject *unwrap (PyObject *self, PyObject *object)
{
    if (!pygobject_check (object, pygobject_lookup_class (G_TYPE_OBJECT))) {
        PyErr_SetString (PyExc_TypeError, "an object is wanted");
        return NULL;
    }
    return Py_BuildValue ("(ss)", G_OBJECT_TYPE_NAME (pygobject_get (object)),
                          ((PyTypeObject *) pygobject_lookup_class (G_OBJECT_TYPE (pygobject_get (object))))->tp_name);
}

static PyObject *type_of (PyObject *self, PyObject *object)
{
    GType type = pyg_type_from_object (object);
    return type ? pyg_type_wrapper_new (type) : NULL;
}

static PyObject *boxed (PyObject *self, PyObject *object)
{
    if (!pyg_boxed_check (object, G_TYPE_DATE)) {
        GDate *date = g_date_new_dmy (3, 2, 2001);
        return pyg_boxed_new (G_TYPE_DATE, date, FALSE, TRUE);
    }
    return PyLong_FromLong (g_date_get_year (pyg_boxed_get (object, GDate)));
}

static PyObject *value (PyObject *self, PyObject *args)
{
    GValue of = G_VALUE_INIT;
    PyObject *type, *object, *result;
    if (!PyArg_ParseTuple (args, "OO", &type, &object))
        return NULL;
    GType gtype = pyg_type_from_object (type);
    if (!gtype)
        return NULL;
    g_value_init (&of, gtype);
    if (pyg_value_from_pyobject (&of, object) < 0) {
        if (!PyErr_Occurred ())
            PyErr_SetString (PyExc_TypeError, "no such value");
        g_value_unset (&of);
        return NULL;
    }
    result = pyg_value_as_pyobject (&of, TRUE);
    g_value_unset (&of);
    return result;
}

static PyObject *member (PyObject *self, PyObject *args)
{
    PyObject *type, *object;
    gint enum_value;
    if (!PyArg_ParseTuple (args, "OO", &type, &object))
        return NULL;
    GType gtype = pyg_type_from_object (type);
    if (!gtype)
        return NULL;
    if (G_TYPE_IS_ENUM (gtype) ? pyg_enum_get_value (gtype, object, &enum_value)
                               : pyg_flags_get_value (gtype, object, (guint *) &enum_value))
        return NULL;
    return PyLong_FromLong (enum_value);
}

static PyObject *failed (PyObject *self, PyObject *args)
{
    GError *error = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_NOENT, "not there");
    return pyg_error_check (&error) ? NULL : PyUnicode_FromString ("no error");
}

static PyObject *watch (PyObject *self, PyObject *args)
{
    PyObject *object, *callback;
    if (!PyArg_ParseTuple (args, "OO", &object, &callback))
        return NULL;
    GClosure *closure = pyg_closure_new (callback, NULL, NULL);
    pygobject_watch_closure (object, closure);
    g_signal_connect_closure (pygobject_get (object), "notify", closure, FALSE);
    Py_RETURN_NONE;
}

static void *thread (void *data)
{
    PyGILState_STATE state = pyg_gil_state_ensure ();
    PyObject *result = PyObject_CallNoArgs (data);
    Py_XDECREF (result);
    pyg_gil_state_release (state);
    return NULL;
}

static PyObject *on_a_thread (PyObject *self, PyObject *callback)
{
    GThread *running = g_thread_new (NULL, thread, callback);
    pyg_begin_allow_threads;
    g_thread_join (running);
    pyg_end_allow_threads;
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"wrap", wrap, METH_NOARGS},       {"unwrap", unwrap, METH_O},   {"type_of", type_of, METH_O},
    {"boxed", boxed, METH_O},          {"value", value, METH_VARARGS}, {"member", member, METH_VARARGS},
    {"failed", failed, METH_NOARGS},   {"watch", watch, METH_VARARGS}, {"on_a_thread", on_a_thread, METH_O},
    {NULL},
};

static PyModuleDef definition = { PyModuleDef_HEAD_INIT, "borrowed", NULL, -1, methods };

PyMODINIT_FUNC PyInit_borrowed (void)
{
    PyObject *gobject = pygobject_init (3, 30, 0);
    if (gobject == NULL)
        return NULL;
    PyObject *module = PyModule_Create (&definition);
    PyModule_AddObject (module, "version", PyObject_GetAttrString (gobject, "pygobject_version"));
    return module;
}

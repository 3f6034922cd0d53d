/* An extension module of our own, compiled against the headers of the package: each function of it uses one group of the
 * C interface, as real extensions do. */
#include <pygobject.h>

#include <string.h>

/* ---- Types of C: a class, an interface, boxed types, a pointer type, an enumeration, flags ---- */

typedef struct {
    GObject parent;
    int number;
} Thing;

typedef struct {
    GObjectClass parent;
    int tag; /* set by a class init function */
} ThingClass;

enum { PROP_0, PROP_NUMBER, PROP_LETTER };

typedef struct {
    GTypeInterface parent;
    int (*answer) (gpointer self);
} SayerInterface;

static GType sayer_get_type (void);
static GType thing_get_type (void);

static void sayer_default_init (gpointer iface, gpointer data) {}

static GType
sayer_get_type (void)
{
    static GType type = 0;
    if (!type) {
        GTypeInfo info = { sizeof (SayerInterface), NULL, NULL, (GClassInitFunc)sayer_default_init };
        type = g_type_register_static (G_TYPE_INTERFACE, "ProbeSayer", &info, 0);
        g_type_interface_add_prerequisite (type, G_TYPE_OBJECT);
    }
    return type;
}

static int thing_answer (gpointer self) { return 41; }
static void thing_sayer_init (gpointer iface, gpointer data) { ((SayerInterface *)iface)->answer = thing_answer; }

G_DEFINE_TYPE_WITH_CODE (Thing, thing, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (sayer_get_type (), thing_sayer_init))

static int things = 0;

static void
thing_finalize (GObject *object)
{
    things--;
    G_OBJECT_CLASS (thing_parent_class)->finalize (object);
}

static void
thing_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    if (id == PROP_NUMBER)
        g_value_set_int (value, ((Thing *)object)->number);
    else
        g_value_set_uint (value, 'x');
}

static void
thing_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
    if (id == PROP_NUMBER)
        ((Thing *)object)->number = g_value_get_int (value);
}

static void
thing_class_init (ThingClass *class)
{
    GObjectClass *object_class = G_OBJECT_CLASS (class);
    object_class->finalize = thing_finalize;
    object_class->get_property = thing_get_property;
    object_class->set_property = thing_set_property;
    g_object_class_install_property (
        object_class, PROP_NUMBER,
        g_param_spec_int ("number", "Number", "A number", G_MININT, G_MAXINT, 0, G_PARAM_READWRITE));
    g_object_class_install_property (
        object_class, PROP_LETTER, g_param_spec_unichar ("letter", "Letter", "A letter", 'x', G_PARAM_READWRITE));
}

static PyObject *early = NULL;

/* Shows an object to Python before it is of the class that it will have. */
static void
thing_init (Thing *self)
{
    things++;
    if (early) {
        PyGILState_STATE state = PyGILState_Ensure ();
        PyObject *wrapper = pygobject_new ((GObject *)self);
        PyObject *result = wrapper ? PyObject_CallFunctionObjArgs (early, wrapper, NULL) : NULL;
        if (!result)
            PyErr_Print ();
        Py_XDECREF (wrapper);
        Py_XDECREF (result);
        PyGILState_Release (state);
    }
}

/* ---- Types of C that derive from whatever class, also one of Python's ---- */

enum { PROP_DERIVED = 77 };

static int derived_finalized = 0;
static GObjectFinalizeFunc derived_parent_finalize = NULL;

static void
derived_finalize (GObject *object)
{
    derived_finalized++;
    derived_parent_finalize (object);
}

static void
derived_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
    g_value_set_int (value, id == PROP_DERIVED ? 1000 : -1);
}

static void
derived_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec) {}

static void
derived_class_init (GObjectClass *class)
{
    derived_parent_finalize = class->finalize;
    class->finalize = derived_finalize;
    class->get_property = derived_get_property;
    class->set_property = derived_set_property;
    if (g_object_class_find_property (class, "number"))
        g_object_class_override_property (class, PROP_DERIVED, "number");
}

typedef struct { int x, y; } Pair;

static int pairs = 0;
static gpointer pair_copy (gpointer pair) { pairs++; return g_memdup2 (pair, sizeof (Pair)); }
static void pair_free (gpointer pair) { pairs--; g_free (pair); }

G_DEFINE_BOXED_TYPE (Pair, pair, pair_copy, pair_free)
/* One that has no Python class. */
typedef Pair Plain;
G_DEFINE_BOXED_TYPE (Plain, plain, pair_copy, pair_free)
typedef Pair Handle;
G_DEFINE_POINTER_TYPE (Handle, handle)
/* One whose values a marshaller of ours converts. */
typedef Pair Custom;
G_DEFINE_BOXED_TYPE (Custom, custom, pair_copy, pair_free)

static GType
mood_get_type (void)
{
    static GType type = 0;
    static const GEnumValue values[] = { { 1, "PROBE_MOOD_GOOD", "good" }, { 7, "PROBE_MOOD_VERY_BAD", "very-bad" }, { 0 } };
    if (!type)
        type = g_enum_register_static ("ProbeMood", values);
    return type;
}

static GType
perms_get_type (void)
{
    static GType type = 0;
    static const GFlagsValue values[] = { { 1, "PROBE_PERMS_READ", "read" }, { 2, "PROBE_PERMS_WRITE", "write" }, { 0 } };
    if (!type)
        type = g_flags_register_static ("ProbePerms", values);
    return type;
}

/* ---- Their static Python types ---- */

static PyObject *
Thing_number (PyGObject *self, PyObject *none)
{
    return PyLong_FromLong (((Thing *)pygobject_get (self))->number);
}

static PyMethodDef thing_methods[] = { { "number", (PyCFunction)Thing_number, METH_NOARGS, NULL }, { NULL } };
static PyTypeObject Thing_Type = { PyVarObject_HEAD_INIT (NULL, 0) "probe.Thing", sizeof (PyGObject) };

static PyObject *
Sayer_ask (PyObject *self, PyObject *none)
{
    GObject *object = pygobject_get (self);
    SayerInterface *iface = g_type_interface_peek (((GTypeInstance *)object)->g_class, sayer_get_type ());
    return PyLong_FromLong (iface->answer (object));
}

static PyMethodDef sayer_methods[] = { { "ask", (PyCFunction)Sayer_ask, METH_NOARGS, NULL }, { NULL } };
static PyTypeObject Sayer_Type = { PyVarObject_HEAD_INIT (NULL, 0) "probe.Sayer", sizeof (PyObject) };

static int
python_answer (gpointer self)
{
    PyGILState_STATE state = PyGILState_Ensure ();
    PyObject *object = pygobject_new (self);
    PyObject *result = PyObject_CallMethod (object, "do_answer", NULL);
    int answer = result ? (int)PyLong_AsLong (result) : -1;
    if (PyErr_Occurred ())
        PyErr_Print ();
    Py_XDECREF (result);
    Py_DECREF (object);
    PyGILState_Release (state);
    return answer;
}

static void
sayer_init_for_python (gpointer iface, gpointer data)
{
    PyObject *method = PyObject_GetAttrString (data, "do_answer");
    if (method)
        ((SayerInterface *)iface)->answer = python_answer;
    else
        PyErr_Clear ();
    Py_XDECREF (method);
}

static const GInterfaceInfo sayer_info = { sayer_init_for_python, NULL, NULL };

static int
thing_class_tag (gpointer class, PyTypeObject *type)
{
    PyObject *tag = PyObject_GetAttrString ((PyObject *)type, "tag");
    if (tag)
        ((ThingClass *)class)->tag = (int)PyLong_AsLong (tag);
    PyErr_Clear ();
    Py_XDECREF (tag);
    return 0;
}

static PyObject *Pair_x (PyObject *self, void *closure) { return PyLong_FromLong (pyg_boxed_get (self, Pair)->x); }
static PyGetSetDef pair_fields[] = { { "x", Pair_x, NULL, NULL, NULL }, { NULL } };
static PyTypeObject Pair_Type = { PyVarObject_HEAD_INIT (NULL, 0) "probe.Pair", sizeof (PyGBoxed) };
static PyTypeObject Handle_Type = { PyVarObject_HEAD_INIT (NULL, 0) "probe.Handle", sizeof (PyGPointer) };

/* ---- Functions ---- */

static PyObject *
counts (PyObject *module, PyObject *none)
{
    return Py_BuildValue ("(ii)", things, pairs);
}

static PyObject *
new_thing (PyObject *module, PyObject *none)
{
    GObject *object = g_object_new (thing_get_type (), "number", 5, NULL);
    PyObject *result = pygobject_new (object);
    g_object_unref (object);
    return result;
}

static PyObject *
new_thing_full (PyObject *module, PyObject *none)
{
    return pygobject_new_full (g_object_new (thing_get_type (), "number", 6, NULL), TRUE, NULL);
}

static PyObject *
same (PyObject *module, PyObject *object)
{
    if (!pygobject_check (object, &PyGObject_Type))
        return PyErr_Format (PyExc_TypeError, "no object");
    return pygobject_new (pygobject_get (object));
}

static PyObject *null_object (PyObject *module, PyObject *none) { return pygobject_new (NULL); }

static PyObject *
lookup (PyObject *module, PyObject *object)
{
    GType type = pyg_type_from_object (object);
    PyObject *class = type ? (PyObject *)pygobject_lookup_class (type) : NULL;
    Py_XINCREF (class);
    return class;
}

static PyObject *
gtype_of (PyObject *module, PyObject *args)
{
    PyObject *object;
    int strict;
    GType type;
    if (!PyArg_ParseTuple (args, "Op", &object, &strict))
        return NULL;
    type = pyg_type_from_object_strict (object, strict);
    return type ? pyg_type_wrapper_new (type) : NULL;
}

/* Registers a type of C below a class: one at a time is in use. */
static PyObject *
derive (PyObject *module, PyObject *args)
{
    PyObject *class;
    const char *name;
    GTypeQuery query;
    GTypeInfo info = { 0, NULL, NULL, (GClassInitFunc)derived_class_init };
    if (!PyArg_ParseTuple (args, "Os", &class, &name))
        return NULL;
    g_type_query (pyg_type_from_object (class), &query);
    info.class_size = query.class_size;
    info.instance_size = query.instance_size + 16;
    return pyg_type_wrapper_new (g_type_register_static (query.type, name, &info, 0));
}

/* An object that C makes. */
static PyObject *
make (PyObject *module, PyObject *type)
{
    GObject *object = g_object_new (pyg_type_from_object (type), NULL);
    PyObject *wrapper = pygobject_new (object);
    g_object_unref (object);
    return wrapper;
}

static PyObject *
set_early (PyObject *module, PyObject *callback)
{
    Py_CLEAR (early);
    if (callback != Py_None)
        early = Py_NewRef (callback);
    Py_RETURN_NONE;
}

static PyObject *
finalized (PyObject *module, PyObject *none)
{
    return PyLong_FromLong (derived_finalized);
}

static PyObject *
class_tag (PyObject *module, PyObject *object)
{
    ThingClass *class = g_type_class_ref (pyg_type_from_object (object));
    PyObject *tag = PyLong_FromLong (class->tag);
    g_type_class_unref (class);
    return tag;
}

static PyObject *
parse_args (PyObject *module, PyObject *args)
{
    static char *arg_names[] = { "first", "second", NULL };
    static char *prop_names[] = { "number", "letter", NULL };
    PyObject *parsed[2] = { NULL, NULL };
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    GParameter params[2];
    G_GNUC_END_IGNORE_DEPRECATIONS
    guint i, n = 77;
    memset (params, 0, sizeof params);
    if (!PyArg_ParseTuple (args, "O|O", &parsed[0], &parsed[1]))
        return NULL;
    if (!pyg_parse_constructor_args (thing_get_type (), arg_names, prop_names, params, &n, parsed))
        return NULL;
    for (i = 0; i < n; i++)
        g_value_unset (&params[i].value);
    return PyLong_FromLong (n);
}

static PyObject *
boxed (PyObject *module, PyObject *args)
{
    const char *kind, *how;
    if (!PyArg_ParseTuple (args, "ss", &kind, &how))
        return NULL;
    GType type = !strcmp (kind, "pair") ? pair_get_type () : plain_get_type ();
    Pair here = { 3, 4 };
    if (!strcmp (how, "null"))
        return pyg_boxed_new (type, NULL, FALSE, FALSE);
    if (!strcmp (how, "copy"))
        return pyg_boxed_new (type, &here, TRUE, TRUE);
    if (!strcmp (how, "own"))
        return pyg_boxed_new (type, pair_copy (&here), FALSE, TRUE);
    static Pair lent = { 8, 9 };
    return pyg_boxed_new (type, &lent, FALSE, FALSE);
}

static PyObject *
is_pair (PyObject *module, PyObject *object)
{
    return PyBool_FromLong (pyg_boxed_check (object, pair_get_type ()));
}

static PyObject *
pointer (PyObject *module, PyObject *none)
{
    static Pair pointed = { 1, 2 };
    PyObject *object = pyg_pointer_new (handle_get_type (), &pointed);
    if (object && (!pyg_pointer_check (object, handle_get_type ()) || pyg_pointer_get (object, Pair)->y != 2))
        return PyErr_Format (PyExc_AssertionError, "not what was given");
    return object;
}

/* An object through a GValue of a type. */
static PyObject *
through (PyObject *module, PyObject *args)
{
    PyObject *type, *object, *result;
    int copy = TRUE;
    GValue value = G_VALUE_INIT;
    if (!PyArg_ParseTuple (args, "OO|p", &type, &object, &copy))
        return NULL;
    g_value_init (&value, pyg_type_from_object (type));
    if (pyg_value_from_pyobject_with_error (&value, object)) {
        g_value_unset (&value);
        return NULL;
    }
    result = pyg_value_as_pyobject (&value, TRUE);
    g_value_unset (&value);
    return result;
}

/* What is lent from a GValue: written through the wrapper, read from the value. */
static PyObject *
lent (PyObject *module, PyObject *none)
{
    Pair here = { 1, 2 };
    GValue value = G_VALUE_INIT;
    PyObject *object;
    int seen;
    g_value_init (&value, pair_get_type ());
    g_value_set_boxed (&value, &here);
    object = pyg_value_as_pyobject (&value, FALSE);
    if (!object)
        return NULL;
    pyg_boxed_get (object, Pair)->x = 99;
    Py_DECREF (object);
    seen = ((Pair *)g_value_get_boxed (&value))->x;
    g_value_unset (&value);
    return PyLong_FromLong (seen);
}

static PyObject *
silent (PyObject *module, PyObject *object)
{
    GValue value = G_VALUE_INIT;
    int status;
    g_value_init (&value, G_TYPE_INT);
    status = pyg_value_from_pyobject (&value, object);
    return Py_BuildValue ("(ii)", status, PyErr_Occurred () != NULL);
}

static PyObject *
letter (PyObject *module, PyObject *object)
{
    GParamSpec *pspec = g_object_class_find_property (g_type_class_peek (thing_get_type ()), "letter");
    GValue value = G_VALUE_INIT;
    g_value_init (&value, G_TYPE_UINT);
    if (pyg_param_gvalue_from_pyobject (&value, object, pspec))
        return NULL;
    return pyg_param_gvalue_as_pyobject (&value, TRUE, pspec);
}

static PyObject *
unichar (PyObject *module, PyObject *args)
{
    gunichar c;
    if (!PyArg_ParseTuple (args, "O&", pyg_pyobj_to_unichar_conv, &c))
        return NULL;
    return PyLong_FromUnsignedLong (c);
}

static PyObject *
custom_from_value (const GValue *value)
{
    Pair *pair = g_value_get_boxed (value);
    if (!pair)
        Py_RETURN_NONE;
    return Py_BuildValue ("(ii)", pair->x, pair->y);
}

static int
custom_to_value (GValue *value, PyObject *object)
{
    Pair pair;
    if (!PyArg_ParseTuple (object, "ii", &pair.x, &pair.y))
        return -1;
    g_value_set_boxed (value, &pair);
    return 0;
}

static PyObject *
enum_value (PyObject *module, PyObject *object)
{
    int value = -5;
    if (pyg_enum_get_value (mood_get_type (), object, &value))
        return NULL;
    return PyLong_FromLong (value);
}

static PyObject *
flags_value (PyObject *module, PyObject *object)
{
    guint value = 55;
    if (pyg_flags_get_value (perms_get_type (), object, &value))
        return NULL;
    return PyLong_FromUnsignedLong (value);
}

static PyObject *
members (PyObject *module, PyObject *args)
{
    int mood, perms;
    if (!PyArg_ParseTuple (args, "ii", &mood, &perms))
        return NULL;
    return Py_BuildValue ("(NN)", pyg_enum_from_gtype (mood_get_type (), mood),
                          pyg_flags_from_gtype (perms_get_type (), perms));
}

static PyObject *
add_enums (PyObject *module, PyObject *target)
{
    PyObject *mood = pyg_enum_add (target, "Mood", "PROBE_MOOD_", mood_get_type ());
    PyObject *perms = pyg_flags_add (target, "Perms", "PROBE_PERMS_", perms_get_type ());
    if (!mood || !perms)
        return NULL;
    return Py_BuildValue ("(NN)", mood, perms);
}

static PyObject *
add_constants (PyObject *module, PyObject *target)
{
    pyg_enum_add_constants (target, mood_get_type (), "PROBE_MOOD_");
    pyg_flags_add_constants (target, perms_get_type (), "PROBE_");
    if (PyErr_Occurred ())
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *
strip (PyObject *module, PyObject *args)
{
    const char *name, *prefix;
    if (!PyArg_ParseTuple (args, "ss", &name, &prefix))
        return NULL;
    return PyUnicode_FromString (pyg_constant_strip_prefix (name, prefix));
}

static PyObject *
raise_error (PyObject *module, PyObject *none)
{
    GError *error = g_error_new_literal (g_quark_from_string ("probe"), 3, "on purpose");
    if (!pyg_error_check (&error) || error != NULL)
        return PyErr_Format (PyExc_AssertionError, "the error was not taken");
    return NULL;
}

static PyObject *
no_error (PyObject *module, PyObject *none)
{
    GError *error = NULL;
    return PyBool_FromLong (pyg_error_check (&error));
}

/* Calls, and says what became of the exception. */
static PyObject *
error_of (PyObject *module, PyObject *callable)
{
    GError *error = NULL;
    PyObject *result = PyObject_CallNoArgs (callable);
    int status = pyg_gerror_exception_check (&error);
    Py_XDECREF (result);
    if (PyErr_Occurred ())
        return NULL;
    result = Py_BuildValue ("(iziz)", status, error ? error->message : NULL, error ? error->code : 0,
                            error ? g_quark_to_string (error->domain) : NULL);
    g_clear_error (&error);
    return result;
}

static void
handled (GValue *ret, guint n, const GValue *params)
{
    PyErr_Clear ();
    if (ret)
        g_value_set_int (ret, -77);
}

/* A closure that is called with the number 5 and an object, and gives a number. */
static PyObject *
call_closure (PyObject *module, PyObject *args)
{
    PyObject *callback, *extra = NULL, *swap = NULL;
    int handler = 0;
    GClosure *closure;
    GValue values[2] = { G_VALUE_INIT, G_VALUE_INIT }, result = G_VALUE_INIT;
    int number;
    if (!PyArg_ParseTuple (args, "O|OOp", &callback, &extra, &swap, &handler))
        return NULL;
    if (extra == Py_None)
        extra = NULL;
    if (swap == Py_None)
        swap = NULL;
    closure = pyg_closure_new (callback, extra, swap);
    if (!closure)
        return NULL;
    g_closure_ref (closure);
    g_closure_sink (closure);
    if (handler)
        pyg_closure_set_exception_handler (closure, handled);
    g_value_init (&values[0], G_TYPE_INT);
    g_value_set_int (&values[0], 5);
    g_value_init (&values[1], G_TYPE_STRING);
    g_value_set_static_string (&values[1], "five");
    g_value_init (&result, G_TYPE_INT);
    pyg_begin_allow_threads;
    g_closure_invoke (closure, &result, 2, values, NULL);
    pyg_end_allow_threads;
    number = g_value_get_int (&result);
    g_closure_unref (closure);
    return PyLong_FromLong (number);
}

/* A closure that is watched by an object, and connected to its notifications. */
static PyObject *
watch (PyObject *module, PyObject *args)
{
    PyObject *object, *callback;
    GClosure *closure;
    if (!PyArg_ParseTuple (args, "OO", &object, &callback))
        return NULL;
    closure = pyg_closure_new (callback, NULL, NULL);
    if (!closure)
        return NULL;
    pygobject_watch_closure (object, closure);
    g_signal_connect_closure (pygobject_get (object), "notify::number", closure, FALSE);
    Py_RETURN_NONE;
}

static gpointer
from_thread (gpointer data)
{
    int state = _PyGObject_API->gil_state_ensure ();
    PyObject *result = PyObject_CallNoArgs (data);
    Py_XDECREF (result);
    _PyGObject_API->gil_state_release (state);
    pyg_destroy_notify (data);
    return NULL;
}

static PyObject *
in_thread (PyObject *module, PyObject *callable)
{
    GThread *thread;
    Py_INCREF (callable);
    pyg_begin_allow_threads;
    thread = g_thread_new ("probe", from_thread, callable);
    g_thread_join (thread);
    pyg_end_allow_threads;
    Py_RETURN_NONE;
}

static PyObject *
redirect (PyObject *module, PyObject *class)
{
    pyg_add_warning_redirection ("Probe", class);
    g_log ("Probe", G_LOG_LEVEL_WARNING, "a word of %s", "warning");
    if (PyErr_Occurred ())
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *
paramspec (PyObject *module, PyObject *none)
{
    if (pyg_param_spec_new (NULL) != NULL)
        return PyErr_Format (PyExc_AssertionError, "something was made");
    return NULL;
}

static PyObject *
block_funcs (PyObject *module, PyObject *none)
{
    pyg_set_thread_block_funcs (NULL, NULL);
    if (PyErr_Occurred ())
        return NULL;
    return Py_BuildValue ("(ii)", pyg_threads_enabled, pyg_enable_threads ());
}

static int is_str (PyObject *object) { return PyUnicode_Check (object); }

static gboolean
as_text (PyObject *object, gpointer *to)
{
    *to = g_strdup (PyUnicode_AsUTF8 (object));
    return TRUE;
}

static PyObject *
lists (PyObject *module, PyObject *sequence)
{
    GList *list;
    GSList *slist = NULL;
    PyObject *result;
    guint i;
    PYLIST_ASGLIST (sequence, list, is_str, as_text, g_free, "texts are wanted", NULL);
    for (i = 0; i < g_list_length (list); i++)
        slist = g_slist_prepend (slist, g_list_nth_data (list, i));
    g_list_free (list);
    PYLIST_FROMGSLIST (result, slist, PyUnicode_FromString, g_slist_free, g_free);
    return result;
}

static PyObject *
types (PyObject *module, PyObject *none)
{
    return Py_BuildValue ("(OOOOOO)", &PyGObject_Type, &PyGBoxed_Type, &PyGPointer_Type, &PyGEnum_Type, &PyGFlags_Type,
                          &PyGParamSpec_Type);
}

static PyObject *
version (PyObject *module, PyObject *args)
{
    int major, minor, micro;
    if (!PyArg_ParseTuple (args, "iii", &major, &minor, &micro))
        return NULL;
    return pygobject_init (major, minor, micro);
}

static PyMethodDef functions[] = {
    { "counts", counts, METH_NOARGS },
    { "new_thing", new_thing, METH_NOARGS },
    { "new_thing_full", new_thing_full, METH_NOARGS },
    { "same", same, METH_O },
    { "null_object", null_object, METH_NOARGS },
    { "lookup", lookup, METH_O },
    { "gtype_of", gtype_of, METH_VARARGS },
    { "class_tag", class_tag, METH_O },
    { "derive", derive, METH_VARARGS },
    { "make", make, METH_O },
    { "set_early", set_early, METH_O },
    { "finalized", finalized, METH_NOARGS },
    { "parse_args", parse_args, METH_VARARGS },
    { "boxed", boxed, METH_VARARGS },
    { "is_pair", is_pair, METH_O },
    { "pointer", pointer, METH_NOARGS },
    { "through", through, METH_VARARGS },
    { "lent", lent, METH_NOARGS },
    { "silent", silent, METH_O },
    { "letter", letter, METH_O },
    { "unichar", unichar, METH_VARARGS },
    { "enum_value", enum_value, METH_O },
    { "flags_value", flags_value, METH_O },
    { "members", members, METH_VARARGS },
    { "add_enums", add_enums, METH_O },
    { "add_constants", add_constants, METH_O },
    { "strip", strip, METH_VARARGS },
    { "raise_error", raise_error, METH_NOARGS },
    { "no_error", no_error, METH_NOARGS },
    { "error_of", error_of, METH_O },
    { "call_closure", call_closure, METH_VARARGS },
    { "watch", watch, METH_VARARGS },
    { "in_thread", in_thread, METH_O },
    { "redirect", redirect, METH_O },
    { "paramspec", paramspec, METH_NOARGS },
    { "block_funcs", block_funcs, METH_NOARGS },
    { "lists", lists, METH_O },
    { "types", types, METH_NOARGS },
    { "version", version, METH_VARARGS },
    { NULL },
};

static struct PyModuleDef definition = { PyModuleDef_HEAD_INIT, "probe", NULL, -1, functions };

PyMODINIT_FUNC
PyInit_probe (void)
{
    PyObject *module = PyModule_Create (&definition);
    PyObject *gi = pygobject_init (3, 0, 0);
    PyObject *dict;
    if (!module || !gi)
        return NULL;
    Py_DECREF (gi);
    dict = PyModule_GetDict (module);

    Sayer_Type.tp_methods = sayer_methods;
    Sayer_Type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE;
    pyg_register_interface (dict, "Sayer", sayer_get_type (), &Sayer_Type);
    pyg_register_interface_info (sayer_get_type (), &sayer_info);

    Thing_Type.tp_methods = thing_methods;
    Thing_Type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE;
    Thing_Type.tp_weaklistoffset = offsetof (PyGObject, weakreflist);
    Thing_Type.tp_dictoffset = offsetof (PyGObject, inst_dict);
    pygobject_register_class (dict, "Probe.Thing", thing_get_type (), &Thing_Type,
                              Py_BuildValue ("(O)", &PyGObject_Type));
    pyg_register_class_init (thing_get_type (), thing_class_tag);

    Pair_Type.tp_getset = pair_fields;
    Pair_Type.tp_flags = Py_TPFLAGS_DEFAULT;
    pyg_register_boxed (dict, "Pair", pair_get_type (), &Pair_Type);
    Handle_Type.tp_flags = Py_TPFLAGS_DEFAULT;
    pyg_register_pointer (dict, "Handle", handle_get_type (), &Handle_Type);

    pyg_register_gtype_custom (custom_get_type (), custom_from_value, custom_to_value);
    if (PyModule_AddObject (module, "CUSTOM", pyg_type_wrapper_new (custom_get_type ())) < 0
        || PyModule_AddObject (module, "PLAIN", pyg_type_wrapper_new (plain_get_type ())) < 0)
        return NULL;
    if (PyErr_Occurred ())
        return NULL;
    return module;
}

/* The floor of rows about living objects: made and dropped, read, written, signalled, implemented.
 *
 * Their wrappers have attributes and are followed by the garbage collector, as objects that programs derive classes from
 * must be. What C calls back takes the GIL in either variant. */
#include "floor.h"

#include <gio/gio.h>

static GQuark wrapper_quark;

typedef struct
{
  PyObject_HEAD
  GObject *object;
  PyObject *attributes;
} Living;

static PyTypeObject object_type, item_type, action_type, props_type, speaker_type, enabled_type, store_type;

/* A new wrapper that takes over the reference to `object`. */
static PyObject *
living_wrap (PyTypeObject *type, gpointer object)
{
  Living *self = (Living *) type->tp_alloc (type, 0);

  if (self == NULL)
    {
      g_object_unref (object);
      return NULL;
    }
  self->object = object;
  g_object_set_qdata (object, wrapper_quark, self);
  return (PyObject *) self;
}

/* The wrapper of an object whose reference the library gives away. */
static PyObject *
living_take (PyTypeObject *type, gpointer object)
{
  PyObject *known;

  if (object == NULL)
    Py_RETURN_NONE;
  known = g_object_get_qdata (object, wrapper_quark);
  if (known == NULL)
    return living_wrap (type, object);
  Py_INCREF (known);
  g_object_unref (object);
  return known;
}

static int
living_traverse (PyObject *value, visitproc visit, void *arg)
{
  Py_VISIT (((Living *) value)->attributes);
  return 0;
}

static int
living_clear (PyObject *value)
{
  Py_CLEAR (((Living *) value)->attributes);
  return 0;
}

static void
living_dealloc (PyObject *value)
{
  Living *self = (Living *) value;

  PyObject_GC_UnTrack (value);
  if (self->object != NULL)
    {
      g_object_set_qdata (self->object, wrapper_quark, NULL);
      g_object_unref (self->object);
    }
  Py_CLEAR (self->attributes);
  Py_TYPE (value)->tp_free (value);
}

#define LIVING(NAME)                                                                                                   \
  PyVarObject_HEAD_INIT (NULL, 0)                                                                                      \
  .tp_name = FLOOR_MODULE_NAME "." NAME, .tp_basicsize = sizeof (Living),                                              \
  .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, .tp_traverse = living_traverse, .tp_clear = living_clear,       \
  .tp_dealloc = living_dealloc, .tp_dictoffset = offsetof (Living, attributes)

static PyObject *
make (PyTypeObject *type, GType gtype)
{
  GObject *object;

  CALL_BEGIN
  object = g_object_new (gtype, NULL);
  CALL_END
  return living_wrap (type, object);
}

/* Object: nothing but that. */

static PyObject *
object_new (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  return make (type, G_TYPE_OBJECT);
}

static PyTypeObject object_type = { LIVING ("Object"), .tp_new = object_new };

/* Action: the property `enabled` of a GSimpleAction, by an object for all properties. */

typedef struct
{
  PyObject_HEAD
  PyObject *owner;
} Props;

static PyObject *
action_new (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  return living_wrap (type, g_simple_action_new ("a", NULL));
}

static PyObject *
action_props (PyObject *self, void *unused)
{
  Props *props = PyObject_New (Props, &props_type);

  if (props != NULL)
    props->owner = Py_NewRef (self);
  return (PyObject *) props;
}

static void
props_dealloc (PyObject *value)
{
  Py_DECREF (((Props *) value)->owner);
  PyObject_Free (value);
}

static PyObject *
props_get (PyObject *self, PyObject *name)
{
  GObject *object = ((Living *) ((Props *) self)->owner)->object;
  GValue value = G_VALUE_INIT;

  if (PyUnicode_CompareWithASCIIString (name, "enabled") != 0)
    return PyObject_GenericGetAttr (self, name);
  g_value_init (&value, G_TYPE_BOOLEAN);
  CALL_BEGIN
  g_object_get_property (object, "enabled", &value);
  CALL_END
  return PyBool_FromLong (g_value_get_boolean (&value));
}

static int
props_set (PyObject *self, PyObject *name, PyObject *given)
{
  GObject *object = ((Living *) ((Props *) self)->owner)->object;
  GValue value = G_VALUE_INIT;
  int truth;

  if (given == NULL || PyUnicode_CompareWithASCIIString (name, "enabled") != 0)
    return PyObject_GenericSetAttr (self, name, given);
  truth = PyObject_IsTrue (given);
  if (truth < 0)
    return -1;
  g_value_init (&value, G_TYPE_BOOLEAN);
  g_value_set_boolean (&value, truth);
  CALL_BEGIN
  g_object_set_property (object, "enabled", &value);
  CALL_END
  return 0;
}

static PyGetSetDef action_attributes[] = {
  { "props", action_props, NULL, NULL, NULL },
  { NULL, NULL, NULL, NULL, NULL }
};

static PyTypeObject action_type = { LIVING ("Action"), .tp_new = action_new, .tp_getset = action_attributes };

static PyTypeObject props_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = FLOOR_MODULE_NAME ".Props",
  .tp_basicsize = sizeof (Props),
  .tp_flags = Py_TPFLAGS_DEFAULT,
  .tp_dealloc = props_dealloc,
  .tp_getattro = props_get,
  .tp_setattro = props_set,
};

/* Speaker: a signal with a number. */

typedef struct { GObject parent; } FloorSpeaker;
typedef struct { GObjectClass parent; } FloorSpeakerClass;

static guint say;
static GType speaker_gtype;

static void
speaker_class_init (gpointer class, gpointer unused)
{
  say = g_signal_new ("say", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                      G_TYPE_INT);
}

static PyObject *
speaker_new (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  return make (type, speaker_gtype);
}

/* The handler in C: calls the one in Python. */
static void
on_say (GObject *object, int number, gpointer function)
{
  PyGILState_STATE state = PyGILState_Ensure ();
  PyObject *wrapper = g_object_get_qdata (object, wrapper_quark);
  PyObject *arguments[] = { NULL, wrapper, PyLong_FromLong (number) };
  PyObject *result = NULL;

  if (arguments[2] != NULL)
    result = PyObject_Vectorcall (function, arguments + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
  if (result == NULL)
    PyErr_Print ();
  Py_XDECREF (result);
  Py_XDECREF (arguments[2]);
  PyGILState_Release (state);
}

static PyObject *
speaker_connect (PyObject *self, PyObject *function)
{
  g_signal_connect (((Living *) self)->object, "say", G_CALLBACK (on_say), Py_NewRef (function));
  Py_RETURN_NONE;
}

static PyObject *
speaker_emit (PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
  GObject *object = ((Living *) self)->object;
  int number;

  if (count != 2)
    return floor_wrong_count ("emit", 2, count);
  if (!PyUnicode_Check (arguments[0]) || PyUnicode_CompareWithASCIIString (arguments[0], "say") != 0)
    return PyErr_Format (PyExc_TypeError, "unknown signal name: %R", arguments[0]);
  if (!floor_int (arguments[1], &number))
    return NULL;
  CALL_BEGIN
  g_signal_emit (object, say, 0, number);
  CALL_END
  Py_RETURN_NONE;
}

static PyMethodDef speaker_methods[] = {
  { "connect", speaker_connect, METH_O, NULL },
  { "emit", (PyCFunction) (void (*) (void)) speaker_emit, METH_FASTCALL, NULL },
  { NULL, NULL, 0, NULL }
};

static PyTypeObject speaker_type = { LIVING ("Speaker"), .tp_new = speaker_new, .tp_methods = speaker_methods };

/* Enabled: a GAction whose `get_enabled` is the method do_get_enabled of a class in Python. */

static GType enabled_gtype;
static PyObject *do_get_enabled;

static gboolean
enabled_get_enabled (GAction *action)
{
  PyGILState_STATE state = PyGILState_Ensure ();
  PyObject *wrapper = g_object_get_qdata (G_OBJECT (action), wrapper_quark);
  PyObject *result = PyObject_CallMethodNoArgs (wrapper, do_get_enabled);
  int truth = 0;

  if (result == NULL || (truth = PyObject_IsTrue (result)) < 0)
    {
      PyErr_Print ();
      truth = 0;
    }
  Py_XDECREF (result);
  PyGILState_Release (state);
  return truth;
}

static void
enabled_interface_init (gpointer interface, gpointer unused)
{
  ((GActionInterface *) interface)->get_enabled = enabled_get_enabled;
}

static void
enabled_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
}

static void
enabled_class_init (gpointer class, gpointer unused)
{
  static const char *const names[] = { "enabled", "name", "parameter-type", "state", "state-type" };

  ((GObjectClass *) class)->get_property = enabled_property;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_object_class_override_property (class, i + 1, names[i]);
}

static PyObject *
enabled_new (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  return make (type, enabled_gtype);
}

PyObject *
floor_action_get_enabled (PyObject *module, PyObject *argument)
{
  GAction *action;
  gboolean result;

  if (!PyObject_TypeCheck (argument, &enabled_type))
    return PyErr_Format (PyExc_TypeError, "expected an Enabled");
  action = (GAction *) ((Living *) argument)->object;
  CALL_BEGIN
  result = g_action_get_enabled (action);
  CALL_END
  return PyBool_FromLong (result);
}

static PyTypeObject enabled_type = { LIVING ("Enabled"), .tp_new = enabled_new };

/* Item: what is in the store. */

static PyTypeObject item_type = { LIVING ("Item") };

/* ListStore: items by their number, whose wrappers come and go. */

static PyObject *
store_new (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  GListStore *store = g_list_store_new (G_TYPE_OBJECT);

  for (int i = 0; i < 10; i++)
    {
      GObject *item = g_object_new (G_TYPE_OBJECT, NULL);

      g_list_store_append (store, item);
      g_object_unref (item);
    }
  return living_wrap (type, store);
}

static PyObject *
store_get_item (PyObject *self, PyObject *argument)
{
  GListModel *model = (GListModel *) ((Living *) self)->object;
  unsigned int position;
  gpointer item;

  if (!floor_uint (argument, &position))
    return NULL;
  CALL_BEGIN
  item = g_list_model_get_item (model, position);
  CALL_END
  return living_take (&item_type, item);
}

static PyMethodDef store_methods[] = {
  { "get_item", store_get_item, METH_O, NULL },
  { NULL, NULL, 0, NULL }
};

static PyTypeObject store_type = { LIVING ("ListStore"), .tp_new = store_new, .tp_methods = store_methods };

int
floor_add_living_types (PyObject *module)
{
  const GInterfaceInfo interface = { enabled_interface_init, NULL, NULL };
  PyTypeObject *types[] = { &object_type, &item_type, &action_type, &speaker_type, &enabled_type, &store_type };

  /* A program that derives a class from a type gives it attributes of its own. */
  enabled_type.tp_flags |= Py_TPFLAGS_BASETYPE;
  wrapper_quark = g_quark_from_static_string (FLOOR_MODULE_NAME "-living");
  do_get_enabled = PyUnicode_InternFromString ("do_get_enabled");
  speaker_gtype = g_type_register_static_simple (G_TYPE_OBJECT, FLOOR_MODULE_NAME "-Speaker", sizeof (FloorSpeakerClass),
                                                 speaker_class_init, sizeof (FloorSpeaker), NULL, 0);
  enabled_gtype = g_type_register_static_simple (G_TYPE_OBJECT, FLOOR_MODULE_NAME "-Enabled", sizeof (GObjectClass),
                                                 enabled_class_init, sizeof (GObject), NULL, 0);
  g_type_add_interface_static (enabled_gtype, G_TYPE_ACTION, &interface);
  if (do_get_enabled == NULL || PyType_Ready (&props_type) < 0)
    return -1;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (PyModule_AddType (module, types[i]) < 0)
      return -1;
  return 0;
}

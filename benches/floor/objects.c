/* The wrapper types of the floor: GObjects that keep one Python wrapper each, and two boxed types. */
#include "floor.h"

#include <gio/gio.h>

/* One wrapper for each GObject while the wrapper lives: the object knows it by this quark, and the wrapper holds a reference. */
static GQuark wrapper_quark;

typedef struct
{
  PyObject_HEAD
  GObject *object;
} Wrapper;

static PyTypeObject cancellable_type, simple_action_type, memory_input_stream_type, data_input_stream_type;

/* A new wrapper that takes over the reference to `object`. */
static PyObject *
wrap (PyTypeObject *type, gpointer object)
{
  Wrapper *self = (Wrapper *) type->tp_alloc (type, 0);

  if (self == NULL)
    {
      g_object_unref (object);
      return NULL;
    }
  self->object = object;
  g_object_set_qdata (object, wrapper_quark, self);
  return (PyObject *) self;
}

static void
wrapper_dealloc (PyObject *value)
{
  Wrapper *self = (Wrapper *) value;

  if (self->object != NULL)
    {
      g_object_set_qdata (self->object, wrapper_quark, NULL);
      g_object_unref (self->object);
    }
  Py_TYPE (value)->tp_free (value);
}

/* The wrapper of an object that the library lends, a new one where there is none; None for NULL. */
static PyObject *
wrapper_of (PyTypeObject *type, gpointer object)
{
  PyObject *known;

  if (object == NULL)
    Py_RETURN_NONE;
  known = g_object_get_qdata (object, wrapper_quark);
  if (known != NULL)
    return Py_NewRef (known);
  return wrap (type, g_object_ref (object));
}

static int
no_arguments (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  if (PyTuple_GET_SIZE (arguments) == 0 && (keywords == NULL || PyDict_GET_SIZE (keywords) == 0))
    return 1;
  PyErr_Format (PyExc_TypeError, "%s() takes no arguments", type->tp_name);
  return 0;
}

/* Cancellable: a method without arguments. */

static PyObject *
cancellable_new (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  return no_arguments (type, arguments, keywords) ? wrap (type, g_cancellable_new ()) : NULL;
}

static PyObject *
cancellable_is_cancelled (PyObject *self, PyObject *unused)
{
  GCancellable *cancellable = (GCancellable *) ((Wrapper *) self)->object;
  gboolean result;

  CALL_BEGIN
  result = g_cancellable_is_cancelled (cancellable);
  CALL_END
  return PyBool_FromLong (result);
}

static PyMethodDef cancellable_methods[] = {
  { "is_cancelled", cancellable_is_cancelled, METH_NOARGS, NULL },
  { NULL, NULL, 0, NULL }
};

static PyTypeObject cancellable_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = FLOOR_MODULE_NAME ".Cancellable",
  .tp_basicsize = sizeof (Wrapper),
  .tp_flags = Py_TPFLAGS_DEFAULT,
  .tp_new = cancellable_new,
  .tp_dealloc = wrapper_dealloc,
  .tp_methods = cancellable_methods,
};

/* SimpleAction: a method that takes a truth value, and one that returns text. */

static PyObject *
simple_action_new (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  const char *name;

  if (!PyArg_ParseTuple (arguments, "s:SimpleAction", &name))
    return NULL;
  return wrap (type, g_simple_action_new (name, NULL));
}

static PyObject *
simple_action_set_enabled (PyObject *self, PyObject *argument)
{
  GSimpleAction *action = (GSimpleAction *) ((Wrapper *) self)->object;
  int enabled = PyObject_IsTrue (argument);

  if (enabled < 0)
    return NULL;
  CALL_BEGIN
  g_simple_action_set_enabled (action, enabled);
  CALL_END
  Py_RETURN_NONE;
}

static PyObject *
simple_action_get_name (PyObject *self, PyObject *unused)
{
  GAction *action = (GAction *) ((Wrapper *) self)->object;
  const char *result;

  CALL_BEGIN
  result = g_action_get_name (action);
  CALL_END
  if (result == NULL)
    Py_RETURN_NONE;
  return PyUnicode_FromString (result);
}

static PyMethodDef simple_action_methods[] = {
  { "set_enabled", simple_action_set_enabled, METH_O, NULL },
  { "get_name", simple_action_get_name, METH_NOARGS, NULL },
  { NULL, NULL, 0, NULL }
};

static PyTypeObject simple_action_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = FLOOR_MODULE_NAME ".SimpleAction",
  .tp_basicsize = sizeof (Wrapper),
  .tp_flags = Py_TPFLAGS_DEFAULT,
  .tp_new = simple_action_new,
  .tp_dealloc = wrapper_dealloc,
  .tp_methods = simple_action_methods,
};

/* Two streams, one on top of the other: a method that returns an object that is known already. */

static PyObject *
memory_input_stream_new (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  return no_arguments (type, arguments, keywords) ? wrap (type, g_memory_input_stream_new ()) : NULL;
}

static PyTypeObject memory_input_stream_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = FLOOR_MODULE_NAME ".MemoryInputStream",
  .tp_basicsize = sizeof (Wrapper),
  .tp_flags = Py_TPFLAGS_DEFAULT,
  .tp_new = memory_input_stream_new,
  .tp_dealloc = wrapper_dealloc,
};

static PyObject *
data_input_stream_new (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  PyObject *base;

  if (!PyArg_ParseTuple (arguments, "O!:DataInputStream", &memory_input_stream_type, &base))
    return NULL;
  return wrap (type, g_data_input_stream_new ((GInputStream *) ((Wrapper *) base)->object));
}

static PyObject *
data_input_stream_get_base_stream (PyObject *self, PyObject *unused)
{
  GFilterInputStream *stream = (GFilterInputStream *) ((Wrapper *) self)->object;
  GInputStream *result;

  CALL_BEGIN
  result = g_filter_input_stream_get_base_stream (stream);
  CALL_END
  return wrapper_of (&memory_input_stream_type, result);
}

static PyMethodDef data_input_stream_methods[] = {
  { "get_base_stream", data_input_stream_get_base_stream, METH_NOARGS, NULL },
  { NULL, NULL, 0, NULL }
};

static PyTypeObject data_input_stream_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = FLOOR_MODULE_NAME ".DataInputStream",
  .tp_basicsize = sizeof (Wrapper),
  .tp_flags = Py_TPFLAGS_DEFAULT,
  .tp_new = data_input_stream_new,
  .tp_dealloc = wrapper_dealloc,
  .tp_methods = data_input_stream_methods,
};

/* Uri and DateTime: methods of boxed values. */

typedef struct
{
  PyObject_HEAD
  gpointer boxed;
} Boxed;

/* A new wrapper that takes over `boxed`, which `release` gives back when memory is short. */
static PyObject *
box (PyTypeObject *type, gpointer boxed, GDestroyNotify release)
{
  Boxed *self = (Boxed *) type->tp_alloc (type, 0);

  if (self == NULL)
    release (boxed);
  else
    self->boxed = boxed;
  return (PyObject *) self;
}

static PyObject *
uri_new (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  GError *error = NULL;
  const char *text;
  GUri *uri;

  if (!PyArg_ParseTuple (arguments, "s:Uri", &text))
    return NULL;
  uri = g_uri_parse (text, G_URI_FLAGS_NONE, &error);
  if (uri == NULL)
    {
      PyErr_SetString (PyExc_ValueError, error->message);
      g_error_free (error);
      return NULL;
    }
  return box (type, uri, (GDestroyNotify) g_uri_unref);
}

static void
uri_dealloc (PyObject *value)
{
  g_clear_pointer (&((Boxed *) value)->boxed, g_uri_unref);
  Py_TYPE (value)->tp_free (value);
}

static PyObject *
uri_get_port (PyObject *self, PyObject *unused)
{
  GUri *uri = ((Boxed *) self)->boxed;
  gint result;

  CALL_BEGIN
  result = g_uri_get_port (uri);
  CALL_END
  return PyLong_FromLong (result);
}

static PyMethodDef uri_methods[] = {
  { "get_port", uri_get_port, METH_NOARGS, NULL },
  { NULL, NULL, 0, NULL }
};

static PyTypeObject uri_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = FLOOR_MODULE_NAME ".Uri",
  .tp_basicsize = sizeof (Boxed),
  .tp_flags = Py_TPFLAGS_DEFAULT,
  .tp_new = uri_new,
  .tp_dealloc = uri_dealloc,
  .tp_methods = uri_methods,
};

static PyObject *
date_time_new (PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
  int year, month, day, hour, minute;
  GDateTime *value;
  double second;

  if (!PyArg_ParseTuple (arguments, "iiiiid:DateTime", &year, &month, &day, &hour, &minute, &second))
    return NULL;
  value = g_date_time_new_utc (year, month, day, hour, minute, second);
  if (value == NULL)
    {
      PyErr_SetString (PyExc_ValueError, "no such moment");
      return NULL;
    }
  return box (type, value, (GDestroyNotify) g_date_time_unref);
}

static void
date_time_dealloc (PyObject *value)
{
  g_clear_pointer ((GDateTime **) &((Boxed *) value)->boxed, g_date_time_unref);
  Py_TYPE (value)->tp_free (value);
}

static PyObject *
date_time_get_ymd (PyObject *self, PyObject *unused)
{
  GDateTime *moment = ((Boxed *) self)->boxed;
  gint year, month, day;

  CALL_BEGIN
  g_date_time_get_ymd (moment, &year, &month, &day);
  CALL_END
  return floor_three (PyLong_FromLong (year), PyLong_FromLong (month), PyLong_FromLong (day));
}

static PyMethodDef date_time_methods[] = {
  { "get_ymd", date_time_get_ymd, METH_NOARGS, NULL },
  { NULL, NULL, 0, NULL }
};

static PyTypeObject date_time_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = FLOOR_MODULE_NAME ".DateTime",
  .tp_basicsize = sizeof (Boxed),
  .tp_flags = Py_TPFLAGS_DEFAULT,
  .tp_new = date_time_new,
  .tp_dealloc = date_time_dealloc,
  .tp_methods = date_time_methods,
};

int
floor_add_types (PyObject *module)
{
  PyTypeObject *types[] = {
    &cancellable_type, &simple_action_type, &memory_input_stream_type, &data_input_stream_type, &uri_type, &date_time_type,
  };

  wrapper_quark = g_quark_from_static_string ("gijit-floor-" FLOOR_MODULE_NAME);
  for (size_t i = 0; i < G_N_ELEMENTS (types); i++)
    if (PyModule_AddType (module, types[i]) < 0)
      return -1;
  if (floor_add_living_types (module) < 0)
    return -1;
  return floor_add_data_types (module);
}

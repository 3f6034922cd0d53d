/* The functions of the floor that carry data: bytes, lists, callbacks, structs. */
#include "floor.h"

#include <glib.h>

#ifdef FLOOR_FIXTURES
#include "containers.h"
#include "records.h"
#endif

/* GBytes: an object with get_size. */

typedef struct
{
  PyObject_HEAD
  GBytes *bytes;
} Bytes;

static void
bytes_dealloc (PyObject *value)
{
  g_bytes_unref (((Bytes *) value)->bytes);
  Py_TYPE (value)->tp_free (value);
}

static PyObject *
bytes_get_size (PyObject *self, PyObject *unused)
{
  gsize size;

  CALL_BEGIN
  size = g_bytes_get_size (((Bytes *) self)->bytes);
  CALL_END
  return PyLong_FromSize_t (size);
}

static PyMethodDef bytes_methods[] = {
  { "get_size", bytes_get_size, METH_NOARGS, NULL },
  { NULL, NULL, 0, NULL }
};

static PyTypeObject bytes_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = FLOOR_MODULE_NAME ".Bytes",
  .tp_basicsize = sizeof (Bytes),
  .tp_flags = Py_TPFLAGS_DEFAULT,
  .tp_dealloc = bytes_dealloc,
  .tp_methods = bytes_methods,
};

/* Takes over the GBytes. */
static PyObject *
bytes_wrap (GBytes *bytes)
{
  Bytes *self = PyObject_New (Bytes, &bytes_type);

  if (self == NULL)
    g_bytes_unref (bytes);
  else
    self->bytes = bytes;
  return (PyObject *) self;
}

PyObject *
floor_bytes_new (PyObject *module, PyObject *argument)
{
  Py_buffer view;
  GBytes *bytes;

  if (PyObject_GetBuffer (argument, &view, PyBUF_SIMPLE) < 0)
    return NULL;
  CALL_BEGIN
  bytes = g_bytes_new (view.buf, view.len);
  CALL_END
  PyBuffer_Release (&view);
  return bytes_wrap (bytes);
}

PyObject *
floor_bytes_new_take (PyObject *module, PyObject *argument)
{
  Py_buffer view;
  GBytes *bytes;
  gpointer copy;

  if (PyObject_GetBuffer (argument, &view, PyBUF_SIMPLE) < 0)
    return NULL;
  copy = g_memdup2 (view.buf, view.len);
  CALL_BEGIN
  bytes = g_bytes_new_take (copy, view.len);
  CALL_END
  PyBuffer_Release (&view);
  return bytes_wrap (bytes);
}

/* Lists of strings. */

/* A list or tuple of str as C strings that live as long as it; NULL with an exception set. */
static const char **
strings_of (PyObject *list)
{
  PyObject *fast = PySequence_Fast (list, "Must be sequence");
  const char **strings;
  Py_ssize_t count;

  if (fast == NULL)
    return NULL;
  count = PySequence_Fast_GET_SIZE (fast);
  strings = g_new (const char *, count + 1);
  for (Py_ssize_t i = 0; i < count; i++)
    {
      strings[i] = PyUnicode_AsUTF8 (PySequence_Fast_GET_ITEM (fast, i));
      if (strings[i] == NULL)
        {
          g_free (strings);
          Py_DECREF (fast);
          return NULL;
        }
    }
  strings[count] = NULL;
  Py_DECREF (fast);
  return strings;
}

PyObject *
floor_environ_getenv (PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
  const char **strings;
  const char *name, *result;
  PyObject *found;

  if (count != 2)
    return floor_wrong_count ("environ_getenv", 2, count);
  strings = strings_of (arguments[0]);
  name = strings == NULL ? NULL : PyUnicode_AsUTF8 (arguments[1]);
  if (name == NULL)
    {
      g_free (strings);
      return NULL;
    }
  CALL_BEGIN
  result = g_environ_getenv ((gchar **) strings, name);
  CALL_END
  found = result == NULL ? Py_NewRef (Py_None) : PyUnicode_FromString (result);
  g_free (strings);
  return found;
}

#ifdef FLOOR_FIXTURES
/* Memory of a struct. */

typedef struct
{
  PyObject_HEAD
  GijitFixturesPlain plain;
} Plain;

static PyTypeObject plain_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = FLOOR_MODULE_NAME ".Plain",
  .tp_basicsize = sizeof (Plain),
  .tp_flags = Py_TPFLAGS_DEFAULT,
};

PyObject *
floor_struct_out_allocated (PyObject *module, PyObject *unused)
{
  Plain *self = (Plain *) plain_type.tp_alloc (&plain_type, 0);

  if (self == NULL)
    return NULL;
  CALL_BEGIN
  gijit_fixtures_struct_out_allocated (&self->plain);
  CALL_END
  return (PyObject *) self;
}

PyObject *
floor_array_length (PyObject *module, PyObject *argument)
{
  Py_buffer view;
  gsize length;

  if (PyObject_GetBuffer (argument, &view, PyBUF_SIMPLE) < 0)
    return NULL;
  CALL_BEGIN
  length = gijit_fixtures_array_length (view.buf, view.len);
  CALL_END
  PyBuffer_Release (&view);
  return PyLong_FromSize_t (length);
}

PyObject *
floor_array_copy (PyObject *module, PyObject *argument)
{
  PyObject *fast = PySequence_Fast (argument, "Must be sequence");
  gint *numbers, *copied;
  Py_ssize_t count;
  PyObject *list;
  gsize length;

  if (fast == NULL)
    return NULL;
  count = PySequence_Fast_GET_SIZE (fast);
  numbers = g_new (gint, count);
  for (Py_ssize_t i = 0; i < count; i++)
    if (!floor_int (PySequence_Fast_GET_ITEM (fast, i), &numbers[i]))
      {
        g_free (numbers);
        Py_DECREF (fast);
        return NULL;
      }
  Py_DECREF (fast);
  CALL_BEGIN
  copied = gijit_fixtures_array_copy (numbers, count, &length);
  CALL_END
  g_free (numbers);
  list = PyList_New (length);
  for (gsize i = 0; list != NULL && i < length; i++)
    {
      PyObject *number = PyLong_FromLong (copied[i]);

      if (number == NULL)
        Py_CLEAR (list);
      else
        PyList_SET_ITEM (list, i, number);
    }
  g_free (copied);
  return list;
}

PyObject *
floor_array_texts (PyObject *module, PyObject *argument)
{
  const char **given = strings_of (argument);
  const gchar **texts;
  Py_ssize_t count = 0;
  PyObject *list;

  if (given == NULL)
    return NULL;
  CALL_BEGIN
  texts = gijit_fixtures_array_texts (given);
  CALL_END
  while (texts[count] != NULL)
    count++;
  list = PyList_New (count);
  for (Py_ssize_t i = 0; list != NULL && i < count; i++)
    {
      PyObject *text = PyUnicode_FromString (texts[i]);

      if (text == NULL)
        Py_CLEAR (list);
      else
        PyList_SET_ITEM (list, i, text);
    }
  g_free (texts);
  g_free (given);
  return list;
}

static gint
called_back (gint value, gpointer data)
{
  PyGILState_STATE state = PyGILState_Ensure ();
  PyObject *argument = PyLong_FromLong (value);
  PyObject **given = data;
  PyObject *arguments[] = { argument, given[1] };
  PyObject *result = argument == NULL ? NULL : PyObject_Vectorcall (given[0], arguments, 2, NULL);
  gint number = 0;

  if (result == NULL || !floor_int (result, &number))
    PyErr_WriteUnraisable (given[0]);
  Py_XDECREF (result);
  Py_XDECREF (argument);
  PyGILState_Release (state);
  return number;
}

PyObject *
floor_callback_call (PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
  gint value, result;

  if (count != 3)
    return floor_wrong_count ("callback_call", 3, count);
  if (!floor_int (arguments[2], &value))
    return NULL;
  CALL_BEGIN
  result = gijit_fixtures_callback_call (called_back, (gpointer) arguments, value);
  CALL_END
  return PyLong_FromLong (result);
}
#endif

int
floor_add_data_types (PyObject *module)
{
#ifdef FLOOR_FIXTURES
  if (PyType_Ready (&plain_type) < 0)
    return -1;
#endif
  return PyModule_AddType (module, &bytes_type);
}

/* The plain functions of the floor, and the module that holds everything. */
#include "floor.h"

#include <glib.h>

#ifdef FLOOR_FIXTURES
#include "scalars.h"
#include "text.h"
#endif

static PyObject *
bit_storage (PyObject *module, PyObject *argument)
{
  gulong number = PyLong_AsUnsignedLong (argument);
  guint result;

  if (number == (gulong) -1 && PyErr_Occurred ())
    return NULL;
  CALL_BEGIN
  result = g_bit_storage (number);
  CALL_END
  return PyLong_FromUnsignedLong (result);
}

/* The text of a Python str, or NULL with TypeError set. A NUL inside is let through, as gi lets it: the same work on both sides. */
static const char *
text_of (PyObject *value)
{
  if (!PyUnicode_Check (value))
    {
      PyErr_Format (PyExc_TypeError, "Must be string, not %s", Py_TYPE (value)->tp_name);
      return NULL;
    }
  return PyUnicode_AsUTF8 (value);
}

static PyObject *
str_is_ascii (PyObject *module, PyObject *argument)
{
  const char *text = text_of (argument);
  gboolean result;

  if (text == NULL)
    return NULL;
  CALL_BEGIN
  result = g_str_is_ascii (text);
  CALL_END
  return PyBool_FromLong (result);
}

static PyObject *
quark_from_string (PyObject *module, PyObject *argument)
{
  const char *text = text_of (argument);
  GQuark result;

  if (text == NULL)
    return NULL;
  CALL_BEGIN
  result = g_quark_from_string (text);
  CALL_END
  return PyLong_FromUnsignedLong (result);
}

static PyObject *
quark_to_string (PyObject *module, PyObject *argument)
{
  const char *result;
  guint quark;

  if (!floor_uint (argument, &quark))
    return NULL;
  CALL_BEGIN
  result = g_quark_to_string (quark);
  CALL_END
  if (result == NULL)
    Py_RETURN_NONE;
  return PyUnicode_FromString (result);
}

#ifdef FLOOR_FIXTURES
static PyObject *
double_identity (PyObject *module, PyObject *argument)
{
  double number = PyFloat_AsDouble (argument);
  double result;

  if (number == -1.0 && PyErr_Occurred ())
    return NULL;
  CALL_BEGIN
  result = gijit_fixtures_double_identity (number);
  CALL_END
  return PyFloat_FromDouble (result);
}

static PyObject *
ints_3 (PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
  double result;
  int a[3];

  if (count != 3)
    return floor_wrong_count ("ints_3", 3, count);
  for (int i = 0; i < 3; i++)
    if (!floor_int (arguments[i], &a[i]))
      return NULL;
  CALL_BEGIN
  result = gijit_fixtures_ints_3 (a[0], a[1], a[2]);
  CALL_END
  return PyFloat_FromDouble (result);
}

static PyObject *
ints_6 (PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
  double result;
  int a[6];

  if (count != 6)
    return floor_wrong_count ("ints_6", 6, count);
  for (int i = 0; i < 6; i++)
    if (!floor_int (arguments[i], &a[i]))
      return NULL;
  CALL_BEGIN
  result = gijit_fixtures_ints_6 (a[0], a[1], a[2], a[3], a[4], a[5]);
  CALL_END
  return PyFloat_FromDouble (result);
}

static PyObject *
utf8_copy (PyObject *module, PyObject *argument)
{
  const char *text = text_of (argument);
  PyObject *copy;
  char *result;

  if (text == NULL)
    return NULL;
  CALL_BEGIN
  result = gijit_fixtures_utf8_copy (text);
  CALL_END
  copy = PyUnicode_FromString (result);
  g_free (result);
  return copy;
}

static PyObject *
outs_3 (PyObject *module, PyObject *unused)
{
  gint32 b0;
  gdouble b1;
  guint8 b2;

  CALL_BEGIN
  gijit_fixtures_outs_3 (&b0, &b1, &b2);
  CALL_END
  return floor_three (PyLong_FromLong (b0), PyFloat_FromDouble (b1), PyLong_FromUnsignedLong (b2));
}
#endif

PyMethodDef floor_functions[] = {
  { "bit_storage", bit_storage, METH_O, NULL },
  { "str_is_ascii", str_is_ascii, METH_O, NULL },
  { "quark_from_string", quark_from_string, METH_O, NULL },
  { "quark_to_string", quark_to_string, METH_O, NULL },
  { "bytes_new", floor_bytes_new, METH_O, NULL },
  { "bytes_new_take", floor_bytes_new_take, METH_O, NULL },
  { "environ_getenv", (PyCFunction) (void (*) (void)) floor_environ_getenv, METH_FASTCALL, NULL },
#ifdef FLOOR_FIXTURES
  { "double_identity", double_identity, METH_O, NULL },
  { "ints_3", (PyCFunction) (void (*) (void)) ints_3, METH_FASTCALL, NULL },
  { "ints_6", (PyCFunction) (void (*) (void)) ints_6, METH_FASTCALL, NULL },
  { "utf8_copy", utf8_copy, METH_O, NULL },
  { "outs_3", outs_3, METH_NOARGS, NULL },
  { "array_length", floor_array_length, METH_O, NULL },
  { "array_copy", floor_array_copy, METH_O, NULL },
  { "array_texts", floor_array_texts, METH_O, NULL },
  { "callback_call", (PyCFunction) (void (*) (void)) floor_callback_call, METH_FASTCALL, NULL },
  { "struct_out_allocated", floor_struct_out_allocated, METH_NOARGS, NULL },
#endif
  { "action_get_enabled", floor_action_get_enabled, METH_O, NULL },
  { NULL, NULL, 0, NULL }
};

static struct PyModuleDef definition = {
  PyModuleDef_HEAD_INIT,
  .m_name = FLOOR_MODULE_NAME,
  .m_doc = "The functions of the speed suite, bound by hand.",
  .m_size = -1,
  .m_methods = floor_functions,
};

PyMODINIT_FUNC
FLOOR_MODULE_INIT (void)
{
  PyObject *module = PyModule_Create (&definition);

  if (module != NULL && floor_add_types (module) < 0)
    Py_CLEAR (module);
  return module;
}

/* What the files of the floor share: the switch between its two variants, and the checks that every function repeats.
 *
 * The floor is a C extension as a careful author writes it by hand for the functions of the speed suite: no metadata,
 * no generic code. It is compiled twice from the same source. With FLOOR_RELEASE the GIL is released around each call
 * into the library, as PyGObject does; without it the GIL is kept. It knows nothing of gi. */
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <limits.h>

#ifdef FLOOR_RELEASE
#define FLOOR_MODULE_NAME "floor_released"
#define FLOOR_MODULE_INIT PyInit_floor_released
#define CALL_BEGIN Py_BEGIN_ALLOW_THREADS
#define CALL_END Py_END_ALLOW_THREADS
#else
#define FLOOR_MODULE_NAME "floor_kept"
#define FLOOR_MODULE_INIT PyInit_floor_kept
#define CALL_BEGIN {
#define CALL_END }
#endif

/* Names that cross files stay inside the extension. */
#define FLOOR_INTERNAL __attribute__ ((visibility ("hidden")))

extern FLOOR_INTERNAL PyMethodDef floor_functions[];

/* Functions of data.c. */
FLOOR_INTERNAL PyObject *floor_bytes_new (PyObject *module, PyObject *argument);
FLOOR_INTERNAL PyObject *floor_bytes_new_take (PyObject *module, PyObject *argument);
FLOOR_INTERNAL PyObject *floor_environ_getenv (PyObject *module, PyObject *const *arguments, Py_ssize_t count);
FLOOR_INTERNAL PyObject *floor_array_length (PyObject *module, PyObject *argument);
FLOOR_INTERNAL PyObject *floor_array_copy (PyObject *module, PyObject *argument);
FLOOR_INTERNAL PyObject *floor_array_texts (PyObject *module, PyObject *argument);
FLOOR_INTERNAL PyObject *floor_callback_call (PyObject *module, PyObject *const *arguments, Py_ssize_t count);
FLOOR_INTERNAL PyObject *floor_struct_out_allocated (PyObject *module, PyObject *unused);

/* The function of living.c. */
FLOOR_INTERNAL PyObject *floor_action_get_enabled (PyObject *module, PyObject *argument);

/* Adds the types of living.c; 0, or -1 with an exception set. */
FLOOR_INTERNAL int floor_add_living_types (PyObject *module);

/* Adds the types of data.c; 0, or -1 with an exception set. */
FLOOR_INTERNAL int floor_add_data_types (PyObject *module);

/* Adds the wrapper types to the module; 0, or -1 with an exception set. */
FLOOR_INTERNAL int floor_add_types (PyObject *module);

/* A gint from a Python int. Returns FALSE with TypeError or OverflowError set. */
static inline int
floor_int (PyObject *value, int *result)
{
  long number = PyLong_AsLong (value);

  if (number == -1 && PyErr_Occurred ())
    return 0;
  if (number < INT_MIN || number > INT_MAX)
    {
      PyErr_Format (PyExc_OverflowError, "%ld not in range %d to %d", number, INT_MIN, INT_MAX);
      return 0;
    }
  *result = (int) number;
  return 1;
}

/* A guint from a Python int. Returns FALSE with TypeError or OverflowError set. */
static inline int
floor_uint (PyObject *value, unsigned int *result)
{
  unsigned long number = PyLong_AsUnsignedLong (value);

  if (number == (unsigned long) -1 && PyErr_Occurred ())
    return 0;
  if (number > UINT_MAX)
    {
      PyErr_Format (PyExc_OverflowError, "%lu not in range 0 to %u", number, UINT_MAX);
      return 0;
    }
  *result = (unsigned int) number;
  return 1;
}

/* Raises the TypeError for a wrong number of arguments and returns NULL. */
static inline PyObject *
floor_wrong_count (const char *name, Py_ssize_t expected, Py_ssize_t given)
{
  return PyErr_Format (PyExc_TypeError, "%s() takes exactly %zd arguments (%zd given)", name, expected, given);
}

/* A tuple that takes over three new references; NULL if one of them is missing or memory is short. */
static inline PyObject *
floor_three (PyObject *first, PyObject *second, PyObject *third)
{
  PyObject *tuple = (first != NULL && second != NULL && third != NULL) ? PyTuple_New (3) : NULL;

  if (tuple == NULL)
    {
      Py_XDECREF (first);
      Py_XDECREF (second);
      Py_XDECREF (third);
      return NULL;
    }
  PyTuple_SET_ITEM (tuple, 0, first);
  PyTuple_SET_ITEM (tuple, 1, second);
  PyTuple_SET_ITEM (tuple, 2, third);
  return tuple;
}

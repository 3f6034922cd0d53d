/* The C interface of gi for extension modules: the names by which they use it, and how they get it.
 *
 * A module calls pygobject_init() once, before all else. One made of several source files defines NO_IMPORT_PYGOBJECT in
 * all but the one that does so. Written for gijit; see pygobject-types.h. SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef _PYGOBJECT_H_
#define _PYGOBJECT_H_

#include "pygobject-types.h"

G_BEGIN_DECLS

#ifdef NO_IMPORT_PYGOBJECT
extern struct _PyGObject_Functions *_PyGObject_API;
#else
struct _PyGObject_Functions *_PyGObject_API;
#endif

/* ---- Objects ---- */

#define PyGObject_Type (*_PyGObject_API->object_type)

#define pygobject_get(v) (((PyGObject *)(v))->obj)
#define pygobject_check(v, base) (PyObject_TypeCheck ((v), (base)))

#define pygobject_register_class (_PyGObject_API->register_class)
#define pygobject_register_wrapper (_PyGObject_API->register_wrapper)
#define pygobject_lookup_class (_PyGObject_API->lookup_class)
#define pygobject_new (_PyGObject_API->newgobj)
#define pygobject_new_full (_PyGObject_API->newgobj_full)
#define pygobject_watch_closure (_PyGObject_API->object_watch_closure)
#define pyg_parse_constructor_args (_PyGObject_API->parse_constructor_args)

#define pyg_closure_new (_PyGObject_API->closure_new)
#define pyg_closure_set_exception_handler (_PyGObject_API->closure_set_exception_handler)
#define pyg_destroy_notify (_PyGObject_API->destroy_notify)

/* ---- Types ---- */

#define pyg_type_from_object (_PyGObject_API->type_from_object)
#define pyg_type_from_object_strict (_PyGObject_API->type_from_object_strict)
#define pyg_type_wrapper_new (_PyGObject_API->type_wrapper_new)
#define pyg_register_interface (_PyGObject_API->register_interface)
#define pyg_register_interface_info (_PyGObject_API->register_interface_info)
#define pyg_register_class_init (_PyGObject_API->register_class_init)
#define pyg_register_gtype_custom (_PyGObject_API->register_gtype_custom)

/* ---- Values ---- */

#define pyg_value_from_pyobject (_PyGObject_API->value_from_pyobject)
#define pyg_value_from_pyobject_with_error (_PyGObject_API->value_from_pyobject_with_error)
#define pyg_value_as_pyobject (_PyGObject_API->value_as_pyobject)
#define pyg_param_gvalue_as_pyobject (_PyGObject_API->param_gvalue_as_pyobject)
#define pyg_param_gvalue_from_pyobject (_PyGObject_API->gvalue_from_param_pyobject)
#define pyg_gvalue_from_param_pyobject (_PyGObject_API->gvalue_from_param_pyobject)
#define pyg_pyobj_to_unichar_conv (_PyGObject_API->pyobj_to_unichar_conv)

/* ---- Boxed values and pointers ---- */

#define PyGBoxed_Type (*_PyGObject_API->boxed_type)

#define pyg_boxed_get(v, t) ((t *)((PyGBoxed *)(v))->boxed)
#define pyg_boxed_get_ptr(v) (((PyGBoxed *)(v))->boxed)
#define pyg_boxed_set_ptr(v, p) (((PyGBoxed *)(v))->boxed = (gpointer)(p))
#define pyg_boxed_check(v, typecode) \
    (PyObject_TypeCheck ((v), &PyGBoxed_Type) && ((PyGBoxed *)(v))->gtype == (typecode))
#define pyg_boxed_new (_PyGObject_API->boxed_new)
#define pyg_register_boxed (_PyGObject_API->register_boxed)

#define PyGPointer_Type (*_PyGObject_API->pointer_type)

#define pyg_pointer_get(v, t) ((t *)((PyGPointer *)(v))->pointer)
#define pyg_pointer_get_ptr(v) (((PyGPointer *)(v))->pointer)
#define pyg_pointer_set_ptr(v, p) (((PyGPointer *)(v))->pointer = (gpointer)(p))
#define pyg_pointer_check(v, typecode) \
    (PyObject_TypeCheck ((v), &PyGPointer_Type) && ((PyGPointer *)(v))->gtype == (typecode))
#define pyg_pointer_new (_PyGObject_API->pointer_new)
#define pyg_register_pointer (_PyGObject_API->register_pointer)

/* ---- Descriptions of properties ---- */

#define PyGParamSpec_Type (*_PyGObject_API->paramspec_type)

#define PyGParamSpec_Get(v) (((PyGParamSpec *)(v))->pspec)
#define PyGParamSpec_Check(v) (PyObject_TypeCheck ((v), &PyGParamSpec_Type))
#define pyg_param_spec_new (_PyGObject_API->paramspec_new)
#define pyg_param_spec_from_object (_PyGObject_API->paramspec_get)

/* ---- Enumerations and flags ---- */

#define PyGEnum_Type (*_PyGObject_API->enum_type)
#define PyGFlags_Type (*_PyGObject_API->flags_type)

#define pyg_enum_get_value (_PyGObject_API->enum_get_value)
#define pyg_enum_add (_PyGObject_API->enum_add)
#define pyg_enum_from_gtype (_PyGObject_API->enum_from_gtype)
#define pyg_enum_add_constants (_PyGObject_API->enum_add_constants)
#define pyg_flags_get_value (_PyGObject_API->flags_get_value)
#define pyg_flags_add (_PyGObject_API->flags_add)
#define pyg_flags_from_gtype (_PyGObject_API->flags_from_gtype)
#define pyg_flags_add_constants (_PyGObject_API->flags_add_constants)
#define pyg_constant_strip_prefix (_PyGObject_API->constant_strip_prefix)

/* ---- Errors and warnings ---- */

#define pyg_error_check (_PyGObject_API->error_check)
#define pyg_gerror_exception_check (_PyGObject_API->gerror_exception_check)
#define pyg_add_warning_redirection (_PyGObject_API->add_warning_redirection)
#define pyg_disable_warning_redirections (_PyGObject_API->disable_warning_redirections)

/* ---- Threads ---- */

#define pyg_threads_enabled (_PyGObject_API->threads_enabled)
#define pyg_enable_threads (_PyGObject_API->enable_threads)
#define pyg_set_thread_block_funcs (_PyGObject_API->set_thread_block_funcs)
#define pyg_gil_state_ensure() ((int)PyGILState_Ensure ())
#define pyg_gil_state_release(state) (PyGILState_Release ((PyGILState_STATE)(state)))

/* A pair: what stands between runs without the GIL. */
#define pyg_begin_allow_threads          \
    do {                                 \
        PyThreadState *_pyg_thread_state = PyEval_SaveThread ();
#define pyg_end_allow_threads                   \
        PyEval_RestoreThread (_pyg_thread_state); \
    } while (0)

/* There is nothing to block: the GIL is all that threads need. */
#define pyg_block_threads() ((void)0)
#define pyg_unblock_threads() ((void)0)

/* ---- Lists of GLib and of Python ----
 *
 * PYLIST_FROMG*LIST makes `py_list`, a list of what `item_convert_func` makes of the data of each node: a new reference,
 * or NULL, at which `py_list` becomes NULL. Then `list_free` and `list_item_free` are called, where they are not NULL.
 *
 * PYLIST_ASG*LIST makes `list` of a sequence. An item that `check_func` refuses, or that `convert_func` cannot store
 * through its second argument (it returns FALSE then), ends it: what was made is freed, by `child_free_func` too where it
 * is not NULL, and the function returns `errorreturn` with a TypeError of `errormsg`. */

#define PYLIST_FROMGLIBLIST(type, prefix, py_list, list, item_convert_func, list_free, list_item_free) \
    do {                                                                                               \
        type *_pyg_node;                                                                               \
        void (*_pyg_free) (type *) = (list_free);                                                      \
        GDestroyNotify _pyg_item_free = (GDestroyNotify)(list_item_free);                              \
        (py_list) = PyList_New (0);                                                                    \
        for (_pyg_node = (list); (py_list) != NULL && _pyg_node != NULL; _pyg_node = _pyg_node->next) { \
            PyObject *_pyg_item = item_convert_func (_pyg_node->data);                                 \
            if (_pyg_item == NULL || PyList_Append ((py_list), _pyg_item) < 0)                         \
                Py_CLEAR (py_list);                                                                    \
            Py_XDECREF (_pyg_item);                                                                    \
        }                                                                                              \
        if (_pyg_item_free != NULL)                                                                    \
            for (_pyg_node = (list); _pyg_node != NULL; _pyg_node = _pyg_node->next)                   \
                _pyg_item_free (_pyg_node->data);                                                      \
        if (_pyg_free != NULL)                                                                         \
            _pyg_free (list);                                                                          \
    } while (0)

#define PYLIST_FROMGLIST(py_list, list, item_convert_func, list_free, list_item_free) \
    PYLIST_FROMGLIBLIST (GList, g_list, py_list, list, item_convert_func, list_free, list_item_free)
#define PYLIST_FROMGSLIST(py_list, list, item_convert_func, list_free, list_item_free) \
    PYLIST_FROMGLIBLIST (GSList, g_slist, py_list, list, item_convert_func, list_free, list_item_free)

#define PYLIST_ASGLIBLIST(type, prefix, py_list, list, check_func, convert_func, child_free_func, errormsg, errorreturn) \
    do {                                                                                                \
        Py_ssize_t _pyg_i, _pyg_n = PySequence_Size (py_list);                                          \
        GDestroyNotify _pyg_item_free = (GDestroyNotify)(child_free_func);                              \
        gboolean _pyg_good = _pyg_n >= 0;                                                               \
        (list) = NULL;                                                                                  \
        for (_pyg_i = 0; _pyg_good && _pyg_i < _pyg_n; _pyg_i++) {                                      \
            gpointer _pyg_data = NULL;                                                                  \
            PyObject *_pyg_item = PySequence_GetItem ((py_list), _pyg_i);                               \
            _pyg_good = _pyg_item != NULL && check_func (_pyg_item) && convert_func (_pyg_item, &_pyg_data); \
            Py_XDECREF (_pyg_item);                                                                     \
            if (_pyg_good)                                                                              \
                (list) = prefix##_prepend ((list), _pyg_data);                                          \
        }                                                                                               \
        if (!_pyg_good) {                                                                               \
            if (_pyg_item_free != NULL)                                                                 \
                prefix##_free_full ((list), _pyg_item_free);                                            \
            else                                                                                        \
                prefix##_free (list);                                                                   \
            (list) = NULL;                                                                              \
            PyErr_SetString (PyExc_TypeError, (errormsg));                                              \
            return errorreturn;                                                                         \
        }                                                                                               \
        (list) = prefix##_reverse (list);                                                               \
    } while (0)

#define PYLIST_ASGLIST(py_list, list, check_func, convert_func, child_free_func, errormsg, errorreturn)   \
    PYLIST_ASGLIBLIST (GList, g_list, py_list, list, check_func, convert_func, child_free_func, errormsg, \
                       errorreturn)
#define PYLIST_ASGSLIST(py_list, list, check_func, convert_func, child_free_func, errormsg, errorreturn)    \
    PYLIST_ASGLIBLIST (GSList, g_slist, py_list, list, check_func, convert_func, child_free_func, errormsg, \
                       errorreturn)

/* ---- Getting it ---- */

#ifndef NO_IMPORT_PYGOBJECT

/* Imports gi and gets its table. Returns the module gi._gobject, a new reference; NULL with an ImportError if there is no
 * gi, or if it is not of the major version that is asked for, or older. -1 asks for no version in particular. */
static inline PyObject *
pygobject_init (int req_major, int req_minor, int req_micro)
{
    PyObject *module, *object;

    module = PyImport_ImportModule ("gi._gobject");
    if (module == NULL)
        return NULL;

    object = PyObject_GetAttrString (module, "_PyGObject_API");
    if (object != NULL) {
        _PyGObject_API = (struct _PyGObject_Functions *)PyCapsule_GetPointer (object, "gobject._PyGObject_API");
        Py_DECREF (object);
    }
    if (object == NULL || _PyGObject_API == NULL) {
        PyErr_Clear ();
        PyErr_SetString (PyExc_ImportError, "gi._gobject has no C interface");
        Py_DECREF (module);
        return NULL;
    }

    if (req_major != -1) {
        int major, minor, micro;

        object = PyObject_GetAttrString (module, "pygobject_version");
        if (object == NULL || !PyArg_ParseTuple (object, "iii", &major, &minor, &micro)) {
            Py_XDECREF (object);
            Py_DECREF (module);
            return NULL;
        }
        Py_DECREF (object);
        if (major != req_major
            || (req_minor != -1
                && (minor < req_minor || (minor == req_minor && req_micro != -1 && micro < req_micro)))) {
            PyErr_Format (PyExc_ImportError, "gi %d.%d.%d or newer of that major version is needed; this is %d.%d.%d",
                          req_major, req_minor, req_micro, major, minor, micro);
            Py_DECREF (module);
            return NULL;
        }
    }
    return module;
}

#endif

G_END_DECLS

#endif

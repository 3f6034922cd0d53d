/* What C extensions share with gi: the layouts of its objects, and the table of functions that it offers them.
 *
 * Written for gijit. Names, layouts and the order of the table are those of the C interface that PyGObject 3 has, so
 * that an extension which was compiled for one works with the other. SPDX-License-Identifier: MIT OR Apache-2.0 */
#ifndef _PYGOBJECT_TYPES_H_
#define _PYGOBJECT_TYPES_H_

#include <Python.h>
#include <glib-object.h>
#include <glib.h>

G_BEGIN_DECLS

/* ---- Layouts ---- */

/* Of no meaning to gijit, whose objects have a word of their own there in which these bits are zero. */
typedef enum {
    PYGOBJECT_USING_TOGGLE_REF = 1 << 0,
    PYGOBJECT_IS_FLOATING_REF = 1 << 1,
    PYGOBJECT_GOBJECT_WAS_FLOATING = 1 << 2
} PyGObjectFlags;

/* The wrapper of a GObject. `obj` is one strong reference, NULL before construction. The dictionary belongs to CPython. */
typedef struct {
    PyObject_HEAD
    GObject *obj;
    PyObject *inst_dict;
    PyObject *weakreflist;
    union {
        PyGObjectFlags flags;
        gsize word;
    } private_flags;
} PyGObject;

/* The wrapper of a boxed value. It is freed with the wrapper if `free_on_dealloc` is not FALSE. */
typedef struct {
    PyObject_HEAD
    gpointer boxed;
    GType gtype;
    gboolean free_on_dealloc;
} PyGBoxed;

/* The wrapper of a pointer that nobody owns. */
typedef struct {
    PyObject_HEAD
    gpointer pointer;
    GType gtype;
} PyGPointer;

/* The wrapper of a property's description: one strong reference. */
typedef struct {
    PyObject_HEAD
    GParamSpec *pspec;
} PyGParamSpec;

/* Called with an exception set in the place of what prints it; may write the result of the closure. */
typedef void (*PyClosureExceptionHandler) (GValue *ret, guint n_param_values, const GValue *params);

/* A closure of a callable. The references are strong, or NULL. */
typedef struct _PyGClosure {
    GClosure closure;
    PyObject *callback;
    PyObject *extra_args; /* a tuple, passed behind the values */
    PyObject *swap_data;  /* passed in the place of the first value */
    PyClosureExceptionHandler exception_handler;
} PyGClosure;

/* ---- Functions that extensions give ---- */

/* For the class of each Python type that derives from a GType; 0, or -1 with an exception set. */
typedef int (*PyGClassInitFunc) (gpointer gclass, PyTypeObject *pyclass);
typedef void (*PyGThreadBlockFunc) (void);
typedef PyTypeObject *(*PyGTypeRegistrationFunction) (const gchar *name, gpointer data);
/* How values of a GType cross: a new reference or NULL, and 0 or -1, with an exception set where it fails. */
typedef PyObject *(*PyGValueFromFunc) (const GValue *value);
typedef int (*PyGValueToFunc) (GValue *value, PyObject *obj);

/* ---- The table ---- */

G_GNUC_BEGIN_IGNORE_DEPRECATIONS

/* All functions are called with the GIL held. A PyObject that is returned is a new reference. */
struct _PyGObject_Functions {
    /* `bases` is NULL or a tuple, whose reference is taken. */
    void (*register_class) (PyObject *dict, const gchar *class_name, GType gtype, PyTypeObject *type, PyObject *bases);
    void (*register_wrapper) (PyObject *self);
    PyTypeObject *(*lookup_class) (GType type); /* borrowed */
    PyObject *(*newgobj) (GObject *obj);
    GClosure *(*closure_new) (PyObject *callback, PyObject *extra_args, PyObject *swap_data);
    void (*object_watch_closure) (PyObject *self, GClosure *closure);
    GDestroyNotify destroy_notify;

    GType (*type_from_object) (PyObject *obj);
    PyObject *(*type_wrapper_new) (GType type);

    gint (*enum_get_value) (GType enum_type, PyObject *obj, gint *val);
    gint (*flags_get_value) (GType flag_type, PyObject *obj, guint *val);
    void (*register_gtype_custom) (GType gtype, PyGValueFromFunc from_func, PyGValueToFunc to_func);
    int (*value_from_pyobject) (GValue *value, PyObject *obj);
    PyObject *(*value_as_pyobject) (const GValue *value, gboolean copy_boxed);

    void (*register_interface) (PyObject *dict, const gchar *class_name, GType gtype, PyTypeObject *type);

    PyTypeObject *boxed_type;
    void (*register_boxed) (PyObject *dict, const gchar *class_name, GType boxed_type, PyTypeObject *type);
    PyObject *(*boxed_new) (GType boxed_type, gpointer boxed, gboolean copy_boxed, gboolean own_ref);

    PyTypeObject *pointer_type;
    void (*register_pointer) (PyObject *dict, const gchar *class_name, GType pointer_type, PyTypeObject *type);
    PyObject *(*pointer_new) (GType pointer_type, gpointer pointer);

    void (*enum_add_constants) (PyObject *module, GType enum_type, const gchar *strip_prefix);
    void (*flags_add_constants) (PyObject *module, GType flags_type, const gchar *strip_prefix);
    const gchar *(*constant_strip_prefix) (const gchar *name, const gchar *strip_prefix);

    gboolean (*error_check) (GError **error);

    void (*set_thread_block_funcs) (PyGThreadBlockFunc block_threads_func, PyGThreadBlockFunc unblock_threads_func);
    PyGThreadBlockFunc block_threads;   /* NULL */
    PyGThreadBlockFunc unblock_threads; /* NULL */

    PyTypeObject *paramspec_type;
    PyObject *(*paramspec_new) (GParamSpec *spec); /* not implemented */
    GParamSpec *(*paramspec_get) (PyObject *tuple); /* not implemented */
    int (*pyobj_to_unichar_conv) (PyObject *pyobj, void *ptr);
    gboolean (*parse_constructor_args) (GType obj_type, char **arg_names, char **prop_names, GParameter *params,
                                        guint *nparams, PyObject **py_args);
    PyObject *(*param_gvalue_as_pyobject) (const GValue *gvalue, gboolean copy_boxed, const GParamSpec *pspec);
    int (*gvalue_from_param_pyobject) (GValue *value, PyObject *py_obj, const GParamSpec *pspec);

    PyTypeObject *enum_type;
    PyObject *(*enum_add) (PyObject *module, const char *type_name, const char *strip_prefix, GType gtype);
    PyObject *(*enum_from_gtype) (GType gtype, int value);
    PyTypeObject *flags_type;
    PyObject *(*flags_add) (PyObject *module, const char *type_name, const char *strip_prefix, GType gtype);
    PyObject *(*flags_from_gtype) (GType gtype, guint value);

    gboolean threads_enabled; /* TRUE */
    int (*enable_threads) (void);
    int (*gil_state_ensure) (void);
    void (*gil_state_release) (int flag);

    void (*register_class_init) (GType gtype, PyGClassInitFunc class_init);
    void (*register_interface_info) (GType gtype, const GInterfaceInfo *info);
    void (*closure_set_exception_handler) (GClosure *closure, PyClosureExceptionHandler handler);

    void (*add_warning_redirection) (const char *domain, PyObject *warning);
    void (*disable_warning_redirections) (void);

    gpointer _reserved1;
    gboolean (*gerror_exception_check) (GError **error);
    gpointer _reserved2;
    GType (*type_from_object_strict) (PyObject *obj, gboolean strict);

    PyObject *(*newgobj_full) (GObject *obj, gboolean steal, gpointer g_class);
    PyTypeObject *object_type;
    int (*value_from_pyobject_with_error) (GValue *value, PyObject *obj);
};

G_GNUC_END_IGNORE_DEPRECATIONS

G_END_DECLS

#endif

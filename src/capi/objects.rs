//! Objects and closures.

use std::ffi::{CStr, c_int, c_void};
use std::ptr;

use gobject_sys as gobject;
use gobject_sys::{GClosure, GObject, GParamSpec, GParameter};
use pyo3::ffi;

use crate::capi::{Object, Text};
use crate::closure::gclosure::{self, ExceptionHandler};
use crate::closure::ties;
use crate::closure::watch::PyGClosure;
use crate::convert::classes;
use crate::convert::gtype::gtype_name;
use crate::convert::gvalue;
use crate::object::class::cells;
use crate::object::instance::base;
use crate::object::instance::wrapper;
use crate::python::error::{Raised, not_implemented, type_error};
use crate::python::reference::not_null;

/// Makes a wrapper whose `obj` an extension has set itself that of its GObject.
pub unsafe extern "C" fn register_wrapper(object: Object) {
    // SAFETY: called with a live wrapper of a live GObject, which has no other.
    crate::guard(|| unsafe { wrapper::register(object) });
}

/// The wrapper of a GObject, which has a reference of its own; None for NULL.
pub unsafe extern "C" fn newgobj(object: *mut GObject) -> Object {
    // SAFETY: passed on.
    unsafe { newgobj_full(object, 0, ptr::null_mut()) }
}

/// The same. With `steal` the caller's reference becomes the wrapper's. `class` is that of an object whose type is not
/// the final one yet: NULL, or a class whose type the wrapper should have.
pub unsafe extern "C" fn newgobj_full(
    object: *mut GObject,
    steal: c_int,
    class: *mut c_void,
) -> Object {
    crate::guard(|| {
        // SAFETY: called with NULL or a live object, and NULL or a live class.
        unsafe {
            if !class.is_null() && !object.is_null() && ties::wrapper_of(object).is_none() {
                let gtype = (*class.cast::<gobject::GTypeClass>()).g_type;
                return wrapper::wrap_as_type(object, gtype, steal != 0);
            }
            let cell = cells::of_type(gobject::G_TYPE_OBJECT)?;
            let wrapped = if steal == 0 {
                wrapper::object_out_none(object.cast(), cell)
            } else {
                wrapper::object_out_full(object.cast(), cell)
            };
            not_null(wrapped)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// A floating closure of a callable; NULL with an exception set.
pub unsafe extern "C" fn closure_new(
    callback: Object,
    extra: Object,
    swap: Object,
) -> *mut GClosure {
    // SAFETY: called with live objects or NULL.
    crate::guard(|| unsafe {
        if callback.is_null() || ffi::PyCallable_Check(callback) == 0 {
            return Err(type_error("closure_new: the callback must be callable"));
        }
        gclosure::new(callback, extra, swap, None)
    })
    .unwrap_or(ptr::null_mut())
}

pub unsafe extern "C" fn closure_set_exception_handler(
    closure: *mut GClosure,
    handler: Option<ExceptionHandler>,
) {
    // SAFETY: called with a closure of `closure_new`, or NULL.
    unsafe {
        if !closure.is_null() {
            (*closure.cast::<PyGClosure>())
                .called
                .exception_handler
                .set(handler);
        }
    }
}

/// Ends a closure with the object, and shows what it refers to to the collector.
pub unsafe extern "C" fn object_watch_closure(object: Object, closure: *mut GClosure) {
    // SAFETY: called with a live object and a closure of `closure_new`.
    crate::guard(|| unsafe {
        match base::gobject_of(object)? {
            Some(held) => ties::make(held).watch(closure),
            None => return Err(type_error("watch_closure: the object must be a GObject")),
        }
        Ok(())
    });
}

pub unsafe extern "C" fn paramspec_new(_: *mut GParamSpec) -> Object {
    not_implemented("Creating ParamSpecs through pyg_param_spec_new is no longer supported");
    ptr::null_mut()
}

pub unsafe extern "C" fn paramspec_get(_: Object) -> *mut GParamSpec {
    not_implemented(
        "Creating ParamSpecs through pyg_param_spec_from_object is no longer supported",
    );
    ptr::null_mut()
}

/// Properties for a new object of the arguments of a constructor: those that are there and not NULL. `arguments` and
/// `properties` are names, as many as there are objects, with a NULL at the end. TRUE, or FALSE with a TypeError.
pub unsafe extern "C" fn parse_constructor_args(
    gtype: usize,
    arguments: *const Text,
    properties: *const Text,
    parameters: *mut GParameter,
    n_parameters: *mut u32,
    objects: *const Object,
) -> c_int {
    crate::guard(|| {
        // SAFETY: called as said above, with room for all parameters; the class is held while its properties are looked
        // up.
        unsafe {
            let class = classes::class_ref(gtype);
            let mut made = 0;
            let mut result = if class.is_null() {
                Err(type_error(&format!(
                    "{} has no properties",
                    gtype_name(gtype)
                )))
            } else {
                Ok(())
            };
            let mut i = 0;
            while result.is_ok() && !(*arguments.add(i)).is_null() {
                let object = *objects.add(i);
                let name = *properties.add(i);
                let argument = CStr::from_ptr(*arguments.add(i)).to_string_lossy();
                i += 1;
                if object.is_null() {
                    continue;
                }
                let spec = gobject::g_object_class_find_property(class.cast(), name);
                if spec.is_null() {
                    result = Err(type_error(&format!(
                        "gobject `{}' doesn't support property `{}'",
                        gtype_name(gtype),
                        CStr::from_ptr(name).to_string_lossy()
                    )));
                    break;
                }
                let parameter = parameters.add(made);
                (*parameter).name = name;
                (*parameter).value = std::mem::zeroed();
                gobject::g_value_init(&mut (*parameter).value, (*spec).value_type);
                made += 1;
                result = gvalue::set(&mut (*parameter).value, object).map_err(|Raised| {
                    ffi::PyErr_Clear();
                    type_error(&format!(
                        "could not convert parameter '{argument}' of type '{}'",
                        gtype_name((*spec).value_type)
                    ))
                });
            }
            if !class.is_null() {
                gobject::g_type_class_unref(class.cast());
            }
            if result.is_err() {
                for k in 0..made {
                    gvalue::unset(&mut (*parameters.add(k)).value);
                }
                made = 0;
            }
            *n_parameters = made as u32;
            result
        }
    })
    .map_or(0, |()| 1)
}

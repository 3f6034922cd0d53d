//! Sources that a class of Python implements.
//!
//! Such a source belongs to its wrapper: when that goes, the source is destroyed, wherever it is attached; so it can
//! refer to the wrapper without holding it, by a back-pointer.

use std::ffi::{c_int, c_uint, c_void};
use std::ptr;

use gijit_plan::Kind;
use glib_sys as glib;
use glib_sys::{GSource, GSourceFunc, gboolean};
use pyo3::ffi::{self, PyObject, PyTypeObject};

use super::arguments::source_of;
use super::callback::{Callback, call_plain, enter, truth};
use super::pysource::PySource;
use crate::convert::{input, output};
use crate::object::class::cells;
use crate::object::pytype;
use crate::object::record::boxed;
use crate::object::record::boxed::Owner;
use crate::python::error::{Raised, Result, type_error};
use crate::python::reference::not_null;
use crate::python::reference::{Held, Name};
use crate::python::{self};

struct Functions(glib::GSourceFuncs);
// SAFETY: only read.
unsafe impl Sync for Functions {}

static FUNCTIONS: Functions = Functions(glib::GSourceFuncs {
    prepare: Some(prepare),
    check: Some(check),
    dispatch: Some(dispatch),
    finalize: None,
    closure_callback: None,
    closure_marshal: None,
});

/// Runs a method of a source's object, if that is there.
///
/// # Safety
/// `source` is one of ours.
unsafe fn method(
    source: *mut GSource,
    body: impl FnOnce(*mut PyObject) -> Result<bool>,
) -> gboolean {
    // SAFETY: by the caller's word; the object is held while its method runs, and may end afterwards.
    unsafe {
        enter(|| {
            let back = &(*source.cast::<PySource>()).back;
            let Some(object) = back.revive(source.cast(), glib::g_source_get_type()) else {
                return Ok(false);
            };
            ffi::Py_INCREF(object);
            let result = body(object);
            if result.is_err() {
                // Before the object can run code of its own.
                python::print();
            }
            ffi::Py_DECREF(object);
            Ok(result.unwrap_or(false))
        })
    }
}

static PREPARE: Name = Name::new(c"prepare");
static CHECK: Name = Name::new(c"check");
static DISPATCH: Name = Name::new(c"dispatch");

/// The result of a method without arguments: a new reference.
///
/// # Safety
/// A live object.
unsafe fn ask(object: *mut PyObject, name: &Name) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; each new reference is dropped.
    let result = unsafe {
        let function = name.of(object)?;
        let result = python::call(function, ptr::null(), 0);
        ffi::Py_DECREF(function);
        result
    };
    not_null(result)
}

unsafe extern "C" fn prepare(source: *mut GSource, timeout: *mut c_int) -> gboolean {
    // SAFETY: GLib calls it with a source of ours and a place for the timeout.
    unsafe {
        *timeout = -1;
        method(source, |object| {
            let answer = ask(object, &PREPARE)?;
            let sorted = prepared(answer);
            ffi::Py_DECREF(answer);
            let (ready, wait) = sorted?;
            *timeout = wait;
            Ok(ready)
        })
    }
}

/// What `prepare` has returned: whether the source is ready, and how long to wait if not.
///
/// # Safety
/// A live object.
unsafe fn prepared(answer: *mut PyObject) -> Result<(bool, c_int)> {
    // SAFETY: by the caller's word; items of a tuple are borrowed.
    unsafe {
        if ffi::Py_IsNone(answer) != 0 || ffi::Py_IsFalse(answer) != 0 {
            return Ok((false, -1));
        }
        if ffi::PyTuple_Check(answer) == 0 {
            return Err(type_error(
                "source prepare function must return a tuple or False",
            ));
        }
        if ffi::PyTuple_Size(answer) != 2 {
            return Err(type_error(
                "source prepare function return tuple must be exactly 2 elements long",
            ));
        }
        let ready = truth(ffi::Py_NewRef(ffi::PyTuple_GetItem(answer, 0)))?;
        let wait = input::integer(Kind::I32, ffi::PyTuple_GetItem(answer, 1))?;
        Ok((ready, wait as c_int))
    }
}

unsafe extern "C" fn check(source: *mut GSource) -> gboolean {
    // SAFETY: GLib calls it with a source of ours.
    unsafe { method(source, |object| truth(ask(object, &CHECK)?)) }
}

unsafe extern "C" fn dispatch(
    source: *mut GSource,
    function: GSourceFunc,
    data: *mut c_void,
) -> gboolean {
    // SAFETY: GLib calls it with a source of ours, and keeps the callback's data meanwhile. Every new reference is
    // dropped.
    unsafe {
        method(source, |object| {
            let mut held = Held::default();
            let ours = function.is_some_and(|function| {
                std::ptr::fn_addr_eq(
                    function,
                    call_plain as unsafe extern "C" fn(*mut c_void) -> gboolean,
                )
            });
            let (callback, args) = if ours {
                let callback = &*data.cast::<Callback>();
                let args = if callback.data.is_null() {
                    ffi::PyTuple_New(0)
                } else {
                    ffi::Py_NewRef(callback.data)
                };
                (ffi::Py_NewRef(callback.function), args)
            } else {
                (output::none(), output::none())
            };
            held.take(callback)?;
            held.take(args)?;
            let function = DISPATCH.of(object)?;
            let (args, n) = held.from(0);
            let result = python::call(function, args, n);
            ffi::Py_DECREF(function);
            truth(not_null(result)?)
        })
    }
}

/// Whether a source is one of ours.
///
/// # Safety
/// A live source.
pub unsafe fn is_ours(source: *mut GSource) -> bool {
    // SAFETY: by the caller's word.
    unsafe { ptr::eq((*source).source_funcs.cast(), &raw const FUNCTIONS.0) }
}

/// `source_new([class])`: a source whose functions are methods of its wrapper, which is of the class.
pub unsafe extern "C" fn source_new(
    _: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with as many live objects as it says. The wrapper takes the source, also when it fails.
        unsafe {
            let base = cells::of_type(glib::g_source_get_type())?.class()?;
            let class: *mut PyTypeObject = match n {
                0 => base,
                _ => (*args).cast(),
            };
            if ffi::PyType_Check(class.cast()) == 0 || !pytype::inherits(&[class], base) {
                return Err(type_error("source_new() takes a class of sources"));
            }
            let functions = (&raw const FUNCTIONS.0).cast_mut();
            let source = glib::g_source_new(functions, size_of::<PySource>() as c_uint);
            let gtype = glib::g_source_get_type();
            let object = boxed::wrap_as(class, source.cast(), gtype, Owner::Source);
            if object.is_null() {
                return Err(Raised);
            }
            (*source.cast::<PySource>()).back.set(object, gtype);
            Ok(object)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// `source_end(source)`: destroys a source that Python implements. False for all others.
pub unsafe extern "C" fn source_end(_: *mut PyObject, object: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live object, which holds the source.
        unsafe {
            let ours = match cells::boxed_of(object) {
                Some((gtype, value)) if gtype == glib::g_source_get_type() => {
                    // Another wrapper of the same source has no say in this.
                    is_ours(value.cast()) && (*value.cast::<PySource>()).back.is(object)
                }
                _ => false,
            };
            if ours {
                glib::g_source_destroy(source_of(object)?);
            }
            Ok(ffi::PyBool_FromLong(ours.into()))
        }
    })
    .unwrap_or(ptr::null_mut())
}

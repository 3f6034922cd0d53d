//! GTypes whose values another binding converts: pycairo's, and those that C extensions register.

use std::collections::HashMap;
use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex};

use gobject_sys as gobject;
use gobject_sys::GValue;
use pyo3::ffi::{self, PyObject};

use crate::python::error::{Raised, Result, type_error};

/// The Python object of a value: a new reference, or NULL with an exception set.
pub type FromValue = unsafe extern "C" fn(*const GValue) -> *mut PyObject;
/// Stores an object in an initialised value: 0, or -1 with an exception set.
pub type ToValue = unsafe extern "C" fn(*mut GValue, *mut PyObject) -> c_int;

#[derive(Clone, Copy)]
struct Functions {
    from_value: FromValue,
    to_value: ToValue,
}

/// Guards only the map; never held while a function of it runs.
static TYPES: LazyLock<Mutex<HashMap<usize, Functions>>> = LazyLock::new(Default::default);
/// Most programs register none, and then no lookup is worth a lock.
static ANY: AtomicBool = AtomicBool::new(false);

/// Says how values of a type and of all types that derive from it cross. A later word replaces an earlier one.
pub fn register(gtype: usize, from_value: FromValue, to_value: ToValue) {
    let functions = Functions {
        from_value,
        to_value,
    };
    TYPES
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
        .insert(gtype, functions);
    ANY.store(true, Ordering::Release);
}

fn find(gtype: usize) -> Option<Functions> {
    if !ANY.load(Ordering::Acquire) {
        return None;
    }
    let types = TYPES
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut gtype = gtype;
    while gtype != 0 {
        if let Some(functions) = types.get(&gtype) {
            return Some(*functions);
        }
        // SAFETY: any number may be asked for; the parent of a root is 0.
        gtype = unsafe { gobject::g_type_parent(gtype) };
    }
    None
}

/// The object of a value whose type is registered here.
///
/// # Safety
/// `value` is live and has a type.
pub unsafe fn load(value: *const GValue) -> Option<Result<*mut PyObject>> {
    // SAFETY: by the caller's word, and that of who registered the function.
    unsafe {
        let functions = find((*value).g_type)?;
        let object = (functions.from_value)(value);
        if object.is_null() {
            return Some(Err(raised()));
        }
        Some(Ok(object))
    }
}

/// Stores an object in a value whose type is registered here.
///
/// # Safety
/// `value` is live and has a type; `object` is live.
pub unsafe fn store(value: *mut GValue, object: *mut PyObject) -> Option<Result<()>> {
    // SAFETY: as above.
    unsafe {
        let functions = find((*value).g_type)?;
        if (functions.to_value)(value, object) < 0 {
            return Some(Err(raised()));
        }
        Some(Ok(()))
    }
}

/// The exception that a foreign function should have set.
fn raised() -> Raised {
    // SAFETY: the GIL is held.
    if unsafe { ffi::PyErr_Occurred() }.is_null() {
        return type_error("the value cannot be converted");
    }
    Raised
}

//! What wrappers of all instances have in common: the base types, where the instance stands, what is the same.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::errors;
use crate::convert::gtype::gtype_name;
use crate::convert::instance::{gtype_of, not_initialized};
use crate::object::pytype;
use crate::python::error::Result;
use crate::python::reference::Name;

/// The base types.
pub struct Types {
    pub gobject: *mut PyTypeObject,
    pub interface: *mut PyTypeObject,
    pub fundamental: *mut PyTypeObject,
}

// SAFETY: the types are immortal and written once.
unsafe impl Send for Types {}
// SAFETY: as above.
unsafe impl Sync for Types {}

pub(super) static TYPES: OnceLock<Types> = OnceLock::new();

/// Wrappers that hold an instance. Counted for `gijit.stats()` and for tests of leaks.
static LIVE: AtomicUsize = AtomicUsize::new(0);

pub fn live() -> usize {
    LIVE.load(Ordering::Relaxed)
}

/// Counts a wrapper that has got its instance, or has given it up.
pub fn count(holds: bool) {
    if holds {
        LIVE.fetch_add(1, Ordering::Relaxed);
    } else {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

pub fn types() -> &'static Types {
    TYPES.get().expect("the types are made at initialisation")
}

/// The GObject of a wrapper, borrowed; NULL before construction.
///
/// # Safety
/// `object` is a live wrapper of a GObject.
pub unsafe fn object_of(object: *mut PyObject) -> *mut gobject::GObject {
    // SAFETY: by the caller's word.
    unsafe { pointer(object).cast() }
}

/// The same for a method of the base type: TypeError before construction.
///
/// # Safety
/// `object` is a live wrapper of a GObject.
pub unsafe fn held(object: *mut PyObject) -> Result<*mut gobject::GObject> {
    // SAFETY: by the caller's word; reads a static that the interpreter has initialised.
    unsafe {
        let held = object_of(object);
        if held.is_null() {
            return Err(errors::not_initialized(ffi::PyExc_TypeError, object));
        }
        Ok(held)
    }
}

/// What a wrapper holds, borrowed, or NULL.
///
/// # Safety
/// `object` is a live wrapper.
pub unsafe fn pointer(object: *mut PyObject) -> *mut c_void {
    // SAFETY: every wrapper has its pointer there.
    unsafe {
        *object
            .cast::<u8>()
            .add(WRAPPER_POINTER)
            .cast::<*mut c_void>()
    }
}

/// The GObject in a wrapper, borrowed; None for other objects. RuntimeError if it has not been constructed.
///
/// # Safety
/// `object` is live.
pub unsafe fn gobject_of(object: *mut PyObject) -> Result<Option<*mut gobject::GObject>> {
    // SAFETY: passed on.
    unsafe { Ok(instance_of(object, types().gobject)?.map(<*mut c_void>::cast)) }
}

/// The instance in a wrapper of this base type, borrowed; None for other objects. RuntimeError if there is none yet.
///
/// # Safety
/// `object` is live.
pub unsafe fn instance_of(
    object: *mut PyObject,
    base: *mut PyTypeObject,
) -> Result<Option<*mut c_void>> {
    // SAFETY: the object is live; only wrappers are read as such.
    unsafe {
        if ffi::PyObject_TypeCheck(object, base) == 0 {
            return Ok(None);
        }
        let instance = pointer(object);
        if instance.is_null() {
            return Err(not_initialized(object));
        }
        Ok(Some(instance))
    }
}

/// What a class has under a name, its bases included, as it stands there: borrowed, or NULL without an exception.
///
/// # Safety
/// `class` is live; the GIL is held.
pub unsafe fn type_attribute(class: *mut PyTypeObject, name: &Name) -> *mut PyObject {
    let Ok(name) = name.get() else {
        // SAFETY: the GIL is held.
        unsafe { ffi::PyErr_Clear() };
        return ptr::null_mut();
    };
    // SAFETY: by the caller's word.
    unsafe { lookup(class, name) }
}

/// # Safety
/// `class` is live, `name` an interned str; the GIL is held.
pub(super) unsafe fn lookup(class: *mut PyTypeObject, name: *mut PyObject) -> *mut PyObject {
    unsafe extern "C" {
        fn _PyType_Lookup(class: *mut PyTypeObject, name: *mut PyObject) -> *mut PyObject;
    }
    // SAFETY: by the caller's word.
    unsafe { _PyType_Lookup(class, name) }
}

/// Whether a class has an attribute, its own or a base's; without an exception, and without calling Python.
///
/// # Safety
/// `class` is live, `name` an interned str; the GIL is held.
pub unsafe fn class_has(class: *mut PyTypeObject, name: *mut PyObject) -> bool {
    // SAFETY: by the caller's word.
    unsafe { !lookup(class, name).is_null() }
}

pub unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper; a pointer that is not NULL leads to a live instance.
    unsafe {
        let class = ffi::Py_TYPE(object);
        let instance = pointer(object);
        let inner = if instance.is_null() {
            "uninitialized".to_owned()
        } else {
            let gtype = gtype_of(instance);
            format!("{} at {instance:p}", gtype_name(gtype))
        };
        let name = pytype::class_name(class);
        pytype::text(&format!("<{name} object at {object:p} ({inner})>"))
    }
}

pub unsafe extern "C" fn hash(object: *mut PyObject) -> ffi::Py_hash_t {
    // SAFETY: called with a live wrapper.
    pytype::hash(unsafe { pointer(object) } as usize)
}

pub unsafe extern "C" fn compare(
    a: *mut PyObject,
    b: *mut PyObject,
    operation: c_int,
) -> *mut PyObject {
    // SAFETY: called with a live wrapper and any live object; only wrappers are read as such.
    unsafe {
        let is_wrapper = |object| {
            ffi::PyObject_TypeCheck(object, types().gobject) != 0
                || ffi::PyObject_TypeCheck(object, types().fundamental) != 0
        };
        if !is_wrapper(a) || !is_wrapper(b) {
            return pytype::not_implemented();
        }
        pytype::compare(pointer(a) as usize, pointer(b) as usize, operation)
    }
}

/// A wrapper without an instance: a new reference.
///
/// # Safety
/// `class` is a live class.
pub unsafe fn allocate(class: *mut PyTypeObject) -> *mut PyObject {
    // SAFETY: every class has an allocator.
    unsafe {
        let alloc = (*class).tp_alloc.expect("a ready type can allocate");
        alloc(class, 0)
    }
}

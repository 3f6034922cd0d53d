//! Objects, interfaces, boxed values, structs and unions on their way to C, and who owns them.
//!
//! A wrapper of any of them holds its C pointer at `abi::WRAPPER_POINTER`. Wrapping, the way back, needs classes and
//! belongs to the `object` room.

use std::ffi::c_void;
use std::ptr;

use gijit_shape::abi::WRAPPER_POINTER;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};

use crate::convert::cell::{Family, References, TypeCell};
use crate::convert::errors;
use crate::convert::table::hooks;
use crate::python::Outer;
use crate::python::error::{Raised, Result, c_text, str_of, type_error};

/// The C pointer of a wrapper, borrowed: it lives as long as the wrapper is referenced. `name` is the argument's name
/// for the error.
///
/// # Safety
/// `object` is live.
pub unsafe fn pointer(
    object: *mut PyObject,
    cell: &'static TypeCell,
    name: &str,
) -> Result<*mut c_void> {
    let class = cell.class()?;
    // SAFETY: the object is live; only an instance of the cell's class, which is a wrapper class, is read at the
    // wrapper's offset.
    unsafe {
        if ffi::PyObject_TypeCheck(object, class) == 0 {
            // The address of a member is that of its union.
            let is_member = cell.family == Family::Union && (hooks().is_member)(cell, object)?;
            if !is_member {
                return Err(wrong_instance(object, cell, name));
            }
        }
        let pointer = *object
            .cast::<u8>()
            .add(WRAPPER_POINTER)
            .cast::<*mut c_void>();
        if pointer.is_null() {
            return Err(not_initialized(object));
        }
        Ok(pointer)
    }
}

/// The GType of an instance.
///
/// # Safety
/// `instance` is live.
pub unsafe fn gtype_of<T>(instance: *const T) -> usize {
    // SAFETY: every instance has a class.
    unsafe { (*(*instance.cast::<gobject::GTypeInstance>()).g_class).g_type }
}

/// What is wrong with a wrapper without an instance.
///
/// # Safety
/// `object` is live.
pub unsafe fn not_initialized(object: *mut PyObject) -> Raised {
    // SAFETY: by the caller's word; reads a static that the interpreter has initialised.
    unsafe { errors::not_initialized(ffi::PyExc_RuntimeError, object) }
}

/// What is wrong with an object that is no instance of the cell's type; `name` is the argument's.
///
/// # Safety
/// `object` is live.
pub unsafe fn wrong_instance(object: *mut PyObject, cell: &TypeCell, name: &str) -> Raised {
    // SAFETY: the object is live; the attribute is read before it is dropped; a failure is cleared.
    unsafe {
        let module = ffi::PyObject_GetAttrString(object, c"__module__".as_ptr());
        let module = if module.is_null() {
            ffi::PyErr_Clear();
            String::new()
        } else {
            let text = str_of(module) + ".";
            ffi::Py_DECREF(module);
            text
        };
        let found = c_text((*ffi::Py_TYPE(object)).tp_name);
        // The types that are made here are heap types, which PyGObject's are not: only those have a `__module__`.
        let module = if found.starts_with("gobject.") || found.starts_with("gi.") {
            ""
        } else {
            &module
        };
        type_error(&format!(
            "argument {name}: Expected {}, but got {module}{found}",
            cell.of
        ))
    }
}

pub unsafe extern "C" fn object_dup(object: *const c_void, cell: *const TypeCell) -> *mut c_void {
    let object = object.cast_mut();
    if object.is_null() {
        return object;
    }
    // SAFETY: the contract of the slot: a live object of the cell's type, and a cell, which is never freed.
    unsafe { references(object, &*cell).acquire(object) }
}

pub unsafe extern "C" fn object_drop(object: *mut c_void, cell: *const TypeCell) {
    if object.is_null() {
        return;
    }
    // SAFETY: as above, and the caller owns the reference.
    unsafe {
        let cell: &'static TypeCell = &*cell;
        cell.settle();
        references(object, cell).release(object);
    }
}

/// How an instance is referred to: what its cell says, or else its type.
///
/// # Safety
/// The instance is live.
pub unsafe fn references(instance: *const c_void, cell: &TypeCell) -> References {
    if let Some(known) = cell.references.get() {
        return *known;
    }
    // SAFETY: by the caller's word; every instance has a class.
    let gtype = unsafe { gtype_of(instance) };
    references_of_type(gtype)
}

/// How instances of a GType are referred to. An exception that is set stays.
fn references_of_type(gtype: usize) -> References {
    // SAFETY: reads the type system; what is fetched is restored.
    unsafe {
        if gobject::g_type_fundamental(gtype) == gobject::G_TYPE_OBJECT {
            return References::Object;
        }
        let outer = Outer::take();
        let cell = crate::guard(|| {
            let cell = (hooks().cell_of_type)(gtype)?;
            cell.class()?;
            Ok(cell)
        });
        ffi::PyErr_Clear();
        drop(outer);
        let known = cell.and_then(|cell| cell.references.get().copied());
        known.unwrap_or(References::Unknown)
    }
}

/// Whether values of this GType are copied and freed as boxed values.
pub fn is_boxed(gtype: usize) -> bool {
    // SAFETY: reads the type system; any number is allowed.
    unsafe { gobject::g_type_fundamental(gtype) == gobject::G_TYPE_BOXED }
}

pub unsafe extern "C" fn boxed_dup(value: *const c_void, cell: *const TypeCell) -> *mut c_void {
    if value.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: the contract of the slot: a live value of the cell's type; a plain struct has the cell's size, and
    // what the callee gets it frees with g_free.
    unsafe {
        let cell = &*cell;
        if is_boxed(cell.gtype()) {
            gobject::g_boxed_copy(cell.gtype(), value.cast())
        } else if cell.size > 0 {
            let copy = glib_sys::g_malloc(cell.size);
            ptr::copy_nonoverlapping(value.cast::<u8>(), copy.cast(), cell.size);
            copy
        } else {
            // An opaque struct: there is nothing that could copy it, so it changes hands, as in PyGObject.
            value.cast_mut()
        }
    }
}

pub unsafe extern "C" fn boxed_drop(value: *mut c_void, cell: *const TypeCell) {
    if value.is_null() {
        return;
    }
    // SAFETY: the caller owns the value, which is of the cell's type. An opaque one cannot be freed.
    unsafe {
        let cell: &'static TypeCell = &*cell;
        cell.settle();
        if is_boxed(cell.gtype()) {
            gobject::g_boxed_free(cell.gtype(), value);
        } else if cell.size > 0 {
            glib_sys::g_free(value);
        }
    }
}

pub unsafe extern "C" fn boxed_alloc(cell: *const TypeCell) -> *mut c_void {
    // SAFETY: a cell is never freed.
    let cell = unsafe { &*cell };
    if cell.size == 0 {
        type_error(&format!(
            "struct {} cannot be created directly; its size is not known",
            cell.of
        ));
        return ptr::null_mut();
    }
    // SAFETY: plain allocation; aborts where memory is exhausted. It is aligned to 16 bytes, and no record that C has by value
    // wants more: a test walks those of the table.
    unsafe { glib_sys::g_malloc0(cell.size) }
}

pub unsafe extern "C" fn allocated_drop(value: *mut c_void, _: *const TypeCell) {
    // SAFETY: the memory came from `boxed_alloc`.
    unsafe { glib_sys::g_free(value) }
}

/// The Python value of the bytes of a struct: a wrapper with a copy of its own. With `full` the contents are ours and
/// move into it; the memory stays its owner's.
///
/// # Safety
/// At `from` is a live value of the cell's type.
pub unsafe fn inline_out(
    from: *const c_void,
    cell: &'static TypeCell,
    full: bool,
) -> *mut PyObject {
    cell.settle();
    // SAFETY: by the caller's word; the copy has the size of the type.
    unsafe {
        if !full && is_boxed(cell.gtype()) {
            return (super::table::table().boxed_out_none)(from.cast_mut(), cell);
        }
        let copy = boxed_alloc(cell);
        if copy.is_null() {
            return ptr::null_mut();
        }
        ptr::copy_nonoverlapping(from.cast::<u8>(), copy.cast(), cell.size);
        (super::table::table().allocated_out)(copy, cell)
    }
}

/// Releases the contents of a struct in memory that is not ours to free.
///
/// # Safety
/// At `at` is a live value of the cell's type whose contents are ours if `full`.
pub unsafe fn inline_drop(at: *const c_void, cell: &'static TypeCell, full: bool) {
    cell.settle();
    if full && is_boxed(cell.gtype()) && cell.size > 0 {
        // SAFETY: the contents move into memory that the type's own function frees.
        unsafe {
            let copy = glib_sys::g_malloc(cell.size);
            ptr::copy_nonoverlapping(at.cast::<u8>(), copy.cast(), cell.size);
            gobject::g_boxed_free(cell.gtype(), copy);
        }
    }
}

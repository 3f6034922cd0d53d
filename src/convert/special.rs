//! The types that are none of the large families: untyped pointers, class structs, closures, variants and errors.

use std::ffi::c_void;
use std::ptr;

use glib_sys as glib;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};

use crate::convert::cell::TypeCell;
use crate::convert::classes;
use crate::convert::table::hooks;
use crate::convert::temps::Temps;
use crate::convert::{gtype, input, instance, output};
use crate::python::error::{Raised, Result, overflow_error, type_error, type_name, value_error};
use crate::python::reference::Held;
use crate::python::reference::not_null;

// ---- gpointer ----

/// The address that an int or a capsule stands for.
///
/// # Safety
/// `object` is live and not None.
pub unsafe fn pointer_input(object: *mut PyObject) -> Result<*mut c_void> {
    // SAFETY: the object is live and read as what it is; a capsule's name is its own.
    unsafe {
        if ffi::PyLong_Check(object) != 0 {
            let value = ffi::PyLong_AsUnsignedLongMask(object);
            if ffi::PyErr_Occurred().is_null() && fits(object) {
                return Ok(value as usize as *mut c_void);
            }
            ffi::PyErr_Clear();
            let mut overflow = 0;
            ffi::PyLong_AsLongLongAndOverflow(object, &mut overflow);
            let sign = if overflow < 0 { "" } else { "unsigned " };
            return Err(overflow_error(&format!(
                "Python int too large to convert to C {sign}long"
            )));
        }
        if ffi::PyCapsule_CheckExact(object) != 0 {
            let pointer = ffi::PyCapsule_GetPointer(object, ffi::PyCapsule_GetName(object));
            return not_null(pointer);
        }
    }
    Err(value_error(
        "Pointer arguments are restricted to integers, capsules, and None. See: https://bugzilla.gnome.org/show_bug.cgi?id=683599",
    ))
}

/// Whether an int is an address: one of 64 bits, signed or not.
///
/// # Safety
/// `object` is a live int.
unsafe fn fits(object: *mut PyObject) -> bool {
    let mut overflow = 0;
    let mut bits = 0;
    // SAFETY: a live int.
    unsafe {
        ffi::PyLong_AsLongLongAndOverflow(object, &mut overflow);
        overflow == 0 || overflow > 0 && input::long_as_u64(object, &mut bits) != 0
    }
}

// ---- Class structs ----

/// The class struct of a class, an instance or a GType; held as long as the pieces.
///
/// # Safety
/// `object` is live and not None.
pub unsafe fn class_input(
    object: *mut PyObject,
    cell: &'static TypeCell,
    temps: &mut Temps<'_>,
) -> Result<*mut c_void> {
    unsafe extern "C" fn unref(class: *mut c_void, _: *const c_void) {
        // SAFETY: the reference that was taken below.
        unsafe { gobject::g_type_class_unref(class.cast()) }
    }
    // SAFETY: the object is live; a class struct that is wrapped already is read at the wrapper's offset.
    unsafe {
        let wrapped = cell.class()?;
        if ffi::PyObject_TypeCheck(object, wrapped) != 0 {
            return instance::pointer(object, cell, temps.name);
        }
        match gtype::lookup(object)? {
            Some(gtype) if gtype != 0 && gtype != gobject::G_TYPE_NONE => {
                if gobject::g_type_fundamental(gtype) == gobject::G_TYPE_INTERFACE {
                    return Ok(classes::interface_ref(gtype).cast());
                }
                if gobject::g_type_test_flags(gtype, gobject::G_TYPE_FLAG_CLASSED) != 0 {
                    let class = classes::class_ref(gtype);
                    temps.lend(class.cast(), unref, ptr::null());
                    return Ok(class.cast());
                }
            }
            _ => {}
        }
        Err(type_error(&format!(
            "Unable to retrieve a GObject type class from \"{}\".",
            type_name(object)
        )))
    }
}

// ---- GClosure ----

/// # Safety
/// `object` is live and not None.
pub unsafe fn closure_input(
    object: *mut PyObject,
    cell: &'static TypeCell,
    full: bool,
    temps: &mut Temps<'_>,
) -> Result<*mut c_void> {
    unsafe extern "C" fn unref(closure: *mut c_void, _: *const c_void) {
        // SAFETY: a reference of the pieces' own.
        unsafe { gobject::g_closure_unref(closure.cast()) }
    }
    // SAFETY: the object is live; a closure that is made here starts floating and is sunk, so that the pieces own it.
    unsafe {
        let class = cell.class()?;
        let closure = if ffi::PyObject_TypeCheck(object, class) != 0 {
            let closure = instance::pointer(object, cell, temps.name)?;
            gobject::g_closure_ref(closure.cast())
        } else {
            if ffi::PyCallable_Check(object) == 0 {
                return Err(type_error(&format!(
                    "Must be callable, not {}",
                    type_name(object)
                )));
            }
            let closure = (hooks().closure_new)(object);
            if closure.is_null() {
                return Err(Raised);
            }
            gobject::g_closure_ref(closure);
            gobject::g_closure_sink(closure);
            closure
        };
        temps.add(full, closure.cast(), unref, ptr::null());
        Ok(closure.cast())
    }
}

/// # Safety
/// `closure` is NULL or live, and with `full` ours.
pub unsafe fn closure_output(
    closure: *mut c_void,
    cell: &'static TypeCell,
    full: bool,
) -> Result<*mut PyObject> {
    // SAFETY: a closure is a boxed type.
    let object = unsafe {
        if full {
            (super::table::table().boxed_out_full)(closure, cell)
        } else {
            (super::table::table().boxed_out_none)(closure, cell)
        }
    };
    not_null(object)
}

// ---- GVariant ----

/// # Safety
/// `object` is live and not None.
pub unsafe fn variant_input(
    object: *mut PyObject,
    cell: &'static TypeCell,
    full: bool,
    temps: &mut Temps<'_>,
) -> Result<*mut c_void> {
    unsafe extern "C" fn unref(variant: *mut c_void, _: *const c_void) {
        // SAFETY: a reference of the pieces' own.
        unsafe { glib::g_variant_unref(variant.cast()) }
    }
    // SAFETY: the object is live; the wrapper owns a reference while it lives.
    unsafe {
        let variant = instance::pointer(object, cell, temps.name)?;
        if full {
            glib::g_variant_ref(variant.cast());
            temps.give(variant, unref, ptr::null());
        }
        Ok(variant)
    }
}

/// # Safety
/// `variant` is NULL or live, and with `full` ours.
pub unsafe fn variant_output(
    variant: *mut c_void,
    cell: &'static TypeCell,
    full: bool,
) -> Result<*mut PyObject> {
    if variant.is_null() {
        return cell.null();
    }
    // SAFETY: the wrapper gets a reference of its own: that which is given, or a new one; a floating one is sunk.
    unsafe {
        if full {
            glib::g_variant_take_ref(variant.cast());
        } else {
            glib::g_variant_ref_sink(variant.cast());
        }
        not_null((hooks().variant_new)(variant, cell))
    }
}

// ---- GError ----

/// A GError made of a `GLib.Error`.
///
/// # Safety
/// `object` is live and not None.
pub unsafe fn error_input(
    object: *mut PyObject,
    full: bool,
    temps: &mut Temps<'_>,
) -> Result<*mut c_void> {
    // SAFETY: the object is live.
    let error = unsafe { error_of(object)? };
    unsafe extern "C" fn free(error: *mut c_void, _: *const c_void) {
        // SAFETY: an error of the pieces' own.
        unsafe { glib::g_error_free(error.cast()) }
    }
    temps.add(full, error.cast(), free, ptr::null());
    Ok(error.cast())
}

/// A new GError with what a `GLib.Error` says.
///
/// # Safety
/// `object` is live.
pub unsafe fn error_of(object: *mut PyObject) -> Result<*mut glib::GError> {
    // SAFETY: the object is live; attributes are read before they are dropped.
    unsafe {
        let class = (hooks().error_class)();
        if class.is_null() {
            return Err(Raised);
        }
        match ffi::PyObject_IsInstance(object, class) {
            1 => {}
            0 => {
                return Err(type_error(&format!(
                    "Must be GLib.Error, not {}",
                    type_name(object)
                )));
            }
            _ => return Err(Raised),
        }
        let mut held = Held::default();
        let mut attribute = |name: &std::ffi::CStr, what: &str| {
            let value = ffi::PyObject_GetAttrString(object, name.as_ptr());
            if value.is_null() {
                ffi::PyErr_Clear();
                return Err(value_error(&format!(
                    "GLib.Error instances must have a '{}' {what} attribute",
                    name.to_string_lossy()
                )));
            }
            held.take(value)
        };
        let message = attribute(c"message", "string")?;
        let text = input::utf8(message)?;
        let domain = attribute(c"domain", "string")?;
        let quark = glib::g_quark_from_string(input::utf8(domain)?);
        let code = attribute(c"code", "int")?;
        let code = input::integer(gijit_plan::Kind::I32, code)? as i32;
        Ok(glib::g_error_new_literal(quark, code, text))
    }
}

/// # Safety
/// `error` is NULL or live, and with `full` ours.
pub unsafe fn error_output(error: *mut glib::GError, full: bool) -> Result<*mut PyObject> {
    if error.is_null() {
        return Ok(output::none());
    }
    // SAFETY: by the caller's word.
    unsafe {
        let object = (hooks().error_new)(error);
        if full {
            glib::g_error_free(error);
        }
        not_null(object)
    }
}

//! Boxed values and pointers.

use std::ffi::{c_int, c_void};
use std::ptr;

use gobject_sys as gobject;

use crate::capi::Object;
use crate::convert::gtype::gtype_name;
use crate::convert::instance::is_boxed;
use crate::object::record::boxed;
use crate::python::error::type_error;

/// A wrapper of a boxed value: of a copy with `copy`, else of the value itself, which it owns with `own`. None for
/// NULL.
pub unsafe extern "C" fn boxed_new(
    gtype: usize,
    value: *mut c_void,
    copy: c_int,
    own: c_int,
) -> Object {
    crate::guard(|| {
        if !is_boxed(gtype) {
            return Err(type_error(&format!(
                "{} is no boxed type",
                gtype_name(gtype)
            )));
        }
        // SAFETY: called with NULL or a live value of the type, which is ours with `own` alone.
        unsafe {
            if copy != 0 && !value.is_null() {
                return Ok(boxed::of_gtype(
                    gobject::g_boxed_copy(gtype, value),
                    gtype,
                    true,
                ));
            }
            Ok(boxed::of_gtype(value, gtype, own != 0))
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// A wrapper of a pointer; None for NULL.
pub unsafe extern "C" fn pointer_new(gtype: usize, pointer: *mut c_void) -> Object {
    // SAFETY: called with a pointer of the type.
    crate::guard(|| unsafe { Ok(boxed::pointer_of_gtype(pointer, gtype)) })
        .unwrap_or(ptr::null_mut())
}

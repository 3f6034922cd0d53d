//! `gi.CCallback`: a function of C that Python got by its address, with its user data.
//!
//! The address and the data are C's: nothing here keeps them alive, as nothing in a typelib says for how long they are
//! good.

use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::OnceLock;

use gijit_plan::TypeRef;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::closure::signature;
use crate::closure::signature::Signature;
use crate::convert::output;
use crate::convert::temps::Temps;
use crate::python::error::{Raised, Result, runtime_error};

/// One function of C. A Python object.
#[repr(C)]
pub struct Pointer {
    head: PyObject,
    vectorcall: ffi::vectorcallfunc,
    pub signature: &'static Signature,
    pub function: *const c_void,
    /// What the function gets as its user data.
    pub data: *mut c_void,
}

struct Class {
    class: *mut PyTypeObject,
    call: ffi::vectorcallfunc,
}

// SAFETY: the class is immortal; written once.
unsafe impl Send for Class {}
// SAFETY: as above.
unsafe impl Sync for Class {}

static CLASS: OnceLock<Class> = OnceLock::new();

/// Makes the class; once, at initialisation. `call` is how one is called. Returns a borrowed reference.
pub fn initialise(call: ffi::vectorcallfunc) -> Result<*mut PyTypeObject> {
    // SAFETY: an all-zero member definition ends the list.
    let end: ffi::PyMemberDef = unsafe { std::mem::zeroed() };
    let mut members = [
        ffi::PyMemberDef {
            name: c"__vectorcalloffset__".as_ptr(),
            type_code: ffi::Py_T_PYSSIZET,
            offset: offset_of!(Pointer, vectorcall) as isize,
            flags: ffi::Py_READONLY,
            doc: ptr::null(),
        },
        end,
    ];
    let slot = |slot: c_int, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
    let mut slots = [
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_call, ffi::PyVectorcall_Call as *mut c_void),
        slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
        slot(0, ptr::null_mut()),
    ];
    let flags = ffi::Py_TPFLAGS_DEFAULT
        | ffi::Py_TPFLAGS_HAVE_VECTORCALL
        | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION
        | ffi::Py_TPFLAGS_IMMUTABLETYPE;
    let mut spec = ffi::PyType_Spec {
        name: c"gi.CCallback".as_ptr(),
        basicsize: size_of::<Pointer>() as c_int,
        itemsize: 0,
        flags: flags as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the spec and what it points to are complete and live through the call.
    let class = unsafe { ffi::PyType_FromSpec(&mut spec) };
    if class.is_null() {
        return Err(Raised);
    }
    let class = class.cast::<PyTypeObject>();
    let _ = CLASS.set(Class { class, call });
    Ok(class)
}

/// The Python value of a function pointer, a new reference: None for NULL.
///
/// # Safety
/// `function` is NULL or a function of the type `of`.
pub unsafe fn output(
    of: &TypeRef,
    function: *mut c_void,
    data: *mut c_void,
) -> Result<*mut PyObject> {
    if function.is_null() {
        return Ok(output::none());
    }
    let signature = signature::of(of)?;
    let Some(known) = CLASS.get() else {
        return Err(runtime_error("gi._gi is not initialised"));
    };
    // SAFETY: allocated by its type; every field behind the head is written before anybody sees it.
    unsafe {
        let object = ffi::PyType_GenericAlloc(known.class, 0);
        if object.is_null() {
            return Err(Raised);
        }
        let this = object.cast::<Pointer>();
        (&raw mut (*this).vectorcall).write(known.call);
        (&raw mut (*this).signature).write(signature);
        (&raw mut (*this).function).write(function);
        (&raw mut (*this).data).write(data);
        Ok(object)
    }
}

/// The function pointer for a Python object that is not None, where nothing says how long C needs it: the address
/// itself of a function of C of this type, else one that is good for ever.
///
/// # Safety
/// `object` is live.
pub unsafe fn input(
    of: &TypeRef,
    object: *mut PyObject,
    temps: &mut Temps<'_>,
) -> Result<*mut c_void> {
    // SAFETY: passed on.
    unsafe {
        if let Some(known) = from_object(object)
            && ptr::eq(known.signature, signature::of(of)?)
        {
            return Ok(known.function.cast_mut());
        }
        crate::closure::forever(of, object, temps)
    }
}

/// The function of C behind a Python object, if it is one.
///
/// # Safety
/// `object` is live, and outlives the result.
pub unsafe fn from_object<'a>(object: *mut PyObject) -> Option<&'a Pointer> {
    let known = CLASS.get()?;
    // SAFETY: the object is live; an instance of the class has the layout.
    unsafe { (ffi::Py_TYPE(object) == known.class).then(|| &*object.cast::<Pointer>()) }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone; an instance of a heap type holds a reference to its type.
    unsafe {
        let class = ffi::Py_TYPE(object);
        let free = (*class).tp_free.expect("an allocated type can free");
        free(object.cast());
        ffi::Py_DECREF(class.cast());
    }
}

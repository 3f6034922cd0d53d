//! Comparisons of objects that C passes by their addresses: those of `Gio.ListStore` and of `Gtk.CustomSorter`, whose
//! callbacks are of types that know nothing of objects.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};
use pyo3::prelude::*;
use smallvec::SmallVec;

use crate::convert::cell::TypeCell;
use crate::convert::{Raised, Result, errors, not_null, type_error};
use crate::object::{cells, types, wrapper};
use crate::python;

/// What is called with two addresses and calls a function with the two objects.
#[repr(C)]
struct Comparison {
    head: PyObject,
    vectorcall: ffi::vectorcallfunc,
    /// A strong reference, or NULL once the collector has been here.
    function: *mut PyObject,
}

static CLASS: OnceLock<usize> = OnceLock::new();

/// Makes the type; once.
pub fn initialise() -> Result<()> {
    let class = types::make(types::Spec {
        name: c"gi._gi.Comparison",
        size: size_of::<Comparison>(),
        flags: ffi::Py_TPFLAGS_HAVE_GC
            | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION
            | ffi::Py_TPFLAGS_HAVE_VECTORCALL,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_dealloc, dealloc as *mut c_void),
            (ffi::Py_tp_traverse, traverse as *mut c_void),
            (ffi::Py_tp_clear, clear as *mut c_void),
            (ffi::Py_tp_call, ffi::PyVectorcall_Call as *mut c_void),
        ],
        offsets: vec![(
            c"__vectorcalloffset__",
            std::mem::offset_of!(Comparison, vectorcall),
        )],
        getters: vec![],
        methods: vec![],
    })?;
    let _ = CLASS.set(class as usize);
    Ok(())
}

/// The cell of `GObject.Object`.
#[inline]
pub fn object_cell() -> Result<&'static TypeCell> {
    static CELL: OnceLock<&'static TypeCell> = OnceLock::new();
    if let Some(cell) = CELL.get() {
        return Ok(cell);
    }
    let cell = cells::of_type(gobject::G_TYPE_OBJECT)?;
    Ok(CELL.get_or_init(|| cell))
}

/// `comparison(function)`: a callable for C, `(address, address, *data)`, that calls `function(object, object, *data)`.
/// What is no address, because the library's description knows better, is passed on as it is. TypeError for what cannot
/// be called.
#[pyfunction]
pub fn comparison(py: Python<'_>, function: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    crate::python::stay();
    let make = || {
        let class = *CLASS.get().ok_or(Raised)? as *mut PyTypeObject;
        // SAFETY: a live callable; the fields are written before anybody sees the object.
        unsafe {
            errors::callable(function.as_ptr())?;
            let made = not_null(ffi::PyType_GenericAlloc(class, 0))?;
            let this = made.cast::<Comparison>();
            (*this).vectorcall = call;
            (*this).function = ffi::Py_NewRef(function.as_ptr());
            Ok(made)
        }
    };
    // SAFETY: a new reference, or an exception is set.
    unsafe {
        let made: Result<*mut PyObject> = make();
        Bound::from_owned_ptr_or_err(py, made.unwrap_or(ptr::null_mut())).map(Bound::unbind)
    }
}

/// The object that C has passed: a new reference.
///
/// # Safety
/// `passed` is live; an int is the address of a live GObject, or 0.
#[inline]
unsafe fn object_at(passed: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        if ffi::PyLong_CheckExact(passed) == 0 {
            return Ok(ffi::Py_NewRef(passed));
        }
        let address = ffi::PyLong_AsVoidPtr(passed);
        if address.is_null() && !ffi::PyErr_Occurred().is_null() {
            return Err(Raised);
        }
        not_null(wrapper::object_out_none(address, object_cell()?))
    }
}

unsafe extern "C" fn call(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: arguments as the vectorcall protocol lays them out, from C that compares objects. The function is held
        // while it runs, whatever becomes of the comparison.
        unsafe {
            let n = ffi::PyVectorcall_NARGS(nargsf) as usize;
            let function = (*callable.cast::<Comparison>()).function;
            if n < 2 || !kwnames.is_null() || function.is_null() {
                return Err(type_error("a comparison takes two objects"));
            }
            let args = std::slice::from_raw_parts(args, n);
            let a = object_at(args[0])?;
            let b = match object_at(args[1]) {
                Ok(b) => b,
                Err(raised) => {
                    ffi::Py_DECREF(a);
                    return Err(raised);
                }
            };
            ffi::Py_INCREF(function);
            let mut all: SmallVec<[*mut PyObject; 6]> = SmallVec::new();
            all.extend([ptr::null_mut(), a, b]);
            all.extend_from_slice(&args[2..]);
            let flags = n | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
            let result = python::call(function, all.as_ptr().add(1), flags);
            for held in [function, a, b] {
                ffi::Py_DECREF(held);
            }
            not_null(result)
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: the object is dead; its reference is given up once.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        clear(object);
        types::free(object);
    }
}

unsafe extern "C" fn traverse(
    object: *mut PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the collector's protocol.
    unsafe {
        let function = (*object.cast::<Comparison>()).function;
        super::visit([function, ffi::Py_TYPE(object).cast()], visit, arg)
    }
}

unsafe extern "C" fn clear(object: *mut PyObject) -> c_int {
    crate::python::stay();
    // SAFETY: the collector's protocol.
    unsafe { ffi::Py_CLEAR(&mut (*object.cast::<Comparison>()).function) };
    0
}

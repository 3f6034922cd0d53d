//! `GObjectWeakRef`: what `GObject.weak_ref` gives, which knows an object but does not keep it.
//!
//! Compat surface, section 3.6. It refers to the GObject, not to a wrapper, so it outlives wrappers. Whether the object
//! is still there is asked of a `GWeakRef`, which is safe against other threads; a weak notification calls the
//! callback, and holds a reference to the weak reference until then.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use gobject_sys as gobject;
use gobject_sys::{GObject, GWeakRef};
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::closure::Outer;
use crate::convert::output;
use crate::object::class::cells;
use crate::object::instance::base;
use crate::object::instance::wrapper;
use crate::object::pytype;
use crate::python::error::{Raised, Result, type_error, value_error};
use crate::python::reference::not_null;
use crate::python::{self, Gil};

#[repr(C)]
struct WeakRef {
    head: PyObject,
    /// Empty when the object has gone, and after `unref`.
    reference: GWeakRef,
    /// A strong reference, or NULL.
    callback: *mut PyObject,
    /// A tuple, or NULL.
    data: *mut PyObject,
}

static CLASS: OnceLock<usize> = OnceLock::new();

/// Makes the type; once, at initialisation.
pub fn initialise() -> Result<()> {
    let class = pytype::make(pytype::Spec {
        name: c"gi._gi.GObjectWeakRef",
        size: size_of::<WeakRef>(),
        flags: ffi::Py_TPFLAGS_HAVE_GC | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_dealloc, dealloc as *mut c_void),
            (ffi::Py_tp_traverse, traverse as *mut c_void),
            (ffi::Py_tp_clear, clear as *mut c_void),
            (ffi::Py_tp_call, call as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: vec![pytype::method_noargs(c"unref", unref)],
    })?;
    let _ = CLASS.set(class as usize);
    Ok(())
}

/// The type, borrowed.
pub fn class() -> *mut PyTypeObject {
    *CLASS.get().expect("the type is made at initialisation") as *mut PyTypeObject
}

/// The method for the base type of objects.
pub fn method() -> ffi::PyMethodDef {
    pytype::method_varargs(c"weak_ref", weak_ref)
}

/// `GObject.weak_ref(callback=None, *data)`
unsafe extern "C" fn weak_ref(object: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper and a tuple; the fields are written before anybody sees them. The weak
        // notification owns a reference.
        unsafe {
            let Some(held) = base::gobject_of(object)? else {
                return Err(type_error("weak_ref() needs a GObject"));
            };
            let made = ffi::PyType_GenericAlloc(class(), 0);
            if made.is_null() {
                return Err(Raised);
            }
            let this = made.cast::<WeakRef>();
            gobject::g_weak_ref_init(&mut (*this).reference, held);
            if ffi::PyTuple_Size(args) > 0 {
                let data = ffi::PyTuple_GetSlice(args, 1, ffi::PyTuple_Size(args));
                if data.is_null() {
                    ffi::Py_DECREF(made);
                    return Err(Raised);
                }
                (*this).callback = ffi::Py_NewRef(ffi::PyTuple_GetItem(args, 0));
                (*this).data = data;
                gobject::g_object_weak_ref(held, Some(gone), ffi::Py_NewRef(made).cast());
            }
            Ok(made)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// The object goes, on whichever thread.
unsafe extern "C" fn gone(this: *mut c_void, _: *mut GObject) {
    // SAFETY: the data is a reference of our own. Callback and data are taken out before Python code can run.
    unsafe {
        let Some(gil) = Gil::take() else {
            return;
        };
        let outer = Outer::take();
        let object = this.cast::<PyObject>();
        let this = object.cast::<WeakRef>();
        let callback = std::mem::replace(&mut (*this).callback, ptr::null_mut());
        let data = std::mem::replace(&mut (*this).data, ptr::null_mut());
        if !callback.is_null() && callback != ffi::Py_None() {
            let result = ffi::PyObject_Call(callback, data, ptr::null_mut());
            if result.is_null() {
                python::print();
            }
            ffi::Py_XDECREF(result);
        }
        ffi::Py_XDECREF(callback);
        ffi::Py_XDECREF(data);
        ffi::Py_DECREF(object);
        drop(outer);
        drop(gil);
    }
}

unsafe extern "C" fn call(
    object: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live weak reference, a tuple, and NULL or a dict; the reference that is taken of the
        // object becomes the wrapper's.
        unsafe {
            let mut given = ffi::PyTuple_Size(args);
            if !kwargs.is_null() {
                given += ffi::PyDict_Size(kwargs);
            }
            if given > 0 {
                return Err(type_error(&format!(
                    "__call__() takes at most 0 arguments ({given} given)"
                )));
            }
            let held = gobject::g_weak_ref_get(&mut (*object.cast::<WeakRef>()).reference);
            if held.is_null() {
                return Ok(output::none());
            }
            let cell = match cells::of_type(gobject::G_TYPE_OBJECT) {
                Ok(cell) => cell,
                Err(raised) => {
                    gobject::g_object_unref(held.cast());
                    return Err(raised);
                }
            };
            let wrapped = wrapper::object_out_full(held.cast(), cell);
            not_null(wrapped)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// Forgets the object: the callback will not be called.
unsafe extern "C" fn unref(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live weak reference. While a reference to the object is held here it does not go, so
        // that its notification can be taken back, and the reference that this owns.
        unsafe {
            let this = object.cast::<WeakRef>();
            let held = gobject::g_weak_ref_get(&mut (*this).reference).cast::<GObject>();
            if held.is_null() {
                return Err(value_error("weak ref already unreffed"));
            }
            gobject::g_weak_ref_set(&mut (*this).reference, ptr::null_mut());
            let notifies = !(*this).data.is_null();
            if notifies {
                gobject::g_object_weak_unref(held, Some(gone), object.cast());
            }
            python::without_gil(|| gobject::g_object_unref(held));
            clear(object);
            if notifies {
                ffi::Py_DECREF(object);
            }
            Ok(output::none())
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone, so no notification is left.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        gobject::g_weak_ref_clear(&mut (*object.cast::<WeakRef>()).reference);
        clear(object);
        pytype::free(object);
    }
}

unsafe extern "C" fn traverse(
    object: *mut PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the collector's protocol: visit what the object refers to, its type included.
    unsafe {
        let this = object.cast::<WeakRef>();
        for referent in [
            (*this).callback,
            (*this).data,
            ffi::Py_TYPE(object).cast::<PyObject>(),
        ] {
            if !referent.is_null() {
                let result = visit(referent, arg);
                if result != 0 {
                    return result;
                }
            }
        }
        0
    }
}

unsafe extern "C" fn clear(object: *mut PyObject) -> c_int {
    crate::python::stay();
    // SAFETY: the collector's protocol.
    unsafe {
        let this = object.cast::<WeakRef>();
        ffi::Py_CLEAR(&mut (*this).callback);
        ffi::Py_CLEAR(&mut (*this).data);
    }
    0
}

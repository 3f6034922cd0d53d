//! The exception that is set, taken out to be looked at, or to be set again. It is one object from Python 3.12 on, and three
//! before, which may still have to become one.

use pyo3::ffi::{self, PyObject};

#[cfg(Py_3_12)]
const PARTS: usize = 1;
#[cfg(not(Py_3_12))]
const PARTS: usize = 3;

/// What was set: nothing, or the references are its own. Dropped under the GIL.
pub struct Exception([*mut PyObject; PARTS]);

impl Exception {
    /// Takes out what is set, if anything is.
    ///
    /// # Safety
    /// The GIL is held.
    #[cfg(Py_3_12)]
    pub unsafe fn take() -> Exception {
        // SAFETY: by the caller's word.
        Exception([unsafe { ffi::PyErr_GetRaisedException() }])
    }

    /// Takes out what is set, if anything is.
    ///
    /// # Safety
    /// The GIL is held.
    #[cfg(not(Py_3_12))]
    pub unsafe fn take() -> Exception {
        let mut parts = [std::ptr::null_mut(); PARTS];
        let [kind, value, traceback] = &mut parts;
        // SAFETY: by the caller's word.
        unsafe { ffi::PyErr_Fetch(kind, value, traceback) };
        Exception(parts)
    }

    /// Sets it again; nothing, if there was none.
    ///
    /// # Safety
    /// The GIL is held.
    pub unsafe fn restore(mut self) {
        let parts = std::mem::replace(&mut self.0, [std::ptr::null_mut(); PARTS]);
        if parts[0].is_null() {
            return;
        }
        // SAFETY: by the caller's word; the references are given back.
        unsafe {
            #[cfg(Py_3_12)]
            ffi::PyErr_SetRaisedException(parts[0]);
            #[cfg(not(Py_3_12))]
            ffi::PyErr_Restore(parts[0], parts[1], parts[2]);
        }
    }

    /// The exception itself, borrowed; NULL if there is none.
    ///
    /// # Safety
    /// The GIL is held. May run Python code.
    pub unsafe fn value(&mut self) -> *mut PyObject {
        #[cfg(not(Py_3_12))]
        {
            let [kind, value, traceback] = &mut self.0;
            // SAFETY: by the caller's word; what is replaced is dropped there.
            unsafe { ffi::PyErr_NormalizeException(kind, value, traceback) };
            *value
        }
        #[cfg(Py_3_12)]
        self.0[0]
    }

    /// How it was raised: its class, and what it is made of, if it has not been made yet. Borrowed, NULL for none.
    #[cfg(not(Py_3_12))]
    pub fn raw(&self) -> (*mut PyObject, *mut PyObject) {
        (self.0[0], self.0[1])
    }
}

impl Drop for Exception {
    fn drop(&mut self) {
        for part in self.0 {
            // SAFETY: references of ours, or NULL.
            unsafe { ffi::Py_XDECREF(part) };
        }
    }
}

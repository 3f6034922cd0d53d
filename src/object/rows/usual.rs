//! Whether a model's method is the library's: then what stands behind it is called at once.

use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::object::instance::base;
use crate::object::instance::wrapper;
use crate::python::error::Result;
use crate::python::reference::Name;
use crate::python::reference::not_null;

/// A method of a class that this room knows, and what its class has under that name.
pub struct Method {
    pub name: Name,
    /// Borrowed for ever: the class keeps it, and is kept.
    usual: OnceLock<usize>,
}

impl Method {
    pub const fn new(name: &'static std::ffi::CStr) -> Method {
        Method {
            name: Name::new(name),
            usual: OnceLock::new(),
        }
    }

    /// Whether an object has the method of `class` itself: neither its own class nor the object have put another in its
    /// place. Such an object is an instance of the class.
    ///
    /// # Safety
    /// `object` is live, and a wrapper of a GObject if its class derives from `class`; the GIL is held.
    #[inline]
    pub unsafe fn is_usual(
        &self,
        object: *mut PyObject,
        class: impl FnOnce() -> Result<*mut PyTypeObject>,
    ) -> Result<bool> {
        let usual = match self.usual.get() {
            Some(usual) => *usual,
            None => {
                // SAFETY: a live class, which keeps what it has: the reference is for ever.
                let found = unsafe {
                    let found = base::type_attribute(class()?, &self.name);
                    ffi::Py_XNewRef(found)
                };
                *self.usual.get_or_init(|| found as usize)
            }
        };
        // SAFETY: by the caller's word.
        unsafe {
            let found = base::type_attribute(ffi::Py_TYPE(object), &self.name);
            Ok(!found.is_null()
                && found as usize == usual
                && !wrapper::own_has(object, self.name.get()?))
        }
    }

    /// Calls the method with up to three arguments: a new reference.
    ///
    /// # Safety
    /// All are live.
    pub unsafe fn call<const N: usize>(
        &self,
        object: *mut PyObject,
        arguments: [*mut PyObject; N],
    ) -> Result<*mut PyObject> {
        let mut all = [object; 4];
        all[1..=N].copy_from_slice(&arguments);
        // SAFETY: by the caller's word.
        unsafe {
            not_null(ffi::PyObject_VectorcallMethod(
                self.name.get()?,
                all.as_ptr(),
                N + 1,
                std::ptr::null_mut(),
            ))
        }
    }
}

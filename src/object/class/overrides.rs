//! Classes that an override module of Python's puts in the place of a namespace's own.
//!
//! Some override modules are imported only when a class that they change is made (see `gi.overrides`): which ones wait
//! is known here, and that Python must be asked first.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock};

use gijit_plan::TypeRef;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyTypeObject};

use crate::convert::cell;
use crate::convert::gtype;
use crate::object::class::registry;
use crate::object::pytype;
use crate::python::error::{Raised, Result};

/// Namespace → names that its override module, which has not been imported, will change. The lock is held only while
/// the map is touched.
static EXPECTED: LazyLock<Mutex<HashMap<String, HashSet<String>>>> =
    LazyLock::new(Default::default);
/// How many namespaces wait: most classes need not ask.
static WAITING: AtomicUsize = AtomicUsize::new(0);

fn expected() -> MutexGuard<'static, HashMap<String, HashSet<String>>> {
    EXPECTED
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Says which names the override module of a namespace will change when it is imported; none once it is.
pub fn expect(namespace: &str, names: Vec<String>) {
    let mut expected = expected();
    if names.is_empty() {
        expected.remove(namespace);
    } else {
        expected.insert(namespace.to_owned(), names.into_iter().collect());
    }
    WAITING.store(expected.len(), Ordering::Release);
}

/// Whether an override module will change this name. Until it has, the class that is there may be that which another
/// thread is about to replace.
pub fn waits(namespace: &str, name: &str) -> bool {
    WAITING.load(Ordering::Acquire) != 0
        && expected()
            .get(namespace)
            .is_some_and(|names| names.contains(name))
}

/// Imports the override module that will change this name, if there is one that waits. Waits for another thread that
/// does so; not for the module itself, if that asks.
pub fn settle(namespace: &str, name: &str) -> Result<()> {
    if !waits(namespace, name) {
        return Ok(());
    }
    static LOAD: OnceLock<usize> = OnceLock::new();
    let load = pytype::import_attribute(&LOAD, c"gi.overrides", c"_load_pending")?;
    // SAFETY: a live function; its arguments and result are dropped here.
    unsafe {
        let arguments = [pytype::text(namespace), pytype::text(name)];
        let result = if arguments.contains(&std::ptr::null_mut()) {
            std::ptr::null_mut()
        } else {
            ffi::PyObject_Vectorcall(load, arguments.as_ptr(), 2, std::ptr::null_mut())
        };
        for argument in arguments {
            ffi::Py_XDECREF(argument);
        }
        if result.is_null() {
            return Err(Raised);
        }
        ffi::Py_DECREF(result);
    }
    Ok(())
}

/// Puts a class into the place of the one that an entry of a namespace was made into: for values that C gives, for
/// arguments, and as the parent of classes that are made later.
///
/// # Safety
/// `class` is live.
pub unsafe fn replace(namespace: &str, name: &str, class: *mut PyTypeObject) -> Result<()> {
    // SAFETY: by the caller's word.
    let gtype = unsafe { gtype::lookup(class.cast())? };
    let gtype = gtype.filter(|gtype| !matches!(*gtype, 0 | gobject::G_TYPE_NONE));
    registry::remember_entry(namespace, name, class.cast());
    if let Some(gtype) = gtype {
        registry::remember_class(gtype, class);
    }
    cell::replace_class(
        &TypeRef {
            namespace: namespace.into(),
            name: name.into(),
        },
        class,
    );
    Ok(())
}

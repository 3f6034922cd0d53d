//! GType → Python class, and namespace entry → Python object.
//!
//! Both maps are filled under the GIL and never lose an entry; what they hold are strong references. No Python code runs
//! while a map itself is touched, so making a class may come back here. Who makes the classes is told at initialisation:
//! everything in this room may look for one, and making one needs everything in this room.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock};

use gijit_repository::Namespace;
use pyo3::ffi::{self, PyObject, PyTypeObject};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::python::UnderGil;
use crate::python::error::{Result, runtime_error};

/// A strong reference that is never given up.
#[derive(Clone, Copy)]
struct Kept(*mut PyObject);

// SAFETY: used only under the GIL.
unsafe impl Send for Kept {}

static CLASSES: UnderGil<FxHashMap<usize, *mut PyTypeObject>> =
    UnderGil::new(FxHashMap::with_hasher(FxBuildHasher));
static ENTRIES: LazyLock<Mutex<HashMap<(String, String), Kept>>> = LazyLock::new(Default::default);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The class of a GType if it has been made: borrowed, for ever. Called under the GIL, as all that knows classes is.
pub fn known_class(gtype: usize) -> Option<*mut PyTypeObject> {
    // SAFETY: the GIL is held, and a table is touched without more.
    unsafe { CLASSES.with(|known| known.get(&gtype).copied()) }
}

/// Remembers a class; takes a new reference.
pub fn remember_class(gtype: usize, class: *mut PyTypeObject) {
    // SAFETY: a live class; as above.
    unsafe {
        ffi::Py_INCREF(class.cast());
        CLASSES.with(|known| known.insert(gtype, class));
    }
}

/// The object of a namespace's entry if it has been made: borrowed, for ever.
pub fn known_entry(namespace: &str, name: &str) -> Option<*mut PyObject> {
    let key = (namespace.to_owned(), name.to_owned());
    lock(&ENTRIES).get(&key).map(|kept| kept.0)
}

/// Remembers the object of an entry; takes a new reference.
pub fn remember_entry(namespace: &str, name: &str, object: *mut PyObject) {
    // SAFETY: a live object.
    unsafe { ffi::Py_INCREF(object) };
    let key = (namespace.to_owned(), name.to_owned());
    lock(&ENTRIES).insert(key, Kept(object));
}

/// Who makes classes that have not been made.
pub struct Makers {
    /// What an entry of a namespace is: a new reference.
    pub entry: fn(&Arc<Namespace>, &str) -> Result<*mut PyObject>,
    /// The class that an entry is: borrowed, for ever.
    pub named: fn(&Arc<Namespace>, &str) -> Result<*mut PyObject>,
    /// The class of a GType: borrowed, for ever.
    pub of_gtype: fn(usize) -> Result<*mut PyTypeObject>,
}

static MAKERS: OnceLock<Makers> = OnceLock::new();

/// Says who makes classes; once, at initialisation.
pub fn initialise(makers: Makers) {
    let _ = MAKERS.set(makers);
}

fn makers() -> Result<&'static Makers> {
    MAKERS
        .get()
        .ok_or_else(|| runtime_error("classes cannot be made yet"))
}

/// The object that an entry of a namespace is: a new reference.
pub fn entry(namespace: &Arc<Namespace>, name: &str) -> Result<*mut PyObject> {
    (makers()?.entry)(namespace, name)
}

/// The class that an entry of a namespace is, made at the first need: borrowed, for ever.
pub fn class_named(namespace: &Arc<Namespace>, name: &str) -> Result<*mut PyObject> {
    (makers()?.named)(namespace, name)
}

/// The Python class for instances of a GType, made at the first need: borrowed, for ever.
pub fn class_of(gtype: usize) -> Result<*mut PyTypeObject> {
    match known_class(gtype) {
        Some(class) => Ok(class),
        None => (makers()?.of_gtype)(gtype),
    }
}

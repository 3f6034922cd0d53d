//! What C extensions want done to the classes that Python derives: functions for the class struct, and for the
//! interfaces that a class implements.
//!
//! Compat surface, section 6. All maps only grow.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard};

use gobject_sys as gobject;
use gobject_sys::GInterfaceInfo;
use pyo3::ffi::{self, PyTypeObject};

use crate::python::{self, Gil};

/// Completes the class struct of a Python class: 0, or -1 with an exception set.
pub type ClassInit = unsafe extern "C" fn(*mut c_void, *mut PyTypeObject) -> c_int;

#[derive(Default)]
struct Known {
    /// GType → functions for it and all types that derive from it.
    classes: HashMap<usize, Vec<ClassInit>>,
    /// Interface → how a Python class implements it.
    interfaces: HashMap<usize, Info>,
}

#[derive(Clone, Copy)]
struct Info(GInterfaceInfo);

// SAFETY: what its pointers lead to is never changed.
unsafe impl Send for Info {}

/// The lock is held only while the maps are touched.
static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Default::default);
/// Most programs have no such extension.
static ANY: AtomicBool = AtomicBool::new(false);

fn known() -> MutexGuard<'static, Known> {
    KNOWN
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

pub fn add_class_init(gtype: usize, function: ClassInit) {
    known().classes.entry(gtype).or_default().push(function);
    ANY.store(true, Ordering::Release);
}

pub fn set_interface_info(gtype: usize, info: GInterfaceInfo) {
    known().interfaces.insert(gtype, Info(info));
    ANY.store(true, Ordering::Release);
}

/// Whether an extension implements an interface for the Python classes that name it.
pub fn implements(interface: usize) -> bool {
    ANY.load(Ordering::Acquire) && known().interfaces.contains_key(&interface)
}

/// How a Python class implements an interface: as an extension says, which gets the class, or not at all.
///
/// # Safety
/// `class` lives for ever.
pub unsafe fn interface_info(interface: usize, class: *mut PyTypeObject) -> GInterfaceInfo {
    let nothing = GInterfaceInfo {
        interface_init: None,
        interface_finalize: None,
        interface_data: ptr::null_mut(),
    };
    if !ANY.load(Ordering::Acquire) {
        return nothing;
    }
    match known().interfaces.get(&interface) {
        None => nothing,
        Some(info) => {
            let data = Box::into_raw(Box::new((info.0, class)));
            GInterfaceInfo {
                interface_init: Some(interface_init),
                interface_finalize: None,
                interface_data: data.cast(),
            }
        }
    }
}

/// Lets the extension fill the interface struct. It asks Python, and GObject may call this without the GIL.
unsafe extern "C" fn interface_init(interface: *mut c_void, data: *mut c_void) {
    // SAFETY: the data is that of `interface_info`, which lives for ever, as a GType does.
    unsafe {
        let (info, class) = &*data.cast::<(GInterfaceInfo, *mut PyTypeObject)>();
        let (Some(function), Some(gil)) = (info.interface_init, Gil::take()) else {
            return;
        };
        function(interface, class.cast());
        if !ffi::PyErr_Occurred().is_null() {
            python::print();
        }
        drop(gil);
    }
}

/// Lets extensions complete the class struct of a new Python class, those of its ancestors first. What one raises is
/// printed: GObject cannot undo the class.
///
/// # Safety
/// `class` is a live class struct; `python` is the Python class.
pub unsafe fn run_class_inits(class: *mut c_void, python_class: *mut PyTypeObject) {
    if !ANY.load(Ordering::Acquire) {
        return;
    }
    // SAFETY: by the caller's word; any number may be asked for its parent, which is 0 for a root.
    unsafe {
        let mut gtype = (*class.cast::<gobject::GTypeClass>()).g_type;
        let mut functions = Vec::new();
        {
            let known = known();
            while gtype != 0 {
                if let Some(found) = known.classes.get(&gtype) {
                    functions.extend(found.iter().rev().copied());
                }
                gtype = gobject::g_type_parent(gtype);
            }
        }
        let Some(gil) = (!functions.is_empty()).then(Gil::take).flatten() else {
            return;
        };
        for function in functions.into_iter().rev() {
            if function(class, python_class) < 0 && !ffi::PyErr_Occurred().is_null() {
                python::print();
            }
        }
        drop(gil);
    }
}

//! Type cells: what a conversion must know of one class, at an address that never changes.
//!
//! One cell for each named type that a plan mentions, made when the first such plan is bound and never freed (their
//! number is bounded by the typelibs'). A thunk compares `Py_TYPE(arg)` with the first field.

use std::collections::HashMap;
use std::ffi::c_void;
use std::mem::offset_of;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

pub use gijit_plan::types::Family;
use gijit_plan::{Type, TypeRef};
use gijit_shape::abi;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::python::Exception;
use crate::python::error::{Raised, Result, runtime_error, type_error};
use crate::python::reference::none;

/// How the instances of a class are referred to.
#[derive(Clone, Copy, Debug)]
pub enum References {
    /// As GObjects.
    Object,
    /// By functions of their own.
    By(RefFunctions),
    /// Nobody knows: they can only be borrowed.
    Unknown,
}

/// What takes a reference of an instance and what gives one back.
#[derive(Clone, Copy, Debug)]
pub struct RefFunctions {
    /// Returns the instance.
    pub acquire: unsafe extern "C" fn(*mut c_void) -> *mut c_void,
    pub release: unsafe extern "C" fn(*mut c_void),
}

impl References {
    /// # Safety
    /// A live instance of such a class.
    pub unsafe fn acquire(self, instance: *mut c_void) -> *mut c_void {
        // SAFETY: by the caller's word.
        unsafe {
            match self {
                References::Object => gobject_sys::g_object_ref(instance.cast()).cast(),
                References::By(functions) => (functions.acquire)(instance),
                References::Unknown => instance,
            }
        }
    }

    /// # Safety
    /// A live instance of such a class, of which the caller has a reference.
    pub unsafe fn release(self, instance: *mut c_void) {
        // SAFETY: by the caller's word.
        unsafe {
            match self {
                References::Object => gobject_sys::g_object_unref(instance.cast()),
                References::By(functions) => (functions.release)(instance),
                References::Unknown => {}
            }
        }
    }
}

/// One class as conversions see it. `pytype` and `gtype` are written once, under the GIL, by `resolve`.
#[repr(C)]
#[derive(Debug)]
pub struct TypeCell {
    pytype: AtomicPtr<PyTypeObject>,
    gtype: AtomicUsize,
    pub of: TypeRef,
    pub family: Family,
    /// Size in bytes of a struct or union value, 0 if it is not known.
    pub size: usize,
    /// The type as what a constructor returns: NULL is an error then.
    pub constructor: bool,
    /// How its instances are referred to, once the class has been made. Never set for an interface: its instances may be of
    /// any kind.
    pub references: OnceLock<References>,
    /// The dict from value to member of an enumeration or flags class: a strong reference, NULL until resolved.
    pub members: AtomicPtr<PyObject>,
}

const _: () = {
    assert!(offset_of!(TypeCell, pytype) == abi::cell::PYTYPE);
    assert!(offset_of!(TypeCell, gtype) == abi::cell::GTYPE);
};

/// Makes the class of a cell: fills it with [`TypeCell::set_class`]. Fails with an exception set.
pub type Resolver = fn(&'static TypeCell) -> Result<()>;

static RESOLVER: OnceLock<Resolver> = OnceLock::new();
/// Guards only the map; never held while Python code runs.
static CELLS: OnceLock<Mutex<HashMap<(TypeRef, bool), &'static TypeCell>>> = OnceLock::new();

/// Says who makes classes; once, at initialisation.
pub fn set_resolver(resolver: Resolver) {
    let _ = RESOLVER.set(resolver);
}

/// The cell of a type, or of what its constructors return, made if need be; None where it has no class.
pub fn of_type(ty: &Type, constructor: bool) -> Option<&'static TypeCell> {
    let named = ty.row().named?;
    let size = named.size as usize;
    Some(intern(named.of, named.family, size, constructor))
}

/// The same for a type by its name.
pub fn intern(of: &TypeRef, family: Family, size: usize, constructor: bool) -> &'static TypeCell {
    let key = (of.clone(), constructor);
    let mut cells = CELLS
        .get_or_init(Default::default)
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    if let Some(cell) = cells.get(&key) {
        return cell;
    }
    let cell: &'static TypeCell = Box::leak(Box::new(TypeCell {
        pytype: AtomicPtr::default(),
        gtype: AtomicUsize::new(0),
        of: of.clone(),
        family,
        size,
        constructor,
        references: OnceLock::new(),
        members: AtomicPtr::default(),
    }));
    cells.insert(key, cell);
    cell
}

/// Gives another class to the cells of a type that have one already; the others will find it.
pub fn replace_class(of: &TypeRef, class: *mut PyTypeObject) {
    for constructor in [false, true] {
        let known = CELLS
            .get_or_init(Default::default)
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .get(&(of.clone(), constructor))
            .copied();
        if let Some(cell) = known
            && !cell.pytype.load(Ordering::Acquire).is_null()
        {
            // SAFETY: a live class; the cell keeps the new reference for ever, and the old one, which thunks may be
            // comparing with.
            unsafe { ffi::Py_INCREF(class.cast()) };
            cell.set_class(class, cell.gtype());
        }
    }
}

impl TypeCell {
    /// What NULL is in Python: None, or what a constructor must not return. A new reference.
    pub fn null(&self) -> Result<*mut PyObject> {
        if self.constructor {
            return Err(made_nothing());
        }
        Ok(none())
    }

    /// The Python class, made at the first need.
    pub fn class(&'static self) -> Result<*mut PyTypeObject> {
        let class = self.pytype.load(Ordering::Acquire);
        if !class.is_null() {
            return Ok(class);
        }
        // Thunks call conversions directly, so this is a border that a panic must not cross.
        crate::guard(|| match RESOLVER.get() {
            Some(resolver) => resolver(self),
            None => Err(runtime_error("classes cannot be made yet")),
        })
        .ok_or(Raised)?;
        Ok(self.pytype.load(Ordering::Acquire))
    }

    /// Makes the class if it has not been made, where a failure cannot be reported: on the way out of a call, with or
    /// without an exception set. How values are freed is known only then.
    pub fn settle(&'static self) {
        if !self.pytype.load(Ordering::Acquire).is_null() {
            return;
        }
        // SAFETY: calls are made and left with the GIL.
        unsafe {
            let exception = Exception::take();
            if self.class().is_err() {
                ffi::PyErr_Clear();
            }
            exception.restore();
        }
    }

    /// The GType once the class has been made; 0 where there is none.
    pub fn gtype(&self) -> usize {
        self.gtype.load(Ordering::Relaxed)
    }

    /// Fills the cell. `class` is a new reference that the cell keeps for ever.
    pub fn set_class(&self, class: *mut PyTypeObject, gtype: usize) {
        self.gtype.store(gtype, Ordering::Relaxed);
        self.pytype.store(class, Ordering::Release);
    }
}

/// A function that makes something has made nothing.
pub fn made_nothing() -> Raised {
    type_error("constructor returned NULL")
}

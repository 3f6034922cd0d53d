//! GType → type cell: for values whose type only GObject knows, as those in a `GValue`.
//!
//! And what is in a wrapper of which only its base type is known.
//!
//! Types that a typelib describes share the cell that plans use. The others, of libraries without metadata and of
//! Python's own classes, get one for their generated class. Cells are never freed; neither are GTypes.

use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::Ordering;
use std::sync::{LazyLock, Mutex};

use gijit_plan::{Type, TypeRef, builder};
use gijit_shape::abi::WRAPPER_POINTER;
use gijit_typelib::Info;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::object::class::registry;
use crate::object::record::boxed;
use rustc_hash::FxHashMap;

use crate::convert::cell::{self, Family, RefFunctions, References, TypeCell};
use crate::convert::gtype::gtype_name;
use crate::convert::gvalue;
use crate::convert::instance::gtype_of;
use crate::convert::table::ValueFunctions;
use crate::invoke::bind::repository;
use crate::python::error::{Raised, Result, runtime_error};

/// Guards only the map; never held while a class is made.
static CELLS: LazyLock<Mutex<FxHashMap<usize, &'static TypeCell>>> =
    LazyLock::new(Default::default);

/// The cell of a GType; its class is made if need be. RuntimeError where there can be none.
pub fn of_type(gtype: usize) -> Result<&'static TypeCell> {
    if let Some(known) = lock().get(&gtype) {
        return Ok(known);
    }
    let described = described(gtype)?;
    let cell = match described.and_then(|ty| cell::of_type(&ty, false)) {
        Some(cell) => {
            cell.class()?;
            cell
        }
        None => generated(gtype)?,
    };
    lock().insert(gtype, cell);
    Ok(cell)
}

fn lock() -> std::sync::MutexGuard<'static, FxHashMap<usize, &'static TypeCell>> {
    CELLS
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn broken(error: impl std::fmt::Display) -> Raised {
    runtime_error(&error.to_string())
}

/// What a loaded namespace says of a GType. Without an exception if there is no such namespace.
pub fn described(gtype: usize) -> Result<Option<Type>> {
    builder::registered(repository(), &gtype_name(gtype)).map_err(broken)
}

/// A cell for a type without metadata.
fn generated(gtype: usize) -> Result<&'static TypeCell> {
    let class = registry::class_of(gtype)?;
    let fundamental = gvalue::fundamental(gtype);
    // Whatever else has a class is an instance of it.
    let family = fundamental.and_then(|of| of.row().family);
    let family = family.unwrap_or(Family::Object);
    let of = TypeRef {
        namespace: "__gi__".into(),
        name: gtype_name(gtype).into(),
    };
    let cell = cell::intern(&of, family, 0, false);
    if family == Family::Object {
        let _ = cell.references.set(inherited_references(gtype)?);
    }
    // SAFETY: a live class; the cell keeps its new references for ever.
    unsafe {
        if matches!(family, Family::Enum | Family::Flags) {
            let members = ffi::PyObject_GetAttrString(class.cast(), c"_value2member_map_".as_ptr());
            if members.is_null() {
                return Err(Raised);
            }
            cell.members.store(members, Ordering::Release);
        }
        ffi::Py_INCREF(class.cast());
    }
    cell.set_class(class, gtype);
    Ok(cell)
}

/// How instances of the nearest ancestor that a typelib describes are referred to.
fn inherited_references(gtype: usize) -> Result<References> {
    // SAFETY: any number may be asked for; the parent of a root is 0.
    let (root, parent) = unsafe {
        (
            gobject::g_type_fundamental(gtype),
            gobject::g_type_parent(gtype),
        )
    };
    if root == gobject::G_TYPE_OBJECT {
        return Ok(References::Object);
    }
    let known = match parent {
        0 => None,
        parent => of_type(parent)?.references.get().copied(),
    };
    Ok(known.unwrap_or_else(|| references_of_values(gtype)))
}

/// How instances are referred to where no typelib says it: as a `GValue` of their type does, if there are such.
pub fn references_of_values(gtype: usize) -> References {
    if holds_pointers(gtype) {
        return References::By(RefFunctions {
            acquire: acquire_by_value,
            release: release_by_value,
        });
    }
    References::Unknown
}

/// Whether a `GValue` of a type has the address of an instance in it, and a reference to that.
fn holds_pointers(gtype: usize) -> bool {
    // SAFETY: any number may be asked for; the table lives for ever.
    unsafe {
        if gobject::g_type_test_flags(gtype, gobject::G_TYPE_FLAG_INSTANTIATABLE) == 0 {
            return false;
        }
        let Some(table) = gobject::g_type_value_table_peek(gtype).as_ref() else {
            return false;
        };
        let is_pointer =
            |format: *const c_char| !format.is_null() && CStr::from_ptr(format).to_bytes() == b"p";
        table.value_copy.is_some()
            && table.value_free.is_some()
            && table.value_peek_pointer.is_some()
            && is_pointer(table.collect_format)
            && is_pointer(table.lcopy_format)
    }
}

/// A `GValue` that has an instance in it without a reference.
///
/// # Safety
/// A live instance whose type [`holds_pointers`].
unsafe fn value_with(instance: *mut c_void) -> gobject::GValue {
    // SAFETY: by the caller's word; a value of zeros is an empty one.
    unsafe {
        let mut value: gobject::GValue = std::mem::zeroed();
        value.g_type = gtype_of(instance);
        value.data[0].v_pointer = instance;
        value
    }
}

unsafe extern "C" fn acquire_by_value(instance: *mut c_void) -> *mut c_void {
    // SAFETY: a live instance whose type holds pointers: copying a value takes a reference, which is what is left.
    unsafe {
        let from = value_with(instance);
        let mut to: gobject::GValue = std::mem::zeroed();
        to.g_type = from.g_type;
        let table = &*gobject::g_type_value_table_peek(from.g_type);
        if let Some(copy) = table.value_copy {
            copy(&from, &mut to);
        }
        to.data[0].v_pointer
    }
}

unsafe extern "C" fn release_by_value(instance: *mut c_void) {
    // SAFETY: as above, and one reference is given up, with the value that has it.
    unsafe {
        let mut value = value_with(instance);
        let table = &*gobject::g_type_value_table_peek(value.g_type);
        if let Some(free) = table.value_free {
            free(&mut value);
        }
    }
}

/// How a `GValue` holds instances of a fundamental type: what its typelib, or that of an ancestor, names.
pub fn value_functions(gtype: usize) -> Result<Option<ValueFunctions>> {
    static KNOWN: LazyLock<Mutex<FxHashMap<usize, Option<ValueFunctions>>>> =
        LazyLock::new(Default::default);
    let known = || {
        KNOWN
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    };
    if let Some(functions) = known().get(&gtype) {
        return Ok(*functions);
    }
    let mut found = None;
    let mut ancestor = gtype;
    while ancestor != 0 && found.is_none() {
        found = named_functions(ancestor)?;
        // SAFETY: as above.
        ancestor = unsafe { gobject::g_type_parent(ancestor) };
    }
    if found.is_none() && holds_pointers(gtype) {
        found = Some(ValueFunctions {
            set: gobject::g_value_set_instance,
            get: gobject::g_value_peek_pointer,
        });
    }
    known().insert(gtype, found);
    Ok(found)
}

fn named_functions(gtype: usize) -> Result<Option<ValueFunctions>> {
    let Some((namespace, index)) = repository().find_by_gtype_name(&gtype_name(gtype)) else {
        return Ok(None);
    };
    let entry = namespace.typelib().entry(index).map_err(broken)?;
    let Info::Object(info) = entry.info().map_err(broken)? else {
        return Ok(None);
    };
    let (Some(set), Some(get)) = (
        info.set_value_func().map_err(broken)?,
        info.get_value_func().map_err(broken)?,
    ) else {
        return Ok(None);
    };
    let set = namespace.symbol(set).map_err(broken)?.as_ptr();
    let get = namespace.symbol(get).map_err(broken)?.as_ptr();
    // SAFETY: by the typelib's word the first takes a value and an instance, the second a value, of which it returns
    // the instance.
    unsafe {
        Ok(Some(ValueFunctions {
            set: std::mem::transmute::<
                *mut c_void,
                unsafe extern "C" fn(*mut gobject::GValue, *mut c_void),
            >(set),
            get: std::mem::transmute::<
                *mut c_void,
                unsafe extern "C" fn(*const gobject::GValue) -> *mut c_void,
            >(get),
        }))
    }
}

// ---- Wrappers ----

/// The boxed value in a wrapper and its GType, borrowed; None for other objects and for empty wrappers.
///
/// # Safety
/// `object` is live.
pub unsafe fn boxed_of(object: *mut PyObject) -> Option<(usize, *mut c_void)> {
    // SAFETY: the object is live; only wrappers are read as such.
    unsafe { content(object, boxed::types().gboxed) }
}

/// The address in a wrapper of a value that is not boxed, and its GType.
///
/// # Safety
/// `object` is live.
pub unsafe fn pointer_of(object: *mut PyObject) -> Option<(usize, *mut c_void)> {
    // SAFETY: as above.
    unsafe { content(object, boxed::types().gpointer) }
}

/// # Safety
/// `object` is live.
unsafe fn content(object: *mut PyObject, base: *mut PyTypeObject) -> Option<(usize, *mut c_void)> {
    // SAFETY: the head of every wrapper is the layout that C extensions know: the pointer, and the GType behind it.
    unsafe {
        if ffi::PyObject_TypeCheck(object, base) == 0 {
            return None;
        }
        let head = object
            .cast::<u8>()
            .add(WRAPPER_POINTER)
            .cast::<*mut c_void>();
        let value = *head;
        let gtype = *head.add(1).cast::<usize>();
        (!value.is_null()).then_some((gtype, value))
    }
}

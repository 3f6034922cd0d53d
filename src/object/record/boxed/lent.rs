//! Values that stand inside others, or that others lend: how long each may be used.
//!
//! A *view* is the wrapper of what is in the value of another wrapper, or of what that value (or an object) has and only
//! its type could free. It owns nothing, and keeps its lender alive: always the wrapper or object that owns the memory,
//! never a view in between, since a view keeps nothing alive but its own lender. So a chain of such values is as long as
//! one of them.
//!
//! C lends the records that it passes to Python, as a rule for the call alone. The wrapper is C's own value meanwhile,
//! and knows its views. When the call is over and Python still has it, [`settle`] gives it a value of its own, and
//! has the views look into that. What nothing can copy is taken from Python: it says so where it is used.

use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;

use gijit_plan::{TypeRef, record};
use gijit_typelib::Info;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};

use super::{Base, Owner, Wrapper, count, described, is_wrapper, types, wrap};
use crate::convert::cell::{self, Family, TypeCell};
use crate::convert::instance::is_boxed;
use crate::process::repository;
use crate::python::error::{Result, runtime_error};
use crate::python::{Outer, UnderGil};

/// A wrapper of a value that stands inside the value of `parent`, or that `parent` lends: a new reference, which
/// keeps the parent alive. What is written through it is written there.
///
/// # Safety
/// `value` is a live value of the cell's type, and lives as long as the parent.
pub unsafe fn view(
    value: *mut c_void,
    cell: &'static TypeCell,
    parent: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe {
        let object = wrap(value, cell, Owner::Nobody);
        if !object.is_null() {
            tie(object, parent);
        }
        object
    }
}

/// Makes what C lent keep its lender alive: a wrapper that owns nothing becomes a view of `parent`'s; so does each in a
/// list. Everything else stays as it is.
///
/// # Safety
/// Both are live.
pub unsafe fn tie(object: *mut PyObject, parent: *mut PyObject) {
    // SAFETY: the object is live and read as what it is; a parent is a reference of the wrapper's own.
    unsafe {
        if ffi::PyList_CheckExact(object) != 0 {
            for i in 0..ffi::PyList_Size(object) {
                tie(ffi::PyList_GetItem(object, i), parent);
            }
            return;
        }
        if !is_wrapper(object) || object == parent {
            return;
        }
        let this = object.cast::<Wrapper>();
        let is_lent = (*this).base.owner == Owner::Nobody && !(*this).base.value.is_null();
        let lender = lender(parent);
        if !is_lent || !(*this).extra.is_null() || lender.is_null() {
            return;
        }
        Wrapper::extra(this).parent = ffi::Py_NewRef(lender);
        if is_lent_for_a_call(lender) {
            Wrapper::extra(lender.cast()).views.push(this);
        }
    }
}

/// Who owns the memory that the value of `object` is in: itself, or whoever lends it. Borrowed; NULL where that is
/// somebody in C.
///
/// # Safety
/// `object` is live.
pub(super) unsafe fn lender(mut object: *mut PyObject) -> *mut PyObject {
    // SAFETY: a wrapper's parent is live; one that is no wrapper lends its own memory.
    unsafe {
        while !object.is_null() && is_wrapper(object) {
            let this = object.cast::<Wrapper>();
            if (*this).base.owner != Owner::Nobody {
                return object;
            }
            object = match (*this).extra {
                extra if extra.is_null() => ptr::null_mut(),
                extra => (*extra).parent,
            };
        }
        object
    }
}

/// # Safety
/// `object` is live.
unsafe fn is_lent_for_a_call(object: *mut PyObject) -> bool {
    // SAFETY: by the caller's word.
    unsafe { is_wrapper(object) && (*object.cast::<Wrapper>()).base.owner == Owner::Lent }
}

/// Takes a view that ends out of what its parent knows.
///
/// # Safety
/// `parent` is NULL or the live parent of the view.
pub(super) unsafe fn forget(view: *mut Wrapper, parent: *mut PyObject) {
    // SAFETY: by the caller's word.
    unsafe {
        if !parent.is_null() && is_lent_for_a_call(parent) {
            let extra = (*parent.cast::<Wrapper>()).extra;
            if !extra.is_null() {
                (*extra).views.retain(|known| *known != view);
            }
        }
    }
}

/// The value that these views look into is gone.
///
/// # Safety
/// They are live.
pub(super) unsafe fn end(views: &[*mut Wrapper]) {
    for &view in views {
        // SAFETY: by the caller's word.
        unsafe { lose(&raw mut (*view).base) };
    }
}

/// # Safety
/// `base` is a live wrapper that owns nothing.
unsafe fn lose(base: *mut Base) {
    // SAFETY: by the caller's word.
    unsafe {
        if !(*base).value.is_null() {
            count(-1);
        }
        (*base).value = ptr::null_mut();
        (*base).owner = Owner::Gone;
    }
}

/// Whether an object is what is left of a value that C has lent for a call that is over.
///
/// # Safety
/// `object` is live.
pub unsafe fn is_gone(object: *mut PyObject) -> bool {
    // SAFETY: by the caller's word.
    unsafe { is_wrapper(object) && (*object.cast::<Base>()).owner == Owner::Gone }
}

// ---- For a call ----

/// A wrapper of a value that C lends for a call: what Python changes in it, C sees. [`settle`] ends the loan.
///
/// # Safety
/// `value` is NULL or a live value of the cell's type.
pub unsafe fn lend(value: *mut c_void, cell: &'static TypeCell) -> *mut PyObject {
    if value.is_null() {
        return cell.null().unwrap_or(ptr::null_mut());
    }
    // SAFETY: by the caller's word.
    unsafe { wrap(value, cell, Owner::Lent) }
}

/// Says that C has lent what an object wraps, or each in a list, for a call: `note` gets each of them, which
/// [`settle`] wants to see when the call is over, borrowed.
///
/// # Safety
/// The object is live and new, so that nobody has looked into it.
pub unsafe fn mark(object: *mut PyObject, note: &mut dyn FnMut(*mut PyObject)) {
    // SAFETY: by the caller's word.
    unsafe {
        if ffi::PyList_CheckExact(object) != 0 {
            for i in 0..ffi::PyList_Size(object) {
                mark(ffi::PyList_GetItem(object, i), note);
            }
            return;
        }
        if !is_wrapper(object) {
            return;
        }
        let this = object.cast::<Wrapper>();
        let is_lent = (*this).base.owner == Owner::Nobody && !(*this).base.value.is_null();
        if is_lent && (*this).extra.is_null() {
            (*this).base.owner = Owner::Lent;
            note(object);
        }
    }
}

/// Ends a loan. What others hold too gets a copy of its own, with its views: by the type's function, or by that of the
/// union that it is the beginning of. Without one it stays C's where C is known to keep such values, and is empty
/// otherwise; but of what Python was to fill (`to_fill`) it keeps the bytes. An exception that is set stays.
///
/// # Safety
/// `object` is what was lent or marked, or None; the value is still live.
pub unsafe fn settle(object: *mut PyObject, to_fill: bool) {
    // SAFETY: by the caller's word; only wrappers are read as such.
    unsafe {
        if ffi::Py_REFCNT(object) == 1 {
            return;
        }
        let is_boxed_wrapper = ffi::PyObject_TypeCheck(object, types().gboxed) != 0;
        if !is_boxed_wrapper && !is_wrapper(object) {
            return;
        }
        let base = object.cast::<Base>();
        if (*base).owner != Owner::Lent {
            return;
        }
        let this = object.cast::<Wrapper>();
        let views = match is_wrapper(object) {
            true if !(*this).extra.is_null() => std::mem::take(&mut (*(*this).extra).views),
            _ => Vec::new(),
        };
        let old = (*base).value.cast::<u8>();
        let cell = described(ffi::Py_TYPE(object)).map(|class| class.cell);
        let mut size = cell.map_or(0, |cell| cell.size);
        if is_boxed((*base).gtype) {
            (*base).value = gobject::g_boxed_copy((*base).gtype, (*base).value);
            (*base).owner = Owner::Boxed;
        } else if to_fill && size > 0 {
            let copy = glib_sys::g_malloc(size);
            ptr::copy_nonoverlapping(old, copy.cast(), size);
            (*base).value = copy;
            (*base).owner = Owner::Memory;
        } else if let Some(cell) = cell
            && is_kept_by_c(cell)
        {
            (*base).owner = Owner::Nobody;
        } else if let Some(whole) = cell.and_then(whole_of) {
            size = whole.size;
            let copy = gobject::g_boxed_copy(whole.gtype(), (*base).value);
            let owner = wrap(copy, whole, Owner::Boxed);
            if owner.is_null() {
                ffi::PyErr_Clear();
                lose(base);
            } else {
                (*base).value = copy;
                (*base).owner = Owner::Nobody;
                Wrapper::extra(this).parent = owner;
            }
        } else {
            lose(base);
        }
        let new = (*base).value.cast::<u8>();
        if new == old {
            return;
        }
        for view in views {
            let place = &mut (*view).base.value;
            let offset = (place.cast::<u8>().addr()).wrapping_sub(old.addr());
            if !new.is_null() && offset < size {
                *place = new.add(offset).cast();
            } else {
                // C's value led to it, and may be all that kept it.
                lose(&raw mut (*view).base);
            }
        }
    }
}

/// Plain structs that C passes but does not make for the call: they live in a structure of C's, in the type system, or
/// for ever. Chosen from all that callbacks, virtual functions and signals of the installed typelibs take; what is not
/// here lies on C's stack or is freed behind the call in some library.
const KEPT_BY_C: &[(&str, &[&str])] = &[
    ("fontconfig", &["Pattern"]),
    (
        "GLib",
        &[
            "Hook",
            "Node",
            "OptionContext",
            "Scanner",
            "SequenceIter",
            "TreeNode",
        ],
    ),
    ("GModule", &["Module"]),
    ("GObject", &["TypeClass", "TypeInstance", "TypeInterface"]),
    ("GdkPixbuf", &["PixbufFormat", "PixbufModule"]),
    (
        "Gst",
        &["ClockEntry", "CustomMeta", "DebugCategory", "Meta"],
    ),
    ("GstAudio", &["AudioFormatInfo"]),
    ("GstBase", &["CollectData"]),
    ("GstGL", &["GLSyncMeta"]),
    ("GstRtsp", &["RTSPWatch"]),
    (
        "GstVideo",
        &[
            "VideoAffineTransformationMeta",
            "VideoFormatInfo",
            "VideoGLTextureUploadMeta",
            "VideoMeta",
        ],
    ),
    (
        "HarfBuzz",
        &["draw_funcs_t", "face_t", "font_t", "unicode_funcs_t"],
    ),
];

fn is_kept_by_c(cell: &TypeCell) -> bool {
    let of = &cell.of;
    let mut known = KEPT_BY_C.iter();
    known.any(|(namespace, names)| **namespace == *of.namespace && names.contains(&&*of.name))
}

/// The boxed union that a plain struct is a member of: C, which passes the member, has the whole of it (a
/// `Gdk.EventButton` is a `Gdk.Event`). Looked up once for each struct; None for most. An exception that is set stays.
fn whole_of(member: &'static TypeCell) -> Option<&'static TypeCell> {
    static KNOWN: UnderGil<Option<HashMap<usize, Option<&'static TypeCell>>>> = UnderGil::new(None);
    let key = ptr::from_ref(member).addr();
    // SAFETY: the GIL is held wherever wrappers are.
    unsafe {
        let known = KNOWN.with(|known| known.get_or_insert_default().get(&key).copied());
        if let Some(known) = known {
            return known;
        }
        let outer = Outer::take();
        let found = crate::guard(|| union_of(member)).flatten();
        ffi::PyErr_Clear();
        drop(outer);
        KNOWN.with(|known| known.get_or_insert_default().insert(key, found));
        found
    }
}

/// The boxed union of its namespace that a record is a member of, if there is one.
fn union_of(member: &TypeCell) -> Result<Option<&'static TypeCell>> {
    let broken = |error: gijit_typelib::Error| runtime_error(&error.to_string());
    let Some(namespace) = repository().get(&member.of.namespace) else {
        return Ok(None);
    };
    for entry in namespace.typelib().entries() {
        let Info::Union(info) = entry.info().map_err(broken)? else {
            continue;
        };
        if info.gtype_name().map_err(broken)?.is_none() {
            continue;
        }
        let name = entry.name().map_err(broken)?;
        let plan = record::record(repository(), &namespace, name)
            .map_err(|error| runtime_error(&error.to_string()))?;
        let is_it = |field: &record::FieldPlan| {
            field
                .ty
                .row()
                .named
                .is_some_and(|named| *named.of == member.of)
        };
        if !plan.fields.iter().any(is_it) {
            continue;
        }
        let of = TypeRef {
            namespace: namespace.name().into(),
            name: name.into(),
        };
        let size = record::size(&namespace, name, &Info::Union(info)).map_err(broken)?;
        let union = cell::intern(&of, Family::Union, size as usize, false);
        union.class()?;
        if is_boxed(union.gtype()) {
            return Ok(Some(union));
        }
    }
    Ok(None)
}

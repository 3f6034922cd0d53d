//! What C needs of its arguments beyond the call, as the plan says: it lives until the callback has been called, as long
//! as the result or the instance, or for ever.
//!
//! A boxed or plain value has what it keeps in its wrapper, and so have those that are copied of it; a GObject in its data.
//! Instances of other types keep for ever.

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::OnceLock;

use gijit_plan::Output;
use gijit_plan::keeps::Until;
use gobject_sys as gobject;
use gobject_sys::GObject;
use pyo3::ffi::{self, PyObject};

use crate::closure;
use crate::convert::table::hooks;
use crate::convert::temps::Temps;
use crate::invoke::arguments::Given;
use crate::invoke::bind::Bound;
use crate::python::Gil;
use crate::python::error::Result;

/// What a call has lent, for those that keep it.
pub type Lent = Rc<Temps<'static>>;

/// Makes a callback of a callable in the place of the one that Python has left out, as `call` does.
type MakeCallback =
    unsafe fn(&Bound, usize, *mut PyObject, &Given<'_>, &mut [u64], &mut Temps<'_>) -> Result<()>;

/// Sees to what C keeps, when all is converted and C has not been called. Returns what the result or the instance is to
/// keep: the pieces hold it.
///
/// # Safety
/// What is given is live; `values` has a word for each argument, and `temps` what was made for them.
#[cold]
pub unsafe fn lend<'a>(
    bound: &'a Bound,
    given: &Given<'_>,
    values: &mut [u64],
    temps: &mut Temps<'a>,
    make_callback: MakeCallback,
) -> Result<Option<ManuallyDrop<Lent>>> {
    // SAFETY: by the caller's word; a new reference is the pieces'.
    unsafe {
        let mut until = Until::Never;
        for keep in &bound.plan.keeps {
            until = keep.until;
            if let Until::Called { callback, always } = keep.until {
                let i = usize::from(callback);
                if values[i] == 0 && always {
                    let nothing = closure::nothing()?;
                    make_callback(bound, i, nothing, given, values, temps)?;
                }
                if values[i] == 0 {
                    return Ok(None);
                }
            }
            let input = bound.parameters[usize::from(keep.arg)].input;
            let object = input.map_or(std::ptr::null_mut(), |input| given.arg(input));
            if !object.is_null() {
                temps.keep(ffi::Py_NewRef(object));
            }
        }
        match until {
            Until::Called { callback, .. } => {
                closure::lend(values[usize::from(callback)] as *mut c_void, temps);
                Ok(None)
            }
            Until::Never => {
                std::mem::forget(closure::lent(temps));
                Ok(None)
            }
            Until::Output(_) | Until::Instance | Until::Whole => {
                let lent = Rc::into_raw(closure::lent(temps));
                Rc::decrement_strong_count(lent);
                Ok(Some(ManuallyDrop::new(Rc::from_raw(lent))))
            }
        }
    }
}

/// Gives what was lent to the result that keeps it.
///
/// # Safety
/// `object` is what came out at `output`, live.
pub unsafe fn keep_by_result(bound: &Bound, output: Output, object: *mut PyObject, lent: &Lent) {
    let mut keeps = bound.plan.keeps.iter();
    if keeps.any(|keep| keep.until == Until::Output(output)) {
        // SAFETY: by the caller's word.
        unsafe { keep_by(object, 0, lent) };
    }
}

/// Gives what was lent to the instance, if that keeps it.
///
/// # Safety
/// `instance` is live; C has been called.
pub unsafe fn keep_by_instance(bound: &Bound, instance: *mut PyObject, lent: &Lent) {
    for keep in &bound.plan.keeps {
        let by = match keep.until {
            Until::Instance => bound.target as usize,
            Until::Whole => 0,
            _ => continue,
        };
        // SAFETY: by the caller's word.
        return unsafe { keep_by(instance, by, lent) };
    }
}

/// What one GObject keeps, each with the function that it was lent to, or 0.
type Kept = Vec<(usize, Lent)>;

/// Has an object keep what was lent, in the place of what it keeps of the same function, unless that is 0.
///
/// # Safety
/// `object` is live, under the GIL.
unsafe fn keep_by(object: *mut PyObject, function: usize, lent: &Lent) {
    // SAFETY: by the caller's word; what stands under the quark is ours.
    unsafe {
        if object == ffi::Py_None() || (hooks().boxed_keep)(object, function, Rc::clone(lent)) {
            return;
        }
        match (hooks().gobject_of)(object) {
            Ok(Some(object)) => {
                let kept = kept_of(object);
                let old = replace(&mut *kept, function, Rc::clone(lent));
                drop(old);
            }
            Ok(None) => std::mem::forget(Rc::clone(lent)),
            Err(_) => ffi::PyErr_Clear(),
        }
    }
}

/// Adds what was lent. What it replaces may run Python code when it is dropped.
pub fn replace(kept: &mut Kept, function: usize, lent: Lent) -> Option<Lent> {
    let known = kept
        .iter_mut()
        .find(|(by, _)| function != 0 && *by == function);
    match known {
        Some((_, old)) => Some(std::mem::replace(old, lent)),
        None => {
            kept.push((function, lent));
            None
        }
    }
}

/// # Safety
/// The object is live, under the GIL.
unsafe fn kept_of(object: *mut GObject) -> *mut Kept {
    static QUARK: OnceLock<u32> = OnceLock::new();
    // SAFETY: a C string that lives for ever; what is set is freed with the object, once.
    unsafe {
        let quark =
            *QUARK.get_or_init(|| glib_sys::g_quark_from_static_string(c"gijit-lent".as_ptr()));
        let known = gobject::g_object_get_qdata(object, quark).cast::<Kept>();
        if !known.is_null() {
            return known;
        }
        let made = Box::into_raw(Box::<Kept>::default());
        gobject::g_object_set_qdata_full(object, quark, made.cast(), Some(free));
        made
    }
}

/// The object is finalised, on any thread.
unsafe extern "C" fn free(kept: *mut c_void) {
    // SAFETY: from `kept_of`; it stays where Python has ended.
    unsafe {
        if let Some(gil) = Gil::take() {
            drop(Box::from_raw(kept.cast::<Kept>()));
            drop(gil);
        }
    }
}

//! Tiers: which executor a callable's next call takes.
//!
//! `GIJIT_TIER` is `auto` (libffi first, a thunk after [`THRESHOLD`] calls if the process is hot, or after
//! `GIJIT_THRESHOLD` calls in any case), `ffi` (libffi alone) or `thunk` (compiled at the first call, waiting for it).

use std::ffi::c_void;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use gijit_shape::layout::Layout;
use pyo3::ffi::{self, PyObject};

use crate::closure::compiled::{self, Compiled};
use crate::invoke::bind::Bound;
use crate::invoke::callable::Callable;
use crate::invoke::{self, Promoter};
use crate::python::error::{Result, value_error};
use crate::thunk::engine;
use crate::thunk::heat;
use crate::thunk::worker;
use crate::thunk::worker::ShapeSlot;

/// Calls over libffi before a shape is compiled in a hot process. Measured: a thunk saves 27 to 93 ns a call
/// (benches/results), and a shape costs 1.2 to 1.6 ms of another core in a batch of 200 (src/engine/codegen.rs), so it
/// pays after some tens of thousands of calls; a callable that has come this far is likely to be called on.
const THRESHOLD: u32 = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Auto,
    Ffi,
    Thunk,
}

#[derive(Clone, Copy, Debug)]
pub struct Settings {
    pub mode: Mode,
    pub threshold: u32,
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();
/// Callables that have been moved to a thunk.
pub static PROMOTED: AtomicUsize = AtomicUsize::new(0);
/// Callables that have been bound.
pub static BOUND: AtomicUsize = AtomicUsize::new(0);

/// What the environment asks for.
pub fn settings() -> Settings {
    *SETTINGS.get().expect("settings are read at initialisation")
}

/// Reads the settings and takes charge of promotion; once, at initialisation. ValueError for a setting that does not
/// exist.
pub fn initialise() -> Result<()> {
    let mode = match std::env::var("GIJIT_TIER").as_deref() {
        Err(_) | Ok("" | "auto") => Mode::Auto,
        Ok("ffi") => Mode::Ffi,
        Ok("thunk") => Mode::Thunk,
        Ok(other) => {
            return Err(value_error(&format!(
                "GIJIT_TIER is {other:?}; it can be auto, ffi or thunk"
            )));
        }
    };
    let threshold = match std::env::var("GIJIT_THRESHOLD") {
        Err(_) => THRESHOLD,
        Ok(text) => {
            heat::begin_hot();
            text.parse().map_err(|_| {
                value_error(&format!(
                    "GIJIT_THRESHOLD is {text:?}; it is a number of calls"
                ))
            })?
        }
    };
    let _ = SETTINGS.set(Settings { mode, threshold });
    if let Some(layout) = proved_layout() {
        engine::set_layout(layout);
    }
    invoke::set_promoter(Promoter { bound, counted });
    if mode != Mode::Ffi && engine::has_layout() {
        compiled::set_promoter(entered);
    }
    Ok(())
}

/// The entry of a signature that C calls, if it is compiled; asks for it when it is due.
fn entered(compiled: &'static Compiled) -> Option<*const c_void> {
    // SAFETY: NULL or a slot, which lives for ever; only this writes it, under the GIL.
    let known = unsafe { compiled.promotion.get().cast::<ShapeSlot>().as_ref() };
    let slot: &'static ShapeSlot = match known {
        Some(slot) => slot,
        None => {
            let settings = settings();
            let calls = compiled.calls.get().saturating_add(1);
            compiled.calls.set(calls);
            if settings.mode == Mode::Auto {
                heat::count();
                if !is_due(calls) {
                    return None;
                }
            }
            let slot = worker::slot(compiled.key.clone());
            compiled
                .promotion
                .set(std::ptr::from_ref(slot).cast_mut().cast());
            match settings.mode {
                // A failure is counted; the signature stays on libffi.
                Mode::Thunk => drop(worker::compile_now(slot)),
                _ => worker::request(slot),
            }
            slot
        }
    };
    slot.entry()
}

/// Whether what has been called so often over libffi is to be compiled.
fn is_due(calls: u32) -> bool {
    calls >= settings().threshold && heat::is_hot()
}

fn slot_of(callable: &Callable) -> Option<&'static ShapeSlot> {
    // SAFETY: NULL or a slot, which lives for ever; only `take_slot` writes it.
    unsafe { callable.promotion.get().cast::<ShapeSlot>().as_ref() }
}

fn bound(callable: &Callable) {
    BOUND.fetch_add(1, Ordering::Relaxed);
    let settings = settings();
    if settings.mode == Mode::Ffi || !engine::has_layout() {
        return;
    }
    let Some(bound) = callable.bound_already() else {
        return;
    };
    if bound.plan.shape.is_err() {
        // What has no shape stays on libffi.
        return;
    }
    if settings.mode == Mode::Auto {
        callable.counting.set(true);
        if worker::COUNTERS.compiled.load(Ordering::Relaxed) == 0 {
            // No shape has code yet: which one this is can wait for the call that counts.
            return;
        }
    }
    let Some(slot) = take_slot(callable, bound) else {
        return;
    };
    if settings.mode == Mode::Thunk {
        // A failure is counted; the callable stays on libffi, which is right if slow.
        let _ = worker::compile_now(slot);
    }
    if slot.entry().is_some() {
        promote(callable, slot);
    }
}

/// Finds the slot of a callable's shape and keeps it with the callable.
fn take_slot(callable: &Callable, bound: &Bound) -> Option<&'static ShapeSlot> {
    let slot = worker::slot(bound.plan.shape.as_ref().ok()?.to_string());
    callable
        .promotion
        .set(std::ptr::from_ref(slot).cast::<c_void>());
    Some(slot)
}

fn counted(callable: &Callable) {
    heat::count();
    let slot = match (slot_of(callable), callable.bound_already()) {
        (Some(slot), _) => slot,
        (None, Some(bound)) if is_due(callable.calls.get()) => match take_slot(callable, bound) {
            Some(slot) => slot,
            None => return,
        },
        _ => return,
    };
    if slot.entry().is_some() {
        promote(callable, slot);
    } else if is_due(callable.calls.get()) {
        worker::request(slot);
        if slot.failed() {
            callable.counting.set(false);
        }
    }
}

fn promote(callable: &Callable, slot: &'static ShapeSlot) {
    let Some(entry) = slot.entry() else {
        return;
    };
    // SAFETY: the entry is that of a vectorcall function, by the engine's contract, in memory that is never unmapped.
    let entry = unsafe { std::mem::transmute::<*const c_void, ffi::vectorcallfunc>(entry) };
    callable.use_thunk(entry);
    PROMOTED.fetch_add(1, Ordering::Relaxed);
}

/// The layout of this interpreter's objects, if it is known and live objects agree with it.
fn proved_layout() -> Option<Layout> {
    // SAFETY: reads a static string of the interpreter; objects are made, looked at and dropped.
    unsafe {
        let version = std::ffi::CStr::from_ptr(ffi::Py_GetVersion())
            .to_str()
            .ok()?;
        let minor = version.split('.').nth(1)?.parse().ok()?;
        let layout = Layout::of_python(minor)?;
        let ints = [
            0,
            1,
            -1,
            5,
            -7,
            (1 << 30) - 1,
            -((1 << 30) - 1),
            1 << 30,
            1 << 40,
        ];
        let ints_agree = ints.iter().all(|&value| {
            with(ffi::PyLong_FromLongLong(value), |object| {
                match read_int(&layout, object) {
                    Some(read) => read == value,
                    None => value.unsigned_abs() >= 1 << 30,
                }
            })
        });
        let ascii = with(ffi::PyUnicode_FromString(c"gijit!".as_ptr()), |object| {
            let data = object.cast::<u8>().add(layout.str_ascii_data as usize);
            is_ascii(&layout, object) && std::slice::from_raw_parts(data, 7) == b"gijit!\0"
        });
        let other = with(
            ffi::PyUnicode_FromString(c"gij\xc3\xaft".as_ptr()),
            |object| !is_ascii(&layout, object),
        );
        let float = with(ffi::PyFloat_FromDouble(2.5), |object| {
            *object
                .cast::<u8>()
                .add(gijit_shape::abi::FLOAT_VALUE)
                .cast::<f64>()
                == 2.5
        });
        (ints_agree && ascii && other && float).then_some(layout)
    }
}

/// # Safety
/// `object` is NULL or a new reference.
unsafe fn with(object: *mut PyObject, test: impl FnOnce(*mut PyObject) -> bool) -> bool {
    if object.is_null() {
        return false;
    }
    let result = test(object);
    // SAFETY: the reference is ours.
    unsafe { ffi::Py_DECREF(object) };
    result
}

/// The value of an int of at most one digit, read as a thunk reads it.
///
/// # Safety
/// `object` is a live int.
unsafe fn read_int(layout: &Layout, object: *mut PyObject) -> Option<i64> {
    // SAFETY: an int has at least one digit's place behind its head.
    unsafe {
        let size = *object.cast::<i64>().add(2);
        let digit = i64::from(*object.cast::<u32>().add(6));
        if layout.long_style == 0 {
            (size.abs() <= 1).then(|| size * digit)
        } else {
            let sign = 1 - (size & 3);
            (size >> 3 <= 1).then_some(sign * digit)
        }
    }
}

/// # Safety
/// `object` is a live str.
unsafe fn is_ascii(layout: &Layout, object: *mut PyObject) -> bool {
    // SAFETY: every str has its state word there.
    let state = unsafe {
        *object
            .cast::<u8>()
            .add(layout.str_state as usize)
            .cast::<u32>()
    };
    state & layout.str_ascii_mask == layout.str_ascii_mask
}

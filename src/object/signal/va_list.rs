//! Emitting a signal with arguments, as C does it: GObject makes values of them only where it needs some, so that an
//! emission to nobody or to one handler costs much less than with values.
//!
//! GObject's function for this takes a `va_list`. Its layout is part of a platform's ABI; ours says that all arguments lie
//! in memory, as those do for which there are no registers left. What it looks like is known here for x86-64 alone, so
//! elsewhere signals are emitted with values.

use std::ffi::c_void;
use std::ptr;

use gijit_plan::Kind;
use gijit_plan::types::Fundamental;
use gobject_sys::{GObject, GValue};
use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use crate::convert::gtype::gtype_name;
use crate::convert::gvalue::{Mode, Owned, load, store};
use crate::convert::{input, output};
use crate::object::signal::info::{Described, Passed};
use crate::python::error::{Raised, Result, type_error, type_name};

/// `va_list` of the System V ABI for x86-64 (section 3.5.7).
#[repr(C)]
struct VaList {
    /// Offset of the next word in the saved registers: 48 says that there is none.
    words: u32,
    /// Likewise of the next floating number: 304.
    floats: u32,
    overflow: *const u64,
    saved: *const c_void,
}

unsafe extern "C" {
    fn g_signal_emit_valist(instance: *mut c_void, id: u32, detail: u32, arguments: *mut VaList);
}

/// What C gets: a word for each argument, in order.
#[derive(Default)]
struct Arguments {
    words: SmallVec<[u64; 6]>,
    /// What words point into.
    values: SmallVec<[Owned; 2]>,
}

impl Arguments {
    /// Adds one. What is wrong with it is said as for values.
    ///
    /// # Safety
    /// The object is live as long as these, and the signal passes its parameter of this type so.
    unsafe fn add(&mut self, passed: Passed, gtype: usize, object: *mut PyObject) -> Result<()> {
        // SAFETY: by the caller's word; the data of a value begins with its number or pointer.
        unsafe {
            if let Some(word) = usual(gtype, object) {
                self.words.push(word);
                return Ok(());
            }
            let mut value = Owned::new(gtype);
            store_argument(&mut value.0, object, self.words.len())?;
            let data = (&raw const value.0.data).cast::<u64>();
            self.words.push(match passed {
                // A float is passed as a double.
                Passed::Float => f64::from(data.cast::<f32>().read()).to_bits(),
                _ => data.read(),
            });
            self.values.push(value);
            Ok(())
        }
    }
}

/// The word for an object that is exactly what a parameter is for; None for all others, and whatever is wrong with it.
///
/// # Safety
/// The object is live.
unsafe fn usual(gtype: usize, object: *mut PyObject) -> Option<u64> {
    // SAFETY: by the caller's word; text lives as long as its str.
    unsafe {
        let of = Fundamental::of(gtype)?;
        let word = if of == Fundamental::String {
            if ffi::PyUnicode_CheckExact(object) == 0 {
                return None;
            }
            input::utf8(object).map(|text| text as u64)
        } else {
            let kind = of.row().number?;
            let is_exact = match kind {
                Kind::Bool => ffi::PyBool_Check(object),
                Kind::F64 => ffi::PyFloat_CheckExact(object),
                // A float is passed as a double.
                Kind::F32 => return None,
                _ => ffi::PyLong_CheckExact(object),
            };
            if is_exact == 0 {
                return None;
            }
            input::scalar(kind, object)
        };
        if word.is_err() {
            ffi::PyErr_Clear();
        }
        word.ok()
    }
}

/// Emits a signal, which passes its parameters so and returns nothing or a number. Returns what the handlers answered, a
/// new reference. TypeError for an argument that cannot be converted.
///
/// # Safety
/// The GIL is held. The object is live, has the signal, and stays; so do the arguments, as many as the signal has.
pub unsafe fn emit(
    object: *mut GObject,
    signal: &Described,
    detail: u32,
    passed: &[Passed],
    args: &[*mut PyObject],
) -> Result<*mut PyObject> {
    let mut arguments = Arguments::default();
    // SAFETY: by the caller's word; a value of a number's type has that alone in it. Handlers may take the GIL.
    unsafe {
        for ((passed, gtype), arg) in passed.iter().zip(&signal.params).zip(args) {
            arguments.add(*passed, *gtype, *arg)?;
        }
        let mut result: GValue = std::mem::zeroed();
        if signal.returned != 0 {
            result.g_type = signal.returned;
            arguments.words.push((&raw mut result.data) as u64);
        }
        let mut list = VaList {
            words: 48,
            floats: 304,
            overflow: arguments.words.as_ptr(),
            saved: ptr::null(),
        };
        crate::python::without_gil(|| {
            g_signal_emit_valist(object.cast(), signal.id, detail, &raw mut list)
        });
        if signal.returned == 0 {
            return Ok(output::none());
        }
        load::load(&raw const result, Mode::Generic)
    }
}

/// Stores an argument of an emission in a value. TypeError that names the parameter by its number, whatever is wrong.
///
/// # Safety
/// The value has its type; the argument is live.
pub unsafe fn store_argument(value: &mut GValue, arg: *mut PyObject, i: usize) -> Result<()> {
    // SAFETY: by the caller's word.
    unsafe {
        store::store(value, arg, Mode::Generic).map_err(|Raised| {
            let given = type_name(arg);
            ffi::PyErr_Clear();
            type_error(&format!(
                "could not convert type {given} to {} required for parameter {i}",
                gtype_name(value.g_type)
            ))
        })
    }
}

//! What a thunk does not open: its frame is filled, read and given back here, by the conversions of [`super::call`].
//!
//! The words are the slots of a call over libffi, the memory for pieces holds its [`Temps`]; so there is one conversion
//! of each type, and one text of each error. Which arguments are concerned the shape says. This file does not know
//! when a thunk calls it: the contract is `gijit_shape::abi::Slot`.

use std::ffi::{c_int, c_void};
use std::ptr;

use gijit_plan::Output;
use gijit_shape::abi;
use pyo3::ffi::PyObject;

use crate::convert::temps::Temps;
use crate::invoke::arguments::Given;
use crate::invoke::beyond;
use crate::invoke::bind::{Bound, Place};
use crate::invoke::call;
use crate::invoke::call::Results;
use crate::invoke::callable::Callable;
use crate::python::error::Result;

const _: () = assert!(
    size_of::<Temps<'_>>() <= abi::PIECES && align_of::<Temps<'_>>() <= align_of::<*const c_void>()
);

/// See the slot of this name.
pub unsafe extern "C" fn frame_fill(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    n: usize,
    words: *mut u64,
    pieces: *mut c_void,
) -> c_int {
    let pieces = pieces.cast::<Temps<'_>>();
    // SAFETY: the contract of the slot: the callable and its arguments are live through the call, the words and the
    // memory for the pieces are the thunk's own.
    unsafe {
        pieces.write(Temps::new(""));
        let filled = crate::guard(|| {
            let bound = (*callable.cast::<Callable>()).bound()?;
            let words = std::slice::from_raw_parts_mut(words, bound.plan.args.len());
            let n_inputs = n.min(bound.n_inputs());
            let given = Given::new(
                std::slice::from_raw_parts(args, n_inputs),
                std::slice::from_raw_parts(args.add(n_inputs), n - n_inputs),
            );
            fill(bound, &given, words, &mut *pieces)
        });
        match filled {
            Some(()) => 1,
            None => {
                pieces.drop_in_place();
                0
            }
        }
    }
}

/// # Safety
/// What is given is live and held by the caller.
unsafe fn fill<'a>(
    bound: &'a Bound,
    given: &Given<'_>,
    words: &mut [u64],
    temps: &mut Temps<'a>,
) -> Result<()> {
    // As over libffi: memory is made when all that Python passed is good.
    for &index in &bound.filled {
        let index = usize::from(index);
        let parameter = &bound.parameters[index];
        // SAFETY: by the caller's word.
        unsafe { call::pass(bound, index, parameter, given, words, temps)? };
    }
    for &index in &bound.filled {
        let index = usize::from(index);
        if bound.parameters[index].place == Place::Memory {
            // SAFETY: the place is memory.
            unsafe { call::provide(bound, index, words, temps)? };
        }
    }
    if !bound.plan.keeps.is_empty() {
        // SAFETY: by the caller's word. Where a result keeps something, there is no thunk.
        unsafe { beyond::lend(bound, given, words, temps, call::make_callback)? };
    }
    // The thunk calls C next, and nothing on the way there can fail.
    temps.commit();
    Ok(())
}

/// See the slot of this name.
pub unsafe extern "C" fn frame_end(pieces: *mut c_void) {
    // SAFETY: the contract of the slot: `frame_fill` has succeeded with this memory, and nobody else looks at it.
    unsafe { pieces.cast::<Temps<'_>>().drop_in_place() };
}

/// See the slot of this name.
pub unsafe extern "C" fn frame_out(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    words: *mut u64,
    index: usize,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: the contract of the slot: C has filled the frame, each word is read or dropped once, and the
        // instance of a method is always passed, as the first argument.
        unsafe {
            with_results(callable, words, index, |mut results, output| {
                if results.bound.is_method() {
                    results.lender = *args;
                }
                results.convert(output)
            })
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// See the slot of this name.
pub unsafe extern "C" fn frame_drop(callable: *mut PyObject, words: *mut u64, index: usize) {
    // SAFETY: as above. What has been bound stays bound, so this cannot raise.
    let _ = crate::guard(|| unsafe {
        with_results(callable, words, index, |results, output| {
            results.release(output);
            Ok(())
        })
    });
}

/// # Safety
/// A live callable that has been bound, and the frame of one of its calls.
unsafe fn with_results<T>(
    callable: *mut PyObject,
    words: *mut u64,
    index: usize,
    work: impl FnOnce(Results<'_>, Output) -> Result<T>,
) -> Result<T> {
    // SAFETY: by the caller's word; the frame has a word for each argument and one for the return value.
    unsafe {
        let bound = (*callable.cast::<Callable>()).bound()?;
        let n = bound.plan.args.len();
        let results = Results {
            bound,
            values: std::slice::from_raw_parts(words, n),
            place: words.add(n).cast(),
            lender: ptr::null_mut(),
            lent: None,
        };
        let output = if index == n {
            Output::Return
        } else {
            Output::Arg(index as u16)
        };
        work(results, output)
    }
}

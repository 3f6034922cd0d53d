//! What entries call: compiled functions through which C comes to Python, the quick way beside [`super::enter`].
//!
//! An entry opens C's arguments itself and leaves the rest to these. They hold what [`super::enter`] holds: any thread
//! may come, also when Python has ended; an exception under way is put aside; C gets zero where there is nothing else.

use std::ffi::{c_int, c_void};
use std::ptr;

use gijit_shape::abi::{ENTRY_MORE, ENTRY_STATE};
use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use crate::closure::called::{Called, Callee};
use crate::closure::enter;
use crate::closure::results;
use crate::closure::ties;
use crate::convert::cell::TypeCell;
use crate::convert::table::{hooks, table};
use crate::python::{self, Gil, Outer};

/// What one call keeps until its end, in the entry's frame.
struct State {
    callee: Callee,
    outer: Outer,
    gil: Gil,
}

const _: () = assert!(size_of::<State>() <= ENTRY_STATE && align_of::<State>() <= 8);

pub unsafe extern "C" fn begin(this: *mut c_void, state: *mut c_void, data: *mut c_void) -> c_int {
    // SAFETY: an entry calls this first, for what it is called for, with room for the state.
    unsafe {
        let Some(gil) = Gil::take() else {
            return 0;
        };
        let called = &*this.cast::<Called>();
        let outer = Outer::take();
        let Some(callee) = enter::hold(called, data) else {
            drop(outer);
            drop(gil);
            return 0;
        };
        enter::arrive(called);
        state.cast::<State>().write(State { callee, outer, gil });
        1
    }
}

pub unsafe extern "C" fn object_argument(
    instance: *mut c_void,
    cell: *const TypeCell,
) -> *mut PyObject {
    // SAFETY: NULL or a live instance, under the GIL.
    unsafe {
        if let Some(wrapper) = ties::wrapper_at_hand(instance) {
            // Which the callable mostly asks for.
            ties::fetch_attributes(wrapper);
            return ffi::Py_NewRef(wrapper);
        }
        if !instance.is_null() {
            enter::keep_floating(instance);
        }
        (table().object_out_none)(instance, cell)
    }
}

pub unsafe extern "C" fn record_argument(
    value: *mut c_void,
    cell: *const TypeCell,
    lent: *mut *mut PyObject,
) -> *mut PyObject {
    // SAFETY: NULL or a record that is C's through the call, under the GIL; a cell is never freed.
    unsafe {
        let object = (hooks().boxed_lend)(value, &*cell);
        if !value.is_null() {
            lent.write(ffi::Py_XNewRef(object));
        }
        object
    }
}

pub unsafe extern "C" fn record_settle(lent: *mut PyObject) {
    // SAFETY: the reference is from `record_argument`, or NULL; C's record lives until its call returns to it.
    unsafe {
        if !lent.is_null() {
            (hooks().boxed_settle)(lent, false);
            ffi::Py_DECREF(lent);
        }
    }
}

pub unsafe extern "C" fn call(
    this: *mut c_void,
    state: *mut c_void,
    args: *mut *mut PyObject,
    n: usize,
) -> *mut PyObject {
    // SAFETY: the state is from `begin`; `args` has free room and `n` references, which are dropped here.
    unsafe {
        let callee = &(*state.cast::<State>()).callee;
        let (function, extra, swap) = (callee.function, callee.extra, callee.swap);
        if !swap.is_null() {
            let instance = args.add(1).replace(ffi::Py_NewRef(swap));
            ffi::Py_DECREF(instance);
        }
        let mut more = 0;
        if !extra.is_null() && (*this.cast::<Called>()).passes_extra() {
            more = ffi::PyTuple_Size(extra) as usize;
        }
        // What is in the tuple is held with it.
        let item = |i: usize| ffi::PyTuple_GetItem(extra, i as isize);
        let flags = (n + more) | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
        let result = if more <= ENTRY_MORE {
            for i in 0..more {
                args.add(1 + n + i).write(item(i));
            }
            python::call(function, args.add(1), flags)
        } else {
            args.write(ptr::null_mut());
            let given = (0..=n).map(|i| *args.add(i));
            let all: SmallVec<[*mut PyObject; 9]> = given.chain((0..more).map(item)).collect();
            python::call(function, all.as_ptr().add(1), flags)
        };
        for i in 1..=n {
            ffi::Py_DECREF(*args.add(i));
        }
        result
    }
}

pub unsafe extern "C" fn give(
    this: *mut c_void,
    state: *mut c_void,
    returned: *mut PyObject,
    room: *mut c_void,
) {
    // SAFETY: as above; an entry has no other results, so that C's arguments are not looked at.
    unsafe {
        let called = &*this.cast::<Called>();
        let given = crate::guard(|| {
            let given = results::give(called.signature(), returned, room, ptr::null_mut());
            ffi::Py_DECREF(returned);
            given
        });
        match given {
            Some(lent) => enter::keep(called, lent),
            None => failed(this, state),
        }
    }
}

pub unsafe extern "C" fn failed(this: *mut c_void, _: *mut c_void) {
    // SAFETY: as above, with an exception set; an entry's C takes no errors.
    unsafe { enter::report((*this.cast::<Called>()).signature(), ptr::null_mut()) };
}

pub unsafe extern "C" fn end(this: *mut c_void, state: *mut c_void) {
    // SAFETY: called last, once after each `begin` that said yes.
    unsafe {
        let State { callee, outer, gil } = state.cast::<State>().read();
        drop(callee);
        enter::leave(this.cast());
        drop(outer);
        drop(gil);
    }
}

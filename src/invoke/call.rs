//! One call over libffi: convert, call C, convert back.
//!
//! The order is what makes bad input harmless: first every argument is converted to a value that is borrowed from
//! its Python object; only when all have passed are values made that C will own; then C is called. What C gives is
//! converted or dropped, in any case.

use std::ffi::c_void;
use std::ptr;

use gijit_plan::{Kind, Output};
use gijit_shape::{Direction, Value};
use glib_sys::GError;
use libffi::raw as libffi;
use pyo3::ffi::{self, PyObject};

use super::arguments;
use super::bind::Bound;
use super::callable::Callable;
use crate::convert::cell::TypeCell;
use crate::convert::table::table;
use crate::convert::{Raised, Result, enumeration, gtype, input, instance, output, type_error};

/// Arguments that fit without an allocation; more are rare.
const INLINE: usize = 10;

/// The entry of every callable that is on libffi, and of every call that a thunk hands on.
pub unsafe extern "C" fn invoke(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: CPython and thunks call this with the callable that holds it, and with arguments as the vectorcall
        // protocol lays them out.
        unsafe {
            let this = &*callable.cast::<Callable>();
            let bound = this.bound()?;
            this.count();
            let n = ffi::PyVectorcall_NARGS(nargsf) as usize;
            if kwnames.is_null() && n == bound.n_inputs() {
                return call(this, bound, std::slice::from_raw_parts(args, n));
            }
            let mut sorted = Vec::with_capacity(bound.n_inputs());
            arguments::sort(bound, args, n, kwnames, &mut sorted)?;
            call(this, bound, &sorted)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// The slots of one call, on the stack where they fit.
///
/// For argument i: `values[i]` is the C value itself, or for outputs the place that C writes; `addresses[i]` is that
/// place's address; libffi gets the address of one or the other.
struct Frame<'a> {
    values: &'a mut [u64],
    addresses: &'a mut [u64],
    pointers: &'a mut [*mut c_void],
}

/// # Safety
/// `args` are live objects or NULL (the default is meant), one for each Python argument.
unsafe fn call(
    callable: &Callable,
    bound: &Bound,
    args: &[*mut PyObject],
) -> Result<*mut PyObject> {
    let n = bound.n_c_arguments();
    // SAFETY: passed on.
    unsafe {
        if n <= INLINE {
            let (mut values, mut addresses) = ([0; INLINE], [0; INLINE]);
            let mut pointers = [ptr::null_mut(); INLINE];
            let frame = Frame {
                values: &mut values,
                addresses: &mut addresses,
                pointers: &mut pointers,
            };
            call_in(callable, bound, args, frame)
        } else {
            let (mut values, mut addresses) = (vec![0; n], vec![0; n]);
            let mut pointers = vec![ptr::null_mut(); n];
            let frame = Frame {
                values: &mut values,
                addresses: &mut addresses,
                pointers: &mut pointers,
            };
            call_in(callable, bound, args, frame)
        }
    }
}

/// Objects that keep borrowed C values alive until the results have been converted: a result may point into an
/// argument.
#[derive(Default)]
struct Keep(Vec<*mut PyObject>);

impl Drop for Keep {
    fn drop(&mut self) {
        for object in &self.0 {
            // SAFETY: dropped under the GIL; the references are this list's own.
            unsafe { ffi::Py_DECREF(*object) };
        }
    }
}

/// # Safety
/// As for [`call`].
unsafe fn call_in(
    callable: &Callable,
    bound: &Bound,
    args: &[*mut PyObject],
    frame: Frame<'_>,
) -> Result<*mut PyObject> {
    let shape = &bound.shape;
    let Frame {
        values,
        addresses,
        pointers,
    } = frame;
    let mut keep = Keep::default();

    // 1. Everything that can fail, with nothing owned.
    let mut given = args.iter();
    for (i, arg) in shape.args.iter().enumerate() {
        if arg.is_input() {
            let object = *given.next().expect("one object for each Python argument");
            if !object.is_null() {
                // SAFETY: the object is live, and the caller holds it through the call.
                values[i] = unsafe { convert(bound, i, object, &mut keep)? };
            }
        }
        pointers[i] = ptr::from_mut(&mut values[i]).cast();
    }

    // 2. What C will own, and what it will fill. Only allocation can fail here.
    for (i, arg) in shape.args.iter().enumerate() {
        let cell = bound.cells[i];
        match arg.direction {
            Direction::In => {
                if arg.value.full {
                    // SAFETY: the value is live and of the cell's type.
                    values[i] = unsafe { dup(arg.value, values[i], cell) };
                }
            }
            Direction::Out | Direction::InOut => {
                if arg.value.full && arg.direction == Direction::InOut {
                    // SAFETY: as above.
                    values[i] = unsafe { dup(arg.value, values[i], cell) };
                }
                addresses[i] = ptr::from_mut(&mut values[i]) as u64;
                pointers[i] = ptr::from_mut(&mut addresses[i]).cast();
            }
            Direction::CallerAllocates => {
                // SAFETY: the cell of a struct argument.
                values[i] = unsafe { (table().boxed_alloc)(cell) } as u64;
                if values[i] == 0 {
                    for (earlier, arg) in shape.args[..i].iter().enumerate() {
                        let allocated = arg.direction == Direction::CallerAllocates;
                        if allocated || (arg.value.full && arg.is_input()) {
                            // SAFETY: made by this loop and not yet C's.
                            unsafe {
                                discard(
                                    arg.value,
                                    allocated,
                                    values[earlier],
                                    bound.cells[earlier],
                                );
                            }
                        }
                    }
                    return Err(Raised);
                }
            }
        }
    }

    // 3. C.
    let mut error: *mut GError = ptr::null_mut();
    let mut error_address = &raw mut error;
    if shape.throws {
        pointers[shape.args.len()] = (&raw mut error_address).cast();
    }
    let mut returned: u64 = 0;
    // SAFETY: the cif describes the function as its typelib does; every pointer leads to a value of the described
    // width in the frame, which outlives the call; the GIL is released only around C and taken again before any
    // Python object is touched.
    unsafe {
        let cif = ptr::from_ref(&bound.cif).cast_mut();
        let target = std::mem::transmute::<*const c_void, unsafe extern "C" fn()>(bound.target);
        let state = if shape.release_gil {
            ffi::PyEval_SaveThread()
        } else {
            ptr::null_mut()
        };
        libffi::ffi_call(
            cif,
            Some(target),
            (&raw mut returned).cast(),
            pointers.as_mut_ptr(),
        );
        if !state.is_null() {
            ffi::PyEval_RestoreThread(state);
        }
    }

    // 4. An error: what was written all the same is dropped.
    let results = Results {
        bound,
        values,
        returned,
    };
    if !error.is_null() {
        // SAFETY: C set the error and gives it to us; the owned values are ours.
        unsafe {
            results.discard_from(0, true);
            (table().raise_gerror)(callable.object(), error);
        }
        return Err(Raised);
    }

    // 5. The results.
    // SAFETY: the values are what the plan says they are.
    unsafe {
        if shape.skip_return && shape.ret.full {
            let cell = bound.cells[shape.args.len()];
            discard(shape.ret, false, returned, cell);
        }
        match bound.plan.outputs.len() {
            0 => Ok(output::none()),
            1 => results.convert(0),
            n => {
                let mut objects = Vec::with_capacity(n);
                for k in 0..n {
                    match results.convert(k) {
                        Ok(object) => objects.push(object),
                        Err(raised) => {
                            results.discard_from(k + 1, false);
                            for object in objects {
                                ffi::Py_DECREF(object);
                            }
                            return Err(raised);
                        }
                    }
                }
                let tuple = (table().result_tuple)(callable.object(), objects.as_mut_ptr(), n);
                if tuple.is_null() {
                    Err(Raised)
                } else {
                    Ok(tuple)
                }
            }
        }
    }
}

/// The C value of one Python argument, borrowed: what keeps it alive is the argument itself or is put into `keep`.
///
/// # Safety
/// `object` is live and held by the caller.
#[inline]
unsafe fn convert(bound: &Bound, i: usize, object: *mut PyObject, keep: &mut Keep) -> Result<u64> {
    let arg = &bound.shape.args[i];
    let kind = arg.value.kind;
    // SAFETY: the object is live in every arm; a cell is never freed.
    unsafe {
        let refusable = kind.is_pointer() || bound.plan.args[i].default.is_none();
        if object == ffi::Py_None() && refusable && kind != Kind::Bool {
            if arg.nullable {
                return Ok(0);
            }
            return Err(type_error(&format!(
                "Argument {i} does not allow None as a value"
            )));
        }
        match kind {
            Kind::Utf8 => input::utf8(object).map(|text| text as u64),
            Kind::Filename => {
                let (text, owner) = input::filename(object)?;
                keep.0.push(owner);
                Ok(text as u64)
            }
            Kind::Object | Kind::Boxed => {
                let name = &bound.plan.args[i].name;
                instance::pointer(object, &*bound.cells[i], name).map(|pointer| pointer as u64)
            }
            Kind::Enum | Kind::Flags => enumeration::value(object, &*bound.cells[i]),
            Kind::GType => gtype::value(object),
            _ => input::scalar(kind, object),
        }
    }
}

/// A value that C may keep.
///
/// # Safety
/// `bits` is a live value of this kind and cell.
unsafe fn dup(value: Value, bits: u64, cell: *const TypeCell) -> u64 {
    let pointer = bits as *const c_void;
    // SAFETY: passed on.
    unsafe {
        match value.kind {
            Kind::Utf8 | Kind::Filename => (table().string_dup)(pointer, cell) as u64,
            Kind::Object => (table().object_dup)(pointer, cell) as u64,
            Kind::Boxed => (table().boxed_dup)(pointer, cell) as u64,
            _ => bits,
        }
    }
}

/// Releases a value that we own.
///
/// # Safety
/// `bits` is a value of this kind and cell that is owned here, or 0.
unsafe fn discard(value: Value, allocated: bool, bits: u64, cell: *const TypeCell) {
    let pointer = bits as *mut c_void;
    // SAFETY: passed on.
    unsafe {
        match value.kind {
            _ if allocated => (table().allocated_drop)(pointer, cell),
            Kind::Utf8 | Kind::Filename => (table().string_drop)(pointer, cell),
            Kind::Object => (table().object_drop)(pointer, cell),
            Kind::Boxed => (table().boxed_drop)(pointer, cell),
            _ => {}
        }
    }
}

/// What C left behind.
struct Results<'a> {
    bound: &'a Bound,
    values: &'a [u64],
    returned: u64,
}

impl Results<'_> {
    /// Kind, C value, cell and allocation of the k-th output.
    fn output(&self, k: usize) -> (Value, u64, *const TypeCell, bool) {
        let shape = &self.bound.shape;
        match self.bound.plan.outputs[k] {
            Output::Return => (
                shape.ret,
                self.returned,
                self.bound.cells[shape.args.len()],
                false,
            ),
            Output::Arg(index) => {
                let index = index as usize;
                let arg = &shape.args[index];
                (
                    arg.value,
                    self.values[index],
                    self.bound.cells[index],
                    arg.direction == Direction::CallerAllocates,
                )
            }
        }
    }

    /// The k-th output for Python, as a new reference; takes what is owned, in any case.
    ///
    /// # Safety
    /// The values are what the plan says; each output is converted or discarded once.
    unsafe fn convert(&self, k: usize) -> Result<*mut PyObject> {
        let (value, bits, cell, allocated) = self.output(k);
        let table = table();
        let pointer = bits as *mut c_void;
        // SAFETY: passed on.
        let object = unsafe {
            match (value.kind, value.full) {
                _ if allocated => (table.allocated_out)(pointer, cell),
                (Kind::Utf8, false) => (table.utf8_out_none)(pointer.cast()),
                (Kind::Utf8, true) => (table.utf8_out_full)(pointer.cast()),
                (Kind::Filename, false) => (table.filename_out_none)(pointer.cast()),
                (Kind::Filename, true) => (table.filename_out_full)(pointer.cast()),
                (Kind::Object, false) => (table.object_out_none)(pointer, cell),
                (Kind::Object, true) => (table.object_out_full)(pointer, cell),
                (Kind::Boxed, false) => (table.boxed_out_none)(pointer, cell),
                (Kind::Boxed, true) => (table.boxed_out_full)(pointer, cell),
                (Kind::Enum, _) => (table.enum_out)(bits as i32, cell),
                (Kind::Flags, _) => (table.flags_out)(bits as u32, cell),
                (kind, _) => output::scalar(kind, bits),
            }
        };
        if object.is_null() {
            Err(Raised)
        } else {
            Ok(object)
        }
    }

    /// Drops the outputs from the k-th on; with `all`, also an owned return value that Python does not see.
    ///
    /// # Safety
    /// As for [`Results::convert`].
    unsafe fn discard_from(&self, k: usize, all: bool) {
        // SAFETY: passed on.
        unsafe {
            for k in k..self.bound.plan.outputs.len() {
                let (value, bits, cell, allocated) = self.output(k);
                if value.full || allocated {
                    discard(value, allocated, bits, cell);
                }
            }
            let shape = &self.bound.shape;
            if all && shape.skip_return && shape.ret.full {
                discard(
                    shape.ret,
                    false,
                    self.returned,
                    self.bound.cells[shape.args.len()],
                );
            }
        }
    }
}

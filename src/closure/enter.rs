//! Where C enters: converts C's arguments, calls Python, and hands over what it returns or raises.
//!
//! Any thread may come here, also one that Python has never seen, and at any time, also when Python has ended. Whatever
//! happens, C gets a value: zero where there is no other.

use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr;

use gijit_plan::{Direction, Role, Transfer};
use glib_sys::GError;
use gobject_sys::GValue;
use libffi::raw as libffi;
use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use crate::closure::called::{Called, Callee};
use crate::closure::code::Code;
use crate::closure::results;
use crate::closure::signature::{Param, Signature, Way};
use crate::closure::ties;
use crate::closure::trampoline::Trampoline;
use crate::convert::converter::{Converter, write_bits};
use crate::convert::loans::Loans;
use crate::convert::table::hooks;
use crate::convert::temps::Temps;
use crate::convert::{gvalue, output, special};
use crate::python::error::{Raised, Result};
use crate::python::{self, Gil, Outer};

/// The function behind every trampoline.
///
/// # Safety
/// libffi calls it: `args` are the addresses of C's arguments, `data` is the trampoline.
pub unsafe extern "C" fn enter(
    _: *mut libffi::ffi_cif,
    result: *mut c_void,
    args: *mut *mut c_void,
    data: *mut c_void,
) {
    // SAFETY: the trampoline lives while C may call it, and begins with what it is called for.
    unsafe { come_in(data.cast(), result, args) };
}

/// The function behind all handlers of a signal that C calls with arguments: the last says which one.
///
/// # Safety
/// As for [`enter`]; `data` is the signature.
pub unsafe extern "C" fn enter_handler(
    _: *mut libffi::ffi_cif,
    result: *mut c_void,
    args: *mut *mut c_void,
    data: *mut c_void,
) {
    // SAFETY: whoever calls a handler holds its closure.
    unsafe {
        let signature = &*data.cast::<Signature>();
        let n = signature.params.len();
        let called = (*args.add(n)).cast::<*const Called>().read();
        come_in(called, result, args);
    }
}

/// # Safety
/// As for [`enter`].
unsafe fn come_in(called: *const Called, result: *mut c_void, args: *mut *mut c_void) {
    // SAFETY: what is called lives through this, and its signature is never written. Python is touched only while it is
    // there, and under the GIL; an exception that was set before is set again afterwards.
    unsafe {
        let signature = (*called).signature();
        clear(signature, result, args);
        let Some(gil) = Gil::take() else {
            return;
        };
        let outer = Outer::take();
        (*called).promote();
        run(called, signature, result, args);
        drop(outer);
        drop(gil);
    }
}

/// Writes zeros where C looks for what Python gives.
///
/// # Safety
/// As for [`enter`].
unsafe fn clear(signature: &Signature, result: *mut c_void, args: *mut *mut c_void) {
    // SAFETY: libffi gives room for the result, a whole word at least; an argument that goes out is an address.
    unsafe {
        match signature.returned.bytes {
            0 if matches!(signature.plan.ret.ty, gijit_plan::Type::Void) => {}
            0 => result.cast::<u64>().write(0),
            n => result.cast::<u8>().write_bytes(0, n),
        }
        for (i, param) in signature.params.iter().enumerate() {
            let size = match (param.way, &param.converter) {
                (Way::Out, converter) => converter.size(),
                (Way::Memory, Converter::Inline(cell)) => cell.size,
                _ => continue,
            };
            let place = (*args.add(i)).cast::<*mut u8>().read();
            if !place.is_null() {
                place.write_bytes(0, size);
            }
        }
    }
}

/// One invocation.
///
/// # Safety
/// As for [`enter`], under the GIL and with no exception set.
unsafe fn run(
    this: *const Called,
    signature: &'static Signature,
    result: *mut c_void,
    args: *mut *mut c_void,
) {
    // SAFETY: what is called lives through this; the references are held through the call, also if the callable ends
    // meanwhile. The user data is a pointer.
    unsafe {
        let called = &*this;
        let data = signature.data.map_or(ptr::null_mut(), |at| {
            (*args.add(at)).cast::<*mut c_void>().read()
        });
        let Some(callee) = hold(called, data) else {
            return;
        };
        arrive(called);
        match crate::guard(|| callee.call(signature, result, args)) {
            Some(lent) => keep(called, lent),
            None => report(signature, args),
        }
        drop(callee);
        leave(this);
    }
}

/// Holds what C calls, with this user data or NULL. None if that has ended: C calls more often than was promised, and an
/// error is printed; or it goes with other garbage.
///
/// # Safety
/// The GIL is held, no exception is set.
#[inline]
pub unsafe fn hold(called: &Called, data: *mut c_void) -> Option<Callee> {
    // SAFETY: what is no closure is the beginning of a trampoline.
    unsafe {
        if called.is_closure {
            // It is silent: whoever ends one knows that it may still be called.
            return called.hold();
        }
        let trampoline = &*ptr::from_ref(called).cast::<Trampoline>();
        if !trampoline.is_stale(data)
            && let Some(callee) = called.hold()
        {
            return Some(callee);
        }
        trampoline.complain(data);
        None
    }
}

/// Keeps what C's results point into as long as C may look at them. A signal's results are copied.
///
/// # Safety
/// The GIL is held.
pub unsafe fn keep(called: &Called, lent: Option<Box<Temps<'static>>>) {
    if let Some(lent) = lent
        && !called.is_closure
    {
        // SAFETY: what is no closure is the beginning of a trampoline.
        unsafe { (*ptr::from_ref(called).cast::<Trampoline>()).keep(*lent) };
    }
}

/// An invocation begins: a trampoline is not used again meanwhile. A closure lives through its call by whoever calls it.
///
/// # Safety
/// The GIL is held.
pub unsafe fn arrive(called: &Called) {
    if !called.is_closure {
        // SAFETY: as for `keep`.
        unsafe { (*ptr::from_ref(called).cast::<Trampoline>()).arrive() };
    }
}

/// An invocation is over.
///
/// # Safety
/// The GIL is held; `this` was running.
pub unsafe fn leave(this: *const Called) {
    // SAFETY: as for `keep`.
    unsafe {
        if !(*this).is_closure {
            Trampoline::leave(this.cast_mut().cast());
        }
    }
}

/// The arguments for Python, behind a place that the callee may use.
struct Arguments {
    objects: SmallVec<[*mut PyObject; 9]>,
    /// What C lends of them; settled when the arguments have been dropped.
    loans: Loans,
}

impl Arguments {
    /// Adds the items of a tuple or of NULL.
    ///
    /// # Safety
    /// The tuple is live.
    unsafe fn append(&mut self, extra: *mut PyObject) {
        if extra.is_null() {
            return;
        }
        // SAFETY: by the caller's word.
        unsafe {
            for k in 0..ffi::PyTuple_Size(extra) {
                self.objects
                    .push(ffi::Py_NewRef(ffi::PyTuple_GetItem(extra, k)));
            }
        }
    }
}

impl Drop for Arguments {
    fn drop(&mut self) {
        // SAFETY: the references are ours.
        unsafe {
            for &object in &self.objects[1..] {
                ffi::Py_DECREF(object);
            }
        }
    }
}

impl Callee {
    /// Calls it. Returns what C's results point into, to be kept as long as C may look at them.
    ///
    /// Where it raises, C gets zeros for all that goes both ways, as in PyGObject. Where its answer does not fit, what is
    /// C's own stays, as in PyGObject since 3.52; what Python has taken over is gone.
    ///
    /// # Safety
    /// As for [`run`]; the objects are live.
    pub unsafe fn call(
        &self,
        signature: &'static Signature,
        result: *mut c_void,
        args: *mut *mut c_void,
    ) -> Result<Option<Box<Temps<'static>>>> {
        let mut arguments = Arguments {
            objects: SmallVec::new(),
            loans: Loans::default(),
        };
        arguments.objects.push(ptr::null_mut());
        // SAFETY: passed on; the arguments live through the call, and the place before them is the callee's.
        unsafe {
            let taken = take(signature, self.extra, args, &mut arguments);
            let mut returned = ptr::null_mut();
            if taken.is_ok() {
                if signature.plan.role == Role::Signal {
                    self.finish(&mut arguments);
                }
                let n = arguments.objects.len() - 1;
                returned = python::call(
                    self.function,
                    arguments.objects.as_ptr().add(1),
                    n | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
                );
            }
            if returned.is_null() {
                empty(signature, args, |_| true);
                return Err(Raised);
            }
            let given = results::give(signature, returned, result, args);
            ffi::Py_DECREF(returned);
            given
        }
    }

    /// Puts in what the handler of a signal gets of its own.
    ///
    /// # Safety
    /// The objects are live, and so are the arguments, the instance first.
    unsafe fn finish(&self, arguments: &mut Arguments) {
        // SAFETY: by the caller's word; the arguments own their references.
        unsafe {
            if !self.swap.is_null() {
                let instance =
                    std::mem::replace(&mut arguments.objects[1], ffi::Py_NewRef(self.swap));
                ffi::Py_DECREF(instance);
            }
            arguments.append(self.extra);
        }
    }
}

/// What a variable of C's is taken to have in it.
static NOTHING: u64 = 0;

/// Converts what C gives; takes what Python then owns in any case.
///
/// # Safety
/// As for [`run`].
unsafe fn take(
    signature: &Signature,
    extra: *mut PyObject,
    args: *mut *mut c_void,
    to: &mut Arguments,
) -> Result<()> {
    let mut taken = Ok(());
    let mut owned = false;
    for (i, param) in signature.params.iter().enumerate() {
        // SAFETY: libffi gives the address of each argument, and the plan says what is there.
        unsafe {
            let at = *args.add(i);
            let from: *const c_void = match param.way {
                Way::Hidden | Way::Out | Way::Memory => continue,
                Way::AsValue => {
                    if taken.is_ok() {
                        let value = at.cast::<u8>().sub(offset_of!(GValue, data));
                        match gvalue::output_inline(value.cast(), false) {
                            Ok(object) => to.objects.push(object),
                            Err(raised) => taken = Err(raised),
                        }
                    }
                    continue;
                }
                // Nobody says that C has put anything there.
                Way::Variable { is_read: false } => (&raw const NOTHING).cast(),
                Way::UserData => {
                    if taken.is_ok() {
                        to.append(extra);
                    }
                    continue;
                }
                Way::In => at,
                Way::FullMemory if matches!(param.converter, Converter::Array(_)) => at,
                Way::InOut | Way::FullMemory | Way::Variable { .. } => {
                    at.cast::<*mut c_void>().read()
                }
            };
            if from.is_null() {
                to.objects.push(output::none());
                continue;
            }
            let transfer = match param.way {
                // The memory stays C's, and so does what is in a variable that may be left as it is.
                Way::FullMemory | Way::Variable { .. } => Transfer::None,
                _ => param.transfer,
            };
            owned |= param.way == Way::InOut && gives_up(param);
            let length = param.companion.map_or(0, |companion| companion.read(args));
            if taken.is_err() {
                param.converter.release(from, transfer, length);
                continue;
            }
            if transfer != Transfer::Full && matches!(param.converter, Converter::Object(_)) {
                let instance = from.cast::<*mut c_void>().read();
                if let Some(wrapper) = ties::wrapper_at_hand(instance) {
                    to.objects.push(ffi::Py_NewRef(wrapper));
                    continue;
                }
                keep_floating(instance);
            }
            let object = match &param.converter {
                Converter::Record(cell) | Converter::Inline(cell) if param.lent => {
                    let value = match param.way {
                        Way::FullMemory => from.cast_mut(),
                        _ => from.cast::<*mut c_void>().read(),
                    };
                    // What C has filled is the caller's own, or it would not be filled.
                    let is_filled = signature.plan.args[i].direction != Direction::In;
                    to.loans.record(value, cell, is_filled)
                }
                // A callable is to be called, whatever C has left empty.
                converter if converter.is_empty(from) => Ok(output::none()),
                converter => converter.output(from, transfer, length),
            };
            match object {
                Ok(object) => {
                    if transfer != Transfer::Full && param.may_lend() {
                        to.loans.mark(object);
                    }
                    to.objects.push(object);
                }
                Err(raised) => taken = Err(raised),
            }
        }
    }
    if owned {
        // SAFETY: as above.
        unsafe { empty(signature, args, gives_up) };
    }
    taken
}

/// Takes a reference for C's caller, which holds a floating one: a new wrapper will sink that. One that is there
/// already sinks nothing.
///
/// # Safety
/// NULL or a live instance; the GIL is held.
pub unsafe fn keep_floating(instance: *mut c_void) {
    // SAFETY: by the caller's word; what is no GObject is not looked into.
    unsafe {
        let is_object = gobject_sys::g_type_check_instance_is_fundamentally_a(
            instance.cast(),
            gobject_sys::G_TYPE_OBJECT,
        ) != 0;
        if is_object
            && gobject_sys::g_object_is_floating(instance.cast()) != 0
            && ties::wrapper_of(instance.cast()).is_none()
        {
            gobject_sys::g_object_ref(instance.cast());
        }
    }
}

/// Whether what C has in a variable is Python's once it has been read.
fn gives_up(param: &Param) -> bool {
    param.transfer != Transfer::None && !param.converter.is_plain()
}

/// Empties variables of C's that go both ways: all if the callable raises; or those whose values have been taken, in case
/// that no other values come.
///
/// # Safety
/// As for [`run`].
unsafe fn empty(signature: &Signature, args: *mut *mut c_void, which: fn(&Param) -> bool) {
    for (i, param) in signature.params.iter().enumerate() {
        if param.way != Way::InOut || !which(param) {
            continue;
        }
        // SAFETY: the variable is of the converter's type; a length is of its companion's kind.
        unsafe {
            let place = (*args.add(i)).cast::<*mut c_void>().read();
            if place.is_null() {
                continue;
            }
            write_bits(place, param.converter.size(), 0);
            if let Some(companion) = param.companion.filter(|companion| companion.by_address) {
                let length = companion.place(args);
                if !length.is_null() {
                    write_bits(length, companion.kind.size(), 0);
                }
            }
        }
    }
}

/// Gives the exception that is set to C if C takes a GError and it is one; else has it printed.
///
/// # Safety
/// As for [`run`], with an exception set.
pub unsafe fn report(signature: &Signature, args: *mut *mut c_void) {
    // SAFETY: the references that are fetched are restored or dropped; C's place for an error is NULL or the address
    // of a pointer.
    unsafe {
        let place = signature
            .throws()
            .map(|at| (*args.add(at)).cast::<*mut *mut GError>().read());
        if let Some(place) = place {
            let mut parts = [ptr::null_mut(); 3];
            let [kind, value, traceback] = &mut parts;
            ffi::PyErr_Fetch(kind, value, traceback);
            ffi::PyErr_NormalizeException(kind, value, traceback);
            let class = (hooks().error_class)();
            if class.is_null() {
                ffi::PyErr_Clear();
            } else if ffi::PyErr_GivenExceptionMatches(*kind, class) != 0 {
                match crate::guard(|| special::error_of(*value)) {
                    Some(error) => {
                        glib_sys::g_propagate_error(place, error);
                        for part in parts {
                            ffi::Py_XDECREF(part);
                        }
                        return;
                    }
                    // What is wrong with the error is printed, with the error as its context.
                    None => {
                        for part in parts {
                            ffi::Py_XDECREF(part);
                        }
                        python::print();
                        return;
                    }
                }
            }
            let [kind, value, traceback] = parts;
            ffi::PyErr_Restore(kind, value, traceback);
        }
        if signature.is_part_of_construction && python::outer::is_heard() {
            return;
        }
        python::print();
    }
}

/// The code that a signal's handlers share until they have an entry. None if the system refuses.
pub fn handler(signature: &'static Signature) -> Option<*mut c_void> {
    let made = signature.handler.get_or_init(|| {
        let code = Code::new()?;
        let data = ptr::from_ref(signature).cast_mut().cast();
        // SAFETY: both live for ever.
        unsafe { code.prepare(signature.cif(), enter_handler, data) }.then_some(code)
    });
    made.as_ref().map(|code| code.address)
}

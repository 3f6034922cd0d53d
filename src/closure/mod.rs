//! C → Python: callbacks of every scope, and functions of C that Python calls.
//!
//! A callback is a plan run backwards. Its [`signature`] is made once for a type of function; a [`trampoline`] is the
//! code that C gets for one callable; C comes in at [`enter`], and what Python returns goes back by [`results`].
//! A function pointer that C gives to Python becomes a [`pointer`]; a GClosure is a [`gclosure`].
//!
//! This room calls Python and is called by C; how C is called it leaves to `invoke`.

mod called;
mod code;
pub mod compiled;
mod enter;
pub mod entry;
pub mod gclosure;
pub mod kept;
pub mod marshaller;
mod pointed_into;
pub mod pointer;
mod results;
pub mod signature;
mod stub;
pub mod ties;
mod trampoline;
pub mod watch;

use std::cell::UnsafeCell;
use std::ffi::{CString, c_void};
use std::ptr;
use std::rc::Rc;
use std::sync::OnceLock;

use gijit_plan::compared;
use gijit_plan::{Arg, CallPlan, Scope, TypeRef};
use pyo3::ffi::{self, PyObject};

pub use crate::python::Outer;

use self::signature::Signature;
use self::trampoline::{Ends, Trampoline};
pub use self::trampoline::{count, live};
use crate::convert::temps::Temps;
use crate::convert::{errors, output};
use crate::python::error::{Raised, Result};
use crate::python::reference::not_null;
use crate::python::{self, Gil};

/// Makes the class of function pointers, and has Python tell us when it ends; once, at initialisation. `call` is how a
/// function pointer is called. Returns the class, borrowed.
pub fn initialise(call: ffi::vectorcallfunc) -> Result<*mut ffi::PyTypeObject> {
    python::initialise()?;
    trampoline::initialise(enter::enter);
    pointer::initialise(call)
}

/// What C gets for one Python callable.
pub struct Callback {
    /// The function pointer.
    pub code: *mut c_void,
    /// The user data, if the function takes some.
    pub data: *mut c_void,
    /// The destroy notify, if the function takes one.
    pub destroy: *mut c_void,
}

/// What a function's typelib says about one callback argument.
pub struct Site {
    of: TypeRef,
    /// What the callback's type calls addresses are objects.
    has_objects: bool,
    signature: OnceLock<&'static Signature>,
    ends: Ends,
    scope: Scope,
    has_data: bool,
    has_destroy: bool,
    /// The function that takes a destroy notify without user data to call it with.
    leaks: Option<Box<str>>,
}

impl Site {
    /// The place of the callback `arg` of type `of` in a function.
    pub fn new(plan: &CallPlan, arg: &Arg, of: &TypeRef) -> Site {
        let has_destroy = arg.closure.is_some() && arg.destroy.is_some();
        Site {
            of: of.clone(),
            has_objects: compared::are_objects(plan),
            signature: OnceLock::new(),
            ends: match arg.scope {
                // Whoever has it destroyed needs it until then, whatever else the typelib says.
                _ if has_destroy => Ends::Destroy,
                Scope::Call => Ends::Call,
                Scope::Object => Ends::WithObject,
                Scope::Async => Ends::Once,
                Scope::Notified | Scope::Forever | Scope::Invalid => Ends::Never,
            },
            scope: arg.scope,
            has_data: arg.closure.is_some(),
            has_destroy,
            leaks: (arg.destroy.is_some() && !has_destroy).then(|| plan.full_name().into()),
        }
    }

    /// The signature of the callback, made at the first need.
    fn signature(&self) -> Result<&'static Signature> {
        if let Some(signature) = self.signature.get() {
            return Ok(signature);
        }
        let signature = signature::of_site(&self.of, self.has_objects)?;
        Ok(self.signature.get_or_init(|| signature))
    }
}

/// Makes a callback of a Python object that is not None. `user_data` is NULL or a tuple of what is passed on to the
/// callable in the place of its user data; it counts only where the function takes user data. Until C has been called,
/// everything belongs to the pieces.
///
/// # Safety
/// The objects are live.
pub unsafe fn callback(
    site: &Site,
    function: *mut PyObject,
    user_data: *mut PyObject,
    temps: &mut Temps<'_>,
) -> Result<Callback> {
    // SAFETY: the objects are live; a trampoline goes to the pieces as soon as it is there.
    unsafe {
        errors::callable(function)?;
        let signature = site.signature()?;
        if let Some(name) = &site.leaks {
            warn_leak(name)?;
        }
        if site.scope == Scope::Invalid && site.ends == Ends::Never {
            complain(&site.of);
        }
        let user_data = if site.has_data { user_data } else { no_data()? };
        let made = Trampoline::new(signature, function, user_data, site.ends, site.has_data)?;
        temps.add(site.ends != Ends::Call, made.cast(), end, ptr::null());
        Ok(Callback {
            code: (*made).code.get(),
            data: (*made).data.get(),
            destroy: if site.has_destroy {
                destroy as *mut c_void
            } else if site.leaks.is_some() {
                // C may insist on having one.
                no_destroy as *mut c_void
            } else {
                ptr::null_mut()
            },
        })
    }
}

/// A callable that does nothing, for C to say that it has done what a callback would be called for. None is left out then,
/// and what C was lent lives until it says so. Borrowed.
pub fn nothing() -> Result<*mut PyObject> {
    unsafe extern "C" fn nothing(_: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
        output::none()
    }
    static METHOD: Method = Method(UnsafeCell::new(ffi::PyMethodDef {
        ml_name: c"nothing".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunction: nothing,
        },
        ml_flags: ffi::METH_VARARGS,
        ml_doc: ptr::null(),
    }));
    struct Method(UnsafeCell<ffi::PyMethodDef>);
    // SAFETY: the interpreter only reads it.
    unsafe impl Sync for Method {}
    /// A strong reference for ever.
    static FUNCTION: OnceLock<usize> = OnceLock::new();
    if let Some(known) = FUNCTION.get() {
        return Ok(*known as *mut PyObject);
    }
    // SAFETY: the description lives for ever.
    let made = unsafe { ffi::PyCFunction_NewEx(METHOD.0.get(), ptr::null_mut(), ptr::null_mut()) };
    let made = not_null(made)?;
    Ok(*FUNCTION.get_or_init(|| made as usize) as *mut PyObject)
}

/// Has what a call lends live until one of the callbacks that the pieces have for it ends: the one with this code.
///
/// # Safety
/// C has not been called yet; the GIL is held.
pub unsafe fn lend(code: *mut c_void, temps: &mut Temps<'_>) {
    let made = temps.given(end).map(|made| made.cast::<Trampoline>());
    // SAFETY: the pieces that are released so are trampolines.
    let of_code = |made: &*mut Trampoline| unsafe { (**made).code.get() == code };
    let found = made.into_iter().find(of_code);
    if let Some(trampoline) = found {
        let lent = temps.share(end);
        // SAFETY: as above.
        unsafe { (*trampoline).lend(lent) };
    }
}

/// What of the pieces is lent, but for callbacks.
pub fn lent(temps: &mut Temps<'_>) -> Rc<Temps<'static>> {
    temps.share(end)
}

/// The one user data for two callbacks of a call that share it: `first` and `second` are what [`callback`] has given for
/// each. The other one ends with it, if only its destroy notification says when.
///
/// # Safety
/// Both come from there, C has not been called yet; the GIL is held.
pub unsafe fn share(first: *mut c_void, second: *mut c_void, temps: &Temps<'_>) -> *mut c_void {
    // SAFETY: by the caller's word; the pieces that are released so are trampolines.
    unsafe {
        let (Some(a), Some(b)) = (trampoline::of(first), trampoline::of(second)) else {
            return first;
        };
        let follows = |ends| matches!(ends, Ends::Destroy | Ends::Never);
        let (shared, other) = match (a.ends.get(), b.ends.get()) {
            (Ends::Destroy, other) if follows(other) => {
                a.chain(ptr::from_ref(b).cast_mut());
                (first, second)
            }
            (other, Ends::Destroy) if follows(other) => {
                b.chain(ptr::from_ref(a).cast_mut());
                (second, first)
            }
            (_, Ends::Destroy) => (second, first),
            _ => (first, second),
        };
        for made in temps.made(end).map(|made| made.cast::<Trampoline>()) {
            if (*made).data.get() == other {
                (*made).data.set(shared);
            }
        }
        shared
    }
}

/// A function pointer for a callable in a place that does not say how long C needs it: for ever, unless C is never
/// called.
///
/// # Safety
/// `function` is live and not None.
pub unsafe fn forever(
    of: &TypeRef,
    function: *mut PyObject,
    temps: &mut Temps<'_>,
) -> Result<*mut c_void> {
    // SAFETY: by the caller's word.
    unsafe {
        errors::callable(function)?;
        let signature = signature::of(of)?;
        let made = Trampoline::new(signature, function, no_data()?, Ends::Never, false)?;
        temps.give(made.cast(), end, ptr::null());
        Ok((*made).code.get())
    }
}

/// A function pointer for a Python function that implements a virtual function, for ever.
///
/// # Safety
/// `function` is live.
pub unsafe fn implementation(
    signature: &'static Signature,
    function: *mut PyObject,
) -> Result<*const c_void> {
    // SAFETY: by the caller's word; nobody ends it.
    unsafe {
        let made = Trampoline::new(signature, function, ptr::null_mut(), Ends::Never, false)?;
        trampoline::count(false);
        Ok((*made).code.get())
    }
}

/// What goes in the place of user data that a function has no way to pass, as PyGObject has it: a tuple with None,
/// borrowed.
fn no_data() -> Result<*mut PyObject> {
    /// A strong reference for ever.
    static TUPLE: OnceLock<usize> = OnceLock::new();
    if let Some(tuple) = TUPLE.get() {
        return Ok(*tuple as *mut PyObject);
    }
    // SAFETY: makes a tuple of a live object.
    let tuple = unsafe { ffi::PyTuple_Pack(1, ffi::Py_None()) };
    if tuple.is_null() {
        return Err(Raised);
    }
    Ok(*TUPLE.get_or_init(|| tuple as usize) as *mut PyObject)
}

/// Ends a trampoline from under the GIL. Pieces are known by it ([`kept`]), so there is one of it.
#[inline(never)]
unsafe extern "C" fn end(trampoline: *mut c_void, _: *const c_void) {
    // SAFETY: pieces give back what was given to them, once.
    unsafe { Trampoline::end(trampoline.cast()) }
}

/// The destroy notification of every callback: C calls it with the callback's user data, on any thread.
unsafe extern "C" fn destroy(data: *mut c_void) {
    // SAFETY: C does not call any more what the data is of; Python is touched only while it is there. An exception that
    // is set is not disturbed by dropping references.
    unsafe {
        let Some(gil) = (!data.is_null()).then(Gil::take).flatten() else {
            return;
        };
        crate::guard(|| {
            if let Some(made) = trampoline::of(data) {
                Trampoline::end(ptr::from_ref(made).cast_mut());
            }
            Ok(())
        });
        drop(gil);
    }
}

/// The destroy notification where nothing tells which callback it is about.
unsafe extern "C" fn no_destroy(_: *mut c_void) {}

#[cold]
fn warn_leak(function: &str) -> Result<()> {
    let text = CString::new(format!(
        "Callables passed to {function} will leak references because the method does not support a user_data \
         argument. See: https://bugzilla.gnome.org/show_bug.cgi?id=685598"
    ));
    // SAFETY: a C string and a live exception class.
    let status = unsafe {
        ffi::PyErr_WarnEx(
            ffi::PyExc_RuntimeWarning,
            text.unwrap_or_default().as_ptr(),
            1,
        )
    };
    if status < 0 { Err(Raised) } else { Ok(()) }
}

/// The typelib does not say how long the callback is needed.
#[cold]
fn complain(of: &TypeRef) {
    let text = CString::new(format!(
        "Unknown scope reached inside {}. The callback is kept for ever; the annotations of its library are to blame",
        of.name
    ));
    // SAFETY: C strings, and as many arguments as the format asks for.
    unsafe {
        glib_sys::g_log(
            ptr::null(),
            glib_sys::G_LOG_LEVEL_CRITICAL,
            c"%s".as_ptr(),
            text.unwrap_or_default().as_ptr(),
        );
    }
}

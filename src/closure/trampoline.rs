//! Trampolines: the pieces of code that C calls, one for each callable that C has, and how long each lives.
//!
//! A trampoline is a libffi closure with the callable beside it, and a [`stub`] before it where an entry may take the
//! closure's place. It ends with its scope, and is then used again for
//! the next callable of the same signature, since preparing one costs more than a call. Code that is running is never
//! freed: what has ended rests for a while first. Executable memory is libffi's business.
//!
//! All fields are touched under the GIL only, except those that are never written.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use pyo3::ffi::{self, PyObject};

use crate::closure::called::Called;
use crate::closure::code::Code;
use crate::closure::enter::enter;
use crate::closure::entry;
use crate::closure::signature::Signature;
use crate::closure::stub;
use crate::convert::temps::Temps;
use crate::python::error::{Result, runtime_error};

/// What ends the use of a callable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// The return of the call that it was passed to.
    Call,
    /// The end of the object that it was passed to ([`crate::closure::kept`]), if there is one.
    WithObject,
    /// Its first invocation.
    Once,
    /// The destroy notification.
    Destroy,
    Never,
}

#[repr(C)]
pub struct Trampoline {
    /// Its code is where the stub goes on: the closure's, or the entry.
    pub called: Called,
    closure: Code,
    /// Where the code is, for C: the stub's or the closure's.
    pub code: *mut c_void,
    has_stub: bool,
    /// Invocations under way: it is not freed meanwhile.
    running: Cell<u32>,
    pub ends: Cell<Ends>,
    /// Another that ends with this one; in a list of idle ones, the next.
    next: Cell<*mut Trampoline>,
    /// What results point into that C may still look at.
    kept: Kept,
    /// What C was lent until this ends.
    lent: Cell<Option<Rc<Temps<'static>>>>,
}

/// What the last results of something point into. Touched under the GIL only.
#[derive(Default)]
pub struct Kept(RefCell<VecDeque<Temps<'static>>>);

impl Kept {
    /// Keeps what a result points into until `n` later ones have come.
    pub fn keep(&self, lent: Temps<'static>, n: usize) {
        self.forget(n - 1);
        self.0.borrow_mut().push_back(lent);
    }

    /// Lets go of all but the last `n` results.
    fn forget(&self, n: usize) {
        loop {
            let mut kept = self.0.borrow_mut();
            if kept.len() <= n {
                return;
            }
            let oldest = kept.pop_front();
            // Letting go may run Python code, and that call this again.
            drop(kept);
            drop(oldest);
        }
    }
}

// What a stub leads to, and what an entry is called for, is the trampoline.
const _: () = assert!(offset_of!(Trampoline, called) == 0);

/// Trampolines of one signature that wait for their next callable: a list that is touched under the GIL only.
#[derive(Default)]
pub struct Idle {
    first: Cell<Option<ptr::NonNull<Trampoline>>>,
    n: Cell<usize>,
    watched: Cell<usize>,
}

/// As many idle ones are kept for each signature.
const IDLE: usize = 32;
/// As many of the first that end with their call are never used again, so that it is noticed where C calls one later:
/// another would be called in its place.
const WATCHED: usize = 16;
/// As many end after one before it is freed: by then no thread is on the last instructions of its code.
const RESTING: usize = 64;

static LIVE: AtomicUsize = AtomicUsize::new(0);

/// Callables that C can call, for `gijit.stats()`.
pub fn live() -> usize {
    LIVE.load(Ordering::Relaxed)
}

/// Counts what is no trampoline, but keeps a callable for C as well.
pub fn count(made: bool) {
    if made {
        LIVE.fetch_add(1, Ordering::Relaxed);
    } else {
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Trampoline {
    /// A trampoline for a callable. It is the caller's to end.
    ///
    /// # Safety
    /// The GIL is held; `function` is live, `extra` is NULL or a tuple.
    pub unsafe fn new(
        signature: &'static Signature,
        function: *mut PyObject,
        extra: *mut PyObject,
        ends: Ends,
    ) -> Result<*mut Trampoline> {
        let idle = &signature.idle;
        let this = match idle.first.get() {
            Some(first) => {
                // SAFETY: what is in the list is live and used by nobody.
                let next = unsafe { first.as_ref() }.next.replace(ptr::null_mut());
                idle.first.set(ptr::NonNull::new(next));
                idle.n.set(idle.n.get() - 1);
                first.as_ptr()
            }
            None => make(signature)?,
        };
        count(true);
        // SAFETY: nobody else has it; the references are its own.
        unsafe {
            let called = &(*this).called;
            called.promote();
            called.function.set(ffi::Py_NewRef(function));
            called.extra.set(ffi::Py_XNewRef(extra));
            (*this).ends.set(ends);
            (*this).kept.forget(0);
        }
        Ok(this)
    }

    /// What C was lent ends with this, and not before.
    pub fn lend(&self, lent: Rc<Temps<'static>>) {
        self.lent.set(Some(lent));
    }

    /// Has `other` end with this one.
    pub fn chain(&self, other: *mut Trampoline) {
        let last = self.next.replace(other);
        if !last.is_null() && last != other {
            // SAFETY: what is chained here lives as long as this.
            unsafe { (*other).next.set(last) };
        }
    }

    fn signature(&self) -> &'static Signature {
        self.called.signature()
    }

    /// Prints an error: C calls a callable that has ended, and gets zero.
    #[cold]
    fn complain(&self) {
        let why = match self.ends.get() {
            Ends::Call => {
                "the call that it was passed to has returned, for which alone it is by its typelib"
            }
            Ends::WithObject => {
                "the object that it was passed to is gone, or has another in its place"
            }
            Ends::Once => "it has been called once, and is not for more by its typelib",
            Ends::Destroy => "it has been destroyed",
            Ends::Never => "it has ended",
        };
        runtime_error(&format!(
            "C calls a {} of Python's too late: {why}. Nothing is called, and C gets zero",
            self.signature().plan.full_name()
        ));
        // SAFETY: called under the GIL, with an exception that has just been set.
        unsafe { crate::python::print() };
    }

    /// An invocation begins, under the GIL.
    pub fn arrive(&self) {
        self.running.set(self.running.get() + 1);
    }

    /// An invocation is over.
    ///
    /// # Safety
    /// The GIL is held; `this` is live and was running.
    pub unsafe fn leave(this: *mut Trampoline) {
        // SAFETY: by the caller's word; what is running is not freed.
        unsafe {
            if (*this).ends.get() == Ends::Once {
                Trampoline::end(this);
            }
            let running = &(*this).running;
            running.set(running.get() - 1);
            if running.get() == 0 && (*this).called.function.get().is_null() {
                Trampoline::rest(this);
            }
        }
    }

    /// Ends the use of the callable, once; what has ended is left alone. Runs Python code.
    ///
    /// # Safety
    /// The GIL is held; `this` is from [`Trampoline::new`] and nobody calls its code any more, but for invocations
    /// under way.
    pub unsafe fn end(this: *mut Trampoline) {
        let mut this = this;
        while !this.is_null() {
            // SAFETY: by the caller's word; it is not touched any more after it has gone to rest.
            unsafe {
                if (*this).called.function.get().is_null() {
                    return;
                }
                let held = (*this).called.end();
                let lent = (*this).lent.take();
                let next = (*this).next.replace(ptr::null_mut());
                count(false);
                if (*this).running.get() == 0 {
                    let kept = (*this).kept.0.take();
                    Trampoline::rest(this);
                    drop(kept);
                }
                drop(lent);
                for object in held {
                    ffi::Py_XDECREF(object);
                }
                this = next;
            }
        }
    }

    /// Puts an ended trampoline where the next callable finds it, or on its way to being freed. What its last results
    /// point into stays until then.
    ///
    /// # Safety
    /// The GIL is held; it has ended, is not running, and is used by nobody afterwards.
    pub unsafe fn rest(this: *mut Trampoline) {
        // SAFETY: by the caller's word.
        let idle = unsafe { &(*this).signature().idle };
        // SAFETY: as above.
        let ends = unsafe { (*this).ends.get() };
        if ends == Ends::Call && idle.watched.get() < WATCHED {
            idle.watched.set(idle.watched.get() + 1);
            return;
        }
        if idle.n.get() < IDLE {
            let first = idle.first.get();
            let next = first.map_or(ptr::null_mut(), |first| first.as_ptr());
            // SAFETY: as above.
            unsafe { (*this).next.set(next) };
            idle.first.set(ptr::NonNull::new(this));
            idle.n.set(idle.n.get() + 1);
            return;
        }
        /// Addresses of trampolines.
        static RESTING_ONES: Mutex<VecDeque<usize>> = Mutex::new(VecDeque::new());
        let oldest = {
            let mut resting = RESTING_ONES.lock().unwrap_or_else(PoisonError::into_inner);
            resting.push_back(this as usize);
            (resting.len() > RESTING).then(|| resting.pop_front())
        };
        if let Some(Some(oldest)) = oldest {
            let oldest = oldest as *mut Trampoline;
            // SAFETY: made by `make`, ended long ago, and in no list any more.
            unsafe {
                if (*oldest).has_stub {
                    stub::give_back((*oldest).code);
                }
                drop(Box::from_raw(oldest));
            }
        }
    }

    /// Keeps what results point into until as many later results have come as C may have at a time.
    pub fn keep(&self, lent: Temps<'static>) {
        self.kept.keep(lent, self.signature().kept);
    }
}

/// C calls what has ended. A closure is silent: whoever ends one knows that it may still be called.
///
/// # Safety
/// The GIL is held, no exception is set, and `called` is what C calls.
#[cold]
pub unsafe fn called_late(called: *const Called) {
    // SAFETY: by the caller's word; what is no closure is the beginning of a trampoline.
    unsafe {
        if !(*called).is_closure {
            (*called.cast::<Trampoline>()).complain();
        }
    }
}

/// Prepares a trampoline that nobody uses yet.
#[cold]
fn make(signature: &'static Signature) -> Result<*mut Trampoline> {
    let Some(closure) = Code::new() else {
        return Err(runtime_error(
            "no memory for code: the system refuses callbacks from C to Python",
        ));
    };
    let code = closure.address;
    let called = Called::new(Some(signature), false);
    called.code.store(code, Ordering::Relaxed);
    let this = Box::into_raw(Box::new(Trampoline {
        called,
        closure,
        code,
        has_stub: false,
        running: Cell::new(0),
        ends: Cell::new(Ends::Never),
        next: Cell::default(),
        kept: Kept::default(),
        lent: Cell::default(),
    }));
    // SAFETY: the box is ours; the description lives for ever, and the trampoline as long as its closure.
    unsafe {
        let closure = &(*this).closure;
        if !closure.prepare(signature.cif(), enter, this.cast()) {
            drop(Box::from_raw(this));
            return Err(runtime_error(&format!(
                "libffi cannot make a function of type {}",
                signature.plan.full_name()
            )));
        }
        if signature.compiled.is_some()
            && entry::is_compiling()
            && let Some(stub) = stub::take(&raw const (*this).called.code)
        {
            (*this).code = stub;
            (*this).has_stub = true;
        }
    }
    Ok(this)
}

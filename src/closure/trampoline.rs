//! Trampolines: the pieces of code that C calls, one for each callable that C has, and how long each lives.
//!
//! A trampoline is a libffi closure with the callable beside it, and a [`stub`] before it where the code behind C's address
//! may change. It ends with its scope, and is then used again for the next callable of the same signature, since preparing
//! one costs more than a call. It is never freed: there are as many as C has had at a time. Executable memory is libffi's
//! business.
//!
//! C may call one that has ended, also when it is another callable's. Where C passes user data, it is different for every
//! callable ([`mark`]), and tells. Where C passes none, the address alone can: a stub that has ended leads to a trampoline
//! without a callable until thousands of others have ended, or for ever, once C has called one too late.
//!
//! All fields are touched under the GIL only, except those that are never written.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::ffi::c_void;
use std::mem::offset_of;
use std::ptr;
use std::rc::Rc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyo3::ffi::{self, PyObject};

use crate::closure::called::Called;
use crate::closure::code::{Code, Enter};
use crate::closure::compiled;
use crate::closure::pointed_into::Kept;
use crate::closure::signature::Signature;
use crate::closure::stub;
use crate::convert::temps::Temps;
use crate::python::UnderGil;
use crate::python::error::{Result, runtime_error};

/// What ends the use of a callable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Ends {
    /// The return of the call that it was passed to.
    Call,
    /// The end of the object that it was passed to ([`super::kept`]), if there is one.
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
    /// Where the code is, for C: the stub's or the closure's. NULL while it has no stub.
    pub code: Cell<*mut c_void>,
    /// Its place among all.
    number: u32,
    /// How many callables it has had.
    uses: Cell<u32>,
    /// C passes its user data.
    is_told: bool,
    /// Invocations under way: it is not used again meanwhile.
    running: Cell<u32>,
    pub ends: Cell<Ends>,
    /// The user data for C: a [`mark`], of another one where callbacks share it.
    pub data: Cell<*mut c_void>,
    /// Another that ends with this one.
    next: Cell<*mut Trampoline>,
    /// What results point into that C may still look at.
    kept: Kept,
    /// What C was lent until this ends.
    lent: Cell<Option<Rc<Temps<'static>>>>,
}

// What a stub leads to, and what an entry is called for, is the trampoline.
const _: () = assert!(offset_of!(Trampoline, called) == 0);

/// Trampolines of one signature that wait for their next callable. Touched under the GIL only.
#[derive(Default)]
pub struct Idle {
    /// Those that their user data tells apart.
    told: RefCell<Vec<*mut Trampoline>>,
    /// The others, the longest idle first, and stubs that such ones have had.
    untold: RefCell<VecDeque<*mut Trampoline>>,
    stubs: stub::Queue,
    /// Where those stubs lead: a trampoline that never has a callable.
    ended: Cell<*mut Trampoline>,
    /// C has called one of the others too late.
    is_called_late: Cell<bool>,
}

/// As many without user data end before one is used again: by then no thread of C's is between its code and the GIL.
const RESTING: usize = 32;
/// As many end before its stub is.
const WATCHED: usize = 4096;

/// All trampolines.
static ALL: UnderGil<Vec<*mut Trampoline>> = UnderGil::new(Vec::new());

/// The upper bits of a mark, which no address has, and how many bits follow for the number of a trampoline, of its use,
/// and for what ends that.
const MARK: u64 = 0xa5c3;
const NUMBER: u32 = 24;
const USES: u32 = 21;
const ENDS: u32 = 3;

const _: () = assert!(NUMBER + USES + ENDS == 48 && usize::BITS == 64);

/// What C passes as user data for one callable, and for no other before or after it.
fn mark(number: u32, uses: u32, ends: Ends) -> *mut c_void {
    let fields = u64::from(number) << (USES + ENDS) | u64::from(uses) << ENDS | ends as u64;
    (MARK << 48 | fields) as usize as *mut c_void
}

/// Whether it is a [`mark`]: C may pass something else, where its typelib is wrong.
fn is_mark(data: *mut c_void) -> bool {
    data as u64 >> 48 == MARK
}

/// Whose user data it is. None if that has ended, or it is not ours.
///
/// # Safety
/// The GIL is held.
pub unsafe fn of(data: *mut c_void) -> Option<&'static Trampoline> {
    let number = data as usize >> (USES + ENDS) & ((1 << NUMBER) - 1);
    // SAFETY: by the caller's word; trampolines live for ever.
    let found = unsafe { &*ALL.with(|all| all.get(number).copied())? };
    let is_live = found.data.get() == data && !found.called.function.get().is_null();
    is_live.then_some(found)
}

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

/// The trampolines of a signature.
fn idle_of(signature: &'static Signature) -> &'static Idle {
    let idle = signature.idle.get_or_init(|| Box::new(Idle::default()));
    idle.downcast_ref()
        .expect("nobody else keeps anything there")
}

static ENTER: OnceLock<Enter> = OnceLock::new();

/// Says what libffi calls; once, at initialisation.
pub fn initialise(enter: Enter) {
    let _ = ENTER.set(enter);
}

impl Idle {
    /// One without user data that has been idle for long enough.
    fn rested(&self) -> Option<*mut Trampoline> {
        let mut untold = self.untold.borrow_mut();
        let &first = untold.front().filter(|_| untold.len() > RESTING)?;
        // SAFETY: trampolines live for ever.
        let has_address = unsafe { !(*first).code.get().is_null() };
        if has_address && self.is_called_late.get() {
            return None;
        }
        untold.pop_front()
    }

    /// A stub that C has not called for long enough.
    fn watched(&self) -> Option<*mut c_void> {
        let is_called_late = self.is_called_late.get();
        (!is_called_late).then(|| self.stubs.pop(WATCHED)).flatten()
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
        has_data: bool,
    ) -> Result<*mut Trampoline> {
        let idle = idle_of(signature);
        let is_told = has_data && signature.data.is_some();
        let ready = if is_told {
            idle.told.borrow_mut().pop()
        } else {
            if idle.ended.get().is_null() && ends != Ends::Never {
                let ended = make(signature, false)?;
                // SAFETY: it has just been made.
                unsafe { (*ended).ends.set(ends) };
                idle.ended.set(ended);
            }
            idle.rested()
        };
        let this = match ready {
            Some(ready) => ready,
            None => make(signature, is_told)?,
        };
        count(true);
        // SAFETY: nobody else has it; the references are its own.
        unsafe {
            let called = &(*this).called;
            called.promote();
            called.function.set(ffi::Py_NewRef(function));
            called.extra.set(ffi::Py_XNewRef(extra));
            (*this).ends.set(ends);
            (*this).uses.set((*this).uses.get() + 1);
            (*this)
                .data
                .set(mark((*this).number, (*this).uses.get(), ends));
            if (*this).code.get().is_null() {
                (*this).take_code();
            }
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

    /// Gives it an address for C.
    fn take_code(&self) {
        let signature = self.signature();
        let may_change = signature.compiled.is_some() && compiled::is_compiling();
        let mut stub = None;
        if !self.is_told {
            stub = idle_of(signature).watched();
        }
        if stub.is_none() && (may_change || !self.is_told) {
            stub = stub::take();
        }
        if let Some(stub) = stub {
            // SAFETY: nobody else has it; trampolines live for ever.
            unsafe { stub::lead(stub, &self.called.code) };
        }
        self.code.set(stub.unwrap_or(self.closure.address));
    }

    /// Whether C calls it with the user data of another callable, which has ended.
    ///
    /// # Safety
    /// The GIL is held.
    #[inline]
    pub unsafe fn is_stale(&self, data: *mut c_void) -> bool {
        // SAFETY: by the caller's word.
        let is_live = || unsafe { of(data) }.is_some();
        data != self.data.get() && self.is_told && is_mark(data) && !is_live()
    }

    /// Prints an error: C calls a callable that has ended, with this user data or NULL, and gets zero.
    #[cold]
    pub fn complain(&self, data: *mut c_void) {
        if !self.is_told {
            idle_of(self.signature()).is_called_late.set(true);
        }
        let all = [Ends::Call, Ends::WithObject, Ends::Once, Ends::Destroy];
        let bits = data as usize & ((1 << ENDS) - 1);
        let of_data = all
            .into_iter()
            .find(|&ends| self.is_told && is_mark(data) && bits == ends as usize);
        let why = match of_data.unwrap_or(self.ends.get()) {
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
        // SAFETY: by the caller's word.
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
                    let kept = (*this).kept.take();
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

    /// Puts an ended trampoline where the next callable finds it. What its last results point into stays until then.
    ///
    /// # Safety
    /// The GIL is held; it has ended, is not running, and is used by nobody afterwards.
    pub unsafe fn rest(this: *mut Trampoline) {
        // SAFETY: by the caller's word.
        let made = unsafe { &*this };
        let idle = idle_of(made.signature());
        if made.uses.get() == (1 << USES) - 1 {
            // No more marks are left for it.
            return;
        }
        if made.is_told {
            idle.told.borrow_mut().push(this);
            return;
        }
        // SAFETY: the one that has no callable is a trampoline, and lives for ever.
        if let Some(ended) = unsafe { idle.ended.get().as_ref() }
            && made.code.get() != made.closure.address
        {
            let stub = made.code.replace(ptr::null_mut());
            // SAFETY: the stub is the trampoline's, and not any more.
            unsafe {
                stub::lead(stub, &ended.called.code);
                idle.stubs.push(stub);
            }
            if ended.ends.get() != made.ends.get() {
                ended.ends.set(Ends::Never);
            }
        }
        idle.untold.borrow_mut().push_back(this);
    }

    /// Keeps what results point into until as many later results have come as C may have at a time.
    pub fn keep(&self, lent: Temps<'static>) {
        self.kept.keep(lent, self.signature().kept);
    }
}

/// Prepares a trampoline that nobody uses yet. The GIL is held.
#[cold]
fn make(signature: &'static Signature, is_told: bool) -> Result<*mut Trampoline> {
    // SAFETY: all that comes here holds the GIL.
    let number = unsafe { ALL.with(|all| all.len()) };
    let closure = Code::new().filter(|_| number < 1 << NUMBER);
    let Some(closure) = closure else {
        return Err(runtime_error(
            "no memory for code: the system refuses callbacks from C to Python",
        ));
    };
    let called = Called::new(Some(signature), false);
    called.code.store(closure.address, Ordering::Relaxed);
    let this = Box::into_raw(Box::new(Trampoline {
        called,
        closure,
        code: Cell::default(),
        number: number as u32,
        uses: Cell::new(0),
        is_told,
        running: Cell::new(0),
        ends: Cell::new(Ends::Never),
        data: Cell::default(),
        next: Cell::default(),
        kept: Kept::default(),
        lent: Cell::default(),
    }));
    // SAFETY: the box is ours; the description lives for ever, and so does the trampoline once it is among all.
    unsafe {
        let enter = ENTER.get().copied();
        let is_ready = |enter| (*this).closure.prepare(signature.cif(), enter, this.cast());
        if !enter.is_some_and(is_ready) {
            drop(Box::from_raw(this));
            return Err(runtime_error(&format!(
                "libffi cannot make a function of type {}",
                signature.plan.full_name()
            )));
        }
        ALL.with(|all| all.push(this));
    }
    Ok(this)
}

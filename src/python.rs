//! The interpreter as C's threads meet it: it may be busy, know nothing of the thread, or be ending.
//!
//! When the interpreter is finalised, a thread that asks for the GIL is ended; before Python 3.14 by `pthread_exit`,
//! which unwinds the stack. Frames of Rust must not be unwound so: where Python is called for long, such a thread is
//! stopped for good instead, as 3.14 does it by itself. Nor can Python make a thread known while it ends: the last
//! thing that it does before is to wait for those that are being made known, and afterwards none is any more.
//!
//! Below all rooms of this crate: whatever C may call on a thread of its own begins here.

use std::cell::{Cell, UnsafeCell};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyo3::ffi::{self, PyObject};

use crate::convert::{Raised, Result};

unsafe extern "C-unwind" {
    fn PyObject_VectorcallDict(
        callable: *mut PyObject,
        args: *const *mut PyObject,
        nargsf: usize,
        kwargs: *mut PyObject,
    ) -> *mut PyObject;
    fn PyErr_Print();
}

/// Threads that are being made known to Python: neither before it nor in it.
static ARRIVING: AtomicUsize = AtomicUsize::new(0);
/// Python makes no threads known any more.
static ENDED: AtomicBool = AtomicBool::new(false);

/// The GIL, held until it is dropped.
pub struct Gil(Before);

/// How it was before.
enum Before {
    /// This thread had it.
    Held,
    /// Python knew the thread, which had given it up.
    GivenUp,
    /// Python did not know the thread.
    Unknown(ffi::PyGILState_STATE),
}

impl Gil {
    /// Takes the GIL on any thread; None where Python has ended.
    #[inline]
    pub fn take() -> Option<Gil> {
        // SAFETY: these can be asked at any time; the GIL is asked for only while there is an interpreter. What
        // `PyGILState_Ensure` does besides is to count how often a thread came that it has made known itself.
        unsafe {
            if ffi::Py_IsInitialized() == 0 {
                return None;
            }
            let state = ffi::PyGILState_GetThisThreadState();
            if state.is_null() {
                return Gil::arrive();
            }
            if state == ffi::compat::PyThreadState_GetUnchecked() {
                return Some(Gil(Before::Held));
            }
            ffi::PyEval_RestoreThread(state);
        }
        Some(Gil(Before::GivenUp))
    }

    /// The same on a thread that Python does not know.
    #[cold]
    fn arrive() -> Option<Gil> {
        ARRIVING.fetch_add(1, Ordering::SeqCst);
        let ended = ENDED.load(Ordering::SeqCst);
        // SAFETY: as above; while this is counted, Python does not end.
        let gil = (!ended).then(|| Gil(Before::Unknown(unsafe { ffi::PyGILState_Ensure() })));
        ARRIVING.fetch_sub(1, Ordering::SeqCst);
        gil
    }
}

impl Drop for Gil {
    fn drop(&mut self) {
        // SAFETY: taken by this thread, and given back once.
        unsafe {
            match self.0 {
                Before::Held => {}
                Before::GivenUp => drop(ffi::PyEval_SaveThread()),
                Before::Unknown(state) => ffi::PyGILState_Release(state),
            }
        }
    }
}

/// State that the GIL alone guards: for what is looked up at every turn, where a lock would be felt.
pub struct UnderGil<T>(UnsafeCell<T>);

// SAFETY: `with` is called under the GIL only.
unsafe impl<T> Sync for UnderGil<T> {}

impl<T> UnderGil<T> {
    pub const fn new(state: T) -> UnderGil<T> {
        UnderGil(UnsafeCell::new(state))
    }

    /// Works with the state.
    ///
    /// # Safety
    /// The GIL is held; `body` neither runs Python code, nor gives up the GIL, nor comes here again.
    #[inline]
    pub unsafe fn with<R>(&self, body: impl FnOnce(&mut T) -> R) -> R {
        // SAFETY: by the caller's word nobody else has a reference.
        body(unsafe { &mut *self.0.get() })
    }
}

/// Stops the thread when it is dropped, which only unwinding does.
struct Stop;

impl Drop for Stop {
    fn drop(&mut self) {
        loop {
            // SAFETY: only waits.
            unsafe { libc::pause() };
        }
    }
}

thread_local! {
    /// How many objects this thread makes, or asks for properties of, from Python right now.
    static ASKED: Cell<u32> = const { Cell::new(0) };
}

/// Whether Python waits on this thread for what C is about to ask Python: an exception may be left set then.
pub fn is_asked() -> bool {
    ASKED.get() > 0
}

/// Runs C without the GIL. Raised if something in Python that C called has left its exception set.
///
/// # Safety
/// The GIL is held; what `body` touches lives.
pub unsafe fn asking<T>(body: impl FnOnce() -> T) -> Result<T> {
    // SAFETY: by the caller's word.
    unsafe {
        asking_with_gil(|| {
            let state = ffi::PyEval_SaveThread();
            let done = body();
            ffi::PyEval_RestoreThread(state);
            done
        })
    }
}

/// The same with the GIL, for C that waits for no other thread.
///
/// # Safety
/// As for [`asking`].
pub unsafe fn asking_with_gil<T>(body: impl FnOnce() -> T) -> Result<T> {
    ASKED.set(ASKED.get() + 1);
    // SAFETY: by the caller's word.
    unsafe {
        let done = body();
        ASKED.set(ASKED.get() - 1);
        if ffi::PyErr_Occurred().is_null() {
            Ok(done)
        } else {
            Err(Raised)
        }
    }
}

/// Calls a callable with positional arguments. `nargsf` is as in CPython's vectorcall protocol. A new reference, or
/// NULL with an exception set.
///
/// # Safety
/// The GIL is held; the objects are live.
#[inline]
pub unsafe fn call(
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
) -> *mut PyObject {
    let stop = Stop;
    // SAFETY: by the caller's word.
    let result = unsafe { PyObject_VectorcallDict(callable, args, nargsf, ptr::null_mut()) };
    std::mem::forget(stop);
    result
}

/// Hands the exception that is set to `sys.excepthook`.
///
/// # Safety
/// The GIL is held and an exception is set.
pub unsafe fn print() {
    let stop = Stop;
    // SAFETY: by the caller's word.
    unsafe { PyErr_Print() };
    std::mem::forget(stop);
}

/// Has Python tell us when it ends; once, at initialisation.
pub fn initialise() -> Result<()> {
    /// A child has none of its parent's other threads.
    unsafe extern "C" fn forked() {
        ARRIVING.store(0, Ordering::SeqCst);
    }
    struct Definition(std::cell::UnsafeCell<ffi::PyMethodDef>);
    // SAFETY: Python only reads it.
    unsafe impl Sync for Definition {}
    static DEFINITION: Definition = Definition(std::cell::UnsafeCell::new(ffi::PyMethodDef {
        ml_name: c"end_callbacks".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunction: end },
        ml_flags: ffi::METH_NOARGS,
        ml_doc: ptr::null(),
    }));
    // SAFETY: the definition lives for ever; every new reference is dropped.
    unsafe {
        libc::pthread_atfork(None, None, Some(forked));
        let function = ffi::PyCFunction_NewEx(DEFINITION.0.get(), ptr::null_mut(), ptr::null_mut());
        let module = ffi::PyImport_ImportModule(c"atexit".as_ptr());
        let done = if function.is_null() || module.is_null() {
            ptr::null_mut()
        } else {
            let name = ffi::PyUnicode_FromString(c"register".as_ptr());
            let done = ffi::PyObject_CallMethodOneArg(module, name, function);
            ffi::Py_XDECREF(name);
            done
        };
        for object in [function, module, done] {
            ffi::Py_XDECREF(object);
        }
        if done.is_null() { Err(Raised) } else { Ok(()) }
    }
}

/// No thread arrives any more; waits for those that are about to, which need the GIL.
unsafe extern "C" fn end(_: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    /// No thread takes as long to get the GIL from one that waits.
    const PATIENCE: Duration = Duration::from_secs(5);
    ENDED.store(true, Ordering::SeqCst);
    // SAFETY: called by Python with the GIL, which is given up while Python is not touched.
    unsafe {
        let state = ffi::PyEval_SaveThread();
        let until = Instant::now() + PATIENCE;
        while ARRIVING.load(Ordering::SeqCst) > 0 && Instant::now() < until {
            std::thread::sleep(Duration::from_micros(100));
        }
        ffi::PyEval_RestoreThread(state);
        ffi::Py_NewRef(ffi::Py_None())
    }
}

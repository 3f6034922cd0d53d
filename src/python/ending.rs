//! What becomes of threads when the interpreter ends.
//!
//! A thread that asks for the GIL then never gets it. Python 3.14 lets it hang; before, Python ends it by
//! `pthread_exit`, wherever it is, which unwinds the stack. Frames of Rust must not be unwound so: what catches a panic
//! would catch this too, and most frames cannot be unwound at all. There is no one place from which Python is called:
//! every reference that is dropped may run Python. So each thread that comes here says once that it [`stay`]s: it has
//! the C library call us when it is to exit, which is before the first frame is unwound, and hangs if Python has ended.
//!
//! Nor can Python make a thread known once it has begun to take itself apart. That is some time after the first of the
//! functions that programs have registered with `atexit`, all of which may still want to be called back from C's threads.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyo3::ffi::{self, PyObject, PyThreadState};

use crate::python::error::{Raised, Result};

/// Threads that are being made known to Python: neither before it nor in it.
static ARRIVING: AtomicUsize = AtomicUsize::new(0);

/// Makes this thread known to Python, which does not know it; None where Python has ended.
pub(super) fn make_known() -> Option<*mut PyThreadState> {
    ARRIVING.fetch_add(1, Ordering::SeqCst);
    // SAFETY: can be asked at any time. While this thread is counted, the interpreter is not freed, which only says
    // that it has ended before it waits for us; and making a state waits for no GIL.
    let state = unsafe {
        if ffi::Py_IsInitialized() == 0 {
            ptr::null_mut()
        } else {
            ffi::PyThreadState_New(ffi::PyInterpreterState_Main())
        }
    };
    ARRIVING.fetch_sub(1, Ordering::SeqCst);
    (!state.is_null()).then_some(state)
}

/// Has Python tell us when it ends; once, at initialisation.
pub fn initialise() -> Result<()> {
    /// A child has none of its parent's other threads.
    unsafe extern "C" fn forked() {
        ARRIVING.store(0, Ordering::SeqCst);
        crate::python::forking::forked();
    }
    /// What an interpreter keeps for extensions goes when nobody is called back any more, and before its memory.
    const NAME: &std::ffi::CStr = c"gijit.ending";
    // SAFETY: the function lives for ever, as does the name; the dictionary is the interpreter's; the new reference is
    // dropped.
    unsafe {
        libc::pthread_atfork(None, None, Some(forked));
        let dict = ffi::PyInterpreterState_GetDict(ffi::PyInterpreterState_Get());
        let marker = ptr::from_ref(&ARRIVING).cast_mut().cast();
        let capsule = ffi::PyCapsule_New(marker, NAME.as_ptr(), Some(ended));
        if dict.is_null() || capsule.is_null() {
            ffi::Py_XDECREF(capsule);
            return Err(Raised);
        }
        let done = ffi::PyDict_SetItemString(dict, NAME.as_ptr(), capsule);
        ffi::Py_DECREF(capsule);
        if done < 0 { Err(Raised) } else { Ok(()) }
    }
}

/// No thread arrives any more, Python has said so; waits for those that were about to.
unsafe extern "C" fn ended(_: *mut PyObject) {
    /// No thread takes as long for what waits for nobody.
    const PATIENCE: Duration = Duration::from_secs(5);
    let until = Instant::now() + PATIENCE;
    while ARRIVING.load(Ordering::SeqCst) > 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_micros(100));
    }
    crate::python::warnings::print_rest();
}

/// From Python 3.14 on, no thread is ended.
#[cfg(Py_3_14)]
#[inline(always)]
pub fn stay() {}

/// As [`stay`].
#[cfg(Py_3_14)]
#[inline(always)]
pub(super) fn stay_as(_: *mut PyThreadState) {}

#[cfg(not(Py_3_14))]
pub use self::before_3_14::{stay, stay_as};

#[cfg(not(Py_3_14))]
mod before_3_14 {
    use std::cell::{Cell, RefCell};
    use std::ffi::{c_int, c_void};
    use std::sync::atomic::AtomicPtr;

    use super::*;
    use crate::python::stack;

    /// `struct _pthread_cleanup_buffer` of glibc, and what other C libraries have in its place, which is no longer.
    #[repr(C)]
    struct Cleanup {
        routine: Option<unsafe extern "C" fn(*mut c_void)>,
        arg: *mut c_void,
        cancel_type: c_int,
        before: *mut Cleanup,
    }

    unsafe extern "C" {
        // What `pthread_cleanup_push` of POSIX is made of.
        fn _pthread_cleanup_push(
            buffer: *mut Cleanup,
            routine: unsafe extern "C" fn(*mut c_void),
            arg: *mut c_void,
        );
        fn _pthread_cleanup_pop(buffer: *mut Cleanup, execute: c_int);
        #[cfg(not(Py_3_13))]
        #[link_name = "_Py_IsFinalizing"]
        fn Py_IsFinalizing() -> c_int;
    }
    #[cfg(Py_3_13)]
    use ffi::Py_IsFinalizing;

    /// This thread's place in the list of what its exit calls. It is not on the stack: the C library calls what stands
    /// there when it unwinds beyond its address, and what stands elsewhere before it unwinds anything.
    struct Registered(*mut Cleanup);

    impl Registered {
        fn new() -> Registered {
            let buffer = Box::into_raw(Box::new(Cleanup {
                routine: None,
                arg: ptr::null_mut(),
                cancel_type: 0,
                before: ptr::null_mut(),
            }));
            // SAFETY: the buffer lives until it is taken out of the list.
            unsafe { _pthread_cleanup_push(buffer, exit, ptr::null_mut()) };
            Registered(buffer)
        }
    }

    impl Drop for Registered {
        fn drop(&mut self) {
            STAYS.set(false);
            // Another thread may get this one's state and stack.
            LAST.store(ptr::null_mut(), Ordering::Relaxed);
            stack::forget();
            // SAFETY: the thread is at its end, where no frame has anything in the list that came later.
            unsafe {
                _pthread_cleanup_pop(self.0, 0);
                drop(Box::from_raw(self.0));
            }
        }
    }

    thread_local! {
        static STAYS: Cell<bool> = const { Cell::new(false) };
        static REGISTERED: RefCell<Option<Registered>> = const { RefCell::new(None) };
    }

    /// From now on, this thread, which has the GIL, hangs when Python wants to end it.
    #[inline]
    pub fn stay() {
        if !stack::is_last() {
            come();
        }
    }

    /// Another thread than the last, or one that is on a stack of its own.
    #[cold]
    fn come() {
        say_so();
        stack::note();
    }

    fn say_so() {
        if !STAYS.get() {
            register();
        }
    }

    /// The state of the thread that said so last with the GIL in sight: mostly there is only one.
    static LAST: AtomicPtr<PyThreadState> = AtomicPtr::new(ptr::null_mut());

    /// As [`stay`], for a thread with this state that need not have the GIL.
    #[inline]
    pub fn stay_as(state: *mut PyThreadState) {
        if LAST.load(Ordering::Relaxed) != state {
            say_so();
            LAST.store(state, Ordering::Relaxed);
        }
    }

    #[cold]
    fn register() {
        STAYS.set(true);
        let registered = Registered::new();
        let kept = REGISTERED.try_with(|kept| match kept.try_borrow_mut() {
            Ok(mut kept) => *kept = Some(registered),
            Err(_) => std::mem::forget(registered),
        });
        // At the very end of a thread, what it has registered stays for ever.
        let _ = kept;
    }

    /// The thread is to exit.
    unsafe extern "C" fn exit(_: *mut c_void) {
        // SAFETY: these can be asked at any time; waiting touches nothing.
        unsafe {
            while Py_IsFinalizing() != 0 || ffi::Py_IsInitialized() == 0 {
                libc::pause();
            }
        }
    }
}

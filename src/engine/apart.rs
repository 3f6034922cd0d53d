//! LLVM, where it can do no harm: it ends the process when it is out of memory, or finds that it cannot go on.
//!
//! Its code has no way to report either. So it works on a thread of its own: whoever asked waits for an answer, and if
//! LLVM would end the process, that thread says so instead and stops for good where it is, with all that it holds. The
//! engine is given up then: whatever locks of LLVM's that thread has, it keeps.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::RefCell;
use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use inkwell::llvm_sys::error_handling::LLVMInstallFatalErrorHandler;

/// `std::new_handler`.
type NewHandler = Option<unsafe extern "C" fn()>;

unsafe extern "C" {
    /// `std::set_new_handler`.
    #[link_name = "_ZSt15set_new_handlerPFvvE"]
    fn set_new_handler(handler: NewHandler) -> NewHandler;
    /// `llvm::install_bad_alloc_error_handler`, which the C interface has not.
    #[link_name = "_ZN4llvm31install_bad_alloc_error_handlerEPFvPvPKcbES0_"]
    fn install_bad_alloc_error_handler(
        handler: unsafe extern "C" fn(*mut c_void, *const c_char, bool),
        data: *mut c_void,
    );
}

/// Why there is no answer; made where no memory can be had.
#[derive(Clone, Copy)]
enum Lost {
    Memory,
    Fatal,
}

type Reply = Result<Vec<u8>, String>;

#[derive(Default)]
struct Place {
    answer: Mutex<Option<Result<Reply, Lost>>>,
    ready: Condvar,
}

impl Place {
    fn put(&self, answer: Result<Reply, Lost>) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
        self.ready.notify_all();
    }
}

/// A thread has stopped in LLVM.
static GIVEN_UP: AtomicBool = AtomicBool::new(false);
/// What C++ had for the want of memory before this work began, as an address or 0.
static BEFORE: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Where this thread's answer goes, while it works.
    static WORKING: RefCell<Option<Arc<Place>>> = const { RefCell::new(None) };
}

/// This library's memory: of ours, too, no failure ends the process while the engine works.
struct Memory;

#[global_allocator]
static MEMORY: Memory = Memory;

impl Memory {
    fn or_stop(memory: *mut u8) -> *mut u8 {
        if memory.is_null() {
            stop(Lost::Memory);
        }
        memory
    }
}

// SAFETY: the system's allocator does it all; a thread that is stopped gets nothing.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on.
        Memory::or_stop(unsafe { System.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: passed on.
        Memory::or_stop(unsafe { System.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: passed on.
        Memory::or_stop(unsafe { System.realloc(memory, layout, size) })
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

/// Memory that is given back when LLVM has taken all, and keeps what it took: the rest of the process needs some.
const RESERVE: usize = 4 << 20;

/// LLVM's stack. It recurses, and we do not know how deep.
const STACK: usize = 8 << 20;

/// Has `work` done, which uses LLVM. One at a time.
pub fn apart(work: impl FnOnce() -> Reply + Send + 'static) -> Reply {
    if GIVEN_UP.load(Ordering::SeqCst) {
        return Err("the engine has been given up".to_owned());
    }
    // Not of the heap: what is freed there stays, and becomes resident when others come to use it.
    let Ok(reserve) = memmap2::MmapMut::map_anon(RESERVE) else {
        return Err("there is no memory for the engine".to_owned());
    };
    let place = Arc::new(Place::default());
    let its = place.clone();
    let worker = std::thread::Builder::new()
        .name("gijit-engine".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            WORKING.set(Some(its.clone()));
            watch();
            let answer = work();
            unwatch();
            WORKING.set(None);
            its.put(Ok(answer));
        })
        .map_err(|error| format!("no thread for the engine: {error}"))?;
    let mut answer = place.answer.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        match answer.take() {
            None => {
                answer = place
                    .ready
                    .wait(answer)
                    .unwrap_or_else(PoisonError::into_inner)
            }
            Some(answered) => {
                drop(reserve);
                drop(answer);
                let reply = match answered {
                    Ok(reply) => reply,
                    Err(Lost::Memory) => {
                        return Err(
                            "LLVM is out of memory; the engine has been given up".to_owned()
                        );
                    }
                    Err(Lost::Fatal) => {
                        return Err("LLVM cannot go on; the engine has been given up".to_owned());
                    }
                };
                // It has nothing left to do, and is not to be met by a fork.
                let _ = worker.join();
                return reply;
            }
        }
    }
}

/// Has C++ and LLVM ask us before they end the process.
fn watch() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    // SAFETY: functions that live as long as this library, which is never unloaded.
    unsafe {
        ONCE.call_once(|| {
            install_bad_alloc_error_handler(bad_alloc, std::ptr::null_mut());
            LLVMInstallFatalErrorHandler(Some(fatal));
        });
        let before = set_new_handler(Some(no_memory));
        BEFORE.store(before.map_or(0, |before| before as usize), Ordering::SeqCst);
    }
}

fn unwatch() {
    let before = BEFORE.load(Ordering::SeqCst);
    // SAFETY: what was set before, or nothing: NULL is None.
    unsafe { set_new_handler(std::mem::transmute::<usize, NewHandler>(before)) };
}

/// Called where C++ finds no memory, on any thread: C++ tries again when this returns.
unsafe extern "C" fn no_memory() {
    // Another thread has what it would have without us.
    unwatch();
    stop(Lost::Memory);
}

unsafe extern "C" fn bad_alloc(_: *mut c_void, _: *const c_char, _: bool) {
    unwatch();
    stop(Lost::Memory);
}

extern "C" fn fatal(_: *const c_char) {
    unwatch();
    stop(Lost::Fatal);
}

/// Gives the engine up if this is its thread, which then stops for good. It allocates nothing.
fn stop(lost: Lost) {
    let place = WORKING.try_with(|place| place.try_borrow_mut().ok()?.take());
    let Ok(Some(place)) = place else {
        return;
    };
    GIVEN_UP.store(true, Ordering::SeqCst);
    place.put(Err(lost));
    loop {
        std::thread::park();
    }
}

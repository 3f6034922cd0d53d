//! The compiling thread: shapes in, code in their slots.
//!
//! It never takes the GIL and never touches a Python object. It sleeps until the first request, waits a moment for
//! more, and compiles what has come as one batch. A fork leaves the thread behind: the child starts its own.

use std::collections::HashMap;
use std::ffi::c_void;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard};
use std::time::Duration;

use pyo3::ffi;

use crate::thunk::{code, engine};

/// How long the thread waits for more requests before it compiles.
const GATHER: Duration = Duration::from_millis(5);

/// One shape: its key, and its code once there is some. Slots live for ever; their number is that of the shapes used.
#[derive(Debug)]
pub struct ShapeSlot {
    pub key: String,
    entry: AtomicPtr<c_void>,
    /// Bytes of code.
    pub len: AtomicUsize,
    state: AtomicU32,
}

/// States of a slot, in order.
const IDLE: u32 = 0;
const QUEUED: u32 = 1;
const FAILED: u32 = 2;

impl ShapeSlot {
    /// The thunk's entry point, once it has been compiled.
    pub fn entry(&self) -> Option<*const c_void> {
        let entry = self.entry.load(Ordering::Acquire);
        (!entry.is_null()).then_some(entry.cast_const())
    }

    pub fn failed(&self) -> bool {
        self.state.load(Ordering::Relaxed) == FAILED
    }
}

/// Locks: `SLOTS` and `QUEUE` are never held together, and neither while the engine works. `QUEUE` is held across
/// `fork`, so that the child finds it consistent.
static SLOTS: LazyLock<Mutex<HashMap<String, &'static ShapeSlot>>> =
    LazyLock::new(Default::default);
static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    waiting: Vec::new(),
    thread: false,
});
static WAKE: Condvar = Condvar::new();
/// A child of a fork that happened while the engine worked must not use it: LLVM may be in any state.
static ENGINE_BUSY: AtomicBool = AtomicBool::new(false);
static STOP: AtomicBool = AtomicBool::new(false);

struct Queue {
    waiting: Vec<&'static ShapeSlot>,
    /// Whether this process has the thread.
    thread: bool,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub struct Counters {
    pub compiled: AtomicUsize,
    pub batches: AtomicUsize,
    pub failed: AtomicUsize,
    pub microseconds: AtomicUsize,
}

pub static COUNTERS: Counters = Counters {
    compiled: AtomicUsize::new(0),
    batches: AtomicUsize::new(0),
    failed: AtomicUsize::new(0),
    microseconds: AtomicUsize::new(0),
};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The slot of a shape.
pub fn slot(key: String) -> &'static ShapeSlot {
    let mut slots = lock(&SLOTS);
    if let Some(slot) = slots.get(&key) {
        return slot;
    }
    let slot: &'static ShapeSlot = Box::leak(Box::new(ShapeSlot {
        key: key.clone(),
        entry: AtomicPtr::new(ptr::null_mut()),
        len: AtomicUsize::new(0),
        state: AtomicU32::new(IDLE),
    }));
    slots.insert(key, slot);
    slot
}

/// Asks for a thunk in the background; once for each shape.
pub fn request(slot: &'static ShapeSlot) {
    let first = slot
        .state
        .compare_exchange(IDLE, QUEUED, Ordering::Relaxed, Ordering::Relaxed)
        .is_ok();
    if !first {
        return;
    }
    let mut queue = lock(&QUEUE);
    queue.waiting.push(slot);
    if !queue.thread {
        watch_forks_and_exit();
        let spawned = std::thread::Builder::new()
            .name("gijit-compile".to_owned())
            .spawn(run);
        // Without a thread everything stays on libffi, which is slower but right.
        queue.thread = spawned.is_ok();
    }
    drop(queue);
    WAKE.notify_one();
}

/// Shapes that have been asked for and are not done: waiting, or in the batch that is being compiled (as one).
pub fn waiting() -> usize {
    let queue = lock(&QUEUE);
    queue.waiting.len() + usize::from(ENGINE_BUSY.load(Ordering::SeqCst))
}

/// Compiles one shape at once, on this thread.
pub fn compile_now(slot: &'static ShapeSlot) -> Result<(), engine::Error> {
    if slot.entry().is_some() {
        return Ok(());
    }
    compile(&[slot])
}

fn run() {
    let mut queue = lock(&QUEUE);
    loop {
        while queue.waiting.is_empty() {
            queue = WAKE
                .wait(queue)
                .unwrap_or_else(|poisoned| poisoned.into_inner());
        }
        drop(queue);
        std::thread::sleep(GATHER);
        queue = lock(&QUEUE);
        if STOP.load(Ordering::Acquire) {
            return;
        }
        let batch = std::mem::take(&mut queue.waiting);
        // Under the lock, so that `stop` sees either this or an empty-handed thread.
        ENGINE_BUSY.store(true, Ordering::SeqCst);
        drop(queue);
        let _ = compile(&batch);
        queue = lock(&QUEUE);
    }
}

fn compile(batch: &[&'static ShapeSlot]) -> Result<(), engine::Error> {
    ENGINE_BUSY.store(true, Ordering::SeqCst);
    let started = std::time::Instant::now();
    let result = compile_batch(batch);
    COUNTERS
        .microseconds
        .fetch_add(started.elapsed().as_micros() as usize, Ordering::Relaxed);
    ENGINE_BUSY.store(false, Ordering::SeqCst);
    if result.is_err() {
        // One bad shape must not cost the others theirs.
        if let [one] = batch {
            one.state.store(FAILED, Ordering::Relaxed);
            COUNTERS.failed.fetch_add(1, Ordering::Relaxed);
        } else {
            for slot in batch {
                let _ = compile(&[slot]);
            }
        }
    }
    result
}

fn compile_batch(batch: &[&'static ShapeSlot]) -> Result<(), engine::Error> {
    let keys: Vec<_> = batch.iter().map(|slot| slot.key.as_str()).collect();
    let compiled = engine::compile(&keys)?;
    let base = code::publish(&compiled.code)
        .map_err(|error| engine::Error(format!("no executable memory: {error}")))?;
    for (slot, (offset, len)) in batch.iter().zip(compiled.ranges) {
        slot.len.store(len, Ordering::Relaxed);
        let entry = base.wrapping_add(offset).cast_mut().cast();
        slot.entry.store(entry, Ordering::Release);
    }
    static ONCE: std::sync::Once = std::sync::Once::new();
    // Only now, with the engine loaded: handlers run last in, first out, and this one must precede its destructors.
    // SAFETY: registers a function that lives as long as this library, which is never unloaded.
    ONCE.call_once(|| unsafe {
        libc::atexit(stop);
    });
    COUNTERS.compiled.fetch_add(batch.len(), Ordering::Relaxed);
    COUNTERS.batches.fetch_add(1, Ordering::Relaxed);
    Ok(())
}

/// Lets a running compilation end, and starts no other: the engine's destructors must not run under one.
///
/// Called when the interpreter ends, and again by the C library, for programs that end without it.
extern "C" fn stop() {
    let queue = lock(&QUEUE);
    STOP.store(true, Ordering::Release);
    drop(queue);
    for _ in 0..5000 {
        if !ENGINE_BUSY.load(Ordering::SeqCst) {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Registers what must happen around `fork` and at exit; once, with the GIL.
fn watch_forks_and_exit() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    /// Keeps the queue's guard between the two handlers of the forking thread.
    struct Held(std::cell::UnsafeCell<Option<MutexGuard<'static, Queue>>>);
    // SAFETY: touched only by the thread that holds the lock which it keeps.
    unsafe impl Sync for Held {}
    static HELD: Held = Held(std::cell::UnsafeCell::new(None));

    extern "C" fn before() {
        let guard = lock(&QUEUE);
        // SAFETY: the lock is held, so no other thread is here.
        unsafe { *HELD.0.get() = Some(guard) };
    }
    extern "C" fn in_parent() {
        // SAFETY: the lock is held by this thread.
        drop(unsafe { (*HELD.0.get()).take() });
    }
    extern "C" fn in_child() {
        // SAFETY: the lock is held by this thread, the only one that the child has.
        let guard = unsafe { (*HELD.0.get()).take() };
        if let Some(mut queue) = guard {
            queue.thread = false;
            if ENGINE_BUSY.swap(false, Ordering::SeqCst) {
                engine::lose();
            }
            for slot in queue.waiting.drain(..) {
                slot.state.store(IDLE, Ordering::Relaxed);
            }
        }
    }
    // SAFETY: registers functions that live as long as this library, which is never unloaded.
    ONCE.call_once(|| unsafe {
        libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child));
        ffi::Py_AtExit(Some(stop));
    });
}

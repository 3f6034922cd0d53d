//! A process may be forked while other threads have given up the GIL in GLib's type system, whose locks the child would find
//! taken for ever. So a fork that Python makes waits first until those that are in there have come out, and nobody
//! goes in until it is done.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

/// How often threads are in there. Written under the GIL.
static INSIDE: AtomicUsize = AtomicUsize::new(0);

/// How many threads are about to fork. Written under the GIL.
static FORKING: AtomicUsize = AtomicUsize::new(0);

/// Nobody waits any longer than that: no class takes as long to be made, and who is inside may wait for this thread.
const PATIENCE: Duration = Duration::from_secs(1);

thread_local! {
    /// How often this thread is in there: classes that are made may run Python, which may fork.
    static OWN: Cell<usize> = const { Cell::new(0) };
}

/// As [`super::without_gil`], for what takes locks of GLib's type system.
///
/// # Safety
/// As for [`super::without_gil`].
pub unsafe fn in_type_system<T>(body: impl FnOnce() -> T) -> T {
    if OWN.get() == 0 {
        wait_while(|| FORKING.load(Ordering::Relaxed) > 0);
    }
    INSIDE.fetch_add(1, Ordering::Relaxed);
    OWN.set(OWN.get() + 1);
    // SAFETY: by the caller's word.
    let done = unsafe { crate::python::without_gil(body) };
    OWN.set(OWN.get() - 1);
    INSIDE.fetch_sub(1, Ordering::Relaxed);
    done
}

/// Gives up the GIL as long as that is so.
fn wait_while(is_so: impl Fn() -> bool) {
    if !is_so() {
        return;
    }
    let until = Instant::now() + PATIENCE;
    while is_so() && Instant::now() < until {
        // SAFETY: only called with the GIL; sleeping touches nothing.
        unsafe { crate::python::without_gil(|| std::thread::sleep(Duration::from_micros(50))) };
    }
}

/// Before a fork: keeps others out, and waits for those that are in there.
#[pyfunction]
fn before_fork() {
    crate::python::stay();
    FORKING.fetch_add(1, Ordering::Relaxed);
    wait_while(|| INSIDE.load(Ordering::Relaxed) > OWN.get());
}

/// After it, in the parent, whether there is a child or not.
#[pyfunction]
fn after_fork() {
    crate::python::stay();
    FORKING.fetch_sub(1, Ordering::Relaxed);
}

/// A child has none of its parent's other threads.
pub(super) fn forked() {
    INSIDE.store(OWN.get(), Ordering::Relaxed);
    FORKING.store(0, Ordering::Relaxed);
}

/// Has Python say when it forks.
pub fn initialise(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    let named = pyo3::types::PyDict::new(py);
    named.set_item("before", wrap_pyfunction!(before_fork, module)?)?;
    named.set_item("after_in_parent", wrap_pyfunction!(after_fork, module)?)?;
    py.import("os")?
        .call_method("register_at_fork", (), Some(&named))?;
    Ok(())
}

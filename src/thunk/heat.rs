//! Whether this process calls so much that the compiler pays for itself.
//!
//! Loading it takes a tenth of a second and 25 MB, and a thunk saves some tens of nanoseconds a call: after one or two
//! million calls both are even. A program that starts makes some ten thousand calls, among them some a thousand times,
//! and must not pay for what it will never get back. A loop that does little but call will.
//!
//! So calls over libffi are counted for the whole process, and the clock is read once for each [`BATCH`] of them. A
//! batch that came quickly counts whole, one that took its time [`SLOW`] times less. From [`ENOUGH`] on the process is
//! hot, and stays so: what has its own threshold behind it is compiled then, and later what comes to it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Calls between two looks at the clock.
const BATCH: u32 = 1024;

/// How long a batch may take that counts whole: with 2 µs for a call and what the program does between two, a thunk
/// makes the program some percent faster.
const QUICK: Duration = Duration::from_millis(2);

/// How many slow batches count as much as a quick one.
const SLOW: u32 = 16;

/// Calls that make a process hot: 30 ms of a loop that does nothing else.
const ENOUGH: u32 = 128 * BATCH;

static HOT: AtomicBool = AtomicBool::new(false);
/// Calls since the last look at the clock. What follows is written with the GIL alone.
static CALLS: AtomicU32 = AtomicU32::new(0);
/// What the batches before counted.
static SUM: AtomicU32 = AtomicU32::new(0);
/// When the clock was looked at last, as nanoseconds since it was for the first time.
static LOOKED: AtomicU64 = AtomicU64::new(0);
static FIRST: OnceLock<Instant> = OnceLock::new();

/// Says that the process is hot: whoever asks for a threshold wants it to be the only one.
pub fn begin_hot() {
    HOT.store(true, Relaxed);
}

/// Whether the process is hot.
#[inline]
pub fn is_hot() -> bool {
    HOT.load(Relaxed)
}

/// Counts a call over libffi. The GIL is held.
#[inline]
pub fn count() {
    if is_hot() {
        return;
    }
    let calls = CALLS.load(Relaxed) + 1;
    CALLS.store(calls % BATCH, Relaxed);
    if calls == BATCH {
        look();
    }
}

#[cold]
fn look() {
    let now = FIRST.get_or_init(Instant::now).elapsed().as_nanos() as u64;
    let took = Duration::from_nanos(now - LOOKED.swap(now, Relaxed));
    let sum = SUM.load(Relaxed) + if took <= QUICK { BATCH } else { BATCH / SLOW };
    SUM.store(sum, Relaxed);
    if sum >= ENOUGH {
        begin_hot();
    }
}

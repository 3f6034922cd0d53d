//! What the last results of something point into.

use std::cell::RefCell;
use std::collections::VecDeque;

use crate::convert::temps::Temps;

/// Those results. Touched under the GIL only.
#[derive(Default)]
pub struct Kept(RefCell<VecDeque<Temps<'static>>>);

impl Kept {
    /// Keeps what a result points into until `n` later ones have come.
    pub fn keep(&self, lent: Temps<'static>, n: usize) {
        self.forget(n - 1);
        self.0.borrow_mut().push_back(lent);
    }

    /// Lets go of all but the last `n` results.
    pub fn forget(&self, n: usize) {
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

    /// Takes all of it out.
    pub fn take(&self) -> VecDeque<Temps<'static>> {
        self.0.take()
    }
}

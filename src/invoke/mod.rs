//! Runs any plan over libffi: the reference semantics, and every error message of a call.
//!
//! [`callable`] is the Python object that is called; [`bind`] makes a plan ready for its first call; [`arguments`]
//! sorts positional and keyword arguments; [`call`] converts, calls C and converts back. This room knows nothing of
//! LLVM: it tells a [`Promoter`] when a callable has been bound and, in the automatic mode, how often it is called.

pub mod arguments;
pub mod bind;
pub mod call;
pub mod callable;

use std::sync::OnceLock;

use callable::Callable;

/// Who may move a callable to a faster tier. Both are called with the GIL held.
pub struct Promoter {
    /// A callable has just been bound, before its first call.
    pub bound: fn(&Callable),
    /// A callable that asked to be counted is called over libffi once more.
    pub counted: fn(&Callable),
}

static PROMOTER: OnceLock<Promoter> = OnceLock::new();

/// Says who promotes; once, at initialisation.
pub fn set_promoter(promoter: Promoter) {
    let _ = PROMOTER.set(promoter);
}

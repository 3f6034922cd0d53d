//! What a signature keeps for its entry, and who has entries compiled.

use std::cell::Cell;
use std::ffi::c_void;
use std::sync::OnceLock;

use crate::convert::cell::TypeCell;

/// What a signature's entry needs, if there can be one.
pub struct Compiled {
    /// The text of its [`gijit_shape::entry::Entry`].
    pub key: String,
    /// Whether the values that a callback was made with go behind the arguments.
    pub has_data: bool,
    /// One for each C argument, NULL where it needs none.
    pub cells: Box<[*const TypeCell]>,
    /// The promoter's, for the signature.
    pub promotion: Cell<*mut c_void>,
    /// Calls that went without the entry.
    pub calls: Cell<u32>,
}

/// Who has entries compiled. Called with the GIL held, for a signature that has a key.
pub type Promote = fn(&'static Compiled) -> Option<*const c_void>;

static PROMOTER: OnceLock<Promote> = OnceLock::new();

/// Says who promotes; once, at initialisation. Nobody does where nothing is compiled.
pub fn set_promoter(promote: Promote) {
    let _ = PROMOTER.set(promote);
}

/// The entry of a signature, if it has been compiled, or is at once.
pub fn promoted(compiled: &'static Compiled) -> Option<*const c_void> {
    PROMOTER.get().and_then(|promote| promote(compiled))
}

/// Whether anything is compiled in this process.
pub fn is_compiling() -> bool {
    PROMOTER.get().is_some()
}

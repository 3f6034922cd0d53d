//! Native code for plans: which callables get it, when, and where the code lives.
//!
//! [`tier`] decides and promotes, once [`heat`] finds that this can pay; [`worker`] compiles in batches on a thread of its own; [`engine`] loads the library
//! that contains LLVM, at the first need; [`code`] owns executable memory. The lowering itself is the engine's: this
//! room sends it shapes and gets code. It knows nothing of Python classes.

pub mod code;
pub mod engine;
pub mod heat;
pub mod tier;
pub mod worker;

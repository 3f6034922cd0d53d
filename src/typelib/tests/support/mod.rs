//! What several test files need. Each uses its own part, hence the `allow`s.

#[allow(dead_code)]
pub mod builder;
#[allow(dead_code)]
pub mod mutate;
#[allow(dead_code)]
pub mod touch;

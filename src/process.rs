//! What there is once in a process: the repository of loaded namespaces.
//!
//! Below all rooms of this crate, since callables of every kind, callbacks among them, are described there.

use std::sync::OnceLock;

use gijit_repository::Repository;

/// The process's repository.
pub fn repository() -> &'static Repository {
    static REPOSITORY: OnceLock<Repository> = OnceLock::new();
    REPOSITORY.get_or_init(Repository::new)
}

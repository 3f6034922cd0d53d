//! What there is once in a process: the repository of loaded namespaces.
//!
//! Below all rooms of this crate, since callables of every kind, callbacks among them, are described there.

use std::sync::OnceLock;

use gijit_repository::Repository;

use crate::girepository;

/// The process's repository.
pub fn repository() -> &'static Repository {
    static REPOSITORY: OnceLock<Repository> = OnceLock::new();
    REPOSITORY.get_or_init(|| {
        let repository = Repository::new();
        repository.tell(girepository::exchange);
        repository
    })
}

/// As [`repository`], with what libgirepository has loaded meanwhile, if that is in the process: for whoever asks what is
/// loaded or can be.
pub fn current() -> &'static Repository {
    girepository::exchange();
    repository()
}

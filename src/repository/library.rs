//! The shared libraries of one namespace, and the C symbols in them.
//!
//! Libraries are opened as girepository opens them, lazily bound and with their symbols global, and are never
//! closed: addresses from them, and types that they registered with GObject, live as long as the process.

use std::ffi::{CString, OsStr, c_void};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::ptr::NonNull;

use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_LAZY};

/// All libraries of a namespace after they have been opened, in search order.
pub struct Libraries {
    opened: Vec<(String, ManuallyDrop<Library>)>,
    /// Name and the dynamic linker's reason.
    unopened: Vec<(String, String)>,
    /// No library is named: the whole process is searched.
    process: Option<ManuallyDrop<Library>>,
}

impl Libraries {
    /// Opens them: each first in the directories of `path`, then where the dynamic linker looks.
    pub fn open(names: &[&str], path: &[PathBuf]) -> Self {
        let mut libraries = Libraries {
            opened: Vec::new(),
            unopened: Vec::new(),
            process: None,
        };
        if names.is_empty() {
            libraries.process = Some(ManuallyDrop::new(Library::this()));
        }
        for name in names {
            match open_one(name, path) {
                Ok(library) => libraries
                    .opened
                    .push(((*name).to_owned(), ManuallyDrop::new(library))),
                Err(reason) => libraries.unopened.push(((*name).to_owned(), reason)),
            }
        }
        libraries
    }

    /// The address of a symbol in the first library that has it. It stays good for ever.
    pub fn symbol(&self, name: &str) -> Option<NonNull<c_void>> {
        let name = CString::new(name).ok()?;
        let opened = self.opened.iter().map(|(_, library)| library);
        opened.chain(&self.process).find_map(|library| {
            // SAFETY: the symbol is taken as a plain address; what it is used as is the caller's business.
            let symbol = unsafe { library.get::<*mut c_void>(name.as_bytes_with_nul()) };
            NonNull::new(symbol.ok()?.as_raw_ptr())
        })
    }

    /// Names of the libraries that were opened.
    pub fn opened(&self) -> impl Iterator<Item = &str> {
        self.opened.iter().map(|(name, _)| name.as_str())
    }

    /// Libraries that could not be opened, and why.
    pub fn unopened(&self) -> &[(String, String)] {
        &self.unopened
    }
}

fn open_one(name: &str, path: &[PathBuf]) -> Result<Library, String> {
    // A name with a slash is a path already.
    let prefixes = if name.contains('/') { &[] } else { path };
    let mut problem = None;
    for file in prefixes.iter().map(|dir| dir.join(name)) {
        if !file.exists() {
            continue;
        }
        match open_file(file.as_os_str()) {
            Ok(library) => return Ok(library),
            // What lies in a directory that was asked for by name matters more than what the system says then.
            Err(reason) => problem = problem.or(Some(reason)),
        }
    }
    open_file(Path::new(name).as_os_str()).map_err(|reason| problem.unwrap_or(reason))
}

fn open_file(file: &OsStr) -> Result<Library, String> {
    // SAFETY: opening runs the library's initialisers. It is the library that the namespace's typelib names, found
    // where the system or the program's own setting says: as trusted as one that the program is linked with.
    unsafe { Library::open(Some(file), RTLD_LAZY | RTLD_GLOBAL) }.map_err(|error| error.to_string())
}

//! One loaded namespace: its typelib, what it depends on, and the libraries behind it.

use std::ffi::c_void;
use std::fmt;
use std::path::Path;
use std::ptr::NonNull;
use std::sync::{Arc, OnceLock};

use gijit_typelib::Typelib;

use crate::library::Libraries;
use crate::{Shared, SymbolError};

/// A namespace of a [`Repository`](crate::Repository). Immutable, but for its libraries, which are opened when the
/// first symbol is asked for.
pub struct Namespace {
    typelib: Arc<Typelib>,
    dependencies: Box<[(Box<str>, Box<str>)]>,
    libraries: OnceLock<Libraries>,
    /// The GTypes that the typelib describes, made when one is asked for: hash of the name and entry, in order.
    gtypes: OnceLock<Box<[(u32, u16)]>>,
    /// The repository's.
    shared: Arc<Shared>,
}

impl Namespace {
    pub(crate) fn new(typelib: Typelib, shared: Arc<Shared>) -> gijit_typelib::Result<Self> {
        let dependencies = typelib
            .dependencies()?
            .into_iter()
            .map(|(name, version)| (name.into(), version.into()))
            .collect();
        // Read once here, so that a fault in the list is the namespace's and not that of some later call.
        typelib.shared_libraries()?;
        Ok(Namespace {
            typelib: Arc::new(typelib),
            dependencies,
            libraries: OnceLock::new(),
            gtypes: OnceLock::new(),
            shared,
        })
    }

    /// The index of the entry that describes the GType of this name. A program asks for many that no typelib has: its own
    /// classes, and a library's private ones. Where the typelib is broken, what stands before that is found.
    pub(crate) fn find_by_gtype_name(&self, name: &str) -> Option<u16> {
        let gtypes = self.gtypes.get_or_init(|| {
            let readable = self.typelib.gtype_names().map_while(Result::ok);
            let mut gtypes: Vec<_> = readable
                .map(|(name, entry)| (hash(name), entry.index()))
                .collect();
            gtypes.sort_unstable();
            gtypes.into()
        });
        let hash = hash(name);
        let first = gtypes.partition_point(|(known, _)| *known < hash);
        gtypes[first..]
            .iter()
            .take_while(|(known, _)| *known == hash)
            .map(|(_, index)| *index)
            .find(|index| self.is_of_gtype(*index, name))
    }

    fn is_of_gtype(&self, index: u16, name: &str) -> bool {
        let entry = self.typelib.entry(index);
        entry.is_ok_and(|entry| matches!(entry.gtype_name(), Ok(Some(known)) if known == name))
    }

    /// Such as `Gtk`.
    pub fn name(&self) -> &str {
        self.typelib.namespace()
    }

    /// Such as `4.0`.
    pub fn version(&self) -> &str {
        self.typelib.version()
    }

    /// Name and version, such as `Gtk-4.0`.
    pub fn full_name(&self) -> String {
        format!("{}-{}", self.name(), self.version())
    }

    pub fn typelib(&self) -> &Arc<Typelib> {
        &self.typelib
    }

    /// The typelib's file.
    pub fn path(&self) -> &Path {
        self.typelib.path()
    }

    /// Name and version of each namespace that the typelib lists as needed. For the indirect ones too, see
    /// [`Repository::dependencies`](crate::Repository::dependencies).
    pub fn immediate_dependencies(&self) -> impl Iterator<Item = (&str, &str)> {
        self.dependencies
            .iter()
            .map(|(name, version)| (&**name, &**version))
    }

    /// Names of the shared libraries, in search order; none for a namespace whose functions are in the process
    /// already, or that has no functions.
    pub fn shared_libraries(&self) -> Vec<&str> {
        self.typelib.shared_libraries().unwrap_or_default()
    }

    /// The address of a C symbol: a function, mostly. It stays good as long as the process lives. The first call
    /// opens the libraries.
    ///
    /// # Errors
    /// If no library has it; then the error tells which were searched and which could not be opened.
    pub fn symbol(&self, name: &str) -> Result<NonNull<c_void>, SymbolError> {
        let mut opened = false;
        let libraries = self.libraries.get_or_init(|| {
            opened = true;
            let path = crate::read(&self.shared.library_path).clone();
            Libraries::open(&self.shared_libraries(), &path)
        });
        if opened {
            self.shared.tell();
        }
        libraries.symbol(name).ok_or_else(|| SymbolError {
            symbol: name.to_owned(),
            namespace: self.full_name(),
            searched: libraries.opened().map(str::to_owned).collect(),
            unopened: libraries.unopened().to_vec(),
        })
    }
}

/// FNV-1a, for names of types that a namespace has: short ones, some hundred.
fn hash(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Namespace({} from {})",
            self.full_name(),
            self.path().display()
        )
    }
}

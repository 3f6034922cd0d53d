//! What is loaded: namespaces, found on the search path with all that they depend on, and the way from a GType's
//! name, an error domain or a reference between typelibs to the entry that describes it.
//!
//! ```text
//! Repository ── require("Gtk", "4.0") ──► Namespace ── typelib() ──► views
//!                                             └─────── symbol("gtk_init") ──► address
//! ```
//!
//! The crate opens libraries, but never calls into them; it knows neither GObject's type system nor Python.

mod error;
mod library;
mod namespace;
pub mod search;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{
    Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
};

pub use error::{RequireError, ResolveError, SymbolError};
use gijit_typelib::{Entry, Typelib};
pub use namespace::Namespace;

/// A place in a loaded namespace: the namespace, and the entry's index in the directory of its typelib (from 1).
pub type Place = (Arc<Namespace>, u16);

/// A set of loaded namespaces, each in one version. Usually there is one for the process.
///
/// All methods may be called from any thread.
pub struct Repository {
    // The order of locks is that of the fields: whoever holds one may take only those below it. Readers of one lock
    // never wait for a file, except under `loading`.
    /// Held through a whole `require`, so that no namespace is loaded twice.
    loading: Mutex<()>,
    /// What `find_by_gtype_name` and `find_by_error_domain` found, and did not find. Held through a search, so that a
    /// miss is never recorded after a namespace that could have answered has been published.
    found: Mutex<Found>,
    /// Published namespaces. They are never taken out.
    loaded: RwLock<Loaded>,
    /// Where typelibs are looked for.
    search_path: RwLock<Vec<PathBuf>>,
    /// How many directories at the end of it are those that it began with.
    defaults: usize,
    shared: Arc<Shared>,
}

/// What the namespaces of a repository have in common.
#[derive(Default)]
pub(crate) struct Shared {
    /// Where libraries are looked for, before the system's directories.
    library_path: RwLock<Vec<PathBuf>>,
    /// See [`Repository::tell`].
    told: OnceLock<fn()>,
}

impl Shared {
    fn tell(&self) {
        if let Some(told) = self.told.get() {
            told();
        }
    }
}

#[derive(Default)]
struct Loaded {
    in_order: Vec<Arc<Namespace>>,
    by_name: HashMap<Box<str>, Arc<Namespace>>,
}

#[derive(Default)]
struct Found {
    by_gtype_name: HashMap<Box<str>, Option<Place>>,
    by_error_domain: HashMap<Box<str>, Option<Place>>,
}

/// A `require` under way: what it has read so far, published only if all of it succeeds.
#[derive(Default)]
struct Stage {
    /// Namespaces whose dependencies are being read, outermost first.
    open: Vec<(Box<str>, Box<str>)>,
    /// Complete ones, dependencies before those that need them.
    done: Vec<Arc<Namespace>>,
}

impl Stage {
    fn version_of(&self, namespace: &str) -> Option<&str> {
        let done = self.done.iter().map(|ns| (ns.name(), ns.version()));
        let open = self
            .open
            .iter()
            .map(|(name, version)| (&**name, &**version));
        done.chain(open)
            .find_map(|(name, version)| (name == namespace).then_some(version))
    }
}

impl Default for Repository {
    fn default() -> Self {
        Self::new()
    }
}

impl Repository {
    /// An empty repository with the search path of the environment and the system.
    pub fn new() -> Self {
        Self::with_search_path(search::default_path())
    }

    /// An empty repository that looks for typelibs in these directories only.
    pub fn with_search_path(path: Vec<PathBuf>) -> Self {
        Repository {
            loading: Mutex::default(),
            found: Mutex::default(),
            loaded: RwLock::default(),
            defaults: path.len(),
            search_path: RwLock::new(path),
            shared: Arc::default(),
        }
    }

    /// Has a function called, with no lock held, before a namespace that is not loaded is looked for, after some have been
    /// loaded, after a directory has been added and after libraries have been opened: for another repository in the
    /// process that is to show the same. It may call any method of this one.
    pub fn tell(&self, told: fn()) {
        let _ = self.shared.told.set(told);
    }

    /// The directories that are searched for typelibs, in order.
    pub fn search_path(&self) -> Vec<PathBuf> {
        read(&self.search_path).clone()
    }

    /// Has `dir` searched for typelibs before all others, also those of the environment.
    pub fn prepend_search_path(&self, dir: impl Into<PathBuf>) {
        write(&self.search_path).insert(0, dir.into());
        self.shared.tell();
    }

    /// The directories of the search path that have been added to what it began with, in order.
    pub fn added_search_path(&self) -> Vec<PathBuf> {
        let path = read(&self.search_path);
        path[..path.len() - self.defaults].to_vec()
    }

    /// The directories that are searched for shared libraries before the system's, in order.
    pub fn library_path(&self) -> Vec<PathBuf> {
        read(&self.shared.library_path).clone()
    }

    /// Has `dir` searched for shared libraries before all others. Counts for namespaces of which no symbol has been
    /// asked for yet.
    pub fn prepend_library_path(&self, dir: impl Into<PathBuf>) {
        write(&self.shared.library_path).insert(0, dir.into());
        self.shared.tell();
    }

    /// The namespace, loaded now if it is not yet, with everything that it depends on.
    ///
    /// Without a version it is the one that is loaded, else the newest on the search path.
    ///
    /// # Errors
    /// If it or a dependency is not there, not sound, or loaded in another version. Nothing has been loaded then.
    pub fn require(
        &self,
        namespace: &str,
        version: Option<&str>,
    ) -> Result<Arc<Namespace>, RequireError> {
        self.require_from(namespace, version, None)
    }

    /// As [`Repository::require`], but `private`, if given, is searched too: for the namespace itself before the search
    /// path, for what it depends on after it. So a C program loads what it alone has.
    ///
    /// # Errors
    /// As of [`Repository::require`].
    pub fn require_from(
        &self,
        namespace: &str,
        version: Option<&str>,
        private: Option<&Path>,
    ) -> Result<Arc<Namespace>, RequireError> {
        // The usual case without the lock: it is there.
        if let Some(loaded) = self.get(namespace) {
            check_conflict(namespace, version, loaded.version())?;
            return Ok(loaded);
        }
        self.shared.tell();
        {
            let _loading = lock(&self.loading);
            let mut stage = Stage::default();
            self.load(namespace, version, private, &mut stage)?;
            self.publish(stage);
        }
        self.shared.tell();
        Ok(self
            .get(namespace)
            .expect("a namespace that was loaded without an error has been published"))
    }

    fn load(
        &self,
        namespace: &str,
        version: Option<&str>,
        private: Option<&Path>,
        stage: &mut Stage,
    ) -> Result<(), RequireError> {
        if let Some(loaded) = self.get(namespace) {
            return check_conflict(namespace, version, loaded.version());
        }
        // A namespace that is still open here depends on itself by some detour; that is no fault.
        if let Some(staged) = stage.version_of(namespace) {
            return check_conflict(namespace, version, staged);
        }
        let mut path = self.search_path();
        if let Some(private) = private {
            let at = if stage.open.is_empty() { 0 } else { path.len() };
            path.insert(at, private.to_owned());
        }
        let typelib = open_in(path, namespace, version)?;
        let unsound = |error| RequireError::Typelib {
            namespace: namespace.to_owned(),
            error,
        };
        let loaded = Namespace::new(typelib, self.shared.clone()).map_err(unsound)?;
        stage
            .open
            .push((loaded.name().into(), loaded.version().into()));
        for (name, version) in loaded.immediate_dependencies() {
            self.load(name, Some(version), private, stage)
                .map_err(|error| RequireError::Dependency {
                    of: loaded.full_name(),
                    error: Box::new(error),
                })?;
        }
        stage.open.pop();
        stage.done.push(Arc::new(loaded));
        Ok(())
    }

    fn publish(&self, stage: Stage) {
        {
            let mut loaded = write(&self.loaded);
            for namespace in stage.done {
                loaded
                    .by_name
                    .insert(namespace.name().into(), namespace.clone());
                loaded.in_order.push(namespace);
            }
        }
        // What was not found may be in what has come.
        let mut found = lock(&self.found);
        found.by_gtype_name.retain(|_, place| place.is_some());
        found.by_error_domain.retain(|_, place| place.is_some());
    }

    /// The namespace, if it is loaded.
    pub fn get(&self, namespace: &str) -> Option<Arc<Namespace>> {
        read(&self.loaded).by_name.get(namespace).cloned()
    }

    /// Whether the namespace is loaded, in this version if one is given.
    pub fn is_registered(&self, namespace: &str, version: Option<&str>) -> bool {
        self.get(namespace)
            .is_some_and(|loaded| version.is_none_or(|version| version == loaded.version()))
    }

    /// All loaded namespaces in the order of loading: dependencies come before those that need them.
    pub fn loaded(&self) -> Vec<Arc<Namespace>> {
        read(&self.loaded).in_order.clone()
    }

    /// Versions of the namespace on the search path, newest first; a loaded one is among them in any case.
    pub fn enumerate_versions(&self, namespace: &str) -> Vec<String> {
        let mut versions: Vec<String> = search::versions(&self.search_path(), namespace)
            .into_iter()
            .map(|candidate| candidate.version)
            .collect();
        if let Some(loaded) = self.get(namespace)
            && !versions.iter().any(|version| version == loaded.version())
        {
            versions.push(loaded.version().to_owned());
        }
        versions
    }

    /// All namespaces that this one needs, directly or not, each once; nearer ones first. Not itself.
    pub fn dependencies(&self, namespace: &Namespace) -> Vec<Arc<Namespace>> {
        let mut all: Vec<Arc<Namespace>> = Vec::new();
        let mut next = 0;
        let names = |namespace: &Namespace| -> Vec<String> {
            let dependencies = namespace.immediate_dependencies();
            dependencies.map(|(name, _)| name.to_owned()).collect()
        };
        let mut pending = names(namespace);
        while next < pending.len() {
            let name = std::mem::take(&mut pending[next]);
            next += 1;
            if name == namespace.name() || all.iter().any(|known| known.name() == name) {
                continue;
            }
            if let Some(found) = self.get(&name) {
                pending.extend(names(&found));
                all.push(found);
            }
        }
        all
    }

    /// The entry of the registered type with this name, such as `GtkLabel`, in any loaded namespace.
    ///
    /// A namespace whose typelib turns out to be broken on the way counts as not having it.
    pub fn find_by_gtype_name(&self, name: &str) -> Option<Place> {
        let mut found = lock(&self.found);
        if let Some(known) = found.by_gtype_name.get(name) {
            return known.clone();
        }
        let loaded = self.loaded();
        // The prefix nearly always tells the namespace; a type with a name of its own takes the second pass.
        let (likely, unlikely): (Vec<_>, Vec<_>) = loaded.iter().partition(|namespace| {
            let typelib = namespace.typelib();
            typelib.matches_gtype_name_prefix(name).unwrap_or(false)
        });
        let place = likely.into_iter().chain(unlikely).find_map(|namespace| {
            let index = namespace.find_by_gtype_name(name)?;
            Some((namespace.clone(), index))
        });
        found.by_gtype_name.insert(name.into(), place.clone());
        place
    }

    /// The enumeration of the codes of this error domain, such as `g-io-error-quark`, in any loaded namespace.
    ///
    /// A namespace whose typelib turns out to be broken on the way counts as not having it.
    pub fn find_by_error_domain(&self, domain: &str) -> Option<Place> {
        let mut found = lock(&self.found);
        if let Some(known) = found.by_error_domain.get(domain) {
            return known.clone();
        }
        let place = self.loaded().iter().find_map(|namespace| {
            let entry = namespace.typelib().find_error_domain(domain).ok()??;
            Some((namespace.clone(), entry.index()))
        });
        found.by_error_domain.insert(domain.into(), place.clone());
        place
    }

    /// Where an entry of this namespace's directory is described: itself, or what it refers to in another namespace.
    ///
    /// # Errors
    /// If that namespace is not loaded or has no such name, or a typelib is broken there.
    pub fn resolve(
        &self,
        namespace: &Arc<Namespace>,
        entry: Entry<'_>,
    ) -> Result<Place, ResolveError> {
        let Some((foreign, name)) = entry.foreign()? else {
            return Ok((namespace.clone(), entry.index()));
        };
        let missing = |loaded| ResolveError::Missing {
            referrer: namespace.full_name(),
            namespace: foreign.to_owned(),
            name: name.to_owned(),
            loaded,
        };
        let found = self.get(foreign).ok_or_else(|| missing(None))?;
        match found.typelib().find(name)? {
            Some(entry) => {
                let index = entry.index();
                Ok((found, index))
            }
            None => Err(missing(Some(found.full_name()))),
        }
    }
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository")
            .field("loaded", &self.loaded())
            .field("search_path", &self.search_path())
            .finish_non_exhaustive()
    }
}

/// The typelib of a namespace from the first directory of these that has it.
fn open_in(
    path: Vec<PathBuf>,
    namespace: &str,
    version: Option<&str>,
) -> Result<Typelib, RequireError> {
    let mut refused = Vec::new();
    if search::is_plausible(namespace) && version.is_none_or(search::is_plausible) {
        let candidates = match version {
            Some(version) => path
                .iter()
                .map(|dir| search::Candidate {
                    version: version.to_owned(),
                    path: dir.join(search::file_name(namespace, version)),
                })
                .collect(),
            None => search::versions(&path, namespace),
        };
        for candidate in candidates {
            // A file that cannot be opened is passed over; one that can, but is broken, is an error.
            if let Err(error) = gijit_typelib::open_file(&candidate.path) {
                if error.kind() != io::ErrorKind::NotFound {
                    refused.push((candidate.path, error.to_string()));
                }
                continue;
            }
            return open_typelib(namespace, &candidate);
        }
    }
    Err(RequireError::NotFound {
        namespace: namespace.to_owned(),
        version: version.map(str::to_owned),
        available: search::versions(&path, namespace)
            .into_iter()
            .filter(|other| !refused.iter().any(|(path, _)| *path == other.path))
            .map(|other| other.version)
            .collect(),
        searched: path,
        refused,
    })
}

fn check_conflict(
    namespace: &str,
    version: Option<&str>,
    loaded: &str,
) -> Result<(), RequireError> {
    match version {
        Some(version) if version != loaded => Err(RequireError::Conflict {
            namespace: namespace.to_owned(),
            version: version.to_owned(),
            loaded: loaded.to_owned(),
        }),
        _ => Ok(()),
    }
}

fn open_typelib(namespace: &str, from: &search::Candidate) -> Result<Typelib, RequireError> {
    let path: &Path = &from.path;
    let typelib = Typelib::open(path).map_err(|error| RequireError::Typelib {
        namespace: namespace.to_owned(),
        error,
    })?;
    if typelib.namespace() == namespace && typelib.version() == from.version {
        return Ok(typelib);
    }
    Err(RequireError::Mismatch {
        path: path.to_owned(),
        namespace: namespace.to_owned(),
        version: from.version.clone(),
        found_namespace: typelib.namespace().to_owned(),
        found_version: typelib.version().to_owned(),
    })
}

// A thread that panicked under one of these locks has left nothing half done: every change is a single insertion.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

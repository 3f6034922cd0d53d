//! libgirepository, where it is in the process besides gijit: a C program that embeds Python has it, and so has a Python
//! program that looks at the `GIRepository` namespace. There is one set of search paths and loaded namespaces then.
//!
//! Version 1.0 of the library has one repository; 2.0 has one for all who ask for the default (since 2.86). The library is
//! never loaded from here, and it is looked for only when something has been loaded since the last time.
//!
//! Nothing of ours is locked while C is called but [`STATE`], which nobody waits for.

use std::ffi::{CStr, CString, OsStr, c_char, c_int, c_uint, c_void};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::Mutex;

use gijit_repository::Repository;
use libloading::os::unix::{Library, RTLD_LAZY};
use pyo3::ffi;

use crate::process::repository;
use crate::python;
use crate::python::error::c_text;

/// What is known of the library.
struct State {
    /// How many libraries had been loaded when it was looked for last.
    adds: u64,
    found: Option<Peer>,
    /// Namespaces that it could not load, or we could not.
    refused: Vec<String>,
}

static STATE: Mutex<State> = Mutex::new(State {
    adds: 0,
    found: None,
    refused: Vec::new(),
});

/// Has the process's repository tell this one whenever it changes; once, at initialisation.
pub fn initialise() {
    repository().tell(exchange);
}

/// As [`repository`], with what libgirepository has loaded meanwhile, if that is in the process: for whoever asks what
/// is loaded or can be.
pub fn current() -> &'static Repository {
    exchange();
    repository()
}

/// Brings both repositories to the same state, if there are two. What is loaded in one version there and in another here
/// stays so.
pub fn exchange() {
    // Whoever is at it already, this thread among others, sees to all there is.
    let Ok(mut state) = STATE.try_lock() else {
        return;
    };
    let adds = loads();
    if state.adds != adds {
        state.adds = adds;
        if state.found.is_none() {
            state.found = Peer::find();
        }
    }
    if let State {
        found: Some(peer),
        refused,
        ..
    } = &mut *state
    {
        peer.exchange(refused);
    }
}

/// Runs C that may wait for a lock of GLib's, without the GIL where this thread has it.
fn unlocked<T>(run: impl FnOnce() -> T) -> T {
    // SAFETY: asks about this thread.
    if unsafe { ffi::PyGILState_Check() } != 0 {
        // SAFETY: it is held, and the C that runs touches nothing of Python's.
        unsafe { python::in_type_system(run) }
    } else {
        run()
    }
}

/// How many libraries the process has loaded so far.
fn loads() -> u64 {
    unsafe extern "C" fn first(
        info: *mut libc::dl_phdr_info,
        _: libc::size_t,
        data: *mut c_void,
    ) -> c_int {
        // SAFETY: called with a live description, and the address of the number below.
        unsafe { data.cast::<u64>().write((*info).dlpi_adds) };
        1
    }
    let mut adds = 0u64;
    // SAFETY: the function is called before this returns.
    unsafe { libc::dl_iterate_phdr(Some(first), (&raw mut adds).cast()) };
    adds
}

/// The files of loaded libraries whose name begins so.
fn loaded_files(prefixes: &[&str]) -> Vec<PathBuf> {
    struct Search<'a> {
        prefixes: &'a [&'a str],
        found: Vec<PathBuf>,
    }
    unsafe extern "C" fn each(
        info: *mut libc::dl_phdr_info,
        _: libc::size_t,
        data: *mut c_void,
    ) -> c_int {
        // SAFETY: called with a live description, whose name is a C string, and the address of the search below.
        unsafe {
            let search = &mut *data.cast::<Search<'_>>();
            let name = (*info).dlpi_name;
            if !name.is_null() {
                let path = Path::new(OsStr::from_bytes(CStr::from_ptr(name).to_bytes()));
                let file = path.file_name().map(|name| name.to_string_lossy());
                if file.is_some_and(|file| {
                    search
                        .prefixes
                        .iter()
                        .any(|prefix| file.starts_with(*prefix))
                }) {
                    search.found.push(path.to_owned());
                }
            }
        }
        0
    }
    let mut search = Search {
        prefixes,
        found: Vec::new(),
    };
    // SAFETY: the function is called before this returns.
    unsafe { libc::dl_iterate_phdr(Some(each), (&raw mut search).cast()) };
    search.found
}

/// The repository of the library, by the functions that we call.
enum Peer {
    One(One),
    Two(Two),
}

/// Of libgirepository 1.0. NULL means the default repository.
struct One {
    default: unsafe extern "C" fn() -> *mut c_void,
    search_path: unsafe extern "C" fn() -> *mut glib_sys::GSList,
    prepend_search_path: unsafe extern "C" fn(*const c_char),
    prepend_library_path: unsafe extern "C" fn(*const c_char),
    loaded: unsafe extern "C" fn(*mut c_void) -> *mut *mut c_char,
    version: unsafe extern "C" fn(*mut c_void, *const c_char) -> *const c_char,
    typelib_path: unsafe extern "C" fn(*mut c_void, *const c_char) -> *const c_char,
    require: unsafe extern "C" fn(
        *mut c_void,
        *const c_char,
        *const c_char,
        c_uint,
        *mut *mut glib_sys::GError,
    ) -> *mut c_void,
    /// The directories for libraries that it has been told of: it does not say which it has.
    library_path: Vec<PathBuf>,
}

/// A list of texts that the library keeps, and its length.
type Texts = unsafe extern "C" fn(*mut c_void, *mut usize) -> *const *const c_char;

/// Of libgirepository 2.0, with its default repository, which lives for ever by our reference.
struct Two {
    default: unsafe extern "C" fn() -> *mut c_void,
    repository: *mut c_void,
    search_path: Texts,
    library_path: Texts,
    prepend_search_path: unsafe extern "C" fn(*mut c_void, *const c_char),
    prepend_library_path: unsafe extern "C" fn(*mut c_void, *const c_char),
    loaded: unsafe extern "C" fn(*mut c_void, *mut usize) -> *mut *mut c_char,
    version: unsafe extern "C" fn(*mut c_void, *const c_char) -> *const c_char,
    typelib_path: unsafe extern "C" fn(*mut c_void, *const c_char) -> *const c_char,
    require: unsafe extern "C" fn(
        *mut c_void,
        *const c_char,
        *const c_char,
        c_uint,
        *mut *mut glib_sys::GError,
    ) -> *mut c_void,
}

// SAFETY: functions, and a repository that lives for ever; used under the lock of `STATE`.
unsafe impl Send for Two {}

/// A function of a library.
///
/// # Safety
/// `T` is a function pointer of the type that the function has.
unsafe fn symbol<T: Copy>(library: &Library, name: &CStr) -> Option<T> {
    // SAFETY: by the caller's word.
    unsafe {
        library
            .get::<T>(name.to_bytes_with_nul())
            .ok()
            .map(|found| *found)
    }
}

impl Peer {
    /// The library that is loaded. Of both versions that which somebody uses: they cannot both be, since they register one
    /// GType.
    fn find() -> Option<Peer> {
        let files = loaded_files(&["libgirepository-1.0.so", "libgirepository-2.0.so"]);
        let mut idle = None;
        for file in files {
            // SAFETY: the library is loaded already, so that nothing of it runs now; it stays loaded by this reference.
            let library =
                unsafe { Library::open(Some(&file), RTLD_LAZY | libc::RTLD_NOLOAD) }.ok()?;
            let library = std::mem::ManuallyDrop::new(library);
            // SAFETY: functions of the types that the library's headers give them.
            unsafe {
                if let Some(two) = Two::of(&library) {
                    idle = Some(Peer::Two(two));
                } else if let Some(one) = One::of(&library) {
                    if !(one.search_path)().is_null() {
                        return Some(Peer::One(one));
                    }
                    idle = idle.or(Some(Peer::One(one)));
                }
            }
        }
        match idle {
            Some(Peer::Two(mut two)) => {
                two.take();
                (!two.repository.is_null()).then_some(Peer::Two(two))
            }
            other => other,
        }
    }

    fn exchange(&mut self, refused: &mut Vec<String>) {
        if let Peer::One(one) = self {
            // SAFETY: makes the repository at the first call, and with it what the other functions read.
            unlocked(|| unsafe { (one.default)() });
        }
        self.search_paths();
        self.library_paths();
        let theirs = self.loaded();
        let ours = repository();
        for (namespace, version) in &theirs {
            // It may have it from a directory that is in no search path.
            if ours.get(namespace).is_none()
                && !refused.contains(namespace)
                && ours
                    .require_from(
                        namespace,
                        Some(version),
                        self.directory(namespace).as_deref(),
                    )
                    .is_err()
            {
                refused.push(namespace.clone());
            }
        }
        for namespace in ours.loaded() {
            let name = namespace.name();
            if !theirs.iter().any(|(known, _)| known == name)
                && !refused.iter().any(|known| known == name)
                && !self.require(name, namespace.version())
            {
                refused.push(name.to_owned());
            }
        }
    }

    /// What either has and the other has not comes before all that the other has.
    fn search_paths(&self) {
        let ours = repository();
        let theirs = self.search_path();
        let known = ours.search_path();
        for dir in theirs.iter().rev().filter(|dir| !known.contains(dir)) {
            ours.prepend_search_path(dir);
        }
        let added = ours.added_search_path();
        for dir in added.iter().rev().filter(|dir| !theirs.contains(dir)) {
            let Ok(text) = CString::new(dir.as_os_str().as_bytes()) else {
                continue;
            };
            // SAFETY: a C string, which is copied.
            unsafe {
                match self {
                    Peer::One(one) => (one.prepend_search_path)(text.as_ptr()),
                    Peer::Two(two) => (two.prepend_search_path)(two.repository, text.as_ptr()),
                }
            }
        }
    }

    fn library_paths(&mut self) {
        let ours = repository();
        let known = ours.library_path();
        let theirs = match self {
            Peer::One(one) => std::mem::replace(&mut one.library_path, known.clone()),
            Peer::Two(two) => {
                let theirs = two.texts(two.library_path);
                for dir in theirs.iter().rev().filter(|dir| !known.contains(dir)) {
                    ours.prepend_library_path(dir);
                }
                theirs
            }
        };
        for dir in known.iter().rev().filter(|dir| !theirs.contains(dir)) {
            let Ok(text) = CString::new(dir.as_os_str().as_bytes()) else {
                continue;
            };
            // SAFETY: a C string, which is copied.
            unsafe {
                match self {
                    Peer::One(one) => (one.prepend_library_path)(text.as_ptr()),
                    Peer::Two(two) => (two.prepend_library_path)(two.repository, text.as_ptr()),
                }
            }
        }
    }

    fn search_path(&self) -> Vec<PathBuf> {
        match self {
            Peer::One(one) => {
                let mut found = Vec::new();
                // SAFETY: a list of C strings that the library keeps.
                unsafe {
                    let mut item = (one.search_path)();
                    while !item.is_null() {
                        found.push(path_of((*item).data.cast()));
                        item = (*item).next;
                    }
                }
                found
            }
            Peer::Two(two) => two.texts(two.search_path),
        }
    }

    /// The namespaces that are loaded there, with their versions.
    fn loaded(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        // SAFETY: a NULL-terminated list of texts, ours to free; versions are the library's.
        unsafe {
            let names = match self {
                Peer::One(one) => (one.loaded)(ptr::null_mut()),
                Peer::Two(two) => (two.loaded)(two.repository, ptr::null_mut()),
            };
            let mut next = names;
            while !next.is_null() && !(*next).is_null() {
                let version = match self {
                    Peer::One(one) => (one.version)(ptr::null_mut(), *next),
                    Peer::Two(two) => (two.version)(two.repository, *next),
                };
                found.push((c_text(*next), c_text(version)));
                next = next.add(1);
            }
            glib_sys::g_strfreev(names);
        }
        found
    }

    /// The directory that a namespace's typelib is from; None for one that is in no file.
    fn directory(&self, namespace: &str) -> Option<PathBuf> {
        let namespace = CString::new(namespace).ok()?;
        // SAFETY: C strings; what is returned is the library's.
        let path = unsafe {
            let path = match self {
                Peer::One(one) => (one.typelib_path)(ptr::null_mut(), namespace.as_ptr()),
                Peer::Two(two) => (two.typelib_path)(two.repository, namespace.as_ptr()),
            };
            if path.is_null() {
                return None;
            }
            path_of(path)
        };
        path.is_absolute()
            .then(|| path.parent().map(Path::to_owned))?
    }

    fn require(&self, namespace: &str, version: &str) -> bool {
        let (Ok(namespace), Ok(version)) = (CString::new(namespace), CString::new(version)) else {
            return false;
        };
        let mut error = ptr::null_mut();
        // SAFETY: C strings; an error is ours to free.
        unsafe {
            let (namespace, version) = (namespace.as_ptr(), version.as_ptr());
            let (require, of) = match self {
                Peer::One(one) => (one.require, ptr::null_mut()),
                Peer::Two(two) => (two.require, two.repository),
            };
            let loaded = unlocked(|| require(of, namespace, version, 0, &mut error));
            if !error.is_null() {
                glib_sys::g_error_free(error);
            }
            !loaded.is_null()
        }
    }
}

/// # Safety
/// A C string.
unsafe fn path_of(text: *const c_char) -> PathBuf {
    // SAFETY: by the caller's word.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes().to_vec();
    std::ffi::OsString::from_vec(bytes).into()
}

impl One {
    /// # Safety
    /// Any library.
    unsafe fn of(library: &Library) -> Option<One> {
        // SAFETY: the types are those of the library's headers.
        unsafe {
            Some(One {
                default: symbol(library, c"g_irepository_get_default")?,
                search_path: symbol(library, c"g_irepository_get_search_path")?,
                prepend_search_path: symbol(library, c"g_irepository_prepend_search_path")?,
                prepend_library_path: symbol(library, c"g_irepository_prepend_library_path")?,
                loaded: symbol(library, c"g_irepository_get_loaded_namespaces")?,
                version: symbol(library, c"g_irepository_get_version")?,
                typelib_path: symbol(library, c"g_irepository_get_typelib_path")?,
                require: symbol(library, c"g_irepository_require")?,
                library_path: Vec::new(),
            })
        }
    }
}

impl Two {
    /// None for another library, and for a version without a default repository. Its repository is not asked for yet.
    ///
    /// # Safety
    /// Any library.
    unsafe fn of(library: &Library) -> Option<Two> {
        // SAFETY: the types are those of the library's headers.
        unsafe {
            let default: unsafe extern "C" fn() -> *mut c_void =
                symbol(library, c"gi_repository_dup_default")?;
            Some(Two {
                default,
                repository: ptr::null_mut(),
                search_path: symbol(library, c"gi_repository_get_search_path")?,
                library_path: symbol(library, c"gi_repository_get_library_path")?,
                prepend_search_path: symbol(library, c"gi_repository_prepend_search_path")?,
                prepend_library_path: symbol(library, c"gi_repository_prepend_library_path")?,
                loaded: symbol(library, c"gi_repository_get_loaded_namespaces")?,
                version: symbol(library, c"gi_repository_get_version")?,
                typelib_path: symbol(library, c"gi_repository_get_typelib_path")?,
                require: symbol(library, c"gi_repository_require")?,
            })
        }
    }

    /// Takes a reference to the default repository, for ever.
    fn take(&mut self) {
        // SAFETY: makes the repository, or a new reference to it.
        self.repository = unlocked(|| unsafe { (self.default)() });
    }

    /// A list of the repository's.
    fn texts(&self, of: Texts) -> Vec<PathBuf> {
        let mut n = 0;
        // SAFETY: as many texts as it says, which the repository keeps.
        unsafe {
            let list = of(self.repository, &mut n);
            (0..if list.is_null() { 0 } else { n })
                .map(|i| path_of(*list.add(i)))
                .collect()
        }
    }
}

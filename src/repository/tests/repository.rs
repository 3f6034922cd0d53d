//! Loading: versions, dependencies, conflicts, faults, and the words for each. Typelibs that do not exist in the wild
//! are made from GLib's by changing the strings in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use gijit_repository::{Repository, RequireError};
use gijit_typelib::Info;
use tempfile::TempDir;

/// A folder with the typelibs that a test needs.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a typelib under its own name.
    fn add(&self, typelib: &Fake) -> &Self {
        let name = format!("{}-{}.typelib", typelib.namespace, typelib.version);
        self.add_as(&name, typelib)
    }

    fn add_as(&self, name: &str, typelib: &Fake) -> &Self {
        fs::write(self.path().join(name), typelib.bytes()).unwrap();
        self
    }
}

/// A typelib with no entries.
struct Fake {
    namespace: &'static str,
    version: &'static str,
    /// Separated by `|`.
    dependencies: &'static str,
    /// Separated by `,`.
    libraries: &'static str,
}

impl Fake {
    fn new(namespace: &'static str, version: &'static str) -> Self {
        Fake {
            namespace,
            version,
            dependencies: "",
            libraries: "",
        }
    }

    fn needs(self, dependencies: &'static str) -> Self {
        Fake {
            dependencies,
            ..self
        }
    }

    fn in_libraries(self, libraries: &'static str) -> Self {
        Fake { libraries, ..self }
    }

    /// The header as `girepository/gitypelib-internal.h` declares it, then the strings.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; 112];
        bytes[..16].copy_from_slice(b"GOBJ\nMETADATA\r\n\x1a");
        bytes[16] = 4;
        for (field, text) in [
            (36, self.dependencies),
            (44, self.namespace),
            (48, self.version),
            (52, self.libraries),
        ] {
            if text.is_empty() {
                continue;
            }
            let at = bytes.len() as u32;
            bytes[field..field + 4].copy_from_slice(&at.to_le_bytes());
            bytes.extend(text.bytes());
            bytes.push(0);
        }
        // The directory, empty, stands behind.
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        let end = bytes.len() as u32;
        bytes[24..28].copy_from_slice(&end.to_le_bytes());
        bytes[32..36].copy_from_slice(&end.to_le_bytes());
        bytes[40..44].copy_from_slice(&end.to_le_bytes());
        let sizes: [u16; 18] = [
            12, 20, 12, 16, 20, 16, 16, 16, 12, 12, 24, 16, 8, 24, 32, 60, 40, 40,
        ];
        for (i, size) in sizes.iter().enumerate() {
            bytes[60 + 2 * i..62 + 2 * i].copy_from_slice(&size.to_le_bytes());
        }
        bytes
    }
}

fn repository(folders: &[&Folder]) -> Repository {
    let path: Vec<PathBuf> = folders.iter().map(|folder| folder.path().into()).collect();
    Repository::with_search_path(path)
}

fn names(namespaces: &[Arc<gijit_repository::Namespace>]) -> Vec<String> {
    namespaces.iter().map(|ns| ns.full_name()).collect()
}

#[test]
fn without_a_version_the_newest_is_loaded_as_numbers_go() {
    let folder = Folder::new();
    folder.add(&Fake::new("Foo", "9.0"));
    folder.add(&Fake::new("Foo", "10.0"));
    let repository = repository(&[&folder]);
    assert_eq!(repository.enumerate_versions("Foo"), ["10.0", "9.0"]);
    let foo = repository.require("Foo", None).unwrap();
    assert_eq!((foo.name(), foo.version()), ("Foo", "10.0"));
    assert_eq!(foo.path(), folder.path().join("Foo-10.0.typelib"));
    // And then it is that one.
    assert!(Arc::ptr_eq(&foo, &repository.require("Foo", None).unwrap()));
    assert!(Arc::ptr_eq(
        &foo,
        &repository.require("Foo", Some("10.0")).unwrap()
    ));
    assert!(repository.is_registered("Foo", None));
    assert!(repository.is_registered("Foo", Some("10.0")));
    assert!(!repository.is_registered("Foo", Some("9.0")));
    assert!(!repository.is_registered("Bar", None));
}

#[test]
fn the_earlier_directory_wins_and_a_prepended_one_is_the_earliest() {
    let (first, second) = (Folder::new(), Folder::new());
    first.add(&Fake::new("Foo", "1.0"));
    second.add(&Fake::new("Foo", "1.0"));
    let repository = repository(&[&first]);
    repository.prepend_search_path(second.path());
    assert_eq!(repository.search_path(), [second.path(), first.path()]);
    let foo = repository.require("Foo", Some("1.0")).unwrap();
    assert!(foo.path().starts_with(second.path()));
}

#[test]
fn dependencies_are_loaded_first_and_found_again() {
    let folder = Folder::new();
    folder.add(&Fake::new("App", "1.0").needs("Widgets-2.0|Base-1.0"));
    folder.add(&Fake::new("Widgets", "2.0").needs("Base-1.0|With-Dash-3"));
    folder.add(&Fake::new("Base", "1.0"));
    folder.add(&Fake::new("With-Dash", "3"));
    let repository = repository(&[&folder]);
    let app = repository.require("App", None).unwrap();
    assert_eq!(
        names(&repository.loaded()),
        ["Base-1.0", "With-Dash-3", "Widgets-2.0", "App-1.0"]
    );
    let immediate: Vec<_> = app.immediate_dependencies().collect();
    assert_eq!(immediate, [("Widgets", "2.0"), ("Base", "1.0")]);
    assert_eq!(
        names(&repository.dependencies(&app)),
        ["Widgets-2.0", "Base-1.0", "With-Dash-3"]
    );
    let base = repository.get("Base").unwrap();
    assert!(repository.dependencies(&base).is_empty());
}

#[test]
fn namespaces_that_need_each_other_are_loaded_once() {
    let folder = Folder::new();
    folder.add(&Fake::new("A", "1.0").needs("B-1.0"));
    folder.add(&Fake::new("B", "1.0").needs("C-1.0"));
    folder.add(&Fake::new("C", "1.0").needs("A-1.0|C-1.0"));
    let repository = repository(&[&folder]);
    let a = repository.require("A", None).unwrap();
    assert_eq!(names(&repository.loaded()), ["C-1.0", "B-1.0", "A-1.0"]);
    assert_eq!(names(&repository.dependencies(&a)), ["B-1.0", "C-1.0"]);
}

#[test]
fn a_second_version_is_refused() {
    let folder = Folder::new();
    folder.add(&Fake::new("Foo", "1.0"));
    folder.add(&Fake::new("Foo", "2.0"));
    folder.add(&Fake::new("Bar", "1.0").needs("Foo-1.0"));
    folder.add(&Fake::new("Knot", "1.0").needs("Loop-1.0"));
    folder.add(&Fake::new("Loop", "1.0").needs("Knot-2.0"));
    let repository = repository(&[&folder]);
    repository.require("Foo", Some("2.0")).unwrap();
    let error = repository.require("Foo", Some("1.0")).unwrap_err();
    assert!(matches!(error, RequireError::Conflict { .. }));
    assert_eq!(
        error.to_string(),
        "Requiring namespace 'Foo' version '1.0', but '2.0' is already loaded"
    );
    let error = repository.require("Bar", None).unwrap_err();
    assert!(matches!(error.root(), RequireError::Conflict { .. }));
    assert_eq!(
        error.to_string(),
        "Requiring namespace 'Foo' version '1.0', but '2.0' is already loaded (needed by Bar-1.0)"
    );
    assert_eq!(names(&repository.loaded()), ["Foo-2.0"]);
    // Also where the other version is itself not loaded yet.
    let error = repository.require("Knot", None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Requiring namespace 'Knot' version '2.0', but '1.0' is already loaded (needed by Loop-1.0) \
         (needed by Knot-1.0)"
    );
}

#[test]
fn what_is_not_there_is_named_with_the_places_and_the_versions_that_are() {
    let (first, second) = (Folder::new(), Folder::new());
    first.add(&Fake::new("Foo", "1.0"));
    second.add(&Fake::new("Foo", "2.0"));
    let repository = repository(&[&first, &second]);
    let (a, b) = (first.path().display(), second.path().display());
    assert_eq!(
        repository
            .require("Foo", Some("3.0"))
            .unwrap_err()
            .to_string(),
        format!(
            "Typelib file for namespace 'Foo', version '3.0' not found: no Foo-3.0.typelib in {a}, {b}; \
             available: 2.0, 1.0"
        )
    );
    assert_eq!(
        repository.require("Nix", None).unwrap_err().to_string(),
        format!(
            "Typelib file for namespace 'Nix' (any version) not found: no Nix-*.typelib in {a}, {b}"
        )
    );
    // Names that would lead out of the folder are names of nothing.
    let inside = first.path().file_name().unwrap().to_str().unwrap();
    let sneaky = format!("../{inside}/Foo");
    let error = repository.require(&sneaky, Some("1.0")).unwrap_err();
    assert!(matches!(error, RequireError::NotFound { .. }));
    assert!(repository.require("", None).is_err());
    assert!(repository.require("Foo", Some("")).is_err());
    let nowhere = Repository::with_search_path(Vec::new());
    assert_eq!(
        nowhere.require("Foo", None).unwrap_err().to_string(),
        "Typelib file for namespace 'Foo' (any version) not found: no Foo-*.typelib in nothing"
    );
}

#[test]
fn a_failure_leaves_nothing_behind() {
    let folder = Folder::new();
    folder.add(&Fake::new("App", "1.0").needs("Base-1.0|Missing-1.0"));
    folder.add(&Fake::new("Base", "1.0"));
    let repository = repository(&[&folder]);
    let error = repository.require("App", None).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "Typelib file for namespace 'Missing', version '1.0' not found: no Missing-1.0.typelib in {} \
             (needed by App-1.0)",
            folder.path().display()
        )
    );
    assert!(repository.loaded().is_empty());
    // Once it is there, all is well.
    folder.add(&Fake::new("Missing", "1.0"));
    repository.require("App", None).unwrap();
}

#[test]
fn a_file_that_is_something_else_is_refused() {
    let folder = Folder::new();
    folder.add_as("Foo-1.0.typelib", &Fake::new("Bar", "1.0"));
    folder.add_as("Baz-1.0.typelib", &Fake::new("Baz", "1.1"));
    fs::write(folder.path().join("Junk-1.0.typelib"), "no typelib").unwrap();
    let repository = repository(&[&folder]);
    let path = |name: &str| folder.path().join(name).display().to_string();
    assert_eq!(
        repository.require("Foo", None).unwrap_err().to_string(),
        format!(
            "Typelib file {} for namespace 'Foo', version '1.0' describes 'Bar', version '1.0'",
            path("Foo-1.0.typelib")
        )
    );
    assert_eq!(
        repository
            .require("Baz", Some("1.0"))
            .unwrap_err()
            .to_string(),
        format!(
            "Typelib file {} for namespace 'Baz', version '1.0' describes 'Baz', version '1.1'",
            path("Baz-1.0.typelib")
        )
    );
    let error = repository.require("Junk", None).unwrap_err();
    let text = error.to_string();
    let start = format!(
        "Cannot load the typelib of namespace 'Junk': {}",
        path("Junk-1.0.typelib")
    );
    assert!(text.starts_with(&start), "{text}");
    assert!(matches!(error, RequireError::Typelib { .. }));
}

#[test]
fn a_file_that_cannot_be_opened_is_passed_over_and_mentioned() {
    let (first, second) = (Folder::new(), Folder::new());
    // A link to itself cannot be opened, not even by root.
    let link = first.path().join("Foo-1.0.typelib");
    std::os::unix::fs::symlink(&link, &link).unwrap();
    let repository = repository(&[&first, &second]);
    let text = repository
        .require("Foo", Some("1.0"))
        .unwrap_err()
        .to_string();
    let expected = format!("; cannot open {}: ", link.display());
    assert!(text.contains(&expected), "{text}");
    assert!(!text.contains("available"), "{text}");
    second.add(&Fake::new("Foo", "1.0"));
    let foo = repository.require("Foo", Some("1.0")).unwrap();
    assert!(foo.path().starts_with(second.path()));
}

#[test]
fn symbols_come_from_the_libraries_that_the_typelib_names() {
    let repository = Repository::new();
    let glib = repository.require("GLib", Some("2.0")).unwrap();
    glib.symbol("g_get_user_name").unwrap();
    assert_eq!(
        glib.symbol("g_no_such_function").unwrap_err().to_string(),
        format!(
            "Symbol 'g_no_such_function' of namespace GLib-2.0 not found in {}",
            glib.shared_libraries().join(", ")
        )
    );
    assert!(glib.symbol("embedded\0null").is_err());
    assert!(glib.symbol("").is_err());
}

#[test]
fn a_missing_library_is_named_with_the_linkers_reason() {
    let folder = Folder::new();
    folder.add(&Fake::new("Foo", "1.0").in_libraries("libgijit-nowhere.so.0"));
    folder.add(&Fake::new("Bar", "1.0").in_libraries("libgijit-nowhere.so.0,libc.so.6"));
    let repository = repository(&[&folder]);
    let text = |namespace: &str| {
        let namespace = repository.require(namespace, None).unwrap();
        namespace
            .symbol("no_such_function")
            .unwrap_err()
            .to_string()
    };
    let reason = "cannot open libgijit-nowhere.so.0: cannot open shared object file: No such file or directory";
    assert_eq!(
        text("Foo"),
        format!(
            "Symbol 'no_such_function' of namespace Foo-1.0 not found in any library; {reason}"
        )
    );
    assert_eq!(
        text("Bar"),
        format!("Symbol 'no_such_function' of namespace Bar-1.0 not found in libc.so.6; {reason}")
    );
    // The library that is there serves all the same.
    repository.get("Bar").unwrap().symbol("strlen").unwrap();
}

#[test]
fn a_namespace_without_a_library_looks_in_the_process() {
    let folder = Folder::new();
    folder.add(&Fake::new("Foo", "1.0"));
    let foo = repository(&[&folder]).require("Foo", None).unwrap();
    foo.symbol("strlen").unwrap();
    assert_eq!(
        foo.symbol("no_such_function").unwrap_err().to_string(),
        "Symbol 'no_such_function' of namespace Foo-1.0 not found in the running process \
         (its typelib names no shared library)"
    );
}

#[test]
fn library_directories_come_before_the_systems() {
    let folder = Folder::new();
    folder.add(&Fake::new("Foo", "1.0").in_libraries("libc.so.6"));
    // Not a library at all: that it is tried shows in the reason, and the system's is not used in secret.
    fs::write(folder.path().join("libgijit-broken.so"), "no library").unwrap();
    folder.add(&Fake::new("Bar", "1.0").in_libraries("libgijit-broken.so"));
    let repository = repository(&[&folder]);
    repository.prepend_library_path("/nonexistent");
    repository.prepend_library_path(folder.path());
    assert_eq!(
        repository.library_path(),
        [folder.path(), Path::new("/nonexistent")]
    );
    // Where a directory does not have it, the search goes on.
    repository
        .require("Foo", None)
        .unwrap()
        .symbol("strlen")
        .unwrap();
    let error = repository
        .require("Bar", None)
        .unwrap()
        .symbol("x")
        .unwrap_err();
    let (library, reason) = &error.unopened[0];
    assert_eq!(library, "libgijit-broken.so");
    let file = folder.path().join("libgijit-broken.so");
    assert!(reason.contains(&*file.to_string_lossy()), "{reason}");
}

#[test]
fn types_and_error_domains_are_found_across_namespaces() {
    let repository = Repository::new();
    repository.require("GObject", Some("2.0")).unwrap();
    // Not known yet, and known as soon as its namespace is.
    assert!(repository.find_by_gtype_name("GFile").is_none());
    assert!(
        repository
            .find_by_error_domain("g-io-error-quark")
            .is_none()
    );
    repository.require("Gio", Some("2.0")).unwrap();
    let name = |place: Option<gijit_repository::Place>| {
        let (namespace, index) = place.unwrap();
        let entry = namespace.typelib().entry(index).unwrap();
        format!("{}.{}", namespace.name(), entry.name().unwrap())
    };
    assert_eq!(name(repository.find_by_gtype_name("GFile")), "Gio.File");
    assert_eq!(
        name(repository.find_by_gtype_name("GObject")),
        "GObject.Object"
    );
    assert_eq!(name(repository.find_by_gtype_name("GBytes")), "GLib.Bytes");
    assert_eq!(
        name(repository.find_by_error_domain("g-io-error-quark")),
        "Gio.IOErrorEnum"
    );
    assert!(repository.find_by_gtype_name("NoSuchType").is_none());
    // Once more, from what was remembered.
    assert_eq!(name(repository.find_by_gtype_name("GFile")), "Gio.File");
    assert!(repository.find_by_gtype_name("NoSuchType").is_none());
}

#[test]
fn references_lead_to_the_other_namespace() {
    let repository = Repository::new();
    let gio = repository.require("Gio", Some("2.0")).unwrap();
    let Info::Object(application) = gio
        .typelib()
        .find("Application")
        .unwrap()
        .unwrap()
        .info()
        .unwrap()
    else {
        panic!("Gio.Application is no class");
    };
    let parent = application.parent().unwrap().unwrap();
    let (namespace, index) = repository.resolve(&gio, parent).unwrap();
    assert_eq!(namespace.name(), "GObject");
    let entry = namespace.typelib().entry(index).unwrap();
    assert_eq!(entry.name().unwrap(), "Object");
    // One of its own leads to itself.
    let own = gio.typelib().find("File").unwrap().unwrap();
    let (namespace, index) = repository.resolve(&gio, own).unwrap();
    assert!(Arc::ptr_eq(&namespace, &gio));
    assert_eq!(index, own.index());
    // Nothing of GObject is loaded in another repository.
    let empty = Repository::with_search_path(Vec::new());
    assert_eq!(
        empty.resolve(&gio, parent).unwrap_err().to_string(),
        "Gio-2.0 refers to GObject.Object, but GObject is not loaded"
    );
}

#[test]
fn a_reference_to_a_name_that_is_gone_says_so() {
    let folder = Folder::new();
    folder.add(&Fake::new("GObject", "2.0"));
    let real = Repository::new();
    let gio = real.require("Gio", Some("2.0")).unwrap();
    let fake = repository(&[&folder]);
    fake.require("GObject", None).unwrap();
    let foreign = gio
        .typelib()
        .foreign_entries()
        .find(|entry| matches!(entry.foreign(), Ok(Some(("GObject", "Object")))))
        .unwrap();
    assert_eq!(
        fake.resolve(&gio, foreign).unwrap_err().to_string(),
        "Gio-2.0 refers to GObject.Object, but GObject-2.0 has no such entry"
    );
}

#[test]
fn threads_that_require_the_same_get_the_same() {
    let repository = Repository::new();
    let all: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| repository.require("Gio", Some("2.0")).unwrap()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(all.iter().all(|gio| Arc::ptr_eq(gio, &all[0])));
    let loaded = names(&repository.loaded());
    let mut once = loaded.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), loaded.len(), "{loaded:?}");
}

/// The environment belongs to the whole process, so this one runs in a process of its own: this same test, called
/// with the variable set.
#[test]
fn directories_of_the_environment_come_first() {
    const FOLDER: &str = "GIJIT_TEST_FOLDER";
    if let Ok(folder) = std::env::var(FOLDER) {
        let repository = Repository::new();
        let path = repository.search_path();
        assert_eq!(path[..2], [PathBuf::from(&folder), "/nonexistent".into()]);
        assert!(path.len() > 2, "the system's directories are gone");
        assert!(path.iter().all(|dir| !dir.as_os_str().is_empty()));
        // GLib is in the system's directories too.
        let glib = repository.require("GLib", None).unwrap();
        assert_eq!(glib.version(), "2.0");
        assert!(glib.path().starts_with(folder));
        return;
    }
    let folder = Folder::new();
    folder.add(&Fake::new("GLib", "2.0"));
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "directories_of_the_environment_come_first"])
        .env(FOLDER, folder.path())
        .env(
            "GI_TYPELIB_PATH",
            format!(":{}::/nonexistent:", folder.path().display()),
        )
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn a_repository_can_be_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<Repository>();
    shared::<gijit_repository::Namespace>();
    shared::<RequireError>();
}

#[test]
fn another_repository_is_told_what_changes() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static TOLD: AtomicUsize = AtomicUsize::new(0);
    fn told() {
        TOLD.fetch_add(1, Ordering::Relaxed);
    }
    let repository = Repository::with_search_path(vec!["/first".into(), "/second".into()]);
    repository.tell(told);
    assert!(repository.added_search_path().is_empty());
    repository.prepend_search_path("/third");
    repository.prepend_library_path("/fourth");
    assert_eq!(TOLD.load(Ordering::Relaxed), 2);
    assert_eq!(repository.added_search_path(), [Path::new("/third")]);
    assert_eq!(repository.search_path().len(), 3);
    // Once before it is looked for; nothing has been loaded.
    repository.require("Nope", None).unwrap_err();
    assert_eq!(TOLD.load(Ordering::Relaxed), 3);
}

//! Where typelibs are looked for, and which versions of a namespace lie there.
//!
//! Knows file names only: no file is opened here, and nothing of what is loaded is known.

use std::cmp::Reverse;
use std::env;
use std::path::{Path, PathBuf};

/// The directories that the environment variable names come before all others.
pub const PATH_VARIABLE: &str = "GI_TYPELIB_PATH";

/// Name of the folder that holds typelibs, inside a directory for libraries. girepository 2.0 kept it.
const FOLDER: &str = "girepository-1.0";

/// The name that Debian and its relatives give to the directory of this architecture's libraries.
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64"))]
const TRIPLET: &str = "x86_64-linux-gnu";
#[cfg(target_arch = "aarch64")]
const TRIPLET: &str = "aarch64-linux-gnu";
#[cfg(target_arch = "riscv64")]
const TRIPLET: &str = "riscv64-linux-gnu";
#[cfg(target_arch = "loongarch64")]
const TRIPLET: &str = "loongarch64-linux-gnu";
#[cfg(target_arch = "s390x")]
const TRIPLET: &str = "s390x-linux-gnu";
#[cfg(target_arch = "powerpc64")]
const TRIPLET: &str = "powerpc64le-linux-gnu";

/// The directories to search when a repository is made: those of [`PATH_VARIABLE`], then the system's.
///
/// Empty elements of the variable are skipped: a file name relative to nothing would mean the current directory,
/// and nobody who writes a stray colon wants typelibs from there.
pub fn default_path() -> Vec<PathBuf> {
    let mut path: Vec<PathBuf> = env::var_os(PATH_VARIABLE)
        .iter()
        .flat_map(env::split_paths)
        .filter(|dir| !dir.as_os_str().is_empty())
        .collect();
    path.extend(system_path(Path::new("/"), |dir| dir.is_dir()));
    path
}

/// The system's directories that exist, below `root`; if there is none, the one that ought to exist.
///
/// girepository knows one directory, which was fixed when it was built: `<libdir>/girepository-1.0`. Debian adds
/// `/usr/lib`'s, where packages for all architectures put theirs. `libdir` is unknown here, so all the usual ones
/// are tried, in the order in which at most one distribution has two of them.
fn system_path(root: &Path, exists: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let multiarch = format!("usr/lib/{TRIPLET}");
    let local_multiarch = format!("usr/local/lib/{TRIPLET}");
    let libdirs = [
        &*multiarch,
        "usr/lib64",
        "usr/lib",
        &*local_multiarch,
        "usr/local/lib64",
        "usr/local/lib",
    ];
    let all = libdirs.map(|libdir| root.join(libdir).join(FOLDER));
    let found: Vec<PathBuf> = all.iter().filter(|dir| exists(dir)).cloned().collect();
    if found.is_empty() {
        return all[..1].to_vec();
    }
    found
}

/// A version as girepository compares it: one number, or two with a dot between them.
///
/// What is missing counts as 0; `None` for anything else, which girepository never offers as the newest.
pub fn parse_version(version: &str) -> Option<(u32, u32)> {
    // As strtol reads it, nothing at all is 0 too; but a typelib without a version has no dash either.
    let number = |text: &str| match text {
        "" => None,
        text if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => None,
    };
    match version.split_once('.') {
        None => Some((number(version)?, 0)),
        Some((major, minor)) => Some((number(major)?, number(minor)?)),
    }
}

/// The file that describes a version of a namespace.
pub fn file_name(namespace: &str, version: &str) -> String {
    format!("{namespace}-{version}.typelib")
}

/// Whether the name can be part of a file name, and so of a typelib at all.
pub fn is_plausible(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\0'])
}

/// A version of a namespace and the file that holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub version: String,
    pub path: PathBuf,
}

/// All versions of a namespace on the path, newest first; of equal ones only the earliest on the path.
pub fn versions(path: &[PathBuf], namespace: &str) -> Vec<Candidate> {
    let mut found: Vec<((u32, u32), Candidate)> = Vec::new();
    for dir in path {
        let Ok(entries) = dir.read_dir() else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(version) = name.to_str().and_then(|name| version_in(name, namespace)) else {
                continue;
            };
            let Some(numbers) = parse_version(version) else {
                continue;
            };
            if found.iter().any(|(_, known)| known.version == version) {
                continue;
            }
            let version = version.to_owned();
            let path = dir.join(&name);
            found.push((numbers, Candidate { version, path }));
        }
    }
    // Stable, so that of `1` and `1.0` the one that comes earlier on the path wins.
    found.sort_by_key(|(numbers, _)| Reverse(*numbers));
    found.into_iter().map(|(_, candidate)| candidate).collect()
}

fn version_in<'a>(file_name: &'a str, namespace: &str) -> Option<&'a str> {
    file_name
        .strip_suffix(".typelib")?
        .strip_prefix(namespace)?
        .strip_prefix('-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn versions_are_one_or_two_numbers() {
        for (text, version) in [
            ("2.0", Some((2, 0))),
            ("3", Some((3, 0))),
            ("10.12", Some((10, 12))),
            ("", None),
            (".", None),
            ("1.", None),
            ("1.0.0", None),
            ("1.0-beta", None),
            ("-1", None),
            ("x", None),
            ("99999999999", None),
        ] {
            assert_eq!(parse_version(text), version, "{text:?}");
        }
    }

    #[test]
    fn versions_are_compared_as_numbers_and_the_earlier_directory_wins() {
        let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for (dir, name) in [
            (&a, "Foo-9.0.typelib"),
            (&a, "Foo-10.0.typelib"),
            (&a, "FooBar-11.0.typelib"),
            (&a, "Foo-Bar-12.0.typelib"),
            (&a, "Foo-latest.typelib"),
            (&a, "Foo-13.0.gir"),
            (&b, "Foo-9.0.typelib"),
            (&b, "Foo-9.1.typelib"),
        ] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let path = [a.path().into(), "/nonexistent".into(), b.path().into()];
        let found = versions(&path, "Foo");
        let found: Vec<_> = found
            .iter()
            .map(|c| (c.version.as_str(), c.path.parent().unwrap()))
            .collect();
        assert_eq!(
            found,
            [("10.0", a.path()), ("9.1", b.path()), ("9.0", a.path())]
        );
        assert_eq!(versions(&path, "Foo-Bar").len(), 1);
        assert!(versions(&path, "Fo").is_empty());
    }

    #[test]
    fn the_system_directories_are_those_that_exist() {
        let root = Path::new("/r");
        let multiarch = root.join("usr/lib").join(TRIPLET).join(FOLDER);
        let plain = root.join("usr/lib").join(FOLDER);
        let lib64 = root.join("usr/lib64").join(FOLDER);
        let debian = |dir: &Path| dir == multiarch || dir == plain;
        assert_eq!(system_path(root, debian), [&*multiarch, &*plain]);
        assert_eq!(system_path(root, |dir| dir == lib64), [&*lib64]);
        assert_eq!(system_path(root, |_| false), [&*multiarch]);
    }
}

//! Every typelib that is installed on this machine is sound, and lookups in it find everything.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gijit_typelib::{ErrorKind, Function, Info, Object, Typelib};

/// All typelibs in the folders of `GI_TYPELIB_PATH` and in those of the distribution.
fn installed() -> Vec<PathBuf> {
    let system = std::fs::read_dir("/usr/lib")
        .into_iter()
        .flatten()
        .flatten();
    let folders = std::env::var_os("GI_TYPELIB_PATH")
        .iter()
        .flat_map(std::env::split_paths)
        .chain([PathBuf::from("/usr/lib/girepository-1.0")])
        .chain(system.map(|dir| dir.path().join("girepository-1.0")))
        .collect::<BTreeSet<_>>();
    let found: Vec<PathBuf> = folders
        .iter()
        .filter_map(|dir| std::fs::read_dir(dir).ok())
        .flatten()
        .flatten()
        .map(|file| file.path())
        .filter(|path| path.extension().is_some_and(|e| e == "typelib"))
        .collect();
    assert!(!found.is_empty(), "no typelib is installed here");
    found
}

#[test]
fn all_validate() {
    let mut errors = Vec::new();
    let mut items = 0;
    let files = installed();
    for path in &files {
        match Typelib::open(path).and_then(|lib| lib.validate()) {
            Ok(summary) => {
                println!("{}: {} items", path.display(), summary.total());
                items += summary.total();
            }
            Err(e) => errors.push(e),
        }
    }
    println!(
        "{} typelibs, {items} items, {} errors",
        files.len(),
        errors.len()
    );
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn every_entry_is_found_by_name_with_and_without_the_index() {
    let (mut names, mut indices) = (0, 0);
    for path in installed() {
        let lib = Typelib::open(&path).unwrap();

        // The same file with an index that no reader knows: the number of the algorithm is in its second word.
        let mut data = lib.data().to_vec();
        let word = |data: &[u8], at: usize| u32::from_le_bytes(*data[at..].first_chunk().unwrap());
        let section = word(&data, 96) as usize;
        // Some small files have no index, since the compiler does not manage to make one.
        let has_index = word(&data, section) == 1;
        assert_eq!(lib.has_name_index(), has_index, "{}", path.display());
        let index = word(&data, section + 4) as usize;
        if has_index {
            indices += 1;
            data[index + 4] = 6;
        }
        let scanned = Typelib::from_bytes(data, "scanned").unwrap();
        assert!(!scanned.has_name_index());
        if has_index {
            let error = scanned.validate().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Section);
            assert_eq!(error.offset(), Some(index as u32));
        }

        for entry in lib.entries() {
            let name = entry.name().unwrap();
            assert_eq!(lib.find(name).unwrap(), Some(entry));
            let other = scanned.find(name).unwrap().unwrap();
            assert_eq!(
                (other.index(), other.name().unwrap()),
                (entry.index(), name)
            );
            for absent in [
                format!("{name}_"),
                format!("_{name}"),
                name.to_uppercase() + "é",
            ] {
                assert_eq!(lib.find(&absent).unwrap(), None, "{absent}");
            }
            names += 1;
        }
        for entry in lib.foreign_entries() {
            let (_, name) = entry.foreign().unwrap().unwrap();
            let local = lib.find(name).unwrap();
            assert!(local.is_none_or(|found| found.is_local() && found != entry));
        }
    }
    println!("{names} names, {indices} typelibs with an index of names");
    assert!(indices > 0);
}

#[test]
fn types_and_error_domains_are_found_by_name() {
    let mut found = 0;
    for path in installed() {
        let lib = Typelib::open(&path).unwrap();
        for entry in lib.entries() {
            let (gtype, domain) = match entry.info().unwrap() {
                Info::Struct(s) | Info::Boxed(s) => (s.gtype_name(), Ok(None)),
                Info::Union(u) => (u.gtype_name(), Ok(None)),
                Info::Enum(e) => (e.gtype_name(), e.error_domain()),
                Info::Flags(e) => (e.gtype_name(), Ok(None)),
                Info::Object(o) => (o.gtype_name(), Ok(None)),
                Info::Interface(i) => (i.gtype_name(), Ok(None)),
                _ => continue,
            };
            if let Some(gtype) = gtype.unwrap() {
                let first = lib.find_by_gtype_name(gtype).unwrap().unwrap();
                // Some types are described twice (`HarfBuzz.script_t`); the first one is found then.
                assert!(first.index() <= entry.index(), "{gtype}");
                found += 1;
            }
            if let Some(domain) = domain.unwrap() {
                let first = lib.find_error_domain(domain).unwrap().unwrap();
                assert!(first.index() <= entry.index(), "{domain}");
                found += 1;
            }
        }
        assert_eq!(lib.find_by_gtype_name("NoSuchType").unwrap(), None);
        assert_eq!(lib.find_error_domain("no-such-quark").unwrap(), None);
    }
    println!("{found} types and error domains");
}

#[test]
fn a_view_is_made_again_from_its_offset() {
    for path in installed() {
        let lib = Typelib::open(&path).unwrap();
        for entry in lib.entries() {
            match entry.info().unwrap() {
                Info::Function(f) => assert_eq!(Function::at(&lib, f.offset()).unwrap(), f),
                Info::Object(o) => {
                    assert_eq!(Object::at(&lib, o.offset()).unwrap(), o);
                    for method in o.methods_iter().map(Result::unwrap) {
                        let again = Function::at(&lib, method.offset()).unwrap();
                        assert_eq!(again.symbol().unwrap(), method.symbol().unwrap());
                        // A function is not an object, and says so.
                        let error = Object::at(&lib, method.offset()).unwrap_err();
                        assert!(matches!(
                            error.kind(),
                            ErrorKind::Blob | ErrorKind::OutOfBounds
                        ));
                    }
                }
                _ => {}
            }
        }
    }
}

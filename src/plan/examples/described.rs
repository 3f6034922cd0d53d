//! Prints how typelibs describe records, for `scripts/layouts table`. Usage: `described FOLDER…`, folders of typelibs.
//!
//! Lines with tabs between: `record NS-V NAME FINGERPRINT SIZE ALIGNMENT` and, for each of its fields,
//! `field NS-V NAME FIELD INDEX OFFSET SIZE FORM`. The size is that of the field's type, in bytes. Where something is
//! not known there is a `-`; FORM is `number` where some bits of a number would be a number.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use gijit_plan::record::{self, FieldPlan};
use gijit_plan::truth::Description;
use gijit_plan::types::Passing;
use gijit_plan::{ArrayForm, Kind, Type};
use gijit_repository::{Namespace, Repository};

type Fallible<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let folders: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    for folder in &folders {
        let Ok(files) = folder.read_dir() else {
            eprintln!("{} cannot be read", folder.display());
            return ExitCode::FAILURE;
        };
        let mut names: Vec<_> = files
            .filter_map(|file| {
                let path = file.ok()?.path();
                let is_typelib = path
                    .extension()
                    .is_some_and(|extension| extension == "typelib");
                is_typelib.then(|| path.file_stem()?.to_str().map(str::to_owned))?
            })
            .collect();
        names.sort();
        for name in names {
            if let Err(error) = namespace(&folders, &name) {
                eprintln!("{}: {error}", Path::new(&name).display());
            }
        }
    }
    ExitCode::SUCCESS
}

fn namespace(folders: &[PathBuf], full: &str) -> Fallible {
    // One for each: two versions of a namespace do not go together.
    let repository = Repository::with_search_path(folders.to_vec());
    let (name, version) = full.rsplit_once('-').ok_or("a name without a version")?;
    let namespace = repository.require(name, Some(version))?;
    for entry in namespace.typelib().entries() {
        if !entry.is_local() {
            continue;
        }
        if let Some(description) = Description::of(&entry.info()?)? {
            one(&repository, &namespace, full, entry.name()?, &description)?;
        }
    }
    Ok(())
}

fn one(
    repository: &Repository,
    namespace: &Arc<Namespace>,
    full: &str,
    name: &str,
    description: &Description<'_>,
) -> Fallible {
    println!(
        "record\t{full}\t{name}\t{:#010x}\t{}\t{}",
        description.fingerprint()?,
        description.size,
        description.alignment
    );
    let plan = record::record(repository, namespace, name)?;
    for (index, (field, described)) in plan.fields.iter().zip(&description.fields).enumerate() {
        let unknown = || "-".to_owned();
        let (size, form) = size_of(field);
        println!(
            "field\t{full}\t{name}\t{}\t{index}\t{}\t{}\t{form}",
            field.name,
            described
                .struct_offset()
                .map_or_else(unknown, |offset| offset.to_string()),
            size.map_or_else(unknown, |size| size.to_string()),
        );
    }
    Ok(())
}

fn size_of(field: &FieldPlan) -> (Option<usize>, &'static str) {
    match (&field.ty, field.ty.row().passed) {
        (
            Type::Array {
                form: ArrayForm::C,
                item,
                fixed,
                ..
            },
            _,
        ) if !field.pointer => match (item.row().passed, fixed) {
            (Passing::Number(kind), Some(n)) => (Some(kind.size() * usize::from(*n)), "array"),
            _ => (None, "array"),
        },
        (_, Passing::Number(kind @ (Kind::F32 | Kind::F64))) => (Some(kind.size()), "other"),
        (_, Passing::Number(kind)) => (Some(kind.size()), "number"),
        (ty, Passing::Address) if field.pointer || matches!(ty, Type::Callback(_)) => {
            (Some(8), "pointer")
        }
        // Records have lines of their own.
        _ => (None, "other"),
    }
}

//! Every record of every installed namespace whose headers are there, against what the C compiler says of it.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use gijit_plan::record::{self, FieldPlan};
use gijit_plan::truth::Description;
use gijit_plan::types::Passing;
use gijit_repository::Repository;

/// Size and alignment, and of each field the first bit and the number of bits, if C tells them.
type Measured = ((u32, u16), HashMap<String, (u32, Option<u32>)>);

/// What `scripts/layouts` measures here: namespace and version → record → its layout.
fn measured() -> HashMap<String, HashMap<String, Measured>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/layouts");
    let run = Command::new(script).arg("measure").output().unwrap();
    let errors = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{errors}");
    let mut namespaces: HashMap<String, HashMap<String, Measured>> = HashMap::new();
    for line in String::from_utf8(run.stdout).unwrap().lines() {
        let parts: Vec<_> = line.split('\t').collect();
        match parts[..] {
            ["record", full, name, size, alignment] => {
                let extent = (size.parse().unwrap(), alignment.parse().unwrap());
                let records = namespaces.entry(full.to_owned()).or_default();
                records.insert(name.to_owned(), (extent, HashMap::new()));
            }
            ["field", full, name, field, bit, bits] => {
                let record = namespaces.get_mut(full).and_then(|of| of.get_mut(name));
                // Of one bit in none C says nothing.
                if let (Some((_, fields)), Ok(bit)) = (record, bit.parse()) {
                    fields.insert(field.to_owned(), (bit, bits.parse().ok()));
                }
            }
            _ => assert_eq!(parts[0], "left", "{line}"),
        }
    }
    namespaces
}

/// How wide a field's type is, where that is one number or address.
fn width(field: &FieldPlan) -> Option<u32> {
    match field.ty.row().passed {
        Passing::Number(kind) => Some(8 * kind.size() as u32),
        Passing::Address if field.pointer => Some(64),
        _ => None,
    }
}

#[test]
fn every_record_is_laid_out_as_in_c() {
    let namespaces = measured();
    assert!(namespaces["GLib-2.0"].len() > 40 && namespaces["GObject-2.0"].len() > 50);
    let (mut n, mut wrong) = (0, Vec::new());
    for (full, records) in &namespaces {
        let (name, version) = full.rsplit_once('-').unwrap();
        // Two versions of a namespace do not go together.
        let repository = Repository::new();
        let Ok(namespace) = repository.require(name, Some(version)) else {
            continue;
        };
        for (name, (extent, in_c)) in records {
            let Some(entry) = namespace.typelib().find(name).unwrap() else {
                continue;
            };
            let info = entry.info().unwrap();
            let Some(description) = Description::of(&info).unwrap() else {
                continue;
            };
            // What has no fields is closed: the header's size is nobody's business.
            if description.fields.is_empty() {
                continue;
            }
            n += 1;
            let plan = record::record(&repository, &namespace, name).unwrap();
            let is_instance = plan.form == record::RecordForm::Object;
            if !is_instance && (plan.size, plan.alignment) != *extent {
                let described = (plan.size, plan.alignment);
                wrong.push(format!("{full} {name}: {described:?}, in C {extent:?}"));
            }
            if !is_instance {
                assert_eq!(record::size(&namespace, name, &info).unwrap(), plan.size);
            }
            for field in &plan.fields {
                let Some(&(bit, bits)) = in_c.get(&*field.name) else {
                    continue;
                };
                let is_right = match (field.offset, field.bits) {
                    (Some(offset), Some(part)) => {
                        let first = offset * 8 + u32::from(part.shift);
                        (first, Some(u32::from(part.width))) == (bit, bits)
                    }
                    (Some(offset), None) => {
                        offset * 8 == bit && width(field).is_none_or(|width| bits == Some(width))
                    }
                    // Not to be read: C has another type there.
                    (None, _) => width(field).is_some_and(|width| bits != Some(width)),
                };
                let at = record::offset(&namespace, name, &info, &field.name).unwrap();
                assert_eq!(at, field.offset.filter(|_| field.bits.is_none()));
                if !is_right {
                    let (place, part) = (field.offset, field.bits);
                    let name = format!("{full} {name}.{}", field.name);
                    wrong.push(format!("{name}: {place:?} {part:?}, in C {bit} {bits:?}"));
                }
            }
        }
    }
    assert!(n > 150, "{n}");
    assert!(
        wrong.is_empty(),
        "make src/plan/layouts.rs anew with scripts/layouts:\n{}",
        wrong.join("\n")
    );
}

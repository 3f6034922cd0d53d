//! How long it takes to open the largest typelib of GTK 4, to find names in it, and to check all of it.
//!
//! Skipped, with a word, where Gtk-4.0.typelib is not installed. `GIJIT_BENCH_TYPELIB` names another file.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput};
use gijit_typelib::Typelib;

fn gtk() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("GIJIT_BENCH_TYPELIB") {
        return Some(path.into());
    }
    std::fs::read_dir("/usr/lib")
        .ok()?
        .flatten()
        .map(|dir| dir.path().join("girepository-1.0/Gtk-4.0.typelib"))
        .find(|path| path.exists())
}

/// 1,000 names as a program asks for them: nearly all exist, in no order, some twice, one in ten does not exist.
fn thousand_names(path: &Path) -> Vec<String> {
    let lib = Typelib::open(path).unwrap();
    let known: Vec<&str> = lib.entries().map(|e| e.name().unwrap()).collect();
    (0..1000)
        .map(|i| {
            let name = known[i * 7919 % known.len()];
            if i % 10 == 9 {
                format!("{name}Missing")
            } else {
                name.to_owned()
            }
        })
        .collect()
}

fn main() {
    let Some(path) = gtk() else {
        println!("typelib: no Gtk-4.0.typelib here, nothing to measure");
        return;
    };
    let names = thousand_names(&path);
    let lib = Typelib::open(&path).unwrap();
    let found = names
        .iter()
        .filter(|name| lib.find(name).unwrap().is_some())
        .count();
    assert_eq!(found, 900, "one in ten names does not exist");

    let mut criterion = Criterion::default().configure_from_args();
    let mut group = criterion.benchmark_group("typelib");
    group.bench_function("open", |b| {
        b.iter(|| Typelib::open(black_box(&path)).unwrap());
    });
    // The whole way of a program that has just started; the file itself is in the page cache.
    group.bench_function("open and find 1,000 names", |b| {
        b.iter(|| {
            let lib = Typelib::open(black_box(&path)).unwrap();
            names
                .iter()
                .filter(|name| lib.find(name).unwrap().is_some())
                .count()
        });
    });
    group.bench_function("find 1,000 names", |b| {
        b.iter(|| {
            names
                .iter()
                .filter(|name| lib.find(black_box(name)).unwrap().is_some())
                .count()
        });
    });
    group.bench_function("find one GType name, the last", |b| {
        b.iter(|| {
            lib.find_by_gtype_name(black_box("GtkNoSuchWidget"))
                .unwrap()
        });
    });
    group.throughput(Throughput::Elements(lib.validate().unwrap().total() as u64));
    group.bench_function("validate", |b| {
        b.iter(|| lib.validate().unwrap());
    });
    group.finish();
    criterion.final_summary();
}

//! How long a plan takes to build: the first call of every function pays for one.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gijit_plan::builder;
use gijit_repository::{Namespace, Repository};
use gijit_typelib::{Function, Info};

/// Members of classes in the order of the typelib: class and function.
fn methods(namespace: &Arc<Namespace>, n: usize) -> Vec<(&str, Function<'_>)> {
    let mut found = Vec::new();
    for entry in namespace.typelib().entries() {
        if let Info::Object(info) = entry.info().unwrap() {
            let name = entry.name().unwrap();
            found.extend(info.methods_iter().map(|method| (name, method.unwrap())));
        }
    }
    assert!(found.len() >= n, "only {} methods", found.len());
    found.truncate(n);
    found
}

fn plans(c: &mut Criterion) {
    let repository = Repository::new();
    let Ok(gtk) = repository.require("Gtk", Some("4.0")) else {
        eprintln!("the typelibs of GTK 4 are not installed: nothing to measure");
        return;
    };
    let methods = methods(&gtk, 1000);
    let mut group = c.benchmark_group("plan");
    group.throughput(Throughput::Elements(1000));
    group.bench_function("1000 methods of Gtk 4", |b| {
        b.iter(|| {
            for (container, function) in &methods {
                let plan = builder::function(&repository, &gtk, Some(container), *function);
                black_box(plan.unwrap());
            }
        });
    });
    group.finish();

    c.bench_function("require Gtk 4 and all that it needs", |b| {
        b.iter(|| black_box(Repository::new().require("Gtk", Some("4.0")).unwrap()));
    });
    c.bench_function("shape of a method as text", |b| {
        let (container, function) = methods[0];
        let plan = builder::function(&repository, &gtk, Some(container), function).unwrap();
        let shape = plan.shape.unwrap();
        b.iter(|| black_box(shape.to_string()));
    });
}

criterion_group!(benches, plans);
criterion_main!(benches);

//! Walks over callables, for the tests.

// Each test file uses a part of this.
#![allow(dead_code)]

use std::sync::Arc;

use gijit_plan::{CallPlan, builder};
use gijit_repository::{Namespace, Repository};
use gijit_typelib::{Function, Info, Signature};

/// Builds the plan of every callable of a namespace, and hands each over with its signature and whether C takes an
/// instance that the signature does not list.
pub fn each_callable(
    repository: &Repository,
    namespace: &Arc<Namespace>,
    mut use_plan: impl FnMut(Result<CallPlan, builder::Error>, Signature<'_>, bool),
) {
    macro_rules! methods {
        ($info:expr, $name:expr) => {
            for method in $info.methods_iter() {
                let method = method.unwrap();
                use_plan(
                    builder::function(repository, namespace, Some($name), method),
                    method.signature().unwrap(),
                    method.is_method(),
                );
            }
        };
    }
    macro_rules! signals_and_vfuncs {
        ($info:expr, $name:expr) => {
            for signal in $info.signals_iter() {
                let signal = signal.unwrap();
                let plan = builder::signal(repository, namespace, $name, signal);
                use_plan(plan, signal.signature().unwrap(), true);
            }
            for vfunc in $info.vfuncs_iter() {
                let vfunc = vfunc.unwrap();
                let plan = builder::vfunc(repository, namespace, $name, vfunc);
                use_plan(plan, vfunc.signature().unwrap(), !vfunc.is_static());
            }
        };
    }
    macro_rules! fields {
        ($info:expr, $name:expr) => {
            for field in $info.fields_iter() {
                if let Some(callback) = field.unwrap().embedded_callback().unwrap() {
                    let plan = builder::callback(repository, namespace, Some($name), callback);
                    use_plan(plan, callback.signature().unwrap(), false);
                }
            }
        };
    }
    for entry in namespace.typelib().entries() {
        if !entry.is_local() {
            continue;
        }
        let name = entry.name().unwrap();
        match entry.info().unwrap() {
            Info::Function(function) => use_plan(
                builder::function(repository, namespace, None, function),
                function.signature().unwrap(),
                false,
            ),
            Info::Callback(callback) => use_plan(
                builder::callback(repository, namespace, None, callback),
                callback.signature().unwrap(),
                false,
            ),
            Info::Object(info) => {
                methods!(info, name);
                signals_and_vfuncs!(info, name);
                fields!(info, name);
            }
            Info::Interface(info) => {
                methods!(info, name);
                signals_and_vfuncs!(info, name);
            }
            Info::Struct(info) | Info::Boxed(info) => {
                methods!(info, name);
                fields!(info, name);
            }
            Info::Union(info) => {
                methods!(info, name);
                fields!(info, name);
            }
            Info::Enum(info) | Info::Flags(info) => methods!(info, name),
            Info::Constant(_) | Info::InvalidOrUnknown => {}
        }
    }
}

/// A function `Namespace.name` or a member `Namespace.Type.name`.
pub fn function(repository: &Repository, path: &str) -> CallPlan {
    let parts: Vec<&str> = path.split('.').collect();
    let namespace = repository.require(parts[0], None).unwrap();
    let typelib = namespace.typelib();
    let entry = typelib.find(parts[1]).unwrap();
    let info = entry.unwrap_or_else(|| panic!("no {path}")).info().unwrap();
    let (container, found): (_, Option<Function<'_>>) = match (info, parts.get(2)) {
        (Info::Function(function), None) => (None, Some(function)),
        (info, Some(name)) => {
            let found = match info {
                Info::Object(info) => info.find_method(name),
                Info::Interface(info) => info.find_method(name),
                Info::Struct(info) => info.find_method(name),
                Info::Union(info) => info.find_method(name),
                Info::Enum(info) => info.find_method(name),
                _ => Ok(None),
            };
            (Some(parts[1]), found.unwrap())
        }
        _ => (None, None),
    };
    let found = found.unwrap_or_else(|| panic!("no {path}"));
    builder::function(repository, &namespace, container, found).unwrap()
}

//! Builds the plan of every callable in every typelib on the machine, and holds each against the rules that the
//! model's comments state.

mod support;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use gijit_plan::{Arg, ArrayForm, CallPlan, Direction, Job, Output, Role, Type};
use gijit_repository::{Namespace, Repository, RequireError};
use gijit_shape::{Direction as Way, Kind, Shape};

/// Every typelib on the search path, each in a repository in which it can be loaded: versions that exclude each
/// other are in different ones.
fn everything() -> Vec<(Arc<Repository>, Arc<Namespace>)> {
    let path = Repository::new().search_path();
    let mut files = BTreeSet::new();
    for dir in &path {
        for entry in dir.read_dir().into_iter().flatten().flatten() {
            let name = entry.file_name().into_string().unwrap();
            if let Some((name, version)) = name
                .strip_suffix(".typelib")
                .and_then(|stem| stem.rsplit_once('-'))
            {
                files.insert((name.to_owned(), version.to_owned()));
            }
        }
    }
    let mut repositories: Vec<Arc<Repository>> = Vec::new();
    let mut all = Vec::new();
    for (name, version) in files {
        let mut refused = 0;
        loop {
            if refused == repositories.len() {
                repositories.push(Arc::new(Repository::new()));
            }
            let repository = &repositories[refused];
            match repository.require(&name, Some(&version)) {
                Ok(namespace) => {
                    all.push((repository.clone(), namespace));
                    break;
                }
                Err(error) if matches!(error.root(), RequireError::Conflict { .. }) => refused += 1,
                Err(error) => panic!("{error}"),
            }
        }
    }
    all
}

fn arg_is_out(arg: &Arg) -> bool {
    arg.direction != Direction::In
}

/// What is wrong with a plan, if anything.
fn fault(plan: &CallPlan, n_args: usize) -> Result<(), String> {
    let ensure = |ok: bool, what: &str| if ok { Ok(()) } else { Err(what.to_owned()) };
    ensure(plan.args.len() == n_args, "number of arguments")?;
    let is_function = matches!(plan.role, Role::Function | Role::Method | Role::Constructor);
    ensure(plan.symbol.is_some() == is_function, "symbol")?;
    ensure(plan.inputs.is_sorted_by(|a, b| a < b), "order of inputs")?;

    for (i, arg) in plan.args.iter().enumerate() {
        let index = i as u16;
        let at = |what: &str| format!("argument {i}: {what}");
        let passed = plan.inputs.contains(&index) || plan.user_data_varargs == Some(index);
        let given = plan.outputs.contains(&Output::Arg(index));
        let (is_in, is_out) = (
            arg.direction != Direction::Out,
            arg.direction != Direction::In,
        );
        let links_back = match arg.job {
            Job::Value => (passed, given) == (is_in, is_out),
            Job::Instance => i == 0 && passed && !given && !is_out,
            Job::Length { of } => {
                !passed && !given && length(&plan.args[of as usize].ty) == Some(index)
            }
            Job::ReturnLength => !passed && !given && length(&plan.ret.ty) == Some(index),
            Job::UserData { of } => {
                // A callback in which no argument is marked: its first untyped pointer.
                let is_guess = || {
                    let mut args = plan.args.iter();
                    let first = args.position(|arg| !arg_is_out(arg) && arg.ty == Type::Pointer);
                    plan.role == Role::Callback && of == index && first == Some(i)
                };
                !given
                    && passed == (of != index && is_in)
                    && (plan.args[of as usize].closure == Some(index) || is_guess())
            }
            Job::Destroy { of } => {
                !passed && !given && plan.args[of as usize].destroy == Some(index)
            }
        };
        ensure(links_back, &at("what Python sees of it"))?;
        let may_have_default = passed && arg.job != Job::Instance;
        ensure(arg.default.is_none() || may_have_default, &at("default"))?;
        ensure(arg.ty != Type::Void || plan.shape.is_err(), &at("void"))?;
    }
    if let Some(last) = plan.user_data_varargs {
        ensure(plan.inputs.iter().all(|&input| input < last), "varargs")?;
    }
    // Of what is handed around by an address, the items are numbers, though a typelib may have them as pointers.
    let types = plan.args.iter().map(|arg| &arg.ty).chain([&plan.ret.ty]);
    for ty in types {
        let of_pointers = matches!(ty, Type::Array { item, form: ArrayForm::C, .. } if matches!(**item, Type::ScalarPointer(_)));
        ensure(!of_pointers, "array of pointers to numbers")?;
    }
    let returns = plan.outputs.first() == Some(&Output::Return);
    ensure(
        returns == (plan.ret.ty != Type::Void && !plan.ret.skip),
        "return value",
    )?;

    match &plan.shape {
        Ok(shape) => shape_fault(plan, shape),
        Err(unsupported) => {
            let ty = match &unsupported.arg {
                None => &plan.ret.ty,
                Some(name) => {
                    let named = plan.args.iter().find(|arg| arg.name == *name);
                    &named.ok_or("no such argument is unsupported")?.ty
                }
            };
            ensure(
                unsupported.ty == ty.to_string(),
                "type of the unsupported value",
            )
        }
    }
}

fn shape_fault(plan: &CallPlan, shape: &Shape) -> Result<(), String> {
    shape.check()?;
    let text = shape.to_string();
    if text.parse::<Shape>().as_ref() != Ok(shape) {
        return Err(format!("{text} does not read back"));
    }
    let ensure = |ok: bool, what: &str| {
        if ok {
            Ok(())
        } else {
            Err(format!("{what} of {text}"))
        }
    };
    ensure(shape.args.len() == plan.args.len(), "length")?;
    ensure(shape.max_inputs() == plan.inputs.len(), "inputs")?;
    ensure(shape.n_outputs() == plan.outputs.len(), "outputs")?;
    ensure(shape.throws == plan.throws, "throws")?;
    let more = plan.user_data_varargs.is_some();
    ensure(shape.takes_more == more, "further arguments")?;
    for (i, (of_shape, arg)) in shape.args.iter().zip(&plan.args).enumerate() {
        let index = i as u16;
        let direction = match of_shape.direction {
            Way::In => Direction::In,
            Way::Out | Way::CallerAllocates => Direction::Out,
            Way::InOut | Way::InPlace => Direction::InOut,
        };
        ensure(direction == arg.direction, "direction")?;
        ensure(!of_shape.nullable || arg.nullable, "null")?;
        ensure(!of_shape.optional || arg.default.is_some(), "default")?;
        let passed = plan.inputs.contains(&index);
        let given = plan.outputs.contains(&Output::Arg(index));
        ensure(of_shape.is_input() == passed, "input")?;
        ensure(of_shape.is_output() == given, "output")?;
        let kind = of_shape.value.kind;
        let allocates = matches!(of_shape.direction, Way::CallerAllocates | Way::InPlace);
        ensure(allocates == arg.is_memory(), "memory")?;
        ensure(
            kind.is_pointer() == arg.ty.is_pointer() || allocates || arg.ty == Type::Pointer,
            "width",
        )?;
        // Who serves an array or a callback lies where that is made.
        let servants = [length(&arg.ty), arg.closure, arg.destroy];
        if matches!(arg.ty, Type::Array { .. } | Type::Callback(_)) && arg.job == Job::Value {
            ensure(kind == Kind::Any, "what has servants is not opened")?;
            for servant in servants.into_iter().flatten() {
                ensure(shape.args[usize::from(servant)].is_in_frame(), "servants")?;
            }
        }
    }
    if let Some(servant) = length(&plan.ret.ty) {
        ensure(
            shape.args[usize::from(servant)].is_in_frame(),
            "the returned length",
        )?;
    }
    Ok(())
}

fn length(ty: &Type) -> Option<u16> {
    match ty {
        Type::Array {
            length: None, item, ..
        } => length(item),
        Type::Array { length, .. } => *length,
        _ => None,
    }
}

#[test]
fn every_callable_on_the_machine_has_a_sound_plan() {
    let all = everything();
    let mut n_plans = 0;
    let mut by_shape: HashMap<String, usize> = HashMap::new();
    let mut by_reason: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut by_namespace: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut faults = Vec::new();
    for (repository, namespace) in &all {
        support::each_callable(repository, namespace, |plan, signature, instance| {
            n_plans += 1;
            let plan = match plan {
                Ok(plan) => plan,
                Err(error) => return faults.push(error.to_string()),
            };
            let n_args = usize::from(signature.n_arguments()) + usize::from(instance);
            if let Err(fault) = fault(&plan, n_args) {
                faults.push(format!("{fault}:\n{plan}"));
            }
            if plan.symbol.is_some() {
                let counts = by_namespace.entry(namespace.full_name()).or_default();
                counts.0 += 1;
                counts.1 += usize::from(plan.shape.is_ok());
            }
            match &plan.shape {
                Ok(shape) => *by_shape.entry(shape.to_string()).or_default() += 1,
                Err(unsupported) => *by_reason.entry(unsupported.reason).or_default() += 1,
            }
        });
    }
    let n_shaped: usize = by_shape.values().sum();
    println!(
        "{} typelibs: {n_plans} plans, {n_shaped} with a shape ({} %), {} distinct shapes",
        all.len(),
        100 * n_shaped / n_plans.max(1),
        by_shape.len()
    );
    for (reason, n) in by_reason {
        println!("{n:7} without: {reason}");
    }
    // What Python calls by name; callbacks, signals and virtual functions are counted above only.
    for (name, (functions, shaped)) in by_namespace {
        println!("{name}: {shaped} of {functions} functions have a shape");
    }
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
    // GLib, GObject and Gio alone have more.
    assert!(n_plans > 3_000, "only {n_plans} plans were built");
    assert!(
        n_shaped * 100 > n_plans * 99,
        "only {n_shaped} plans have a shape"
    );
}

#[test]
fn functions_of_the_base_libraries_have_symbols_that_exist() {
    let repository = Repository::new();
    let gio = repository.require("Gio", None).unwrap();
    let mut n = 0;
    for namespace in [
        &gio,
        &repository.get("GObject").unwrap(),
        &repository.get("GLib").unwrap(),
    ] {
        support::each_callable(&repository, namespace, |plan, _, _| {
            let Some(symbol) = plan.unwrap().symbol else {
                return;
            };
            // Those that an I/O module defines, and GLib only declares; and one that newer headers define inline.
            let elsewhere = [
                "g_io_module_load",
                "g_io_module_query",
                "g_io_module_unload",
                "g_main_context_pusher_new",
            ];
            if elsewhere.contains(&&*symbol) {
                return;
            }
            namespace.symbol(&symbol).unwrap();
            n += 1;
        });
    }
    println!("{n} symbols");
    assert!(n > 2_000);
}

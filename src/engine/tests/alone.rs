//! Code that does not stand alone is refused, whichever way it leans on something else. Thunks never do, so the
//! functions are made by hand here.

use inkwell::context::Context;
use inkwell::module::Linkage;
use inkwell::targets::FileType;
use inkwell::values::BasicValue;

use crate::codegen::{extract, machine};
use crate::lower::Unit;

/// Makes an object of one function `thunk0`, which `body` ends, and tries to take its code.
fn refusal(
    body: impl for<'c> Fn(&'c Context, &inkwell::module::Module<'c>, &inkwell::builder::Builder<'c>),
) -> String {
    let context = Context::create();
    let machine = machine().expect("there is a code generator");
    let module = context.create_module("by hand");
    module.set_triple(&machine.get_triple());
    module.set_data_layout(&machine.get_target_data().get_data_layout());
    let ty = context.f64_type().fn_type(&[], false);
    let function = module.add_function("thunk0", ty, None);
    function.as_global_value().set_alignment(16);
    let builder = context.create_builder();
    builder.position_at_end(context.append_basic_block(function, "entry"));
    body(&context, &module, &builder);
    let object = machine
        .write_to_memory_buffer(&module, FileType::Object)
        .expect("it is an object");
    let shape = Unit::parse("keep () -> f64").expect("a shape");
    extract(object.as_slice(), &[shape]).expect_err("it does not stand alone")
}

#[test]
fn a_constant_outside_the_code_is_refused() {
    let reason = refusal(|context, _, builder| {
        let value = context.f64_type().const_float(1.5);
        builder.build_return(Some(&value)).expect("it is a return");
    });
    assert!(
        reason.starts_with("keep () -> f64: its code needs"),
        "{reason}"
    );
}

#[test]
fn a_call_of_a_library_is_refused_by_name() {
    let reason = refusal(|context, module, builder| {
        let ty = context.f64_type().fn_type(&[], false);
        let other = module.add_function("elsewhere", ty, Some(Linkage::External));
        let call = builder.build_call(other, &[], "").expect("it is a call");
        let value = call.try_as_basic_value().unwrap_basic();
        builder
            .build_return(Some(&value as &dyn BasicValue))
            .expect("it is a return");
    });
    assert_eq!(
        reason.split(", at").next(),
        Some("keep () -> f64: its code needs the symbol elsewhere")
    );
}

#[test]
fn data_beside_the_code_is_refused() {
    let reason = refusal(|context, module, builder| {
        let global = module.add_global(context.i64_type(), None, "state");
        global.set_initializer(&context.i64_type().const_int(7, false));
        let value = context.f64_type().const_zero();
        builder.build_return(Some(&value)).expect("it is a return");
    });
    assert_eq!(
        reason,
        "a thunk needs data outside its code, section .data; one of: keep () -> f64"
    );
}

#[test]
fn a_missing_thunk_is_named() {
    let context = Context::create();
    let machine = machine().expect("there is a code generator");
    let module = context.create_module("empty");
    let object = machine
        .write_to_memory_buffer(&module, FileType::Object)
        .expect("it is an object");
    let shape = Unit::parse("keep () -> f64").expect("a shape");
    let reason = extract(object.as_slice(), &[shape]).expect_err("there is no code");
    assert_eq!(reason, "keep () -> f64: no code was made");
}

//! An entry, lowered to one LLVM function: C calls Python.
//!
//! It reads top to bottom: take the GIL, an object for each argument, the call, what C gets, the GIL given up. Where
//! something fails, what has been made is dropped in the opposite order, the callable's own function says what happened,
//! and C gets zero.

use gijit_shape::abi::{ENTRY_MORE, ENTRY_STATE, Slot};
use gijit_shape::entry::{Entry, Param};
use gijit_shape::layout::Layout;
use gijit_shape::{Kind, Value};
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::basic_block::BasicBlock;
use inkwell::intrinsics::Intrinsic;
use inkwell::module::Module;
use inkwell::types::{BasicMetadataTypeEnum, BasicType, BasicTypeEnum};
use inkwell::values::{BasicValueEnum, FunctionValue, PointerValue};

use super::c_type;
use super::emit::{Emitter, Result, Words};
use super::input::Inputs;
use super::output::{Output, Place};

/// Adds to `module` the function of `entry`, which must be checked.
pub fn lower<'ctx>(
    words: &Words<'ctx>,
    module: &Module<'ctx>,
    name: &str,
    entry: &Entry,
    layout: &Layout,
) -> Result<FunctionValue<'ctx>> {
    let mut types: Vec<BasicMetadataTypeEnum> = Vec::new();
    for param in &entry.params {
        let ty = c_type(words, param.kind).expect("Entry::check refuses what has no value");
        types.push(ty.into());
    }
    let own = if entry.by_data { types.len() } else { 0 };
    types.insert(own, words.ptr.into());
    let ret = c_type(words, entry.ret);
    let ty = match ret {
        Some(ret) => ret.fn_type(&types, false),
        None => words.context.void_type().fn_type(&types, false),
    };
    let function = module.add_function(name, ty, None);
    function.add_attribute(AttributeLoc::Function, words.nounwind);
    if !entry.by_data {
        // What it is called for comes in the register of nested functions.
        let nest = Attribute::get_named_enum_kind_id("nest");
        let nest = words.context.create_enum_attribute(nest, 0);
        function.add_attribute(AttributeLoc::Param(0), nest);
    }
    // Callers made by clang rely on it.
    match entry.ret {
        Kind::I8 | Kind::I16 => function.add_attribute(AttributeLoc::Return, words.signext),
        Kind::U8 | Kind::U16 => function.add_attribute(AttributeLoc::Return, words.zeroext),
        _ => {}
    }
    let mut params = function.get_params();
    let this = params.remove(own).into_pointer_value();
    this.set_name("entered");

    let builder = words.context.create_builder();
    builder.position_at_end(words.context.append_basic_block(function, "entry"));
    let e = &mut Emitter::new(words, builder, function, this)?;
    let n = entry.params.iter().filter(|param| !param.hidden).count();
    let state = e.frame_room(words.i64.array_type(ENTRY_STATE as u32 / 8), "state")?;
    let places = (1 + n + ENTRY_MORE) as u32;
    let objects = e.frame_room(words.ptr.array_type(places), "objects")?;
    let records = Records::of(e, entry)?;

    fetch(e, module, entry, &params)?;
    let ended = e.block("ended");
    // The user data, where Python has some.
    let hidden = entry
        .params
        .iter()
        .rposition(|param| param.hidden && param.kind.is_pointer());
    let data = hidden.map_or(e.null(), |at| params[at].into_pointer_value());
    let args = [this.into(), state.into(), data.into()];
    let begun = e.call_slot_truth(Slot::entry_begin, &args, "begun")?;
    e.require(begun, ended, "begin")?;
    let mut failures = Vec::new();
    let given = entry
        .params
        .iter()
        .enumerate()
        .filter(|(_, param)| !param.hidden);
    for (made, (index, param)) in given.enumerate() {
        let object = match param.kind {
            Kind::Boxed => records.lend(e, params[index], index)?,
            _ => object(e, layout, param, params[index], index)?,
        };
        let failed = e.block("not_made");
        let is_made = e.builder.build_is_not_null(object, "")?;
        e.require(is_made, failed, "made")?;
        failures.push(failed);
        let place = e.at(objects, 8 * (made + 1), "")?;
        e.builder.build_store(place, object)?;
    }
    let count = words.i64.const_int(n as u64, false);
    let args = [this.into(), state.into(), objects.into(), count.into()];
    let result = e.call_slot_pointer(Slot::entry_call, &args, "result")?;
    let raised = e.block("raised");
    let answered = e.builder.build_is_not_null(result, "")?;
    e.require(answered, raised, "answered")?;
    let value = match ret {
        Some(ret) => Some(answer(e, layout, entry.ret, ret, [this, state, result])?),
        None => {
            e.call_slot(Slot::decref, None, &[result.into()], "")?;
            None
        }
    };
    records.settle(e)?;
    e.call_slot(Slot::entry_end, None, &[this.into(), state.into()], "")?;
    give(e, value)?;

    e.forget();
    fail(e, &failures, raised, this, state, objects, &records, ret)?;
    e.enter(ended);
    give(e, ret.map(BasicTypeEnum::const_zero))?;
    Ok(function)
}

/// Has the machine fetch the instances that are passed, where nobody has to wait for them: the GIL is taken meanwhile.
fn fetch<'ctx>(
    e: &Emitter<'_, 'ctx>,
    module: &Module<'ctx>,
    entry: &Entry,
    params: &[BasicValueEnum<'ctx>],
) -> Result<()> {
    let fetch = Intrinsic::find("llvm.prefetch").expect("LLVM has it");
    let fetch = fetch.get_declaration(module, &[e.words.ptr.into()]);
    let fetch = fetch.expect("it is for any address");
    // To be read, and to be kept, as data.
    let [read, keep, data] = [0, 3, 1].map(|n| e.words.i32.const_int(n, false).into());
    for (param, value) in entry.params.iter().zip(params) {
        if param.kind == Kind::Object && !param.hidden {
            let args = [(*value).into(), read, keep, data];
            e.builder.build_call(fetch, &args, "")?;
        }
    }
    Ok(())
}

/// The object for an argument: a new reference, or NULL with an exception set.
fn object<'ctx>(
    e: &mut Emitter<'_, 'ctx>,
    layout: &Layout,
    param: &Param,
    value: BasicValueEnum<'ctx>,
    index: usize,
) -> Result<PointerValue<'ctx>> {
    if param.kind == Kind::Object {
        let cell = e.cell(index)?;
        return e.call_slot_pointer(Slot::object_argument, &[value, cell.into()], "object");
    }
    let output = Output {
        value: Value {
            kind: param.kind,
            full: false,
        },
        place: Place::Returned(value),
        index,
    };
    output.make_pointer(e, layout)
}

/// What C gets of a result, whose reference is dropped: a number is opened in place as an input is, if it is as usual.
fn answer<'ctx>(
    e: &mut Emitter<'_, 'ctx>,
    layout: &Layout,
    kind: Kind,
    ty: BasicTypeEnum<'ctx>,
    [this, state, result]: [PointerValue<'ctx>; 3],
) -> Result<BasicValueEnum<'ctx>> {
    let room = e.frame_room(e.words.i64, "room")?;
    let has_more = matches!(kind, Kind::Enum | Kind::Flags | Kind::GType | Kind::Unichar);
    let other = e.block("other");
    let done = e.block("given");
    let mut ways = Vec::new();
    if !has_more && !kind.is_pointer() {
        let value = Inputs::of_result(*layout, result, other).convert(e, kind, result, 0)?;
        e.call_slot(Slot::decref, None, &[result.into()], "")?;
        ways.push((value, e.here()));
        e.jump(done)?;
    } else {
        e.jump(other)?;
    }
    e.enter(other);
    e.forget();
    e.builder.build_store(room, e.words.i64.const_zero())?;
    let args = [this.into(), state.into(), result.into(), room.into()];
    e.call_slot(Slot::entry_give, None, &args, "")?;
    ways.push((e.load(ty, room, 0, "given")?, e.here()));
    e.jump(done)?;
    e.enter(done);
    e.forget();
    e.meet(ty, &ways, "answer")
}

/// The records that C lends for the call: a reference to the wrapper of each, or NULL, which is settled when all else is
/// done.
struct Records<'ctx>(Vec<(usize, PointerValue<'ctx>)>);

impl<'ctx> Records<'ctx> {
    fn of(e: &Emitter<'_, 'ctx>, entry: &Entry) -> Result<Records<'ctx>> {
        let mut places = Vec::new();
        for (index, param) in entry.params.iter().enumerate() {
            if param.kind == Kind::Boxed && !param.hidden {
                let place = e.frame_room(e.words.ptr, "lent")?;
                e.builder.build_store(place, e.null())?;
                places.push((index, place));
            }
        }
        Ok(Records(places))
    }

    /// The object for the record at an index.
    fn lend(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        value: BasicValueEnum<'ctx>,
        index: usize,
    ) -> Result<PointerValue<'ctx>> {
        let mut places = self.0.iter();
        let (_, place) = places
            .find(|(of, _)| *of == index)
            .expect("each has a place");
        let cell = e.cell(index)?;
        let args = [value, cell.into(), (*place).into()];
        e.call_slot_pointer(Slot::record_argument, &args, "object")
    }

    fn settle(&self, e: &mut Emitter<'_, 'ctx>) -> Result<()> {
        for (_, place) in &self.0 {
            let lent = e.load_pointer(*place, 0, "lent")?;
            e.call_slot(Slot::record_settle, None, &[lent.into()], "")?;
        }
        Ok(())
    }
}

/// Writes the ways out for what failed: argument by argument, the one before it drops what it made.
#[allow(clippy::too_many_arguments)]
fn fail<'ctx>(
    e: &mut Emitter<'_, 'ctx>,
    failures: &[BasicBlock<'ctx>],
    raised: BasicBlock<'ctx>,
    this: PointerValue<'ctx>,
    state: PointerValue<'ctx>,
    objects: PointerValue<'ctx>,
    records: &Records<'ctx>,
    ret: Option<BasicTypeEnum<'ctx>>,
) -> Result<()> {
    for (i, block) in failures.iter().enumerate().rev() {
        e.enter(*block);
        e.forget();
        if i == 0 {
            e.jump(raised)?;
            continue;
        }
        let object = e.load_pointer(objects, 8 * i, "object")?;
        e.call_slot(Slot::decref, None, &[object.into()], "")?;
        e.jump(failures[i - 1])?;
    }
    e.enter(raised);
    e.forget();
    let args = [this.into(), state.into()];
    e.call_slot(Slot::entry_failed, None, &args, "")?;
    records.settle(e)?;
    e.call_slot(Slot::entry_end, None, &args, "")?;
    give(e, ret.map(BasicTypeEnum::const_zero))
}

fn give<'ctx>(e: &Emitter<'_, 'ctx>, value: Option<BasicValueEnum<'ctx>>) -> Result<()> {
    match &value {
        Some(value) => e.builder.build_return(Some(value))?,
        None => e.builder.build_return(None)?,
    };
    Ok(())
}

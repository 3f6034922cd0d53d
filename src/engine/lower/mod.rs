//! A call shape, lowered to one LLVM function: the order of a call. It knows shapes and the layout of Python objects,
//! but neither Python nor how LLVM makes code of the function.
//!
//! A thunk is a `vectorcallfunc`. It reads top to bottom: arity, inputs, ownership, the C call, outputs. Calls that
//! are not the usual case leave for `invoke` before anything that could be seen from outside has happened: what the
//! callable makes in the frame, which may raise, is made when all that the thunk opens itself has passed.

mod emit;
mod entry;
mod frame;
mod input;
mod output;

use std::cell::OnceCell;
use std::fmt;

use gijit_shape::abi::Slot;
use gijit_shape::entry::Entry;
use gijit_shape::layout::Layout;
use gijit_shape::{Arg, Direction, Gil, Kind, ParseError, Shape};
use inkwell::IntPredicate;
use inkwell::attributes::AttributeLoc;
use inkwell::basic_block::BasicBlock;
use inkwell::module::Module;
use inkwell::types::{BasicMetadataTypeEnum, BasicType, BasicTypeEnum};
use inkwell::values::{
    BasicMetadataValueEnum, BasicValueEnum, FunctionValue, IntValue, LLVMTailCallKind, PointerValue,
};

pub use emit::Words;
use emit::{Emitter, Result, Usual};
use frame::Frame;
use input::{Inputs, c_integer};
use output::{Output, Outputs, Place, cell_argument};

/// What becomes one function: one line of a request.
pub enum Unit {
    Thunk(Shape),
    Entry(Entry),
}

impl Unit {
    pub fn parse(text: &str) -> std::result::Result<Unit, ParseError> {
        Ok(if Entry::is_meant(text) {
            Unit::Entry(text.parse()?)
        } else {
            Unit::Thunk(text.parse()?)
        })
    }

    /// Adds the function to `module`; what it is made of must be checked.
    pub fn lower<'ctx>(
        &self,
        words: &Words<'ctx>,
        module: &Module<'ctx>,
        name: &str,
        layout: &Layout,
    ) -> Result<FunctionValue<'ctx>> {
        match self {
            Unit::Thunk(shape) => thunk(words, module, name, shape, layout),
            Unit::Entry(entry) => entry::lower(words, module, name, entry, layout),
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unit::Thunk(shape) => shape.fmt(f),
            Unit::Entry(entry) => entry.fmt(f),
        }
    }
}

/// Size of a `GValue` in words.
const VALUE_WORDS: u32 = 3;

/// Adds to `module` the thunk of `shape`, which must be checked.
fn thunk<'ctx>(
    words: &Words<'ctx>,
    module: &Module<'ctx>,
    name: &str,
    shape: &Shape,
    layout: &Layout,
) -> Result<FunctionValue<'ctx>> {
    let (ptr, i64) = (words.ptr, words.i64);
    let ty = ptr.fn_type(&[ptr.into(), ptr.into(), i64.into(), ptr.into()], false);
    let function = module.add_function(name, ty, None);
    function.add_attribute(AttributeLoc::Function, words.nounwind);
    let params = function.get_params();
    for (param, name) in params.iter().zip(["callable", "args", "nargsf", "kwnames"]) {
        param.set_name(name);
    }
    let [callable, args, nargsf, kwnames] = params[..] else {
        unreachable!("the type above has four parameters");
    };
    let (callable, args) = (callable.into_pointer_value(), args.into_pointer_value());
    let (nargsf, kwnames) = (nargsf.into_int_value(), kwnames.into_pointer_value());

    let builder = words.context.create_builder();
    builder.position_at_end(words.context.append_basic_block(function, "entry"));
    let e = &mut Emitter::new(words, builder, function, callable)?;

    // Arity. Doubling drops PY_VECTORCALL_ARGUMENTS_OFFSET, the top bit.
    let fallback = e.block("fallback");
    let fallback_keywords = e.block("fallback.arity");
    let twice_nargs = e.builder.build_int_add(nargsf, nargsf, "twice_nargs")?;
    let (least, most) = (shape.min_inputs() as u64, shape.max_inputs() as u64);
    if shape.takes_more {
        let enough = e.compare(IntPredicate::UGE, twice_nargs, 2 * least, "enough")?;
        e.require(enough, fallback_keywords, "count")?;
        let positional = e.builder.build_is_null(kwnames, "positional")?;
        e.require(positional, fallback_keywords, "inputs")?;
    } else if least == most {
        // Both tests in one: nothing differs from what is usual, and there are no keywords.
        let differs = e
            .builder
            .build_xor(twice_nargs, i64.const_int(2 * most, false), "")?;
        let keywords = e.builder.build_ptr_to_int(kwnames, i64, "")?;
        let unusual = e.builder.build_or(differs, keywords, "")?;
        let plain = e.compare(IntPredicate::EQ, unusual, 0, "plain")?;
        e.require(plain, fallback_keywords, "inputs")?;
    } else {
        let beyond = e
            .builder
            .build_int_sub(twice_nargs, i64.const_int(2 * least, false), "")?;
        let arity = e.compare(IntPredicate::ULE, beyond, 2 * (most - least), "arity")?;
        e.require(arity, fallback_keywords, "count")?;
        let positional = e.builder.build_is_null(kwnames, "positional")?;
        e.require(positional, fallback_keywords, "inputs")?;
    }

    let inputs = Inputs {
        layout: *layout,
        args,
        twice_nargs,
        fallback,
        scratch: OnceCell::new(),
    };
    let mut position = 0;
    let mut borrowed = Vec::with_capacity(shape.args.len());
    for (index, arg) in shape.args.iter().enumerate() {
        borrowed.push(if arg.is_input() && !arg.is_in_frame() {
            Some(inputs.unbox(e, arg, position, index)?)
        } else {
            None
        });
        position += usize::from(arg.is_input());
    }

    let frame = Frame::of(e, shape, args)?;
    let sent = send(e, shape, &inputs, &borrowed, frame)?;
    let (returned, error) = call(e, shape, &sent)?;
    let mut outputs = Outputs {
        layout: *layout,
        values: Vec::new(),
        skipped: None,
        error,
        frame,
    };
    if let Some(returned) = returned {
        let index = shape.args.len();
        let place = match frame.filter(|_| shape.ret.kind == Kind::Any) {
            Some(frame) => {
                e.builder.build_store(frame.word(e, index)?, returned)?;
                Place::Frame(frame)
            }
            None => Place::Returned(returned),
        };
        let output = Output {
            value: shape.ret,
            place,
            index,
        };
        if shape.returns_value() {
            outputs.values.push(output);
        } else if output.is_owned() {
            outputs.skipped = Some(output);
        }
    }
    outputs
        .values
        .extend(sent.iter().filter_map(|sent| sent.output));
    outputs.finish(e)?;

    // Behind a failed test of the inputs there are no keywords: nothing must be kept in a register to say so.
    hand_on(e, fallback, nargsf, e.null(), args)?;
    hand_on(e, fallback_keywords, nargsf, kwnames, args)?;
    Ok(function)
}

/// Ends `block` by giving the whole call to `invoke`.
fn hand_on<'ctx>(
    e: &Emitter<'_, 'ctx>,
    block: BasicBlock<'ctx>,
    nargsf: IntValue<'ctx>,
    kwnames: PointerValue<'ctx>,
    args: PointerValue<'ctx>,
) -> Result<()> {
    if block.get_first_use().is_none() {
        // A shape without inputs has nothing to refuse but the arity.
        block
            .remove_from_function()
            .expect("the block is in the function");
        return Ok(());
    }
    e.enter(block);
    let invoke = e.fallback()?;
    let args = [
        e.callable.into(),
        args.into(),
        nargsf.into(),
        kwnames.into(),
    ];
    let call = e
        .builder
        .build_indirect_call(e.function.get_type(), invoke, &args, "handed_on")?;
    call.set_tail_call_kind(LLVMTailCallKind::LLVMTailCallKindMustTail);
    let result = call.try_as_basic_value().unwrap_basic();
    e.builder.build_return(Some(&result))?;
    Ok(())
}

/// One C argument, ready for the call, and what comes out of it.
struct Sent<'ctx> {
    value: BasicValueEnum<'ctx>,
    kind: Kind,
    by_address: bool,
    output: Option<Output<'ctx>>,
}

/// Makes what C wants of the checked inputs: copies and references where it takes ownership, slots and memory where
/// it writes, words in the frame for what the thunk does not open.
fn send<'ctx>(
    e: &mut Emitter<'_, 'ctx>,
    shape: &Shape,
    inputs: &Inputs<'ctx>,
    borrowed: &[Option<BasicValueEnum<'ctx>>],
    frame: Option<Frame<'ctx>>,
) -> Result<Vec<Sent<'ctx>>> {
    // Memory and the frame first: they are all that can fail, and then there is no copy to take back.
    let mut memory: Vec<Output<'ctx>> = Vec::new();
    for (index, arg) in shape.args.iter().enumerate() {
        if arg.direction != Direction::CallerAllocates || arg.is_in_frame() {
            continue;
        }
        if arg.value.kind == Kind::Value {
            let zeros = e.words.i64.array_type(VALUE_WORDS);
            let value = e.frame_room(zeros, "value")?;
            for word in 0..VALUE_WORDS as usize {
                let place = e.at(value, 8 * word, "")?;
                let store = e.builder.build_store(place, e.words.i64.const_zero())?;
                // Or LLVM joins them with what lies beside them, and wants a constant from elsewhere.
                store.set_volatile(true).expect("a store can be");
            }
            memory.push(Output {
                value: arg.value,
                place: Place::Value(value),
                index,
            });
            continue;
        }
        let cell = e.cell(index)?;
        let allocated = e.call_slot_pointer(Slot::boxed_alloc, &[cell.into()], "memory")?;
        let failed = e.block("no_memory");
        e.require(
            e.builder.build_is_not_null(allocated, "")?,
            failed,
            "allocated",
        )?;
        give_up(e, failed, &memory)?;
        memory.push(Output {
            value: arg.value,
            place: Place::Memory(allocated),
            index,
        });
    }
    if let Some(frame) = frame.filter(Frame::must_end) {
        let one = e.words.i64.const_int(1, false);
        let nargs = e
            .builder
            .build_right_shift(inputs.twice_nargs, one, false, "nargs")?;
        let failed = e.block("not_filled");
        frame.fill(e, nargs, failed)?;
        give_up(e, failed, &memory)?;
    }

    let mut memory = memory.into_iter();
    let mut sent = Vec::with_capacity(shape.args.len());
    for (index, arg) in shape.args.iter().enumerate() {
        let kind = arg.value.kind;
        let ty = c_type(e.words, kind).expect("Shape::check refuses arguments without a value");
        if let Some(frame) = frame.filter(|_| arg.is_in_frame()) {
            let by_address = matches!(arg.direction, Direction::Out | Direction::InOut);
            let output = Output {
                value: arg.value,
                place: Place::Frame(frame),
                index,
            };
            sent.push(Sent {
                value: frame.argument(e, arg, index, ty, by_address)?,
                kind,
                by_address,
                output: arg.is_output().then_some(output),
            });
            continue;
        }
        let given = match borrowed[index] {
            Some(value) if arg.value.full => Some(own(e, arg, value, index)?),
            given => given,
        };
        sent.push(match arg.direction {
            Direction::In => Sent {
                value: given.expect("an input has been unboxed"),
                kind,
                by_address: false,
                output: None,
            },
            Direction::Out | Direction::InOut => {
                let slot = e.frame_room(ty, "slot")?;
                let first = given.unwrap_or_else(|| ty.const_zero());
                e.builder.build_store(slot, first)?;
                Sent {
                    value: slot.into(),
                    kind,
                    by_address: true,
                    output: Some(Output {
                        value: arg.value,
                        place: Place::Slot(slot, ty),
                        index,
                    }),
                }
            }
            Direction::CallerAllocates => {
                let output = memory.next().expect("each has been allocated");
                let (Place::Memory(pointer) | Place::Value(pointer)) = output.place else {
                    unreachable!("made as memory above");
                };
                Sent {
                    value: pointer.into(),
                    kind,
                    by_address: true,
                    output: Some(output),
                }
            }
            Direction::InPlace => unreachable!("Shape::check wants it in the frame"),
        });
    }
    Ok(sent)
}

/// Ends `block`, to which the making of something failed, by giving back the memory and returning NULL; goes on where
/// it stood.
fn give_up<'ctx>(
    e: &mut Emitter<'_, 'ctx>,
    block: BasicBlock<'ctx>,
    memory: &[Output<'ctx>],
) -> Result<()> {
    let next = e.here();
    e.enter(block);
    e.aside(|e| {
        for earlier in memory {
            earlier.drop(e)?;
        }
        e.return_null()
    })?;
    e.enter(next);
    Ok(())
}

/// What C may keep of a borrowed pointer. NULL stays NULL.
fn own<'ctx>(
    e: &mut Emitter<'_, 'ctx>,
    arg: &Arg,
    value: BasicValueEnum<'ctx>,
    index: usize,
) -> Result<BasicValueEnum<'ctx>> {
    let kind = arg.value.kind;
    let slot = match kind {
        Kind::Utf8 | Kind::Filename => Slot::string_dup,
        Kind::Object => Slot::object_dup,
        Kind::Boxed => Slot::boxed_dup,
        _ => unreachable!("{kind:?} cannot be owned"),
    };
    let dup = |e: &mut Emitter<'_, 'ctx>| {
        let cell = cell_argument(e, kind, index)?;
        e.call_slot_pointer(slot, &[value, cell.into()], "owned")
    };
    if !arg.nullable {
        return Ok(dup(e)?.into());
    }
    let some = e.block("own");
    let join = e.block("owned");
    let is_null = e.builder.build_is_null(value.into_pointer_value(), "")?;
    let before = e.here();
    e.branch(is_null, join, some, Usual::Either)?;
    e.enter(some);
    let owned = e.aside(dup)?;
    let after = e.here();
    e.jump(join)?;
    e.enter(join);
    e.meet(
        e.words.ptr,
        &[(owned.into(), after), (e.null().into(), before)],
        "",
    )
}

/// Calls the C function, with the GIL as the shape says. Returns its value and where its error would be.
#[allow(clippy::type_complexity)]
fn call<'ctx>(
    e: &mut Emitter<'_, 'ctx>,
    shape: &Shape,
    sent: &[Sent<'ctx>],
) -> Result<(Option<BasicValueEnum<'ctx>>, Option<PointerValue<'ctx>>)> {
    let ptr = e.words.ptr;
    let mut values: Vec<BasicMetadataValueEnum> =
        sent.iter().map(|sent| sent.value.into()).collect();
    let mut types: Vec<BasicMetadataTypeEnum> = sent
        .iter()
        .map(|sent| sent.value.get_type().into())
        .collect();
    let error = if shape.throws {
        let error = e.frame_room(ptr, "error")?;
        e.builder.build_store(error, e.null())?;
        values.push(error.into());
        types.push(ptr.into());
        Some(error)
    } else {
        None
    };
    let ty = match c_type(e.words, shape.ret.kind) {
        Some(ret) => ret.fn_type(&types, false),
        None => e.words.context.void_type().fn_type(&types, false),
    };
    let thread = match shape.gil {
        Gil::Keep => None,
        Gil::Release => Some(e.call_slot_pointer(Slot::save_thread, &[], "thread")?),
        Gil::Ask => {
            let instance = sent[0].value;
            Some(e.call_slot_pointer(Slot::save_thread_for, &[instance], "thread")?)
        }
    };
    // Nothing that the inputs needed is worth a register across the call.
    e.forget();
    let target = e.target()?;
    let call = e.builder.build_indirect_call(ty, target, &values, "")?;
    call.add_attribute(AttributeLoc::Function, e.words.nounwind);
    for (index, sent) in sent.iter().enumerate() {
        // Callees made by clang rely on it. What they return, though, is extended by nobody's promise: the value
        // has its own narrow type here, and boxing extends it.
        let attribute = match sent.kind {
            _ if sent.by_address => continue,
            Kind::I8 | Kind::I16 => e.words.signext,
            Kind::U8 | Kind::U16 => e.words.zeroext,
            _ => continue,
        };
        call.add_attribute(AttributeLoc::Param(index as u32), attribute);
    }
    if let Some(thread) = thread {
        e.call_slot(Slot::restore_thread, None, &[thread.into()], "")?;
    }
    Ok((call.try_as_basic_value().basic(), error))
}

/// How C passes a kind; None for `Void`.
fn c_type<'ctx>(words: &Words<'ctx>, kind: Kind) -> Option<BasicTypeEnum<'ctx>> {
    Some(match kind {
        Kind::Void => return None,
        Kind::F32 => words.f32.into(),
        Kind::F64 => words.f64.into(),
        kind if kind.is_pointer() => words.ptr.into(),
        kind => c_integer(words, kind).0.into(),
    })
}

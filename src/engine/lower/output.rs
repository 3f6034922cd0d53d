//! From C to Python: boxes what came out of the C call, releases what Python will not get, returns the result.

use gijit_shape::abi::Slot;
use gijit_shape::layout::Layout;
use gijit_shape::{Kind, Value};
use inkwell::IntPredicate;
use inkwell::basic_block::BasicBlock;
use inkwell::types::BasicTypeEnum;
use inkwell::values::{BasicValueEnum, CallSiteValue, IntValue, PointerValue};

use super::emit::{Emitter, Result, Usual};
use super::frame::Frame;
use super::input::c_integer;

/// Where a value that came out of C is.
#[derive(Clone, Copy)]
pub enum Place<'ctx> {
    /// C returned it.
    Returned(BasicValueEnum<'ctx>),
    /// C wrote it here.
    Slot(PointerValue<'ctx>, BasicTypeEnum<'ctx>),
    /// It fills this memory, which `boxed_alloc` gave.
    Memory(PointerValue<'ctx>),
    /// It is in this `GValue`, in the thunk's own memory.
    Value(PointerValue<'ctx>),
    /// Its word in the frame, which the thunk does not open.
    Frame(Frame<'ctx>),
}

/// A value that came out of C.
#[derive(Clone, Copy)]
pub struct Output<'ctx> {
    pub value: Value,
    pub place: Place<'ctx>,
    /// Index of the C argument, or of the return value behind the last: that of its type cell, and of its word.
    pub index: usize,
}

impl<'ctx> Output<'ctx> {
    /// Whether it must be released if Python does not get it. Of what the thunk does not open, the callable knows.
    pub fn is_owned(&self) -> bool {
        let owned = |place| !matches!(place, Place::Returned(_) | Place::Slot(..));
        self.value.full || owned(self.place)
    }

    fn read(&self, e: &Emitter<'_, 'ctx>) -> Result<BasicValueEnum<'ctx>> {
        match self.place {
            Place::Returned(value) => Ok(value),
            Place::Slot(slot, ty) => e.builder.build_load(ty, slot, "out"),
            Place::Memory(memory) | Place::Value(memory) => Ok(memory.into()),
            Place::Frame(_) => unreachable!("the thunk does not open it"),
        }
    }

    /// Releases an owned value unless it is NULL.
    pub fn drop(&self, e: &mut Emitter<'_, 'ctx>) -> Result<()> {
        if let Place::Frame(frame) = self.place {
            return frame.drop(e, self.index);
        }
        let pointer = self.read(e)?.into_pointer_value();
        if let Place::Value(_) = self.place {
            e.call_slot(Slot::value_drop, None, &[pointer.into()], "")?;
            return Ok(());
        }
        if let Place::Memory(_) = self.place {
            return self.call_drop(e, Slot::allocated_drop, pointer);
        }
        let slot = match self.value.kind {
            Kind::Utf8 | Kind::Filename => Slot::string_drop,
            Kind::Object => Slot::object_drop,
            Kind::Boxed => Slot::boxed_drop,
            kind => unreachable!("{kind:?} cannot be owned"),
        };
        let some = e.block("drop");
        let next = e.block("dropped");
        let is_null = e.builder.build_is_null(pointer, "")?;
        e.branch(is_null, next, some, Usual::Either)?;
        e.enter(some);
        e.aside(|e| self.call_drop(e, slot, pointer))?;
        e.jump(next)?;
        e.enter(next);
        Ok(())
    }

    fn call_drop(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        slot: Slot,
        pointer: PointerValue<'ctx>,
    ) -> Result<()> {
        let cell = self.cell_argument(e)?;
        e.call_slot(slot, None, &[pointer.into(), cell.into()], "")?;
        Ok(())
    }

    fn cell_argument(&self, e: &mut Emitter<'_, 'ctx>) -> Result<PointerValue<'ctx>> {
        cell_argument(e, self.value.kind, self.index)
    }

    /// The object that Python gets: a new reference, or NULL with an exception set.
    pub fn make_pointer(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        layout: &Layout,
    ) -> Result<PointerValue<'ctx>> {
        Ok(match self.make_object(e, layout)? {
            Boxed::Made(object) => object,
            Boxed::Called(call) => call
                .try_as_basic_value()
                .unwrap_basic()
                .into_pointer_value(),
        })
    }

    fn make_object(&self, e: &mut Emitter<'_, 'ctx>, layout: &Layout) -> Result<Boxed<'ctx>> {
        if let Place::Frame(frame) = self.place {
            return Ok(Boxed::Called(frame.out(e, self.index)?));
        }
        let c = self.read(e)?;
        let full = self.value.full;
        let kind = self.value.kind;
        let slot = match kind {
            Kind::Void | Kind::Any => unreachable!("{kind:?} is no value that is opened"),
            Kind::Bool => return Ok(Boxed::Made(boolean(e, layout, c.into_int_value())?)),
            Kind::I8 | Kind::U8 | Kind::I16 | Kind::U16 | Kind::I32 | Kind::U32 | Kind::I64 => {
                let value = c.into_int_value();
                let i64 = e.words.i64;
                let (ty, signed) = c_integer(e.words, kind);
                let wide = if ty == i64 {
                    value
                } else if signed {
                    e.builder.build_int_s_extend(value, i64, "")?
                } else {
                    e.builder.build_int_z_extend(value, i64, "")?
                };
                return self.call_out(e, Slot::i64_out, &[wide.into()]);
            }
            Kind::U64 => return self.call_out(e, Slot::u64_out, &[c]),
            Kind::F32 => {
                let (value, f64) = (c.into_float_value(), e.words.f64);
                let wide = e.builder.build_float_ext(value, f64, "")?;
                return self.call_out(e, Slot::f64_out, &[wide.into()]);
            }
            Kind::F64 => return self.call_out(e, Slot::f64_out, &[c]),
            Kind::Value => return self.call_out(e, Slot::value_out, &[c]),
            Kind::Unichar => return self.call_out(e, Slot::unichar_out, &[c]),
            Kind::GType => return self.call_out(e, Slot::gtype_out, &[c]),
            Kind::Utf8 => {
                let slot = if full {
                    Slot::utf8_out_full
                } else {
                    Slot::utf8_out_none
                };
                return self.call_out(e, slot, &[c]);
            }
            Kind::Filename => {
                let slot = if full {
                    Slot::filename_out_full
                } else {
                    Slot::filename_out_none
                };
                return self.call_out(e, slot, &[c]);
            }
            Kind::Enum => Slot::enum_out,
            Kind::Flags => Slot::flags_out,
            Kind::Object if full => Slot::object_out_full,
            Kind::Object => Slot::object_out_none,
            Kind::Boxed if matches!(self.place, Place::Memory(_)) => Slot::allocated_out,
            Kind::Boxed if full => Slot::boxed_out_full,
            Kind::Boxed => Slot::boxed_out_none,
        };
        let cell = self.cell_argument(e)?;
        self.call_out(e, slot, &[c, cell.into()])
    }

    fn call_out(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        slot: Slot,
        args: &[BasicValueEnum<'ctx>],
    ) -> Result<Boxed<'ctx>> {
        let call = e.call_slot(slot, Some(e.words.ptr.into()), args, "boxed")?;
        Ok(Boxed::Called(call))
    }
}

/// What to pass to a slot as type cell: strings have none.
pub fn cell_argument<'ctx>(
    e: &mut Emitter<'_, 'ctx>,
    kind: Kind,
    index: usize,
) -> Result<PointerValue<'ctx>> {
    match kind {
        Kind::Utf8 | Kind::Filename => Ok(e.null()),
        _ => e.cell(index),
    }
}

/// A Python object, new reference.
enum Boxed<'ctx> {
    /// Never NULL.
    Made(PointerValue<'ctx>),
    /// NULL with an exception set, maybe.
    Called(CallSiteValue<'ctx>),
}

/// What a thunk must do behind the C call.
pub struct Outputs<'ctx> {
    pub layout: Layout,
    /// What Python gets, in order.
    pub values: Vec<Output<'ctx>>,
    /// An owned return value that Python does not get.
    pub skipped: Option<Output<'ctx>>,
    /// `GError **`, if C may throw.
    pub error: Option<PointerValue<'ctx>>,
    pub frame: Option<Frame<'ctx>>,
}

/// The ways into the clean-up, each with the number (from 0) of the output that could not be boxed.
type Failures<'ctx> = Vec<(BasicBlock<'ctx>, usize)>;

impl<'ctx> Outputs<'ctx> {
    /// Writes everything behind the C call, up to and with the returns.
    pub fn finish(&self, e: &mut Emitter<'_, 'ctx>) -> Result<()> {
        if let Some(place) = self.error {
            let error = e.load_pointer(place, 0, "error")?;
            let threw = e.block("threw");
            let good = e.block("no_error");
            let is_error = e.builder.build_is_not_null(error, "is_error")?;
            e.branch(is_error, threw, good, Usual::Else)?;
            e.enter(threw);
            e.aside(|e| self.raise(e, error))?;
            e.enter(good);
        }
        if let Some(skipped) = &self.skipped {
            skipped.drop(e)?;
        }
        match self.values.as_slice() {
            [] => {
                self.end(e)?;
                let none = e.slot(Slot::none)?;
                count(e, &self.layout, none)?;
                e.builder.build_return(Some(&none))?;
                Ok(())
            }
            [single] => match single.make_object(e, &self.layout)? {
                Boxed::Made(object) => {
                    self.end(e)?;
                    e.builder.build_return(Some(&object))?;
                    Ok(())
                }
                Boxed::Called(call) if matches!(single.place, Place::Value(_)) => {
                    self.end_and_return(e, call)
                }
                Boxed::Called(call) => self.return_call(e, call),
            },
            several => self.return_tuple(e, several),
        }
    }

    /// What was made for C has served.
    fn end(&self, e: &mut Emitter<'_, 'ctx>) -> Result<()> {
        match self.frame {
            Some(frame) => frame.end(e),
            None => Ok(()),
        }
    }

    /// Returns what a call gives; as a tail call if nothing of the frame is needed any more.
    fn return_call(&self, e: &mut Emitter<'_, 'ctx>, call: CallSiteValue<'ctx>) -> Result<()> {
        if self.frame.is_none() {
            return e.return_call(call);
        }
        self.end_and_return(e, call)
    }

    /// Returns what a call gives that reads this frame.
    fn end_and_return(&self, e: &mut Emitter<'_, 'ctx>, call: CallSiteValue<'ctx>) -> Result<()> {
        self.end(e)?;
        let value = call.try_as_basic_value().unwrap_basic();
        e.builder.build_return(Some(&value))?;
        Ok(())
    }

    /// C threw: releases whatever it gave all the same.
    fn raise(&self, e: &mut Emitter<'_, 'ctx>, error: PointerValue<'ctx>) -> Result<()> {
        for output in self.skipped.iter().chain(&self.values) {
            if output.is_owned() {
                output.drop(e)?;
            }
        }
        let args = [e.callable.into(), error.into()];
        let ret = Some(e.words.ptr.into());
        let raised = e.call_slot(Slot::raise_gerror, ret, &args, "raised")?;
        self.return_call(e, raised)
    }

    fn return_tuple(&self, e: &mut Emitter<'_, 'ctx>, several: &[Output<'ctx>]) -> Result<()> {
        let clean_up = e.block("clean_up");
        let mut failures: Failures<'ctx> = Vec::new();
        let n = several.len();
        let array = e.frame_room(e.words.ptr.array_type(n as u32), "objects")?;
        for (i, output) in several.iter().enumerate() {
            let object = match output.make_object(e, &self.layout)? {
                Boxed::Made(object) => object,
                Boxed::Called(call) => {
                    let object = call
                        .try_as_basic_value()
                        .unwrap_basic()
                        .into_pointer_value();
                    let next = e.block("made");
                    let failed = e.builder.build_is_null(object, "")?;
                    failures.push((e.here(), i));
                    e.branch(failed, clean_up, next, Usual::Else)?;
                    e.enter(next);
                    object
                }
            };
            let place = e.at(array, 8 * i, "")?;
            e.builder.build_store(place, object)?;
        }
        let n = e.words.i64.const_int(n as u64, false);
        let args = [e.callable.into(), array.into(), n.into()];
        // No tail call: it reads this frame.
        let tuple = e.call_slot_pointer(Slot::result_tuple, &args, "tuple")?;
        self.end(e)?;
        e.builder.build_return(Some(&tuple))?;
        self.clean_up(e, several, clean_up, &failures, array)
    }

    /// Boxing failed: drops what was boxed before, releases what was to be boxed after, and returns NULL. The boxing
    /// itself took its value.
    fn clean_up(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        several: &[Output<'ctx>],
        block: BasicBlock<'ctx>,
        failures: &Failures<'ctx>,
        array: PointerValue<'ctx>,
    ) -> Result<()> {
        if failures.is_empty() {
            block
                .remove_from_function()
                .expect("the block is in the function");
            return Ok(());
        }
        e.enter(block);
        // The ways here part before some of what has been loaded.
        e.forget();
        let ways: Vec<_> = failures
            .iter()
            .map(|(from, number)| (e.words.i32.const_int(*number as u64, false).into(), *from))
            .collect();
        let failed = e.meet(e.words.i32, &ways, "failed")?.into_int_value();
        let (first, last) = (failures[0].1, failures[failures.len() - 1].1);
        for (i, output) in several.iter().enumerate() {
            let number = i as u64;
            if i < last {
                self.when(e, failed, IntPredicate::UGT, number, i < first, |e| {
                    let object = e.load_pointer(array, 8 * i, "object")?;
                    e.call_slot(Slot::decref, None, &[object.into()], "")?;
                    Ok(())
                })?;
            }
            if i > first && output.is_owned() {
                let drop = |e: &mut Emitter<'_, 'ctx>| output.drop(e);
                self.when(e, failed, IntPredicate::ULT, number, i > last, drop)?;
            }
        }
        self.end(e)?;
        e.return_null()
    }

    /// Writes code for the case that `failed` compares so with `number`, or for every case.
    fn when(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        failed: IntValue<'ctx>,
        predicate: IntPredicate,
        number: u64,
        always: bool,
        write: impl FnOnce(&mut Emitter<'_, 'ctx>) -> Result<()>,
    ) -> Result<()> {
        if always {
            return write(e);
        }
        let then = e.block("then");
        let next = e.block("next");
        let holds = e.compare(predicate, failed, number, "")?;
        e.branch(holds, then, next, Usual::Either)?;
        e.enter(then);
        e.aside(write)?;
        e.jump(next)?;
        e.enter(next);
        Ok(())
    }
}

/// `True` or `False`, without a branch: they are neighbours in the runtime table.
fn boolean<'ctx>(
    e: &mut Emitter<'_, 'ctx>,
    layout: &Layout,
    value: IntValue<'ctx>,
) -> Result<PointerValue<'ctx>> {
    const { assert!(Slot::true_.offset() + 8 == Slot::false_.offset()) };
    let base = e.slot_address(Slot::true_)?;
    let is_false = e.compare(IntPredicate::EQ, value, 0, "is_false")?;
    let index = e.builder.build_int_z_extend(is_false, e.words.i64, "")?;
    let offset = e
        .builder
        .build_left_shift(index, e.words.i64.const_int(3, false), "")?;
    let place = e.at_dynamic(base, offset, "")?;
    let object = e.load_pointer(place, 0, "bool")?;
    count(e, layout, object)?;
    Ok(object)
}

/// Takes a reference to `None`, `True` or `False`, where they are counted.
fn count<'ctx>(e: &Emitter<'_, 'ctx>, layout: &Layout, object: PointerValue<'ctx>) -> Result<()> {
    if layout.counts_singletons == 0 {
        return Ok(());
    }
    let i64 = e.words.i64;
    let references = e.load_int(i64, object, 0, "references")?;
    let more = e
        .builder
        .build_int_add(references, i64.const_int(1, false), "")?;
    e.builder.build_store(object, more)?;
    Ok(())
}

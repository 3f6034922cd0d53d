//! The few words in which thunks are written: loads at offsets, calls of runtime slots, branches that know which way
//! is usual. What a shape means is the business of the files around this one.

use gijit_shape::abi::{self, Slot};
use inkwell::AddressSpace;
use inkwell::IntPredicate;
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::basic_block::BasicBlock;
use inkwell::builder::{Builder, BuilderError};
use inkwell::context::Context;
use inkwell::types::{
    BasicMetadataTypeEnum, BasicType, BasicTypeEnum, FloatType, IntType, PointerType,
};
use inkwell::values::{
    BasicMetadataValueEnum, BasicValue, BasicValueEnum, CallSiteValue, FunctionValue, IntValue,
    MetadataValue, PointerValue,
};

pub type Result<T> = std::result::Result<T, BuilderError>;

/// The types, attributes and metadata of one LLVM context, made once for a batch.
pub struct Words<'ctx> {
    pub context: &'ctx Context,
    pub i8: IntType<'ctx>,
    pub i16: IntType<'ctx>,
    pub i32: IntType<'ctx>,
    pub i64: IntType<'ctx>,
    pub f32: FloatType<'ctx>,
    pub f64: FloatType<'ctx>,
    pub ptr: PointerType<'ctx>,
    pub nounwind: Attribute,
    pub signext: Attribute,
    pub zeroext: Attribute,
    prof: u32,
    usual_first: MetadataValue<'ctx>,
    usual_second: MetadataValue<'ctx>,
    invariant: u32,
    empty: MetadataValue<'ctx>,
}

impl<'ctx> Words<'ctx> {
    pub fn new(context: &'ctx Context) -> Words<'ctx> {
        let i32 = context.i32_type();
        let enum_attribute =
            |name| context.create_enum_attribute(Attribute::get_named_enum_kind_id(name), 0);
        let weights = |first: u64, second: u64| {
            context.metadata_node(&[
                context.metadata_string("branch_weights").into(),
                i32.const_int(first, false).into(),
                i32.const_int(second, false).into(),
            ])
        };
        Words {
            context,
            i8: context.i8_type(),
            i16: context.i16_type(),
            i32,
            i64: context.i64_type(),
            f32: context.f32_type(),
            f64: context.f64_type(),
            ptr: context.ptr_type(AddressSpace::default()),
            nounwind: enum_attribute("nounwind"),
            signext: enum_attribute("signext"),
            zeroext: enum_attribute("zeroext"),
            prof: context.get_kind_id("prof"),
            // What `__builtin_expect` gives.
            usual_first: weights(2000, 1),
            usual_second: weights(1, 2000),
            invariant: context.get_kind_id("invariant.load"),
            empty: context.metadata_node(&[]),
        }
    }
}

/// Which of a branch's two ways is usual.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Usual {
    Then,
    Else,
    Either,
}

/// Writes one function, from top to bottom.
pub struct Emitter<'w, 'ctx> {
    pub words: &'w Words<'ctx>,
    pub builder: Builder<'ctx>,
    pub function: FunctionValue<'ctx>,
    pub callable: PointerValue<'ctx>,
    runtime: PointerValue<'ctx>,
    /// What blocks on the way here have loaded; see [`Emitter::aside`].
    loaded: Vec<(Loaded, PointerValue<'ctx>)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Loaded {
    Slot(Slot),
    Cells,
}

impl<'w, 'ctx> Emitter<'w, 'ctx> {
    /// `builder` stands in the entry block; `runtime` is the table's address.
    pub fn new(
        words: &'w Words<'ctx>,
        builder: Builder<'ctx>,
        function: FunctionValue<'ctx>,
        callable: PointerValue<'ctx>,
    ) -> Result<Emitter<'w, 'ctx>> {
        let mut emitter = Emitter {
            words,
            builder,
            function,
            callable,
            runtime: callable,
            loaded: Vec::new(),
        };
        emitter.runtime = emitter.load_fixed(callable, abi::callable::RUNTIME, "runtime")?;
        Ok(emitter)
    }

    pub fn block(&self, name: &str) -> BasicBlock<'ctx> {
        self.words.context.append_basic_block(self.function, name)
    }

    /// The block that is being written.
    pub fn here(&self) -> BasicBlock<'ctx> {
        self.builder
            .get_insert_block()
            .expect("an emitter always stands in a block")
    }

    pub fn enter(&self, block: BasicBlock<'ctx>) {
        self.builder.position_at_end(block);
    }

    /// Writes code that not every call passes through: what it loads is not known behind it.
    pub fn aside<T>(&mut self, write: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let known = self.loaded.len();
        let result = write(self);
        self.loaded.truncate(known);
        result
    }

    /// Forgets the pointers that are only useful before the C call, so that they are not kept across it.
    pub fn forget(&mut self) {
        self.loaded.clear();
    }

    /// Room in the frame. It is made at the function's entry wherever the emitter stands, so that the frame has one
    /// size.
    pub fn frame_room<T: BasicType<'ctx>>(&self, ty: T, name: &str) -> Result<PointerValue<'ctx>> {
        let here = self.here();
        let entry = self
            .function
            .get_first_basic_block()
            .expect("the emitter stands in the function");
        let first = entry
            .get_first_instruction()
            .expect("the entry loads the runtime table");
        self.builder.position_before(&first);
        let room = self.builder.build_alloca(ty, name)?;
        self.enter(here);
        Ok(room)
    }

    pub fn at(
        &self,
        base: PointerValue<'ctx>,
        offset: usize,
        name: &str,
    ) -> Result<PointerValue<'ctx>> {
        self.at_dynamic(base, self.words.i64.const_int(offset as u64, false), name)
    }

    pub fn at_dynamic(
        &self,
        base: PointerValue<'ctx>,
        offset: IntValue<'ctx>,
        name: &str,
    ) -> Result<PointerValue<'ctx>> {
        // SAFETY: the index has the type that a byte offset needs. That it stays inside the object is the contract
        // of `gijit_shape::abi` and `Layout`; it matters to the code that is made, not to this process's memory.
        unsafe {
            self.builder
                .build_in_bounds_gep(self.words.i8, base, &[offset], name)
        }
    }

    pub fn load<T: BasicType<'ctx>>(
        &self,
        ty: T,
        base: PointerValue<'ctx>,
        offset: usize,
        name: &str,
    ) -> Result<BasicValueEnum<'ctx>> {
        let address = if offset == 0 {
            base
        } else {
            self.at(base, offset, "")?
        };
        self.builder.build_load(ty, address, name)
    }

    pub fn load_int(
        &self,
        ty: IntType<'ctx>,
        base: PointerValue<'ctx>,
        offset: usize,
        name: &str,
    ) -> Result<IntValue<'ctx>> {
        Ok(self.load(ty, base, offset, name)?.into_int_value())
    }

    pub fn load_pointer(
        &self,
        base: PointerValue<'ctx>,
        offset: usize,
        name: &str,
    ) -> Result<PointerValue<'ctx>> {
        Ok(self
            .load(self.words.ptr, base, offset, name)?
            .into_pointer_value())
    }

    /// Loads a pointer that nobody changes while a thunk runs.
    fn load_fixed(
        &self,
        base: PointerValue<'ctx>,
        offset: usize,
        name: &str,
    ) -> Result<PointerValue<'ctx>> {
        let value = self.load_pointer(base, offset, name)?;
        value
            .as_instruction_value()
            .expect("a load is an instruction")
            .set_metadata(self.words.empty, self.words.invariant)
            .expect("an empty node is a node");
        Ok(value)
    }

    fn known(
        &mut self,
        what: Loaded,
        base: PointerValue<'ctx>,
        offset: usize,
        name: &str,
    ) -> Result<PointerValue<'ctx>> {
        if let Some((_, value)) = self.loaded.iter().find(|(known, _)| *known == what) {
            return Ok(*value);
        }
        let value = self.load_fixed(base, offset, name)?;
        self.loaded.push((what, value));
        Ok(value)
    }

    /// A slot's content: a function, or an object of Python.
    pub fn slot(&mut self, slot: Slot) -> Result<PointerValue<'ctx>> {
        let name = Slot::ALL[slot as usize].1;
        self.known(Loaded::Slot(slot), self.runtime, slot.offset(), name)
    }

    /// Where a slot is.
    pub fn slot_address(&self, slot: Slot) -> Result<PointerValue<'ctx>> {
        self.at(self.runtime, slot.offset(), "")
    }

    /// The C function.
    pub fn target(&self) -> Result<PointerValue<'ctx>> {
        self.load_fixed(self.callable, abi::callable::TARGET, "target")
    }

    /// Where calls go that the thunk hands on.
    pub fn fallback(&self) -> Result<PointerValue<'ctx>> {
        self.load_fixed(self.callable, abi::callable::FALLBACK, "invoke")
    }

    /// The type cell of a C argument, or of the return value behind the last one.
    pub fn cell(&mut self, index: usize) -> Result<PointerValue<'ctx>> {
        let cells = self.known(Loaded::Cells, self.callable, abi::callable::CELLS, "cells")?;
        self.load_fixed(cells, index * 8, "cell")
    }

    /// Calls a slot that returns `ret` (None: nothing).
    pub fn call_slot(
        &mut self,
        slot: Slot,
        ret: Option<BasicTypeEnum<'ctx>>,
        args: &[BasicValueEnum<'ctx>],
        name: &str,
    ) -> Result<CallSiteValue<'ctx>> {
        let types: Vec<BasicMetadataTypeEnum> =
            args.iter().map(|arg| arg.get_type().into()).collect();
        let values: Vec<BasicMetadataValueEnum> = args.iter().map(|arg| (*arg).into()).collect();
        let ty = match ret {
            Some(ret) => ret.fn_type(&types, false),
            None => self.words.context.void_type().fn_type(&types, false),
        };
        let function = self.slot(slot)?;
        let call = self
            .builder
            .build_indirect_call(ty, function, &values, name)?;
        call.add_attribute(AttributeLoc::Function, self.words.nounwind);
        Ok(call)
    }

    pub fn call_slot_pointer(
        &mut self,
        slot: Slot,
        args: &[BasicValueEnum<'ctx>],
        name: &str,
    ) -> Result<PointerValue<'ctx>> {
        Ok(self
            .call_slot(slot, Some(self.words.ptr.into()), args, name)?
            .try_as_basic_value()
            .unwrap_basic()
            .into_pointer_value())
    }

    /// Calls a slot that returns a truth value as a C int, and compares it with 0.
    pub fn call_slot_truth(
        &mut self,
        slot: Slot,
        args: &[BasicValueEnum<'ctx>],
        name: &str,
    ) -> Result<IntValue<'ctx>> {
        let value = self
            .call_slot(slot, Some(self.words.i32.into()), args, name)?
            .try_as_basic_value()
            .unwrap_basic()
            .into_int_value();
        self.compare(IntPredicate::NE, value, 0, "")
    }

    /// A pointer-sized 0, for parameters that a slot ignores.
    pub fn null(&self) -> PointerValue<'ctx> {
        self.words.ptr.const_null()
    }

    pub fn compare(
        &self,
        predicate: IntPredicate,
        value: IntValue<'ctx>,
        constant: u64,
        name: &str,
    ) -> Result<IntValue<'ctx>> {
        let constant = value.get_type().const_int(constant, false);
        self.builder
            .build_int_compare(predicate, value, constant, name)
    }

    pub fn same(
        &self,
        left: PointerValue<'ctx>,
        right: PointerValue<'ctx>,
        name: &str,
    ) -> Result<IntValue<'ctx>> {
        self.builder
            .build_int_compare(IntPredicate::EQ, left, right, name)
    }

    pub fn branch(
        &self,
        condition: IntValue<'ctx>,
        then: BasicBlock<'ctx>,
        otherwise: BasicBlock<'ctx>,
        usual: Usual,
    ) -> Result<()> {
        let branch = self
            .builder
            .build_conditional_branch(condition, then, otherwise)?;
        let weights = match usual {
            Usual::Then => self.words.usual_first,
            Usual::Else => self.words.usual_second,
            Usual::Either => return Ok(()),
        };
        branch
            .set_metadata(weights, self.words.prof)
            .expect("weights are a node");
        Ok(())
    }

    pub fn jump(&self, block: BasicBlock<'ctx>) -> Result<()> {
        self.builder.build_unconditional_branch(block)?;
        Ok(())
    }

    /// Goes on in a new block if the condition holds, which is usual, else to `otherwise`.
    pub fn require(
        &self,
        condition: IntValue<'ctx>,
        otherwise: BasicBlock<'ctx>,
        name: &str,
    ) -> Result<()> {
        let next = self.block(name);
        self.branch(condition, next, otherwise, Usual::Then)?;
        self.enter(next);
        Ok(())
    }

    /// The value of several ways that meet in this block.
    pub fn meet<T: BasicType<'ctx>>(
        &self,
        ty: T,
        ways: &[(BasicValueEnum<'ctx>, BasicBlock<'ctx>)],
        name: &str,
    ) -> Result<BasicValueEnum<'ctx>> {
        let phi = self.builder.build_phi(ty, name)?;
        for (value, block) in ways {
            phi.add_incoming(&[(value as &dyn BasicValue<'ctx>, *block)]);
        }
        Ok(phi.as_basic_value())
    }

    /// Returns what the call gives; its frame is given up first where the machine can.
    pub fn return_call(&self, call: CallSiteValue<'ctx>) -> Result<()> {
        call.set_tail_call(true);
        let value = call.try_as_basic_value().unwrap_basic();
        self.builder.build_return(Some(&value))?;
        Ok(())
    }

    pub fn return_null(&self) -> Result<()> {
        self.builder.build_return(Some(&self.null()))?;
        Ok(())
    }
}

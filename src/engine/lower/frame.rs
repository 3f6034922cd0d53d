//! What a thunk does not open: one word for each C argument in the thunk's own frame, filled, read and given back by
//! functions of the callable. It knows neither what a word is nor when it is safe to make one.

use gijit_shape::abi::{self, Slot};
use gijit_shape::{Arg, Shape};
use inkwell::basic_block::BasicBlock;
use inkwell::types::BasicTypeEnum;
use inkwell::values::{BasicValueEnum, CallSiteValue, IntValue, PointerValue};

use super::emit::{Emitter, Result};

/// The frame of one call.
#[derive(Clone, Copy)]
pub struct Frame<'ctx> {
    words: PointerValue<'ctx>,
    /// The positional arguments.
    args: PointerValue<'ctx>,
    /// What has been made for C, if anything is.
    pieces: Option<PointerValue<'ctx>>,
}

impl<'ctx> Frame<'ctx> {
    /// A frame of zeros, if the shape needs one.
    pub fn of(
        e: &Emitter<'_, 'ctx>,
        shape: &Shape,
        args: PointerValue<'ctx>,
    ) -> Result<Option<Frame<'ctx>>> {
        if !shape.has_frame() {
            return Ok(None);
        }
        let i64 = e.words.i64;
        let n = shape.args.len() + 1;
        let words = e.frame_room(i64.array_type(n as u32), "words")?;
        // One by one: a loop or a call would need code from elsewhere.
        for index in 0..n {
            let word = e.at(words, 8 * index, "")?;
            e.builder.build_store(word, i64.const_zero())?;
        }
        let pieces = if shape.fills_frame() {
            Some(e.frame_room(i64.array_type(abi::PIECES as u32 / 8), "pieces")?)
        } else {
            None
        };
        Ok(Some(Frame {
            words,
            args,
            pieces,
        }))
    }

    /// Has the callable make what goes to C. Goes on where that worked, else to `failed`.
    pub fn fill(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        nargs: IntValue<'ctx>,
        failed: BasicBlock<'ctx>,
    ) -> Result<()> {
        let pieces = self.pieces.expect("asked only of shapes that fill it");
        let values = [
            e.callable.into(),
            self.args.into(),
            nargs.into(),
            self.words.into(),
            pieces.into(),
        ];
        let good = e.call_slot_truth(Slot::frame_fill, &values, "")?;
        e.require(good, failed, "filled")
    }

    /// Whether [`Frame::end`] has something to do.
    pub fn must_end(&self) -> bool {
        self.pieces.is_some()
    }

    /// The call is over.
    pub fn end(&self, e: &mut Emitter<'_, 'ctx>) -> Result<()> {
        if let Some(pieces) = self.pieces {
            e.call_slot(Slot::frame_end, None, &[pieces.into()], "")?;
        }
        Ok(())
    }

    /// The address of a word.
    pub fn word(&self, e: &Emitter<'_, 'ctx>, index: usize) -> Result<PointerValue<'ctx>> {
        e.at(self.words, 8 * index, "word")
    }

    /// What C gets for an argument that is a word of type `ty`: its value, or its address.
    pub fn argument(
        &self,
        e: &Emitter<'_, 'ctx>,
        arg: &Arg,
        index: usize,
        ty: BasicTypeEnum<'ctx>,
        by_address: bool,
    ) -> Result<BasicValueEnum<'ctx>> {
        debug_assert!(arg.is_in_frame());
        if by_address {
            return Ok(self.word(e, index)?.into());
        }
        // The low bytes of a word stand first on every machine that the engine makes code for.
        e.load(ty, self.words, 8 * index, "made")
    }

    /// A word as a Python object, which the callable makes. No tail call: it reads this frame.
    pub fn out(&self, e: &mut Emitter<'_, 'ctx>, index: usize) -> Result<CallSiteValue<'ctx>> {
        let [callable, words, index] = self.which(e, index);
        let args = [callable, self.args.into(), words, index];
        e.call_slot(Slot::frame_out, Some(e.words.ptr.into()), &args, "boxed")
    }

    /// Releases what is owned of a word.
    pub fn drop(&self, e: &mut Emitter<'_, 'ctx>, index: usize) -> Result<()> {
        let args = self.which(e, index);
        e.call_slot(Slot::frame_drop, None, &args, "")?;
        Ok(())
    }

    fn which(&self, e: &Emitter<'_, 'ctx>, index: usize) -> [BasicValueEnum<'ctx>; 3] {
        let index = e.words.i64.const_int(index as u64, false);
        [e.callable.into(), self.words.into(), index.into()]
    }
}

//! From Python to C: checks and unboxes one input. Nothing here can be seen from outside before every input has
//! passed; what does not pass goes to the fallback block. Ownership is not decided here: every pointer is borrowed.

use std::cell::OnceCell;

use gijit_shape::abi::{self, Slot};
use gijit_shape::layout::Layout;
use gijit_shape::{Arg, Kind};
use inkwell::IntPredicate;
use inkwell::basic_block::BasicBlock;
use inkwell::types::IntType;
use inkwell::values::{BasicValueEnum, FloatValue, IntValue, PointerValue};

use super::emit::{Emitter, Result, Usual, Words};

/// What all inputs of a call share.
pub struct Inputs<'ctx> {
    pub layout: Layout,
    /// `PyObject *const *`
    pub args: PointerValue<'ctx>,
    /// Twice the number of positional arguments.
    pub twice_nargs: IntValue<'ctx>,
    /// Where a call goes that is not the usual case.
    pub fallback: BasicBlock<'ctx>,
    /// See [`Inputs::scratch`].
    pub scratch: OnceCell<PointerValue<'ctx>>,
}

impl<'ctx> Inputs<'ctx> {
    /// For one object that is no argument.
    pub fn of_result(
        layout: Layout,
        object: PointerValue<'ctx>,
        fallback: BasicBlock<'ctx>,
    ) -> Inputs<'ctx> {
        Inputs {
            layout,
            args: object,
            twice_nargs: object.get_type().get_context().i64_type().const_zero(),
            fallback,
            scratch: OnceCell::new(),
        }
    }

    /// The C value of positional argument `position`, which is C argument `index`.
    pub fn unbox(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        arg: &Arg,
        position: usize,
        index: usize,
    ) -> Result<BasicValueEnum<'ctx>> {
        if !arg.optional {
            return self.unbox_passed(e, arg, position, index);
        }
        let passed = e.block("passed");
        let join = e.block("ready");
        let is_passed = e.compare(
            IntPredicate::UGT,
            self.twice_nargs,
            2 * position as u64,
            "is_passed",
        )?;
        let before = e.here();
        e.branch(is_passed, passed, join, Usual::Either)?;
        e.enter(passed);
        let value = e.aside(|e| self.unbox_passed(e, arg, position, index))?;
        let after = e.here();
        e.jump(join)?;
        e.enter(join);
        let missing = value.get_type().const_zero();
        e.meet(value.get_type(), &[(value, after), (missing, before)], "")
    }

    fn unbox_passed(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        arg: &Arg,
        position: usize,
        index: usize,
    ) -> Result<BasicValueEnum<'ctx>> {
        let object = e.load_pointer(self.args, position * 8, "arg")?;
        if !arg.nullable {
            return self.convert(e, arg.value.kind, object, index);
        }
        let some = e.block("some");
        let join = e.block("ready");
        let none = e.slot(Slot::none)?;
        let is_none = e.same(object, none, "is_none")?;
        let before = e.here();
        e.branch(is_none, join, some, Usual::Either)?;
        e.enter(some);
        let value = e.aside(|e| self.convert(e, arg.value.kind, object, index))?;
        let after = e.here();
        e.jump(join)?;
        e.enter(join);
        e.meet(
            e.words.ptr,
            &[(value, after), (e.null().into(), before)],
            "",
        )
    }

    /// The C value of an object that is not None.
    pub fn convert(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        kind: Kind,
        object: PointerValue<'ctx>,
        index: usize,
    ) -> Result<BasicValueEnum<'ctx>> {
        Ok(match kind {
            Kind::Void | Kind::Value | Kind::Any => {
                unreachable!("{kind:?} is no value that is opened")
            }
            Kind::Bool => self.boolean(e, object)?.into(),
            Kind::I8
            | Kind::U8
            | Kind::I16
            | Kind::U16
            | Kind::I32
            | Kind::U32
            | Kind::I64
            | Kind::U64 => {
                let ty = e.load_pointer(object, abi::OB_TYPE, "type")?;
                let int = e.slot(Slot::long_type)?;
                self.require_same(e, ty, int, "int")?;
                self.integer(e, kind, object)?.into()
            }
            Kind::Enum => self.enumeration(e, object, index)?.into(),
            Kind::Flags => self.flags(e, object, index)?.into(),
            Kind::F64 => self.double(e, object)?.into(),
            Kind::F32 => {
                let value = self.double(e, object)?;
                self.float(e, value)?.into()
            }
            Kind::Unichar => {
                self.require_string(e, object)?;
                let scratch = self.scratch(e)?;
                let fits =
                    e.call_slot_truth(Slot::unichar_get, &[object.into(), scratch.into()], "")?;
                e.require(fits, self.fallback, "character")?;
                e.load(e.words.i32, scratch, 0, "")?
            }
            Kind::GType => {
                let ty = e.load_pointer(object, abi::OB_TYPE, "type")?;
                let gtype = e.slot(Slot::gtype_type)?;
                self.require_same(e, ty, gtype, "gtype")?;
                let value = e.load(e.words.i64, object, abi::WRAPPER_POINTER, "")?;
                // `GObject.TYPE_INVALID` is refused.
                let valid = e.compare(IntPredicate::NE, value.into_int_value(), 0, "")?;
                e.require(valid, self.fallback, "valid")?;
                value
            }
            Kind::Utf8 => self.utf8(e, object)?.into(),
            Kind::Filename => {
                self.require_string(e, object)?;
                let name = e.call_slot_pointer(Slot::filename_borrow, &[object.into()], "")?;
                self.require_pointer(e, name, "filename")?;
                name.into()
            }
            Kind::Object | Kind::Boxed => self.wrapped(e, object, index)?.into(),
        })
    }

    /// Eight bytes in the frame for the slots that return a value through a pointer; it is read at once, so all share
    /// it.
    fn scratch(&self, e: &Emitter<'_, 'ctx>) -> Result<PointerValue<'ctx>> {
        if let Some(scratch) = self.scratch.get() {
            return Ok(*scratch);
        }
        let scratch = e.frame_room(e.words.i64, "scratch")?;
        Ok(*self.scratch.get_or_init(|| scratch))
    }

    fn require_same(
        &self,
        e: &Emitter<'_, 'ctx>,
        left: PointerValue<'ctx>,
        right: PointerValue<'ctx>,
        name: &str,
    ) -> Result<()> {
        let same = e.same(left, right, "")?;
        e.require(same, self.fallback, name)
    }

    fn require_pointer(
        &self,
        e: &Emitter<'_, 'ctx>,
        pointer: PointerValue<'ctx>,
        name: &str,
    ) -> Result<()> {
        let some = e.builder.build_is_not_null(pointer, "")?;
        e.require(some, self.fallback, name)
    }

    fn require_string(&self, e: &mut Emitter<'_, 'ctx>, object: PointerValue<'ctx>) -> Result<()> {
        let ty = e.load_pointer(object, abi::OB_TYPE, "type")?;
        let string = e.slot(Slot::unicode_type)?;
        self.require_same(e, ty, string, "str")
    }

    /// A member, or a number that is the value of one.
    fn enumeration(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        object: PointerValue<'ctx>,
        index: usize,
    ) -> Result<IntValue<'ctx>> {
        let member = e.block("member");
        let other = e.block("no_member");
        let join = e.block("ready");
        let ty = e.load_pointer(object, abi::OB_TYPE, "type")?;
        let cell = e.cell(index)?;
        let class = e.load_pointer(cell, abi::cell::PYTYPE, "class")?;
        // A class that is not made yet is NULL, which no object's type is.
        let is_member = e.same(ty, class, "is_member")?;
        e.branch(is_member, member, other, Usual::Then)?;

        e.enter(other);
        let number = e.aside(|e| {
            let int = e.slot(Slot::long_type)?;
            self.require_same(e, ty, int, "int")?;
            let scratch = self.scratch(e)?;
            let args = [object.into(), cell.into(), scratch.into()];
            let known = e.call_slot_truth(Slot::enum_get, &args, "")?;
            e.require(known, self.fallback, "known")?;
            e.load(e.words.i32, scratch, 0, "number")
        })?;
        let after_other = e.here();
        e.jump(join)?;

        e.enter(member);
        let value = self.integer(e, Kind::Enum, object)?;
        let after_member = e.here();
        e.jump(join)?;

        e.enter(join);
        let ways = [(value.into(), after_member), (number, after_other)];
        Ok(e.meet(e.words.i32, &ways, "")?.into_int_value())
    }

    /// Flags of the class, or any number once there is a class.
    fn flags(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        object: PointerValue<'ctx>,
        index: usize,
    ) -> Result<IntValue<'ctx>> {
        let number = e.block("number");
        let other = e.block("no_member");
        let ty = e.load_pointer(object, abi::OB_TYPE, "type")?;
        let cell = e.cell(index)?;
        let class = e.load_pointer(cell, abi::cell::PYTYPE, "class")?;
        let is_member = e.same(ty, class, "is_member")?;
        e.branch(is_member, number, other, Usual::Then)?;

        e.enter(other);
        e.aside(|e| {
            let int = e.slot(Slot::long_type)?;
            self.require_same(e, ty, int, "int")?;
            let made = e.builder.build_is_not_null(class, "")?;
            e.branch(made, number, self.fallback, Usual::Then)
        })?;

        e.enter(number);
        self.integer(e, Kind::Flags, object)
    }

    fn boolean(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        object: PointerValue<'ctx>,
    ) -> Result<IntValue<'ctx>> {
        let true_ = e.slot(Slot::true_)?;
        let false_ = e.slot(Slot::false_)?;
        let is_true = e.same(object, true_, "is_true")?;
        let is_false = e.same(object, false_, "is_false")?;
        let is_bool = e.builder.build_or(is_true, is_false, "")?;
        e.require(is_bool, self.fallback, "bool")?;
        e.builder.build_int_z_extend(is_true, e.words.i32, "")
    }

    /// The value of an object that has the layout of an `int`: one digit is read in place, more through a slot.
    fn integer(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        kind: Kind,
        object: PointerValue<'ctx>,
    ) -> Result<IntValue<'ctx>> {
        let (i32, i64) = (e.words.i32, e.words.i64);
        let (is_short, sign) = self.sign(e, object)?;
        let short = e.block("short");
        let wide = kind.size() >= 4;
        let long = if wide { e.block("long") } else { self.fallback };
        e.branch(is_short, short, long, Usual::Then)?;

        e.enter(short);
        let digit = e.load_int(i32, object, 24, "digit")?;
        let value = e.builder.build_int_nsw_mul(sign, digit, "value")?;
        let (ty, signed) = c_integer(e.words, kind);
        let value = match kind {
            Kind::I32 | Kind::Enum => value,
            Kind::I64 => e.builder.build_int_s_extend(value, i64, "")?,
            Kind::U32 | Kind::Flags | Kind::U64 => {
                let fits = e.compare(IntPredicate::SGE, value, 0, "")?;
                e.require(fits, self.fallback, "positive")?;
                if ty == i64 {
                    e.builder.build_int_z_extend(value, i64, "")?
                } else {
                    value
                }
            }
            _ => {
                let bits = 8 * kind.size() as u32;
                let from_least = if signed {
                    let least = i32.const_int(1 << (bits - 1), false);
                    e.builder.build_int_add(value, least, "")?
                } else {
                    value
                };
                let fits = e.compare(IntPredicate::ULT, from_least, 1 << bits, "")?;
                e.require(fits, self.fallback, "in_range")?;
                e.builder.build_int_truncate(value, ty, "")?
            }
        };
        if !wide {
            return Ok(value);
        }
        let after_short = e.here();
        let join = e.block("ready");
        e.jump(join)?;

        e.enter(long);
        let long_value = e.aside(|e| {
            let get = if kind == Kind::U64 {
                Slot::long_as_u64
            } else {
                Slot::long_as_i64
            };
            let scratch = self.scratch(e)?;
            let fits = e.call_slot_truth(get, &[object.into(), scratch.into()], "")?;
            e.require(fits, self.fallback, "long.fits")?;
            let long_value = e.load_int(i64, scratch, 0, "")?;
            if ty == i64 {
                return Ok(long_value);
            }
            let narrow = e.builder.build_int_truncate(long_value, ty, "")?;
            let again = if signed {
                e.builder.build_int_s_extend(narrow, i64, "")?
            } else {
                e.builder.build_int_z_extend(narrow, i64, "")?
            };
            let fits = e
                .builder
                .build_int_compare(IntPredicate::EQ, again, long_value, "")?;
            e.require(fits, self.fallback, "long.in_range")?;
            Ok(narrow)
        })?;
        let after_long = e.here();
        e.jump(join)?;

        e.enter(join);
        let ways = [(value.into(), after_short), (long_value.into(), after_long)];
        Ok(e.meet(ty, &ways, "")?.into_int_value())
    }

    /// Whether an `int` has at most one digit, and what to multiply that with (-1, 0 or 1).
    fn sign(
        &self,
        e: &Emitter<'_, 'ctx>,
        object: PointerValue<'ctx>,
    ) -> Result<(IntValue<'ctx>, IntValue<'ctx>)> {
        let (i32, i64) = (e.words.i32, e.words.i64);
        let head = e.load_int(i64, object, 16, "head")?;
        if self.layout.long_style == 0 {
            let from_least = e.builder.build_int_add(head, i64.const_int(1, false), "")?;
            let is_short = e.compare(IntPredicate::ULT, from_least, 3, "is_short")?;
            let sign = e.builder.build_int_truncate(head, i32, "sign")?;
            Ok((is_short, sign))
        } else {
            let is_short = e.compare(IntPredicate::ULT, head, 2 << 3, "is_short")?;
            let tag = e.builder.build_int_truncate(head, i32, "")?;
            let tag = e.builder.build_and(tag, i32.const_int(3, false), "tag")?;
            let sign = e
                .builder
                .build_int_nsw_sub(i32.const_int(1, false), tag, "sign")?;
            Ok((is_short, sign))
        }
    }

    fn double(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        object: PointerValue<'ctx>,
    ) -> Result<FloatValue<'ctx>> {
        let f64 = e.words.f64;
        let exact = e.block("float");
        let other = e.block("not_float");
        let join = e.block("ready");
        let ty = e.load_pointer(object, abi::OB_TYPE, "type")?;
        let float = e.slot(Slot::float_type)?;
        let is_float = e.same(ty, float, "is_float")?;
        e.branch(is_float, exact, other, Usual::Then)?;

        e.enter(other);
        let converted = e.aside(|e| {
            let int = e.slot(Slot::long_type)?;
            self.require_same(e, ty, int, "int")?;
            let scratch = self.scratch(e)?;
            let fits =
                e.call_slot_truth(Slot::long_as_f64, &[object.into(), scratch.into()], "")?;
            e.require(fits, self.fallback, "int.fits")?;
            e.load(f64, scratch, 0, "")
        })?;
        let after_other = e.here();
        e.jump(join)?;

        e.enter(exact);
        let value = e.load(f64, object, abi::FLOAT_VALUE, "")?;
        e.jump(join)?;

        e.enter(join);
        let ways = [(value, exact), (converted, after_other)];
        Ok(e.meet(f64, &ways, "")?.into_float_value())
    }

    /// To single precision. A finite value beyond FLT_MAX is not the usual case, even where it would round to it;
    /// infinities and NaN are.
    fn float(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        value: FloatValue<'ctx>,
    ) -> Result<FloatValue<'ctx>> {
        // By bits, since a floating-point constant would lie outside the code. Without the sign they grow with the
        // magnitude, and those of infinity end the finite ones.
        let i64 = e.words.i64;
        let first_too_big = f64::from(f32::MAX).to_bits() + 1;
        let n_too_big = f64::INFINITY.to_bits() - first_too_big;
        let bits = e
            .builder
            .build_bit_cast(value, i64, "bits")?
            .into_int_value();
        let magnitude = e
            .builder
            .build_and(bits, i64.const_int(i64::MAX as u64, false), "")?;
        let beyond =
            e.builder
                .build_int_sub(magnitude, i64.const_int(first_too_big, false), "beyond")?;
        let fits = e.compare(IntPredicate::UGE, beyond, n_too_big, "")?;
        e.require(fits, self.fallback, "in_range")?;
        e.builder.build_float_trunc(value, e.words.f32, "")
    }

    fn utf8(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        object: PointerValue<'ctx>,
    ) -> Result<PointerValue<'ctx>> {
        self.require_string(e, object)?;
        let ascii = e.block("ascii");
        let other = e.block("not_ascii");
        let join = e.block("ready");
        let layout = self.layout;
        let mask = u64::from(layout.str_ascii_mask);
        let state = e.load_int(e.words.i32, object, layout.str_state as usize, "state")?;
        let bits = e
            .builder
            .build_and(state, e.words.i32.const_int(mask, false), "")?;
        let is_ascii = e.compare(IntPredicate::EQ, bits, mask, "is_ascii")?;
        e.branch(is_ascii, ascii, other, Usual::Then)?;

        e.enter(other);
        let borrowed = e.aside(|e| {
            let text = e.call_slot_pointer(Slot::utf8_borrow, &[object.into()], "")?;
            self.require_pointer(e, text, "utf8")?;
            Ok(text)
        })?;
        let after_other = e.here();
        e.jump(join)?;

        e.enter(ascii);
        let data = e.at(object, layout.str_ascii_data as usize, "")?;
        e.jump(join)?;

        e.enter(join);
        let ways = [(data.into(), ascii), (borrowed.into(), after_other)];
        Ok(e.meet(e.words.ptr, &ways, "")?.into_pointer_value())
    }

    /// The C pointer in a wrapper of the argument's class or of one that derives from it.
    fn wrapped(
        &self,
        e: &mut Emitter<'_, 'ctx>,
        object: PointerValue<'ctx>,
        index: usize,
    ) -> Result<PointerValue<'ctx>> {
        let instance = e.block("instance");
        let other = e.block("not_exact");
        let ty = e.load_pointer(object, abi::OB_TYPE, "type")?;
        let cell = e.cell(index)?;
        let class = e.load_pointer(cell, abi::cell::PYTYPE, "class")?;
        let exact = e.same(ty, class, "exact")?;
        e.branch(exact, instance, other, Usual::Then)?;

        e.enter(other);
        e.aside(|e| {
            self.require_pointer(e, class, "class_made")?;
            let derives = e.call_slot_truth(Slot::is_subtype, &[ty.into(), class.into()], "")?;
            e.branch(derives, instance, self.fallback, Usual::Then)
        })?;

        e.enter(instance);
        let pointer = e.load_pointer(object, abi::WRAPPER_POINTER, "pointer")?;
        self.require_pointer(e, pointer, "alive")?;
        Ok(pointer)
    }
}

/// The LLVM type of an integer kind, and whether it has a sign.
pub fn c_integer<'ctx>(words: &Words<'ctx>, kind: Kind) -> (IntType<'ctx>, bool) {
    match kind {
        Kind::I8 => (words.i8, true),
        Kind::U8 => (words.i8, false),
        Kind::I16 => (words.i16, true),
        Kind::U16 => (words.i16, false),
        Kind::Bool | Kind::I32 | Kind::Enum => (words.i32, true),
        Kind::U32 | Kind::Flags | Kind::Unichar => (words.i32, false),
        Kind::I64 => (words.i64, true),
        Kind::U64 | Kind::GType => (words.i64, false),
        _ => unreachable!("{kind:?} is no integer"),
    }
}

//! Runs the thunks: every kind in every place, with every value of `cases`, under every layout, and each way in which
//! a call can fail. What must happen is worked out here, from the contract, as a list of events; what did happen is
//! what the slots of the world wrote down.

use gijit_shape::layout::Layout;
use gijit_shape::{Arg, Direction, Gil, Kind, Shape, Value};

use super::cases::{ASCII_FILENAME, Case, Py, WIDE_FILENAME, WIDE_UTF8, Want, cases};
use super::memory::Executable;
use super::world::{
    CArg, Callee, DUP, Event, HANDED_ON, NEW_MEMORY, NEW_OBJECT, REFERENCES, STATE, THREAD, Text,
    World, extend,
};
use crate::codegen;
use crate::lower::Unit;

/// `PY_VECTORCALL_ARGUMENTS_OFFSET`
const ARGUMENTS_OFFSET: u64 = 1 << 63;
const ERROR: u64 = 0xe440_0000;

/// One call: what Python passes, and what goes wrong.
#[derive(Clone, Debug, Default)]
struct Scenario {
    inputs: Vec<Case>,
    /// The vectorcall's flag is set.
    offset_flag: bool,
    /// So many arguments more (or fewer) than `inputs`.
    surplus: i64,
    keywords: bool,
    throws: bool,
    failing_boxing: Option<usize>,
    failing_alloc: Option<usize>,
    failing_fill: bool,
    /// C leaves its out parameters alone and returns 0.
    silent: bool,
}

/// What a call came to.
#[derive(Debug, PartialEq)]
struct Trace {
    events: Vec<Event>,
    result: u64,
    /// References taken to None, True and False.
    references: [u64; 3],
}

/// What C gives for a value, from the number of its argument. Every bit pattern is odd in its upper half.
fn given(kind: Kind, number: usize) -> u64 {
    let n = number as u64;
    match kind {
        Kind::Void => 0,
        Kind::Bool => 1 + n,
        Kind::F32 => (1.25f32 + n as f32).to_bits().into(),
        Kind::F64 => (-2.5 - n as f64).to_bits(),
        Kind::I8 | Kind::I16 | Kind::I32 | Kind::I64 | Kind::Enum => {
            extend((n + 3).wrapping_neg(), 8 * kind.size() as u32, true)
        }
        Kind::U8 | Kind::U16 | Kind::U32 | Kind::U64 | Kind::Flags | Kind::GType => {
            extend((n + 5).wrapping_neg(), 8 * kind.size() as u32, false)
        }
        Kind::Unichar => 0x1_f600 + n,
        Kind::Utf8 | Kind::Filename | Kind::Object | Kind::Boxed | Kind::Value | Kind::Any => {
            0xcccc_0000 + 0x100 * n
        }
    }
}

/// What the callable makes in the frame for C: other bits in every byte, so that a width is seen.
fn made(shape: &Shape) -> Vec<u64> {
    let word = |(index, arg): (usize, &Arg)| match arg.direction {
        Direction::Out => 0,
        _ if arg.is_in_frame() => 0xf8e7_d6c5_b4a3_9281 ^ (index as u64) << 4,
        _ => 0,
    };
    let mut words: Vec<u64> = shape.args.iter().enumerate().map(word).collect();
    words.push(0);
    words
}

/// The rules, applied to one call.
struct Model<'a> {
    world: &'a World,
    shape: &'a Shape,
    scenario: &'a Scenario,
    cells: &'a [u64],
    events: Vec<Event>,
    references: [u64; 3],
    boxings: usize,
    objects: u64,
    counts: bool,
    /// The frame.
    words: Vec<u64>,
    /// The address of the arguments.
    args: u64,
}

/// A value that came out, and whether it is in memory of `boxed_alloc`.
#[derive(Clone, Copy)]
struct Came {
    value: Value,
    bits: u64,
    cell: u64,
    allocated: bool,
    /// Its word in the frame.
    word: Option<usize>,
}

impl Came {
    fn owned(&self) -> bool {
        self.allocated || self.value.full || self.word.is_some() || self.value.kind == Kind::Value
    }
}

impl Model<'_> {
    fn note(&mut self, name: &'static str, args: &[u64]) {
        self.events.push((name, args.to_vec()));
    }

    fn done(self, result: u64) -> Trace {
        Trace {
            events: self.events,
            result,
            references: self.references,
        }
    }

    /// The cell that a slot gets: strings have none.
    fn cell_for(&self, kind: Kind, index: usize) -> u64 {
        match kind {
            Kind::Utf8 | Kind::Filename => 0,
            _ => self.cells[index],
        }
    }

    fn run(mut self, objects: &[u64], classes: &[u64], args: u64, nargsf: u64) -> Trace {
        let (shape, scenario, layout) = (self.shape, self.scenario, self.layout());
        let hand_on = |mut model: Self, keywords: u64| {
            model.note("invoke", &[args, nargsf, keywords]);
            model.done(HANDED_ON)
        };
        let too_many = scenario.surplus > 0 && !shape.takes_more;
        if scenario.keywords || scenario.surplus < 0 || too_many {
            return hand_on(self, u64::from(scenario.keywords));
        }
        // Inputs.
        let mut position = 0;
        let mut pointers = Vec::new();
        for (index, arg) in shape.args.iter().enumerate() {
            pointers.push(0);
            if !arg.is_input() {
                continue;
            }
            let Some(&(py, slot, want)) = scenario.inputs.get(position) else {
                assert!(arg.optional, "the scenario passes too little");
                continue;
            };
            let object = objects[position];
            if let Some(slot) = slot {
                let mut args = vec![object];
                if slot == "is_subtype" {
                    args = vec![classes[position], self.pytype(index)];
                } else if slot == "enum_get" {
                    args.push(self.cells[index]);
                }
                self.note(slot, &args);
            }
            pointers[index] = match want {
                Want::HandOn => return hand_on(self, 0),
                Want::InPlace => object + u64::from(layout.str_ascii_data),
                Want::Bits(bits) => bits,
                Want::Unseen => {
                    position += 1;
                    continue;
                }
            };
            assert!(py != Py::Nothing || pointers[index] == 0);
            position += 1;
        }
        // Memory, then ownership.
        let mut allocated = 0;
        let mut dropped: Vec<Event> = Vec::new();
        for (index, arg) in shape.args.iter().enumerate() {
            if arg.direction != Direction::CallerAllocates || arg.is_in_frame() {
                continue;
            }
            if arg.value.kind == Kind::Value {
                dropped.push(("value_drop", vec![0]));
                continue;
            }
            let cell = self.cells[index];
            self.note("boxed_alloc", &[cell]);
            if scenario.failing_alloc == Some(allocated) {
                self.events.extend(dropped);
                return self.done(0);
            }
            let memory = NEW_MEMORY + allocated as u64;
            allocated += 1;
            dropped.push(("allocated_drop", vec![memory, cell]));
            pointers[index] = memory;
        }
        if shape.fills_frame() {
            let nargs = scenario.inputs.len() as i64 + scenario.surplus;
            self.note("frame_fill", &[args, nargs as u64]);
            if scenario.failing_fill {
                self.events.extend(dropped);
                return self.done(0);
            }
            self.words = made(shape);
        }
        for (index, arg) in shape.args.iter().enumerate() {
            if arg.is_in_frame() {
                let kind = arg.value.kind;
                pointers[index] = extend(
                    self.words[index],
                    8 * kind.size() as u32,
                    kind_is_signed(kind),
                );
            }
            if arg.is_input() && arg.value.full && pointers[index] != 0 {
                let slot = match arg.value.kind {
                    Kind::Object => "object_dup",
                    Kind::Boxed => "boxed_dup",
                    _ => "string_dup",
                };
                let cell = self.cell_for(arg.value.kind, index);
                self.note(slot, &[pointers[index], cell]);
                pointers[index] += DUP;
            }
        }
        // C.
        match shape.gil {
            Gil::Keep => {}
            Gil::Release => self.note("save_thread", &[]),
            Gil::Ask => self.note("save_thread_for", &pointers[..1]),
        }
        self.note("call", &pointers);
        if shape.gil != Gil::Keep {
            self.note("restore_thread", &[THREAD]);
        }
        for (index, arg) in shape.args.iter().enumerate() {
            let by_address = matches!(arg.direction, Direction::Out | Direction::InOut);
            if arg.is_in_frame() && by_address && !scenario.silent {
                let mut word = self.words[index].to_ne_bytes();
                let size = arg.value.kind.size();
                word[..size].copy_from_slice(&given(arg.value.kind, index).to_ne_bytes()[..size]);
                self.words[index] = u64::from_ne_bytes(word);
            }
        }
        // What came out.
        let n = shape.args.len();
        let returned = Came {
            value: shape.ret,
            bits: if scenario.silent {
                0
            } else {
                given(shape.ret.kind, n)
            },
            cell: self.cell_for(shape.ret.kind, n),
            allocated: false,
            word: (shape.ret.kind == Kind::Any).then_some(n),
        };
        if returned.word.is_some() {
            self.words[n] = returned.bits;
        }
        let mut came = Vec::new();
        let mut skipped = None;
        if shape.returns_value() {
            came.push(returned);
        } else if returned.owned() {
            skipped = Some(returned);
        }
        for (index, arg) in shape.args.iter().enumerate() {
            if !arg.is_output() {
                continue;
            }
            let word = arg.is_in_frame().then_some(index);
            let allocated = is_allocated(arg);
            came.push(Came {
                value: arg.value,
                bits: if allocated || scenario.silent {
                    // A value that C leaves alone is as zero as the pointers of what it did not allocate.
                    pointers[index]
                } else {
                    given(arg.value.kind, index)
                },
                cell: self.cell_for(arg.value.kind, index),
                allocated,
                word,
            });
        }
        if shape.throws && scenario.throws {
            for came in skipped.iter().chain(&came) {
                self.drop(came);
            }
            self.note("raise_gerror", &[ERROR]);
            self.end();
            return self.done(0);
        }
        if let Some(skipped) = skipped {
            self.drop(&skipped);
        }
        let mut boxed = Vec::new();
        for (index, value) in came.iter().enumerate() {
            let Some(object) = self.make_object(value) else {
                if came.len() > 1 {
                    // In the outputs' order: what was boxed is dropped, what was not is released.
                    for object in boxed {
                        self.note("decref", &[object]);
                    }
                    for rest in &came[index + 1..] {
                        self.drop(rest);
                    }
                }
                self.end();
                return self.done(0);
            };
            boxed.push(object);
        }
        match boxed.as_slice() {
            [] => {
                self.references[0] += u64::from(self.counts);
                let none = self.world.none;
                self.end();
                self.done(none)
            }
            &[single] => {
                self.end();
                self.done(single)
            }
            several => {
                self.note("result_tuple", several);
                self.end();
                let result = NEW_OBJECT + self.objects + 1;
                self.done(result)
            }
        }
    }

    fn layout(&self) -> Layout {
        STATE
            .with_borrow(|state| state.layout)
            .expect("a layout is set")
    }

    fn pytype(&self, index: usize) -> u64 {
        // SAFETY: the world's cells live as long as it.
        unsafe { *(self.cells[index] as *const u64) }
    }

    fn end(&mut self) {
        if self.shape.fills_frame() {
            self.note("frame_end", &[]);
        }
    }

    /// What is written down of a word in the frame: its index, and all words as they are then.
    fn seen(&self, index: usize) -> Vec<u64> {
        let mut seen = vec![index as u64];
        seen.extend_from_slice(&self.words);
        seen
    }

    fn drop(&mut self, came: &Came) {
        if let Some(index) = came.word {
            let seen = self.seen(index);
            return self.note("frame_drop", &seen);
        }
        if came.value.kind == Kind::Value {
            return self.note("value_drop", &[came.bits]);
        }
        if !came.owned() || came.bits == 0 {
            return;
        }
        let slot = match came.value.kind {
            _ if came.allocated => "allocated_drop",
            Kind::Object => "object_drop",
            Kind::Boxed => "boxed_drop",
            _ => "string_drop",
        };
        self.note(slot, &[came.bits, came.cell]);
    }

    fn make_object(&mut self, came: &Came) -> Option<u64> {
        let (bits, cell, full) = (came.bits, came.cell, came.value.full);
        let kind = came.value.kind;
        let seen = came.word.map(|index| {
            let mut seen = self.seen(index);
            seen.push(self.args);
            seen
        });
        let widened = extend(bits, 8 * kind.size().max(1) as u32, kind_is_signed(kind));
        let (slot, args): (_, &[u64]) = match kind {
            Kind::Void => unreachable!("void is no output"),
            Kind::Any => ("frame_out", seen.as_deref().expect("it has a word")),
            Kind::Bool => {
                let truth = bits as u32 != 0;
                self.references[if truth { 1 } else { 2 }] += u64::from(self.counts);
                return Some(if truth {
                    self.world.true_
                } else {
                    self.world.false_
                });
            }
            Kind::U64 => ("u64_out", &[bits]),
            Kind::F32 => (
                "f64_out",
                &[f64::from(f32::from_bits(bits as u32)).to_bits()],
            ),
            Kind::F64 => ("f64_out", &[bits]),
            Kind::Value => ("value_out", &[bits]),
            Kind::Unichar => ("unichar_out", &[widened]),
            Kind::GType => ("gtype_out", &[bits]),
            Kind::Utf8 if full => ("utf8_out_full", &[bits]),
            Kind::Utf8 => ("utf8_out_none", &[bits]),
            Kind::Filename if full => ("filename_out_full", &[bits]),
            Kind::Filename => ("filename_out_none", &[bits]),
            Kind::Enum => ("enum_out", &[widened, cell]),
            Kind::Flags => ("flags_out", &[widened, cell]),
            Kind::Object if full => ("object_out_full", &[bits, cell]),
            Kind::Object => ("object_out_none", &[bits, cell]),
            Kind::Boxed if came.allocated => ("allocated_out", &[bits, cell]),
            Kind::Boxed if full => ("boxed_out_full", &[bits, cell]),
            Kind::Boxed => ("boxed_out_none", &[bits, cell]),
            _ => ("i64_out", &[widened]),
        };
        self.note(slot, args);
        let number = self.boxings;
        self.boxings += 1;
        if self.scenario.failing_boxing == Some(number) {
            return None;
        }
        self.objects += 1;
        Some(NEW_OBJECT + self.objects)
    }
}

fn kind_is_signed(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Bool | Kind::I8 | Kind::I16 | Kind::I32 | Kind::I64 | Kind::Enum
    )
}

/// Whether `boxed_alloc` makes its memory.
fn is_allocated(arg: &Arg) -> bool {
    let is_memory = arg.direction == Direction::CallerAllocates && !arg.is_in_frame();
    is_memory && arg.value.kind != Kind::Value
}

fn c_arg(arg: &Arg, index: usize, silent: bool) -> CArg {
    let kind = arg.value.kind;
    match (arg.direction, kind) {
        (Direction::Out | Direction::InOut, _) | (_, Kind::Value) => CArg::Out {
            bytes: kind.size() as u32,
            signed: kind_is_signed(kind),
            write: (!silent).then(|| given(kind, index)),
        },
        (_, Kind::F32) => CArg::F32,
        (_, Kind::F64) => CArg::F64,
        (_, kind) => CArg::Int {
            bits: 8 * kind.size() as u32,
            signed: kind_is_signed(kind),
        },
    }
}

/// Makes the object of a case; the argument's class is `class`. Returns it and its class.
fn make(world: &mut World, py: Py, class: u64) -> (u64, u64) {
    let other = world.class();
    let string = world.string;
    let both = Text {
        utf8: WIDE_UTF8,
        filename: WIDE_FILENAME,
        unichar: None,
    };
    let object = match py {
        Py::Nothing => world.none,
        Py::True => world.true_,
        Py::False => world.false_,
        Py::Int(value) => world.int_of(world.int, value),
        Py::IntLike(value) => world.int_of(other, value),
        Py::Float(value) => world.float_of(world.float, value),
        Py::FloatLike(value) => world.float_of(other, value),
        Py::Ascii => {
            // The UTF-8 must not be asked for.
            let text = Text {
                filename: ASCII_FILENAME,
                ..Text::default()
            };
            world.string_of(string, true, true, text)
        }
        Py::Wide => world.string_of(string, true, false, both),
        Py::Lone => world.string_of(string, true, false, Text::default()),
        Py::Char(code) => {
            let text = Text {
                unichar: Some(code),
                ..Text::default()
            };
            world.string_of(string, true, false, text)
        }
        Py::StrLike => world.string_of(other, false, true, both),
        Py::GType(value) => world.object(world.gtype, &[value]),
        Py::Member(value) => world.int_of(class, value),
        Py::Exact(pointer) => world.object(class, &[pointer]),
        Py::Derived(pointer) => {
            STATE.with_borrow_mut(|state| state.subtypes.insert((other, class)));
            world.object(other, &[pointer])
        }
        Py::Foreign(pointer) => world.object(other, &[pointer]),
        Py::Unmade => world.int_of(other, 1),
        Py::UnmadeInt(value) => world.int_of(world.int, value),
    };
    // SAFETY: the object has just been made, and all have their class at offset 8.
    let class = unsafe { *((object + 8) as *const u64) };
    (object, class)
}

/// Makes one call through the thunk and compares what happens with the model.
fn check(code: &Executable, thunk: usize, shape: &Shape, layout: Layout, scenario: &Scenario) {
    let mut world = World::new(layout);
    let (mut cells, mut objects, mut classes) = (Vec::new(), Vec::new(), Vec::new());
    let mut position = 0;
    for arg in &shape.args {
        let mut class = world.class();
        if arg.is_input() {
            if let Some(&(py, ..)) = scenario.inputs.get(position) {
                let (object, its_class) = make(&mut world, py, class);
                objects.push(object);
                classes.push(its_class);
                if matches!(py, Py::Unmade | Py::UnmadeInt(_)) {
                    class = 0;
                }
            }
            position += 1;
        }
        cells.push(world.cell(class));
    }
    let class = world.class();
    cells.push(world.cell(class));
    let callable = world.callable(&cells);

    let nargs = scenario.inputs.len() as i64 + scenario.surplus;
    // Positions behind the last argument hold what must not be read; one before the first is allowed to exist.
    let mut array = objects.clone();
    array.extend([1, 3, 5, 7]);
    let args = world.array(&array);
    let nargsf = nargs as u64
        | if scenario.offset_flag {
            ARGUMENTS_OFFSET
        } else {
            0
        };
    let keywords = u64::from(scenario.keywords);

    let ret = if scenario.silent {
        0
    } else {
        given(shape.ret.kind, shape.args.len())
    };
    // The upper part of a register that carries a narrow result may hold anything.
    let garbage = match shape.ret.kind.size() {
        8 => 0,
        size => !0 << (8 * size),
    };
    STATE.with_borrow_mut(|state| {
        state.failing_boxing = scenario.failing_boxing;
        state.failing_alloc = scenario.failing_alloc;
        state.failing_fill = scenario.failing_fill;
        state.words = made(shape);
        state.callee = Callee {
            args: shape
                .args
                .iter()
                .enumerate()
                .map(|(index, arg)| c_arg(arg, index, scenario.silent))
                .collect(),
            error: shape
                .throws
                .then_some(if scenario.throws { ERROR } else { 0 }),
            ret: ret ^ garbage,
            ret_float: ret,
        };
    });

    let model = Model {
        world: &world,
        shape,
        scenario,
        cells: &cells,
        events: Vec::new(),
        references: [0; 3],
        boxings: 0,
        objects: 0,
        counts: layout.counts_singletons != 0,
        words: vec![0; shape.args.len() + 1],
        args,
    };
    let wanted = model.run(&objects, &classes, args, nargsf);
    let result = code.call(thunk, [callable, args, nargsf, keywords]);
    let taken = [world.none, world.true_, world.false_]
        .map(|object| world.references(object).wrapping_sub(REFERENCES));
    let happened = Trace {
        events: STATE.with_borrow_mut(|state| std::mem::take(&mut state.events)),
        result,
        references: taken,
    };
    assert_eq!(
        happened, wanted,
        "left: what happened, right: what should have\n{shape}\n{scenario:?}\n{layout:?}"
    );
}

/// Good inputs for all arguments of a shape: row `n` of each argument's good rows.
fn good_inputs(shape: &Shape, n: usize) -> Vec<Case> {
    let inputs = shape.args.iter().filter(|arg| arg.is_input());
    inputs
        .enumerate()
        .map(|(position, arg)| {
            let good: Vec<Case> = cases(arg)
                .into_iter()
                .filter(|(.., want)| *want != Want::HandOn)
                .collect();
            good[(n + position) % good.len()]
        })
        .collect()
}

/// Every scenario of a shape: each row of each input while the others are good, each arity, each failure.
fn scenarios(shape: &Shape) -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    let with = |inputs: Vec<Case>| Scenario {
        inputs,
        ..Scenario::default()
    };
    for n in 0..3 {
        let base = with(good_inputs(shape, n));
        scenarios.push(Scenario {
            silent: n == 2,
            offset_flag: n == 1,
            ..base.clone()
        });
        scenarios.push(Scenario {
            throws: true,
            silent: n == 2,
            ..base.clone()
        });
        for failing in 0..shape.n_outputs() {
            scenarios.push(Scenario {
                failing_boxing: Some(failing),
                silent: n == 2,
                ..base.clone()
            });
        }
        let memory = shape.args.iter().filter(|arg| is_allocated(arg));
        for failing in 0..memory.count() {
            scenarios.push(Scenario {
                failing_alloc: Some(failing),
                ..base.clone()
            });
        }
        if shape.fills_frame() {
            scenarios.push(Scenario {
                failing_fill: true,
                ..base
            });
        }
    }
    let inputs: Vec<&Arg> = shape.args.iter().filter(|arg| arg.is_input()).collect();
    for (position, arg) in inputs.iter().enumerate() {
        for case in cases(arg) {
            let mut row = good_inputs(shape, 0);
            row[position] = case;
            scenarios.push(with(row));
        }
    }
    for passed in shape.min_inputs()..inputs.len() {
        let mut row = good_inputs(shape, 0);
        row.truncate(passed);
        scenarios.push(Scenario {
            offset_flag: passed % 2 == 1,
            ..with(row)
        });
    }
    for offset_flag in [false, true] {
        let many = with(good_inputs(shape, 0));
        scenarios.push(Scenario {
            keywords: true,
            offset_flag,
            ..many.clone()
        });
        scenarios.push(Scenario {
            surplus: 1,
            offset_flag,
            ..many.clone()
        });
        if shape.min_inputs() > 0 {
            let mut few = many;
            few.inputs.truncate(shape.min_inputs());
            scenarios.push(Scenario {
                surplus: -1,
                offset_flag,
                ..few
            });
        }
    }
    scenarios
}

/// Compiles all shapes for each layout and runs all scenarios. Returns how many calls that were.
fn run(texts: &[String]) -> usize {
    let shapes: Vec<Shape> = texts
        .iter()
        .map(|text| text.parse().unwrap_or_else(|error| panic!("{error}")))
        .collect();
    let units: Vec<Unit> = shapes.iter().cloned().map(Unit::Thunk).collect();
    let mut calls = 0;
    for minor in [11, 12, 14] {
        let layout = Layout::of_python(minor).expect("a known version");
        let code = codegen::compile(&units, &layout).unwrap_or_else(|error| panic!("{error}"));
        let code = Executable::new(&code.bytes, &code.thunks);
        for (thunk, shape) in shapes.iter().enumerate() {
            for scenario in scenarios(shape) {
                check(&code, thunk, shape, layout, &scenario);
                calls += 1;
            }
        }
    }
    println!("{} shapes, {calls} calls in all layouts", shapes.len());
    calls
}

fn kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL
        .into_iter()
        .map(|(kind, _)| kind)
        .filter(|kind| !matches!(kind, Kind::Void | Kind::Value))
}

/// Whether it is a pointer of which the thunk knows what it is.
fn opened(kind: Kind) -> bool {
    kind.is_pointer() && kind != Kind::Any
}

#[test]
fn every_kind_goes_in() {
    let mut texts = vec!["keep () -> void".to_owned(), "rel () -> void !".to_owned()];
    for kind in kinds() {
        let name = kind.name();
        texts.push(format!("keep ({name}) -> void"));
        texts.push(format!("rel (obj, {name}) -> void !"));
        if opened(kind) {
            for suffix in ["?", "?=", "+", "+?", "+?="] {
                texts.push(format!("keep ({name}{suffix}) -> void"));
            }
        }
    }
    texts.push("keep (bool=) -> void".to_owned());
    texts.push("keep (any=) -> void".to_owned());
    assert!(run(&texts) > 3 * 500);
}

#[test]
fn every_kind_comes_out() {
    let mut texts = vec!["keep () -> ~bool".to_owned()];
    for kind in kinds() {
        let name = kind.name();
        for value in [name.to_owned(), format!("{name}+")] {
            if value.ends_with('+') && !opened(kind) {
                continue;
            }
            for gil in ["keep", "rel"] {
                for error in ["", " !"] {
                    texts.push(format!("{gil} () -> {value}{error}"));
                    texts.push(format!("{gil} () -> ~{value}{error}"));
                    texts.push(format!("{gil} (>{value}) -> void{error}"));
                    texts.push(format!("{gil} (>{value}) -> {value}{error}"));
                    texts.push(format!("{gil} (<>{value}) -> ~bool{error}"));
                    texts.push(format!(
                        "{gil} (>i32, >{value}, <>{value}) -> {value}{error}"
                    ));
                }
            }
        }
        if opened(kind) {
            texts.push(format!("rel (<>{name}?) -> void"));
            texts.push(format!("rel (<>{name}+?) -> void !"));
            texts.push(format!("rel (i32, <>{name}+?=) -> bool !"));
        }
    }
    assert!(run(&texts) > 3 * 5000);
}

#[test]
fn memory_of_the_caller_is_given_back() {
    run(&[
        "keep (*>box) -> void",
        "rel (*>box) -> bool !",
        "rel (obj, *>box, i32, *>box, *>box) -> void",
        "rel (str+, *>box, >str+, *>box) -> ~str+ !",
        "rel (obj+?, *>box, *>box) -> obj+ !",
    ]
    .map(str::to_owned));
}

#[test]
fn arguments_go_to_the_stack_as_c_wants_them() {
    let mut texts = vec![
        "keep (i32, f64, i64, f64, i8, f32, u16, f64, i32, f32, u64, f64) -> f64".to_owned(),
        "rel (i8, u8, i16, u16, i32, u32, i8, u8, i16, u16, i32, u32) -> i8 !".to_owned(),
        "keep (f32, f64, f32, f64, f32, f64, f32, f64, f32, f64, f32, f64) -> f32".to_owned(),
        "rel (obj, i32, >i32, str?, >str+, <>i64, enum, flags, *>box, bool=, obj?=, str+?=) -> bool !"
            .to_owned(),
    ];
    // Each kind as the last of nine, on the stack.
    for kind in kinds() {
        let name = kind.name();
        texts.push(format!(
            "keep (i32, i32, i32, i32, i32, i32, i32, {name}, {name}) -> {name}"
        ));
    }
    run(&texts);
}

#[test]
fn what_is_not_opened_lies_in_the_frame() {
    let mut texts = Vec::new();
    for error in ["", " !"] {
        for text in [
            // Only outputs: nothing is made, so nothing ends.
            "rel () -> any",
            "rel (obj) -> ~any",
            "rel (obj, #>u32) -> any",
            "rel (i32, >any, #>u64) -> bool",
            "keep (>any, #>i32, >any, >str+) -> any",
            // Inputs, and what is hidden beside them.
            "rel (obj, any, #u64) -> void",
            "rel (#i8, any, #u8, #i16, #u16, #bool, #i64, #i32, #u32) -> str+",
            "keep (any, any, <>any, #<>i32, i32) -> any",
            "rel (str+, any, obj+, any, *>box, *>box) -> obj+",
            // Memory.
            "ask (obj, box, i32, *>val) -> void",
            "ask (obj+, any) -> str",
            "rel (*>val, any, *>box, *>val) -> ~str+",
            "rel (*>any) -> void",
            "rel (<*>any, *>any, *>box, any) -> ~any",
            "rel (<*>any=) -> bool",
            // User data.
            "rel (obj, obj?=, any=, #any, ...) -> void",
            "rel (any, any=, #any, ...) -> i32",
            "rel (obj, any, #any, #any, >i32, ...) -> any",
        ] {
            texts.push(format!("{text}{error}"));
        }
    }
    assert!(run(&texts) > 3 * 700);
}

#[test]
fn any_mixture_behaves() {
    // Xorshift: the same shapes in every run.
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % n
    };
    // A third of them is not opened.
    let mut kinds: Vec<Kind> = kinds().chain([Kind::Any; 10]).collect();
    kinds.extend([Kind::Value; 3]);
    let mut texts = Vec::new();
    while texts.len() < 250 {
        let mut optional = false;
        let mut args = Vec::new();
        for _ in 0..random(7) {
            let kind = kinds[random(kinds.len())];
            let pointer = opened(kind);
            let direction = match random(8) {
                0 | 1 => Direction::Out,
                2 => Direction::InOut,
                _ if kind == Kind::Value => Direction::CallerAllocates,
                3 if matches!(kind, Kind::Boxed | Kind::Any) => Direction::CallerAllocates,
                4 if kind == Kind::Any => Direction::InPlace,
                _ => Direction::In,
            };
            let hidden = kind != Kind::Value && random(6) == 0;
            let input = !hidden
                && matches!(
                    direction,
                    Direction::In | Direction::InOut | Direction::InPlace
                );
            let pointer = pointer && !hidden && kind != Kind::Value;
            let nullable = pointer && random(2) == 0;
            if input && !optional {
                optional = random(4) == 0;
            }
            args.push(Arg {
                value: Value {
                    kind,
                    full: pointer && random(2) == 0,
                },
                direction,
                nullable: nullable || (pointer && optional && input),
                optional: optional && input,
                hidden,
            });
        }
        let ret = Kind::ALL[random(Kind::ALL.len())].0;
        let shape = Shape {
            args,
            takes_more: random(6) == 0,
            ret: Value {
                kind: ret,
                full: opened(ret) && random(2) == 0,
            },
            skip_return: random(4) == 0,
            throws: random(2) == 0,
            gil: [Gil::Keep, Gil::Release, Gil::Ask][random(3)],
        };
        // Only nullable pointers and booleans can be optional; try again for others.
        if shape.check().is_ok() {
            texts.push(shape.to_string());
        }
    }
    assert!(run(&texts) > 3 * 5000);
}

//! From LLVM functions to bytes: makes code of a module, and proves that the code stands alone. It knows
//! LLVM and object files, but not what the functions do.

use std::ffi::c_int;
use std::sync::Once;

use inkwell::OptimizationLevel;
use inkwell::context::Context;
use inkwell::llvm_sys::support::LLVMParseCommandLineOptions;
use inkwell::memory_buffer::MemoryBuffer;
use inkwell::module::Module;
use inkwell::targets::{
    CodeModel, FileType, InitializationConfig, RelocMode, Target, TargetMachine, TargetTriple,
};
use object::read::elf::ElfFile64;
use object::{Object, ObjectSection, ObjectSymbol, SectionFlags, SectionIndex, SymbolKind};

use gijit_shape::layout::Layout;

use crate::lower::{Unit, Words};

#[cfg(not(target_os = "linux"))]
compile_error!("the engine reads ELF objects; other systems need a reader of their own format");

/// The least machine that code is made for: what is compiled here may be stored and run elsewhere.
#[cfg(target_arch = "x86_64")]
const MACHINE: (&str, &str) = ("x86_64-unknown-linux-gnu", "x86-64");
#[cfg(target_arch = "aarch64")]
const MACHINE: (&str, &str) = ("aarch64-unknown-linux-gnu", "generic");

// No passes run over the IR before code generation: `lower` writes it as it should be, with values in registers and
// shared loads shared. Tried: with `early-cse,simplifycfg`, `keep (i32) -> i32` came out the same, instruction by
// instruction, and the library grew from 34.7 to 45.6 MB.
//
// Compiling takes 0.5 ms for the least thunk and 1.2 to 1.6 ms for common ones (in a batch, x86-64 at 2.7 GHz, LLVM 19;
// `tests/speed.rs`), nearly all of it in LLVM's code generator and spread over its many passes. Its lowest level takes
// 0.1 to 0.2 ms, and makes code of nearly twice the size that goes through memory for everything.

/// Alignment of each thunk's first byte.
const ALIGNMENT: u32 = 16;

/// The code of a batch of thunks.
#[derive(Debug)]
pub struct Code {
    /// Offset and length of each thunk in `bytes`, in the order of the shapes.
    pub thunks: Vec<(u32, u32)>,
    pub bytes: Vec<u8>,
}

/// Compiles all shapes at once: one module costs far less than many.
pub fn compile(shapes: &[Unit], layout: &Layout) -> Result<Code, String> {
    let context = Context::create();
    let machine = machine()?;
    let module = make_module(&context, &machine, shapes, layout)?;
    let object = machine
        .write_to_memory_buffer(&module, FileType::Object)
        .map_err(|error| error.to_string())?;
    extract(object.as_slice(), shapes)
}

/// The IR of a shape and its assembly.
pub fn disassemble(shape: &Unit, layout: &Layout) -> Result<String, String> {
    let context = Context::create();
    let machine = machine()?;
    machine.set_asm_verbosity(true);
    let module = make_module(&context, &machine, std::slice::from_ref(shape), layout)?;
    let ir = module.print_to_string().to_string();
    let assembly: MemoryBuffer = machine
        .write_to_memory_buffer(&module, FileType::Assembly)
        .map_err(|error| error.to_string())?;
    let assembly = String::from_utf8_lossy(assembly.as_slice());
    Ok(format!(
        "{ir}; assembly\n{}",
        assembly.trim_end_matches('\0')
    ))
}

pub(crate) fn machine() -> Result<TargetMachine, String> {
    static INITIALISED: Once = Once::new();
    INITIALISED.call_once(|| {
        set_options();
        let config = InitializationConfig {
            asm_parser: false,
            asm_printer: true,
            base: true,
            disassembler: false,
            info: true,
            machine_code: true,
        };
        #[cfg(target_arch = "x86_64")]
        Target::initialize_x86(&config);
        #[cfg(target_arch = "aarch64")]
        Target::initialize_aarch64(&config);
    });
    let (triple, cpu) = MACHINE;
    let triple = TargetTriple::create(triple);
    let target = Target::from_triple(&triple).map_err(|error| error.to_string())?;
    target
        .create_target_machine(
            &triple,
            cpu,
            "",
            OptimizationLevel::Default,
            RelocMode::PIC,
            CodeModel::Small,
        )
        .ok_or_else(|| format!("LLVM has no code generator for {cpu}"))
}

/// Settings of LLVM that only its command line reaches. One that a version of LLVM does not know is ignored.
fn set_options() {
    // What the first use of a register that the caller wants back costs, against 16384 for one access to memory on
    // every call. It keeps values that only the rare paths need out of such registers, so that the usual path saves
    // none of them: `keep (i32) -> i32` loses its four pushes and pops.
    let arguments = [
        c"gijit".as_ptr(),
        c"-regalloc-csr-first-time-cost=16384".as_ptr(),
    ];
    // SAFETY: both strings live for ever, their number is right, and no description is given, which is allowed. It is
    // called once, before LLVM does anything else.
    unsafe {
        LLVMParseCommandLineOptions(
            arguments.len() as c_int,
            arguments.as_ptr(),
            std::ptr::null(),
        );
    }
}

fn make_module<'ctx>(
    context: &'ctx Context,
    machine: &TargetMachine,
    shapes: &[Unit],
    layout: &Layout,
) -> Result<Module<'ctx>, String> {
    let module = context.create_module("thunks");
    module.set_triple(&machine.get_triple());
    module.set_data_layout(&machine.get_target_data().get_data_layout());
    let words = Words::new(context);
    for (index, shape) in shapes.iter().enumerate() {
        let function = shape
            .lower(&words, &module, &symbol(index), layout)
            .map_err(|error| format!("{shape}: {error}"))?;
        function.as_global_value().set_alignment(ALIGNMENT);
        if cfg!(debug_assertions) && !function.verify(true) {
            return Err(format!("{shape}: LLVM finds the thunk's IR malformed"));
        }
    }
    Ok(module)
}

fn symbol(index: usize) -> String {
    format!("thunk{index}")
}

/// Takes the code out of an object file, and refuses one that needs anything else.
pub(crate) fn extract(object: &[u8], shapes: &[Unit]) -> Result<Code, String> {
    let wrong = |error: object::Error| format!("the object file of the thunks: {error}");
    let file: ElfFile64 = ElfFile64::parse(object).map_err(wrong)?;
    let text = file
        .section_by_name(".text")
        .ok_or("the object file of the thunks has no code")?;
    let thunks = thunks(&file, text.index(), text.size(), shapes)?;
    if let Some((offset, relocation)) = text.relocations().next() {
        let shape = thunks
            .iter()
            .position(|&(start, len)| offset.wrapping_sub(start.into()) < len.into())
            .map_or("no thunk".to_owned(), |index| shapes[index].to_string());
        return Err(format!(
            "{shape}: its code needs {}, at {offset:#x}",
            target_name(&file, &relocation)
        ));
    }
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags } = section.flags() else {
            continue;
        };
        let loaded = sh_flags & u64::from(object::elf::SHF_ALLOC) != 0;
        if loaded && section.index() != text.index() && section.size() > 0 {
            let name = section.name().unwrap_or("?");
            let users: Vec<String> = shapes.iter().map(ToString::to_string).collect();
            return Err(format!(
                "a thunk needs data outside its code, section {name}; one of: {}",
                users.join("; ")
            ));
        }
    }
    Ok(Code {
        thunks,
        bytes: text.data().map_err(wrong)?.to_vec(),
    })
}

fn target_name(file: &ElfFile64, relocation: &object::Relocation) -> String {
    match relocation.target() {
        object::RelocationTarget::Symbol(index) => {
            let symbol = file.symbol_by_index(index);
            match symbol.and_then(|symbol| symbol.name()) {
                Ok(name) if !name.is_empty() => format!("the symbol {name}"),
                _ => "a section of data".to_owned(),
            }
        }
        _ => "a relocation".to_owned(),
    }
}

fn thunks(
    file: &ElfFile64,
    text: SectionIndex,
    size: u64,
    shapes: &[Unit],
) -> Result<Vec<(u32, u32)>, String> {
    let mut thunks = vec![None; shapes.len()];
    for symbol in file.symbols() {
        if symbol.kind() != SymbolKind::Text || symbol.section_index() != Some(text) {
            continue;
        }
        let index = symbol
            .name()
            .ok()
            .and_then(|name| name.strip_prefix("thunk")?.parse::<usize>().ok());
        let Some(place) = index.and_then(|index| thunks.get_mut(index)) else {
            return Err("the object file of the thunks has a function of another name".to_owned());
        };
        let (start, len) = (symbol.address(), symbol.size());
        let inside = start.checked_add(len).is_some_and(|end| end <= size);
        if !inside || start % u64::from(ALIGNMENT) != 0 || len == 0 {
            return Err(format!("a thunk at {start:#x}, {len} bytes, of {size}"));
        }
        let (Ok(start), Ok(len)) = (u32::try_from(start), u32::try_from(len)) else {
            return Err(format!("{size} bytes of code are too many"));
        };
        *place = Some((start, len));
    }
    thunks
        .into_iter()
        .zip(shapes)
        .map(|(thunk, shape)| thunk.ok_or_else(|| format!("{shape}: no code was made")))
        .collect()
}

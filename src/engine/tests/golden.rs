//! Shows the code of every family of shapes, and notices when it changes: `tests/golden/<family>.txt` has the IR and
//! the assembly of some shapes. `BLESS=1 cargo test -p gijit-engine golden` writes the files anew; read the difference
//! before you commit it.
//!
//! The files are for one LLVM and one kind of machine, see `tests/mod.rs`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use gijit_shape::Kind;
use gijit_shape::layout::Layout;

use crate::codegen;
use crate::lower::Unit;

/// Name of the family, minor version of Python, its shapes.
type Family = (String, u32, Vec<String>);

fn families() -> Vec<Family> {
    let mut families = Vec::new();
    let mut add = |name: &str, minor: u32, shapes: &[&str]| {
        let shapes = shapes.iter().map(|shape| shape.to_string()).collect();
        families.push((name.to_owned(), minor, shapes));
    };
    add("void", 11, &["keep () -> void", "rel () -> void"]);
    for (kind, name) in Kind::ALL {
        if !matches!(kind, Kind::Void | Kind::Value) {
            add(
                &format!("kind-{name}"),
                11,
                &[&format!("keep ({name}) -> {name}")],
            );
        }
    }
    add(
        "nullable",
        11,
        &["keep (str?) -> void", "keep (obj, obj?) -> void"],
    );
    add(
        "optional",
        11,
        &[
            "keep (obj, str?=, bool=) -> void",
            "keep (i32, obj?=) -> void",
        ],
    );
    add(
        "transfer-full",
        11,
        &[
            "keep (str+) -> str+",
            "keep (path+?) -> path+",
            "keep (obj+) -> obj+",
            "keep (box+) -> box+",
        ],
    );
    add("out", 11, &["keep (>i32) -> void", "keep (>str+) -> void"]);
    add(
        "inout",
        11,
        &["keep (<>i32) -> void", "keep (<>str+?) -> void"],
    );
    add(
        "caller-allocates",
        11,
        &[
            "keep (obj, *>box) -> void",
            "keep (*>box, *>box) -> bool",
            "keep (obj, *>val) -> void",
        ],
    );
    add(
        "throws",
        11,
        &["rel (obj) -> bool !", "rel (obj, >str+) -> ~obj+ !"],
    );
    add(
        "skip-return",
        11,
        &["keep (>i32) -> ~bool", "keep () -> ~str+"],
    );
    add(
        "entry",
        11,
        &[
            "back () -> void",
            "back (obj, i32) -> bool",
            "back (str, #any) -> any",
            "data (obj, f64) -> void",
            "back (obj, box) -> bool",
        ],
    );
    add(
        "tuple",
        11,
        &[
            "keep (obj, >i32, >i32) -> void",
            "keep (>obj+, >str+) -> bool",
        ],
    );
    // What the thunk does not open.
    add(
        "frame",
        11,
        &[
            "rel (obj) -> any",
            "rel (obj, #>u32) -> any",
            "rel (obj, any, #u64) -> void",
            "rel (obj, obj?=, any=, #any, ...) -> void",
            "rel (str, >any, #>u64, >str+) -> bool !",
            "rel (obj+, any, <*>any, *>box) -> ~any !",
        ],
    );
    add(
        "gil",
        11,
        &["keep (i32) -> i32", "rel (i32) -> i32", "ask (obj) -> i32"],
    );
    add(
        "twelve",
        11,
        &["keep (i32, f64, i32, f64, i32, f64, i32, f64, i32, f64, i32, f64) -> f64"],
    );
    // What differs from 3.12 on: ints, strings, and singletons that are not counted.
    add(
        "python-3.12",
        12,
        &[
            "keep () -> void",
            "keep (bool) -> bool",
            "keep (u32) -> i64",
            "keep (str) -> str",
        ],
    );
    // The commonest shapes of GTK.
    add(
        "common",
        11,
        &[
            "rel (obj) -> bool",
            "rel (obj) -> void",
            "rel (obj, bool) -> void",
            "rel (obj) -> i32",
            "rel (obj) -> obj",
            "rel (obj) -> enum",
            "rel (obj, obj?) -> void",
            "rel (obj, i32) -> void",
            "rel (obj) -> str",
        ],
    );
    families
}

/// Without what says nothing about the thunk.
fn normalised(text: &str) -> String {
    let (ir, assembly) = text
        .split_once("\n; assembly\n")
        .expect("both parts are there");
    let mut out = String::new();
    let uninteresting = [
        "; ModuleID",
        "; Function Attrs",
        "source_filename",
        "target ",
    ];
    for line in ir.lines() {
        if !line.is_empty() && !uninteresting.iter().any(|start| line.starts_with(start)) {
            writeln!(out, "{line}").expect("a string takes everything");
        }
    }
    out.push_str("; assembly\n");
    for line in assembly.lines() {
        let code = line.split('#').next().unwrap_or(line).trim_end();
        let directive = code.trim_start().starts_with('.') && !code.ends_with(':');
        if !code.is_empty() && !directive {
            writeln!(out, "{}", code.replace('\t', "    ")).expect("a string takes everything");
        }
    }
    out
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

#[test]
fn golden_code_is_as_it_was() {
    let bless = std::env::var_os("BLESS").is_some();
    let mut changed = Vec::new();
    for (name, minor, shapes) in families() {
        let layout = Layout::of_python(minor).expect("a known version");
        let mut text = format!("Python 3.{minor}\n");
        for shape in shapes {
            let code = codegen::disassemble(&Unit::parse(&shape).expect("a shape"), &layout)
                .expect("all shapes compile");
            write!(text, "\n=== {shape}\n{}", normalised(&code)).expect("a string takes all");
        }
        let path = folder().join(format!("{name}.txt"));
        if bless {
            std::fs::write(&path, text).expect("the golden files can be written");
        } else if std::fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            changed.push((name, text));
        }
    }
    if let Some((first, text)) = changed.first() {
        let names: Vec<&str> = changed.iter().map(|(name, _)| name.as_str()).collect();
        panic!(
            "changed: {}\n{first} is now\n{text}\nBLESS=1 writes the files anew",
            names.join(", ")
        );
    }
}

#[test]
fn no_golden_file_is_left_over() {
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").file_name())
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    files.sort();
    let mut wanted: Vec<String> = families()
        .iter()
        .map(|(name, ..)| format!("{name}.txt"))
        .collect();
    wanted.sort();
    assert_eq!(files, wanted);
}

/// The usual path of the simplest scalar shape. Counted, so that a change of LLVM's options or of the lowering that
/// makes every call dearer is a failure and not a line in a long difference.
#[test]
fn golden_usual_path_is_short() {
    let layout = Layout::of_python(11).expect("a known version");
    let text = codegen::disassemble(&Unit::parse("keep (i32) -> i32").expect("a shape"), &layout)
        .expect("it compiles");
    let text = normalised(&text);
    let (_, assembly) = text.split_once("; assembly\n").expect("both parts");
    // The code is laid out with the usual path first; it ends with the jump into the boxing.
    let (usual, _) = assembly
        .split_once("jmpq    *")
        .expect("boxing is a tail call");
    let instructions = usual
        .lines()
        .filter(|line| line.starts_with("    "))
        .count();
    assert!(instructions <= 30, "{instructions} instructions:\n{usual}");
    assert!(
        !usual.contains("push"),
        "the usual path saves registers:\n{usual}"
    );
}

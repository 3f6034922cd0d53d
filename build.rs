//! Says to the compiler which Python it compiles for: `cfg(Py_3_14)` and the like, as pyo3 has them.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    pyo3_build_config::use_pyo3_cfgs();
}

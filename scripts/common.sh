# Shared by every script of this folder: how to speak, which Python, which Rust, which environment for cargo.
# Sourced, never run. It must not know what any one script builds.

set -eu

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
peer=$root/.venv-peer

# A Python of the caller's shell has no say in our environments.
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV || true

# rustup's toolchain before a distribution's; then the system's tools before any others: g-ir-scanner, for one, is a
# Python program that imports modules of the system's own Python.
rustup=${CARGO_HOME:-${HOME:-/root}/.cargo}/bin
export PATH="$rustup:/usr/bin:/bin:$PATH"

# Every cargo of this project sees the same Python in the same words, or each would rebuild what another one built.
export PYO3_PYTHON=$venv/bin/python PYO3_BUILD_EXTENSION_MODULE=1

say() { printf '==> %s\n' "$*" >&2; }

# die MESSAGE [COMMAND]: ends with what is wrong and, on a line of its own, what to run.
die() {
    printf 'error: %s\n' "$1" >&2
    if [ $# -gt 1 ]; then
        printf 'run:   %s\n' "$2" >&2
    fi
    exit 1
}

# Prints the interpreter that the environments are made from: $PYTHON, else the one they were made from before,
# else the system's, else one on PATH.
find_python() {
    local candidate remembered
    local test='import sys; sys.exit(sys.implementation.name != "cpython" or sys.version_info < (3, 10))'
    if [ -n "${PYTHON:-}" ]; then
        candidate=$(command -v "$PYTHON") || die "there is no command PYTHON=$PYTHON"
        "$candidate" -c "$test" || die "PYTHON=$PYTHON is not CPython 3.10 or newer"
        printf '%s\n' "$candidate"
        return
    fi
    remembered=$(cat "$venv/.interpreter" 2>/dev/null || true)
    for candidate in "$remembered" /usr/bin/python3 python3 python3.1{4,3,2,1,0}; do
        if [ -n "$candidate" ] && candidate=$(command -v "$candidate") && "$candidate" -c "$test" 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    die "there is no CPython 3.10 or newer (PYTHON=/path/to/python3 names one elsewhere)" \
        "apt-get install python3 python3-dev python3-venv"
}

# Stops unless there are a C compiler, cargo and a rustc as new as Cargo.toml asks for.
need_rust() {
    local wanted have
    command -v cc >/dev/null || die "there is no C compiler" "apt-get install gcc"
    if ! command -v cargo >/dev/null || ! command -v rustc >/dev/null; then
        die "there is no Rust: gijit is built with rustup's stable toolchain" \
            "curl --proto =https --tlsv1.2 -sSf https://sh.rustup.rs | sh"
    fi
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
    have=$(rustc --version | cut -d ' ' -f 2) || die "rustc does not start" "rustup default stable"
    if [ "$(printf '%s\n' "$wanted" "${have%%-*}" | sort -V | head -n 1)" != "$wanted" ]; then
        die "$(command -v rustc) is version $have, and $wanted is the oldest that will do" "rustup update stable"
    fi
}

# stamp_of ITEM...: one checksum over the items: the contents of those that are files, the words of the others.
stamp_of() {
    local item
    for item in "$@"; do
        printf '%s\n' "$item"
        if [ -f "$item" ]; then
            cat "$item"
        fi
    done | sha256sum | cut -d ' ' -f 1
}

# fresh_venv FOLDER PYTHON: a new environment with nothing but pip in it, in place of what was there.
fresh_venv() {
    rm -rf "$1"
    "$2" -m venv "$1" || die "$2 cannot make an environment" "apt-get install python3-venv"
}

# pip_in FOLDER ARGUMENT...: the pip of that environment.
pip_in() {
    local folder=$1
    shift
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_REQUIRE_VIRTUALENV=0 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore \
        "$folder/bin/python" -m pip "$@"
}

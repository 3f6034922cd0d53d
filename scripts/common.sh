# Shared by every script of this folder: how to speak, which Python, which Rust. Sourced, never run.
# It must not know what any one script builds.

set -eu

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Python's isolation switches of the caller's shell have no say in our environments.
unset PYTHONHOME PYTHONPATH VIRTUAL_ENV || true

# The system's tools come first: g-ir-scanner, for one, imports modules of the system's own Python,
# which a python3 put in front of it by a version manager does not have. rustup's folder comes last, if it is not on PATH.
export PATH="/usr/bin:/bin:$PATH:${CARGO_HOME:-${HOME:-/root}/.cargo}/bin"

say() { printf '==> %s\n' "$*" >&2; }

# die MESSAGE [WHAT TO RUN]: ends with what went wrong and, on a line of its own, what helps.
die() {
    printf 'error: %s\n' "$1" >&2
    if [ $# -gt 1 ]; then
        printf 'run:   %s\n' "$2" >&2
    fi
    exit 1
}

# Prints the interpreter the environments are made from: $PYTHON, else the system's, else a python3 on PATH.
find_python() {
    local candidate
    local test='import sys; sys.exit(sys.implementation.name != "cpython" or sys.version_info < (3, 10))'
    if [ -n "${PYTHON:-}" ]; then
        command -v "$PYTHON" >/dev/null || die "PYTHON=$PYTHON is not a command"
        "$PYTHON" -c "$test" || die "PYTHON=$PYTHON is not CPython 3.10 or newer"
        command -v "$PYTHON"
        return
    fi
    for candidate in /usr/bin/python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
        if command -v "$candidate" >/dev/null && "$candidate" -c "$test" 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    die "no CPython 3.10 or newer was found (PYTHON=/path/to/python3 names one)" "apt-get install python3 python3-dev python3-venv"
}

# Stops unless a C compiler, cargo and a rustc as new as Cargo.toml wants are there.
need_rust() {
    local wanted have
    local rustup='curl --proto =https --tlsv1.2 -sSf https://sh.rustup.rs | sh'
    command -v cc >/dev/null || die "no C compiler (cc) was found" "apt-get install gcc"
    command -v cargo >/dev/null || die "no cargo was found: gijit is built with rustup's stable toolchain" "$rustup"
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$root/Cargo.toml" | head -n 1)
    have=$(rustc --version | cut -d ' ' -f 2) || die "rustc does not start" "rustup default stable"
    if [ "$(printf '%s\n' "$wanted" "${have%%-*}" | sort -V | head -n 1)" != "$wanted" ]; then
        die "rustc $have is too old, $wanted is the oldest that will do ($(command -v rustc))" "rustup update stable"
    fi
}

# stamp_of WORDS_OR_FILES...: one checksum over the words given and over the contents of those that are files.
stamp_of() {
    local item
    for item in "$@"; do
        if [ -f "$item" ]; then
            cat "$item"
        else
            printf '%s\n' "$item"
        fi
    done | sha256sum | cut -d ' ' -f 1
}

# fresh_venv FOLDER PYTHON: a new, empty environment, in place of what was there.
fresh_venv() {
    rm -rf "$1"
    "$2" -m venv "$1" || die "'$2 -m venv' failed" "apt-get install python3-venv"
}

# venv_pip FOLDER ARGUMENTS...: that environment's pip, quiet about itself, deaf to the user's own pip environment.
venv_pip() {
    local folder=$1
    shift
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_REQUIRE_VIRTUALENV=0 PIP_NO_INPUT=1 "$folder/bin/python" -m pip "$@"
}

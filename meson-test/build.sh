#!/usr/bin/env bash
# Builds the fixtures and the GNOME test libraries if anything of them changed, and prints the folders that hold their
# typelibs and libraries, joined by a colon: the value for GI_TYPELIB_PATH and for LD_LIBRARY_PATH.
# Usage: build.sh [BUILD_ROOT], by default target/ of this tree. What meson says goes to stderr.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=${1:-$here/../target}
mkdir -p "$root"
root=$(cd "$root" && pwd)
# g-ir-scanner is a Python program: another python3 first on the path would break it.
export PATH="/usr/bin:$PATH"

for pair in "fixtures:$here/../typelib-fixtures" "meson-test:$here"; do
    build=$root/${pair%%:*}
    source=${pair#*:}
    # Two test runs may start at once.
    exec 9>"$build.lock"
    flock 9
    if [ ! -e "$build/build.ninja" ]; then
        meson setup "$build" "$source" >&2
    fi
    ninja -C "$build" --quiet >&2
    flock -u 9
done

echo "$root/fixtures:$root/meson-test"

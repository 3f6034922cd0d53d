"""Every typelib on this machine reads as PyGObject's GIRepository reads it: each entry, argument, type, offset, flag,
value and attribute. Also that this comparison notices what it is there to notice.
"""

import concurrent.futures
import glob
import os
import pathlib
import re
import struct

import pytest
from facts import ROOT, Difference, Gijit, NoFacts, Peer, Totals, differences
from scramble import scramble

pytestmark = pytest.mark.skipif(
    os.environ.get("GIJIT_TIER") in ("thunk", "auto"), reason="nothing is called: one tier is all"
)

# Facts whose bits `scramble` sets. Not among them: names, links between entries, and what no file can have otherwise.
SCRAMBLED = {
    *("deprecated", "flags", "offset", "size", "alignment", "is_gtype_struct", "is_foreign", "value", "storage_type"),
    *("is_abstract", "is_fundamental", "is_final", "can_throw", "is_method", "skip_return", "return_nullable"),
    *("return_transfer", "instance_transfer", "direction", "caller_allocates", "optional", "nullable", "skip"),
    *("return_value", "transfer", "scope", "closure", "destroy", "tag", "pointer", "array_type", "length"),
    *("fixed_size", "zero_terminated", "getter", "setter", "property", "vfunc", "invoker", "signal", "class_closure"),
    *("true_stops_emit", "throws_itself"),
}


@pytest.fixture(scope="module")
def peer():
    return Peer()


@pytest.fixture(scope="module")
def gijit(peer):
    return Gijit(peer.hidden)


def typelibs():
    """All of the system's and of GI_TYPELIB_PATH, in which the libraries that were built for the tests are."""
    folders = os.environ.get("GI_TYPELIB_PATH", "").split(":")
    for pattern in ("/usr/lib*", "/usr/lib/*", "/usr/local/lib*", "/usr/local/lib/*"):
        folders += glob.glob(f"{pattern}/girepository-1.0")
    folders += [str(ROOT / "target" / name) for name in ("fixtures", "meson-test")]
    files = {file.resolve() for folder in folders if folder for file in pathlib.Path(folder).glob("*.typelib")}
    return sorted(files)


def find(name):
    found = [file for file in typelibs() if file.name == f"{name}.typelib"]
    assert found, f"{name}.typelib is not installed"
    return found[0]


def n_attributes(typelib):
    """How many the header announces."""
    return struct.unpack_from("<I", typelib.read_bytes(), 28)[0]


def report(wrong, limit=25):
    """The first differences of each typelib, and how many there are."""
    return "\n".join(
        f"{file}: {len(found)} differences\n" + "".join(f"  {d}\n" for d in found[:limit])
        for file, found in wrong.items()
    )


#: A property's accessors as facts, and those that it has.
ACCESSOR = re.compile(rb"^[^\t\n]*\t(?:getter|setter)\t.*\n", re.MULTILINE)
ACCESSOR_NAMED = re.compile(rb"^[^\t\n]*\t(?:getter|setter)\t(?!-$).*\n", re.MULTILINE)


def without_reserved_bits(ours, theirs):
    """Both sides, without accessors if the typelib has none. Before gobject-introspection 1.70 their bits were reserved, and
    GIRepository names the first method there.
    """
    if ACCESSOR_NAMED.search(ours):
        return ours, theirs
    return ACCESSOR.sub(b"", ours), ACCESSOR.sub(b"", theirs)


def test_every_typelib_reads_as_in_girepository(gijit, peer, capsys):
    # The peer walks with one version of GIRepository, and no process can load two.
    files = [file for file in typelibs() if file.stem == peer.own or not file.stem.startswith("GIRepository-")]
    assert {"GLib-2.0", "GObject-2.0", "Gio-2.0"} <= {file.stem for file in files}

    def both(file):
        try:
            return gijit.facts(file), peer.facts(file)
        except NoFacts as error:
            return error

    totals, wrong, failed = Totals(), {}, []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for file, sides in zip(files, pool.map(both, files), strict=True):
            if isinstance(sides, NoFacts):
                failed.append(f"{file}: {sides}")
                continue
            ours, theirs = sides
            found = differences(*without_reserved_bits(ours, theirs))
            # The walk reaches every attribute: each must have come up at least once.
            alone = Totals()
            alone.add(theirs)
            if alone.attributes < n_attributes(file):
                announced = (str(n_attributes(file)),)
                found.append(Difference("", "attributes that were reached", (str(alone.attributes),), announced))
            if found:
                wrong[file] = found
            totals.add(theirs)
    with capsys.disabled():
        n = sum(map(len, wrong.values()))
        print(f"\ncompared with {peer.version}: {totals}; {n:,} differences, {len(failed)} failures")
    assert not failed, "\n".join(failed)
    assert not wrong, report(wrong)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["Gio-2.0", "GIMarshallingTests-1.0", "Regress-1.0", "GijitFixtures-1.0"])
def test_flags_that_no_compiler_writes_read_as_in_girepository(gijit, peer, tmp_path, name, seed):
    original = find(name)
    scrambled = tmp_path / original.name
    scrambled.write_bytes(scramble(original.read_bytes(), seed))
    ours, theirs = gijit.facts(scrambled), peer.facts(scrambled, cached=False)
    found = differences(ours, theirs)
    assert not found, report({scrambled: found})


def test_each_scrambled_flag_is_noticed(gijit, peer, tmp_path):
    """A wrong value of any of these facts would be reported, under its name."""
    original = find("Gio-2.0")
    scrambled = tmp_path / original.name
    scrambled.write_bytes(scramble(original.read_bytes(), 0))
    noticed = {difference.name for difference in differences(gijit.facts(scrambled), peer.facts(original))}
    assert not SCRAMBLED - peer.hidden - noticed
    assert not noticed - SCRAMBLED


def flip(data, at, mask):
    return data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :]


def blob(data, name):
    """Where the blob of an entry is, and the sizes of all kinds of blob as the header lists them."""
    (n_local,) = struct.unpack_from("<H", data, 22)
    (directory,) = struct.unpack_from("<I", data, 24)
    sizes = struct.unpack_from("<18H", data, 60)
    for i in range(n_local):
        at, offset = struct.unpack_from("<II", data, directory + i * sizes[0] + 4)
        if data[at : data.index(0, at)] == name.encode():
            return offset, sizes
    raise LookupError(name)


def test_one_wrong_bit_is_one_difference(gijit, peer, tmp_path):
    original = find("Gio-2.0")
    data = original.read_bytes()
    at, sizes = blob(data, "content_type_equals")
    (signature,) = struct.unpack_from("<I", data, at + 12)
    second_argument = signature + sizes[12] + sizes[5]
    cases = {
        # Deprecated.
        at + 2: (0x1, "deprecated", "0", "1"),
        # May return NULL.
        signature + 4: (0x1, "return_nullable", "0", "1"),
        # Nullable.
        second_argument + 4: (0x8, "nullable", "0", "1"),
        # Closure: -1 becomes 0x7f.
        second_argument + 8: (0x80, "closure", "-1", "127"),
    }
    for place, (mask, name, theirs, ours) in cases.items():
        mutated = tmp_path / original.name
        mutated.write_bytes(flip(data, place, mask))
        found = differences(gijit.facts(mutated), peer.facts(original))
        # A signature may be shared by several functions.
        assert found
        assert {(d.name, d.theirs, d.ours) for d in found} == {(name, (theirs,), (ours,))}
        assert any("content_type_equals" in d.path for d in found)


def test_a_changed_a_missing_and_an_additional_fact_are_noticed(gijit, peer):
    original = find("Gio-2.0")
    ours, theirs = gijit.facts(original), peer.facts(original)
    assert differences(ours, theirs) == []
    lines = ours.splitlines(keepends=True)
    middle = next(i for i in range(len(lines) // 2, len(lines)) if lines[i].endswith(b"\tnullable\t0\n"))
    path = lines[middle].split(b"\t")[0].decode()

    changed = [*lines[:middle], lines[middle].replace(b"\t0\n", b"\t1\n"), *lines[middle + 1 :]]
    assert differences(b"".join(changed), theirs) == [Difference(path, "nullable", ("1",), ("0",))]
    missing = lines[:middle] + lines[middle + 1 :]
    assert differences(b"".join(missing), theirs) == [Difference(path, "nullable", (), ("0",))]
    twice = [*lines[: middle + 1], *lines[middle:]]
    assert differences(b"".join(twice), theirs) == [Difference(path, "nullable", ("0", "0"), ("0",))]
    cut = lines[:-1]
    assert len(differences(b"".join(cut), theirs)) == 1
    swapped = [*lines[:middle], lines[middle + 1], lines[middle], *lines[middle + 2 :]]
    assert [d.name for d in differences(b"".join(swapped), theirs)] == ["order of the facts"]


def test_a_typelib_that_cannot_be_read_is_no_empty_success(gijit, peer, tmp_path):
    broken = tmp_path / "Gio-2.0.typelib"
    broken.write_bytes(find("Gio-2.0").read_bytes()[:1000])
    for side in (gijit, peer):
        with pytest.raises(NoFacts, match=r"Gio-2\.0\.typelib"):
            side.facts(broken)

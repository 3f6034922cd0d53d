#!/usr/bin/env bash
# A typelib that was compiled before gobject-introspection 1.70 has nothing about the accessors of properties: the bits for
# them were reserved, and are zero. libgirepository reads zero as a place in the list of methods, so every property that can be
# read has the first method of its class for a getter, whatever that does, with whatever arguments. Nothing in the file says
# how old its compiler was. Needs python3-venv, a C compiler, libgirepository1.0-dev, libcairo2-dev, gir1.2-glib-2.0 and
# apt. Seen with libgirepository 1.74.0, PyGObject 3.50.2 and gir1.2-libvirt-glib-1.0 4.0.0-2.
#
# Output seen:
#   Domain.handle is read by create_snapshot(2)
#   DomainSnapshot.handle is read by delete(1)
#   Stream.handle is read by add_watch(5)
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
(
    cd "$folder"
    apt-get download --quiet gir1.2-libvirt-glib-1.0=4.0.0-2 >/dev/null 2>&1
    dpkg-deb --extract gir1.2-libvirt-glib-1.0_*.deb package
)
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet PyGObject==3.50.2

cat > "$folder/getters.py" <<'PROGRAM'
import gi

gi.require_version("GIRepository", "2.0")
from gi.repository import GIRepository

repository = GIRepository.Repository.get_default()
repository.require("LibvirtGObject", "1.0", GIRepository.RepositoryLoadFlags.IREPOSITORY_LOAD_FLAG_LAZY)
for name in ("Domain", "DomainSnapshot", "Stream"):
    info = repository.find_by_name("LibvirtGObject", name)
    for i in range(GIRepository.object_info_get_n_properties(info)):
        prop = GIRepository.object_info_get_property(info, i)
        getter = GIRepository.property_info_get_getter(prop)
        if getter is not None:
            n = GIRepository.callable_info_get_n_args(getter)
            print(f"{name}.{prop.get_name()} is read by {getter.get_name()}({n})")
            break
PROGRAM
found=$(GI_TYPELIB_PATH=$(dirname "$(find "$folder/package" -name 'LibvirtGObject-1.0.typelib')") \
    "$folder/venv/bin/python" "$folder/getters.py")
printf '%s\n' "$found"
[ "$found" = "Domain.handle is read by create_snapshot(2)
DomainSnapshot.handle is read by delete(1)
Stream.handle is read by add_watch(5)" ]

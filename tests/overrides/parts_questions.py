"""Questions: which names of a namespace's part for this platform are still found in the namespace, with which warning."""

from asking import Questions
from gi.repository import Gio, GioUnix, GLib, GLibUnix

ask = Questions()


def found(module, part, name, new):
    value = getattr(module, name)
    return value is getattr(part, new), name in dir(module)


for module, part in ((Gio, GioUnix), (GLib, GLibUnix)):
    for new in sorted(name for name in set(dir(part)) if not name.startswith("_")):
        for name in (new, f"Unix{new}", f"unix_{new}", f"UNIX_{new}"):
            ask(
                f"{part.__name__}/{name}",
                lambda module=module, part=part, name=name, new=new: found(module, part, name, new),
            )

ask.answer()

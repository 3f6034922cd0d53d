"""``python -m gijit doctor``: what this machine has of what gijit works with, and what mends what is missing.

Whatever may end a process or wait for ever (a display, a bus, the engine) is asked in a process of its own.
"""

import os
import subprocess
import sys

USAGE = """\
usage: python -m gijit doctor [NAMESPACE[-VERSION] ...]

Says what there is, what is missing, and the command that mends it. Looks for the namespaces that are named too.
The status is 1 if anything is missing that gijit, or one of those namespaces, needs.
"""

#: Namespaces whose Debian package is not named after them, lower-cased, and their version.
_DEBIAN = {
    **dict.fromkeys(
        ("GLib", "GObject", "Gio", "GioUnix", "GLibUnix", "GModule", "GIRepository-2.0"), "gir1.2-glib-2.0"
    ),
    **dict.fromkeys(
        (
            "cairo",
            "fontconfig",
            "freetype2",
            "xlib",
            "xfixes",
            "xft",
            "xrandr",
            "win32",
            "GL",
            "libxml2",
            "DBus",
            "DBusGLib",
        ),
        "gir1.2-freedesktop",
    ),
    **dict.fromkeys(("Gdk-3.0", "GdkX11-3.0", "Gtk-3.0"), "gir1.2-gtk-3.0"),
    **dict.fromkeys(("Gdk-4.0", "GdkX11-4.0", "GdkWayland-4.0", "Gsk-4.0", "Gtk-4.0"), "gir1.2-gtk-4.0"),
    **dict.fromkeys(("Pango", "PangoCairo", "PangoFT2", "PangoXft", "PangoFc", "PangoOT"), "gir1.2-pango-1.0"),
    **dict.fromkeys(("Gst", "GstBase", "GstController", "GstNet", "GstCheck"), "gir1.2-gstreamer-1.0"),
    **dict.fromkeys(
        "GstAllocators GstApp GstAudio GstGL GstPbutils GstRtp GstRtsp GstSdp GstTag GstVideo".split(),
        "gir1.2-gst-plugins-base-1.0",
    ),
    "GdkPixbuf": "gir1.2-gdkpixbuf-2.0",
    "HarfBuzz": "gir1.2-harfbuzz-0.0",
    "JavaScriptCore-4.1": "gir1.2-javascriptcoregtk-4.1",
    "JavaScriptCore-6.0": "gir1.2-javascriptcoregtk-6.0",
    "WebKit2-4.1": "gir1.2-webkit2-4.1",
    "Soup-2.4": "gir1.2-soup-2.4",
}

#: Families of systems: how a package is installed, and what packages are called: GLib's typelibs, pycairo, a bus, Xvfb.
_SYSTEMS = {
    "debian": ("apt-get install", {"glib": "gir1.2-glib-2.0", "dbus": "dbus", "xvfb": "xvfb"}),
    "fedora": ("dnf install", {"glib": "glib2", "dbus": "dbus-daemon", "xvfb": "xorg-x11-server-Xvfb"}),
    "arch": ("pacman -S", {"glib": "glib2", "dbus": "dbus", "xvfb": "xorg-server-xvfb"}),
    "suse": (
        "zypper install",
        {"glib": "typelib-1_0-GLib-2_0", "dbus": "dbus-1-daemon", "xvfb": "xorg-x11-server-Xvfb"},
    ),
    "alpine": ("apk add", {"glib": "glib", "dbus": "dbus", "xvfb": "xvfb"}),
}

#: Namespaces of which many programs need one, and that are worth a word when they are not there.
COMMON = ("Gtk-3.0", "Gtk-4.0", "GdkPixbuf-2.0", "Gst-1.0")


def _os():
    """What /etc/os-release says, as a dict."""
    found = {}
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        try:
            with open(path, encoding="utf-8") as file:
                for line in file:
                    name, _, value = line.strip().partition("=")
                    found[name] = value.strip("\"'")
            break
        except OSError:
            continue
    return found


def _family():
    known = _os()
    for name in (known.get("ID", ""), *known.get("ID_LIKE", "").split()):
        name = {"ubuntu": "debian", "opensuse": "suse", "rhel": "fedora"}.get(name, name)
        if name in _SYSTEMS:
            return name
    return None


def _sudo():
    return "" if os.geteuid() == 0 else "sudo "


def install_command(what):
    """The command that installs one of the packages of `_SYSTEMS` here, or words where nobody knows it."""
    family = _family()
    if family is None:
        return f"install {what} with this system's package manager"
    command, names = _SYSTEMS[family]
    return f"{_sudo()}{command} {names[what]}"


def namespace_command(namespace, version):
    """The command that installs the typelib of a namespace here, or where to look for it."""
    family = _family()
    if family == "debian":
        package = _DEBIAN.get(f"{namespace}-{version}") or _DEBIAN.get(namespace)
        if package is None:
            package = f"gir1.2-{namespace.lower()}" + (f"-{version}" if version else "")
            if not version:
                return f"apt-cache search {package}   (the package with its typelib; then {_sudo()}apt-get install it)"
        return f"{_sudo()}apt-get install {package}"
    file = f"{namespace}-{version or '*'}.typelib"
    search = {
        "fedora": f"{_sudo()}dnf install '*/girepository-1.0/{file}'",
        "arch": f"pacman -F {file}   (names the package to install)",
        "suse": f"{_sudo()}zypper install 'typelib({namespace})'" + (f"   (version {version})" if version else ""),
    }
    return search.get(family, f"install the package of this system that has the file girepository-1.0/{file}")


def asked(code, timeout=20):
    """The last line that a Python process with gijit prints for the code; (False, why) if it fails: (succeeded, text)."""
    from ._finder import FOLDER

    prelude = f"import sys; sys.path.append({os.path.dirname(FOLDER)!r})\nimport gijit; gijit.install()\n"
    try:
        done = subprocess.run(
            [sys.executable, "-c", prelude + code], capture_output=True, text=True, timeout=timeout, cwd="/"
        )
    except subprocess.TimeoutExpired:
        return False, f"no answer within {timeout} s"
    except OSError as error:
        return False, str(error)
    lines = (done.stdout if done.returncode == 0 else done.stderr or f"status {done.returncode}").strip().splitlines()
    return done.returncode == 0, lines[-1] if lines else ""


class Report:
    """Lines for a person, and what is to be done."""

    def __init__(self):
        self.lines = []
        #: (what is missing, the command that mends it, whether it is needed)
        self.missing = []

    def say(self, what, text):
        self.lines.append((what, text))

    def lack(self, what, text, command, needed):
        self.say(what, text)
        self.missing.append((text, command, needed))


def _versions(report):
    from . import __version__
    from ._environment import status
    from ._finder import FOLDER

    report.say("gijit", f"{__version__}, {FOLDER}")
    report.say("Python", f"{sys.version.split()[0]}, {sys.executable}")
    system = _os()
    report.say("system", f"{system.get('PRETTY_NAME', sys.platform)}, {os.uname().machine}")
    facts = dict(status())
    report.say("import gi", facts["gi"])
    report.say("because", facts.get("because", ""))
    if "PyGObject" in facts:
        report.say("PyGObject", facts["PyGObject"])


def _core(report):
    """Whether the extension module and GLib's typelibs are there. Nothing else can be asked without them."""
    works, text = asked("import gi; print(gi._gi.__file__)")
    if not works:
        setting = next((name for name in ("GIJIT_TIER", "GIJIT_THRESHOLD") if name in text), None)
        mend = f"unset {setting}" if setting else f"{sys.executable} -m pip install --force-reinstall gijit"
        report.lack("extension", text.removeprefix("ImportError: "), mend, True)
        return False
    report.say("extension", text)
    code = "import gi; print(*gi._gi.search_path(), sep=chr(0))"
    folders = asked(code)[1].split("\0")
    for folder in folders:
        number = sum(name.endswith(".typelib") for name in os.listdir(folder)) if os.path.isdir(folder) else None
        report.say("typelibs", f"{folder}: {'no such folder' if number is None else number}")
    works, text = asked(
        "from gi.repository import GLib, GObject, Gio; "
        "print(f'{GLib.MAJOR_VERSION}.{GLib.MINOR_VERSION}.{GLib.MICRO_VERSION}')"
    )
    if not works:
        report.lack("GLib", f"its typelibs are not there: {text}", install_command("glib"), True)
        return False
    report.say("GLib", text)
    return True


def _tiers(report):
    from ._finder import FOLDER

    code = "import gijit; s = gijit.stats(); print(s['tier'], s['threshold'])"
    tier, threshold = asked(code)[1].split()
    named = os.environ.get("GIJIT_TIER")
    much = "" if os.environ.get("GIJIT_THRESHOLD") else ", in a process that calls much"
    what = {
        "ffi": "libffi alone",
        "thunk": "a thunk at the first call",
        "auto": f"libffi, and a thunk after {int(threshold):,} calls{much}",
    }[tier]
    report.say("tiers", f"{tier}: {what}" + (f" (GIJIT_TIER={named})" if named else ""))
    code = (
        "import gijit\nfrom gi.repository import GLib\n"
        "text = gijit.explain(GLib.ascii_strtoll)\n"
        "print(next((l.partition('none: ')[2] for l in text.splitlines() if l.startswith('  code: none')), ''))"
    )
    path = os.environ.get("GIJIT_ENGINE") or os.path.join(FOLDER, "gi")
    works, text = asked(code)
    if works and not text:
        report.say("engine", f"works, {path}")
    else:
        mend = (
            "unset GIJIT_ENGINE"
            if os.environ.get("GIJIT_ENGINE")
            else f"{sys.executable} -m pip install --force-reinstall gijit"
        )
        report.lack("engine", f"there is none that works ({text}): calls stay on libffi", mend, False)


def _namespaces(report, wanted):
    for name, needed in [(name, False) for name in COMMON if name not in wanted] + [(name, True) for name in wanted]:
        namespace, _, version = name.partition("-")
        code = (
            f"import gi; versions = sorted(gi._gi.enumerate_versions({namespace!r})); "
            f"print(*versions) if ({version!r} in versions if {version!r} else versions) else sys.exit(3)"
        )
        works, text = asked(code)
        if works:
            report.say(name, f"there (versions {text})" if not version else "there")
        else:
            command = namespace_command(namespace, version)
            report.lack(name, f"no typelib of {name}", command, needed)


def _cairo(report):
    works, text = asked("import cairo, gi; gi.require_foreign('cairo'); print(cairo.version)")
    if works:
        report.say("pycairo", text)
    else:
        from ._environment import managed

        mend = f"{sys.executable} -m pip install pycairo"
        if managed() and _family() == "debian":
            mend = f"{_sudo()}apt-get install python3-cairo"
        report.lack("pycairo", f"no cairo that can be used ({text}): drawing by Gtk needs it", mend, False)


def _display(report):
    named = [f"{name}={os.environ[name]}" for name in ("WAYLAND_DISPLAY", "DISPLAY") if os.environ.get(name)]
    if not named:
        mend = f"xvfb-run -a python program.py   ({install_command('xvfb')})"
        report.lack("display", "neither DISPLAY nor WAYLAND_DISPLAY is set: no windows", mend, False)
        return
    for version in ("4.0", "3.0"):
        code = (
            f"import gi, os; gi.disable_legacy_autoinit(); gi.require_version('Gdk', {version!r})\n"
            "from gi.repository import Gdk\n"
            "names = [os.environ.get(name) for name in ('WAYLAND_DISPLAY', 'DISPLAY')]\n"
            "found = [d for d in map(Gdk.Display.open, filter(None, names)) if d is not None]\n"
            "print(type(found[0]).__name__ if found else 'none')"
        )
        works, text = asked(code)
        if works and text != "none":
            report.say("display", f"{', '.join(named)}: opens ({text}, Gdk {version})")
            return
        if works:
            mend = (
                "set DISPLAY or WAYLAND_DISPLAY to a display that runs; without a screen: xvfb-run -a python program.py"
            )
            report.lack("display", f"{', '.join(named)}: cannot be opened", mend, False)
            return
    report.say("display", f"{', '.join(named)} (there is no GDK to open it)")


def _bus(report):
    code = (
        "from gi.repository import Gio\nbus = Gio.bus_get_sync(Gio.BusType.SESSION, None)\nprint(bus.get_unique_name())"
    )
    works, text = asked(code)
    if works:
        report.say("D-Bus", f"the session bus answers ({text})")
    else:
        mend = f"dbus-run-session -- python program.py   ({install_command('dbus')})"
        report.lack("D-Bus", f"no session bus: {text.partition(': ')[2] or text}", mend, False)


def examine(wanted=()):
    """A `Report` of all that there is to say."""
    report = Report()
    _versions(report)
    if _core(report):
        _tiers(report)
        _namespaces(report, wanted)
        _cairo(report)
        _display(report)
        _bus(report)
    return report


def main(args=()):
    if any(arg.startswith("-") for arg in args):
        helps = list(args) in (["-h"], ["--help"])
        print(USAGE, end="", file=sys.stdout if helps else sys.stderr)
        return 0 if helps else 2
    report = examine(args)
    width = max(len(what) for what, _ in report.lines) + 2
    for what, text in report.lines:
        print(f"{what + ':':<{width}}{text}")
    for needed, title in ((True, "Missing"), (False, "Not there, and needed by some programs alone")):
        found = [(text, command) for text, command, is_needed in report.missing if is_needed == needed]
        if found:
            print(f"\n{title}:")
            for text, command in found:
                print(f"  {text}\n      {command}")
    if not any(needed for _, _, needed in report.missing):
        print("\nNothing is missing that gijit needs.")
        return 0
    return 1

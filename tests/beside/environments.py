"""Environments that gijit is installed into: as a wheel, by pip, into real virtual environments."""

import base64
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
import zipfile

import gijit

PACKAGE = pathlib.Path(gijit.__file__).resolve().parent
TREE = pathlib.Path(__file__).resolve().parents[2]
#: What says where modules are must come from the environments alone.
FOREIGN = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONSTARTUP", "PYTHONNOUSERSITE", "PYTHONSAFEPATH")


def clean(**more):
    """The environment of a process that finds modules as a stranger's would."""
    known = {name: value for name, value in os.environ.items() if name not in FOREIGN and not name.startswith("PIP_")}
    return {**known, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_NO_INDEX": "1", **more}


def pack(folder):
    """A wheel of the package that is under test, without the engine, as `setup.py` would lay it out."""
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    tags = f"{tag}-{tag}-linux_{os.uname().machine}"
    path = folder / f"gijit-{gijit.__version__}-{tags}.whl"
    info = f"gijit-{gijit.__version__}.dist-info"
    extension = f"_gi{sysconfig.get_config_var('EXT_SUFFIX')}"
    files = {"gijit.pth": (TREE / "python" / "gijit.pth").read_bytes()}
    for file in PACKAGE.rglob("*"):
        if not file.is_file() or "__pycache__" in file.parts or file.suffix == ".so" and file.name != extension:
            continue
        files[f"gijit/{file.relative_to(PACKAGE).as_posix()}"] = file.read_bytes()
    files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: gijit\nVersion: {gijit.__version__}\n".encode()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: false\nTag: {tags}\n".encode()
    rows = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append(f"{name},sha256={digest},{len(data)}\n")
    files[f"{info}/RECORD"] = "".join([*rows, f"{info}/RECORD,,\n"]).encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


class Environment:
    """A virtual environment."""

    def __init__(self, folder, *options, python=sys.executable):
        # Without pip, which would take seconds to install: that of the tests' own environment does it.
        command = [python, "-m", "venv", "--without-pip", *options, str(folder)]
        subprocess.run(command, check=True, env=clean(), capture_output=True)
        self.folder = folder
        self.python = folder / "bin" / "python"
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        self.packages = folder / "lib" / version / "site-packages"

    def run(self, *args, status=0, env=None, python_options=(), cwd="/", **options):
        """Runs its Python; returns (standard output, standard error)."""
        done = subprocess.run(
            [str(self.python), *python_options, *map(str, args)],
            env=clean(**(env or {})),
            capture_output=True,
            text=True,
            timeout=120,
            cwd=cwd,
            **options,
        )
        assert done.returncode == status, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout, done.stderr

    def gijit(self, *args, **options):
        return self.run("-m", "gijit", *args, **options)

    def pip(self, *args, status=0):
        command = [sys.executable, "-m", "pip", "--python", str(self.python), *map(str, args)]
        # On Python 3.10 pip looks into folders, unless it is told to ask Python, as it does from 3.11 on.
        environment = clean(_PIP_USE_IMPORTLIB_METADATA="1")
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, cwd="/")
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def install(self, wheel):
        self.pip("install", "--no-deps", wheel)

    def which(self, **options):
        """Whose gi a program finds: "gijit", "PyGObject" or "none"."""
        return self.run("-c", WHICH, **options)[0].strip()

    def listing(self):
        """All files of the environment, but for what Python compiles."""
        return sorted(
            str(path.relative_to(self.folder))
            for path in self.folder.rglob("*")
            if "__pycache__" not in path.parts and not path.is_dir()
        )

    def add_pygobject(self, version="3.50.0"):
        """Installs something that has the name and the form of PyGObject, and nothing else of it."""
        add_pygobject(self.packages, version)


def add_pygobject(folder, version="3.50.0"):
    (folder / "gi" / "overrides").mkdir(parents=True)
    (folder / "gi" / "__init__.py").write_text(f"__version__ = {version!r}\n")
    (folder / "gi" / "overrides" / "__init__.py").write_text("")
    info = folder / f"pygobject-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: PyGObject\nVersion: {version}\n")
    (info / "INSTALLER").write_text("pip\n")
    files = ["gi/__init__.py", "gi/overrides/__init__.py"]
    files += [f"{info.name}/{name}" for name in ("METADATA", "INSTALLER", "RECORD")]
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in files))


WHICH = """
try:
    import gi
except ImportError as error:
    assert error.name == "gi", error
    print("none")
else:
    print("gijit" if hasattr(gi, "_gijit") else "PyGObject")
"""


#: The Python that the distribution's programs in C embed.
SYSTEM = "/usr/bin/python3"


def why_no_system_python():
    """Why gijit of these tests cannot be used by the programs of the distribution; None if it can."""
    if not os.path.exists(SYSTEM):
        return f"there is no {SYSTEM}"
    asks = "import sys; print(sys.implementation.cache_tag, *sys.version_info[:2])"
    said = subprocess.run([SYSTEM, "-c", asks], env=clean(), capture_output=True, text=True).stdout.split()
    own = [sys.implementation.cache_tag, *map(str, sys.version_info[:2])]
    return None if said == own else f"{SYSTEM} is {' '.join(said)}, and the tests are run by {' '.join(own)}"


class UserPackages:
    """gijit in a folder of user packages, for the distribution's Python: nothing of the machine is changed by it."""

    def __init__(self, folder, wheel):
        self.folder = folder
        self.environment = clean(PYTHONUSERBASE=str(folder), PYTHONDONTWRITEBYTECODE="1")
        asks = "import site; print(site.getusersitepackages())"
        self.packages = pathlib.Path(self.run([SYSTEM, "-c", asks]).strip())
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(self.packages)]
        subprocess.run([*command, str(wheel)], env=clean(), check=True)

    def run(self, command, *, status=0, timeout=120, errors=None, **more):
        """Runs a program; returns what it printed. ``errors`` is a list that what it says of errors is appended to."""
        done = subprocess.run(
            [str(part) for part in command],
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        assert done.returncode == status, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
        if errors is not None:
            errors.append(done.stderr)
        return done.stdout


def has(module):
    """Whether the distribution's Python has a module."""
    done = subprocess.run([SYSTEM, "-c", f"import {module}"], env=clean(PYTHONNOUSERSITE="1"), capture_output=True)
    return done.returncode == 0


def compile_program(source, target, packages, *options):
    """Compiles a program or library in C; returns its path, or why it cannot be: (path, None) or (None, why)."""
    for command in ("cc", "pkg-config"):
        if not shutil.which(command):
            return None, f"there is no {command}"
    for package in packages:
        if subprocess.run(["pkg-config", "--exists", package]).returncode != 0:
            return None, f"there is no {package}.pc: scripts/system installs it where the distribution has it"
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", *packages], capture_output=True, text=True, check=True
    ).stdout.split()
    done = subprocess.run(
        ["cc", "-Wall", "-O1", str(source), "-o", str(target), *options, *flags], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return target, None

"""gijit and PyGObject in one environment: whose `gi` is found, and what enabling, disabling and uninstalling leave."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from environments import WHICH, Environment, add_pygobject, clean

VERSION = "import importlib.metadata as m; print(m.version('PyGObject'), m.version('pygobject'))"
NAME = "gijit-enabled.pth"
FIXTURE = "from gi.repository import GLib; print(GLib.ascii_strtoll('42', 10)[0])"


@pytest.fixture
def both(environment):
    """An environment with gijit and what looks like PyGObject."""
    environment.add_pygobject()
    return environment


def test_the_tests_see_a_change(both):
    both.pip("uninstall", "-y", "gijit")
    assert both.which() == "PyGObject"
    both.pip("uninstall", "-y", "pygobject")
    assert both.which() == "none"


def test_without_pygobject_gi_is_gijit(environment):
    assert environment.which() == "gijit"
    assert environment.run("-c", FIXTURE)[0] == "42\n"
    assert environment.run("-c", VERSION)[0] == "3.58.1 3.58.1\n"
    # In any order, and as a part of it.
    assert environment.run("-c", "import gi.repository.GLib as G; print(G.MAJOR_VERSION)")[0] == "2\n"
    asks = "import importlib.util as u; print(u.find_spec('gi').origin); import sys; print('gi' in sys.modules)"
    assert environment.run("-c", asks)[0].split() == [
        str(environment.packages / "gijit" / "gi" / "__init__.py"),
        "False",
    ]


def test_a_mere_folder_of_the_name_is_no_pygobject(environment):
    # As projects leave behind that install override modules.
    (environment.packages / "gi" / "overrides").mkdir(parents=True)
    (environment.packages / "gi" / "overrides" / "GModule.py").write_text("Extra = 5\n__all__ = ['Extra']\n")
    assert environment.which() == "gijit"
    asks = "import gi; gi.require_version('GModule', '2.0'); from gi.repository import GModule; print(GModule.Extra)"
    assert environment.run("-c", asks)[0] == "5\n"


def test_beside_pygobject_it_takes_enabling(both):
    assert both.which() == "PyGObject"
    assert both.run("-c", VERSION)[0] == "3.50.0 3.50.0\n"
    both.gijit("enable")
    assert both.which() == "gijit"
    assert both.run("-c", FIXTURE)[0] == "42\n"
    assert both.run("-c", VERSION)[0] == "3.58.1 3.58.1\n"
    both.gijit("enable")
    assert both.which() == "gijit"
    said, _ = both.gijit("disable")
    assert "removed" in said and both.which() == "PyGObject"
    assert "was not enabled" in both.gijit("disable")[0]


def test_pygobject_installed_afterwards(environment):
    assert environment.which() == "gijit"
    environment.gijit("enable")
    environment.add_pygobject()
    assert environment.which() == "gijit"
    environment.gijit("disable")
    assert environment.which() == "PyGObject"


@pytest.mark.parametrize("enabled", [False, True])
def test_uninstalling_leaves_nothing(tmp_path, environment, enabled):
    empty = Environment(tmp_path / "empty")
    for made in (empty, environment):
        made.add_pygobject()
    if enabled:
        environment.gijit("enable")
        environment.gijit("enable")
    environment.pip("uninstall", "-y", "gijit")
    assert environment.listing() == empty.listing()
    assert environment.which() == "PyGObject"


def test_disabling_leaves_nothing(both):
    before = both.listing()
    record = next(both.packages.glob("gijit-*.dist-info")) / "RECORD"
    text = record.read_text()
    both.gijit("enable")
    assert both.listing() == sorted([*before, str((both.packages / NAME).relative_to(both.folder))])
    assert NAME in record.read_text()
    both.gijit("disable")
    assert both.listing() == before
    assert record.read_text() == text


def test_what_enables_does_nothing_without_the_package(both):
    both.gijit("enable")
    text = (both.packages / NAME).read_text()
    both.pip("uninstall", "-y", "gijit")
    (both.packages / NAME).write_text(text)
    out, error = both.run("-c", WHICH)
    assert (out, error) == ("PyGObject\n", "")


def test_installers_take_the_api_for_the_distribution(environment, tmp_path):
    assert "PyGObject" in environment.pip("list")
    # Nobody can uninstall what is a part of gijit.
    assert "No files were found to uninstall" in environment.pip("uninstall", "-y", "PyGObject")
    assert environment.run("-c", VERSION)[0] == "3.58.1 3.58.1\n"
    environment.pip("check")


def test_an_installer_sees_the_pygobject_that_is_in_force(both):
    assert "3.50.0" in both.pip("list")
    both.gijit("enable")
    assert "3.58.1" in both.pip("list")


def test_processes_of_multiprocessing_have_it_too(both):
    both.gijit("enable")
    program = both.folder / "program.py"
    program.write_text(
        "import multiprocessing as mp\n"
        "def child(q):\n    import gi\n    q.put(hasattr(gi, '_gijit'))\n"
        "if __name__ == '__main__':\n"
        "    for method in ('spawn', 'forkserver', 'fork'):\n"
        "        context = mp.get_context(method)\n        q = context.Queue()\n"
        "        p = context.Process(target=child, args=(q,))\n        p.start()\n"
        "        print(q.get(timeout=60))\n        p.join()\n"
    )
    assert both.run(program)[0].split() == ["True"] * 3


def test_two_environments(tmp_path, wheel):
    one, other = (Environment(tmp_path / name) for name in ("one", "other"))
    for environment in (one, other):
        environment.install(wheel)
        environment.add_pygobject()
    one.gijit("enable")
    assert (one.which(), other.which()) == ("gijit", "PyGObject")
    other.gijit("disable")
    assert one.which() == "gijit"


def user_environment(tmp_path):
    """Variables with which Python's folder of user packages is one of the test's."""
    return {"PYTHONUSERBASE": str(tmp_path / "user"), "HOME": str(tmp_path)}


SYSTEM = os.path.realpath(sys.executable)


def user_site(tmp_path):
    asks = "import site; print(site.getusersitepackages())"
    env = clean(**user_environment(tmp_path))
    return subprocess.run([SYSTEM, "-c", asks], env=env, capture_output=True, text=True, check=True).stdout.strip()


def of_system(tmp_path, *args, status=0):
    """Runs the Python that environments are made from, with a user's folder of the test's own."""
    env = clean(**user_environment(tmp_path))
    done = subprocess.run([SYSTEM, *args], env=env, capture_output=True, text=True, timeout=120, cwd="/")
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def install_for_user(tmp_path, wheel):
    folder = user_site(tmp_path)
    command = [sys.executable, "-m", "pip", "install", "--no-deps", "--target", folder, str(wheel)]
    subprocess.run(command, env=clean(), capture_output=True, check=True)
    return folder


def test_the_folder_of_the_user(tmp_path, wheel):
    folder = install_for_user(tmp_path, wheel)
    # What the machine's own Python has is not ours to say.
    before = of_system(tmp_path, "-c", WHICH).strip()
    assert before in ("gijit", "PyGObject")
    said = of_system(tmp_path, "-m", "gijit", "enable")
    assert "your own programs" in said
    assert os.path.exists(os.path.join(folder, NAME))
    assert of_system(tmp_path, "-c", WHICH).strip() == "gijit"
    # Not for those who do not use it, nor for other Pythons.
    assert of_system(tmp_path, "-s", "-c", WHICH).strip() in ("none", "PyGObject")
    other = Environment(tmp_path / "other")
    assert other.which(env=user_environment(tmp_path)) == "none"
    of_system(tmp_path, "-m", "gijit", "disable")
    assert of_system(tmp_path, "-c", WHICH).strip() == before
    assert not os.path.exists(os.path.join(folder, NAME))


def test_pygobject_of_the_system_stays_in_force_beside_the_users_gijit(tmp_path, wheel):
    """The user's folder comes before the system's on the path; gijit in it is not enabled by that."""
    environment = Environment(tmp_path / "environment", "--system-site-packages")
    user = Path(user_site(tmp_path))
    environment.install(wheel)
    add_pygobject(user)
    env = user_environment(tmp_path)
    # The virtual environment's own folder comes first.
    assert environment.which(env=env) == "PyGObject"
    assert environment.run("-c", VERSION, env=env)[0] == "3.50.0 3.50.0\n"
    environment.gijit("enable", env=env)
    assert environment.which(env=env) == "gijit"
    assert environment.run("-c", VERSION, env=env)[0] == "3.58.1 3.58.1\n"
    assert of_system(tmp_path, "-c", WHICH).strip() == "PyGObject"
    environment.gijit("disable", env=env)
    assert environment.which(env=env) == "PyGObject"


def test_an_environment_enables_the_gijit_that_it_sees(tmp_path, wheel):
    """gijit is the user's, and a virtual environment that sees it has it enabled for itself."""
    user = install_for_user(tmp_path, wheel)
    env = user_environment(tmp_path)
    environment = Environment(tmp_path / "environment", "--system-site-packages")
    environment.add_pygobject()
    assert environment.which(env=env) == "PyGObject"
    environment.gijit("enable", env=env)
    assert environment.which(env=env) == "gijit"
    assert not os.path.exists(os.path.join(user, NAME))
    # The package is gone where it was: so is all of it here.
    environment.run("-m", "gijit", "status", env=env)
    os.rename(os.path.join(user, "gijit"), os.path.join(user, "gone"))
    assert environment.run("-c", WHICH, env={**env, "PYTHONUSERBASE": "/nowhere"}) == ("PyGObject\n", "")


def test_packages_that_belong_to_the_system(tmp_path, wheel):
    """A Python whose packages are its distribution's refuses, and says what does not concern all programs."""
    if not os.path.exists(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")):
        pytest.skip("this machine's Python is not managed by a distribution")
    folder = tmp_path / "apart"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--target", str(folder), str(wheel)],
        env=clean(),
        capture_output=True,
        check=True,
    )
    code = f"import sys; sys.path.append({str(folder)!r}); import runpy; sys.argv = ['gijit', *%r]; runpy.run_module('gijit', run_name='__main__')"
    said = of_system(tmp_path, "-c", code % (["enable"],), status=1)
    assert "belong to the distribution" in said and "enable --user" in said and "enable --system" in said
    assert not os.path.exists(os.path.join(user_site(tmp_path), NAME))
    of_system(tmp_path, "-c", code % (["enable", "--user"],))
    assert of_system(tmp_path, "-c", WHICH).strip() == "gijit"
    of_system(tmp_path, "-c", code % (["disable", "--user"],))
    assert not os.path.exists(os.path.join(user_site(tmp_path), NAME))


def test_a_folder_that_cannot_be_written_to(both):
    """Says so, changes nothing, and says what there is besides."""
    said = read_only(both, "enable")
    assert "cannot write" in said and "python -m gijit program.py" in said
    assert both.which() == "PyGObject"
    both.gijit("enable")
    assert "cannot remove" in read_only(both, "disable")
    assert both.which() == "gijit"


def read_only(environment, *args):
    """What a command says where the environment is mounted read-only, or belongs to somebody else."""
    if os.geteuid() == 0:
        command = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'
        prefix = ["unshare", "--mount", "sh", "-c", command, "sh", str(environment.folder)]
        try:
            subprocess.run([*prefix, "true"], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("root cannot mount here")
    else:
        prefix = []
        environment.packages.chmod(0o555)
    done = subprocess.run(
        [*prefix, str(environment.python), "-m", "gijit", *args], env=clean(), capture_output=True, text=True, cwd="/"
    )
    environment.packages.chmod(0o755)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_list_of_files_that_cannot_be_had(both):
    """Where the installer keeps no list, the user is told that the file is left to him."""
    (next(both.packages.glob("gijit-*.dist-info")) / "RECORD").unlink()
    assert "disable before you remove gijit" in both.gijit("enable")[0]
    assert both.which() == "gijit"


def test_another_gi_that_was_first(both):
    program = "import gi, gijit; gijit.install()"
    _, error = both.run("-c", program, status=1)
    assert "gi has been imported already, from" in error and "before the first import of gi" in error
    both.gijit("enable")
    both.run("-c", program)


def test_a_program_can_have_it_without_enabling(both):
    assert both.which() == "PyGObject"
    program = both.folder / "program.py"
    program.write_text(WHICH + VERSION)
    assert both.run("-m", "gijit", program)[0].split() == ["gijit", "3.58.1", "3.58.1"]
    assert both.run("-c", "import gijit; gijit.install()\n" + WHICH)[0] == "gijit\n"


def status(environment, **options):
    lines = environment.gijit("status", **options)[0].splitlines()
    return {line.split(":", 1)[0]: line.split(":", 1)[1].strip() for line in lines}


def test_status(environment, tmp_path):
    said = status(environment)
    assert said["gi"].startswith("gijit ") and "no PyGObject is installed" in said["because"]
    assert said["PyGObject"] == "not installed here"
    environment.add_pygobject()
    said = status(environment)
    assert said["gi"] == f"PyGObject 3.50.0, {environment.packages / 'gi'}"
    assert said["because"] == "it is installed, and gijit is not enabled" and said["to change"].endswith("enable")
    environment.gijit("enable")
    said = status(environment)
    assert str(environment.packages / NAME) in said["because"] and said["to change"].endswith("disable")
    assert said["PyGObject"] == f"3.50.0, {environment.packages / 'gi'}: not in force"
    assert str(environment.folder) in said["here"] and "virtual environment" in said["here"]
    # The folder in which somebody asks is none of the environment.
    (tmp_path / "cwd" / "gi").mkdir(parents=True)
    (tmp_path / "cwd" / "gi" / "__init__.py").write_text("")
    environment.gijit("disable")
    assert status(environment, cwd=tmp_path / "cwd")["gi"] == f"PyGObject 3.50.0, {environment.packages / 'gi'}"


def test_commands_refuse_what_they_do_not_know(environment):
    for args, text in (
        (["enable", "now"], "unknown argument 'now'"),
        (["enable", "--user", "--system"], "not both"),
        (["status", "-v"], "unknown argument"),
    ):
        _, error = environment.gijit(*args, status=2)
        assert text in error and "Traceback" not in error


def test_a_start_of_python_imports_nothing(both):
    """Not enabled, enabled: no module more than without gijit, until gi is asked for."""
    # But for the codec with which Python reads such files.
    asks = "import sys; print(sorted(name for name in sys.modules if not name.startswith('encodings')))"
    with_it = both.run("-c", asks)[0]
    both.gijit("enable")
    enabled = both.run("-c", asks)[0]
    both.pip("uninstall", "-y", "gijit")
    assert with_it == enabled == both.run("-c", asks)[0]


def test_a_start_of_python_takes_no_time(both):
    """What Python runs of it at each start, measured alone: a small part of the 10 ms that a start takes."""
    both.gijit("enable")
    measure = f"""
import sys, time
lines = [open(path).read() for path in {[str(both.packages / NAME), str(both.packages / "gijit.pth")]!r}]
best = 1
for _ in range(20):
    start = time.perf_counter()
    for line in lines:
        exec(line)
    best = min(best, time.perf_counter() - start)
print(best * 1e6)
"""
    # 60 µs on a quiet machine.
    assert float(both.run("-c", measure)[0]) < 1000


def test_metadata_of_others_is_left_alone(both):
    both.gijit("enable")
    asks = """
import importlib.metadata as m
for name in ("gijit", "nothing-of-this-name"):
    try:
        print(m.version(name))
    except m.PackageNotFoundError:
        print("none")
print(sorted({d.metadata["Name"].lower() for d in m.distributions()}))
"""
    assert both.run("-c", asks)[0].splitlines()[1:] == ["none", "['gijit', 'pygobject']"]


def test_pygobject_comes_by_an_installer(environment, tmp_path):
    """The one of the index, newer than the API that gijit has, by pip, which believes that there is an older one."""
    source = tmp_path / "source"
    source.mkdir()
    add_pygobject(source, "3.99.0")
    info = source / "pygobject-3.99.0.dist-info"
    (info / "WHEEL").write_text("Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    with (info / "RECORD").open("a") as file:
        file.write(f"{info.name}/WHEEL,,\n")
    wheel = tmp_path / "pygobject-3.99.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in source.rglob("*"):
            archive.write(path, path.relative_to(source))
    assert environment.which() == "gijit"
    environment.pip("install", "--no-deps", wheel)
    assert environment.which() == "PyGObject"
    assert environment.run("-c", VERSION)[0] == "3.99.0 3.99.0\n"
    environment.pip("uninstall", "-y", "PyGObject")
    assert environment.which() == "gijit"
    assert environment.run("-c", VERSION)[0] == "3.58.1 3.58.1\n"

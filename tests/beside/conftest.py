"""What the tests of this room share: the wheel, and an environment that it is installed in."""

import os
import pathlib
import shutil

import pytest
from environments import SYSTEM, Environment, UserPackages, pack, why_no_system_python


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel that GIJIT_WHEEL names, as `scripts/test` has it; else one that is packed of what is under test."""
    named = os.environ.get("GIJIT_WHEEL")
    return pathlib.Path(named) if named else pack(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def installed(tmp_path_factory, wheel):
    """An environment that pip has installed the wheel into."""
    made = Environment(tmp_path_factory.mktemp("installed") / "environment")
    made.install(wheel)
    return made


@pytest.fixture
def environment(tmp_path, installed):
    """A virtual environment with gijit in it and nothing else: what pip has made, for this test alone."""
    made = Environment(tmp_path / "environment")
    shutil.copytree(installed.packages, made.packages, copy_function=os.link, dirs_exist_ok=True)
    return made


@pytest.fixture(scope="session")
def user(tmp_path_factory, wheel):
    """gijit among a user's packages of the distribution's Python, enabled."""
    why = why_no_system_python()
    if why is not None:
        pytest.skip(why)
    made = UserPackages(tmp_path_factory.mktemp("user"), wheel)
    assert "enabled" in made.run([SYSTEM, "-m", "gijit", "enable", "--user"])
    return made

"""A display for the questions about windows."""

import os
import shutil
import subprocess

import gi
import pytest


@pytest.fixture(scope="session")
def display():
    """The environment of programs on an X server without a screen, which lives as long as the tests do."""
    if shutil.which("Xvfb") is None:
        pytest.skip("there is no Xvfb")
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as said:
        number = said.readline().strip()
    assert number, "Xvfb does not start"
    yield {
        "DISPLAY": f":{number}",
        "GDK_BACKEND": "x11",
        "GSK_RENDERER": "cairo",
        "GTK_A11Y": "none",
        "NO_AT_BRIDGE": "1",
        "GSETTINGS_BACKEND": "memory",
    }
    server.terminate()
    server.wait()


@pytest.fixture(params=["3", "4"])
def gtk(request, display, monkeypatch):
    """The version of GTK that programs of questions find in GIJIT_ASK_GTK, and a display for them."""
    if f"{request.param}.0" not in gi.Repository.get_default().enumerate_versions("Gtk"):
        pytest.skip(f"there is no GTK {request.param}")
    for name, value in {**display, "GIJIT_ASK_GTK": request.param}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    return request.param

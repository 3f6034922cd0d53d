"""Names the machine, neutrally: its processor, kernel and the state of the tree, never its host name or its paths."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path


def processor() -> str:
    """The processor's own name, such as "Intel(R) Xeon(R) Processor"."""
    try:
        cpuinfo = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^(?:model name|Model)\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def label() -> str:
    """A name for files, such as intel-xeon-2-cores."""
    words = re.sub(r"\((r|tm|c)\)|\b(cpu|processor)\b|@.*", " ", processor().lower())
    slug = re.sub(r"[^a-z0-9]+", "-", words).strip("-")
    return f"{slug or platform.machine()}-{os.cpu_count()}-cores"


def tree() -> str | None:
    """The commit of the tree, with a plus if files differ from it; None outside git."""
    here = Path(__file__).resolve().parent
    found = subprocess.run(["git", "describe", "--always", "--dirty=+"], cwd=here, capture_output=True, text=True)
    return found.stdout.strip() or None


def describe() -> dict[str, object]:
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "kernel": f"{platform.system()} {platform.release()}",
        "load": [round(part, 2) for part in os.getloadavg()],
        "tree": tree(),
    }

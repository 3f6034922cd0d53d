"""What pyproject.toml cannot say: gijit.pth goes beside the package, not into it. Python reads it there at each start."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

PTH = Path("python") / "gijit.pth"


class BuildWithPth(build_py):
    """Builds the package, and puts gijit.pth where the package lies."""

    def run(self):
        super().run()
        if not self.editable_mode:
            shutil.copyfile(PTH, self._beside())

    def get_outputs(self, include_bytecode=True):
        return [*super().get_outputs(include_bytecode), str(self._beside())]

    def _beside(self):
        return Path(self.build_lib) / PTH.name


setup(cmdclass={"build_py": BuildWithPth})

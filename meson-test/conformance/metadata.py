"""A build backend that builds nothing: it answers pip with the metadata that a source release has in its PKG-INFO."""

import email
import pathlib
import shutil


def prepare_metadata_for_build_wheel(directory, settings=None):
    """Name of the folder with the metadata in ``directory``. pip calls it in the folder of the release."""
    said = email.message_from_bytes(pathlib.Path("PKG-INFO").read_bytes())
    # pip takes name and version from the folder.
    folder = pathlib.Path(directory) / f"{said['Name'].lower()}-{said['Version']}.dist-info"
    folder.mkdir()
    shutil.copy("PKG-INFO", folder / "METADATA")
    return folder.name

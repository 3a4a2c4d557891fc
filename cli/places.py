"""Places on the disk: what stands there, asked with whatever text a person may write. A name that is too long, or that
holds what no name can, is one that is not there; `Path` would raise an error for it."""

import os
from pathlib import Path


def is_there(place: str | Path) -> bool:
    """Whether there is a file, a folder, or anything else."""
    return os.path.exists(place)  # noqa: PTH110


def is_file(place: str | Path) -> bool:
    """Whether there is a file."""
    return os.path.isfile(place)  # noqa: PTH113


def is_folder(place: str | Path) -> bool:
    """Whether there is a folder."""
    return os.path.isdir(place)  # noqa: PTH112

"""What the safety tests share with the media tests: their clips, and what renders them."""

from tests.media.conftest import make, render, shared_folder

__all__ = ["make", "render", "shared_folder"]

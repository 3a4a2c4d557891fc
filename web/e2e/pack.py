"""Pack: pictures of screens as they are kept, a quarter of what a browser writes.

`python pack.py` makes WebP of every PNG in `screens/`.
"""

from pathlib import Path

from PIL import Image

SCREENS = Path(__file__).parent / "screens"


def main() -> None:
    for path in sorted(SCREENS.glob("*.png")):
        with Image.open(path) as picture:
            picture.convert("RGB").save(path.with_suffix(".webp"), quality=78, method=6)
        path.unlink()


if __name__ == "__main__":
    main()

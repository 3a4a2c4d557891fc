"""Cloud: an embedded cloud for the browser's tests, over an empty folder, with the built app on its origin.

Writes one line of JSON when it answers: where it does, and where its database and its files are. Ends when its
standard input does, so that it never outlives the tests.
`python cloud.py FOLDER [NAME=VALUE ...]`: values are settings of its functions.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from local.cloud import Cloud


def main(site: str, *pairs: str) -> None:
    settings = dict(pair.split("=", 1) for pair in pairs)
    with (
        TemporaryDirectory(prefix="medley-web-") as folder,
        Cloud(Path(folder) / "data", durable=False, settings=settings, site=Path(site)) as cloud,
    ):
        places = {"url": cloud.api_url, "database": cloud.database_url, "storage": str(cloud.storage.log.parent)}
        sys.stdout.write(json.dumps(places) + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""`medley up` and `medley reset`: the embedded cloud to work with, and forgetting what it stored."""

import os
import signal
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.stopping import heard, stoppable
from cli.terminal import is_read
from local.cloud import Cloud, CloudNotStarted
from local.data_directory import DataDirectory, DirectoryBroken, DirectoryInUse
from local.logs import Entry
from local.processes import ProcessEnded

STORAGE_PORT: Final = 8001
_STYLES = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "bold red"}


def up(console: Console, data: Path, port: int, storage_port: int | None, web: Path) -> None:
    """Run the cloud over the directory `data` until Ctrl-C (SIGINT), SIGTERM or SIGHUP; its log goes to the console.

    Args:
        port: of the API; 0 takes a free one.
        storage_port: of S3 and SQS; None takes that of last time, or else STORAGE_PORT.
        web: the folder of the built web app; without it there is the API alone.

    Raises:
        SystemExit: status 1, with the reason: it cannot start, or a part of it is gone.
    """
    with stoppable(always=(signal.SIGINT,)):  # a shell's `&` has its programs ignore it
        _up(console, data, port, storage_port, web)


def _up(console: Console, data: Path, port: int, storage_port: int | None, web: Path) -> None:
    try:
        if storage_port is None:
            storage_port = DataDirectory(data).storage_port or STORAGE_PORT
    except DirectoryBroken as error:
        raise SystemExit(str(error)) from error
    echo = partial(show, console)
    cloud = Cloud(data, durable=True, port=port, storage_port=storage_port, site=web, echo=echo)
    try:
        try:
            with console.status("Starting the embedded cloud ..."):
                cloud.start()
        except CloudNotStarted as error:
            raise SystemExit(str(error)) from error
        console.print(_overview(cloud, data, with_app=(web / "index.html").is_file()))
        cloud.wait()
    except KeyboardInterrupt:
        heard()
        console.print()
    except ProcessEnded as error:
        raise SystemExit(str(error)) from error
    finally:
        with console.status("Stopping ..."):
            cloud.stop()
    console.print("Stopped. What was stored is kept.")


def reset(console: Console, data: Path) -> None:
    """Forget everything that clouds stored below the directory `data`.

    Raises:
        SystemExit: status 1: a cloud is using it.
    """
    if not data.exists():
        console.print(f"Nothing is stored in {data}.")
        return
    try:
        left = DataDirectory(data).forget()
    except DirectoryInUse as error:
        raise SystemExit(f"{error} Stop it first.") from error
    if left:
        console.print(
            f"What Medley stored in {data} is removed. Not Medley's, and left: {', '.join(left)}.", markup=False
        )
    else:
        console.print(f"Removed {data}.")


def show(console: Console, entry: Entry) -> None:
    """One line of the log, coloured by its level; metrics are for the files."""
    if entry.level == "DEBUG":
        return
    console.print(Text(str(entry), style=_STYLES.get(entry.level, "")), soft_wrap=True)
    if not is_read(console):
        os.kill(os.getpid(), signal.SIGTERM)  # this is the cloud's thread, not main's


def _overview(cloud: Cloud, data: Path, *, with_app: bool) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("[bold]Medley runs on this machine.", "Ctrl-C stops it.")
    if with_app:
        table.add_row("  App", f"{cloud.api_url}/")
    table.add_row("  API", f"{cloud.api_url}/v1")
    table.add_row("  Mailbox", f"{cloud.api_url}/dev/mailbox")
    table.add_row("  API docs", f"{cloud.api_url}/docs" if with_app else f"{cloud.api_url}/openapi.json")
    table.add_row("  Storage", cloud.storage.endpoint_url)
    table.add_row("  Data", f"{data}/ (`make reset` forgets it)")
    table.add_row("  Logs", f"{data}/log/")
    return table

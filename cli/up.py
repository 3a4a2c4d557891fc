"""`medley up` and `medley reset`: the embedded cloud to work with, and forgetting what it stored."""

import os
import signal
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.cloud import Cloud, CloudNotStarted
from local.data_directory import DataDirectory, DirectoryInUse
from local.logs import Entry
from local.processes import ProcessEnded

_STYLES = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "bold red"}


def up(console: Console, data: Path, port: int) -> None:
    """Run the cloud over the directory `data` until Ctrl-C (SIGINT) or SIGTERM; its log goes to the console.

    Raises:
        SystemExit: status 1, with the reason: it cannot start, or a part of it is gone.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # also the first: a shell's `&` has its programs ignore it
        signal.signal(number, _interrupt)
    cloud = Cloud(data, durable=True, port=port, echo=lambda entry: show(console, entry))
    try:
        try:
            with console.status("Starting the embedded cloud ..."):
                cloud.start()
        except CloudNotStarted as error:
            raise SystemExit(str(error)) from error
        console.print(_overview(cloud, data))
        cloud.wait()
    except KeyboardInterrupt:
        console.print()
    except ProcessEnded as error:
        raise SystemExit(str(error)) from error
    finally:
        with console.status("Stopping ..."):
            cloud.stop()
    console.print("Stopped. What was stored is kept.")


def reset(console: Console, data: Path) -> None:
    """Forget everything below the directory `data`.

    Raises:
        SystemExit: status 1: a cloud is using it.
    """
    if not data.exists():
        console.print(f"Nothing is stored in {data}.")
        return
    try:
        DataDirectory(data).forget()
    except DirectoryInUse as error:
        raise SystemExit(f"{error} Stop it first.") from error
    console.print(f"Removed {data}.")


def show(console: Console, entry: Entry) -> None:
    """One line of the log, coloured by its level; metrics are for the files."""
    if entry.level == "DEBUG":
        return
    try:
        console.print(Text(str(entry), style=_STYLES.get(entry.level, "")), soft_wrap=True)
    except SystemExit:  # rich's answer when nobody reads the output any more; this is the cloud's thread, not main's
        os.kill(os.getpid(), signal.SIGTERM)


def _overview(cloud: Cloud, data: Path) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("[bold]Medley runs on this machine.", "Ctrl-C stops it.")
    table.add_row("  API", f"{cloud.api_url}/v1")
    table.add_row("  API docs", f"{cloud.api_url}/docs")
    table.add_row("  Data", f"{data}/ (`make reset` forgets it)")
    table.add_row("  Logs", f"{data}/log/")
    return table


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt

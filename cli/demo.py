"""`medley demo`: the main job, end to end, as a user would do it, against a fresh embedded cloud."""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from cli import clip_files, demo_folder, samples
from cli.contact_sheet import contact_sheet
from cli.terminal import printable
from cli.wording import counted
from local.cloud import Cloud, CloudNotStarted
from local.data_directory import DataDirectory, DirectoryInUse
from medley.errors import Unavailable
from medley.runtime.cores import usable_cores
from medley_client import Client, Json, ids

EMAIL, PASSWORD = "demo@example.com", "a long enough secret"
PORT = 8000  # of `make up`
CONTACT_SHEET = "contact-sheet.png"
CLIPS_PER_VIDEO = 5  # of a user's own folder, so that a large folder does not make one long video


@dataclass
class Stopwatch:
    """Seconds of wall time by phase, in order."""

    phases: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self.phases[name] = self.phases.get(name, 0.0) + time.perf_counter() - started


def run(console: Console, data: Path, out: Path, clips: Path | None, count: int, *, recursive: bool = False) -> None:
    """Make `count` videos of the sample clips, or of the folder `clips`, into `out`. The cloud they were made in stays
    in `data`/demo until the next time, so that they can be seen in the app.

    Raises:
        SystemExit: the folder holds no clip that can be mixed, the cloud cannot start here, or `out` holds files of
            somebody else's that have the names of videos of the demo, or would be a folder of clips.
    """
    watch = Stopwatch()
    demo_folder.require_room(out)
    data.mkdir(parents=True, exist_ok=True)
    console.rule("[bold]Medley demo")
    paths = find_clips(console, clips, out, recursive=recursive) if clips else samples.paths()
    kept = _emptied(data / "demo")
    with watch.phase("start of the embedded cloud"):
        cloud = Cloud(kept, durable=False, settings={"ACCOUNT_SIGN_UP_BONUS": "10000"})
        try:
            cloud.start()
        except CloudNotStarted as error:
            with suppress(DirectoryInUse):
                DataDirectory(kept).forget()
            raise SystemExit(str(error)) from error
    try:
        console.print(f"  The embedded cloud answers at {cloud.api_url}")
        with Client(cloud.api_url) as client:
            made = _use(console, client, watch, paths, own=clips is not None, count=count, out=out)
    finally:
        with watch.phase("stop"):
            cloud.stop()
    _print_times(console, watch)
    console.print(
        f"\n  See them in the app: [bold]make up DATA={kept}[/], then http://localhost:{PORT}/generations/{made}"
    )
    console.print(f"  Sign in as {EMAIL} with the password: {PASSWORD}")


def _emptied(folder: Path) -> Path:
    """Raises: SystemExit: a cloud is using it, or it holds what no cloud stored."""
    if folder.exists():
        try:
            left = DataDirectory(folder).forget()
        except DirectoryInUse as error:
            raise SystemExit(f"{error} Stop it first.") from error
        if left:
            names = ", ".join(left)
            raise SystemExit(
                f"{folder} holds what is not Medley's: {names}. Move it, or name another place with --data."
            )
    return folder


def find_clips(console: Console, folder: Path, out: Path, *, recursive: bool = False) -> list[Path]:
    """The clips of a folder in order of name, those `medley mix` takes; what will not be seen or heard is named alike.

    Raises:
        SystemExit: there is none, the folder cannot be read, or videos that go to `out` would be clips of it.
    """
    try:
        named = clip_files.find([str(folder)], (), recursive=recursive)
        clip_files.require_names(named.files)
        clip_files.require_apart(out, named, recursive=recursive)
        clips, refused = clip_files.read(named.files, workers=usable_cores(), with_activity=False, on_read=lambda: None)
    except (clip_files.WrongUsage, Unavailable) as error:
        raise SystemExit(f"{folder}: {error}") from error
    for line in clip_files.told(clips, refused, named):
        console.print(Text(f"  {printable(line)}", "yellow"), soft_wrap=True)
    if not clips:
        raise SystemExit(f"{folder}: none of the files is a usable clip.")
    return [clip.path for clip in clips]


def _use(
    console: Console, client: Client, watch: Stopwatch, paths: Sequence[Path], *, own: bool, count: int, out: Path
) -> str:
    """The job; returns the generation's id."""
    client.sign_up(EMAIL, PASSWORD, "Demo")
    project = client.call("POST", "/projects", {"name": "Demo" if own else "Sol lemonade", "app": "video_mixer"})
    ready = _upload(console, client, watch, project["id"], paths)
    if own:
        spec: Json = {"mode": "automatic", "order": "shuffled", "clips_per_video": min(len(ready), CLIPS_PER_VIDEO)}
    else:
        _make_groups(client, project["id"], ready)
        spec = {"mode": "groups", "order": "fixed", "aspect": "9:16"}
    spec |= {"count": count, "resolution": 720, "fit": "blur", "seed": 7}
    spec["count"] = _quote(console, client, watch, project["id"], spec)
    with watch.phase("generate"):
        generation = client.generate(project["id"], spec)
        final = _show_progress(console, client, generation)
    wanted = counted(final["outputs_total"], "video")
    console.print(f"  Generation [bold]{final['state']}[/]: {final['outputs_made']} of {wanted}")
    count = _fetch(console, client, watch, generation["id"], out)
    console.print(f"  {counted(count, 'video')} and {CONTACT_SHEET} are in [bold]{out}/[/]\n")
    _print_ledger(console, client)
    return str(generation["id"])


def _fetch(console: Console, client: Client, watch: Stopwatch, generation_id: str, out: Path) -> int:
    """Download the videos and draw their contact sheet; returns how many there are."""
    outputs = client.all_items(f"/generations/{generation_id}/outputs")
    for item in outputs:
        if item["state"] != "made":
            console.print(f"  [red]Video {item['n']}: {item['reason']['message']}")
    made = [item["n"] for item in outputs if item["state"] == "made"]
    if not made:
        raise SystemExit("No video could be made.")
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".medley-", dir=out) as folder:
        with watch.phase("download"):
            videos = [client.download(generation_id, n, Path(folder)) for n in made]
        with watch.phase("contact sheet"):
            pages = contact_sheet(videos, Path(folder) / CONTACT_SHEET)
        demo_folder.replace(out, [*videos, *pages])
    return len(videos)


def _upload(console: Console, client: Client, watch: Stopwatch, project_id: str, paths: Sequence[Path]) -> list[Json]:
    """Upload all, wait for the S3-triggered ingest, name those refused; returns the clips that are ready."""
    with watch.phase("upload"):
        for path in paths:
            client.upload(project_id, path)
    megabytes = sum(path.stat().st_size for path in paths) / 1e6
    console.print(f"  Uploaded {counted(len(paths), 'clip')}, {megabytes:.1f} MB, straight to the bucket")
    with watch.phase("ingest"), console.status("Reading the clips ..."):
        clips = client.settled_clips(project_id, len(paths))
    for clip in clips:
        if clip["state"] == "rejected":
            console.print(f"  [red]{clip['name']}: {clip['reason']['message']}")
    ready = [clip for clip in clips if clip["state"] == "ready"]
    console.print(f"  Ready to mix: {counted(len(ready), 'clip')}")
    if not ready:
        raise SystemExit("None of the clips can be mixed.")
    return ready


def _make_groups(client: Client, project_id: str, clips: Sequence[Json]) -> None:
    for name, clip_names in samples.GROUPS.items():
        members = [clip for clip in clips if Path(clip["name"]).stem in clip_names]
        client.call("POST", f"/projects/{project_id}/groups", {"name": name, "clip_ids": ids(members)})


def _quote(console: Console, client: Client, watch: Stopwatch, project_id: str, spec: Json) -> int:
    """Show what is possible and the price; returns how many videos to order: what was asked, or all there are."""
    with watch.phase("quote"):
        quote = client.call("POST", f"/projects/{project_id}/quote", {"spec": spec})
    possible = int(quote["capacity"])
    if possible < spec["count"]:
        console.print(
            f"  [yellow]{possible} different videos are possible, not {spec['count']}: {quote['binding']['message']}"
        )
        quote = client.call("POST", f"/projects/{project_id}/quote", {"spec": spec | {"count": possible}})
    table = Table(title=f"Quote: {quote['count']} of {possible:,} possible videos", title_justify="left")
    for column in ("", "credits", "videos", "total"):
        table.add_column(column, justify="left" if not column else "right")
    for line in quote["lines"]:
        table.add_row(line["label"], str(line["unit_price"]), str(line["quantity"]), str(line["price"]))
    table.add_section()
    table.add_row("[bold]Price", "", "", f"[bold]{quote['price']}")
    console.print(table)
    return int(quote["count"])


def _show_progress(console: Console, client: Client, generation: Json) -> Json:
    """Live bars until the generation is final; returns its last state."""
    columns: tuple[Any, ...] = (
        TextColumn("  {task.description:8}"),
        BarColumn(40),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    final = generation
    with Progress(*columns, console=console) as progress:
        work = progress.add_task("work", total=None)
        videos = progress.add_task("videos", total=generation["outputs_total"])
        for answer in client.watch(generation["id"]):
            final = answer["generation"]
            progress.update(work, completed=final["work_done"], total=final["work_total"] or None)
            progress.update(videos, completed=final["outputs_made"] + final["outputs_failed"])
    return final


def _print_ledger(console: Console, client: Client) -> None:
    table = Table(title="Ledger", title_justify="left")
    for column in ("entry", "available", "reserved", "spent", "balance"):
        table.add_column(column, justify="left" if column == "entry" else "right")
    for entry in reversed(client.all_items("/wallet/entries")):
        changes = [entry[name] for name in ("d_available", "d_reserved", "d_spent")]
        table.add_row(entry["kind"], *(f"{change:+,}" if change else "" for change in changes), f"{entry['balance']:,}")
    console.print(table)
    wallet = client.call("GET", "/wallet")
    console.print(f"  Available {wallet['available']:,}, reserved {wallet['reserved']:,}, spent {wallet['spent']:,}\n")


def _print_times(console: Console, watch: Stopwatch) -> None:
    table = Table(title="Where the time went", title_justify="left")
    table.add_column("phase")
    table.add_column("seconds", justify="right")
    for phase, seconds in watch.phases.items():
        table.add_row(phase, f"{seconds:.1f}")
    table.add_section()
    table.add_row("[bold]all", f"[bold]{sum(watch.phases.values()):.1f}")
    console.print(table)

"""The command `medley`: the engine and the embedded cloud from the command line, a module for each command's work."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.places import is_folder
from cli.spec_options import with_spec_options

if TYPE_CHECKING:
    from cli.mix_order import MixRequest

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its tables cut the names of options on a narrow terminal
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def main() -> None:
    """Turn a handful of clips into hundreds of finished, distinct videos."""


Clips = Annotated[
    list[str] | None, typer.Argument(help="Clips, or folders of clips.", metavar="CLIPS", show_default=False)
]
Groups = Annotated[
    list[str] | None,
    typer.Option(
        help="One clip of each group in each video: hook=a.mp4,b.mp4 body=c.mp4 ... Commas of a name are doubled.",
        metavar="NAME=FILES",
    ),
]
Recursive = Annotated[bool, typer.Option("--recursive", help="Take the folders within folders too.")]
Strict = Annotated[bool, typer.Option("--strict", help="Make nothing if there is anything to warn of.")]


PICTURES = (".png", ".jpg", ".jpeg")


@app.command()
@with_spec_options
def mix(
    clips: Clips = None,
    *,
    out: Annotated[Path, typer.Option(help="The folder they go to; nothing in it is replaced.", file_okay=False)],
    groups: Groups = None,
    recursive: Recursive = False,
    strict: Strict = False,
    workers: Annotated[int, typer.Option(help="Clips or videos worked on at a time.", min=1, max=64)] = 2,
    json: Annotated[
        Path | None, typer.Option(help="Write a report with plan, times and files.", dir_okay=False)
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(help="Write the manifest as a table: a row for each clip of each video.", dir_okay=False),
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option(help="Draw a contact sheet of all videos (PNG or JPEG).", dir_okay=False)
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="Where encoded segments are kept; else the user's cache.", file_okay=False)
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Keep no encoded segments.")] = False,
    **spec: Any,
) -> None:
    """Make many different videos of a handful of clips. Each clip is encoded once; the engine alone, no cloud."""
    from cli import mix as engine
    from cli.terminal import lasting

    if cache and no_cache:
        raise typer.BadParameter("--cache and --no-cache contradict each other")
    _require_folders(json, csv, sheet, made=out)
    if sheet and sheet.suffix.lower() not in PICTURES:
        raise typer.BadParameter(f"{sheet.name!r} should end with {' or '.join(PICTURES)}")
    order = _order(clips, groups, spec, recursive=recursive, strict=strict, out=out)
    kept = None if no_cache else (cache or engine.default_cache()).absolute()
    job = engine.Job(order, out.absolute(), kept, workers)
    raise typer.Exit(engine.main(job, lasting(stderr=True), json=json, csv=csv, sheet=sheet))


@app.command()
@with_spec_options
def plan(
    clips: Clips = None,
    *,
    groups: Groups = None,
    recursive: Recursive = False,
    strict: Strict = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Also show each video's clips, and how alike the videos are.")
    ] = False,
    json: Annotated[Path | None, typer.Option(help="Write all of it as JSON.", dir_okay=False)] = None,
    **spec: Any,
) -> None:
    """Say what `medley mix` would make, and encode nothing. The same clips, and the same options about videos."""
    from rich.console import Console

    from cli import plan as plan_command

    _require_folders(json)
    order = _order(clips, groups, spec, recursive=recursive, strict=strict)
    raise typer.Exit(plan_command.main(order, json, Console(), Console(stderr=True), explain=explain))


def _require_folders(*files: Path | None, made: Path | None = None) -> None:
    """Check that files can be written; the folder `made` is made before them."""
    for path in files:
        inside = made is not None and path is not None and path.resolve().is_relative_to(made.resolve())
        if path and not (inside or is_folder(path.parent)):
            raise typer.BadParameter(f"there is no folder {str(path.parent)!r} for {path.name!r}")


def _order(
    clips: list[str] | None,
    groups: list[str] | None,
    spec: dict[str, Any],
    *,
    recursive: bool,
    strict: bool,
    out: Path | None = None,
) -> "MixRequest":
    """What CLIPS, groups and the spec's options ask for, of videos that go to `out`. Raises: typer.BadParameter."""
    from cli.clip_files import WrongUsage, require_apart
    from cli.mix_order import read

    try:
        order = read(clips or [], groups or [], spec, recursive=recursive, strict=strict)
        if out is not None:
            require_apart(out, order.named, recursive=recursive)
    except WrongUsage as error:
        raise typer.BadParameter(str(error)) from error
    return order


@app.command()
def probe(
    *,
    files: Annotated[list[str], typer.Argument(help="Files, or folders of files.", metavar="FILE")],
    recursive: Recursive = False,
    json: Annotated[bool, typer.Option("--json", help="Print facts and verdicts as JSON.")] = False,
) -> None:
    """Show what is in files, and how Medley can use them. The exit status is 1 if one is refused."""
    from rich.console import Console

    from cli import probe as probe_command
    from cli.clip_files import WrongUsage
    from medley.errors import Unavailable

    try:
        raise typer.Exit(probe_command.main(files, Console(), as_json=json, recursive=recursive))
    except WrongUsage as error:
        raise typer.BadParameter(str(error)) from error
    except Unavailable as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from error


DATA = Path(".medley")
WEB = Path("web/dist")


@app.command()
def up(
    *,
    port: Annotated[int, typer.Option(help="Of the API on this machine; 0: a free one.", min=0, max=65_535)] = 8000,
    storage_port: Annotated[
        int | None,
        typer.Option(
            help="Of uploads and downloads; else that of last time, or 8001; 0: a free one.", min=0, max=65_535
        ),
    ] = None,
    data: Annotated[Path, typer.Option(help="The folder everything is kept in.", file_okay=False)] = DATA,
    web: Annotated[Path, typer.Option(help="The folder of the built web app.", file_okay=False)] = WEB,
) -> None:
    """Run the embedded cloud until Ctrl-C. It is web app, API, storage, queues and workers; what is stored survives."""
    from cli import up as cloud
    from cli.terminal import lasting

    cloud.up(lasting(), data, port, storage_port, web)


@app.command()
def reset(
    *, data: Annotated[Path, typer.Option(help="The folder everything is kept in.", file_okay=False)] = DATA
) -> None:
    """Forget everything `medley up` stored."""
    from rich.console import Console

    from cli import up as cloud

    cloud.reset(Console(), data)


@app.command()
def grant(
    email: Annotated[str, typer.Argument(help="Whose account.")],
    role: Annotated[str, typer.Argument(help="user, admin or super_admin.")] = "super_admin",
    *,
    data: Annotated[Path, typer.Option(help="The folder everything is kept in.", file_okay=False)] = DATA,
) -> None:
    """Give somebody a role. That is in the embedded cloud or, if it is set, in the database DATABASE_URL names."""
    from rich.console import Console

    from cli import grant as granting

    granting.run(Console(), email, role, data)


@app.command()
def credit(
    email: Annotated[str, typer.Argument(help="Whose account.")],
    amount: Annotated[int, typer.Argument(help="How many credits.", min=1)],
    *,
    data: Annotated[Path, typer.Option(help="The folder everything is kept in.", file_okay=False)] = DATA,
) -> None:
    """Give somebody credits. That is in the embedded cloud or, if it is set, in the database DATABASE_URL names."""
    from rich.console import Console

    from cli import grant as granting

    granting.run_credit(Console(), email, amount, data)


@app.command()
def demo(
    *,
    clips: Annotated[
        Path | None, typer.Option(help="A folder of your own clips.", exists=True, file_okay=False)
    ] = None,
    recursive: Recursive = False,
    count: Annotated[int, typer.Option(help="How many videos.", min=1, max=1000)] = 12,
    out: Annotated[Path, typer.Option(help="Where the videos go.", file_okay=False)] = Path("demo-output"),
    data: Annotated[Path, typer.Option(help="The demo's cloud is kept below it.", file_okay=False)] = DATA,
) -> None:
    """Do the main job end to end. That is a fresh embedded cloud, uploads, an order, videos."""
    from cli import demo as run_demo
    from cli.terminal import lasting

    run_demo.run(lasting(), data, out, clips, count, recursive=recursive)


@app.command()
def trace(
    id: Annotated[str, typer.Argument(help="Of a generation, request, clip, task, or a trace_id.", metavar="ID")],  # noqa: A002 - its name on the command line
    *,
    data: Annotated[Path, typer.Option(help="The folder of the embedded cloud.", file_okay=False)] = DATA,
) -> None:
    """Tell the whole story of one thing. That is every line of every function's log about it, in order."""
    from rich.console import Console

    from cli import trace as tracing

    tracing.run(Console(), id, data)

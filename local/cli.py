"""`medley`: the engine and the embedded cloud from the command line. Each command's work is in a module of its own."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def main() -> None:
    """Turn a handful of clips into hundreds of finished, distinct videos."""


@app.command()
def mix(
    *,
    count: Annotated[int, typer.Option(help="How many different videos to make.")],
    out: Annotated[Path, typer.Option(help="The folder they go to; nothing in it is replaced.", file_okay=False)],
    clips: Annotated[
        list[str] | None, typer.Argument(help="Clips, or folders of clips.", metavar="CLIPS...", show_default=False)
    ] = None,
    groups: Annotated[
        list[str] | None,
        typer.Option(
            help="One clip of each group in each video: hook=a.mp4,b.mp4 body=c.mp4 ...", metavar="NAME=FILES"
        ),
    ] = None,
    clips_per_video: Annotated[int | None, typer.Option(help="Without groups: how many clips; else all.")] = None,
    order: Annotated[Literal["shuffled", "fixed"], typer.Option(help="Of the clips, or of the groups.")] = "shuffled",
    first: Annotated[str | None, typer.Option(help="The clip every video starts with.", metavar="FILE")] = None,
    last: Annotated[str | None, typer.Option(help="The clip every video ends with.", metavar="FILE")] = None,
    vary_opening: Annotated[bool, typer.Option(help="Share the videos evenly among the possible openings.")] = True,
    aspect: Annotated[Literal["16:9", "9:16", "1:1", "4:5"], typer.Option(help="Shape of the picture.")] = "16:9",
    resolution: Annotated[int, typer.Option(help="Shorter side: 480, 720, 1080, 1440 or 2160.")] = 720,
    fps: Annotated[str, typer.Option(help="24, 25, 30, 50, 60, 23.976, 29.97 or 59.94.")] = "30",
    fit: Annotated[Literal["crop", "pad", "blur"], typer.Option(help="For clips of another shape.")] = "crop",
    audio: Annotated[Literal["keep", "mute"], typer.Option(help="The clips' sound, or silence.")] = "keep",
    quality: Annotated[Literal["draft", "standard", "high"], typer.Option(help="Of the encoder.")] = "standard",
    title: Annotated[str | None, typer.Option(help="Of each video and its file: {n}, {count}, {opening}.")] = None,
    seed: Annotated[int | None, typer.Option(help="Same clips, options and seed: same videos.")] = None,
    skip: Annotated[int, typer.Option(help="Leave out that many videos already made with this seed.")] = 0,
    workers: Annotated[int, typer.Option(help="Clips or videos worked on at a time.", min=1, max=64)] = 2,
    json: Annotated[
        Path | None, typer.Option(help="Write a report with plan, times and files.", dir_okay=False)
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="Where encoded segments are kept; else the user's cache.", file_okay=False)
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Keep no encoded segments.")] = False,
) -> None:
    """Make many different videos of a handful of clips, each clip encoded once. The engine alone, no cloud."""
    from rich.console import Console

    from local import clip_files
    from local import mix as engine

    options: dict[str, Any] = {
        "count": count,
        "clips_per_video": clips_per_video,
        "order": order,
        "vary_opening": vary_opening,
    }
    options |= {"aspect": aspect, "resolution": resolution, "fps": fps, "fit": fit, "audio": audio}
    options |= {"quality": quality, "title": title, "seed": seed, "skip": skip}
    options["mode"] = "groups" if groups else "automatic"
    if cache and no_cache:
        raise typer.BadParameter("--cache and --no-cache contradict each other")
    if json and not json.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {str(json.parent)!r} for the report")
    kept = None if no_cache else (cache or engine.default_cache()).absolute()
    try:
        named = clip_files.find(clips or [], groups or [])
        job = engine.Job(named, engine.spec_of(options), first, last, out.absolute(), kept, workers)
    except clip_files.WrongUsage as error:
        raise typer.BadParameter(str(error)) from error
    raise typer.Exit(engine.main(job, json, Console(stderr=True)))


DATA = Path(".medley")


@app.command()
def up(
    *,
    port: Annotated[int, typer.Option(help="Of the API on this machine; 0: a free one.", min=0, max=65_535)] = 8000,
    data: Annotated[Path, typer.Option(help="The folder everything is kept in.", file_okay=False)] = DATA,
) -> None:
    """Run the embedded cloud until Ctrl-C: the API, storage, queues and workers. What is stored survives."""
    from rich.console import Console

    from local import up as cloud

    cloud.up(Console(), data, port)


@app.command()
def reset(
    *, data: Annotated[Path, typer.Option(help="The folder everything is kept in.", file_okay=False)] = DATA
) -> None:
    """Forget everything `medley up` stored."""
    from rich.console import Console

    from local import up as cloud

    cloud.reset(Console(), data)


@app.command()
def demo(
    *,
    clips: Annotated[
        Path | None, typer.Option(help="A folder of your own clips.", exists=True, file_okay=False)
    ] = None,
    count: Annotated[int, typer.Option(help="How many videos.", min=1, max=1000)] = 12,
    out: Annotated[Path, typer.Option(help="Where the videos go.", file_okay=False)] = Path("demo-output"),
    data: Annotated[Path, typer.Option(help="Where sample clips are kept.", file_okay=False)] = DATA,
) -> None:
    """Do the main job end to end: a fresh embedded cloud, uploads, an order, videos."""
    from rich.console import Console

    from local import demo as run_demo

    run_demo.run(Console(), data, out, clips, count)

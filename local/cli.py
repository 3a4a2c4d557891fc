"""`medley`: the engine and the embedded cloud from the command line. Each command's work is in a module of its own."""

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

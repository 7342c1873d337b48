"""The commands about AWS: what chartlake needs there."""

from __future__ import annotations

from importlib.resources import files

import typer

from etl.cli.app import app, read_settings, warn

aws = typer.Typer(
    help="Print the template of what chartlake needs in AWS, check it, and define views in Athena.",
    no_args_is_help=True,
)
app.add_typer(aws, name="aws")


@aws.command()
def template() -> None:
    """Print the CloudFormation template of bucket, queue, tables, workgroup, roles, and options."""
    print(files("infra").joinpath("chartlake.yaml").read_text("utf-8"), end="")


@aws.command()
def check() -> None:
    """Compare what is in AWS with the template, and say what to do where it differs."""
    from etl.cli.aws_check import examine

    differs = False
    for finding in examine(read_settings()):
        print(f"{finding.mark}  {finding.subject}: {finding.sentence}", flush=True)
        differs = differs or finding.mark == "--"
    if differs:
        warn("Not everything is as it should be; see the lines that begin with --.")
        raise typer.Exit(1)

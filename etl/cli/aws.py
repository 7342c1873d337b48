"""The commands about AWS: what chartlake needs there."""

from __future__ import annotations

from importlib.resources import files

import typer

from etl.cli.app import app

aws = typer.Typer(
    help="Print the template of what chartlake needs in AWS.",
    no_args_is_help=True,
)
app.add_typer(aws, name="aws")


@aws.command()
def template() -> None:
    """Print the CloudFormation template: bucket, queue, tables, workgroup, roles, crawler."""
    print(files("infra").joinpath("chartlake.yaml").read_text("utf-8"), end="")

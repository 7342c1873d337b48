"""The commands that let other engines answer: the export of the history, and views in Athena."""

from __future__ import annotations

import typer

from etl.cli.app import app, open_settings, warn
from etl.cli.aws import aws
from etl.wording import counted


@app.command()
def export() -> None:
    """Export the mirror's history to the lake as Parquet, for Athena, Spark and other engines."""
    from etl.engines.export import export as export_history

    settings, lake = open_settings()
    exported = export_history(lake, settings.mirror)
    deleted = f", deleted {exported.deleted:,}" if exported.deleted else ""
    print(
        f"exported {counted(exported.files, 'file')} to {settings.lake.rstrip('/')}/history_data:"
        f" wrote {exported.written:,}{deleted}"
    )


@aws.command()
def views() -> None:
    """Define the history and all questions as tables and views in Athena; again at will."""
    from etl.engines.athena import define_views

    settings, lake = open_settings()
    defined = define_views(lake, settings)
    print(
        f"defined {counted(defined.tables, 'table')} and {counted(defined.views, 'view')} in"
        f" {settings.athena_database}"
    )
    for name, reason in defined.refused.items():
        warn(f"{name} was not defined: {reason}")
    if defined.refused:
        raise typer.Exit(1)

"""The command that compares lake, archive and mirror."""

from __future__ import annotations

import typer

from etl.cli.app import app, open_settings, progress_bar
from etl.wording import counted


@app.command()
def verify() -> None:
    """Check that lake, archive and mirror agree, and say what repairs them where they do not."""
    from etl.pipeline.verify import verify as verify_lake

    settings, lake = open_settings()
    with progress_bar("verifying") as progress:
        verified = verify_lake(lake, settings.mirror, progress=progress)
    for finding in verified.findings:
        print(finding.line)
    faults = sum(not finding.is_notice for finding in verified.findings)
    outcome = counted(faults, "fault") if faults else "everything agrees"
    if lost := verified.lost_raw_files:
        agreement = outcome if faults else "the published tables agree"
        verb = "is" if lost == 1 else "are"
        outcome = f"{agreement}; {counted(lost, 'raw file')} {verb} not in the archive"
    print(
        f"verified {counted(verified.partitions, 'partition')} and"
        f" {counted(verified.snapshots, 'snapshot')}: {outcome}"
    )
    if faults:
        raise typer.Exit(1)

"""Workgroups of Athena."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from botocore import exceptions as aws

from etl.aws.session import Operation, code_of, open_client, translated


@dataclass(frozen=True, slots=True)
class Workgroup:
    """A workgroup: where its results go, and how many bytes a query may read, if that is set."""

    is_enabled: bool
    has_results: bool
    scan_limit: int | None


def read_workgroup(name: str, variables: Mapping[str, str]) -> Workgroup | None:
    """The workgroup of that name; None where there is none.

    Raises AccessDenied where Athena refuses, and ServiceUnavailable where it does not answer.
    """
    operation = Operation(
        "Athena",
        f"show the workgroup {name}",
        "Nothing was changed.",
        "Check CHARTLAKE_ATHENA_WORKGROUP, AWS_DEFAULT_REGION and the permission"
        " athena:GetWorkGroup.",
    )
    with translated(operation):
        try:
            shown = open_client("athena", variables).get_work_group(WorkGroup=name)["WorkGroup"]
        except aws.ClientError as error:
            if code_of(error) == "InvalidRequestException":
                return None
            raise
    configuration = shown.get("Configuration", {})
    managed = configuration.get("ManagedQueryResultsConfiguration", {}).get("Enabled", False)
    location = configuration.get("ResultConfiguration", {}).get("OutputLocation")
    limit = configuration.get("BytesScannedCutoffPerQuery")
    return Workgroup(
        shown.get("State") == "ENABLED", bool(location or managed), int(limit) if limit else None
    )

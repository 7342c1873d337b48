"""What requests to AWS need permission for, and what a policy of the template allows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import boto3
import pytest

from tests.support.aws_server import REGION
from tests.support.templates import ACCOUNT, Template

# The actions whose names are not those of the requests:
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
_ACTIONS = {
    "ListObjectsV2": "ListBucket",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "DeleteMessageBatch": "DeleteMessage",
}


@dataclass(frozen=True, order=True)
class Need:
    """An action on a resource."""

    action: str
    resource: str


@contextmanager
def observed(observe: Callable[[str, str, dict[str, Any]], None]) -> Iterator[None]:
    """Call `observe` with service, operation and parameters of each request that is made."""
    make: Any = boto3.session.Session.client

    def client(session: Any, service: str, **options: Any) -> Any:
        made = make(session, service, **options)
        made.meta.events.register(
            "provide-client-params.*.*",
            lambda params, model, **_: observe(service, model.name, params),
        )
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boto3.session.Session, "client", client)
        yield


@contextmanager
def recorded() -> Iterator[set[Need]]:
    """What the requests of all clients that are opened meanwhile need."""
    needs: set[Need] = set()
    with observed(lambda *request: needs.update(_needs(*request))):
        yield needs


def allows(template: Template, policy: str, need: Need) -> bool:
    """Whether a policy or role of the template allows that."""
    return any(
        need.action in listed(statement["Action"])
        and any(fnmatchcase(need.resource, one) for one in listed(statement["Resource"]))
        for statement in template.statements(policy)
    )


def _needs(service: str, operation: str, given: dict[str, Any]) -> Iterator[Need]:
    action = f"{service}:{_ACTIONS.get(operation, operation)}"
    if operation == "CopyObject":
        source = given["CopySource"]
        yield Need("s3:GetObject", f"arn:aws:s3:::{source['Bucket']}/{source['Key']}")
        action = "s3:PutObject"
    for resource in _resources(service, given):
        yield Need(action, resource)
        if "IfMatch" in given and action != "s3:GetObject":
            # S3 compares versions for those alone who may read the object:
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html
            yield Need("s3:GetObject", resource)


def _resources(service: str, given: dict[str, Any]) -> list[str]:
    place = f"arn:aws:{service}:{REGION}:{ACCOUNT}:"
    match service:
        case "s3":
            key = f"/{given['Key']}" if "Key" in given else ""
            return [f"arn:aws:s3:::{given['Bucket']}{key}"]
        case "sqs":
            return [place + given["QueueUrl"].rpartition("/")[2]]
        case "ssm":
            return [f"{place}parameter{name}" for name in given.get("Names") or [given["Name"]]]
        case "athena":
            # Requests about a query are about the workgroup in which it runs.
            return [f"{place}workgroup/{given.get('WorkGroup', 'chartlake')}"]
        case _ if "DatabaseName" in given:
            name = given["DatabaseName"]
            return [f"{place}catalog", f"{place}database/{name}", f"{place}table/{name}/song_data"]
        case _:
            return [f"{place}crawler/{given['Name']}"]


def listed(value: Any) -> list[Any]:
    """A policy's list, of which a single element may stand alone."""
    return value if isinstance(value, list) else [value]

"""AWS clients, and what AWS's own errors mean."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import boto3
import botocore.session
from botocore import exceptions as aws
from botocore.config import Config

from etl.aws.credentials import InvalidEndpoint, Problem, credential_problem
from etl.errors import AccessDenied, ChartlakeError, NotPermitted, Service, ServiceUnavailable

_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
_BUSY = ("Throttl", "Timeout", "TooManyRequests", "SlowDown", "InternalServer")
_NOT_PERMITTED = {"AccessDenied", "AccessDeniedException", "AccessDeniedError", "403", "Forbidden"}
_UNREACHED = (aws.ConnectionError, aws.HTTPClientError, ConnectionError, TimeoutError)
# Bytes that arrived otherwise than they were sent; boto3 compares checksums in both directions.
_DAMAGED = (aws.ChecksumError, aws.FlexibleChecksumError, aws.IncompleteReadError)
_DAMAGED_CODES = {"BadDigest", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch"}
# As many as a run uses at a time: for eight partitions, their three files.
CONNECTIONS = 24


ClientName = Literal["s3", "glue", "athena", "sqs", "ssm", "lambda", "scheduler", "iam"]


def open_client(
    service: ClientName, variables: Mapping[str, str], *, attempts: int = 4, read_timeout: int = 60
) -> Any:
    """A boto3 client of `service`; no request is made.

    `variables` are AWS's own, such as AWS_PROFILE; the environment outranks them. A failed request
    is sent again up to `attempts` times in all. Raises botocore's errors.
    """
    session = boto3.session.Session(botocore_session=_session(variables))
    config = Config(
        connect_timeout=10,
        read_timeout=read_timeout,
        max_pool_connections=CONNECTIONS,
        retries={"mode": "standard", "max_attempts": attempts},
    )
    endpoint = _endpoint(service, variables)
    _find_credentials(session)
    try:
        client = session.client(service, config=config, endpoint_url=endpoint)
        if service == "s3" and "amazonaws." not in client.meta.endpoint_url:
            # Other S3 servers have no host name for each bucket.
            config = config.merge(Config(s3={"addressing_style": "path"}))
            client = session.client(service, config=config, endpoint_url=endpoint)
    except aws.InvalidRegionError:
        raise  # which is a ValueError, too
    except ValueError as error:
        raise InvalidEndpoint(reason=error) from error
    return client


@dataclass(frozen=True, slots=True)
class Operation:
    """What is asked of AWS, in the words of its error messages.

    `what` is a verb and its object, `outcome` a sentence about the state of the data, and `advice`
    a sentence about what to check where AWS refuses.
    """

    service: Service
    what: str
    outcome: str
    advice: str


# Gives the error for what AWS answered, or None where it is nothing special.
Explain = Callable[[aws.ClientError], ChartlakeError | None]


@contextmanager
def translated(operation: Operation, explain: Explain = lambda error: None) -> Iterator[None]:
    """Raise errors of chartlake's own for those of AWS: ServiceUnavailable, or AccessDenied.

    `explain` comes first, for answers that mean something else for this operation.
    """
    try:
        yield
    except aws.ClientError as error:
        raise (explain(error) or _answered(operation, error)) from error
    except _UNREACHED as error:
        reason = str(error).rstrip(".")
        raise ServiceUnavailable(
            f"{operation.service} does not answer: {reason}. {operation.outcome} Check the"
            " network, AWS_ENDPOINT_URL and AWS_DEFAULT_REGION, then run the command again.",
            service=operation.service,
        ) from error
    except _DAMAGED as error:
        raise _damaged(operation, str(error).rstrip(".")) from error
    except (aws.BotoCoreError, OSError) as error:
        problem = credential_problem(error) or Problem(str(error).rstrip("."), operation.advice)
        raise _without_access(operation, problem) from error


def _answered(operation: Operation, error: aws.ClientError) -> ChartlakeError:
    if is_busy(error):
        return ServiceUnavailable(
            f"{operation.service} cannot {operation.what} now: {reason_of(error)}."
            f" {operation.outcome} Run the command again later.",
            service=operation.service,
        )
    if code_of(error) in _DAMAGED_CODES:
        return _damaged(operation, reason_of(error))
    if problem := credential_problem(error):
        return _without_access(operation, problem)
    kind = NotPermitted if code_of(error) in _NOT_PERMITTED else AccessDenied
    return kind(
        f"{operation.service} refused to {operation.what}: {reason_of(error)}."
        f" {operation.outcome} {operation.advice}",
        service=operation.service,
        status=error.response.get("ResponseMetadata", {}).get("HTTPStatusCode"),
    )


def _damaged(operation: Operation, reason: str) -> ServiceUnavailable:
    return ServiceUnavailable(
        f"{operation.service} cannot {operation.what}: the bytes were damaged on the way"
        f" ({reason}). {operation.outcome} Run the command again.",
        service=operation.service,
    )


def _without_access(operation: Operation, problem: Problem) -> AccessDenied:
    return AccessDenied(
        f"{operation.service} cannot {operation.what}: {problem.what}. {operation.outcome}"
        f" {problem.remedy}",
        service=operation.service,
    )


def code_of(error: aws.ClientError) -> str:
    """AWS's code of an error, such as AccessDeniedException."""
    return error.response.get("Error", {}).get("Code", "")


def reason_of(error: aws.ClientError) -> str:
    """AWS's own words, without the full stop, and the code."""
    reason = error.response.get("Error", {}).get("Message") or code_of(error)
    return f"{reason.rstrip('.')} ({code_of(error)})"


def is_busy(error: aws.ClientError) -> bool:
    """Whether the same request may succeed later."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status == 501:
        return False  # the server does not know the operation
    return status >= 500 or status == 429 or any(word in code_of(error) for word in _BUSY)


def _session(variables: Mapping[str, str]) -> botocore.session.Session:
    # botocore reads the environment alone; what it may take from elsewhere is set here.
    session = botocore.session.Session()
    for name, (_, known_as, _, convert) in session.session_var_map.items():
        known = [known_as] if isinstance(known_as, str) else known_as or []
        value = next((variables[one] for one in known if one in variables), None)
        if value is not None and not any(one in os.environ for one in known):
            session.set_config_variable(name, convert(value) if convert else value)
    keys = [os.environ.get(name) or variables.get(name) for name in _KEYS]
    if keys[0] and keys[1] and any(name in variables for name in _KEYS):
        session.set_credentials(*keys)  # type: ignore[arg-type]
    return session


def _find_credentials(session: boto3.session.Session) -> None:
    try:
        session.get_credentials()
    except ValueError as error:
        reason = "what it printed is not JSON"
        raise aws.CredentialRetrievalError(
            provider="credential_process", error_msg=reason
        ) from error


def _endpoint(service: str, variables: Mapping[str, str]) -> str | None:
    for name in (f"AWS_ENDPOINT_URL_{service.upper()}", "AWS_ENDPOINT_URL"):
        if name in os.environ:
            return None  # botocore finds it by itself
        if name in variables:
            return variables[name]
    return None

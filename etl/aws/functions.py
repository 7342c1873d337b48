"""Functions of AWS Lambda, and what calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore import exceptions as aws

from etl.aws.policies import ANYBODY, statements_of
from etl.aws.session import ClientName, Operation, code_of, open_client, translated
from etl.errors import Service

_LAMBDA = "lambda.amazonaws.com"
_MISSING = {"ResourceNotFoundException", "NoSuchEntity"}


@dataclass(frozen=True, slots=True)
class Function:
    """A function: what it runs, with which variables, and in the name of which role.

    `problem` has Lambda's own words where it cannot be called.
    """

    name: str
    arn: str
    image: str | None
    command: tuple[str, ...]
    variables: Mapping[str, str]
    role: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """A queue that calls a function, and whether a call may leave some of its messages in it."""

    arn: str
    is_enabled: bool
    leaves_failed_messages: bool


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether Lambda may act as a role, and whether anybody may, in any account of AWS."""

    is_lambda: bool
    is_anybody: bool


class Functions:
    """The functions of an account; `variables` are AWS's own, where the environment lacks them.

    Raises NotPermitted where the credentials may not see something, AccessDenied where AWS refuses
    for another reason, and ServiceUnavailable where it does not answer.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._clients: dict[ClientName, Any] = {}

    def find(self, name: str) -> Function | None:
        """The function of that name, if there is one."""
        shown = self._asked("Lambda", "lambda", "get_function", name, FunctionName=name)
        if shown is None:
            return None
        configuration = shown["Configuration"]
        image = configuration.get("ImageConfigResponse", {}).get("ImageConfig", {})
        failed = "Failed" in (configuration.get("State"), configuration.get("LastUpdateStatus"))
        reasons = (configuration.get(key) for key in ("StateReason", "LastUpdateStatusReason"))
        return Function(
            name,
            configuration["FunctionArn"],
            shown.get("Code", {}).get("ImageUri"),
            tuple(image.get("Command", ())),
            configuration.get("Environment", {}).get("Variables", {}),
            configuration["Role"],
            next(filter(None, reasons), "it has failed") if failed else None,
        )

    def sources(self, name: str) -> list[Source]:
        """The queues that call a function."""
        call = "list_event_source_mappings"
        shown = self._asked("Lambda", "lambda", call, name, FunctionName=name) or {}
        return [
            Source(
                mapping.get("EventSourceArn", ""),
                mapping.get("State") in ("Enabled", "Enabling", "Creating", "Updating"),
                "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", ()),
            )
            for mapping in shown.get("EventSourceMappings", ())
        ]

    def failures_go_to(self, name: str) -> str | None:
        """Where Lambda reports a call by schedule that failed for good, if anywhere."""
        call = "get_function_event_invoke_config"
        given = {"FunctionName": name, "Qualifier": "$LATEST"}
        shown = self._asked("Lambda", "lambda", call, name, **given) or {}
        found = shown.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        return str(found) if found else None

    def schedules(self, function: Function) -> list[str]:
        """The names of the enabled schedules that call a function."""
        found: list[str] = []
        more: dict[str, str] = {}
        while True:
            shown = self._asked("EventBridge", "scheduler", "list_schedules", function.name, **more)
            found += [
                schedule["Name"]
                for schedule in shown["Schedules"]
                if schedule.get("Target", {}).get("Arn") == function.arn
                and schedule.get("State") == "ENABLED"
            ]
            if not shown.get("NextToken"):
                return found
            more = {"NextToken": shown["NextToken"]}

    def trust_in(self, function: Function) -> Trust:
        """Who may act as the role of a function; nobody may where there is no such role."""
        role = function.role.rpartition("/")[2]
        shown = self._asked("IAM", "iam", "get_role", function.name, RoleName=role)
        policy = shown["Role"]["AssumeRolePolicyDocument"] if shown else {}
        about = [one for one in statements_of(policy) if one.is_about("sts:AssumeRole")]
        named = [one for one in about if one.principals & {_LAMBDA, ANYBODY}]
        allowed = [one for one in named if one.effect == "Allow"]
        is_denied = any(one.effect == "Deny" and not one.conditions for one in named)
        return Trust(
            is_lambda=bool(allowed) and not is_denied,
            is_anybody=any(ANYBODY in one.principals and not one.conditions for one in allowed),
        )

    def _asked(
        self, service: Service, client: ClientName, call: str, function: str, **given: str
    ) -> Any:
        """What AWS answers; None where there is no such thing."""
        operation = Operation(
            service,
            f"show the function {function}",
            "Nothing was changed.",
            f"Check AWS_DEFAULT_REGION and the permission for {call} of {client}.",
        )
        with translated(operation):
            try:
                return getattr(self._client(client), call)(**given)
            except aws.ClientError as error:
                if code_of(error) in _MISSING:
                    return None
                raise

    def _client(self, name: ClientName) -> Any:
        if name not in self._clients:
            self._clients[name] = open_client(name, self._variables)
        return self._clients[name]

"""The CloudFormation template with its parameters filled in, as CloudFormation would read it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from tests.support.aws_server import BUCKET, REGION

PATH = Path(__file__).parents[2] / "infra/chartlake.yaml"
ACCOUNT = "123456789012"
_PSEUDO = {"AWS::AccountId": ACCOUNT, "AWS::Region": REGION, "AWS::Partition": "aws"}
_ABSENT = object()
# What an ARN has before the name of a resource.
_PLACES = {
    "AWS::IAM::Role": f"iam::{ACCOUNT}:role/",
    "AWS::Lambda::Function": f"lambda:{REGION}:{ACCOUNT}:function:",
    "AWS::Logs::LogGroup": f"logs:{REGION}:{ACCOUNT}:log-group:",
    "AWS::SQS::Queue": f"sqs:{REGION}:{ACCOUNT}:",
}


@cache
def document() -> Any:
    """The template as it is."""
    return cfn_yaml.load(str(PATH))


@dataclass(frozen=True)
class Template:
    """The template for given parameters; those that are not given have their defaults."""

    parameters: Mapping[str, str]

    @classmethod
    def filled(cls, **given: str) -> Template:
        """The template for these parameters, and for a bucket."""
        declared = document()["Parameters"].items()
        defaults = {name: str(one.get("Default", "")) for name, one in declared}
        return cls({**defaults, "BucketName": BUCKET, **given})

    @property
    def resources(self) -> dict[str, Any]:
        """The properties of each resource that is created."""
        return {
            name: self._resolved(one.get("Properties", {}))
            for name, one in document()["Resources"].items()
            if "Condition" not in one or self._holds(one["Condition"])
        }

    def of_type(self, kind: str) -> dict[str, Any]:
        """The properties of the resources of a type, such as `AWS::Glue::Table`."""
        declared = document()["Resources"]
        return {name: one for name, one in self.resources.items() if declared[name]["Type"] == kind}

    def of_service(self, service: str) -> dict[str, Any]:
        """The properties of the resources of a service, such as `Lambda`."""
        declared = document()["Resources"]
        kind = f"AWS::{service}::"
        return {
            name: one
            for name, one in self.resources.items()
            if declared[name]["Type"].startswith(kind)
        }

    @property
    def outputs(self) -> dict[str, Any]:
        """The outputs by name."""
        return {name: self._resolved(one["Value"]) for name, one in document()["Outputs"].items()}

    def statements(self, name: str) -> list[dict[str, Any]]:
        """What a managed policy allows, or a role by its own policies."""
        found = self.resources[name]
        policies = [found] if "PolicyDocument" in found else found["Policies"]
        return [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]

    def actions(self, name: str) -> dict[str, set[str]]:
        """The actions that a policy or role allows, by the id of the statement."""
        return {one["Sid"]: set(_listed(one["Action"])) for one in self.statements(name)}

    def _holds(self, name: str) -> bool:
        return bool(self._condition(document()["Conditions"][name]))

    def _condition(self, node: Any) -> bool:
        ((function, operand),) = node.items()
        match function:
            case "Condition":
                return self._holds(operand)
            case "Fn::Not":
                return not self._condition(operand[0])
            case "Fn::And":
                return all(map(self._condition, operand))
            case _:
                first, second = map(self._resolved, operand)
                return bool(first == second)

    def _resolved(self, node: Any) -> Any:
        if isinstance(node, list):
            found = [self._resolved(child) for child in node]
            return [child for child in found if child is not _ABSENT]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            ((function, operand),) = node.items()
            if function == "Ref" or function.startswith("Fn::"):
                return self._computed(function, operand)
        properties = {str(key): self._resolved(child) for key, child in node.items()}
        return {key: child for key, child in properties.items() if child is not _ABSENT}

    def _computed(self, function: str, operand: Any) -> Any:
        match function:
            case "Ref":
                return self._named(operand)
            case "Fn::GetAtt":
                name, attribute = operand if isinstance(operand, list) else operand.split(".")
                place = _PLACES[document()["Resources"][name]["Type"]]
                return f"arn:aws:{place}{name}" if attribute == "Arn" else name
            case "Fn::If":
                return self._resolved(operand[1 if self._holds(operand[0]) else 2])
            case "Fn::FindInMap":
                name, first, second = map(self._resolved, operand)
                return document()["Mappings"][name][first][second]
            case _:
                text, more = operand if isinstance(operand, list) else (operand, {})
                more = self._resolved(more)
                return re.sub(
                    r"\$\{([^}]+)\}",
                    lambda m: str(more[m[1]] if m[1] in more else self._named(m[1])),
                    text,
                )

    def _named(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _ABSENT
        if name in _PSEUDO:
            return _PSEUDO[name]
        if name in self.parameters:
            return self.parameters[name]
        properties = document()["Resources"][name].get("Properties", {})
        given = properties.get("Name") or properties.get("TableInput", {}).get("Name")
        given = given or properties.get("DatabaseInput", {}).get("Name")
        return self._resolved(given) if given else name


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)

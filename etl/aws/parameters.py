"""Secrets in the Parameter Store of AWS Systems Manager."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from etl.aws.session import Operation, open_client, translated

# The names of Spotify's secrets in the folder.
SECRET, LOGIN = "spotify-client-secret", "spotify-login"


class ParameterStore:
    """The encrypted parameters in a folder, such as `/chartlake/`.

    Raises AccessDenied where the store refuses, and ServiceUnavailable where it does not answer.
    """

    def __init__(self, folder: str, variables: Mapping[str, str]) -> None:
        self.folder = f"{folder.rstrip('/')}/"
        with translated(self._operation("read the parameters in", "Nothing was done.")):
            self._client: Any = open_client("ssm", variables)

    def read(self, *names: str) -> dict[str, str]:
        """The values of those parameters that there are, by name, decrypted."""
        return self._found(names, decrypted=True)

    def existing(self, *names: str) -> list[str]:
        """Which of those parameters there are."""
        return sorted(self._found(names, decrypted=False))

    def replace(self, name: str, value: str) -> None:
        """Give a parameter another value."""
        with translated(self._operation(f"replace {name} in", "The old value stands.")):
            self._client.put_parameter(
                Name=self.folder + name, Value=value, Type="SecureString", Overwrite=True
            )

    def _found(self, names: Sequence[str], *, decrypted: bool) -> dict[str, str]:
        with translated(self._operation("read the parameters in", "Nothing was done.")):
            shown = self._client.get_parameters(
                Names=[self.folder + name for name in names], WithDecryption=decrypted
            )
        return {one["Name"].removeprefix(self.folder): one["Value"] for one in shown["Parameters"]}

    def _operation(self, verb: str, outcome: str) -> Operation:
        return Operation(
            "SSM",
            f"{verb} {self.folder}",
            outcome,
            "Check the permissions ssm:GetParameters and ssm:PutParameter, and those for the"
            " parameters' key, if it is your own.",
        )

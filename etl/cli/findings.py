"""What `aws check` finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from etl.errors import AccessDenied, ChartlakeError, NotPermitted

DEPLOY = "Deploy the template that `chartlake aws template` prints, or set it in the console."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: as wanted (`ok`), not as wanted (`--`), or not seen (`??`)."""

    mark: Literal["ok", "--", "??"]
    subject: str
    sentence: str


class Differs(Exception):
    """What is not as wanted, and what to do."""


def checked(subject: str, check: Callable[[], str]) -> Finding:
    """What a check returns, which is as wanted, or what it raises."""
    try:
        return Finding("ok", subject, check())
    except NotPermitted as error:
        return Finding("??", subject, f"not checked. {' '.join(str(error).split())}")
    except AccessDenied as error:
        if error.status is None:
            raise  # the credentials are wrong for everything
        return Finding("--", subject, str(error))
    except (ChartlakeError, Differs) as error:
        return Finding("--", subject, str(error))

"""What AWS's own client says, in the words that the doors to AWS share."""

from __future__ import annotations

from botocore import exceptions as aws

# Neither the request nor its answer got through.
UNREACHED = (aws.ConnectionError, aws.HTTPClientError)
# The request was not even made: there is no region, no profile of that name, or no key.
UNASKED = (aws.BotoCoreError, ValueError)

_BUSY = ("Throttl", "Timeout", "TooManyRequests", "SlowDown", "InternalServer")


def code_of(error: aws.ClientError) -> str:
    """AWS's code of an error, such as AccessDeniedException."""
    return error.response.get("Error", {}).get("Code", "")


def reason_of(error: aws.ClientError) -> str:
    """AWS's own words, without their full stop, and the code."""
    reason = error.response.get("Error", {}).get("Message") or code_of(error)
    return f"{reason.rstrip('.')} ({code_of(error)})"


def is_busy(error: aws.ClientError) -> bool:
    """Whether the same request may succeed later."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or status == 429 or any(word in code_of(error) for word in _BUSY)

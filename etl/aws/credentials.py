"""What is wrong with the credentials, the region or the server that AWS's own client found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from botocore import exceptions as aws

_FILES = "~/.aws/config or ~/.aws/credentials"
_LOGINS = (
    aws.SSOError,
    aws.TokenRetrievalError,
    aws.NoAuthTokenError,
    aws.LoginError,
)
_PROFILES = (
    aws.InvalidConfigError,
    aws.InfiniteLoopConfigError,
    aws.UnknownCredentialError,
    aws.ConfigParseError,
    aws.ConfigNotFound,
)
_SOURCES = (aws.CredentialRetrievalError, aws.MetadataRetrievalError)
# The requests by which AWS's client gets the credentials of a role.
_ROLES = {"AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML", "GetRoleCredentials"}
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_UNKNOWN = {
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "UnrecognizedClientException",
}
_MISMATCHED = {"SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature"}
_SKEWED = {"RequestTimeTooSkewed", "RequestInTheFuture"}


class InvalidEndpoint(aws.BotoCoreError):
    """An endpoint is not a URL, for which boto3 raises a ValueError."""

    fmt = "{reason}."


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, as a clause without a full stop, and a sentence about what to do."""

    what: str
    remedy: str


def credential_problem(error: Exception) -> Problem | None:
    """The problem with the credentials that `error` is about; None if it is about something else.

    Besides botocore's errors, these are errors of the system: a file or program that the
    configuration names, and that is not there.
    """
    if isinstance(error, aws.ClientError):
        return _answered(error)
    if isinstance(error, OSError):
        return Problem(
            f"a file or program that its configuration names cannot be used: {_os_reason(error)}",
            f"Check credential_process and web_identity_token_file in {_FILES}, and AWS's variables"
            " that name files, such as AWS_CA_BUNDLE.",
        )
    return _configured(error)


def _configured(error: Exception) -> Problem | None:
    words = str(error).strip().rstrip(".")
    match error:
        case aws.NoCredentialsError():
            return Problem(
                "there are no AWS credentials",
                "Set AWS credentials: AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
            )
        case aws.ProfileNotFound():
            return Problem(
                f"there is no AWS profile {error.kwargs['profile']}",
                f"Correct AWS_PROFILE, or add the profile to {_FILES}.",
            )
        case aws.PartialCredentialsError():
            provider, missing = error.kwargs["provider"], error.kwargs["cred_var"]
            if provider == "assume-role":
                return Problem(
                    f"the AWS profile has a role and lacks {missing}",
                    f"Add one of them to the profile in {_FILES}; it names who assumes the role.",
                )
            return Problem(
                f"the credentials from {provider} lack {missing}",
                f"Add it in the environment, in .env, or in {_FILES}.",
            )
        case aws.NoRegionError():
            return Problem(
                "there is no AWS region", "Set AWS_DEFAULT_REGION, or `region` in the profile."
            )
        case aws.InvalidRegionError():
            return Problem(words, "Correct AWS_DEFAULT_REGION, or `region` in the profile.")
        case InvalidEndpoint():
            return Problem(
                words,
                "Correct AWS_ENDPOINT_URL, or `endpoint_url` in the profile: it is a URL, such as"
                " http://127.0.0.1:9000.",
            )
        case aws.MissingDependencyException():
            return Problem(
                "AWS's client lacks a package that this needs, as a profile of `aws login` does"
                f" ({_first_sentence(error.kwargs['msg'])})",
                "Run `pip install 'botocore[crt]'` where chartlake is installed, or use a profile"
                " of another kind.",
            )
        case aws.RefreshWithMFAUnsupportedError():
            return Problem(
                "the session of the role has ended, and a new one needs a code of the MFA device",
                "Run the command again, and give the code.",
            )
    if isinstance(error, _LOGINS):
        command = "aws login" if isinstance(error, aws.LoginError) else "aws sso login"
        return Problem(
            f"you are not logged in to AWS, or the login has expired ({words})",
            f"Run `{command}`, with the profile of AWS_PROFILE.",
        )
    if isinstance(error, _PROFILES):
        return Problem(
            f"the AWS profile cannot be used: {words}",
            f"Correct AWS_PROFILE, or the profile and its source in {_FILES}.",
        )
    if isinstance(error, _SOURCES):
        return Problem(
            f"the source of the AWS credentials gave none: {_source_reason(error, words)}",
            f"Check credential_process and credential_source in {_FILES}, or the role of the"
            " machine or container.",
        )
    return None


def _first_sentence(text: str) -> str:
    return text.strip().partition(". ")[0].rstrip(".")


def _source_reason(error: Exception, words: str) -> str:
    if not isinstance(error, aws.CredentialRetrievalError):
        return words
    details: Mapping[str, object] = error.kwargs
    reason = str(details.get("error_msg", "")).strip().rstrip(".")
    return f"{details.get('provider')}: {reason or 'it failed without a reason'}"


def _answered(error: aws.ClientError) -> Problem | None:
    details = error.response.get("Error", {})
    code = details.get("Code", "")
    reason = f"{(details.get('Message') or code).rstrip('.')} ({code})"
    if code in _EXPIRED:
        return Problem(
            f"the AWS credentials have expired: {reason}",
            "Renew them: with `aws sso login`, or with new values of AWS_ACCESS_KEY_ID,"
            " AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.",
        )
    if code in _UNKNOWN:
        return Problem(
            f"the AWS credentials are not known there: {reason}",
            "Check AWS_ACCESS_KEY_ID, AWS_SESSION_TOKEN and AWS_PROFILE, and that AWS_ENDPOINT_URL"
            " names the server that the key is for.",
        )
    if code in _MISMATCHED:
        return Problem(
            f"the AWS credentials are wrong, the secret does not match the access key: {reason}",
            "Correct AWS_SECRET_ACCESS_KEY, or the secret in the profile.",
        )
    if code in _SKEWED:
        return Problem(f"the clock of this machine is wrong: {reason}", "Set the clock.")
    if error.operation_name in _ROLES:
        return Problem(
            f"the AWS profile's role cannot be assumed: {reason}",
            f"Check role_arn or sso_role_name in {_FILES}, and that the role trusts the"
            " credentials of its source.",
        )
    return None


def _os_reason(error: OSError) -> str:
    reason = error.strerror or str(error).rstrip(".")
    return f"{error.filename}: {reason}" if error.filename else reason

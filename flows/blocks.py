"""Settings that a user keeps in Prefect's UI, as blocks; the environment outranks them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from prefect import runtime
from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

from etl import settings
from etl.errors import ConfigurationError

if TYPE_CHECKING:
    from prefect_aws import AwsCredentials, MinIOCredentials

# The name of the AWS Credentials block and of the S3 Bucket block, and that of the Secret block.
NAME = "chartlake"
SPOTIFY_SECRET = "spotipy-client-secret"  # noqa: S105 its name
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

Variables = dict[str, str]
B = TypeVar("B", bound=Block)


def load_settings(**given: Any) -> settings.Settings:
    """As `etl.settings.load_settings`; the server's blocks give what the environment lacks.

    Raises ConfigurationError where a block cannot be used.
    """
    found = _variables(str(runtime.flow_run.id))
    aws = {name: value for name, value in found.items() if name.startswith("AWS_")}
    ours = {
        "lake": found.get("CHARTLAKE_LAKE"),
        "SPOTIPY_CLIENT_SECRET": found.get("SPOTIPY_CLIENT_SECRET"),
    }
    return settings.load_settings(
        aws, **{name: value for name, value in ours.items() if value}, **given
    )


@lru_cache(maxsize=1)
def _variables(_run: str) -> Variables:
    """What the blocks say in place of variables that are not set, asked for once a run."""
    found: Variables = {}
    if not settings.is_set("SPOTIPY_CLIENT_SECRET") and _exists("secret", SPOTIFY_SECRET):
        found["SPOTIPY_CLIENT_SECRET"] = str(_loaded(Secret, SPOTIFY_SECRET).get())
    if _exists("aws-credentials", NAME):
        from prefect_aws import AwsCredentials

        found |= _aws_variables(_loaded(AwsCredentials, NAME), "AWS_ENDPOINT_URL")
    if not settings.is_set("CHARTLAKE_LAKE") and _exists("s3-bucket", NAME):
        found |= _bucket_variables()
    return {name: value for name, value in found.items() if not settings.is_set(name)}


def _exists(block_type: str, name: str) -> bool:
    # Asked by name first: loading prefect_aws takes seconds, and most runs do not need it.
    with get_client(sync_client=True) as client:
        try:
            client.read_block_document_by_name(name, block_type, include_secrets=False)
        except ObjectNotFound:
            return False
    return True


def _loaded(kind: type[B], name: str) -> B:
    block = kind.load(name)
    assert isinstance(block, kind)  # not a coroutine, since no flow here is asynchronous
    return block


def _bucket_variables() -> Variables:
    from prefect_aws import S3Bucket

    bucket = _loaded(S3Bucket, NAME)
    location = f"s3://{bucket.bucket_name}/{bucket.bucket_folder.strip('/')}".rstrip("/")
    # The bucket may be with another provider than the catalog.
    return {"CHARTLAKE_LAKE": location} | _aws_variables(bucket.credentials, "AWS_ENDPOINT_URL_S3")


def _aws_variables(block: AwsCredentials | MinIOCredentials, endpoint_variable: str) -> Variables:
    """AWS's own variables as the block gives them, without those that it leaves open."""
    found = {"AWS_DEFAULT_REGION": block.region_name}
    if not settings.is_set("AWS_ENDPOINT_URL"):
        found[endpoint_variable] = block.aws_client_parameters.endpoint_url
    if not any(map(settings.is_set, (*_KEYS, "AWS_PROFILE"))):
        found |= dict(zip(_KEYS, _keys(block), strict=False))
    return {name: value for name, value in found.items() if value}


def _keys(block: AwsCredentials | MinIOCredentials) -> tuple[str | None, ...]:
    ways = ("aws_access_key_id", "profile_name", "assume_role_arn", "minio_root_user")
    if not any(getattr(block, way, None) for way in ways):
        return ()  # AWS's client finds them by itself, as on a machine with a role
    try:
        credentials = block.get_boto3_session().get_credentials()
    except Exception as error:
        raise ConfigurationError(
            f"The block {block.get_block_type_slug()}/{NAME} cannot be used: {error} Nothing was"
            " done. Correct it in Prefect's UI, or set AWS's variables, which outrank it."
        ) from error
    if credentials is None:
        return ()
    frozen = credentials.get_frozen_credentials()
    return frozen.access_key, frozen.secret_key, frozen.token

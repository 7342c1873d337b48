"""Settings that a user keeps in Prefect's UI, as blocks; the environment outranks them."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from prefect import runtime
from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound

from etl import settings
from etl.errors import Misconfigured

if TYPE_CHECKING:
    from prefect_aws import AwsCredentials, MinIOCredentials

# The name of the AWS Credentials and of the S3 Bucket block, and that of the Secret block.
NAME = "chartlake"
SPOTIFY_SECRET = "spotipy-client-secret"  # noqa: S105 its name
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

Variables = dict[str, str]
B = TypeVar("B", bound=Block)


def load_settings(**given: Any) -> settings.Settings:
    """As `etl.settings.load_settings`; what the environment lacks, the server's blocks say.

    Raises Misconfigured where a block cannot be used.
    """
    _fill_environment(str(runtime.flow_run.id))
    return settings.load_settings(**given)


@lru_cache(maxsize=1)
def _fill_environment(_run: str) -> None:
    # Once a run: the stages, and AWS's own client, read the environment alone.
    found: Variables = {}
    if not settings.is_set("SPOTIPY_CLIENT_SECRET") and _stands("secret", SPOTIFY_SECRET):
        found["SPOTIPY_CLIENT_SECRET"] = str(_loaded(Secret, SPOTIFY_SECRET).get())
    if _stands("aws-credentials", NAME):
        from prefect_aws import AwsCredentials

        found |= _said_by(_loaded(AwsCredentials, NAME), "AWS_ENDPOINT_URL")
    if not settings.is_set("CHARTLAKE_LAKE") and _stands("s3-bucket", NAME):
        found |= _bucket()
    for variable, value in found.items():
        if not settings.is_set(variable):
            os.environ[variable] = value


def _stands(block_type: str, name: str) -> bool:
    # Asked by name first: to load prefect_aws takes seconds, and most have no need of it.
    with get_client(sync_client=True) as client:
        try:
            client.read_block_document_by_name(name, block_type, include_secrets=False)
        except ObjectNotFound:
            return False
    return True


def _loaded(kind: type[B], name: str) -> B:
    block = kind.load(name)
    assert isinstance(block, kind)  # and no coroutine: a flow here is never asynchronous
    return block


def _bucket() -> Variables:
    from prefect_aws import S3Bucket

    bucket = _loaded(S3Bucket, NAME)
    location = f"s3://{bucket.bucket_name}/{bucket.bucket_folder.strip('/')}".rstrip("/")
    # The bucket may lie with another provider than the catalog.
    return {"CHARTLAKE_LAKE": location} | _said_by(bucket.credentials, "AWS_ENDPOINT_URL_S3")


def _said_by(block: AwsCredentials | MinIOCredentials, endpoint_variable: str) -> Variables:
    """AWS's own variables, as the block says them; what it leaves open, they say not either."""
    said = {"AWS_DEFAULT_REGION": block.region_name}
    if not settings.is_set("AWS_ENDPOINT_URL"):
        said[endpoint_variable] = block.aws_client_parameters.endpoint_url
    if not any(map(settings.is_set, (*_KEYS, "AWS_PROFILE"))):
        said |= dict(zip(_KEYS, _keys(block), strict=False))
    return {variable: value for variable, value in said.items() if value}


def _keys(block: AwsCredentials | MinIOCredentials) -> tuple[str | None, ...]:
    ways = ("aws_access_key_id", "profile_name", "assume_role_arn", "minio_root_user")
    if not any(getattr(block, way, None) for way in ways):
        return ()  # AWS's client finds them by itself, as on a machine with a role
    try:
        held = block.get_boto3_session().get_credentials()
    except Exception as error:
        raise Misconfigured(
            f"The block {block.get_block_type_slug()}/{NAME} cannot be used: {error} Nothing was"
            " done. Mend it in Prefect's UI, or set AWS's variables, which outrank it."
        ) from error
    if held is None:
        return ()
    frozen = held.get_frozen_credentials()
    return frozen.access_key, frozen.secret_key, frozen.token

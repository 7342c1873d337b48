"""Settings from blocks, with a real Prefect server and a real S3 server."""

from __future__ import annotations

import pytest
from prefect.blocks.core import Block
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client
from prefect_aws import AwsCredentials, MinIOCredentials, S3Bucket
from prefect_aws.client_parameters import AwsClientParameters

from demo.accounts import CLIENT_SECRET
from etl.errors import ConfigurationError
from etl.lake import open_lake
from flows import blocks
from flows.process_pending import process_pending
from flows.update_lake import update_lake
from tests.flows.conftest import CHART
from tests.support.small_lakes import chart_body, chart_name, put_pending

pytestmark = [
    pytest.mark.usefixtures("fast_retries"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(autouse=True)
def empty_cache():
    """Read the blocks again in each test."""
    blocks._variables.cache_clear()
    yield
    blocks._variables.cache_clear()


@pytest.fixture
def save():
    """Saves blocks, and deletes them after the test."""
    saved: list[str] = []

    def run(block: Block, name: str = blocks.NAME) -> None:
        saved.append(f"{block.get_block_type_slug()}/{name}")
        block.save(name, overwrite=True)

    yield run
    with get_client(sync_client=True) as client:
        for slug in saved:
            block_type, _, name = slug.partition("/")
            document = client.read_block_document_by_name(name, block_type)
            client.delete_block_document(document.id)


@pytest.fixture
def bucket(seaweed):
    """A new bucket of the S3 server, and its credentials as a block."""
    environ = {name.lower(): value for name, value in seaweed.environ.items()}
    credentials = AwsCredentials(
        aws_access_key_id=environ["aws_access_key_id"],
        aws_secret_access_key=environ["aws_secret_access_key"],
        region_name="us-east-1",
        aws_client_parameters=AwsClientParameters(endpoint_url=environ["aws_endpoint_url"]),
    )
    return seaweed.new_bucket(), credentials


def test_lake_and_credentials_can_come_from_blocks(folder, save, bucket):
    name, credentials = bucket
    save(credentials)
    save(S3Bucket(bucket_name=name, bucket_folder="some/prefix/", credentials=credentials))
    assert process_pending() == 0
    assert blocks.load_settings().lake == f"s3://{name}/some/prefix"
    settings = blocks.load_settings()
    put_pending(open_lake(settings.lake, settings.aws), {chart_name(0): chart_body(0)})
    assert process_pending() == 1


def test_credentials_can_come_from_a_minio_block(folder, save, bucket):
    name, credentials = bucket
    minio = MinIOCredentials(
        minio_root_user=credentials.aws_access_key_id,
        minio_root_password=credentials.aws_secret_access_key,
        aws_client_parameters=credentials.aws_client_parameters,
    )
    save(S3Bucket(bucket_name=name, credentials=minio))
    assert process_pending() == 0
    aws = blocks.load_settings().aws
    assert "AWS_ENDPOINT_URL_S3" in aws and "AWS_ENDPOINT_URL" not in aws


def test_the_client_secret_can_come_from_a_block(folder, save, monkeypatch):
    monkeypatch.delenv("SPOTIPY_CLIENT_SECRET")
    assert update_lake([CHART], 0, return_state=True).is_failed()
    save(Secret(value=CLIENT_SECRET), "spotipy-client-secret")
    assert update_lake([CHART], 0, return_state=True).is_completed()


def test_the_environment_outranks_blocks(folder, save, bucket, monkeypatch):
    name, credentials = bucket
    save(S3Bucket(bucket_name=name, credentials=credentials))
    save(credentials)
    save(Secret(value="from the block"), "spotipy-client-secret")
    monkeypatch.setenv("CHARTLAKE_LAKE", "elsewhere")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    settings = blocks.load_settings()
    assert settings.lake == "elsewhere"
    secret = settings.spotify_client_secret
    assert secret and secret.get_secret_value() == CLIENT_SECRET
    assert set(settings.aws) == {"AWS_DEFAULT_REGION"}


def test_the_dotenv_file_outranks_blocks(folder, save, bucket):
    name, credentials = bucket
    save(S3Bucket(bucket_name=name, credentials=credentials))
    (folder / ".env").write_text("CHARTLAKE_LAKE=from-dotenv\n")
    assert blocks.load_settings().lake == "from-dotenv"


def test_a_block_without_credentials_leaves_them_to_the_aws_client(folder, save):
    save(S3Bucket(bucket_name="music"))
    assert blocks.load_settings().lake == "s3://music"
    assert "AWS_ACCESS_KEY_ID" not in blocks.load_settings().aws


def test_the_error_about_an_unusable_block_does_not_show_its_secret(folder, save):
    save(AwsCredentials(profile_name="missing", aws_secret_access_key="very-secret"))
    with pytest.raises(
        ConfigurationError, match=r"aws-credentials/chartlake cannot be used"
    ) as caught:
        blocks.load_settings()
    assert "very-secret" not in str(caught.value)

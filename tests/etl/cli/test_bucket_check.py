"""`aws check` of a bucket: what its lifecycle rules do, and what is wrong with credentials."""

from __future__ import annotations

import pytest

from etl.cli.bucket_check import check_bucket
from etl.errors import AccessDenied
from etl.lake import open_lake
from etl.settings import load_settings
from tests.support.aws_server import BUCKET
from tests.support.commands import run_command
from tests.support.refusing_s3 import REFUSALS, refusing_s3
from tests.support.s3_answers import answers_of

FOLDER = "charts/"
VERSIONS = {"NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
RULES = [
    ({**VERSIONS, "Filter": {"Prefix": ""}}, "ok", "ok"),
    ({**VERSIONS, "Filter": {"Prefix": FOLDER}}, "ok", "ok"),
    ({**VERSIONS, "Filter": {"Prefix": "other/"}}, "--", "ok"),
    ({**VERSIONS, "Filter": {"Tag": {"Key": "a", "Value": "b"}}}, "--", "ok"),
    ({**VERSIONS, "Filter": {"ObjectSizeGreaterThan": 9}}, "--", "ok"),
    (
        {
            "NoncurrentVersionExpiration": {"NoncurrentDays": 30, "NewerNoncurrentVersions": 2},
            "Filter": {"Prefix": ""},
        },
        "--",
        "ok",
    ),
    ({**VERSIONS, "Filter": {"Prefix": ""}, "Expiration": {"Days": 365}}, "ok", "--"),
    ({"Filter": {"Prefix": f"{FOLDER}raw_data/processed/"}, "Expiration": {"Days": 9}}, "--", "--"),
    (
        {"Filter": {"Prefix": f"{FOLDER}raw_data/quarantine/"}, "Expiration": {"Days": 9}},
        "--",
        "ok",
    ),
    ({"Filter": {"Prefix": "athena-results/"}, "Expiration": {"Days": 9}}, "--", "ok"),
    (
        {
            "Filter": {"Prefix": FOLDER},
            "Transitions": [{"Days": 90, "StorageClass": "DEEP_ARCHIVE"}],
        },
        "--",
        "--",
    ),
    (
        {"Filter": {"Prefix": ""}, "Transitions": [{"Days": 90, "StorageClass": "STANDARD_IA"}]},
        "--",
        "ok",
    ),
]


@pytest.mark.parametrize(("rule", "versions", "lifecycle"), RULES, ids=str)
def test_lifecycle_rules_delete_earlier_versions_and_nothing_that_the_lake_needs(
    tmp_path, monkeypatch, rule, versions, lifecycle
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHARTLAKE_LAKE", f"s3://{BUCKET}/{FOLDER}")
    answers_of(
        monkeypatch,
        get_bucket_versioning={"Status": "Enabled"},
        get_bucket_lifecycle_configuration={"Rules": [{"ID": "mine", "Status": "Enabled", **rule}]},
        get_bucket_encryption={"ServerSideEncryptionConfiguration": {"Rules": []}},
        get_public_access_block={"PublicAccessBlockConfiguration": {}},
        get_bucket_policy={"Policy": "{}"},
    )
    found = {one.subject: one for one in check_bucket(load_settings())}
    assert (found["versions"].mark, found["lifecycle"].mark) == (versions, lifecycle)
    if lifecycle == "--":
        assert found["lifecycle"].sentence.startswith("The lifecycle rule mine of music ")


@pytest.mark.parametrize("code", REFUSALS)
def test_what_is_wrong_with_the_credentials_is_said_once(aws, tmp_path, monkeypatch, capsys, code):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHARTLAKE_LAKE", f"s3://{BUCKET}")
    with refusing_s3(code) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
        assert run_command("aws", "check") == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert REFUSALS[code][1] in shown.err
    assert "Check CHARTLAKE_LAKE" not in shown.err


@pytest.mark.parametrize("code", REFUSALS)
def test_credentials_that_expire_before_a_request_for_an_objects_head_are_named(
    aws, monkeypatch, code
):
    with refusing_s3(code) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
        lake = open_lake(f"s3://{BUCKET}")
        for ask in (lake.find, lambda key: lake.move(key, "b.json")):
            with pytest.raises(AccessDenied, match=REFUSALS[code][1]):
                ask("a.json")

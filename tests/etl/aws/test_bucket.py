"""The settings of a bucket, in all forms in which S3 may show them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from etl.aws.bucket import Bucket
from tests.support.aws_server import BUCKET
from tests.support.s3_answers import answers_of

BOTH = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
ONLY_TLS: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": BOTH,
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
ZONE = "charts/raw_data/to_be_processed/"
EACH = ("Put", "Post", "Copy", "CompleteMultipartUpload")


@pytest.mark.parametrize(
    ("events", "rules", "is_whole"),
    [
        (["*"], {"Prefix": ZONE}, True),
        (["*"], {"Prefix": "charts/"}, True),
        (["*"], {}, True),
        (EACH, {"Prefix": ZONE}, True),
        (EACH[:3], {"Prefix": ZONE}, False),
        (["*"], {"Prefix": f"{ZONE}a"}, False),
        (["*"], {"Prefix": ZONE, "Suffix": ".json"}, False),
        (["*"], {"Prefix": "raw_data/to_be_processed/"}, False),
    ],
)
def test_all_new_files_have_to_be_announced(monkeypatch, events, rules, is_whole):
    queue: dict[str, Any] = {
        "QueueArn": "arn",
        "Events": [f"s3:ObjectCreated:{one}" for one in events],
    }
    if rules:
        named = [{"Name": name, "Value": value} for name, value in rules.items()]
        queue["Filter"] = {"Key": {"FilterRules": named}}
    shown = {"QueueConfigurations": [queue]}
    answers_of(monkeypatch, get_bucket_notification_configuration=shown)
    (found,) = Bucket(BUCKET, {}).notifications()
    assert found.announces_all_in(ZONE) is is_whole


REFUSES = [
    [ONLY_TLS],
    ONLY_TLS,
    {**ONLY_TLS, "Principal": {"AWS": "*"}},
    {**ONLY_TLS, "Principal": {"AWS": ["*"]}},
    {**ONLY_TLS, "Action": "*"},
    {**ONLY_TLS, "Action": ["s3:GetObject", "S3:*"]},
    {**ONLY_TLS, "Resource": "*"},
    {**ONLY_TLS, "Resource": f"arn:aws:s3:::{BUCKET}*"},
    {**ONLY_TLS, "Resource": [f"arn:aws-cn:s3:::{BUCKET}", f"arn:aws-cn:s3:::{BUCKET}/*"]},
    {**ONLY_TLS, "Condition": {"Bool": {"aws:SecureTransport": False}}},
    {**ONLY_TLS, "Condition": {"Bool": {"AWS:securetransport": ["false"]}}},
    {**ONLY_TLS, "Condition": {"BoolIfExists": {"aws:SecureTransport": "False"}}},
    [{**ONLY_TLS, "Resource": BOTH[0]}, {**ONLY_TLS, "Resource": BOTH[1]}],
]
ACCEPTS = [
    [],
    {**ONLY_TLS, "Effect": "Allow"},
    {**ONLY_TLS, "Principal": {"AWS": "arn:aws:iam::123456789012:user/one"}},
    {**ONLY_TLS, "Action": ["s3:GetObject", "s3:PutObject"]},
    {**ONLY_TLS, "Resource": "arn:aws:s3:::other/*"},
    {**ONLY_TLS, "Resource": BOTH[0]},
    {**ONLY_TLS, "Resource": BOTH[1]},
    {**ONLY_TLS, "Resource": f"arn:aws:s3:::{BUCKET}/other/*"},
    {**ONLY_TLS, "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
    {**ONLY_TLS, "Condition": {}},
    {
        **ONLY_TLS,
        "Condition": {**ONLY_TLS["Condition"], "StringEquals": {"aws:username": "one"}},
    },
    {key: value for key, value in ONLY_TLS.items() if key != "Principal"} | {"NotPrincipal": "*"},
    {key: value for key, value in ONLY_TLS.items() if key != "Action"} | {"NotAction": "s3:Get*"},
]


@pytest.mark.parametrize(
    ("statement", "is_refused"),
    [(one, True) for one in REFUSES] + [(one, False) for one in ACCEPTS],
)
def test_requests_without_tls_are_refused_to_everybody_on_the_whole_bucket(
    monkeypatch, statement, is_refused
):
    policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
    answers_of(monkeypatch, get_bucket_policy={"Policy": policy})
    assert Bucket(BUCKET, {}).refuses_plain_http() is is_refused


ENCRYPTED = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}


@pytest.mark.parametrize(
    ("rules", "algorithm"),
    [
        ([ENCRYPTED], "aws:kms"),
        ([{"BucketKeyEnabled": True}, ENCRYPTED], "aws:kms"),
        ([{"BucketKeyEnabled": True}], None),
        ([{"ApplyServerSideEncryptionByDefault": {}}], None),
    ],
)
def test_a_rule_may_say_nothing_about_the_encryption(monkeypatch, rules, algorithm):
    shown = {"ServerSideEncryptionConfiguration": {"Rules": rules}}
    answers_of(monkeypatch, get_bucket_encryption=shown)
    assert Bucket(BUCKET, {}).encryption() == algorithm


def test_a_bucket_is_private_if_nothing_can_be_made_public(monkeypatch):
    shown = {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "IgnorePublicAcls": True}}
    answers_of(monkeypatch, get_public_access_block=shown)
    assert not Bucket(BUCKET, {}).is_private()

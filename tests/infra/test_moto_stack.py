"""The template, created by moto's CloudFormation, as far as that creates anything.

moto reports success for resources that it skips. So each is looked up by its own service.
"""

from __future__ import annotations

import pytest

from tests.support.aws_server import BUCKET
from tests.support.templates import PATH

pytestmark = [
    pytest.mark.slow,
    # It warns of what it skips: `make stand-in` creates those, too.
    pytest.mark.filterwarnings("ignore:Tried to parse:UserWarning"),
]


@pytest.fixture
def stack(aws):
    # Without a crawler, the statement for it is absent, of which moto makes an invalid policy.
    given = {"BucketName": BUCKET, "Crawler": "yes"}
    with aws.client("cloudformation") as cloudformation:
        cloudformation.create_stack(
            StackName="chartlake",
            TemplateBody=PATH.read_text(encoding="utf-8"),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value} for name, value in given.items()
            ],
        )
    return aws


def test_policies_are_valid_and_the_queue_has_dead_letters(stack):
    with stack.client("iam") as iam:
        policies = iam.list_policies(Scope="Local")["Policies"]
        roles = iam.list_roles()["Roles"]
    assert {one["PolicyName"].split("-")[1] for one in policies} == {"WriterPolicy", "ReaderPolicy"}
    names = {one["RoleName"].split("-")[1] for one in roles}
    assert names == {"WriterRole", "ReaderRole", "CrawlerRole"}
    with stack.client("sqs") as sqs:
        (url,) = (url for url in sqs.list_queues()["QueueUrls"] if "LandingQueue" in url)
        shown = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
        assert "DeadLetterQueue" in shown["Attributes"]["RedrivePolicy"]
    with stack.client("s3") as s3:
        rules = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]
        assert rules["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"

"""`aws check`, on what the template describes, and on what differs from it."""

from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber

from etl.aws import workgroup
from tests.support.aws_server import BUCKET
from tests.support.aws_stack import create_stack, queue_url, require_tls
from tests.support.commands import run_command
from tests.support.templates import Template

NAME = "chartlake"
KINDS = ("song", "album", "artist")


@pytest.fixture
def stack(aws, tmp_path, monkeypatch):
    """What the template describes, with a crawler, and settings that name it."""
    monkeypatch.chdir(tmp_path)
    template = Template.filled(Prefix="charts/", Crawler="yes")
    create_stack(aws, template)
    settings = {
        "CHARTLAKE_LAKE": f"s3://{BUCKET}/charts/",
        "CHARTLAKE_ATHENA_DATABASE": NAME,
        "CHARTLAKE_ATHENA_WORKGROUP": NAME,
        "CHARTLAKE_GLUE_CRAWLER": NAME,
        "CHARTLAKE_QUEUE_URL": queue_url(aws),
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return aws


def findings(capsys):
    """What the command prints, by mark and subject; and its exit status."""
    status = run_command("aws", "check")
    lines = (line.partition(": ") for line in capsys.readouterr().out.splitlines())
    return {subject: sentence for subject, _, sentence in lines}, status


def test_what_the_template_creates_is_as_wanted(stack, capsys):
    require_tls(stack, Template.filled())
    found, status = findings(capsys)
    assert [subject for subject in found if not subject.startswith("ok")] == []
    assert (
        found["ok  notifications"] == "new files in charts/raw_data/to_be_processed/ are announced"
    )
    assert status == 0


def replace_crawler(glue):
    """Give the crawler the folder above the tables as its target."""
    glue.delete_crawler(Name=NAME)
    targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/charts/transformed_data"}]}
    glue.create_crawler(Name=NAME, Role="role", DatabaseName=NAME, Targets=targets)


CRAWLERS = [
    (
        {"CatalogTargets": [{"DatabaseName": "other", "Tables": [f"{one}_data" for one in KINDS]}]},
        "The targets of chartlake are tables in other, not in chartlake.",
    ),
    (
        {
            "CatalogTargets": [{"DatabaseName": NAME, "Tables": [f"{one}_data" for one in KINDS]}],
            "S3Targets": [{"Path": f"s3://{BUCKET}/"}],
        },
        "The targets of chartlake are not the three tables",
    ),
]


@pytest.mark.parametrize(("targets", "sentence"), CRAWLERS)
def test_a_crawler_of_other_things_is_not_as_wanted(stack, capsys, targets, sentence):
    with stack.client("glue") as glue:
        glue.delete_crawler(Name=NAME)
        glue.create_crawler(Name=NAME, Role="role", Targets=targets)
    found, _ = findings(capsys)
    assert found["--  crawler"].startswith(sentence)


def replace_workgroup(athena):
    """Take the limit from the workgroup."""
    athena.delete_work_group(WorkGroup=NAME)
    results = {"OutputLocation": f"s3://{BUCKET}/athena-results/"}
    athena.create_work_group(Name=NAME, Configuration={"ResultConfiguration": results})


CHANGES = {
    "encryption": (
        "s3",
        lambda s3: s3.delete_bucket_encryption(Bucket=BUCKET),
        "New objects in music are not encrypted.",
    ),
    "public access": (
        "s3",
        lambda s3: s3.delete_public_access_block(Bucket=BUCKET),
        "music does not block public access.",
    ),
    "versions": (
        "s3",
        lambda s3: s3.delete_bucket_lifecycle(Bucket=BUCKET),
        "music keeps earlier versions for ever",
    ),
    "notifications": (
        "s3",
        lambda s3: s3.put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration={}
        ),
        "music sends no notifications to",
    ),
    "tables": (
        "glue",
        lambda glue: glue.delete_table(DatabaseName=NAME, Name="song_data"),
        "There is no table song_data in chartlake.",
    ),
    "workgroup": (
        "athena",
        replace_workgroup,
        "A query in the workgroup chartlake may read any number of bytes.",
    ),
    "crawler": ("glue", replace_crawler, "The targets of chartlake are not the three tables"),
}


@pytest.mark.parametrize("subject", CHANGES)
def test_what_differs_is_found_with_a_way_out(stack, subject, capsys):
    service, change, sentence = CHANGES[subject]
    with stack.client(service) as client:
        change(client)
    found, status = findings(capsys)
    assert found[f"--  {subject}"].startswith(sentence)
    assert "`chartlake aws template`" in found[f"--  {subject}"]
    # Here, the bucket has no policy.
    assert found["--  TLS"].startswith("music accepts requests without TLS.")
    assert status == 1


def test_what_nobody_could_deal_with_is_counted(stack, capsys):
    with stack.client("sqs") as sqs:
        url = sqs.get_queue_url(QueueName="DeadLetterQueue")["QueueUrl"]
    stack.send(url, "a message")
    found, _ = findings(capsys)
    assert "DeadLetterQueue has 1 message that nobody could deal with." in found["--  queue"]


def test_a_bucket_that_does_not_exist_is_one_finding(stack, monkeypatch, capsys):
    monkeypatch.setenv("CHARTLAKE_LAKE", "s3://missing")
    found, _ = findings(capsys)
    assert found["--  bucket"].startswith("There is no bucket missing.")
    assert "--  encryption" not in found


def test_a_workgroup_that_does_not_exist_is_no_workgroup(aws, monkeypatch):
    client = boto3.client("athena")
    monkeypatch.setattr(workgroup, "open_client", lambda *arguments: client)
    with Stubber(client) as stubber:  # moto knows no such error
        stubber.add_client_error(
            "get_work_group", "InvalidRequestException", "WorkGroup chartlake is not found."
        )
        assert workgroup.read_workgroup(NAME, {}) is None
    client.close()


def test_what_one_may_not_see_is_named_and_the_rest_is_checked(stack, capsys):
    with stack.permissions_of(user="nobody"):
        found, status = findings(capsys)
    assert [subject for subject in found if not subject.startswith("??")] == []
    assert len(found) == 12
    assert all(sentence.startswith("not checked. ") for sentence in found.values())
    assert status == 0


def test_wrong_credentials_are_said_once(stack, monkeypatch, capsys):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert run_command("aws", "check") == 1
    assert capsys.readouterr().out == ""


def test_nothing_is_needed_without_aws(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_command("aws", "check") == 0
    assert capsys.readouterr().out.startswith("ok  bucket: the lake is the directory lake")

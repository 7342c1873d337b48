"""`aws check`, on what the template describes, and on what differs from it."""

from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber

from etl.aws import workgroup
from etl.cli.aws_check import examine
from etl.settings import load_settings
from tests.support.aws_server import BUCKET
from tests.support.aws_stack import create_stack, queue_url, require_tls
from tests.support.commands import run_command
from tests.support.templates import Template

NAME = "chartlake"


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


def marked(mark):
    """The findings with that mark, by subject."""
    found = examine(load_settings())
    return {finding.subject: finding.sentence for finding in found if finding.mark == mark}


def test_what_the_template_creates_is_as_wanted(stack, capsys):
    require_tls(stack, Template.filled())
    assert marked("--") == {}
    assert marked("??") == {}
    assert run_command("aws", "check") == 0
    assert "ok  notifications: new files in charts/raw_data/to_be_processed/ are announced" in (
        capsys.readouterr().out.splitlines()
    )


def replace_crawler(glue):
    """Give the crawler the folder above the tables as its target."""
    glue.delete_crawler(Name=NAME)
    targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/charts/transformed_data"}]}
    glue.create_crawler(Name=NAME, Role="role", DatabaseName=NAME, Targets=targets)


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
    found = marked("--")
    assert found[subject].startswith(sentence)
    assert "`chartlake aws template`" in found[subject]
    assert run_command("aws", "check") == 1
    assert "lines that begin with --" in capsys.readouterr().err


def test_a_bucket_without_its_policy_accepts_requests_without_tls(stack):
    assert marked("--")["TLS"].startswith("music accepts requests without TLS.")


def test_a_bucket_that_does_not_exist_is_one_finding(stack, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_LAKE", "s3://missing")
    found = marked("--")
    assert found["bucket"].startswith("There is no bucket missing.")
    assert "encryption" not in found


def test_a_workgroup_that_does_not_exist_is_named(stack, monkeypatch):
    client = boto3.client("athena")
    monkeypatch.setattr(workgroup, "open_client", lambda *arguments: client)
    with Stubber(client) as stubber:  # moto knows no such error
        stubber.add_client_error(
            "get_work_group", "InvalidRequestException", "WorkGroup chartlake is not found."
        )
        assert marked("--")["workgroup"].startswith("There is no workgroup chartlake.")
    client.close()


def test_what_one_may_not_see_is_named_and_the_rest_is_checked(stack, capsys):
    with stack.permissions_of(user="nobody"):
        assert run_command("aws", "check") == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.partition(":")[0] for line in lines} == {
        "??  bucket",
        "??  encryption",
        "??  public access",
        "??  versions",
        "??  TLS",
        "??  notifications",
        "??  queue",
        "??  tables",
        "??  workgroup",
        "??  crawler",
    }
    assert all("not checked. " in line for line in lines)


def test_wrong_credentials_are_said_once(stack, monkeypatch, capsys):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    assert run_command("aws", "check") == 1
    assert capsys.readouterr().out == ""


def test_nothing_is_needed_without_aws(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_command("aws", "check") == 0
    assert capsys.readouterr().out.startswith("ok  bucket: the lake is the directory lake")

"""Each kind of wrong credentials has a sentence of its own."""

from __future__ import annotations

import boto3
import pytest
from botocore import exceptions
from botocore.stub import Stubber

from etl.aws.glue import Crawler
from etl.aws.session import Operation, translated
from etl.errors import AccessDenied, ServiceUnavailable
from etl.lake import open_lake
from tests.support.aws_server import CRAWLER, REGION

ROLE = "role_arn = arn:aws:iam::123456789012:role/charts"
SSO = "sso_account_id = 123456789012\nsso_role_name = charts"
SESSION = "[sso-session work]\nsso_region = eu-west-1\nsso_start_url = https://x.awsapps.com/start"
# What the file has, and what its profile `charts` leads to: what is wrong, and what to do.
PROFILES = {
    "a source that does not exist": (
        f"[profile charts]\n{ROLE}\nsource_profile = nobody",
        'the AWS profile cannot be used: The source_profile "nobody"',
        "Correct AWS_PROFILE, or the profile and its source",
    ),
    "a source without credentials": (
        f"[profile charts]\n{ROLE}\nsource_profile = empty\n[profile empty]\nregion = eu-west-1",
        'The source profile "empty" must have credentials.',
        "Correct AWS_PROFILE, or the profile and its source",
    ),
    "sources in a circle": (
        f"[profile charts]\n{ROLE}\nsource_profile = b\n[profile b]\n{ROLE}\n"
        "source_profile = charts",
        "Infinite loop in credential configuration",
        "Correct AWS_PROFILE, or the profile and its source",
    ),
    "an unknown kind of source": (
        f"[profile charts]\n{ROLE}\ncredential_source = Moon",
        'The credential source "Moon"',
        "Correct AWS_PROFILE, or the profile and its source",
    ),
    "no source": (
        f"[profile charts]\n{ROLE}",
        "the AWS profile has a role and lacks source_profile or credential_source",
        "Add one of them to the profile",
    ),
    "half a key": (
        "[profile charts]\naws_access_key_id = x",
        "lack aws_secret_access_key",
        "Add it",
    ),
    "no login": (
        f"[profile charts]\nsso_session = work\n{SSO}\n{SESSION}",
        "you are not logged in to AWS, or the login has expired",
        "Run `aws sso login`",
    ),
    "a login that needs another package": (
        "[profile charts]\nlogin_session = arn:aws:iam::123456789012:user/x",
        "AWS's client lacks a package that this needs, as a profile of `aws login` does (Using the"
        " login credential provider requires an additional dependency). Everything",
        "Run `pip install 'botocore[crt]'`",
    ),
    "a session that does not exist": (
        f"[profile charts]\nsso_session = work\n{SSO}",
        'sso-session does not exist: "work"',
        "Correct AWS_PROFILE",
    ),
    "a program that fails": (
        "[profile charts]\ncredential_process = false",
        "the source of the AWS credentials gave none: custom-process: it failed without a reason",
        "Check credential_process",
    ),
    "a program that prints something else": (
        "[profile charts]\ncredential_process = echo hello",
        "what it printed is not JSON",
        "Check credential_process",
    ),
    "a program that does not exist": (
        "[profile charts]\ncredential_process = /no/such/program",
        "/no/such/program: No such file or directory",
        "Check credential_process",
    ),
    "a token that does not exist": (
        f"[profile charts]\n{ROLE}\nweb_identity_token_file = /no/such/token",
        "/no/such/token: No such file or directory",
        "Check credential_process and web_identity_token_file",
    ),
    "no profile": (
        "",
        "there is no AWS profile charts",
        "Correct AWS_PROFILE",
    ),
    "a profile without credentials": (
        "[profile charts]\nregion = eu-west-1",
        "there are no AWS credentials",
        "Set AWS credentials",
    ),
}
ANSWERS = {
    "ExpiredTokenException": "the AWS credentials have expired",
    "UnrecognizedClientException": "the AWS credentials are not known there",
    "InvalidSignatureException": "the AWS credentials are wrong, the secret does not match",
    "RequestTimeTooSkewed": "the clock of this machine is wrong",
}


@pytest.mark.parametrize("kind", PROFILES)
def test_a_profile_that_cannot_be_used(kind, tmp_path, monkeypatch):
    config, what, remedy = PROFILES[kind]
    path = tmp_path / "config"
    path.write_text(config, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_PROFILE", "charts")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr("botocore.credentials.EC", None)  # awscrt, which may be installed
    with pytest.raises(AccessDenied) as caught:
        open_lake("s3://music").list("raw_data/")
    assert what in str(caught.value)
    assert remedy in str(caught.value)
    for advice in ("Check the network", "Check that the bucket"):
        assert advice not in str(caught.value)


KEYS = "aws_access_key_id = x\naws_secret_access_key = y"
PROGRAM = '{"Version": 1, "AccessKeyId": "x", "SecretAccessKey": "y"}'
WORKING = {
    "keys": f"[profile charts]\n{KEYS}",
    "a role": f"[profile charts]\n{ROLE}\nsource_profile = base\n[profile base]\n{KEYS}",
    "a program": f"[profile charts]\ncredential_process = echo '{PROGRAM}'",
}


@pytest.mark.parametrize("kind", WORKING)
def test_a_profile_gives_credentials_region_and_server(kind, aws, tmp_path, monkeypatch):
    aws.make_crawler()
    for name in aws.environ:
        monkeypatch.delenv(name)
    path = tmp_path / "config"
    place = f"region = {REGION}\nendpoint_url = {aws.url}"
    path.write_text(WORKING[kind].replace("charts]", f"charts]\n{place}", 1), encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    assert Crawler(CRAWLER, {"AWS_PROFILE": "charts"}).state() == "READY"


@pytest.mark.parametrize("code", ANSWERS)
def test_credentials_that_aws_refuses(code, aws):
    client = boto3.client("glue")
    with Stubber(client) as stubber:
        stubber.add_client_error("start_crawler", code, "The reason.")
        with pytest.raises(AccessDenied) as caught:
            Crawler("charts", {}, client).run()
    client.close()
    assert ANSWERS[code] in str(caught.value)
    assert f": The reason ({code}). Published data stays" in str(caught.value)


def test_a_role_that_may_not_be_assumed():
    refused = exceptions.ClientError(
        {"Error": {"Code": "AccessDenied", "Message": "User x may not."}}, "AssumeRole"
    )
    operation = Operation("S3", "list the lake", "Everything is whole.", "Look.")
    expected = r"role cannot be assumed: User x may not .*role_arn"
    with pytest.raises(AccessDenied, match=expected), translated(operation):
        raise refused


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("AWS_DEFAULT_REGION", "no region!", "Correct AWS_DEFAULT_REGION"),
        ("AWS_ENDPOINT_URL", "localhost", "Correct AWS_ENDPOINT_URL"),
    ],
)
def test_a_region_or_a_server_that_can_be_none(variable, value, remedy):
    variables = {"AWS_DEFAULT_REGION": REGION, variable: value}
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "y"}
    with pytest.raises(AccessDenied, match=remedy) as caught:
        Crawler("charts", keys | variables).state()
    assert "permission" not in str(caught.value)


def test_a_connection_that_ends_is_no_matter_of_credentials():
    operation = Operation("S3", "list the lake", "Everything is whole.", "Look.")
    with pytest.raises(ServiceUnavailable, match="does not answer"), translated(operation):
        raise ConnectionResetError(104, "Connection reset by peer")

"""Secrets in the Parameter Store, of a moto server."""

from __future__ import annotations

import pytest

from etl.aws.parameters import ParameterStore
from etl.errors import NotPermitted, ServiceUnavailable


def test_parameters_are_read_and_replaced_by_name(aws):
    with aws.client("ssm") as ssm:
        ssm.put_parameter(Name="/charts/one", Value="a", Type="SecureString")
    store = ParameterStore("/charts", {})
    assert store.read("one", "two") == {"one": "a"}
    store.replace("one", "b")
    assert store.read("one") == {"one": "b"}


def test_without_permission_the_sentence_says_what_is_needed(aws):
    with (
        aws.permissions_of("somebody"),
        pytest.raises(
            NotPermitted, match=r"(?s)in /charts/: .* Nothing was done.*ssm:GetParameters"
        ),
    ):
        ParameterStore("/charts/", {}).read("one")


def test_where_nothing_answers_the_value_is_not_shown(monkeypatch):
    variables = {
        "AWS_ENDPOINT_URL_SSM": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
    }
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    with pytest.raises(ServiceUnavailable) as raised:
        ParameterStore("/charts/", variables).replace("login", "a secret")
    assert "SSM does not answer" in str(raised.value)
    assert "a secret" not in str(raised.value)

"""The fakes of AWS take and give nothing that AWS would not: one that takes everything proves nothing."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .checked_aws import CheckedAws, Refusal


class Fake(CheckedAws):
    found: Any = {}

    def iam_list_users(self, **_: Any) -> Any:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


@pytest.fixture
def fake() -> Fake:
    return Fake()


def test_a_request_that_aws_does_not_know(fake):
    with pytest.raises(AssertionError, match="Prefix"):
        fake.client("iam").list_users(Prefix="/a/")
    with pytest.raises(AssertionError, match="PathPrefix"):
        fake.client("iam").list_users(PathPrefix=1)


def test_an_operation_that_the_fake_or_aws_does_not_have(fake):
    for name in ("get_user", "lst_users"):
        with pytest.raises(AttributeError):
            getattr(fake.client("iam"), name)


@pytest.mark.parametrize("found", [{"User": []}, {"Users": [{"UserName": "a"}]}, {"Users": {}}])
def test_an_answer_that_aws_would_not_give(fake, found):
    fake.found = found
    with pytest.raises(AssertionError, match="answer of ListUsers"):
        fake.client("iam").list_users()


def test_an_error_is_one_of_the_operation(fake):
    client = fake.client("iam")
    fake.found = Refusal("ServiceFailure")
    with pytest.raises(client.exceptions.ServiceFailureException) as caught:
        client.list_users()
    assert caught.value.operation_name == "ListUsers"
    fake.found = Refusal("AccessDenied")
    with pytest.raises(ClientError, match="AccessDenied"):
        client.list_users()
    fake.found = Refusal("NoSuchEntity")
    with pytest.raises(AssertionError, match="ListUsers has no error NoSuchEntity"):
        client.list_users()


def test_lists_come_in_pages(fake):
    pages = [{"Users": [], "IsTruncated": True, "Marker": "2"}, {"Users": [], "IsTruncated": False}]
    asked = []

    def list_users(Marker: str | None = None) -> Any:
        asked.append(Marker)
        return pages[len(asked) - 1]

    fake.iam_list_users = list_users
    found = list(fake.client("iam").get_paginator("list_users").paginate())
    assert [page.pop("ResponseMetadata")["HTTPStatusCode"] for page in found] == [200, 200]
    assert found == pages
    assert asked == [None, "2"]

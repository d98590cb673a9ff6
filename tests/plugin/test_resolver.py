"""The resolver: what it takes, what it gives, and how it fails."""

from datetime import date

import pytest
from sceptre.exceptions import SceptreException
from sceptre.resolvers.placeholders import use_resolver_placeholders_on_error

from sceptre_sesame.errors import SesameError
from sceptre_sesame.tag import Sesame

GROUP = {"environment": {"domain": "goo.ne.jp", "networks": ["202.217.75.98/32", "202.217.75.91/32"], "名": "値"}}


@pytest.fixture
def resolved(make_stack):
    """The value of a parameter that is `!sesame <argument>`."""

    def resolve(argument):
        stack = make_stack(group=GROUP, parameters={"Value": Sesame(argument)})
        return stack.parameters["Value"]

    return resolve


@pytest.mark.parametrize(
    "argument, value",
    [
        ("domain", "goo.ne.jp"),
        ("networks", ["202.217.75.98/32", "202.217.75.91/32"]),
        ("empty", []),
        ("名", "値"),
        (5, "5"),
        (2.5, "2.5"),
        (True, "true"),
        (date(2025, 9, 3), "2025-09-03"),
    ],
)
def test_values(resolved, argument, value):
    assert resolved(argument) == value


@pytest.mark.parametrize("argument", ["nothing", "number", "mixed", "no-value"])
def test_a_value_of_another_kind_is_refused(resolved, argument):
    with pytest.raises(SesameError) as caught:
        resolved(argument)
    assert str(caught.value) == (
        f"prod/ses: !sesame {argument}: the binary gave a value that is neither text nor a list of texts"
    )


def test_a_key_that_is_missing_is_one_line(resolved):
    with pytest.raises(SceptreException) as caught:
        resolved("networks.mail_server")
    assert str(caught.value) == (
        "prod/ses: !sesame networks.mail_server: no `networks.mail_server` below `environment:`"
    )


@pytest.mark.parametrize("argument", [None, "", ["domain"], {"key": "domain"}])
def test_an_argument_that_names_nothing_is_refused(resolved, argument):
    with pytest.raises(SesameError, match="^prod/ses: !sesame: expected a key"):
        resolved(argument)


def test_an_argument_that_no_program_can_get_is_refused(resolved):
    with pytest.raises(SesameError, match="cannot start .*null byte"):
        resolved("a\0b")


def test_a_placeholder_shows_the_key(resolved):
    with use_resolver_placeholders_on_error():
        assert resolved("networks.mail_server") == "{ !Sesame(networks.mail_server) }"
        assert resolved("domain") == "goo.ne.jp"


def test_tags_can_be_resolved_too(make_stack):
    tags = {"Domain": Sesame("domain")}
    stack = make_stack(group=GROUP, tags=tags, config={"stack_tags": tags})
    assert stack.tags == {"Domain": "goo.ne.jp"}

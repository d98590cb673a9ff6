"""Nothing is made of a stack that CloudFormation is still working on."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from sceptre_sesame.errors import SesameError

BEFORE = ["before_create", "before_update", "before_create_change_set"]


def refused(code, message):
    return ClientError({"Error": {"Code": code, "Message": message}}, "DescribeStacks")


@pytest.fixture
def depends_on(make_stack):
    """A stack that depends on `ses-prod-base`, of which CloudFormation says this."""

    def make(answer):
        status = answer if isinstance(answer, Exception) else {"Stacks": [{"StackStatus": answer}]}
        return make_stack(dependencies=[make_stack("prod/base", answers={"describe_stacks": status})])

    return make


@pytest.mark.parametrize("point", BEFORE)
@pytest.mark.parametrize("status", ["CREATE_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS"])
def test_a_dependency_in_progress_stops_the_stack(run_hook, depends_on, point, status):
    with pytest.raises(SesameError) as caught:
        run_hook(point, depends_on(status))
    assert str(caught.value) == (
        f"prod/ses: {point}: stack `ses-prod-base`, which this one depends on, is {status}: "
        "launch again when that has ended"
    )


@pytest.mark.parametrize(
    "answer",
    [
        "CREATE_COMPLETE",
        "UPDATE_ROLLBACK_COMPLETE",
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "REVIEW_IN_PROGRESS",
        refused("ValidationError", "Stack with id ses-prod-base does not exist"),
    ],
)
def test_a_dependency_that_stands_still_does_not(run_hook, depends_on, answer):
    run_hook("before_create", depends_on(answer))


@pytest.mark.parametrize(
    "error", [refused("AccessDenied", "not authorized"), EndpointConnectionError(endpoint_url="https://aws")]
)
def test_a_dependency_that_cannot_be_looked_at_stops_the_stack(run_hook, depends_on, error):
    with pytest.raises(SesameError, match="cannot look at `ses-prod-base`, which this stack depends on"):
        run_hook("before_update", depends_on(error))


@pytest.mark.parametrize("point", ["after_create", "before_delete"])
def test_other_points_do_not_look(run_hook, depends_on, point):
    run_hook(point, depends_on("UPDATE_IN_PROGRESS"))

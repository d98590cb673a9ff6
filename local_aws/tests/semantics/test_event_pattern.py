import pytest

from ...semantics.event_pattern import InvalidPattern, matches

EVENT = {
    "source": "aws.ec2",
    "detail-type": "State",
    "resources": ["arn:1", "arn:2"],
    "detail": {
        "state": "running",
        "cpu": 5,
        "ip": "10.0.0.7",
        "none": None,
        "file": "pets.png",
        "list": [{"a": 1}, {"a": 2}],
    },
}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["aws.ec2"]}, True),
        ({"source": ["aws.s3", "aws.ec2"], "detail": {"state": ["running"]}}, True),
        ({"source": ["aws.ec2"], "detail": {"state": ["stopped"]}}, False),
        ({"resources": ["arn:2"]}, True),
        ({"source": [{"prefix": "aws."}]}, True),
        ({"source": [{"prefix": {"equals-ignore-case": "AWS."}}]}, True),
        ({"detail": {"file": [{"suffix": ".png"}]}}, True),
        ({"detail": {"file": [{"suffix": ".jpg"}]}}, False),
        ({"detail": {"state": [{"anything-but": "stopped"}]}}, True),
        ({"detail": {"state": [{"anything-but": ["running", "stopped"]}]}}, False),
        ({"detail": {"state": [{"anything-but": {"prefix": "run"}}]}}, False),
        ({"detail": {"missing": [{"anything-but": "x"}]}}, False),
        ({"detail": {"cpu": [{"numeric": [">", 0, "<=", 5]}]}}, True),
        ({"detail": {"cpu": [{"numeric": ["=", 4]}]}}, False),
        ({"detail": {"ip": [{"cidr": "10.0.0.0/24"}]}}, True),
        ({"detail": {"ip": [{"cidr": "10.0.1.0/24"}]}}, False),
        ({"detail": {"state": [{"exists": True}]}}, True),
        ({"detail": {"missing": [{"exists": False}]}}, True),
        ({"other": {"missing": [{"exists": False}]}}, True),
        ({"detail": {"none": [None]}}, True),
        ({"detail": {"state": [{"equals-ignore-case": "RUNNING"}]}}, True),
        ({"detail": {"file": [{"wildcard": "p*.p*g"}]}}, True),
        ({"detail": {"file": [{"wildcard": "*cats*"}]}}, False),
        ({"detail": {"list": {"a": [2]}}}, True),
        ({"$or": [{"source": ["aws.s3"]}, {"detail": {"cpu": [5]}}]}, True),
        ({"$or": [{"source": ["aws.s3"]}, {"detail": {"cpu": [6]}}]}, False),
    ],
)
def test_matches(pattern, expected):
    assert matches(pattern, EVENT) is expected


@pytest.mark.parametrize("pattern", [{}, {"source": "aws.ec2"}, {"source": []}, {"source": [{"regex": "a"}]}])
def test_what_eventbridge_refuses(pattern):
    with pytest.raises(InvalidPattern):
        matches(pattern, EVENT)

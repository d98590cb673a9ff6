"""Everything that the templates of the platform use can be made here."""

from pathlib import Path

import pytest

from .. import support
from .conftest import ROOT

TEMPLATES = ROOT / "sceptre" / "templates"


def test_there_are_templates() -> None:
    assert list(TEMPLATES.rglob("*.yaml"))


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.yaml")), ids=lambda path: path.name)
def test_nothing_is_missing(path: Path) -> None:
    assert support.gaps(path) == []


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text("""
    Resources:
      Key: {Type: AWS::IVS::PlaybackKeyPair}
      Topic: {Type: AWS::SNS::Topic, Properties: {ArchivePolicy: {}, TopicName: a}}
    """)
    assert support.gaps(path) == [
        "t.yaml: Key: Local AWS does not implement the resource type AWS::IVS::PlaybackKeyPair",
        "t.yaml: Topic: Local AWS does not implement ArchivePolicy of AWS::SNS::Topic",
    ]

"""The plugin starts the binary of its own installation."""

import os
import sysconfig

import pytest

from sceptre_sesame.binary import find_binary
from sceptre_sesame.errors import SesameError


def executable(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_the_installed_file_comes_first(site, tmp_path, monkeypatch):
    executable(tmp_path / "sesame")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert find_binary() == str(site / "bin" / "sesame")


@pytest.fixture
def not_installed(monkeypatch, tmp_path):
    """No distribution of that name; the scripts directory is a folder of the test, and PATH has a `sesame`."""
    monkeypatch.setattr("sceptre_sesame.binary.DISTRIBUTION", "no-such-distribution")
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path / name))
    executable(tmp_path / "path" / "sesame")
    monkeypatch.setenv("PATH", str(tmp_path / "path"), prepend=os.pathsep)
    return tmp_path


def test_then_the_scripts_directory(not_installed):
    binary = executable(not_installed / "scripts" / "sesame")
    assert find_binary() == str(binary)


def test_never_the_path(not_installed):
    with pytest.raises(SesameError, match="the sesame binary of this installation is missing: reinstall"):
        find_binary()


def test_a_file_that_is_no_program_does_not_count(not_installed):
    executable(not_installed / "scripts" / "sesame").chmod(0o644)
    with pytest.raises(SesameError, match="is missing"):
        find_binary()

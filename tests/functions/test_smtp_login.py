"""The login of testSecret, against an SMTP endpoint on loopback."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .smtp_server import Endpoint, endpoint


@pytest.fixture
def smtp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with endpoint(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        server.accounts["AKIAEXAMPLE"] = "right"
        yield server


def pair(smtp: Endpoint, password: str = "right") -> dict[str, Any]:
    return {"username": "AKIAEXAMPLE", "password": password, "endpoint": "127.0.0.1", "port": smtp.port}


def test_accepted(smtp_function: ModuleType, smtp: Endpoint) -> None:
    assert smtp_function.login(pair(smtp)) is True
    # Nothing but the greeting goes before TLS, and no mail is begun.
    clear = [line for line in smtp.said if line.startswith("clear: ")]
    assert [line.split()[1].upper() for line in clear] == ["EHLO", "STARTTLS"]
    assert {line.split()[0].upper() for line in smtp.said if line not in clear} == {"EHLO", "AUTH", "QUIT"}


def test_refused(smtp_function: ModuleType, smtp: Endpoint) -> None:
    assert smtp_function.login(pair(smtp, "wrong")) is False


def test_not_now(smtp_function: ModuleType, smtp: Endpoint) -> None:
    smtp.answer = "454 Temporary authentication failure"
    assert smtp_function.login(pair(smtp)) is None


def test_a_server_that_cannot_prove_who_it_is_gets_no_password(
    smtp_function: ModuleType, smtp: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert smtp_function.login(pair(smtp)) is None
    assert not any("AUTH" in line for line in smtp.said)


def test_nobody_answers(smtp_function: ModuleType, smtp: Endpoint) -> None:
    smtp.shutdown()
    smtp.server_close()
    assert smtp_function.login(pair(smtp)) is None

"""What the web application logs of a request: nothing that somebody typed."""

import logging

import pytest
from django.test import Client

from nsor.web import logs


@pytest.mark.parametrize("path", ["/check/3520112345671", "/?cnic=3520112345671"])
def test_no_address_is_logged(path: str, caplog: pytest.LogCaptureFixture) -> None:
    logs.keep_addresses_out()
    with caplog.at_level(logging.INFO):
        Client().get(f"{path}x")
    assert "3520112345671" not in caplog.text


def test_the_status_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    logs.keep_addresses_out()
    Client().get("/no/such/page")
    assert "answered with 404" in caplog.text

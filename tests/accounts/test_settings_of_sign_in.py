"""What the environment says of cookies and proxies."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nsor import settings

NAMES = (
    "SESSION_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_NAME",
    "CSRF_COOKIE_SECURE",
    "DEVICE_COOKIE_NAME",
    "SECURE_HSTS_SECONDS",
    "PUBLIC_URL",
)


def _read(tmp_path: Path, **environment: str) -> dict[str, object]:
    code = f"import json; from nsor import settings as s; n = {NAMES!r};"
    code += "print(json.dumps({one: getattr(s, one) for one in n}))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "NSOR_HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_by_tls_the_cookies_are_bound_to_the_host(tmp_path: Path) -> None:
    found = _read(tmp_path, NSOR_WEB_HTTPS="1", NSOR_PUBLIC_URL="https://register.example.pk/")
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DEVICE_COOKIE_NAME"):
        assert str(found[name]).startswith("__Host-")
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["CSRF_COOKIE_SECURE"] is True
    assert found["SECURE_HSTS_SECONDS"]
    assert found["PUBLIC_URL"] == "https://register.example.pk"


def test_without_it_a_browser_on_this_machine_gets_in(tmp_path: Path) -> None:
    found = _read(tmp_path, NSOR_WEB_BIND="127.0.0.1:9000")
    assert found["SESSION_COOKIE_SECURE"] is False
    assert found["PUBLIC_URL"] == "http://127.0.0.1:9000"


@pytest.mark.parametrize("listed", ["10.0.0.1/24", "proxy.example", "10.0.0.0/24 10.0.1.0/24"])
def test_a_list_of_proxies_that_can_not_be_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    monkeypatch.setenv("NSOR_TRUSTED_PROXIES", listed)
    with pytest.raises(ValueError, match="NSOR_TRUSTED_PROXIES lists networks"):
        settings.networks("NSOR_TRUSTED_PROXIES")

"""What signs sessions, cookies and one-time links is the ring's, and the same in every process."""

import os
import subprocess
import sys

from django.conf import settings

_PRINTS_KEY = (
    "import django; django.setup(); from django.conf import settings; print(settings.SECRET_KEY)"
)


def _key(process: dict[str, str]) -> str:
    ran = subprocess.run(
        [sys.executable, "-c", _PRINTS_KEY],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "nsor.settings", **process},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


def test_the_key_is_32_secret_bytes_of_the_ring_in_every_process(key_ring: object) -> None:
    one, other = _key({"PYTHONHASHSEED": "1"}), _key({"PYTHONHASHSEED": "2"})
    assert one == other
    assert len(bytes.fromhex(one)) == 32


def test_another_ring_has_another_key(tmp_path: object) -> None:
    assert _key({"NSOR_KEYS": f"{tmp_path}/other.json"}) != _key({})


def test_a_page_s_key_is_no_word_of_the_source() -> None:
    assert "function" not in str(settings.SECRET_KEY)

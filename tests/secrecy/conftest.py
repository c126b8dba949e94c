"""Each test of this room has a key ring of its own."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the test's ring is, apart from its data; processes are told by the environment."""
    path = tmp_path / "escrow" / "keys.json"
    monkeypatch.setenv("NSOR_KEYS", str(path))
    return path

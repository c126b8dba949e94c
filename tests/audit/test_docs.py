"""The page about the trail lists every act and every finding there is."""

from pathlib import Path

import pytest

from nsor.audit.acts import Act
from nsor.audit.findings import Kind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "audit.md"


@pytest.mark.parametrize("listed", [*Act, *Kind])
def test_the_page_lists_it(listed: Act | Kind) -> None:
    assert f"| `{listed}` | {listed.meaning} |" in PAGE.read_text().splitlines()

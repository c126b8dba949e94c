"""What the tests of sources share: no count of one test is written in the next one's database."""

from collections.abc import Iterator

import pytest

from nsor.sources import counting


@pytest.fixture(autouse=True)
def _counts_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    counting.forget()
    yield
    counting.forget()

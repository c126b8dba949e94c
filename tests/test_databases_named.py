"""Where the databases are, as the environment says it."""

from typing import Any, cast

import pytest

from nsor.settings import database


def test_what_is_asked_of_tls_is_asked_of_the_server() -> None:
    url = (
        "postgresql://app:a%40b@db.example:5433/nsor?sslmode=verify-full&sslrootcert=/etc/ca%2B.pem"
    )
    made = database(url)

    options = cast(dict[str, Any], made["OPTIONS"])
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/etc/ca+.pem")
    assert (made["HOST"], made["PORT"]) == ("db.example", "5433")
    assert (made["USER"], made["PASSWORD"], made["NAME"]) == ("app", "a@b", "nsor")


def test_nothing_is_asked_of_tls_unless_it_is_said() -> None:
    assert "sslmode" not in cast(dict[str, Any], database("postgresql://@/nsor")["OPTIONS"])


@pytest.mark.parametrize("url", ["postgresql://@/nsor?sslmod=require", "mysql://@/nsor"])
def test_what_is_not_understood_is_refused_and_not_passed_over(url: str) -> None:
    with pytest.raises(ValueError, match="NSOR_DATABASE_URL"):
        database(url)


def test_the_end_of_a_password_is_not_repeated() -> None:
    with pytest.raises(ValueError, match="no other word") as refused:
        database("postgresql://app:pa?ss@db.example/nsor")
    assert "ss@db" not in str(refused.value)

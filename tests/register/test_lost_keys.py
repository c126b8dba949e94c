"""Keys that went missing without a removal: nobody who was published is said to be unknown."""

from pathlib import Path

import pytest
from django.db import connections
from register_builders import ASLAM, Office, a_row, people_rows

from nsor.register import feed
from nsor.secrecy.models import StoredKey


def outcome(office: Office, cnic: str = ASLAM) -> str:
    found: str = office.run("check", cnic, "--json").object["outcome"]
    return found


def test_a_lost_key_makes_its_person_unavailable_and_not_unknown(office: Office) -> None:
    office.published(a_row())
    office.published(*people_rows(1))
    StoredKey.objects.order_by("pk")[:1].get().delete()

    assert outcome(office) == "unavailable"
    assert outcome(office, "3520100000001") == "listed"
    with pytest.raises(feed.FeedUnavailable, match="never removed"):
        list(feed.stream())


def test_a_lost_key_store_is_named_and_no_empty_one_takes_its_place(
    sqlite_office: Office, keystore: Path
) -> None:
    sqlite_office.published(a_row())
    connections["keys"].close()
    feed.close()
    for file in keystore.parent.glob(f"{keystore.name}*"):
        file.unlink()

    assert sqlite_office.run("migrate", "--json").codes == ["keys_missing"]
    assert sqlite_office.imports(a_row(case_number="13/2020")).codes == ["keys_missing"]
    assert not keystore.exists()
    assert outcome(sqlite_office) == "unavailable"


@pytest.mark.parametrize("reason", ["call 03001234567", "she is 35201-1234503-2"])
def test_a_reason_holds_no_number_of_anybody(sqlite_office: Office, reason: str) -> None:
    sqlite_office.published(a_row())
    words = ("withdraw", ASLAM, "--officer", "Amna", "--json", "--reason")

    assert sqlite_office.run(*words, reason).codes == ["may_name_victim"]
    assert outcome(sqlite_office) == "listed"


def test_a_word_in_the_reason_holds_up_no_silence_and_only_a_silence(
    sqlite_office: Office,
) -> None:
    sqlite_office.published(a_row())
    told = ("--reason", "said by her daughter", "--json")
    appeal = ("appeal", ASLAM, "--case", "12/2020", "--officer", "Amna", *told)

    assert sqlite_office.run(*appeal[:2], "stayed", *appeal[2:]).exit_code == 0
    assert outcome(sqlite_office) == "not_listed"
    assert sqlite_office.run(*appeal[:2], "none", *appeal[2:]).codes == ["may_name_victim"]

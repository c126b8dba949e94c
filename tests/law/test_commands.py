"""``nsor policy``: showing the law, and changing it with two officers."""

import json
from typing import Any

import pytest
from law_officers import TODAY, TOMORROW, Officers

from nsor.commands.law import KINDS
from nsor.law.models import ChangeKind

CLOSING = (
    "propose", "setting", "--set", "key=public_service", "--set", "value=closed",
    "--instrument", "S.R.O. 7", "--officer", "Amna", "--reason", "ordered by the ministry",
)  # fmt: skip


def closing(*options: str) -> tuple[str, ...]:
    """Return the words that propose to close the service to the public."""
    return (*CLOSING, "--from", TODAY.isoformat(), *options)


def test_the_law_of_today_is_shown_with_its_instruments(officers: Officers) -> None:
    answer = officers.run("show")

    assert (answer.exit_code, answer.stderr) == (0, "")
    for line in (
        "Who may be told what / کس کو کیا بتایا جا سکتا ہے",
        "- Open to the public. [Public launch of the service by NADRA, May 2023]",
        "- The name and the father's or husband's name may be told, of every registered conviction."
        " [Public launch of the service by NADRA, May 2023]",
        "- Nothing may be told, where the person was under 18 at the offence and no court ordered"
        " publication. [Default: Juvenile Justice System Act 2018, privacy of a child in conflict"
        " with the law]",
        "- Tier II: a conviction under PPC 292C, PPC 371A, PPC 371B or PPC 377A.",
        "    Registered for 15 years from the release (10 years with a clean record). [Default,"
        " until the Rules' own text is enacted: SORNA, 34 U.S.C. 20915]",
        "    Verified in person every year. [Default, until the Rules' own text is enacted: SORNA,"
        " 34 U.S.C. 20918]",
        "- Travel abroad, at least 21 days before it. [Default, until the Rules' own text is"
        " enacted: SORNA, 34 U.S.C. 20913-20914]",
        "- An absence from the home address of more than 3 days, within 3 days after it. [Default:"
        " Pakistan, bill passed in committee in 2022]",
        "- Days within which an appeal is filed / اپیل دائر کرنے کے دن: 30. [Anti-Rape"
        " (Investigation and Trial) Act 2021, s. 18]",
        "- s. 2(h): PECA 21, PECA 22, PPC 292A, PPC 292B, PPC 292C, PPC 371A, PPC 371B, PPC 375,"
        " PPC 375A, PPC 376, PPC 377, PPC 377A, PPC 377B.",
    ):
        assert line in answer.stdout.splitlines()


def test_the_law_of_today_is_one_object(sqlite_officers: Officers) -> None:
    shown = sqlite_officers.run("show", "--json").object

    assert set(shown) == {
        "day", "version", "audiences", "settings", "tier_set", "tier_set_instrument", "tiers",
        "duties", "offences",
    }  # fmt: skip
    assert (shown["day"], shown["version"], shown["tier_set"]) == (TODAY.isoformat(), 0, "sorna")
    public, institution, police = shown["audiences"]
    assert (public["audience"], public["open"]) == ("public", True)
    assert public["rules"] == [
        {
            "key": "the_names",
            "tells": ["father_name", "name"],
            "where": [],
            "sentence": "The name and the father's or husband's name may be told, of every"
            " registered conviction. [Public launch of the service by NADRA, May 2023]",
            "instrument": "Public launch of the service by NADRA, May 2023",
        }
    ]
    assert institution["rules"][0]["key"] == "the_names"
    assert len(police["rules"][0]["tells"]) == 20
    assert [tier["months"] for tier in shown["tiers"]] == [180, 300, None]
    by_section = {one["section"]: one for one in shown["offences"] if one["basis"] == "Schedule II"}
    assert by_section["PPC 511"]["only_if_connected_with"] == "another entry of the Schedule"
    assert by_section["PPC 376"]["registrable"] is False
    assert all(one["instrument"] and one["citation"] for one in shown["offences"])


def test_the_law_of_another_day_is_shown_by_that_day(sqlite_officers: Officers) -> None:
    before_launch = sqlite_officers.run("show", "--on", "2022-01-01")

    assert "Closed to the public: no instrument opens it." in before_launch.stdout
    assert sqlite_officers.run("show", "--on", "2021-01-01").exit_code == 1
    assert sqlite_officers.run("show", "--on", "yesterday").exit_code == 2


def test_every_list_that_is_switched_on_is_shown_with_what_needs_another(
    sqlite_officers: Officers,
) -> None:
    sqlite_officers.enacts("setting", key="registrable_basis", value="Schedule I;Schedule II")
    sqlite_officers.enacts("setting", key="tier_set", value="uk")

    shown = sqlite_officers.run("show").stdout

    assert "- Schedule II: PPC 336A," in shown
    assert "    Only in connection with another entry: PPC 107, PPC 108, PPC 108A," in shown
    assert "s. 2(h):" not in shown
    assert "- Tier III: a sentence of 30 months or more." in shown
    assert "- Tier II: a sentence of more than 6 months." in shown
    assert "Registered for 7 years from the conviction (3 years and 6 months for" in shown
    assert "    Registered for life, looked at again after 15 years." in shown
    assert "Verified in person every 7 days, without a fixed address." in shown
    assert "- A stay in a household with a child of more than 12 hours, within 3 days" in shown


def test_closing_the_service_takes_two_officers(officers: Officers) -> None:
    proposed = officers.run(*closing("--json"))
    assert (proposed.exit_code, proposed.object["state"]) == (0, "proposed")
    number = str(proposed.object["change"])

    listed = officers.run("list", "--json").object["changes"]
    assert [one["change"] for one in listed] == [int(number)]
    assert listed[0]["values"] == {"key": "public_service", "value": "closed"}
    assert (listed[0]["proposed_by"], listed[0]["instrument"]) == ("Amna", "S.R.O. 7")

    approved = officers.run("approve", number, "--officer", "Bilal", "--json").object
    assert (approved["state"], approved["version"]) == ("enacted", 1)
    assert "- Closed to the public. [S.R.O. 7]" in officers.run("show").stdout.splitlines()
    assert officers.run("list", "--json").object == {"changes": []}


def test_what_is_done_is_told_in_sentences(sqlite_officers: Officers) -> None:
    first = sqlite_officers.run(*closing())
    assert first.stdout == "Change 1 awaits another officer's approval.\n"
    assert sqlite_officers.run("list").stdout.splitlines() == [
        f"Change 1, proposed by Amna, adds a row to setting from {TODAY}.",
        "  key=public_service, value=closed",
        "  Instrument: S.R.O. 7. Reason: ordered by the ministry.",
    ]
    rejected = sqlite_officers.run("reject", "1", "--officer", "Bilal", "--reason", "not signed")
    assert rejected.stdout == "Change 1 is rejected: the law is as it was.\n"
    assert sqlite_officers.run("list").stdout == "No change of the law awaits approval.\n"
    repeal = (
        "propose", "disclosure_rule", "--set", "audience=institution", "--set",
        "key=nothing_of_a_child", "--repeal", "--retroactive", "--from", "2024-01-01", "--to",
        "2024-12-31", "--instrument", "Order", "--reason", "ordered", "--officer", "Amna",
    )  # fmt: skip
    sqlite_officers.run(*repeal)
    assert sqlite_officers.run("list").stdout.splitlines()[0] == (
        "Change 2, proposed by Amna, repeals a row of disclosure_rule from 2024-01-01 to"
        " 2024-12-31, reaching back."
    )
    approved = sqlite_officers.run("approve", "2", "--officer", "Chanda")
    assert approved.stdout == "Change 2 is law from 2024-01-01; the law's version is now 1.\n"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (closing("--set", "value=ajar"), "bad_value"),
        ((*CLOSING, "--from", "2024-01-01"), "in_the_past"),
        (closing("--to", "2024-01-01"), "bad_dates"),
        (closing("--repeal"), "never_repealed"),
        (("approve", "77", "--officer", "Bilal"), "unknown_change"),
        (("approve", "77", "--officer", "Amna"), "role_not_allowed"),
    ],
)
def test_a_refusal_names_its_code(
    sqlite_officers: Officers, words: tuple[str, ...], code: str
) -> None:
    refused = sqlite_officers.run(*words, "--json")

    assert refused.exit_code == 1
    assert [error["code"] for error in json.loads(refused.stdout)["errors"]] == [code]
    assert sqlite_officers.run("list", "--json").object == {"changes": []}


def test_wrong_usage(sqlite_officers: Officers) -> None:
    common = ("--from", TOMORROW.isoformat(), "--instrument", "x", "--officer", "Amna")

    for words in (
        ("propose", "minister", *common, "--reason", "x"),
        ("propose", "setting", "--set", "key", *common, "--reason", "x"),
        ("propose", "setting", *common),
    ):
        assert sqlite_officers.run(*words).exit_code == 2


def test_the_command_knows_every_kind(sqlite_database: Any) -> None:
    assert set(KINDS) == set(ChangeKind)

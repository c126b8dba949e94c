"""Each word that the register stores has a name on pages."""

from enum import Enum

import pytest

from nsor.accounts.models import Role
from nsor.register.due import What
from nsor.register.evidence.models import EvidenceKind
from nsor.register.lifecycle import State
from nsor.register.models import choices
from nsor.register.models.reviews import Finding
from nsor.web.words import WORDS

STORED: dict[str, list[type[Enum]]] = {
    "role": [Role],
    "state": [State, choices.BatchState, choices.AppealState, choices.Standing],
    "kind": [choices.BatchKind],
    "appeal": [choices.AppealState],
    "sex": [choices.Sex],
    "relation": [choices.Relation],
    "victim": [choices.VictimCategory],
    "ground": [choices.Ground],
    "number": [choices.NumberKind],
    "evidence": [EvidenceKind],
    "finding": [Finding],
    "due": [What],
}


@pytest.mark.parametrize("table", STORED)
def test_no_stored_word_is_without_a_name(table: str) -> None:
    stored = {str(one.value) for kind in STORED[table] for one in kind} - {""}
    assert stored <= set(WORDS[table])

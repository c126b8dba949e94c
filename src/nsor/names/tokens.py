"""The words that a register stores, keyed, so that a name can be found without being readable.

Rules that hold here: a word is one of

- ``A``: the name has the key A;
- ``A+B``: the name has both keys, sorted (two common names share few people);
- ``A/B``: A is the key of the name that says most, and B that of the father's;
- ``/B``: the father's name has the key B, and it says most there.

They are text, to be replaced by keyed tokens before anything is stored. A person has one for each
key, one for each pair of keys in the same name, and at most two for the father: about 6 for the
usual two or three words, at most 4 + 6 + 2 for one name. An alias adds its own.
"""

from collections.abc import Iterable
from itertools import combinations

from nsor.names.common import leading, share
from nsor.names.spelling import keys

MOST_KEYS = 4
"""How many keys of one name are stored: those that say most, if there are more."""


def search_words(
    name_ur: str,
    name_en: str,
    aliases: Iterable[str] = (),
    *,
    father_ur: str = "",
    father_en: str = "",
) -> frozenset[str]:
    """Return the words by which a person is found, whichever script is searched in.

    Keys of one script's spelling are never paired with those of the other's.
    """
    names = {_kept(keys(name)) for name in (name_ur, name_en, *aliases)}
    fathers = {leading(keys(father)) for father in (father_ur, father_en)} - {""}
    found: set[str] = {f"/{father}" for father in fathers}
    for name in filter(None, names):
        found.update(name)
        found.update(map(_pair, combinations(name, 2)))
        found.update(f"{leading(name)}/{father}" for father in fathers)
    return frozenset(found)


def query_plan(name: str, father: str = "") -> list[list[str]]:
    """Return what to look up: each step is words that a person must all have, best step first.

    Later steps are for when the earlier ones found too few: they ask for less, and the words that
    most people have are asked for alone only where there is nothing else. Empty without a key.
    """
    kept, father_key = _kept(keys(name)), leading(keys(father))
    if not kept:
        return [[f"/{father_key}"]] if father_key else []
    lead = leading(kept)
    both = [f"{lead}/{father_key}"] if father_key else []
    ranked = sorted(combinations(kept, 2), key=lambda pair: share(pair[0]) * share(pair[1]))
    pairs = [_pair(pair) for pair in ranked]
    plan = [both + pairs, both, pairs, *([pair] for pair in pairs)]
    if father_key:
        plan += [[one, f"/{father_key}"] for one in sorted(kept, key=share)]
    plan.append([lead])
    return [list(step) for step in dict.fromkeys(map(tuple, plan)) if step]


def _kept(found: tuple[str, ...]) -> tuple[str, ...]:
    if len(found) <= MOST_KEYS:
        return found
    most = set(sorted(found, key=share)[:MOST_KEYS])
    return tuple(key for key in found if key in most)


def _pair(pair: tuple[str, str]) -> str:
    return "+".join(sorted(pair))

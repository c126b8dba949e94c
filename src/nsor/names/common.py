"""How common the keys of the commonest names are.

Rules that hold here: shares are of people, roughly, and only their order and size matter: a common
word says little about who somebody is, and narrows a search little. They are made up from what is
known to every clerk (Muhammad, Khan, Ahmed, Ali, Bibi), not counted from anybody's data.
"""

RARE = 0.002
"""The share taken for a name that isn't in the table."""

SHARES = {
    "MHMD": 0.22, "QN": 0.12, "AHMD": 0.09, "AL": 0.09, "BB": 0.08, "HSYN": 0.08, "ABD": 0.05,
    "XA": 0.03, "MLK": 0.03, "GLM": 0.03, "SYD": 0.03, "BGM": 0.03, "HSN": 0.03, "AKBL": 0.02,
    "AQTR": 0.02, "RZA": 0.02, "BT": 0.02, "CDR": 0.02, "ABS": 0.02, "MYN": 0.02, "XQ": 0.02,
    "RNA": 0.02, "ALUH": 0.02, "DN": 0.02, "FTMA": 0.02, "RHMN": 0.02, "HK": 0.01, "GL": 0.01,
    "JN": 0.01, "MRZA": 0.01, "KWSR": 0.01, "PRWN": 0.01, "ABDALUH": 0.01, "ABDRHMN": 0.01,
    "UMR": 0.01, "ASMN": 0.01, "BLC": 0.01, "JT": 0.01, "KRX": 0.01, "ASLM": 0.01, "AKRM": 0.01,
}  # fmt: skip


COMING_AND_GOING = frozenset(
    {"MHMD", "SYD", "GLM", "QN", "BB", "BGM", "MYN", "MLK", "CDR", "XQ", "HFZ", "RNA", "MRZA"}
)
"""Names that one document gives and the next leaves out: beside another name they say nothing."""


def share(key: str) -> float:
    """Return the rough share of people who have a name of this key."""
    return SHARES.get(key, RARE)


def leading(keys: tuple[str, ...]) -> str:
    """Return the key that says most: the first of the rarest ones. "" without keys.

    Which is not the first word: Muhammad, Ghulam and Syed come and go.
    """
    return min(keys, key=share, default="")

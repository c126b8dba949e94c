"""What the tests of the handset begin with: a line that knows the sample's five numbers."""

from nsor.demo import sample
from nsor.disclosure import wording
from tests.web.doubles import FakeLine


def a_line() -> FakeLine:
    """Return a line that answers about the sample's numbers as the register does."""
    shown = {sample.MAN: "male", sample.WOMAN: "female", sample.LONG_NAME: "male"}
    replies = {}
    for row in sample.rows()[:4]:
        if row["cnic"] not in shown:
            continue
        sex: wording.Sex = "female" if row["sex"] == "female" else "male"
        replies[f"ur {row['cnic']}"] = wording.listed(
            "ur", name=row["name_ur"], father=row["father_name_ur"], sex=sex, relation="father"
        )
        replies[f"en {row['cnic']}"] = wording.listed(
            "en", name=row["name_en"], father=row["father_name_en"], sex=sex, relation="father"
        )
    return FakeLine(replies)

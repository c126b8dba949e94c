"""The law as it stood when the register began: the catalogue of offences, and the policy.

The lists are those of the Anti-Rape (Investigation and Trial) Act 2021 (Act XXX of 2021): s. 2(h),
Schedule I, Schedule II. A section's date is that on which it became law; where only the year of
the amending instrument is known, its first day. Amendments are further rows with a higher
``version``, never changes of these.
"""

from datetime import date

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ACT = "Anti-Rape (Investigation and Trial) Act 2021"
VERSION = 1

PPC_1860 = (
    date(1862, 1, 1),
    "Pakistan Penal Code 1860 (Act XLV of 1860), in force from 1 January 1862",
)
RAPE = (
    PPC_1860[0],
    PPC_1860[1]
    + "; repealed by Ordinance VII of 1979 from 10 February 1979 and inserted again by the"
    " Protection of Women (Criminal Laws Amendment) Act 2006 (Act VI of 2006); convictions for"
    " offences of before 1979 carry it in between",
)
AMENDMENT_1923 = (date(1923, 1, 1), "Criminal Law Amendment Act 1923 (Act XX of 1923)")
ORDINANCE_1984 = (
    date(1984, 1, 1),
    "Criminal Law (Amendment) Ordinance 1984 (Ordinance XXIV of 1984)",
)
ACT_1990 = (date(1990, 1, 1), "Criminal Law (Second Amendment) Ordinance 1990 and what followed it")
KIDNAP_UNDER_AGE = (date(1958, 1, 1), "Criminal Law amendments of 1958 (Act XXXIV of 1958)")
WOMEN_2006 = (
    date(2006, 12, 1),
    "Protection of Women (Criminal Laws Amendment) Act 2006 (Act VI of 2006), 1 December 2006",
)
ACID_2011 = (
    date(2011, 12, 28),
    "Criminal Law (Second Amendment) Act 2011 (Act XXV of 2011), 28 December 2011",
)
PRACTICES_2011 = (
    date(2011, 12, 28),
    "Prevention of Anti-Women Practices (Criminal Law Amendment) Act 2011 (Act XXVI of 2011),"
    " 28 December 2011",
)
CHILDREN_2016 = (
    date(2016, 3, 18),
    "Criminal Law (Second Amendment) Act 2016 (Act X of 2016), 18 March 2016",
)
PECA_2016 = (
    date(2016, 8, 18),
    "Prevention of Electronic Crimes Act 2016 (Act XL of 2016), 18 August 2016",
)
GANG_RAPE = (
    date(2020, 12, 15),
    "Criminal Law (Amendment) Ordinance 2020, 15 December 2020; then Criminal Laws (Amendment)"
    " Act 2021, 1 December 2021",
)

IN_FORCE = {
    **{
        ("PPC", section): PPC_1860
        for section in ("34", "354", "364", "365", "368", "369", "377", "511")
    },
    **{("PPC", section): PPC_1860 for section in (str(number) for number in range(107, 121))},
    ("PPC", "108A"): (date(1898, 1, 1), "Indian Penal Code Amendment Act 1898 (Act IV of 1898)"),
    **{
        ("PPC", section): (
            date(1913, 1, 1),
            "Criminal Law Amendment Act 1913 (Act VIII of 1913)",
        )
        for section in ("120A", "120B")
    },
    ("PPC", "375"): RAPE,
    ("PPC", "376"): RAPE,
    ("PPC", "366A"): AMENDMENT_1923,
    ("PPC", "366B"): AMENDMENT_1923,
    ("PPC", "354A"): ORDINANCE_1984,
    ("PPC", "364A"): KIDNAP_UNDER_AGE,
    ("PPC", "365A"): ACT_1990,
    **{("PPC", section): WOMEN_2006 for section in ("365B", "367A", "371A", "371B")},
    ("PPC", "336A"): ACID_2011,
    ("PPC", "336B"): ACID_2011,
    ("PPC", "498B"): PRACTICES_2011,
    ("PPC", "498C"): PRACTICES_2011,
    **{
        ("PPC", section): CHILDREN_2016
        for section in ("292A", "292B", "292C", "369A", "377A", "377B")
    },
    ("PECA", "21"): PECA_2016,
    ("PECA", "22"): PECA_2016,
    ("PPC", "375A"): GANG_RAPE,
}

SECTION_2H = (
    "PPC 292A, PPC 292B, PPC 292C, PPC 371A, PPC 371B, PPC 375, PPC 375A, PPC 376, PPC 377, "
    "PPC 377A, PPC 377B, PECA 21, PECA 22"
)
SCHEDULE_I = (
    "PPC 292A, PPC 292B, PPC 292C, PPC 354, PPC 365, PPC 365A, PPC 368, PPC 369, PPC 369A, "
    "PPC 498B, PPC 498C, PECA 21, PECA 22"
)
SCHEDULE_II = (
    "PPC 336A, PPC 336B, PPC 354A, PPC 364, PPC 364A, PPC 365B, PPC 366A, PPC 366B, PPC 367A, "
    "PPC 371A, PPC 371B, PPC 375, PPC 375A, PPC 376, PPC 377, PPC 377A, PPC 377B"
)
CONNECTED = ", ".join(
    f"PPC {section}"
    for section in ("34", *range(107, 109), "108A", *range(109, 121), "120A", "120B", "511")
)
CONNECTED_WITH = "another entry of the Schedule"

LISTS = (
    ("s. 2(h)", SECTION_2H, ""),
    ("Schedule I", SCHEDULE_I, ""),
    ("Schedule I", CONNECTED, CONNECTED_WITH),
    ("Schedule II", SCHEDULE_II, ""),
    ("Schedule II", CONNECTED, CONNECTED_WITH),
)

LAUNCH = "Public launch of the service by NADRA, May 2023"
POLICY = (
    ("registrable_basis", "s. 2(h)", date(2021, 12, 1), f"{ACT}, s. 2(h)"),
    ("act_in_force", "2021-12-01", date(2021, 12, 1), f"{ACT}, assent of 1 December 2021"),
    ("older_convictions_count", "yes", date(2021, 12, 1), f"Default: {ACT}, s. 24 sets no limit"),
    ("public_service", "open", date(2023, 5, 1), LAUNCH),
)


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    offence = apps.get_model("register", "Offence")
    for basis, names, connected_with in LISTS:
        for name in names.split(", "):
            statute, section = name.split()
            valid_from, source = IN_FORCE[statute, section]
            offence.objects.create(
                version=VERSION,
                statute=statute,
                section=section,
                basis=basis,
                only_if_connected_with=connected_with,
                valid_from=valid_from,
                citation=f"{ACT}, {basis}. {source}.",
            )
    policy = apps.get_model("register", "Policy")
    for key, value, valid_from, instrument in POLICY:
        policy.objects.create(key=key, value=value, valid_from=valid_from, instrument=instrument)


def unseed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("register", "Offence").objects.filter(version=VERSION).delete()
    apps.get_model("register", "Policy").objects.filter(key__in=[row[0] for row in POLICY]).delete()


class Migration(migrations.Migration):
    dependencies = [("register", "0002_append_only")]
    operations = [migrations.RunPython(seed, unseed)]

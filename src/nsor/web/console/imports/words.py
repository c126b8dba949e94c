"""What was found in a file, in the language of the page."""

from typing import Final

from django.utils.translation import gettext_noop

from nsor.register.findings import Finding
from nsor.web.refusals import told_code

EXACT: Final = (
    gettext_noop(
        "The cell holds a number of more than 15 digits, of which a spreadsheet loses the last:"
        " format the column as text and type it again."
    ),
    gettext_noop(
        "The cell holds an error of the spreadsheet, such as #N/A: type the value itself."
    ),
    gettext_noop("The offence is dated after the conviction: it comes before, or on the day."),
    gettext_noop("A name or a court never begins with an =, a + or an @."),
    gettext_noop("The column sections names one section or more."),
    gettext_noop(
        "None of the sections makes the person registrable, by the policy in force and the law of"
        " that date."
    ),
    gettext_noop(
        "The cell holds a control character, a line break or an invisible mark: write visible"
        " characters, spaces and zero-width joiners only."
    ),
)
"""What a finding says that every language must say as exactly."""


def sentence(finding: Finding) -> str:
    """Return a finding as a sentence."""
    return told_code(finding.code, finding.message)

"""What a password may be: long enough, not public, not the officer's name; nothing else is asked.

Rules that hold here: each rule says in a sentence what would be right; no rule asks for kinds of
characters.
"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from nsor.accounts.breached import is_breached

LONGEST = 256
SHORTEST = 12


class Length:
    """From 12 to 256 characters."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` for a password that is too short or too long."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise ValidationError(self.get_help_text(), code="password_length")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("Choose a password of 12 to 256 characters; any characters are allowed.")


class NotTheName:
    """Nothing that is little more than the officer's name."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` for a password that holds the name, or is held by it."""
        name = _bare(getattr(user, "name", ""))
        typed = _bare(password)
        if len(name) >= 3 and (name in typed or typed in name):
            raise ValidationError(self.get_help_text(), code="password_is_name")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("The password must not contain your name.")


class NotPublic:
    """Nothing that stands in a list of passwords that were made public."""

    def __init__(self) -> None:
        """Read the list that comes with Django."""
        self._common = CommonPasswordValidator()

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` for a password that others know."""
        listed = settings.BREACHED_PASSWORDS
        try:
            self._common.validate(password)
            known = bool(listed) and is_breached(password, Path(listed))
        except ValidationError:
            known = True
        except OSError:
            raise ValidationError(
                _("The list of known passwords can't be read. Ask whoever runs the register."),
                code="password_unchecked",
            ) from None
        if known:
            raise ValidationError(self.get_help_text(), code="password_public")

    def get_help_text(self) -> str:
        """Say the rule."""
        return _("The password must not be one that was made public: choose one of your own.")


def _bare(text: str) -> str:
    return "".join(one for one in text.casefold() if one.isalnum())

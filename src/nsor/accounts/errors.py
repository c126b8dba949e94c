"""Why an act on an account was refused: a code, and a sentence of what would be right."""


class AccountError(Exception):
    """An act on an account was refused; ``code`` names why, the message says it in a sentence."""

    code = "account"


class BadOfficer(AccountError):  # noqa: N818
    """The name, the role or the jurisdiction of an officer can't be."""

    code = "bad_officer"


class OfficerExists(AccountError):  # noqa: N818
    """The name is taken."""

    code = "officer_exists"


class BadCredentials(AccountError):  # noqa: N818
    """No officer has this name and this secret. Which of the two is wrong is not told."""

    code = "bad_credentials"


class Busy(AccountError):  # noqa: N818
    """Others were writing for all the time that somebody may be kept waiting."""

    code = "busy"


class TooMany(AccountError):  # noqa: N818
    """Too many attempts failed; ``retry_after`` is in how many seconds another may be made."""

    code = "too_many"

    def __init__(self, retry_after: int) -> None:
        """Say when another may be made."""
        super().__init__("Too many attempts failed: try again later.")
        self.retry_after = retry_after


class NotAllowed(AccountError):  # noqa: N818
    """Who asks may not do this; ``code`` names why."""

    def __init__(self, code: str, message: str) -> None:
        """Take the code and the sentence."""
        super().__init__(message)
        self.code = code

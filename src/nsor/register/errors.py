"""The one error of this room: an act that was refused."""


class Refusal(Exception):  # noqa: N818
    """An act was refused and changed nothing.

    ``code`` names why; the message says it in a whole sentence, with what would be right, and
    never repeats personal data.
    """

    def __init__(self, code: str, message: str) -> None:
        """Refuse for the reason ``code``."""
        super().__init__(message)
        self.code = code
        self.message = message

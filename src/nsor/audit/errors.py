"""The one error of this room."""


class TrailError(Exception):
    """Something was asked of the trail that can't be, or the trail is not what it should be.

    ``code`` names why; the message says it in a whole sentence, with what would be right, and
    never repeats personal data.
    """

    def __init__(self, code: str, message: str) -> None:
        """Refuse for the reason ``code``."""
        super().__init__(message)
        self.code = code
        self.message = message

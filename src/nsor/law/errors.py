"""The one error of this room: a question or a change that the law refuses."""


class LawRefusal(Exception):  # noqa: N818
    """Nothing was changed. ``code`` names why; the message says it in a whole sentence."""

    def __init__(self, code: str, message: str) -> None:
        """Refuse for the reason ``code``."""
        super().__init__(message)
        self.code = code
        self.message = message

"""The one error of this room."""


class BackupError(Exception):
    """A backup or a restore was refused.

    ``code`` names why; the message says it in a whole sentence, with what would be right.
    """

    def __init__(self, code: str, message: str) -> None:
        """Refuse for the reason ``code``."""
        super().__init__(message)
        self.code = code
        self.message = message

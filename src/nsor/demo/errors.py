"""Why a demo can't start, or had to end."""


class DemoError(Exception):
    """The message is a whole sentence, with what would be right."""

"""What a person is told of a refusal, in the language of the page."""


def told(error: Exception) -> str:
    """Return why something was refused, as a sentence."""
    return str(error)

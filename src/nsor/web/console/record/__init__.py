"""One record: all that is held, its history, as of a date, and acts on it."""

"""Every component of the pages, on one page: what a new one is built of."""

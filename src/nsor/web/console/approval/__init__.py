"""A second officer's decision: evidence, what is entered, what will be told."""

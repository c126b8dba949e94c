"""Entering a conviction: the form, drafts that save themselves, evidence."""

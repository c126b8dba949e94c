"""Entering a file: preview, errors in their cells, the import and how far it is."""

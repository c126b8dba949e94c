"""The pages' own tables, by version."""

"""Who may be the same person, and merging and un-merging."""

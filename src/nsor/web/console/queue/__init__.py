"""What waits for the officer who asks: drafts, decisions, reviews, alarms."""

"""The audit trail: filter, verify, prove, checkpoints."""

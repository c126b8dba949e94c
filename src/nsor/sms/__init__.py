"""The SMS channel: from an operator's deliver_sm to the answer that the operator has taken.

May enter: reading a text, encodings, the SMPP session, links, the outbox, limits, the gateway.
Must not: the ORM, policy, wording. Answers come from ``disclosure``.
Four seams (network, store, clock, randomness) part the rules from the machine beneath them.
"""

"""The trail: every act, in an order that nobody can quietly change afterwards.

May enter: entries, the Merkle tree over them, checkpoints, the witness's side, verification.
Must not: what an act means to the register; personal data outside what is sealed. The rooms above
record their acts here, in the transaction of what they record; nothing here knows their tables.
"""

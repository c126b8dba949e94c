"""Backups and their restoration: what was lost comes back, and nobody who was silenced does.

May enter: the format of a backup, reading and loading whole tables, the journal's replay, and the
two officers' word after a restore.
Must not: rules of the register beyond its services, keys of the ring, what an answer says.
"""

"""Screening: what in a text may say who a victim is, so that no field ever holds it.

May enter: what is looked for in each field, in both languages, and the sentences that refuse it.
Must not: what becomes of a text, or who let an alarm pass. Pure but for the keyed names of alarms.
The rooms above screen every text here before they keep it.
"""

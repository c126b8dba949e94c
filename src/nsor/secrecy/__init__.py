"""Secrecy: what is stored of a person can be read only with keys that lie elsewhere.

May enter: sealing, the key of each person and the store that holds it, keyed tokens for look-up.
Must not: who the person is, or what a key is for beyond the name of its purpose. The rooms above
seal here whatever they store of a person; nothing here knows a table of theirs.
"""

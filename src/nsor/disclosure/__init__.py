"""Disclosure: who may be told what, the directory that follows the feed, and the words.

May enter: the decision for an audience, the in-memory read model, the wording in both languages.
Must not: how an answer travels, who asked, or a change of the register.
``directory`` and ``wording`` are used per message and never touch the ORM.
"""

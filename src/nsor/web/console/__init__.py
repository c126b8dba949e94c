"""The console: the pages of officers, one package for each room of theirs.

May enter: forms, views that call the services of the rooms below, and how a page is guarded.
Must not: rules of the register; a view without a guard; personal data in an address, a log or a
message that outlives its page.
"""

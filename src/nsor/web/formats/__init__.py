"""How days and numbers are written in each language, where a template shows one as it is.

May enter: formats in Django's form. Must not: anything else.
"""

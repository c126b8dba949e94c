"""The handset: a telephone in the browser that texts the short code of the demo.

May enter: the page, its words, and the narrow line to the demo's message centre (an interface).
Must not: how that line travels, the register, or anything that answers a question by itself.
Nothing here exists until ``line.install`` was called, which only the demo does.
"""

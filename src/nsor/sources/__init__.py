"""Sources: courts, prisons, prosecution and police that push what happens, each signed.

May enter: sources and their keys, signed messages and the events in them, their receipts, what is
refused, how fresh what comes is, and the API that it comes by.
Must not: pages, or deciding anything that a second officer decides. What an event does to the
record it does through the register's services, as the source's own officer.
"""

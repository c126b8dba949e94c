"""The identity authority, as the register asks it: whose number is this, and do they live?

May enter: the one interface, the client that speaks HTTP, the breaker, and how answers compare.
Must not: the register's rows, and any rule of what follows from an answer.
A number goes out in a body, never in an address; nothing that comes back is logged.
"""

"""The SMPP 3.4 session, sans-IO: bytes in, events out, in both roles.

May enter: command identifiers, states, events, the session that ties them together.
Must not: sockets, clocks, threads, anything that knows what a message says.
"""

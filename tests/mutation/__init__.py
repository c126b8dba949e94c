"""Mutation of what decides an answer: is there a fault that no test would find?

May enter: the making and trying of mutants, and the list of those that are accepted.
Must not: tests (they are in the folders of what they test), a database, the network.
"""

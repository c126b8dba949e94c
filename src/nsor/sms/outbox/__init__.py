"""The outbox: the durable store of replies that are owed and not yet taken by the operator.

May enter: the interface, its engines, and how what they hold of a person is sealed.
Must not: rules of what is owed or when to send; those are the gateway's.
"""

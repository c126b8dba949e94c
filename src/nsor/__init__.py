"""A national register of people convicted of sexual offences, and the services that answer from it.

Rooms, from the top down; imports point downwards only:
``cli, demo`` -> ``web`` -> ``sms`` -> ``disclosure`` -> ``register`` -> ``accounts, cnic``.
"""

"""Search: finding people by number or name, without a name in any index.

May enter: keyed words under which a person is found, ranking of those found, likely duplicates.
Must not: a name in clear in any table, or an answer to the public.
"""

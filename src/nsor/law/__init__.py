"""The law as data: what is registrable, tiers, terms, duties, and who may be told what.

May enter: the rows of the law with their dates and instruments, the judgements that follow from
them (``catalogue``, ``tiers``, ``disclosing``), and the change of a row by two officers.
Must not: anything of a person's record. What is judged comes as plain facts, and the answer for a
date follows the law of that date.
"""

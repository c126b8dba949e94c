"""Names: when two spellings, in Urdu or in Roman letters, can be the same name.

May enter: the key of a name, the words a search looks up, how alike two people's names are.
Must not: a person, a number, a database, a setting, or anything of ``nsor`` outside this package.
Rules that hold here: any text is answered and none is refused; what is returned is for comparison
alone and never shown; a shared key says "look at both", never "the same person".
"""

"""Officers: who they are, what role they hold, and the secret that they act with.

May enter: officers, roles, how a secret is checked, and the errors of that.
Must not: anything of the register. The rooms above ask here who acts, and never the reverse.
"""

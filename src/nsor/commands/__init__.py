"""The commands of ``nsor``, one file for each part of the register's work.

May enter: options, what a command prints, exit codes (0 done, 1 refused with reasons, 2 usage).
Must not: rules of the register. Django is set up when a command runs, never at import, so each
command imports what it needs of the rooms below when it runs.
"""

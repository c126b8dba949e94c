"""Statistics: fixed tables of how many people and convictions there are, safe to hand on.

May enter: what is counted, which counts are hidden, when it is counted anew.
Must not: a name, a number of anybody, a count that is hidden, a table that an officer composes.
Rules that hold here: everything is counted from columns that are in clear; what is stored is what
is shown; small counts are hidden, and others with them, so that no hidden one can be worked out.
"""

from nsor.register.statistics.exporting import export
from nsor.register.statistics.runs import Statistics, ask, is_due, latest, refresh
from nsor.register.statistics.tables import Row, Table

__all__ = ["Row", "Statistics", "Table", "ask", "export", "is_due", "latest", "refresh"]

"""The SQL that leaves the application's database role able to append to the trail and no more.

Rules that hold here: the role owns no table; what it may do elsewhere is not less than before.
"""

import re

from django.apps import apps

from nsor.audit.errors import TrailError
from nsor.audit.models import TABLES

_ROLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")


def statements(role: str) -> list[str]:
    """Return the statements, for the owner of the tables to run on PostgreSQL.

    Raises ``TrailError``, ``bad_role``.
    """
    if not _ROLE.fullmatch(role):
        raise TrailError("bad_role", "A role's name is letters, digits and underscores.")
    named = f'"{role}"'
    trail = ", ".join(f'"{model._meta.db_table}"' for model in TABLES)
    others = ", ".join(
        f'"{model._meta.db_table}"'
        for model in apps.get_models(include_auto_created=True)
        if model not in TABLES and model._meta.app_label != "secrecy"
    )
    found = [
        f"GRANT USAGE ON SCHEMA public TO {named};",
        f"REVOKE ALL ON {trail} FROM {named};",
        f"GRANT SELECT, INSERT ON {trail} TO {named};",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {named};",
        f'GRANT SELECT ON "django_migrations" TO {named};',
    ]
    if others:
        found.insert(1, f"GRANT SELECT, INSERT, UPDATE, DELETE ON {others} TO {named};")
    return found

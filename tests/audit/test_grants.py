"""The application's own role may append to the trail, and nothing else."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection, transaction
from trail_builders import acts, audit, many_acts

from nsor.audit.checkpoints import write_checkpoint
from nsor.audit.models import TABLES
from nsor.audit.verifying import verify

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("postgres_database")]

ROLE = "nsor_app"


@pytest.fixture
def role() -> Iterator[str]:
    """Make a role with what the command prints, and act as that role."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        try:
            for statement in audit("grants", ROLE).stdout.splitlines():
                cursor.execute(statement)
            cursor.execute(f"SET ROLE {ROLE}")
            yield ROLE
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute(f"DROP OWNED BY {ROLE}")
            cursor.execute(f"DROP ROLE {ROLE}")


def test_the_application_records_and_signs_under_its_role(role: str) -> None:
    many_acts(300)
    write_checkpoint()

    assert verify().whole


@pytest.mark.parametrize("statement", ["UPDATE {0} SET id = id", "DELETE FROM {0}", "TRUNCATE {0}"])
@pytest.mark.parametrize("table", [model._meta.db_table for model in TABLES])
def test_the_application_changes_nothing(role: str, table: str, statement: str) -> None:
    acts(1)
    column = {"audit_details": "entry", "audit_leaf": "entry"}.get(table, "id")
    written = statement.format(table).replace("id", column)

    with (
        pytest.raises(Exception, match="permission denied") as refusal,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(written)
    assert isinstance(refusal.value.__cause__, psycopg.errors.InsufficientPrivilege)


def test_the_application_cannot_put_the_triggers_aside(role: str) -> None:
    for statement in (
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_entry_append_only ON audit_entry",
        "SET session_replication_role = replica",
    ):
        with (
            pytest.raises(Exception, match=r"must be owner|permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

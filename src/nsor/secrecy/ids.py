"""Numbers for rows that are yet to be written: what is sealed is bound to the number of its row.

Rules that hold here: a number is given once, also when the row is never written.
"""

from django.db import connections, models


def allocate(model: type[models.Model], count: int, using: str = "default") -> list[int]:
    """Return ``count`` fresh primary keys of a model with a ``BigAutoField``, in rising order."""
    if not count:
        return []
    connection = connections[using]
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                (table, count),
            )
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute(
            "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq",
            (count, table),
        )
        row = cursor.fetchone()
        if row is None:
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", (table, count)
            )
            row = (count,)
        return list(range(row[0] - count + 1, row[0] + 1))

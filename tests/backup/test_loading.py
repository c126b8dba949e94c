"""Loading a backup: what it does to the numbers that the database gives next."""

from django.db import transaction
from register_builders import Office, a_row, is_listed, people_rows

from nsor.backup.loading import Loader, emptied


def test_a_loading_that_is_undone_leaves_the_numbers_as_they_were(office: Office) -> None:
    # Given acts that are newer than a backup, whose numbers were lower
    office.published(a_row())
    # When the tables are emptied for it, and the transaction is undone, as by a kill
    with transaction.atomic():
        with emptied("default"):
            Loader("default").put_sequences({"audit_entry": 1})
        transaction.set_rollback(True)
    # Then acts go on
    office.published(*people_rows(1))
    assert is_listed("3520100000001")

"""Turns what the record's first form held into the record as it is now.

Rules that hold here:

- It is one transaction: a run that dies leaves everything set aside, and the next one does it all.
  Keys that the dead run made open nothing.
- It goes through the people in chunks, so that memory doesn't grow with the register.
- The feed stays the same feed: releases keep their numbers and their sequences.
- What was in clear is gone afterwards, from the free pages of the database's files too.
"""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps.registry import Apps
from django.core.management.color import no_style
from django.db import migrations
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.law import policy
from nsor.law.calendar import today
from nsor.register import documents, token_keys
from nsor.register.acting import seal_reason
from nsor.register.errors import Refusal
from nsor.register.migrations import _conversion as conversion
from nsor.register.migrations._conversion import Person, Row
from nsor.register.migrations._first_form import CHUNK, FirstForm
from nsor.register.numbering import number_token
from nsor.register.search import indexing
from nsor.register.staging import comparable_for
from nsor.secrecy import ids, subjects

_first_law = importlib.import_module("nsor.register.migrations.0003_law")


class _Conversion:
    def __init__(self, apps: Apps, connection: BaseDatabaseWrapper) -> None:
        self._apps = apps
        self._connection = connection
        self._old = FirstForm(connection)
        self._law = policy.tier_law(today())
        self._ring_key = token_keys.for_new_tokens()
        self._counts = {"offenders": 0, "convictions": 0, "publications": 0}
        # The moments of acts are those of then, not of now.
        self._model("Batch")._meta.get_field("entered_at").auto_now_add = False

    def run(self) -> None:
        self._old.prepare()
        self._seal_reasons_of_files()
        with _progress(self._old.size()) as advance:
            for cnics in self._old.chunks_of_people():
                self._take_people(cnics)
                self._check()
                advance(len(cnics))
            self._old.take_releases_over()
            for rows in self._old.chunks_of_publications():
                self._take_publications(rows)
                self._check()
                advance(len(rows))
        if self._old.is_missing_publications():
            raise Refusal(
                "not_whole",
                "The feed tells of somebody of whom the record holds no conviction: nothing was"
                " converted. Restore a backup that is whole, or report this.",
            )
        self._number_from_here()
        trail.record(Act.CONVERTED, actor="system", details={**self._counts})

    def _seal_reasons_of_files(self) -> None:
        given = "SELECT id, reason FROM set_aside_batch WHERE kind = 'import' AND reason <> ''"
        batch = self._model("Batch")
        self._old.many(
            "UPDATE register_batch SET sealed_reason = %s WHERE id = %s",
            (
                (seal_reason(batch(pk=row["id"]), row["reason"], None), row["id"])
                for row in self._old.rows(given)
            ),
        )

    def _take_people(self, cnics: list[str]) -> None:
        keys = subjects.new_keys(len(cnics))
        offenders = ids.allocate(self._model("Offender"), len(cnics))
        numbers = ids.allocate(self._model("IdentityNumber"), len(cnics))
        gathered = {
            cnic: Person(cnic, key, offender, number)
            for cnic, key, offender, number in zip(cnics, keys, offenders, numbers, strict=True)
        }
        self._old.fill(gathered)
        people = list(gathered.values())
        self._write_acts(people)
        self._write_people(people)
        convictions = self._write_convictions(people)
        self._write_versions(people, convictions)
        indexing.add((one.offender, known) for one in people for known in one.known_as)
        self._counts["offenders"] += len(people)

    def _write_acts(self, people: list[Person]) -> None:
        """Make a batch of each act that was none, and seal the reasons of those that were."""
        acts = [(one, act) for one in people for act in one.acts_without_batch]
        numbers = ids.allocate(self._model("Batch"), len(acts))
        for (_, act), number in zip(acts, numbers, strict=True):
            act["batch_id"] = number
        self._model("Batch").objects.bulk_create(self._act(one, act) for one, act in acts)
        self._old.many(
            "UPDATE set_aside_release SET batch_id = %s WHERE id = %s",
            (
                (act["batch_id"], release)
                for one in people
                for act, release in zip(one.acts_without_batch, one.releases, strict=True)
            ),
        )
        for one in people:
            for appeal in one.appeals:
                if appeal["state"] is not None:
                    self._seal_appeal(one, appeal)

    def _act(self, person: Person, act: Row) -> Any:
        model = self._model("Batch")
        at = conversion.moment_of(act)
        return model(
            pk=act["batch_id"],
            kind="withdrawal" if conversion.is_withdrawal(act) else "appeal",
            state="approved",
            entered_by_id=act["officer_id"],
            entered_at=at,
            decided_at=at,
            decision=act["decision"],
            entries=1,
            offender_id=person.offender,
            sealed_reason=seal_reason(model(pk=act["batch_id"]), act["reason"], person.key),
        )

    def _seal_appeal(self, person: Person, appeal: Row) -> None:
        rejected = appeal["state"] == "rejected"
        reason = appeal["decided_because"] if rejected else appeal["reason"]
        batch = self._model("Batch")(pk=appeal["batch_id"])
        self._old.many(
            "UPDATE register_batch SET offender_id = %s, sealed_reason = %s WHERE id = %s",
            [(person.offender, seal_reason(batch, reason, person.key), batch.pk)],
        )
        if rejected:  # the batch keeps why it was rejected; the trail, why it was asked for
            trail.record(
                Act.CONVERTED,
                actor="system",
                subject=f"batch:{batch.pk}",
                details={"asked": appeal["to_state"], "reason": appeal["reason"]},
                key=person.key,
            )

    def _write_people(self, people: list[Person]) -> None:
        offender, number = self._model("Offender"), self._model("IdentityNumber")
        offender.objects.bulk_create(
            offender(
                pk=one.offender,
                key_id=one.key.id,
                standing="suspended" if one.withdrawn else "active",
                ground="withdrawn" if one.withdrawn else "",
            )
            for one in people
        )
        number.objects.bulk_create(
            number(
                pk=one.number,
                offender_id=one.offender,
                kind="cnic",
                token=number_token(one.cnic, self._ring_key),
                sealed=documents.seal_number(one.key.key, one.number, one.cnic),
                recorded_by_id=one.recorded_by,
            )
            for one in people
        )
        self._old.hold(people)

    def _write_convictions(self, people: list[Person]) -> dict[int, Any]:
        made: dict[int, Any] = {}
        for one in people:
            entered = conversion.entered_states(one)
            for row in one.convictions:
                made[row["id"]] = self._conviction(one, row, entered[row["id"]])
        self._model("Conviction").objects.bulk_create(made.values(), batch_size=CHUNK)
        record = self._model("AppealRecord")
        record.objects.bulk_create(
            record(
                pk=row["id"],
                conviction_id=row["conviction_id"],
                from_state=row["from_state"],
                to_state=row["to_state"],
                effective_on=conversion.day_of(row["effective_at"] or row["recorded_at"]),
                batch_id=row["batch_id"],
            )
            for one in people
            for row in one.appeals
        )
        self._counts["convictions"] += len(made)
        return made

    def _conviction(self, person: Person, row: Row, entered: str) -> Any:
        case = conversion.case(row)
        compared = comparable_for(person.key.key, case, row["batch_id"])
        return self._model("Conviction")(
            pk=row["id"],
            batch_id=row["batch_id"],
            line=row["line"],
            offender_id=person.offender,
            number_id=person.number,
            case_token=compared.case,
            name_token=compared.name,
            father_token=compared.father,
            sealed=documents.seal_case(person.key.key, row["id"], case),
            sections=row["sections"],
            registrable=bool(row["registrable"]),
            law_version=0,  # the law as it was founded: there was no other
            convicted_on=conversion.as_day(row["convicted_on"]),
            offence_on=conversion.as_day(row["offence_on"]),
            juvenile=bool(row["juvenile"]),
            victim_category=row["victim_category"],
            entered_appeal_state=entered,
            appeal_state=row["appeal_state"],
            warnings=row["warnings"],
        )

    def _write_versions(self, people: list[Person], convictions: dict[int, Any]) -> None:
        profile, registration = self._model("Profile"), self._model("Registration")
        registered = [(one, one.first) for one in people if one.first]
        rows = ids.allocate(profile, len(registered))
        profile.objects.bulk_create(
            profile(
                pk=row,
                offender_id=one.offender,
                valid_from=conversion.as_day(first["convicted_on"]),
                recorded_by_id=first["batch_id"],
                sealed=documents.seal_profile(
                    one.key.key, row, conversion.profile(one.particulars or first)
                ),
            )
            for (one, first), row in zip(registered, rows, strict=True)
        )
        registration.objects.bulk_create(
            registration(
                offender_id=one.offender,
                recorded_by_id=told.batch,
                valid_from=told.span.valid_from,
                valid_to=told.span.valid_to,
                **told.stand._asdict(),
            )
            for one in people
            for told in conversion.versions(one, self._law, convictions)
        )
        self._old.many(
            "UPDATE register_offender SET tier = %s, term_ends = %s, review_on = %s WHERE id = %s",
            (
                (*conversion.term_now(one, self._law, convictions), one.offender)
                for one, _ in registered
            ),
        )

    def _take_publications(self, rows: list[Row]) -> None:
        model = self._model("Publication")
        keys = subjects.keys(row["key_id"] for row in rows)
        model.objects.bulk_create(
            model(
                pk=row["id"],
                release_id=row["release_id"],
                ordinal=row["ordinal"],
                number_id=row["number"],
                listed=bool(row["listed"]),
                key_id=row["key_id"],
                sealed=documents.seal_told(
                    keys[row["key_id"]],
                    (row["release_id"], row["ordinal"]),
                    documents.Told(*(row[name] for name in documents.Told._fields)),
                ),
            )
            for row in rows
        )
        self._counts["publications"] += len(rows)

    def _number_from_here(self) -> None:
        """Have what is stored next take numbers after those that were kept."""
        kept = ("Conviction", "AppealRecord", "Release", "Publication")
        models = [self._model(name) for name in kept]
        for statement in self._connection.ops.sequence_reset_sql(no_style(), models):
            self._old.execute(statement)

    def _check(self) -> None:
        """Have PostgreSQL check what refers to what, before it has to remember too much of it."""
        if self._connection.vendor == "postgresql":
            self._connection.check_constraints()

    def _model(self, name: str) -> Any:
        return self._apps.get_model("register", name)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        yield lambda more: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("Converting the record", total=total)
        yield lambda more: progress.advance(task, more)


def _keep_the_law(apps: Apps, old: FirstForm) -> None:
    """Take over what an authority had added to the law that the register began with."""
    setting, offence = apps.get_model("law", "Policy"), apps.get_model("law", "Offence")
    for row in old.rows("SELECT key, value, valid_from, instrument FROM set_aside_policy"):
        values = row | {"valid_from": conversion.as_day(row["valid_from"])}
        if tuple(values.values()) not in _first_law.POLICY:
            setting.objects.create(**values)
    later = "SELECT * FROM set_aside_offence WHERE version > %s ORDER BY id"
    for row in old.rows(later, _first_law.VERSION):
        since = conversion.as_day(row["valid_from"])
        offence.objects.create(
            statute=row["statute"],
            section=row["section"],
            basis=row["basis"],
            only_if_connected_with=row["only_if_connected_with"],
            section_from=since,
            section_to=conversion.as_day(row["valid_to"]),
            citation=row["citation"],
            valid_from=since,
            instrument=row["citation"],
        )


def convert(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    connection = schema_editor.connection
    if "set_aside_batch" not in connection.introspection.table_names():
        return  # a run that ended after its transaction and before it was noted as done
    old = FirstForm(connection)
    _keep_the_law(apps, old)
    if old.rows("SELECT id FROM set_aside_batch LIMIT 1"):
        _Conversion(apps, connection).run()
    for table in connection.introspection.table_names():
        if table.startswith("set_aside_"):
            schema_editor.execute(f"DROP TABLE {table}")
    connection.check_constraints()


def leave_nothing_in_clear(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write anew those files of the database that still hold what was deleted from them."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a column that was dropped the values stay in the table; of a table, in statistics.
            cursor.execute("VACUUM FULL register_batch")
            cursor.execute("VACUUM FULL pg_catalog.pg_statistic")
            return
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if cursor.fetchone()[0]:
            raise Refusal(
                "busy",
                "Somebody else reads the database, so that its old pages can't be cleared: stop"
                " what uses it, and run this again.",
            )


class Migration(migrations.Migration):
    atomic = False  # the second step can't be done in a transaction; the first is one
    dependencies = [
        ("accounts", "0001_initial"),
        ("audit", "0002_append_only"),
        ("law", "0003_append_only"),
        ("register", "0007_append_only"),
        ("secrecy", "0001_initial"),
    ]
    operations = [
        migrations.RunPython(convert, migrations.RunPython.noop, atomic=True),
        migrations.RunPython(leave_nothing_in_clear, migrations.RunPython.noop, atomic=False),
    ]

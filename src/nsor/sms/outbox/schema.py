"""The tables of the SQLite outbox. A person's data stand only in columns named ``sealed``.

``commits`` is where a commit goes in: one statement, and so one transaction and one wait for the
disk, for which the thread that waits holds no lock of the interpreter.
"""

VERSION = 1

TABLES = """
CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 1), at REAL NOT NULL,
                    batch INTEGER NOT NULL);
INSERT INTO clock VALUES (1, 0, 0);
CREATE TABLE owed (batch INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE progress (batch INTEGER PRIMARY KEY, state BLOB NOT NULL);
CREATE TABLE connections (number INTEGER PRIMARY KEY, operator TEXT NOT NULL);
CREATE TABLE ended (connection INTEGER PRIMARY KEY, operator TEXT NOT NULL, at REAL NOT NULL,
                    unbound INTEGER NOT NULL);
CREATE TABLE seen (id INTEGER PRIMARY KEY, at REAL NOT NULL, entries BLOB NOT NULL);
CREATE TABLE counted (id INTEGER PRIMARY KEY, period TEXT NOT NULL, senders BLOB NOT NULL);
CREATE TABLE notices (id INTEGER PRIMARY KEY, period TEXT NOT NULL, sender BLOB NOT NULL,
                      at REAL NOT NULL, kind TEXT NOT NULL);
CREATE TABLE parts (number INTEGER PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE sent (id INTEGER PRIMARY KEY, at REAL NOT NULL, entries BLOB NOT NULL);
CREATE TABLE receipted (id INTEGER PRIMARY KEY, at REAL NOT NULL, entries BLOB NOT NULL);
CREATE TABLE period_keys (period TEXT PRIMARY KEY, sealed BLOB NOT NULL);

CREATE VIEW commits AS SELECT 0.0 AS at, 0 AS batch, x'' AS owed, x'' AS seen, '' AS period,
    x'' AS counted, x'' AS sent, x'' AS receipted, '[]' AS finished WHERE 0;
CREATE TRIGGER commits_spread INSTEAD OF INSERT ON commits BEGIN
    INSERT INTO owed SELECT new.batch, new.owed WHERE new.owed IS NOT NULL;
    INSERT INTO seen (at, entries) SELECT new.at, new.seen WHERE new.seen IS NOT NULL;
    INSERT INTO counted (period, senders)
        SELECT new.period, new.counted WHERE new.counted IS NOT NULL;
    INSERT INTO sent (at, entries) SELECT new.at, new.sent WHERE new.sent IS NOT NULL;
    INSERT INTO receipted (at, entries)
        SELECT new.at, new.receipted WHERE new.receipted IS NOT NULL;
    DELETE FROM owed WHERE batch IN (SELECT value FROM json_each(new.finished));
    DELETE FROM progress WHERE batch IN (SELECT value FROM json_each(new.finished));
    UPDATE clock SET at = new.at, batch = max(batch, new.batch);
END;
"""

"""The tables of the SQLite outbox. A person's data stand only in columns named ``sealed``."""

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
"""

-- What databases.rs expects. To make one: `sqlite3 -cmd "PRAGMA page_size=512" utf8.db < make.sql`, the other with
-- `PRAGMA encoding="UTF-16le"` as well; then `gzip -9n`.
PRAGMA auto_vacuum = 0;
CREATE TABLE accounts (id INTEGER PRIMARY KEY, url TEXT, "api token" TEXT, n INT, ratio REAL, note);
INSERT INTO accounts VALUES (1, 'https://acme.okta.com', 'token-of-acme', 7, 0.5, NULL);
INSERT INTO accounts VALUES (-3, 'https://acme.us.auth0.com', 'token-of-auth0', -200, 1e300, x'00ff41');
CREATE TABLE settings (value TEXT, name TEXT, PRIMARY KEY (name)) WITHOUT ROWID;
INSERT INTO settings VALUES ('light', 'theme'), ('acme.okta.com', 'org');
CREATE TABLE log (line TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
  INSERT INTO log SELECT 'entry ' || i || ' of the log' FROM n;
CREATE INDEX log_line ON log (line);
CREATE TABLE long (text TEXT, more TEXT);
WITH RECURSIVE n(i, t) AS (SELECT 1, '' UNION ALL SELECT i + 1, t || 'word ' || i || char(10) FROM n WHERE i < 1800)
  INSERT INTO long SELECT t, 'short' FROM n WHERE i IN (200, 1800);
CREATE VIEW v AS SELECT load_extension('harm') FROM log;
CREATE TABLE gone (text TEXT);
INSERT INTO gone VALUES ('deleted and still here');
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)
  INSERT INTO gone SELECT 'dropped with its page ' || i FROM n;
DELETE FROM accounts WHERE id = 99;
INSERT INTO accounts VALUES (99, 'https://acme.oktapreview.com', 'token-deleted', 1, 1.0, 'x');
PRAGMA secure_delete = 0;
DELETE FROM accounts WHERE id = 99;
DROP TABLE gone;

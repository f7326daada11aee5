-- What databases.rs expects of deleted rows; made as `make.sql` says, with pages of 4,096 bytes.
PRAGMA secure_delete = 0;
CREATE TABLE settings (id INTEGER PRIMARY KEY, name TEXT, value TEXT);
CREATE TABLE pairs (name TEXT, value TEXT);
INSERT INTO pairs VALUES ('okta_api_token', 'short'), ('kept', '1');
INSERT INTO pairs VALUES ('okta_api_token', replace(hex(zeroblob(20)), '00', 'long') || replace(hex(zeroblob(20)), '00', 'long')), ('kept', '2');
INSERT INTO pairs (rowid, name, value) VALUES (300, 'with an id of two bytes', 'v'), (301, 'kept', '3');
INSERT INTO pairs VALUES (replace(hex(zeroblob(10)), '00', 'long name '), 'v'), ('kept', '4');
DELETE FROM pairs WHERE name <> 'kept';

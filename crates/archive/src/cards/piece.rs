//! Rows of the store, and adding to them.

use inventory::{Coverage, Snapshot, Tally, Use};
use rusqlite::{Connection, OptionalExtension, params};
use serde::de::DeserializeOwned;

use super::CardsError;

/// Adds what a piece of a log tells to what is there.
pub(super) fn add(connection: &Connection, piece: Tally) -> Result<(), CardsError> {
    for (tenant, told) in piece.tenants {
        let mut seen = coverage(connection, &tenant)?.unwrap_or_default();
        seen.merge(told.coverage);
        let sql = "insert or replace into coverage (tenant, json) values (?1, ?2)";
        connection.prepare_cached(sql)?.execute([&tenant, &serde_json::to_string(&seen)?])?;
        for (id, used) in told.uses {
            let sum = sum(connection, (&tenant, &id), used)?;
            let sql = "insert or replace into card_use (tenant, id, json) values (?1, ?2, ?3)";
            let json = serde_json::to_string(&sum)?;
            connection.prepare_cached(sql)?.execute(params![tenant, id, json])?;
        }
    }
    Ok(())
}

fn sum(connection: &Connection, (tenant, id): (&str, &str), used: Use) -> Result<Use, CardsError> {
    let sql = "select json from card_use where tenant = ?1 and id = ?2";
    let there: Option<String> =
        connection.prepare_cached(sql)?.query_row([tenant, id], |row| row.get(0)).optional()?;
    let Some(there) = there else { return Ok(used) };
    let mut sum: Use = serde_json::from_str(&there)?;
    sum.merge(&used);
    Ok(sum)
}

pub(super) fn coverage(
    connection: &Connection,
    tenant: &str,
) -> Result<Option<Coverage>, CardsError> {
    read(connection, "select json from coverage where tenant = ?1", tenant)
}

pub(super) fn snapshot(
    connection: &Connection,
    tenant: &str,
) -> Result<Option<Snapshot>, CardsError> {
    read(connection, "select json from snapshot where tenant = ?1", tenant)
}

fn read<T: DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    tenant: &str,
) -> Result<Option<T>, CardsError> {
    let json: Option<String> = connection.query_row(sql, [tenant], |row| row.get(0)).optional()?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}

/// What was done with each credential of a tenant.
pub(super) fn uses(
    connection: &Connection,
    tenant: &str,
) -> Result<Vec<(String, Use)>, CardsError> {
    let mut query = connection.prepare("select id, json from card_use where tenant = ?1")?;
    let rows = query.query_map([tenant], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
    let mut uses = Vec::new();
    for row in rows {
        let (id, json) = row?;
        uses.push((id, serde_json::from_str(&json)?));
    }
    Ok(uses)
}

//! The table, for people and for programs.

use serde_json::{Value, json};

use super::row::{Row, Verdict};
use crate::words;

/// What one account has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its number.
    pub account: String,
    /// The region.
    pub region: String,
    /// In the order of the checks.
    pub rows: Vec<Row>,
}

/// A line for each row, what to do below it, and a line that counts.
#[must_use]
pub fn human(report: &Report) -> String {
    let width = report.rows.iter().map(|row| row.check.len()).max().unwrap_or_default();
    let mut lines = vec![format!("account {}, {}", report.account, report.region)];
    for row in &report.rows {
        lines.push(format!("  {:<4}  {:<width$}  {}", row.verdict.word(), row.check, words::printable(&row.what)));
        if let Some(todo) = &row.todo {
            lines.push(format!("  {:<4}  {:<width$}  -> {}", "", "", words::printable(todo)));
        }
    }
    lines.push(counted(&report.rows));
    lines.push(String::new());
    lines.join("\n")
}

/// "5 ok, 1 to look at, 2 in the way".
fn counted(rows: &[Row]) -> String {
    let number = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
    let parts = [(Verdict::Ok, "ok"), (Verdict::Look, "to look at"), (Verdict::Stop, "in the way of a launch")];
    let parts = parts.iter().map(|(verdict, word)| (number(*verdict), word)).filter(|(number, _)| *number > 0);
    parts.map(|(number, word)| format!("{number} {word}")).collect::<Vec<_>>().join(", ")
}

/// One object with an array of accounts.
#[must_use]
pub fn json(reports: &[Report]) -> Value {
    let row =
        |row: &Row| json!({"verdict": row.verdict.word(), "check": row.check, "what": row.what, "todo": row.todo});
    let report = |report: &Report| {
        let rows: Vec<Value> = report.rows.iter().map(row).collect();
        json!({"account": report.account, "region": report.region, "rows": rows})
    };
    json!({"accounts": reports.iter().map(report).collect::<Vec<_>>()})
}

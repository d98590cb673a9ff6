//! The rules as Markdown: `docs/rules.md`, and the short list for the READMEs.

use crate::finding::{Chapter, Rule, Severity};
use crate::words;

/// `docs/rules.md`. What stands around the tables is `page.md`, beside this file.
#[must_use]
pub fn page() -> String {
    let firm: Vec<&str> = super::all().iter().filter(|rule| rule.firm).map(|rule| rule.id).collect();
    let page = include_str!("page.md").replace("<!-- firm -->", &words::list(&firm));
    Chapter::ALL
        .iter()
        .fold(page, |page, chapter| page.replace(&format!("<!-- {} -->\n", anchor(*chapter)), &table(*chapter)))
}

/// A row for each chapter: its heading, which leads to the page, and its rules.
#[must_use]
pub fn contents() -> String {
    short_list(["chapter", "rules"], Chapter::heading)
}

/// The same in Japanese.
#[must_use]
pub fn contents_ja() -> String {
    short_list(["章", "規則"], Chapter::heading_ja)
}

fn short_list(columns: [&str; 2], heading: impl Fn(Chapter) -> &'static str) -> String {
    let row = |chapter: &Chapter| {
        let ids: Vec<String> = of(*chapter).map(|rule| format!("`{}`", rule.id)).collect();
        format!("| [{}](docs/rules.md#{}) | {} |\n", heading(*chapter), anchor(*chapter), ids.join(", "))
    };
    format!("| {} |\n| --- | --- |\n{}", columns.join(" | "), Chapter::ALL.iter().map(row).collect::<String>())
}

fn table(chapter: Chapter) -> String {
    format!("| rule | finds |\n| --- | --- |\n{}", of(chapter).map(row).collect::<String>())
}

fn row(rule: &Rule) -> String {
    let severity = match rule.severity {
        _ if rule.off => " (off)".to_owned(),
        Severity::Error => String::new(),
        other => format!(" ({})", other.word()),
    };
    format!("| `{}`{severity} | {} |\n", rule.id, rule.page.unwrap_or(rule.about))
}

fn of(chapter: Chapter) -> impl Iterator<Item = &'static Rule> {
    super::all().iter().filter(move |rule| rule.chapter == chapter)
}

/// Where GitHub puts a heading: `config-files`.
fn anchor(chapter: Chapter) -> String {
    chapter.heading().to_lowercase().replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chapter_has_its_heading_and_its_table() {
        let page = page();
        for chapter in Chapter::ALL {
            assert!(page.contains(&format!("# {}\n", chapter.heading())), "{chapter:?}");
            assert!(page.contains(&table(chapter)), "{chapter:?}");
        }
        assert!(!page.contains("<!--"));
    }
}

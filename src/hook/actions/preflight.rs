//! `preflight`: asks the account, before the first stack of a group is made, what would stop the launch of any of its stacks.
//!
//! What a person has to look at is named and stops nothing.

use super::Failure;
use crate::hook::Session;
use crate::preflight::{self, Row, Verdict};
use crate::project::{Project, Selection, Undefined};
use crate::words;

/// See the module.
pub fn run(session: &mut Session<'_>) -> Result<Option<String>, Failure> {
    // The `--var` values of the command line are not known in a hook.
    let project = Project::new((*session.folders).clone(), serde_yaml::Mapping::new(), Undefined::Lenient);
    let path = session.stack_path();
    let group = path.rsplit_once('/').map(|(group, _)| group);
    let whole = || -> Result<_, crate::project::ProjectError> {
        Ok((Selection::of(&project.folders, group)?, preflight::read(&project)?))
    };
    let (selection, linked) = whole().map_err(|error| Failure::Other(error.to_string()))?;
    let homes = preflight::homes(&linked, &selection);
    let Some(stacks) = homes.into_iter().find(|home| home.iter().any(|stack| stack.stack.path == path)) else {
        return Err(Failure::Other(format!("`{path}` cannot be read")));
    };
    let report = preflight::run(&linked, stacks, session.host)?;
    let command = format!("`sesame preflight {}`", group.unwrap_or(&path));
    summary(&report.rows, &command).map(Some).map_err(Failure::Other)
}

/// One line: the first row in the way, or what is to be looked at.
fn summary(rows: &[Row], command: &str) -> Result<String, String> {
    let of = |verdict| rows.iter().filter(move |row| row.verdict == verdict);
    if let Some(first) = of(Verdict::Stop).next() {
        let todo = first.todo.as_ref().map(|todo| format!("; {todo}")).unwrap_or_default();
        let more = match of(Verdict::Stop).count() - 1 {
            0 => String::new(),
            more => format!(" ({more} more in the way: {command})"),
        };
        return Err(format!("{}: {}{todo}{more}", first.check, first.what));
    }
    let mut names: Vec<String> = of(Verdict::Look).map(|row| row.check.to_owned()).collect();
    words::remove_repetitions(&mut names);
    Ok(match names.as_slice() {
        [] => "the account is ready".to_owned(),
        names => format!("to look at: {} ({command})", names.join(", ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_in_the_way_stops() {
        let rows = [
            Row::ok("fine").of("stacks"),
            Row::look("sandbox").of("production access"),
            Row::look("paused").of("production access"),
        ];
        let command = "`sesame preflight prod`";
        assert_eq!(summary(&rows, command).unwrap(), "to look at: production access (`sesame preflight prod`)");
        assert_eq!(summary(&rows[..1], command).unwrap(), "the account is ready");
        let stop = || Row::stop("`x` is taken").todo("adopt it").of("names");
        assert_eq!(summary(&[stop()], command).unwrap_err(), "names: `x` is taken; adopt it");
        assert_eq!(
            summary(&[stop(), stop()], command).unwrap_err(),
            "names: `x` is taken; adopt it (1 more in the way: `sesame preflight prod`)"
        );
    }
}

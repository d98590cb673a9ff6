//! One row of the table.

/// How a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing to do.
    Ok,
    /// The launch works; a person has something to know or to do.
    Look,
    /// The launch would fail.
    Stop,
}

impl Verdict {
    /// The word in the table and in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Look => "look",
            Verdict::Stop => "stop",
        }
    }
}

/// What one check has found of one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// How it stands.
    pub verdict: Verdict,
    /// The check.
    pub check: &'static str,
    /// What there is.
    pub what: String,
    /// What to do.
    pub todo: Option<String>,
}

impl Row {
    /// Nothing to do.
    #[must_use]
    pub fn ok(what: impl Into<String>) -> Row {
        Row { verdict: Verdict::Ok, check: "", what: what.into(), todo: None }
    }

    /// Something to know.
    #[must_use]
    pub fn look(what: impl Into<String>) -> Row {
        Row { verdict: Verdict::Look, ..Row::ok(what) }
    }

    /// Something in the way.
    #[must_use]
    pub fn stop(what: impl Into<String>) -> Row {
        Row { verdict: Verdict::Stop, ..Row::ok(what) }
    }

    /// With what to do.
    #[must_use]
    pub fn todo(self, todo: impl Into<String>) -> Row {
        Row { todo: Some(todo.into()), ..self }
    }

    /// Found by a check.
    #[must_use]
    pub fn of(self, check: &'static str) -> Row {
        Row { check, ..self }
    }
}

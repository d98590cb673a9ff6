//! A rule: what a finding is about. Each is a constant of the file that finds it.

use super::{Finding, Place, Severity};

/// A rule of `render`, `validate` or `check`. Declared with [`rules!`](crate::finding::rules), or as part of a check of
/// [`link`](crate::link).
#[derive(Debug)]
pub struct Rule {
    /// As findings show it, such as `unknown-parameter`.
    pub id: &'static str,
    /// Unless the project's `sesame.yaml` says otherwise.
    pub severity: Severity,
    /// Where it stands in `docs/rules.md`.
    pub chapter: Chapter,
    /// What it finds, in one line.
    pub about: &'static str,
    /// What it finds, as `docs/rules.md` says it, in Markdown, if the one line is not enough.
    pub page: Option<&'static str>,
    /// It says that nothing could be checked, so that nobody may wave it away: not in a comment, a baseline or
    /// `sesame.yaml`.
    pub firm: bool,
    /// Whether nobody hears of it unless the project's `sesame.yaml` gives it a severity.
    pub off: bool,
    /// Whether the lines of its findings may be shown: not where nobody knows yet which values are secret.
    pub shows_line: bool,
    /// What it says of one value.
    pub judgement: Judgement,
}

/// A chapter of `docs/rules.md`, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chapter {
    /// Config files by themselves.
    ConfigFiles,
    /// Values of parameters and of `environment:`.
    Values,
    /// Templates and their sources.
    Templates,
    /// Whether the stacks fit together.
    Project,
    /// Whether what sends mail fits together.
    Mail,
    /// Comments that ignore findings.
    Comments,
}

/// What a finding says of one value. Where several findings are about one value, this decides which of them are reported
/// (see [`sorted`](super::sorted)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It judges no value.
    None,
    /// The rules of the environment refuse it: whatever else is said of it is left out.
    Refused,
    /// Whoever takes it refuses it.
    RefusedWhereTaken,
    /// Nobody takes it.
    Unused,
    /// Sceptre reads it as something else: of a value that is refused, that is the advice.
    Misread,
}

impl Rule {
    /// A rule for what would make a launch fail, or do what nobody meant.
    #[must_use]
    pub const fn error(id: &'static str, chapter: Chapter) -> Rule {
        Rule {
            id,
            severity: Severity::Error,
            chapter,
            about: "",
            page: None,
            firm: false,
            off: false,
            shows_line: true,
            judgement: Judgement::None,
        }
    }

    /// A rule for what works today, but is a trap.
    #[must_use]
    pub const fn warning(id: &'static str, chapter: Chapter) -> Rule {
        Rule { severity: Severity::Warning, ..Rule::error(id, chapter) }
    }

    /// A rule for what is worth knowing.
    #[must_use]
    pub const fn info(id: &'static str, chapter: Chapter) -> Rule {
        Rule { severity: Severity::Info, ..Rule::error(id, chapter) }
    }

    /// Says in one line what it finds. Every rule does.
    #[must_use]
    pub const fn about(self, about: &'static str) -> Rule {
        Rule { about, ..self }
    }

    /// Says more in `docs/rules.md` than the one line does.
    #[must_use]
    pub const fn page(self, page: &'static str) -> Rule {
        Rule { page: Some(page), ..self }
    }

    /// See the field.
    #[must_use]
    pub const fn firm(self) -> Rule {
        Rule { firm: true, ..self }
    }

    /// Is silent unless the project's `sesame.yaml` gives it a severity.
    #[must_use]
    pub const fn off(self) -> Rule {
        Rule { off: true, ..self }
    }

    /// Never shows the lines of its findings.
    #[must_use]
    pub const fn hides_line(self) -> Rule {
        Rule { shows_line: false, ..self }
    }

    /// See the field.
    #[must_use]
    pub const fn judges(self, judgement: Judgement) -> Rule {
        Rule { judgement, ..self }
    }

    /// A finding of this rule, with no logical path and no advice.
    #[must_use]
    pub fn finding(&'static self, place: Place, message: impl Into<String>) -> Finding {
        Finding::new(self, place, message.into())
    }
}

/// Two rules of one id are one.
impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

impl Chapter {
    /// All of them, in the order of the page.
    pub const ALL: [Chapter; 6] =
        [Chapter::ConfigFiles, Chapter::Values, Chapter::Templates, Chapter::Project, Chapter::Mail, Chapter::Comments];

    /// Its heading.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Chapter::ConfigFiles => "Config files",
            Chapter::Values => "Values",
            Chapter::Templates => "Templates",
            Chapter::Project => "The project as a whole",
            Chapter::Mail => "Mail",
            Chapter::Comments => "Comments",
        }
    }

    /// The same in Japanese.
    #[must_use]
    pub const fn heading_ja(self) -> &'static str {
        match self {
            Chapter::ConfigFiles => "設定ファイル",
            Chapter::Values => "値",
            Chapter::Templates => "テンプレート",
            Chapter::Project => "プロジェクト全体",
            Chapter::Mail => "メール",
            Chapter::Comments => "コメント",
        }
    }
}

impl Judgement {
    /// Whether the value is refused.
    #[must_use]
    pub fn refuses(self) -> bool {
        matches!(self, Judgement::Refused | Judgement::RefusedWhereTaken)
    }

    /// Whether it does not count where the rules of the environment refuse the value.
    #[must_use]
    pub fn is_secondhand(self) -> bool {
        matches!(self, Judgement::RefusedWhereTaken | Judgement::Unused)
    }
}

/// Declares the rules that a file finds, and `RULES`, the list of them. A rule cannot be left out of the list of its file,
/// and a file that is left out of the list of its stage is a warning of the compiler.
macro_rules! rules {
    ($($visibility:vis static $name:ident: Rule = $rule:expr;)+) => {
        $($visibility static $name: $crate::finding::Rule = $rule;)+
        pub(crate) const RULES: &[&$crate::finding::Rule] = &[$(&$name),+];
    };
}

pub(crate) use rules;

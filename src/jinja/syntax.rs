//! What marks Jinja in a text: Jinja2's defaults, unless `j2_environment` says otherwise.

/// Delimiters and what happens to the white space around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Syntax {
    /// `{%` and `%}`.
    pub block: [String; 2],
    /// `{{` and `}}`.
    pub variable: [String; 2],
    /// `{#` and `#}`.
    pub comment: [String; 2],
    /// What begins a line that is a statement.
    pub line_statement: Option<String>,
    /// What begins a comment to the end of the line.
    pub line_comment: Option<String>,
    /// Whether the line end behind a block goes.
    pub trim_blocks: bool,
    /// Whether the white space before a block goes.
    pub lstrip_blocks: bool,
    /// Whether the line end at the end of the text stays.
    pub keep_trailing_newline: bool,
    /// `\n`, `\r\n` or `\r`.
    pub newline: String,
    /// Whether values are escaped, whatever the name of the template.
    pub autoescape: Option<bool>,
    /// The extensions that add statements.
    pub extensions: Extensions,
}

/// The standard extensions of Jinja2.
#[expect(clippy::struct_excessive_bools, reason = "each is there or not")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// `{% do … %}`.
    pub has_do: bool,
    /// `{% break %}`, `{% continue %}`.
    pub has_loop_controls: bool,
    /// `{% debug %}`.
    pub has_debug: bool,
    /// `{% trans %}`.
    pub has_i18n: bool,
}

impl Default for Syntax {
    fn default() -> Syntax {
        let pair = |open: &str, close: &str| [open.to_owned(), close.to_owned()];
        Syntax {
            block: pair("{%", "%}"),
            variable: pair("{{", "}}"),
            comment: pair("{#", "#}"),
            line_statement: None,
            line_comment: None,
            trim_blocks: false,
            lstrip_blocks: false,
            keep_trailing_newline: false,
            newline: "\n".to_owned(),
            autoescape: None,
            extensions: Extensions::default(),
        }
    }
}

impl Syntax {
    /// Whether a text has any of the marks that begin something.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let marks = [&self.block[0], &self.variable[0], &self.comment[0]];
        let lines = [&self.line_statement, &self.line_comment];
        marks.into_iter().chain(lines.into_iter().flatten()).any(|mark| text.contains(mark.as_str()))
    }
}

//! Why a template stops, and where. No sentence repeats a value: it may be secret.

/// What rendering gives, or why it stops.
pub type Outcome<T> = Result<T, Box<Failure>>;

/// Why rendering stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// One sentence, lower case.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The number of the file and the line, once an expression or statement has added its own.
    pub at: Option<(u32, u32)>,
    /// Whether it stops only because a value is not known here: Sceptre, at AWS, may go on.
    pub is_unknown: bool,
}

impl Failure {
    /// A sentence without a place.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Box<Failure> {
        Box::new(Failure { message: message.into(), help: None, at: None, is_unknown: false })
    }

    /// Something depends on a value that is not known.
    #[must_use]
    pub fn unknown(message: &str) -> Box<Failure> {
        let mut failure = Failure::new(message);
        failure.is_unknown = true;
        failure
    }

    /// With advice.
    #[must_use]
    pub fn with_help(mut self: Box<Failure>, help: impl Into<String>) -> Box<Failure> {
        self.help = Some(help.into());
        self
    }

    /// At a place, unless it has a nearer one.
    #[must_use]
    pub fn or_at(mut self: Box<Failure>, file: u32, line: u32) -> Box<Failure> {
        self.at.get_or_insert((file, line));
        self
    }
}

/// The longest text that a template makes, in bytes: fifty times what CloudFormation takes.
const LONGEST: usize = 50 * 1024 * 1024;

/// Refuses a text that is too long before it is made.
///
/// # Errors
/// If it is.
pub fn limit(size: usize) -> Outcome<()> {
    if size > LONGEST { Err(Failure::new(format!("makes a text of more than {LONGEST} bytes"))) } else { Ok(()) }
}

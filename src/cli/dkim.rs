//! `sesame dkim`.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, IsTerminal, Write, stdin};

use anyhow::{Result, anyhow, bail};
use jiff::Timestamp;

use super::args::{
    Dkim, DkimCommand, DkimConfirmed, DkimFormat, DkimRepeat, DkimRestore, DkimRotate, DkimStack, DkimStop, Global,
};
use super::output::output;
use crate::clock;
use crate::exit_code;
use crate::host::ChildHost;
use crate::mail_platform::dkim::{
    Answer, Automation, RecordFormat, Request, plan, problems, records, show_records, status,
};
use crate::project::Project;
use crate::words;

pub fn run(project: &Project, global: &Global, options: &Dkim) -> Result<u8> {
    // First, so that an unreadable time stops before anything is asked for.
    let now = clock::now().map_err(|reason| anyhow!(reason))?;
    let connect = |stack: &DkimStack| Connection::open(project, global, stack, now);
    match &options.command {
        DkimCommand::Status(stack) => show_status(&connect(stack)?.status()?, now),
        DkimCommand::Plan(stack) => say(&plan(&connect(stack)?.status()?, now)),
        DkimCommand::Records(options) => {
            let answer = connect(&options.stack)?.status()?;
            let records = records(&answer).map_err(|reason| anyhow!(reason))?;
            say(&show_records(&records, &answer.domain, options.format.into()))
        }
        DkimCommand::Rotate(options) => rotate(connect(&options.confirmed.stack)?, options),
        DkimCommand::Restore(options) => restore(connect(&options.confirmed.stack)?, options),
        DkimCommand::Stop(options) => stop(connect(&options.confirmed.stack)?, options),
        DkimCommand::Resume(options) => resume(connect(&options.stack)?, options),
    }
}

impl From<DkimFormat> for RecordFormat {
    fn from(format: DkimFormat) -> RecordFormat {
        match format {
            DkimFormat::Text => RecordFormat::Text,
            DkimFormat::Bind => RecordFormat::Bind,
            DkimFormat::Route53 => RecordFormat::Route53,
        }
    }
}

impl DkimRepeat {
    /// The id that was given, or one that no other request has: the standard library seeds its hashers at random.
    fn id(&self) -> String {
        self.id.clone().unwrap_or_else(|| format!("{:016x}", RandomState::new().build_hasher().finish()))
    }
}

/// The function of a stack, and the session of that stack to call it with.
struct Connection {
    automation: Automation,
    host: ChildHost,
    now: Timestamp,
}

impl Connection {
    fn open(project: &Project, global: &Global, stack: &DkimStack, now: Timestamp) -> Result<Connection> {
        let automation = Automation::find(project, stack.stack.as_deref())?;
        let host = ChildHost::new(&project.folders.project, &automation.stack, global.variables());
        Ok(Connection { automation, host, now })
    }

    fn status(&mut self) -> Result<Answer> {
        Ok(self.automation.status(&mut self.host)?)
    }

    fn request(&mut self, request: &Request) -> Result<u8> {
        let answer = self.automation.request(&mut self.host, request)?;
        match answer.result.as_str() {
            "busy" => writeln!(output(), "noted; another run is under way, which will take it up")?,
            _ if answer.did.is_empty() => writeln!(output(), "done")?,
            _ => writeln!(output(), "done: {}", words::printable(&answer.did.join(", ")))?,
        }
        show_status(&answer, self.now)?;
        Ok(exit_code::CLEAN)
    }
}

fn show_status(answer: &Answer, now: Timestamp) -> Result<u8> {
    let problems = problems(answer, now);
    say(&status(answer, &problems, now))?;
    Ok(problems.iter().fold(exit_code::CLEAN, |code, problem| {
        code | if problem.is_error { exit_code::ERRORS } else { exit_code::WARNINGS }
    }))
}

fn rotate(mut connection: Connection, options: &DkimRotate) -> Result<u8> {
    let answer = connection.status()?;
    let announced = answer.state.next.as_ref().filter(|next| next.public_key.is_some());
    let first = match announced {
        Some(next) if options.discard_next => format!("gives up {} and makes another key", next.selector),
        Some(next) => format!("uses {}, which is announced already", next.selector),
        None => "makes a new key and announces its record".to_owned(),
    };
    let old = match &answer.state.active {
        Some(active) if options.leaked => {
            format!("asks to delete the record of {} one day after that", active.selector)
        }
        Some(active) => format!("asks to delete the record of {} seven days after that", active.selector),
        None => "keeps that key for a year".to_owned(),
    };
    let steps = [first, "gives SES the key once its record is seen in DNS, and not before".to_owned(), verified(), old];
    confirm("rotates the DKIM key", &answer, &steps, options.confirmed.yes)?;
    connection.request(&Request {
        action: "rotate-now",
        reason: Some(options.reason.clone()),
        leaked: options.leaked,
        discard_next: options.discard_next,
        replace: options.replace.clone(),
        key: None,
        id: Some(options.repeat.id()),
    })
}

fn restore(mut connection: Connection, options: &DkimRestore) -> Result<u8> {
    let answer = connection.status()?;
    let holds = answer.situation.as_ref().and_then(|situation| situation.holds.as_deref());
    let active = answer.state.active.as_ref().map(|key| key.selector.as_str()).filter(|active| holds != Some(*active));
    let before = answer.state.previous.first().map(|key| key.selector.as_str());
    let Some(key) = options.key.as_deref().or(active).or(before) else {
        bail!("{} has no key from before: there is nothing to restore", answer.domain);
    };
    let steps = [
        format!("gives SES {key} again, if its record still stands"),
        verified(),
        "holds the rotation until `sesame dkim resume`, if another key was to follow".to_owned(),
    ];
    confirm("puts a key back", &answer, &steps, options.confirmed.yes)?;
    connection.request(&Request {
        action: "restore-previous",
        key: options.key.clone(),
        id: Some(options.repeat.id()),
        ..Request::default()
    })
}

/// What giving SES a key costs (SES developer guide, "Provide your own DKIM authentication token").
fn verified() -> String {
    "has SES verify that key, which may take up to 72 hours: until then mail may leave unsigned".to_owned()
}

fn stop(mut connection: Connection, options: &DkimStop) -> Result<u8> {
    let answer = connection.status()?;
    let steps = [
        "begins no step any more; one that is half done is brought to its safe end".to_owned(),
        "goes on with checks, metrics and alarms".to_owned(),
    ];
    confirm("stops the rotation", &answer, &steps, options.confirmed.yes)?;
    connection.request(&Request { action: "stop", reason: Some(options.reason.clone()), ..Request::default() })
}

fn resume(mut connection: Connection, options: &DkimConfirmed) -> Result<u8> {
    let answer = connection.status()?;
    let step = match (&answer.state.stopped, &answer.state.hold) {
        (Some(stopped), _) => format!("begins steps again; it was stopped by {}", stopped.by),
        (None, Some(_)) => "lets the next key follow again, with all checks".to_owned(),
        (None, None) => bail!("{} is not stopped, and does not hold", answer.domain),
    };
    let steps = [step];
    confirm("resumes the rotation", &answer, &steps, options.yes)?;
    connection.request(&Request { action: "resume", ..Request::default() })
}

/// Says what will happen, and goes on only if a person, or `--yes`, wants it.
fn confirm(what: &str, answer: &Answer, steps: &[String], yes: bool) -> Result<()> {
    let mut out = anstream::stderr();
    writeln!(out, "{}: this {what}", words::printable(&answer.domain))?;
    for step in steps {
        writeln!(out, "  - {}", words::printable(step))?;
    }
    if yes {
        return Ok(());
    }
    if !stdin().is_terminal() {
        bail!("nothing was done: nobody can be asked here; `--yes` goes on without a question");
    }
    write!(out, "go on? [y/N] ")?;
    out.flush()?;
    let mut line = String::new();
    stdin().lock().read_line(&mut line)?;
    match line.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => bail!("nothing was done"),
    }
}

/// Writes lines, whatever the function put into them.
fn say(text: &str) -> Result<u8> {
    let mut out = output();
    for line in text.lines() {
        writeln!(out, "{}", words::printable(line))?;
    }
    Ok(exit_code::CLEAN)
}

//! `sesame completions`.

use std::io::Write;

use anyhow::Result;
use clap::CommandFactory;
use clap_complete::Shell;

use super::args::{Arguments, Completions};
use super::output::output;
use crate::exit_code;

pub fn run(options: &Completions) -> Result<u8> {
    output().write_all(&script(options.shell))?;
    Ok(exit_code::CLEAN)
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "sesame", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use clap::ValueEnum;

    use super::*;

    /// What a shell says to a program on its standard input; `None` if there is no such shell here.
    fn said_by(shell: &str, arguments: &[&str], program: &[u8]) -> Option<(bool, String)> {
        let started = Command::new(shell)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = started.ok()?;
        // Dropped at the end of the statement, so that the shell sees the end.
        child.stdin.take()?.write_all(program).ok()?;
        let output = child.wait_with_output().ok()?;
        let text = [output.stdout, output.stderr].concat();
        Some((output.status.success(), String::from_utf8_lossy(&text).into_owned()))
    }

    #[test]
    fn every_shell_can_read_its_script() {
        for (shell, arguments) in [("bash", ["-n"]), ("zsh", ["-n"]), ("fish", ["--no-execute"])] {
            let script = script(Shell::from_str(shell, true).unwrap());
            if let Some((ok, said)) = said_by(shell, &arguments, &script) {
                assert!(ok && said.is_empty(), "{shell}: {said}");
            }
        }
    }

    #[test]
    fn every_sub_command_is_in_every_script() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(script(*shell)).unwrap();
            for sub_command in Arguments::command().get_subcommands() {
                assert!(script.contains(sub_command.get_name()), "{shell}: {}", sub_command.get_name());
            }
        }
    }

    #[test]
    fn bash_offers_what_there_is() {
        let mut program = script(Shell::Bash);
        program.extend(b"COMP_WORDS=(sesame re); COMP_CWORD=1; _sesame sesame re sesame; echo \"${COMPREPLY[@]}\"\n");
        program.extend(b"COMP_WORDS=(sesame rules --format '');COMP_CWORD=3; _sesame sesame '' --format; echo \"${COMPREPLY[@]}\"\n");
        let Some((ok, said)) = said_by("bash", &["--norc"], &program) else { return };
        assert!(ok, "{said}");
        let command = Arguments::command();
        let names = command.get_subcommands().map(clap::Command::get_name).filter(|name| name.starts_with("re"));
        assert_eq!(said, format!("{}\nhuman json markdown\n", names.collect::<Vec<_>>().join(" ")));
    }
}

//! `sesame man`: one page for the program and all its sub-commands, made of what `--help` says.

use std::io::Write;

use anyhow::Result;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::after_help::EXIT_CODES;
use super::args::Arguments;
use super::output::output;
use crate::exit_code;

pub fn run() -> Result<u8> {
    output().write_all(&page()?)?;
    Ok(exit_code::CLEAN)
}

fn page() -> Result<Vec<u8>> {
    let command = Arguments::command();
    // Taken before the page is made: making it hands the options of the program down to each of them.
    let sub_commands: Vec<Command> = command.get_subcommands().filter(|sub| !sub.is_hide_set()).cloned().collect();
    let man = Man::new(command).title("SESAME").manual("User Commands");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    heading("COMMANDS").to_writer(&mut page)?;
    for sub_command in sub_commands {
        section_of(sub_command, &mut page)?;
    }
    heading("EXIT STATUS").to_writer(&mut page)?;
    as_it_stands(EXIT_CODES.split_once('\n').map_or(EXIT_CODES, |(_, codes)| codes)).to_writer(&mut page)?;
    Ok(page)
}

fn section_of(sub_command: Command, page: &mut Vec<u8>) -> Result<()> {
    let name = format!("sesame {}", sub_command.get_name());
    let after = sub_command.get_after_help().map(ToString::to_string);
    let man = Man::new(sub_command.bin_name(&name).disable_help_flag(true));
    let mut roff = Roff::new();
    roff.control("SS", [name.as_str()]);
    roff.to_writer(page)?;
    let mut body = Vec::new();
    man.render_synopsis_section(&mut body)?;
    man.render_description_section(&mut body)?;
    man.render_options_section(&mut body)?;
    // The sections of a page of its own are paragraphs of this one.
    for line in String::from_utf8_lossy(&body).lines() {
        writeln!(page, "{}", if line.starts_with(".SH ") { ".PP" } else { line })?;
    }
    if let Some(after) = after {
        as_it_stands(&after).to_writer(page)?;
    }
    Ok(())
}

fn heading(text: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", [text]);
    roff
}

/// Lines that keep their breaks and columns.
fn as_it_stands(text: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("PP", []).control("nf", []);
    for line in text.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
    roff
}

#[cfg(test)]
mod tests {
    use std::process::{Command as Process, Stdio};

    use super::*;

    #[test]
    fn names_every_sub_command_and_option_and_exit_code() {
        let page = String::from_utf8(page().unwrap()).unwrap();
        for sub_command in Arguments::command().get_subcommands() {
            assert!(page.contains(&format!("\n.SS \"sesame {}\"\n", sub_command.get_name())), "{page}");
            for option in sub_command.get_opts().filter_map(clap::Arg::get_long) {
                let option = format!("\\-\\-{}", option.replace('-', "\\-"));
                assert!(page.contains(&option), "{option}");
            }
        }
        let (_, codes) = page.split_once(".SH \"EXIT STATUS\"").unwrap();
        for code in [0, 1, 2, 4, 8] {
            assert!(codes.contains(&format!("\n  {code}  ")), "{codes}");
        }
    }

    /// groff, where there is one, has nothing to say against it.
    #[test]
    fn renders() {
        let started = Process::new("groff")
            .args(["-man", "-Tutf8", "-ww", "-z"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut child) = started else { return };
        child.stdin.take().unwrap().write_all(&page().unwrap()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
    }
}

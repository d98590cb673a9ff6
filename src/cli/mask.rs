//! `sesame mask`.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::Path;
use std::thread;

use anyhow::{Context, Result, bail};
use flate2::bufread::MultiGzDecoder;

use super::args::Mask;
use super::output::output;
use crate::exit_code;
use crate::mail_platform::mask::mask_line;

/// What one thread masks at a time.
const CHUNK_BYTES: usize = 1 << 20;
/// The longest line: ten times what Firehose takes as one record, and more.
const LINE_BYTES: usize = 64 << 20;

pub fn run(options: &Mask) -> Result<u8> {
    let mut out = output();
    if options.files.is_empty() {
        mask_all(Box::new(io::stdin()), "standard input", &mut out)?;
    }
    for file in &options.files {
        open(file)?; // all of them, before anything is written
    }
    for file in &options.files {
        let name = file.display().to_string();
        mask_all(open(file)?, &name, &mut out)?;
    }
    out.flush()?;
    Ok(exit_code::CLEAN)
}

#[expect(clippy::disallowed_methods, reason = "a file that the command line names, of any kind and size")]
fn open(file: &Path) -> Result<Box<dyn Read>> {
    if file == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    Ok(Box::new(File::open(file).with_context(|| format!("cannot read `{}`", file.display()))?))
}

/// Masks a stream in rounds: each core takes a chunk of whole lines, and the chunks are written in their order.
fn mask_all(input: Box<dyn Read>, name: &str, out: &mut impl Write) -> Result<()> {
    let mut input = BufReader::with_capacity(CHUNK_BYTES, input);
    let compressed = input.fill_buf().with_context(|| format!("cannot read `{name}`"))?.starts_with(&[0x1f, 0x8b]);
    let mut input: Box<dyn BufRead> = if compressed {
        Box::new(BufReader::with_capacity(CHUNK_BYTES, MultiGzDecoder::new(input)))
    } else {
        Box::new(input)
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut line = 0;
    loop {
        let mut chunks = Vec::new();
        while chunks.len() < cores {
            match next_chunk(&mut *input, name, &mut line)? {
                Some(chunk) => chunks.push(chunk),
                None => break,
            }
        }
        if chunks.is_empty() {
            return Ok(());
        }
        let masked: Vec<String> = thread::scope(|scope| {
            let threads: Vec<_> = chunks.iter().map(|chunk| scope.spawn(|| mask_chunk(chunk))).collect();
            threads.into_iter().map(|thread| thread.join().map_err(|_| ())).collect::<Result<_, _>>()
        })
        .or_else(|()| bail!("a line before line {} of `{name}` cannot be masked", line + 1))?;
        for chunk in masked {
            out.write_all(chunk.as_bytes())?;
        }
    }
}

/// Whole lines of about [`CHUNK_BYTES`].
fn next_chunk(input: &mut dyn BufRead, name: &str, line: &mut usize) -> Result<Option<Vec<u8>>> {
    let mut chunk = Vec::new();
    while chunk.len() < CHUNK_BYTES {
        let before = chunk.len();
        let limit = u64::try_from(LINE_BYTES + 1)?;
        match input.take(limit).read_until(b'\n', &mut chunk) {
            Ok(0) => break,
            Ok(_) => *line += 1,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read `{name}` after line {line}")),
        }
        if chunk.len() - before > LINE_BYTES {
            bail!("line {line} of `{name}` is longer than {} MiB: split it", LINE_BYTES >> 20);
        }
    }
    Ok((!chunk.is_empty()).then_some(chunk))
}

fn mask_chunk(chunk: &[u8]) -> String {
    let mut out = String::with_capacity(chunk.len());
    for line in chunk.split_inclusive(|byte| *byte == b'\n') {
        let line = String::from_utf8_lossy(line);
        let text = line.strip_suffix('\n').unwrap_or(&line);
        let text = text.strip_suffix('\r').unwrap_or(text);
        out.push_str(&mask_line(text));
        out.push_str(&line[text.len()..]);
    }
    out
}

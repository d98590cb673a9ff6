//! `sesame render`.

use std::io::Write;

use anyhow::{Context, Result, bail};

use super::args::Render;
use super::output::output;
use crate::deployment::{has_bucket, too_large};
use crate::exit_code;
use crate::files::Kind;
use crate::finding::{Finding, Place, sorted};
use crate::project::{Folders, Project, Selection, TemplateSource};
use crate::render::{Renderer, Source, Stale, orphan, short_diff, write_atomically, written_by_hand};
use crate::report;
use crate::template::{self, INLINE_LIMIT, sent_size};
use crate::words;

pub fn run(project: &Project, options: &Render) -> Result<u8> {
    let renderer = match Renderer::open(&project.folders) {
        Ok(Some(renderer)) => renderer,
        Ok(None) => bail!(
            "nothing to render: a project in a folder called `sceptre` may have sources `templates/*.yaml.j2` beside it"
        ),
        Err(findings) => return report_all(&findings),
    };
    let chosen = choose(project, &renderer, &options.what)?;
    let (mut rendered, mut findings) = (Vec::new(), Vec::new());
    for source in &chosen {
        match template::render(&renderer, source) {
            Ok(text) => {
                let size = sent_size(&text);
                if size > INLINE_LIMIT {
                    findings.extend(too_large(&source.file, size, has_bucket(project, &source.template)));
                }
                findings.extend(written_by_hand(renderer.files(), source).filter(|_| !options.check));
                rendered.push((source, text));
            }
            Err(problems) => findings.extend(problems),
        }
    }
    if !findings.is_empty() {
        return report_all(&sorted(findings));
    }
    let files = renderer.files();
    let stale: Vec<Stale> =
        rendered.into_iter().filter_map(|(source, text)| Stale::find(files, source, text)).collect();
    if options.check {
        let orphans = if options.what.is_empty() { orphans(project, &renderer) } else { Vec::new() };
        return check(chosen.len(), &stale, orphans);
    }
    write(chosen.len(), &stale)
}

fn write(total: usize, stale: &[Stale]) -> Result<u8> {
    let mut out = output();
    for stale in stale {
        let file = &stale.source.output;
        write_atomically(file, stale.wanted.as_bytes())
            .with_context(|| format!("cannot write `{}`, which stays as it was", Place::file(file)))?;
        writeln!(out, "wrote {}", Place::file(file))?;
    }
    writeln!(out, "{} rendered, {} changed", words::count(total, "template"), stale.len())?;
    Ok(exit_code::CLEAN)
}

fn check(total: usize, stale: &[Stale], orphans: Vec<Finding>) -> Result<u8> {
    let mut out = output();
    let mut findings = orphans;
    for stale in stale {
        let finding = stale.finding();
        report::write(&mut out, std::slice::from_ref(&finding))?;
        if let Some(present) = &stale.present {
            writeln!(out, "{}", short_diff(present, &stale.wanted))?;
        }
        findings.push(finding);
    }
    report::write(&mut out, &findings[..findings.len() - stale.len()])?;
    let verdict =
        if findings.is_empty() { "all current".to_owned() } else { format!("{} not current", findings.len()) };
    writeln!(out, "{} checked: {verdict}", words::count(total, "template"))?;
    Ok(exit_code::of(&findings))
}

fn report_all(findings: &[Finding]) -> Result<u8> {
    let mut out = output();
    report::write(&mut out, findings)?;
    writeln!(out, "nothing written: {}", report::totals(findings))?;
    Ok(exit_code::of(findings))
}

/// The sources that the command line names; all, if it names none.
fn choose<'a>(project: &Project, renderer: &'a Renderer, what: &[String]) -> Result<Vec<&'a Source>> {
    if what.is_empty() {
        return Ok(renderer.sources().iter().collect());
    }
    let mut templates = Vec::new();
    for name in what {
        match template_name(&project.folders, renderer, name) {
            Some(template) => templates.push(template),
            None => templates.extend(templates_of_stacks(project, renderer, name)?),
        }
    }
    let chosen: Vec<_> = renderer.sources().iter().filter(|source| templates.contains(&source.template)).collect();
    if chosen.is_empty() {
        bail!("{} has no template with a source", words::list(what));
    }
    Ok(chosen)
}

/// `ses.yaml`, `ses.yaml.j2`, `templates/ses.yaml.j2` and `sceptre/templates/ses.yaml` all mean one template.
fn template_name(folders: &Folders, renderer: &Renderer, name: &str) -> Option<String> {
    let path = std::path::absolute(name).ok()?;
    let below =
        |folder: &std::path::Path| path.strip_prefix(folder).ok().map(|below| below.to_string_lossy().into_owned());
    let on_disk = folders.sources.as_deref().and_then(below).or_else(|| below(&folders.templates));
    let candidates = [Some(name.to_owned()), on_disk];
    candidates
        .into_iter()
        .flatten()
        .map(|name| name.trim_end_matches(".j2").to_owned())
        .find(|name| renderer.source_of(name).is_some())
}

fn templates_of_stacks(project: &Project, renderer: &Renderer, name: &str) -> Result<Vec<String>> {
    let Ok(selection) = Selection::of(&project.folders, Some(name)) else {
        let known = renderer.sources().iter().map(|source| source.template.as_str());
        let help = words::did_you_mean(name, known).map(|help| format!("; {help}")).unwrap_or_default();
        bail!("`{name}` is neither a template with a source nor a stack or group{help}");
    };
    let reading = project.read(&selection)?;
    if let Some(problem) = reading.findings.first() {
        bail!("{}", problem.one_line());
    }
    Ok(reading.stacks.iter().filter_map(|stack| Some(file_of(stack.template()?)?.clone())).collect())
}

fn file_of(template: TemplateSource) -> Option<String> {
    match template {
        TemplateSource::File(name, _) => Some(name),
        TemplateSource::Other(_) => None,
    }
}

/// Rendered files whose source is gone.
fn orphans(project: &Project, renderer: &Renderer) -> Vec<Finding> {
    let files = renderer.files();
    let mut findings = Vec::new();
    let mut folders = vec![project.folders.templates.clone()];
    while let Some(folder) = folders.pop() {
        for entry in files.list(&folder).into_iter().flatten() {
            let path = entry.path;
            if entry.kind == Kind::Folder {
                folders.push(path);
                continue;
            }
            let has_source = renderer.sources().iter().any(|source| source.output == path);
            if !has_source {
                findings.extend(orphan(files, &path));
            }
        }
    }
    sorted(findings)
}

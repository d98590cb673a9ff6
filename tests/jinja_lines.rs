//! Where rendered lines were written: templates made at random, each line of which says itself where it stands.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use sesame::files::{Files, Memory};
use sesame::render::{SceptreJinja, render_sceptre_jinja};

/// A part of a template.
#[derive(Clone, Debug)]
enum Part {
    /// A line of text.
    Line,
    /// A line that begins with a value.
    Value,
    /// A line with a comment that takes two lines before its text.
    Comment,
    Blank,
    If(bool, Vec<Part>, Vec<Part>),
    For(usize, Vec<Part>),
    Include(Vec<Part>),
    Macro(Vec<Part>),
    Imported(Vec<Part>),
    Call(Vec<Part>, Vec<Part>),
    Set(&'static str, Vec<Part>),
    Filter(&'static str, Vec<Part>),
    Block(Vec<Part>),
    Join(Vec<Part>),
}

/// What keeps lines apart, and lets each say where it stands.
const FILTERS: &[&str] = &[
    "indent(2)",
    "indent(3, true)",
    "indent('  ', true, true)",
    "trim",
    "safe",
    "string",
    "replace('x', 'yy')",
    "e",
    "lower",
];

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let leaf =
        prop_oneof![3 => Just(Part::Line), 1 => Just(Part::Value), 1 => Just(Part::Comment), 1 => Just(Part::Blank)];
    let part = leaf.prop_recursive(4, 40, 5, |inner| {
        let body = prop::collection::vec(inner, 0..4);
        let filter = prop::sample::select(FILTERS);
        prop_oneof![
            (any::<bool>(), body.clone(), body.clone()).prop_map(|(holds, one, other)| Part::If(holds, one, other)),
            (0usize..3, body.clone()).prop_map(|(count, body)| Part::For(count, body)),
            body.clone().prop_map(Part::Include),
            body.clone().prop_map(Part::Macro),
            body.clone().prop_map(Part::Imported),
            (body.clone(), body.clone()).prop_map(|(of, body)| Part::Call(of, body)),
            (filter.clone(), body.clone()).prop_map(|(filter, body)| Part::Set(filter, body)),
            (filter, body.clone()).prop_map(|(filter, body)| Part::Filter(filter, body)),
            body.clone().prop_map(Part::Block),
            body.prop_map(Part::Join),
        ]
    });
    prop::collection::vec(part, 1..6)
}

/// Files that are being written.
struct Project {
    files: Vec<(String, Vec<String>)>,
    names: usize,
}

impl Project {
    fn line(&mut self, file: usize, text: &str) {
        self.files[file].1.push(text.to_owned());
    }

    /// A line that says where it stands.
    fn saying(&mut self, file: usize, before: &str) {
        let (name, lines) = &self.files[file];
        let text = format!("{before}x @{name}:{}@", lines.len() + before.matches('\n').count() + 1);
        text.split('\n').for_each(|line| self.line(file, line));
    }

    fn new_file(&mut self) -> usize {
        self.files.push((format!("file{}.j2", self.files.len()), Vec::new()));
        self.files.len() - 1
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("name{}", self.names)
    }

    fn add(&mut self, file: usize, parts: &[Part]) {
        for part in parts {
            self.add_part(file, part);
        }
    }

    fn add_part(&mut self, file: usize, part: &Part) {
        match part {
            Part::Line => self.saying(file, "  key: "),
            Part::Value => self.saying(file, "{{ 'value' }} {{ 1 + 1 }} "),
            Part::Comment => self.saying(file, "{# one\ntwo #}"),
            Part::Blank => self.line(file, ""),
            Part::If(holds, one, other) => {
                self.line(file, &format!("{{% if {holds} %}}"));
                self.add(file, one);
                self.line(file, "{%- else %}");
                self.add(file, other);
                self.line(file, "{% endif %}");
            }
            Part::For(count, body) => {
                self.line(file, &format!("{{% for i in range({count}) %}}"));
                self.add(file, body);
                self.line(file, "{% endfor -%}");
                self.line(file, "");
            }
            Part::Include(body) => {
                let other = self.new_file();
                self.add(other, body);
                let name = self.files[other].0.clone();
                self.line(file, &format!("  {{% include '{name}' %}}"));
            }
            Part::Macro(body) => {
                let name = self.name();
                self.line(file, &format!("{{% macro {name}() %}}"));
                self.add(file, body);
                self.line(file, "{% endmacro %}");
                self.line(file, &format!("    {{{{ {name}() }}}}"));
            }
            Part::Imported(body) => {
                let (other, name) = (self.new_file(), self.name());
                self.line(other, &format!("{{% macro {name}() -%}}"));
                self.add(other, body);
                self.line(other, "{%- endmacro %}");
                let from = self.files[other].0.clone();
                self.line(file, &format!("{{% from '{from}' import {name} %}}{{{{ {name}() | indent(4) }}}}"));
            }
            Part::Call(of, body) => {
                let name = self.name();
                self.line(file, &format!("{{% macro {name}() %}}"));
                self.add(file, of);
                self.line(file, "{{ caller() }}");
                self.line(file, "{% endmacro %}");
                self.line(file, &format!("{{% call {name}() %}}"));
                self.add(file, body);
                self.line(file, "{% endcall %}");
            }
            Part::Set(filter, body) => {
                let name = self.name();
                self.line(file, &format!("{{% set {name} %}}"));
                self.add(file, body);
                self.line(file, "{% endset %}");
                self.line(file, &format!("{{{{ {name} | {filter} }}}}"));
            }
            Part::Filter(filter, body) => {
                self.line(file, &format!("{{% filter {filter} %}}"));
                self.add(file, body);
                self.line(file, "{% endfilter %}");
            }
            Part::Block(body) => {
                let name = self.name();
                self.line(file, &format!("{{% block {name} %}}"));
                self.add(file, body);
                self.line(file, "{% endblock %}");
            }
            Part::Join(body) => {
                let name = self.name();
                self.line(file, &format!("{{% macro {name}() %}}"));
                self.add(file, body);
                self.line(file, "{% endmacro %}");
                self.line(file, &format!("{{{{ [{name}(), {name}()] | join('\\n') ~ '\\n' + {name}() }}}}"));
            }
        }
    }
}

/// What a line says of itself.
fn said(line: &str) -> Option<(&str, usize)> {
    let mut pieces = line.split('@');
    let (name, number) = pieces.nth(1)?.split_once(':')?;
    Some((name, number.parse().ok()?))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn every_line_says_where_it_was_written(parts in parts(), trim in any::<bool>(), lstrip in any::<bool>()) {
        let mut project = Project { files: Vec::new(), names: 0 };
        let main = project.new_file();
        project.add(main, &parts);
        let mut files = Memory::default();
        let mut shown = String::new();
        for (name, lines) in &project.files {
            let text = lines.join("\n") + "\n";
            let _ = write!(shown, "--- {name}\n{text}");
            files.insert(Path::new("/t").join(name), text);
        }
        let files: Arc<dyn Files> = Arc::new(files);
        let text = files.read_text(Path::new("/t/file0.j2")).expect("a file");
        let mut settings = serde_yaml::Mapping::new();
        settings.insert("trim_blocks".into(), trim.into());
        settings.insert("lstrip_blocks".into(), lstrip.into());
        let with = SceptreJinja { user_data: None, settings: Some(&settings) };
        let rendered = render_sceptre_jinja(&files, Path::new("/t/file0.j2"), &text, with, true);
        let rendered = rendered.map_err(|error| TestCaseError::fail(format!("{error}\n{shown}")))?;
        let plain = render_sceptre_jinja(&files, Path::new("/t/file0.j2"), &text, with, false).expect("the same");
        prop_assert_eq!(&plain.text, &rendered.text);
        let lines = rendered.lines.expect("lines");
        for (index, line) in rendered.text.lines().enumerate() {
            // Of two lines that Jinja joins, the first one counts.
            if let Some(said) = said(line) {
                prop_assert_eq!(lines.origin(index + 1), Some(said), "line {} of\n{}\nfrom\n{}", index + 1, rendered.text, shown);
            }
        }
    }
}

/// What Jinja is made of; in any order, it is mostly wrong.
const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "-",
    "+",
    " ",
    "\n",
    "a",
    "b",
    "1",
    "2.5",
    "'x'",
    "\"é\"",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ".",
    "|",
    "~",
    "*",
    "**",
    "/",
    "//",
    "%",
    "==",
    "<",
    "in",
    "not",
    "is",
    "and",
    "or",
    "if",
    "else",
    "elif",
    "endif",
    "for",
    "endfor",
    "set",
    "endset",
    "macro",
    "endmacro",
    "call",
    "endcall",
    "filter",
    "endfilter",
    "block",
    "endblock",
    "raw",
    "endraw",
    "with",
    "endwith",
    "include",
    "extends",
    "loop",
    "range",
    "namespace",
    "upper",
    "indent",
    "join",
    "replace",
    "format",
    "batch",
    "round",
    "slice",
    "int",
    "sort",
    "append",
    "zfill",
    "split",
    "center",
    "odd",
    "divisibleby",
    "99999999999999999999",
    "170141183460469231731687303715884105727",
    "'%s%5d'",
    "'{:>5}'",
    "\\",
    "\u{2028}",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// Whatever a template says, rendering it ends, with a text or a reason.
    #[test]
    fn nothing_stops_the_program(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..14), inside in any::<bool>()) {
        let mut files = Memory::default();
        let joined = pieces.join(" ");
        let text = if inside { format!("{{{{ {joined} }}}}") } else { pieces.concat() };
        files.insert(Path::new("/t/file0.j2"), text.clone());
        let files: Arc<dyn Files> = Arc::new(files);
        for traces in [false, true] {
            let with = SceptreJinja::default();
            if let Ok(rendered) = render_sceptre_jinja(&files, Path::new("/t/file0.j2"), &text, with, traces) {
                prop_assert_eq!(rendered.lines.is_some(), traces);
            }
        }
    }
}

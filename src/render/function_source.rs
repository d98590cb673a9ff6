//! The code of a Lambda function as one text: `functions/NAME/index.py` and every file that it needs.
//!
//! CloudFormation takes a function of one file inline. The sources are ordinary Python in small files; which ones belong to
//! a function is told by their imports: `from NAME.file import a, b` is a file of the function's own folder, and
//! `from FOLDER.file import a, b` one of a folder that has no `index.py` and so is shared by functions. What a file imports
//! stands in front of it, as Python would run it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use super::python::{Import, Imported, Module, Refusal, is_name};
use crate::files::{Entry, Files};
use crate::jinja::{list_confined, read_listed};

/// The folder of the functions, below the template folder.
const FUNCTIONS: &str = "functions";

/// The file with the handler.
const INDEX: &str = "index.py";

/// What Lambda has besides Python's standard library: its imports stand apart, as usual.
const RUNTIME: &[&str] = &["boto3", "botocore"];

/// The code of the function in `functions/NAME/`: one text, imports first, every name defined once.
///
/// # Errors
/// A sentence that names file and line: what cannot be read, or would mean something else in one text than in several.
pub fn function_source(files: &dyn Files, folder: &Path, name: &str) -> Result<String, String> {
    if !is_name(name) {
        return Err("a function is called as its folder: letters, digits and underscores".to_owned());
    }
    let mut bundle = Bundle::new(files, folder, name);
    let docstring = bundle.add(name, INDEX)?;
    bundle.refuse_unused()?;
    Ok(bundle.text(&docstring))
}

struct Bundle<'a> {
    files: &'a dyn Files,
    /// The template folder.
    folder: &'a Path,
    function: &'a str,
    /// What lies in the folders, as far as it was needed.
    listed: HashMap<String, Vec<Entry>>,
    /// The files whose imports are being followed.
    open: Vec<String>,
    /// The files that are in, with the names that they define.
    done: HashMap<String, HashSet<String>>,
    /// Path and text of each file, what is imported in front of what imports it.
    parts: Vec<(String, String)>,
    imports: Imports,
    /// What each name of the text is.
    known: HashMap<String, Known>,
}

/// What a name of the text stands for, and where that is from.
struct Known {
    /// Module and name of the import; `None` if it is defined in the file.
    import: Option<(String, Option<String>)>,
    path: String,
    line: usize,
}

impl<'a> Bundle<'a> {
    fn new(files: &'a dyn Files, folder: &'a Path, function: &'a str) -> Bundle<'a> {
        Bundle {
            files,
            folder,
            function,
            listed: HashMap::new(),
            open: Vec::new(),
            done: HashMap::new(),
            parts: Vec::new(),
            imports: Imports::default(),
            known: HashMap::new(),
        }
    }

    /// Takes a file in, after those that it imports. Returns its docstring.
    fn add(&mut self, folder: &str, file: &str) -> Result<String, String> {
        let path = &format!("{FUNCTIONS}/{folder}/{file}");
        let (files, root) = (self.files, self.folder);
        let text = match self.entry(&format!("{FUNCTIONS}/{folder}"), file)? {
            Some(entry) => read_listed(files, root, path, entry).map_err(|reason| format!("{path}: {reason}"))?,
            None => None,
        };
        let text = text.ok_or_else(|| format!("there is no {path}"))?;
        let module = Module::read(&text).map_err(|Refusal { line, reason }| format!("{path}:{line}: {reason}"))?;
        self.open.push(path.to_owned());
        for import in &module.imports {
            self.follow(import, path)?;
        }
        for (name, line) in &module.names {
            self.know(name, None, path, *line)?;
        }
        self.open.pop();
        self.done.insert(path.to_owned(), module.names.into_iter().map(|(name, _)| name).collect());
        self.parts.push((path.to_owned(), module.body));
        Ok(module.docstring)
    }

    /// Takes in what an import is of: a file of ours, or a module that Lambda has.
    fn follow(&mut self, import: &Import, path: &str) -> Result<(), String> {
        let refuse = |reason: &str| Err(format!("{path}:{}: {reason}", import.line));
        if import.module.starts_with('.') {
            return refuse("relative imports do not work in one file: name the folder, `from FOLDER.file import …`");
        }
        if import.names.iter().flatten().any(|item| item.name == "*") {
            return refuse("`import *` does not say which names it defines");
        }
        if import.module == "__future__" {
            return refuse("`from __future__` would change the other files of the function too");
        }
        let folder = import.module.split('.').next().unwrap_or_default();
        if self.entry(FUNCTIONS, folder)?.is_some() {
            return self.follow_ours(import, folder).or_else(|reason| match reason {
                Stopped::Here(reason) => refuse(&reason),
                Stopped::Below(reason) => Err(reason),
            });
        }
        if import.inner {
            return Ok(());
        }
        match &import.names {
            // `import a.b` and `import a` both define `a`.
            None => match &import.alias {
                None => self.know(folder, Some((folder, None)), path, import.line)?,
                Some(alias) => self.know(alias, Some((&import.module, None)), path, import.line)?,
            },
            Some(names) => {
                for Imported { name, alias } in names {
                    let bound = alias.as_ref().unwrap_or(name);
                    self.know(bound, Some((&import.module, Some(name))), path, import.line)?;
                }
            }
        }
        self.imports.add(import);
        Ok(())
    }

    /// Takes in a file of ours, unless it is in already.
    fn follow_ours(&mut self, import: &Import, folder: &str) -> Result<(), Stopped> {
        let refuse = |reason: &str| Err(Stopped::Here(reason.to_owned()));
        let file = import.module.split_once('.').map_or("", |(_, file)| file);
        let Some(names) = import.names.as_ref().filter(|_| !file.is_empty() && !file.contains('.')) else {
            return refuse("names of our files are imported as `from FOLDER.file import a, b`");
        };
        if names.iter().any(|item| item.alias.is_some()) {
            return refuse("a name of ours cannot be imported `as` another: all files become one");
        }
        if import.inner {
            return refuse("names of ours are imported at the top of the file: all files become one");
        }
        let path = format!("{FUNCTIONS}/{folder}/{file}.py");
        if self.open.contains(&path) {
            return refuse(&format!("the imports go in a circle: {path} needs this file"));
        }
        if !self.done.contains_key(&path) {
            let file = format!("{file}.py");
            let siblings = format!("{FUNCTIONS}/{folder}");
            if folder != self.function && self.entry(&siblings, INDEX).map_err(Stopped::Below)?.is_some() {
                return refuse(
                    "this is a file of another function; what several use stands in a folder without index.py",
                );
            }
            if self.entry(&siblings, &file).map_err(Stopped::Below)?.is_none() {
                return refuse(&format!("there is no {path}"));
            }
            self.add(folder, &file).map_err(Stopped::Below)?;
        }
        match names.iter().find(|item| !self.done[&path].contains(&item.name)) {
            Some(item) => refuse(&format!("{path} defines no `{}`", item.name)),
            None => Ok(()),
        }
    }

    /// What a folder has under a name.
    fn entry(&mut self, folder: &str, name: &str) -> Result<Option<&Entry>, String> {
        if !self.listed.contains_key(folder) {
            let entries =
                list_confined(self.files, self.folder, folder).map_err(|reason| format!("{folder}: {reason}"))?;
            self.listed.insert(folder.to_owned(), entries);
        }
        Ok(self.listed[folder].iter().find(|entry| entry.name == name))
    }

    /// Notes a name of the text. Several files may import the same; anything else must have a name of its own.
    fn know(
        &mut self,
        name: &str,
        import: Option<(&str, Option<&String>)>,
        path: &str,
        line: usize,
    ) -> Result<(), String> {
        let Some(known) = self.known.get(name) else {
            let import = import.map(|(module, name)| (module.to_owned(), name.cloned()));
            self.known.insert(name.to_owned(), Known { import, path: path.to_owned(), line });
            return Ok(());
        };
        let before = known.import.as_ref().map(|(module, name)| (module.as_str(), name.as_ref()));
        if import.is_some() && import == before {
            return Ok(());
        }
        let first = format!("{}:{}", known.path, known.line);
        Err(format!("{path}:{line}: `{name}` is there already, from {first}: all files become one"))
    }

    fn refuse_unused(&self) -> Result<(), String> {
        let folder = format!("{FUNCTIONS}/{}", self.function);
        let paths = self.listed.get(&folder).into_iter().flatten().map(|entry| format!("{folder}/{}", entry.name));
        match paths.filter(|path| path.ends_with(".py") && !self.done.contains_key(path)).min() {
            Some(path) => Err(format!("{path}: nothing imports this file")),
            None => Ok(()),
        }
    }

    fn text(&self, docstring: &str) -> String {
        let mut text = format!("{docstring}\n\n{}", self.imports.text()).trim().to_owned();
        for (path, body) in &self.parts {
            let below = path.strip_prefix(FUNCTIONS).unwrap_or(path).trim_start_matches('/');
            let is_definition = ["def ", "async def ", "class ", "@"].iter().any(|start| body.starts_with(start));
            let between = match self.parts.len() {
                1 if is_definition => "\n\n\n".to_owned(),
                1 => "\n\n".to_owned(),
                _ => format!("\n\n\n# {below}\n\n"),
            };
            text += &(between + body);
        }
        text.trim().to_owned()
    }
}

/// Why an import cannot be followed.
enum Stopped {
    /// For a reason of its own.
    Here(String),
    /// For one in another file, which is named.
    Below(String),
}

/// The imports of modules that Lambda has, each once.
#[derive(Default)]
struct Imports {
    /// `import …`
    modules: BTreeSet<String>,
    /// `from … import …`
    names: BTreeMap<String, BTreeSet<String>>,
}

impl Imports {
    fn add(&mut self, import: &Import) {
        let written = |name: &str, alias: &Option<String>| match alias {
            Some(alias) => format!("{name} as {alias}"),
            None => name.to_owned(),
        };
        let Some(names) = &import.names else {
            self.modules.insert(written(&import.module, &import.alias));
            return;
        };
        let names = names.iter().map(|item| written(&item.name, &item.alias));
        self.names.entry(import.module.clone()).or_default().extend(names);
    }

    /// Sorted, those of Lambda's own packages below the others.
    fn text(&self) -> String {
        let is_of_runtime = |line: &String| {
            let package = line.split([' ', '.']).nth(1).unwrap_or_default();
            RUNTIME.contains(&package)
        };
        let names = |set: &BTreeSet<String>| set.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let modules = self.modules.iter().map(|module| format!("import {module}"));
        let from = self.names.iter().map(|(module, set)| format!("from {module} import {}", names(set)));
        let (runtime, standard): (Vec<String>, Vec<String>) = modules.chain(from).partition(is_of_runtime);
        format!("{}\n\n{}", standard.join("\n"), runtime.join("\n")).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Memory;

    /// The code of the function `mail`, made of files with their paths below `functions/`.
    fn source(given: &[(&str, &str)]) -> Result<String, String> {
        let mut files = Memory::default();
        files.insert("/templates/functions/.keep", "");
        for (path, text) in given {
            let bytes = if *text == "not text" { vec![0xff] } else { text.as_bytes().to_vec() };
            files.insert(format!("/templates/functions/{path}"), bytes);
        }
        function_source(&files, Path::new("/templates"), "mail")
    }

    #[test]
    fn a_function_of_one_file_is_that_file() {
        for text in [
            "\"\"\"Sends.\"\"\"\n\nimport json\nfrom typing import Any\n\nimport boto3\n\nA = 1\n\n\ndef handler(): ...",
            "import json\n\n\ndef handler(): ...",
            "def handler(): ...",
        ] {
            assert_eq!(source(&[("mail/index.py", &format!("{text}\n"))]).unwrap(), text);
        }
    }

    #[test]
    fn several_files_become_one_with_what_is_needed_in_front() {
        let index = "\"\"\"Sends.\"\"\"\n\nimport os\nfrom datetime import timedelta\n\nfrom mail.text import LIMIT, text\n\
                     from shared.day import day\n\n\ndef handler():\n    import re\n    return text(day())\n";
        let text =
            "\"\"\"Words.\"\"\"\n\nimport boto3\n\nfrom shared.day import day\n\nLIMIT = 3\n\n\ndef text(): ...\n";
        let day = "import os.path\nimport os\nfrom datetime import (\n    datetime as time,\n    timedelta,\n)\n\n\ndef day(): ...\n";
        let other = "def handler(): ...\n";
        let whole = "\"\"\"Sends.\"\"\"\n\nimport os\nimport os.path\nfrom datetime import datetime as time, timedelta\n\n\
                     import boto3\n\n\n# shared/day.py\n\ndef day(): ...\n\n\n# mail/text.py\n\nLIMIT = 3\n\n\n\
                     def text(): ...\n\n\n# mail/index.py\n\ndef handler():\n    import re\n    return text(day())";
        let files = [
            ("mail/index.py", index),
            ("mail/text.py", text),
            ("mail/notes.txt", "no code"),
            ("shared/day.py", day),
            ("shared/of_others.py", ""),
            ("other/index.py", other),
        ];
        assert_eq!(source(&files).unwrap(), whole);
    }

    #[test]
    fn what_would_mean_something_else_in_one_file_is_refused_with_its_place() {
        let cases: &[(&[(&str, &str)], &str)] = &[
            (&[], "there is no functions/mail/index.py"),
            (
                &[("mail/index.py", "A = 1\nif A: ...\n")],
                "functions/mail/index.py:2: only definitions and constants, one name or several with commas, may stand here",
            ),
            (
                &[("mail/index.py", "not text")],
                "functions/mail/index.py: this file cannot be read: it is not text in UTF-8",
            ),
            (
                &[("mail/index.py", "import json\nfrom mail.text import a\n")],
                "functions/mail/index.py:2: there is no functions/mail/text.py",
            ),
            (
                &[("mail/index.py", "from mail.text import a, b\n"), ("mail/text.py", "a = 1\n")],
                "functions/mail/index.py:1: functions/mail/text.py defines no `b`",
            ),
            (
                &[("mail/index.py", "from mail.text import json\n"), ("mail/text.py", "import json\n")],
                "functions/mail/index.py:1: functions/mail/text.py defines no `json`",
            ),
            (
                &[("mail/index.py", "from mail.text import a\n\nb = 1\n"), ("mail/text.py", "a = 1\nb = 2\n")],
                "functions/mail/index.py:3: `b` is there already, from functions/mail/text.py:2: all files become one",
            ),
            (
                &[("mail/index.py", "a = 1\na = 2\n")],
                "functions/mail/index.py:2: `a` is there already, from functions/mail/index.py:1: all files become one",
            ),
            (
                &[
                    ("mail/index.py", "from datetime import time\nfrom mail.text import a\n"),
                    ("mail/text.py", "import time\n\na = 1\n"),
                ],
                "functions/mail/text.py:1: `time` is there already, from functions/mail/index.py:1: all files become one",
            ),
            (
                &[("mail/index.py", "import json\n\njson = 1\n")],
                "functions/mail/index.py:3: `json` is there already, from functions/mail/index.py:1: all files become one",
            ),
            (
                &[
                    ("mail/index.py", "from mail.a import a\n"),
                    ("mail/a.py", "from mail.b import b\n\na = 1\n"),
                    ("mail/b.py", "from mail.a import a\n\nb = 1\n"),
                ],
                "functions/mail/b.py:1: the imports go in a circle: functions/mail/a.py needs this file",
            ),
            (
                &[("mail/index.py", "a = 1\n"), ("mail/text.py", "b = 1\n")],
                "functions/mail/text.py: nothing imports this file",
            ),
            (
                &[
                    ("mail/index.py", "from other.text import a\n"),
                    ("other/text.py", "a = 1\n"),
                    ("other/index.py", ""),
                ],
                "functions/mail/index.py:1: this is a file of another function; what several use stands in a folder without index.py",
            ),
            (
                &[("mail/index.py", "from mail.text import a as b\n"), ("mail/text.py", "a = 1\n")],
                "functions/mail/index.py:1: a name of ours cannot be imported `as` another: all files become one",
            ),
            (
                &[("mail/index.py", "def handler():\n    from mail.text import a\n"), ("mail/text.py", "a = 1\n")],
                "functions/mail/index.py:2: names of ours are imported at the top of the file: all files become one",
            ),
            (
                &[("mail/index.py", "from .text import a\n")],
                "functions/mail/index.py:1: relative imports do not work in one file: name the folder, `from FOLDER.file import …`",
            ),
            (
                &[("mail/index.py", "from json import *\n")],
                "functions/mail/index.py:1: `import *` does not say which names it defines",
            ),
            (
                &[("mail/index.py", "from __future__ import annotations\n")],
                "functions/mail/index.py:1: `from __future__` would change the other files of the function too",
            ),
        ];
        for (files, reason) in cases {
            assert_eq!(source(files).unwrap_err(), *reason);
        }
        for import in [
            "import mail.text",
            "import mail",
            "import mail.text as t",
            "from mail import text",
            "from mail.text.more import a",
        ] {
            let reason = source(&[("mail/index.py", import), ("mail/text.py", "a = 1\n")]).unwrap_err();
            assert_eq!(
                reason,
                "functions/mail/index.py:1: names of our files are imported as `from FOLDER.file import a, b`"
            );
        }
    }
}

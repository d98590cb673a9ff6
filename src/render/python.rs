//! A Python file, read as far as making one file of several needs: what it imports, which names it defines, and its text.
//!
//! This is no parser. It knows strings, brackets and comments, and refuses a file whose top level holds anything else than
//! a docstring, imports, and definitions and constants, in this order.

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// As it is written, with its quotation marks; empty if there is none.
    pub docstring: String,
    /// One for each name that is imported, those inside functions too.
    pub imports: Vec<Import>,
    /// The names of its definitions and constants, with the lines where they stand.
    pub names: Vec<(String, usize)>,
    /// Everything below the imports, without blank lines around it.
    pub body: String,
}

/// `import MODULE` or `from MODULE import NAME`, of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The line of the statement.
    pub line: usize,
    /// With dots, as it is written.
    pub module: String,
    /// `None` if it is the module that is imported.
    pub name: Option<String>,
    /// What follows `as`.
    pub alias: Option<String>,
    /// Whether it stands inside a definition, and so is none of the file's own names.
    pub inner: bool,
}

impl Import {
    /// The name that the file knows it by.
    pub fn bound(&self) -> &str {
        let own = || self.name.as_deref().unwrap_or(self.module.split('.').next().unwrap_or_default());
        self.alias.as_deref().unwrap_or_else(own)
    }

    /// What that name stands for, as the statement that would import it alone: `import a.b` gives `a`, as `import a` does.
    pub fn origin(&self) -> String {
        match (&self.name, &self.alias) {
            (Some(name), _) => format!("from {} import {name}", self.module),
            (None, Some(_)) => format!("import {}", self.module),
            (None, None) => format!("import {}", self.bound()),
        }
    }
}

/// Why a file cannot be read: the line, counted from one, and a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub line: usize,
    pub reason: String,
}

impl Refusal {
    fn new<T>(line: usize, reason: impl Into<String>) -> Result<T, Refusal> {
        Err(Refusal { line, reason: reason.into() })
    }
}

impl Module {
    /// Reads a file.
    ///
    /// # Errors
    /// The first thing in it that is none of what may stand there.
    pub fn read(text: &str) -> Result<Module, Refusal> {
        let text = text.replace("\r\n", "\n");
        let lines: Vec<&str> = text.lines().collect();
        let mut module = Module::default();
        let mut head = 0..0; // the lines of docstring and imports
        let mut docstring = 0..0;
        for (number, statement) in statements(&text)?.into_iter().enumerate() {
            let imports = parse_import(&statement)?;
            if statement.indented {
                module.imports.extend(imports);
            } else if number == 0 && statement.code == "\"\"" {
                docstring = statement.line - 1..statement.last;
                head.end = statement.last;
            } else if imports.is_empty() {
                let Some(names) = defined(&statement.code, &module.names) else {
                    return Refusal::new(
                        statement.line,
                        "only definitions and constants, one name or several with commas, may stand here",
                    );
                };
                module.names.extend(names.into_iter().map(|name| (name.to_owned(), statement.line)));
            } else if module.names.is_empty() {
                head.end = statement.last;
                module.imports.extend(imports);
            } else {
                return Refusal::new(statement.line, "imports stand at the top of a file, below its docstring");
            }
        }
        let is_lost = |at: &usize| !docstring.contains(at) && lines[*at].contains('#');
        if let Some(at) = head.clone().find(is_lost) {
            return Refusal::new(at + 1, "a comment among the imports would be lost");
        }
        module.docstring = lines[docstring].join("\n");
        module.body = lines[head.end..].join("\n").trim_start_matches('\n').trim_end().to_owned();
        Ok(module)
    }
}

/// A statement, or the head of a block: its code without comments, in one line, and with nothing in its strings.
struct Statement {
    line: usize,
    last: usize,
    indented: bool,
    code: String,
}

/// All statements of a text, those inside of others too.
fn statements(text: &str) -> Result<Vec<Statement>, Refusal> {
    let mut found = Vec::new();
    let (mut code, mut start, mut line, mut depth) = (String::new(), 1, 1, 0_usize);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if code.is_empty() {
            start = line;
        }
        match character {
            '#' => while characters.next_if(|next| *next != '\n').is_some() {},
            '\n' => {
                if depth > 0 {
                    code.push(' ');
                } else {
                    finish(&mut code, start, line, &mut found);
                }
                line += 1;
            }
            '\\' if characters.next_if_eq(&'\n').is_some() => {
                code.push(' ');
                line += 1;
            }
            '"' | '\'' => {
                code.push_str("\"\"");
                line += skip_string(&mut characters, character)
                    .or_else(|()| Refusal::new(line, "this string has no end"))?;
            }
            ';' => return Refusal::new(line, "one statement a line: no semicolon"),
            '(' | '[' | '{' => {
                code.push(character);
                depth += 1;
            }
            ')' | ']' | '}' => {
                code.push(character);
                let Some(less) = depth.checked_sub(1) else {
                    return Refusal::new(line, "this bracket closes none");
                };
                depth = less;
            }
            _ => code.push(character),
        }
    }
    if depth > 0 {
        return Refusal::new(start, "a bracket in this statement has no end");
    }
    finish(&mut code, start, line, &mut found);
    Ok(found)
}

fn finish(code: &mut String, line: usize, last: usize, found: &mut Vec<Statement>) {
    let whole = std::mem::take(code);
    if !whole.trim().is_empty() {
        found.push(Statement { line, last, indented: whole.starts_with([' ', '\t']), code: whole.trim().to_owned() });
    }
}

/// Goes to the end of a string whose first quotation mark has been read; how many line breaks it holds.
fn skip_string(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, mark: char) -> Result<usize, ()> {
    let second = characters.next_if_eq(&mark).is_some();
    let triple = second && characters.next_if_eq(&mark).is_some();
    if second && !triple {
        return Ok(0); // an empty string
    }
    let (mut breaks, mut marks) = (0, 0);
    while let Some(character) = characters.next() {
        marks = if character == mark { marks + 1 } else { 0 };
        match character {
            _ if marks == if triple { 3 } else { 1 } => return Ok(breaks),
            '\\' => breaks += usize::from(characters.next() == Some('\n')),
            '\n' if !triple => return Err(()),
            '\n' => breaks += 1,
            _ => {}
        }
    }
    Err(())
}

/// The imports that a statement is; none if it is something else.
fn parse_import(statement: &Statement) -> Result<Vec<Import>, Refusal> {
    let (module, names) = if let Some(names) = statement.code.strip_prefix("import ") {
        (None, names)
    } else if let Some((module, names)) =
        statement.code.strip_prefix("from ").and_then(|rest| rest.split_once(" import"))
    {
        (Some(module.trim()), names.trim().trim_start_matches('(').trim_end_matches(')'))
    } else {
        return Ok(Vec::new());
    };
    let mut imports = Vec::new();
    for item in names.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        let (item, alias) = item.split_once(" as ").map_or((item, None), |(item, alias)| (item.trim(), Some(alias)));
        imports.push(Import {
            line: statement.line,
            module: module.unwrap_or(item).to_owned(),
            name: module.map(|_| item.to_owned()),
            alias: alias.map(|alias| alias.trim().to_owned()),
            inner: statement.indented,
        });
    }
    Ok(imports)
}

/// The names that a statement of the top level defines; `None` if it is something else than a definition, a constant, or
/// a call that sets up a constant of this file: `LOG.setLevel(logging.INFO)`.
fn defined<'a>(code: &'a str, known: &[(String, usize)]) -> Option<Vec<&'a str>> {
    if code.starts_with('@') {
        return Some(Vec::new()); // the definition follows
    }
    for keyword in ["def ", "async def ", "class "] {
        if let Some(rest) = code.strip_prefix(keyword) {
            let end = rest.find(|next: char| !is_part_of_name(next))?;
            return Some(vec![&rest[..end]]);
        }
    }
    let flat = without_brackets(code);
    let mut signs = flat.match_indices('=').filter(|(at, _)| {
        let (before, after) = (flat[..*at].chars().next_back(), flat[at + 1..].chars().next());
        !matches!(before, Some('=' | '!' | '<' | '>')) && after != Some('=')
    });
    match (signs.next(), signs.next()) {
        (None, _) => {
            let (name, _) = flat.split_once('.').filter(|(_, call)| call.ends_with("()"))?;
            known.iter().any(|(defined, _)| defined == name).then(Vec::new)
        }
        (Some(_), None) => {
            let targets = code.split(['=', ':']).next().unwrap_or_default();
            let names: Vec<&str> = targets.split(',').map(str::trim).collect();
            names.iter().all(|name| is_name(name)).then_some(names)
        }
        _ => None,
    }
}

/// Code with nothing between its brackets.
fn without_brackets(code: &str) -> String {
    let mut depth = 0;
    code.chars()
        .filter(|character| {
            let outside = depth == 0;
            match character {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                _ => return outside,
            }
            outside || depth == 0
        })
        .collect()
}

/// Whether a text is a name in Python's sense.
pub fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_') && text.chars().all(is_part_of_name)
}

fn is_part_of_name(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        Module::read(text).unwrap().names.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn a_file_has_docstring_imports_names_and_body() {
        let text = "\"\"\"What it does.\n\nMore.\"\"\"\n\nimport json, os as system\nfrom a.b import (\n    C,\n    d as e,\n)\n\n\
                    ONE, TWO = 1, 2\n\n\nclass Three(Exception):\n    pass\n\n\n@cache\ndef four() -> None:\n    import re\n";
        let module = Module::read(text).unwrap();
        assert_eq!(module.docstring, "\"\"\"What it does.\n\nMore.\"\"\"");
        let import = |line, module: &str, name: Option<&str>, alias: Option<&str>, inner| Import {
            line,
            module: module.to_owned(),
            name: name.map(str::to_owned),
            alias: alias.map(str::to_owned),
            inner,
        };
        assert_eq!(
            module.imports,
            [
                import(5, "json", None, None, false),
                import(5, "os", None, Some("system"), false),
                import(6, "a.b", Some("C"), None, false),
                import(6, "a.b", Some("d"), Some("e"), false),
                import(20, "re", None, None, true),
            ]
        );
        assert_eq!(module.imports.iter().map(Import::bound).collect::<Vec<_>>(), ["json", "system", "C", "e", "re"]);
        let lines: Vec<_> = module.names.iter().map(|(name, line)| (name.as_str(), *line)).collect();
        assert_eq!(lines, [("ONE", 11), ("TWO", 11), ("Three", 14), ("four", 19)]);
        assert!(module.body.starts_with("ONE, TWO") && module.body.ends_with("import re"), "{}", module.body);
        assert_eq!(Module::read("").unwrap(), Module::default());
    }

    #[test]
    fn what_stands_in_strings_and_brackets_is_no_statement() {
        assert_eq!(
            names("A = f\"\"\"{x}:\nimport b\n\"\"\"\nB = 'it\\'s # none'  # a comment; with a semicolon\n"),
            ["A", "B"]
        );
        assert_eq!(names("A = [\n# one\n1,\n]\nB: dict[str, int] = {'=': 1}\nC = A == \\\n    B\n"), ["A", "B", "C"]);
        assert_eq!(names("A = r\"\\\"=\" + \"\"\nB = '''a''b'''\nLOG = 1\nLOG.setLevel(a=1)\n"), ["A", "B", "LOG"]);
        assert_eq!(names("async def a(): ...\n"), ["a"]);
    }

    #[test]
    fn line_breaks_of_windows_are_no_difference() {
        assert_eq!(Module::read("import a\r\n\r\nA = 1\r\nB = 2\r\n"), Module::read("import a\n\nA = 1\nB = 2\n"));
    }

    #[test]
    fn anything_else_is_refused_with_its_line() {
        let other = "only definitions and constants, one name or several with commas, may stand here";
        for (text, line, reason) in [
            ("A = 1\nif A:\n    B = 2\n", 2, other),
            ("A = B = 1\n", 1, other),
            ("A = 1\nA += 1\n", 2, other),
            ("A = {}\nA['b'] = 1\n", 2, other),
            ("print('hello')\n", 1, other),
            ("LOG.setLevel(1)\n", 1, other),
            ("A: int\n", 1, other),
            ("A = 1\n'text'\n", 2, other),
            ("try:\n    import a\nexcept ImportError:\n    a = None\n", 1, other),
            ("A = 1\nimport b\n", 2, "imports stand at the top of a file, below its docstring"),
            ("# a comment\nimport b\n", 1, "a comment among the imports would be lost"),
            ("import a\nimport b  # noqa\n", 2, "a comment among the imports would be lost"),
            ("A = 1; B = 2\n", 1, "one statement a line: no semicolon"),
            ("A = 1\nB = 'open\nC = 2\n", 2, "this string has no end"),
            ("A = \"\"\"open\n", 1, "this string has no end"),
            ("A = 1\nB = (1\nC = 2\n", 2, "a bracket in this statement has no end"),
            ("A = 1)\n", 1, "this bracket closes none"),
        ] {
            assert_eq!(Module::read(text), Refusal::new(line, reason), "{text}");
        }
    }
}

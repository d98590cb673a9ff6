//! A Python file, read as far as making one file of several needs: what it imports, which names it defines, and its text.
//!
//! This is no parser. It knows strings, brackets and comments, and refuses a file whose top level holds anything else than
//! a docstring, imports, and definitions and constants, in this order.

use std::ops::Range;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Module {
    /// As it is written, with its quotation marks; empty if there is none.
    pub docstring: String,
    /// Its imports, those inside functions too.
    pub imports: Vec<Import>,
    /// The names of its definitions and constants, with the lines where they stand.
    pub names: Vec<(String, usize)>,
    /// Everything below the imports, without blank lines around it.
    pub body: String,
}

/// `import MODULE` or `from MODULE import NAME, NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The line of the statement.
    pub line: usize,
    /// With dots, as it is written.
    pub module: String,
    /// What the module itself is called, if it is imported `as` something.
    pub alias: Option<String>,
    /// The names that are taken from the module; `None` if it is the module that is imported.
    pub names: Option<Vec<Imported>>,
    /// Whether it stands inside a definition, and so is none of the file's own names.
    pub inner: bool,
}

/// `NAME` or `NAME as ALIAS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub name: String,
    pub alias: Option<String>,
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
        if text.contains('\r') {
            return Module::read(&text.replace("\r\n", "\n").replace('\r', " "));
        }
        let mut module = Module::default();
        let (mut docstring, mut head_end) = (0..0, 0);
        for (number, statement) in statements(text)?.into_iter().enumerate() {
            let imports = parse_import(&statement);
            if statement.indented {
                module.imports.extend(imports);
            } else if number == 0 && statement.code == "\"\"" {
                docstring = statement.range.clone();
                head_end = statement.range.end;
            } else if imports.is_empty() {
                let Some(names) = defined(&statement.code, &module.names) else {
                    return Refusal::new(
                        statement.line,
                        "only definitions and constants, one name or several with commas, may stand here",
                    );
                };
                module.names.extend(names.into_iter().map(|name| (name.to_owned(), statement.line)));
            } else if module.names.is_empty() {
                head_end = statement.range.end;
                module.imports.extend(imports);
            } else {
                return Refusal::new(statement.line, "imports stand at the top of a file, below its docstring");
            }
        }
        for part in [0..docstring.start, docstring.end..head_end] {
            if let Some(at) = text[part.clone()].find('#') {
                let line = text[..part.start + at].matches('\n').count() + 1;
                return Refusal::new(line, "a comment among the imports would be lost");
            }
        }
        text[docstring].trim().clone_into(&mut module.docstring);
        text[head_end..].trim_start_matches('\n').trim_end().clone_into(&mut module.body);
        Ok(module)
    }
}

/// A statement, or the head of a block: its code without comments, in one line, and with nothing in its strings.
struct Statement {
    line: usize,
    /// Its bytes in the text, up to the end of its last line.
    range: Range<usize>,
    indented: bool,
    code: String,
}

/// The statements of the top level, and the imports inside of others.
fn statements(text: &str) -> Result<Vec<Statement>, Refusal> {
    let mut found = Vec::new();
    let (mut line, mut rest) = (1, text);
    while !rest.is_empty() {
        let indented = rest.starts_with([' ', '\t']);
        // Of most lines that are indented nothing is wanted but where they end.
        let start = rest.trim_start_matches([' ', '\t']);
        let is_wanted = !indented || start.starts_with("import ") || start.starts_with("from ");
        let (code, after, next) = logical_line(rest, line, is_wanted)?;
        if !code.is_empty() {
            let range = text.len() - rest.len()..text.len() - after.len();
            found.push(Statement { line, range, indented, code });
        }
        (line, rest) = (next, after);
    }
    Ok(found)
}

/// The line that a text begins with, and those that it goes on in: what is wanted of its code, the text behind it, and the
/// number of the line behind it.
fn logical_line(text: &str, first: usize, is_wanted: bool) -> Result<(String, &str, usize), Refusal> {
    let (mut code, mut line, mut depth) = (String::new(), first, 0_usize);
    let mut rest = text;
    loop {
        let plain = rest.bytes().position(|byte| SIGNS[usize::from(byte)]).unwrap_or(rest.len());
        if is_wanted {
            code.push_str(&rest[..plain]);
        }
        let Some(sign) = rest.as_bytes().get(plain) else { break };
        let after = &rest[plain + 1..];
        rest = match sign {
            b'#' => &after[after.find('\n').unwrap_or(after.len())..],
            b'\n' if depth == 0 => return Ok((trimmed(code), after, line + 1)),
            b'\n' => {
                code.push(' ');
                line += 1;
                after
            }
            b'\\' if after.starts_with('\n') => {
                code.push(' ');
                line += 1;
                &after[1..]
            }
            b'"' | b'\'' => {
                let Some(length) = string_length(&rest[plain..]) else {
                    return Refusal::new(line, "this string has no end");
                };
                if is_wanted {
                    code.push_str("\"\"");
                }
                let (string, after) = rest[plain..].split_at(length);
                line += memchr::memchr_iter(b'\n', string.as_bytes()).count();
                after
            }
            b';' => return Refusal::new(line, "one statement a line: no semicolon"),
            _ => {
                if is_wanted {
                    code.push(char::from(*sign));
                }
                depth = match (sign, depth.checked_sub(1)) {
                    (b'(' | b'[' | b'{', _) => depth + 1,
                    (b')' | b']' | b'}', None) => return Refusal::new(line, "this bracket closes none"),
                    (b')' | b']' | b'}', Some(less)) => less,
                    _ => depth,
                };
                after
            }
        };
    }
    if depth > 0 {
        Refusal::new(first, "a bracket in this statement has no end")
    } else {
        Ok((trimmed(code), "", line))
    }
}

fn trimmed(mut code: String) -> String {
    code.truncate(code.trim_end().len());
    code.drain(..code.len() - code.trim_start().len());
    code
}

/// Whether a byte can end a line, or change what ends it.
const SIGNS: [bool; 256] = {
    let (mut signs, mut index) = ([false; 256], 0);
    let all = b"#\n\\\"';([{)]}";
    while index < all.len() {
        signs[all[index] as usize] = true;
        index += 1;
    }
    signs
};

/// The bytes of the string that a text begins with, its quotation marks included; `None` if it has no end.
fn string_length(text: &str) -> Option<usize> {
    let mark = &text[..1];
    let is_triple = text.as_bytes().get(..3).is_some_and(|start| start.iter().all(|byte| *byte == mark.as_bytes()[0]));
    let end = if is_triple { &text[..3] } else { mark };
    let mut at = end.len();
    loop {
        let rest = &text[at..];
        at += memchr::memchr3(b'\\', b'\n', mark.as_bytes()[0], rest.as_bytes())?;
        match text.as_bytes()[at] {
            b'\\' => at += 1 + text[at + 1..].chars().next()?.len_utf8(),
            b'\n' if end == mark => return None,
            _ if text[at..].starts_with(end) => return Some(at + end.len()),
            _ => at += 1,
        }
    }
}

/// The imports that a statement is; none if it is something else.
fn parse_import(statement: &Statement) -> Vec<Import> {
    let import = |module: &str, alias, names| Import {
        line: statement.line,
        module: module.to_owned(),
        alias,
        names,
        inner: statement.indented,
    };
    if let Some(modules) = statement.code.strip_prefix("import ") {
        items(modules).map(|module| import(&module.name, module.alias, None)).collect()
    } else if let Some(rest) = statement.code.strip_prefix("from ") {
        let (module, names) = rest.split_once(" import").unwrap_or((rest, ""));
        vec![import(module.trim(), None, Some(items(names.trim().trim_matches(['(', ')'])).collect()))]
    } else {
        Vec::new()
    }
}

/// The items of a list with commas.
fn items(list: &str) -> impl Iterator<Item = Imported> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty()).map(|item| {
        let (name, alias) = item.split_once(" as ").map_or((item, None), |(name, alias)| (name, Some(alias)));
        Imported { name: name.trim().to_owned(), alias: alias.map(|alias| alias.trim().to_owned()) }
    })
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
        let own = |text: &str| Some(text.to_owned());
        let import =
            |line, module: &str, alias, names, inner| Import { line, module: module.to_owned(), alias, names, inner };
        let names =
            vec![Imported { name: "C".to_owned(), alias: None }, Imported { name: "d".to_owned(), alias: own("e") }];
        assert_eq!(
            module.imports,
            [
                import(5, "json", None, None, false),
                import(5, "os", own("system"), None, false),
                import(6, "a.b", None, Some(names), false),
                import(20, "re", None, None, true),
            ]
        );
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

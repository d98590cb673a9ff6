//! The text of a `$ref`: a file of the schema folder and a JSON pointer into it (RFC 3986 §4.1, RFC 6901 §6).

use super::subschemas;

/// The scheme that gives files of the folder a URI: no reader but ours knows it.
const SCHEME: &str = "schemas:///";

/// Where a reference leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The file, by its path below the folder.
    pub file: String,
    /// The steps to the schema in the file.
    pub tokens: Vec<String>,
}

impl Reference {
    /// Reads a reference that stands in the file `from`.
    ///
    /// # Errors
    ///
    /// Why it does not lead to a file of the folder.
    pub fn read(from: &str, text: &str) -> Result<Reference, String> {
        let (file, fragment) = text.split_once('#').unwrap_or((text, ""));
        let outside = |why: &str| format!("`$ref` `{text}` {why}: it must name a file of the schema folder");
        let has_scheme = file.split('/').next().is_some_and(|start| start.contains(':'));
        if has_scheme || file.starts_with("//") {
            return Err(outside("is a URL"));
        }
        if file.starts_with('/') || file.contains('\\') || file.contains('?') {
            return Err(outside("is no relative path"));
        }
        let file = decode(file).ok_or_else(|| outside("is not percent-encoded UTF-8"))?;
        let file = match file.as_str() {
            "" => from.to_owned(),
            path => join(from, path).ok_or_else(|| outside("leads out of the folder"))?,
        };
        let fragment = decode(fragment).ok_or_else(|| outside("is not percent-encoded UTF-8"))?;
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return Err(format!("`$ref` `{text}` has no JSON pointer after `#`, such as `#/$defs/name`"));
        }
        Ok(Reference { file, tokens: subschemas::tokens(&fragment) })
    }
}

/// A path relative to the folder of the file `from`. None if it leads out of the schema folder.
fn join(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// The URI of a file of the folder.
pub(super) fn uri(file: &str) -> String {
    SCHEME.to_owned() + &encode(file)
}

/// The file of a URI that [`uri`] made. None for any other URI.
pub(super) fn file_of(uri: &str) -> Option<String> {
    decode(uri.strip_prefix(SCHEME)?)
}

/// The text as it may stand in the path or the fragment of a URI (RFC 3986 §2.1).
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'$' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// Undoes percent-encoding.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(byte);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_to_files_of_the_folder() {
        let case = |from: &str, text: &str, file: &str, tokens: &[&str]| {
            let reference = Reference::read(from, text).unwrap();
            assert_eq!(
                (reference.file.as_str(), reference.tokens.as_slice()),
                (file, &tokens_of(tokens)[..]),
                "{text}"
            );
        };
        case("a.json", "#/$defs/x", "a.json", &["$defs", "x"]);
        case("a.json", "#", "a.json", &[]);
        case("a.json", "b.json", "b.json", &[]);
        case("a.json", "./b.json#/$defs/a~1b", "b.json", &["$defs", "a/b"]);
        case("p/a.json", "../types.json#/$defs/a%20b", "types.json", &["$defs", "a b"]);
        case("p/a.json", "b.json", "p/b.json", &[]);
        case("p/q/a.json", "../../x/./b.json", "x/b.json", &[]);
    }

    fn tokens_of(tokens: &[&str]) -> Vec<String> {
        tokens.iter().map(|token| (*token).to_owned()).collect()
    }

    #[test]
    fn refuses_what_leads_out() {
        let case = |text: &str, why: &str| {
            let reason = format!("`$ref` `{text}` {why}: it must name a file of the schema folder");
            assert_eq!(Reference::read("p/a.json", text), Err(reason));
        };
        case("http://example.com/x.json", "is a URL");
        case("https://json-schema.org/draft/2020-12/schema", "is a URL");
        case("file:///etc/passwd", "is a URL");
        case("urn:x", "is a URL");
        case("//example.com/x.json", "is a URL");
        case("/etc/passwd", "is no relative path");
        case("C:\\x.json", "is a URL");
        case("..\\..\\x.json", "is no relative path");
        case("x.json?y", "is no relative path");
        case("../../etc/passwd", "leads out of the folder");
        case("%2e%2e/%2e%2e/etc/passwd", "leads out of the folder");
        case("q/../../../x.json", "leads out of the folder");
        case("%ff.json", "is not percent-encoded UTF-8");
        case("a%2.json", "is not percent-encoded UTF-8");
    }

    #[test]
    fn takes_json_pointers_only() {
        let reason = "`$ref` `#name` has no JSON pointer after `#`, such as `#/$defs/name`";
        assert_eq!(Reference::read("a.json", "#name"), Err(reason.to_owned()));
    }

    #[test]
    fn uris_are_read_back() {
        for file in ["a.json", "p/ü %.json", "p/a-b_c~d.json"] {
            assert_eq!(file_of(&uri(file)).as_deref(), Some(file));
        }
        assert_eq!(uri("p/a b.json"), "schemas:///p/a%20b.json");
        assert_eq!(file_of("http://x/a.json"), None);
    }
}

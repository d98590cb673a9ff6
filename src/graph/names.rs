//! Which stacks name resources of which others: an ARN, or a name that stands alone or as a part between separators.
//!
//! Only what is certain counts. A short common word is a name only where the property says so (`RoleName`, `Users`), an
//! ARN must be of the right service, account and region, and a name that the stack itself gives is its own.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use crate::evaluate::{ACCOUNT_ID, Reads, ResourceType, Value, resource_type};
use crate::link::{LinkedProject, LinkedStack};

/// Stands for the account's number in texts that are taken apart: the number is one word, its placeholder is not.
const ACCOUNT_WORD: &str = "\u{e000}";

/// An ARN or path with more parts than these names nothing that is looked for.
const MOST_PARTS: usize = 16;

/// Properties that describe, and never refer.
const DESCRIBING: &[&str] = &["Description", "Tags"];

/// A resource with a name.
struct Owner {
    stack: usize,
    kind: &'static ResourceType,
    /// How its ARN begins, if that can be built.
    arn: Option<String>,
}

/// All physical names of a project.
pub struct Names<'a> {
    project: &'a LinkedProject<'a>,
    /// By scope, then by name.
    owners: HashMap<(&'a str, &'a str), HashMap<String, Vec<Owner>>>,
}

/// The resources of others that a stack names: owner, what it is, and its name.
type Mentions = BTreeSet<(usize, &'static str, String)>;

impl<'a> Names<'a> {
    pub fn of(project: &'a LinkedProject<'a>) -> Names<'a> {
        let mut owners: HashMap<(&str, &str), HashMap<String, Vec<Owner>>> = HashMap::new();
        for (index, stack) in project.stacks.iter().enumerate() {
            for resource in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.resources) {
                if let (Some(kind), Some(Value::Text(name)), true) =
                    (resource_type(&resource.kind), &resource.name, resource.certain)
                {
                    let arn = resource.arn(&stack.region).map(|arn| as_words(arn.trim_end_matches(":*")).into_owned());
                    let of_scope = owners.entry(stack.scope(kind, name)).or_default();
                    let of_name = of_scope.entry(as_words(name).into_owned()).or_default();
                    of_name.push(Owner { stack: index, kind, arn });
                }
            }
        }
        Names { project, owners }
    }

    /// What a stack's template names of other stacks.
    pub fn named_by(&self, index: usize) -> Mentions {
        let stack = &self.project.stacks[index];
        let scopes = [(stack.account.as_str(), stack.region.as_str()), (stack.account.as_str(), ""), ("", "")];
        let in_reach = scopes.iter().filter_map(|scope| self.owners.get(scope)).collect();
        let mut search = Search { index, stack, in_reach, found: Mentions::new() };
        for resource in stack.evaluated().into_iter().flat_map(|evaluated| &evaluated.resources) {
            search.value(resource.properties(Reads::EVERYTHING), "");
        }
        search.found
    }
}

fn as_words(text: &str) -> Cow<'_, str> {
    if text.contains(ACCOUNT_ID) { Cow::Owned(text.replace(ACCOUNT_ID, ACCOUNT_WORD)) } else { Cow::Borrowed(text) }
}

/// The search for names in one stack's template.
struct Search<'a> {
    index: usize,
    stack: &'a LinkedStack,
    in_reach: Vec<&'a HashMap<String, Vec<Owner>>>,
    found: Mentions,
}

/// What became of a text that may be a name.
#[derive(PartialEq)]
enum Outcome {
    /// It is one, of this stack or another: what is inside it is no other.
    Known,
    Unknown,
}

impl<'a> Search<'a> {
    fn value(&mut self, value: &Value, key: &str) {
        match value {
            Value::Map(entries) => {
                entries
                    .iter()
                    .filter(|(key, _)| !DESCRIBING.contains(&key.as_str()))
                    .for_each(|(key, value)| self.value(value, key));
            }
            Value::List(items) => items.iter().for_each(|item| self.value(item, key)),
            Value::Text(text) => self.text(&as_words(text), key),
            Value::Null | Value::Unknown => {}
        }
    }

    fn text(&mut self, text: &str, key: &str) {
        let ends_word = |character: char| character.is_whitespace() || "\"'`,()[]{}<>;=|\\".contains(character);
        for word in text.split(ends_word).filter(|word| !word.is_empty()) {
            if word.starts_with("arn:") {
                self.arn(word);
            } else if self.name(word, if word == text { key } else { "" }) == Outcome::Unknown {
                self.parts(word, |search, part| search.name(part, ""));
            }
        }
    }

    fn arn(&mut self, arn: &str) {
        let pieces: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, _, service, region, account, rest] = pieces.as_slice() else { return };
        let is_own = (region.is_empty() || *region == self.stack.region) && ["", ACCOUNT_WORD].contains(account);
        if is_own {
            let is_meant = |owner: &Owner| {
                owner.kind.service() == *service
                    && owner.arn.as_ref().is_none_or(|known| {
                        arn.strip_prefix(known.as_str())
                            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
                    })
            };
            self.parts(rest, |search, part| search.take(part, is_meant));
        }
    }

    /// A word that may be a name. The key of the property may say of what.
    fn name(&mut self, word: &str, key: &str) -> Outcome {
        let owners = self.owners(word);
        // Of `LogGroupName` the log group is meant, not the group.
        let said = owners.iter().filter(|owner| says(key, owner.kind.word)).map(|owner| owner.kind.word);
        match said.max_by_key(|word| word.len()) {
            Some(said) => self.take(word, |owner| owner.kind.word == said),
            None if is_distinctive(word) => {
                let stacks: BTreeSet<usize> = owners.iter().map(|owner| owner.stack).collect();
                if stacks.contains(&self.index) {
                    return Outcome::Known;
                }
                // Of two stacks nobody knows which is meant.
                if stacks.len() == 1 { self.take(word, |_| true) } else { Outcome::Unknown }
            }
            None => Outcome::Unknown,
        }
    }

    fn owners(&self, name: &str) -> Vec<&'a Owner> {
        self.in_reach.iter().filter_map(|names| names.get(name)).flatten().collect()
    }

    /// Notes the owners of a name that are meant.
    fn take(&mut self, name: &str, is_meant: impl Fn(&Owner) -> bool) -> Outcome {
        let meant: Vec<&Owner> = self.owners(name).into_iter().filter(|owner| is_meant(owner)).collect();
        if meant.is_empty() {
            return Outcome::Unknown;
        }
        if meant.iter().all(|owner| owner.stack != self.index) {
            let shown = name.replace(ACCOUNT_WORD, ACCOUNT_ID);
            self.found.extend(meant.iter().map(|owner| (owner.stack, owner.kind.word, shown.clone())));
        }
        Outcome::Known
    }

    /// Tries the parts between `/` and `:`, longer ones first, until one is a name. A name may begin with a slash.
    fn parts(&mut self, word: &str, mut is_name: impl FnMut(&mut Self, &str) -> Outcome) {
        let separators: Vec<usize> = word.match_indices(['/', ':']).map(|(at, _)| at).collect();
        if separators.len() >= MOST_PARTS {
            return;
        }
        let with_slash = separators
            .iter()
            .flat_map(|at| if word[*at..].starts_with('/') { vec![*at, at + 1] } else { vec![at + 1] });
        for start in std::iter::once(0).chain(with_slash) {
            for end in std::iter::once(word.len()).chain(separators.iter().rev().copied()).filter(|end| *end > start) {
                if is_name(self, &word[start..end]) == Outcome::Known {
                    return;
                }
            }
        }
    }
}

/// Whether the key of a property says what its value is the name of: `BucketName` a bucket, `Users` users.
fn says(key: &str, word: &str) -> bool {
    let word: String = word.split(' ').collect();
    key.to_lowercase().contains(word.to_lowercase().trim_end_matches('y'))
}

/// Whether nobody would write a word by chance: it has parts, or the account's number.
fn is_distinctive(word: &str) -> bool {
    word.contains(ACCOUNT_WORD)
        || word.trim_matches(|character: char| !character.is_alphanumeric()).contains(['-', '_', '.', '/'])
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::project::Folders;

    /// What the stack `b`, whose template is given, names of the stack `a`.
    fn named(a: &str, b: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let file: PathBuf = folder.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        write("config/config.yaml", "project_code: p\nregion: eu-west-1\n");
        for (name, template) in [("a", a), ("b", b)] {
            write(&format!("config/{name}.yaml"), &format!("template: {{path: {name}.yaml}}\n"));
            write(&format!("templates/{name}.yaml"), &format!("Resources:\n{template}\n"));
        }
        let folders = Folders::find(Some(folder.path())).unwrap();
        let project =
            crate::project::Project::new(folders, serde_yaml::Mapping::new(), crate::project::Undefined::Strict);
        let reading = crate::graph::read::read(&project).unwrap();
        assert_eq!(reading.findings, []);
        let names = Names::of(&reading.project);
        names.named_by(1).into_iter().map(|(_, kind, name)| format!("{kind} {name}")).collect()
    }

    const OWNER: &str = "
  A: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Sub 'logs-${AWS::AccountId}'}}
  B: {Type: 'AWS::SNS::Topic', Properties: {TopicName: alerts}}
  C: {Type: 'AWS::IAM::Role', Properties: {RoleName: writer, Path: /x/}}
  D: {Type: 'AWS::Logs::LogGroup', Properties: {LogGroupName: /aws/lambda/mask-it}}
  E: {Type: 'AWS::SES::ConfigurationSet', Properties: {Name: p-config}}
  F: {Type: 'AWS::Lambda::Function', Properties: {FunctionName: mask-it}}";

    #[test]
    fn names_and_arns_of_others() {
        for (text, expected) in [
            ("BucketName: !Sub 'logs-${AWS::AccountId}'", "bucket logs-${AWS::AccountId}"),
            ("Resource: !Sub 'arn:aws:s3:::logs-${AWS::AccountId}/raw/*'", "bucket logs-${AWS::AccountId}"),
            ("X: [{Y: !Sub 's3://logs-${AWS::AccountId}/raw'}]", "bucket logs-${AWS::AccountId}"),
            ("To: !Sub 'arn:aws:sns:eu-west-1:${AWS::AccountId}:alerts'", "topic alerts"),
            ("TopicNames: [alerts]", "topic alerts"),
            ("Roles: [writer]", "role writer"),
            ("Role: !Sub 'arn:aws:iam::${AWS::AccountId}:role/x/writer'", "role writer"),
            ("LogGroupName: /aws/lambda/mask-it", "log group /aws/lambda/mask-it"),
            (
                "X: !Sub 'arn:aws:logs:eu-west-1:${AWS::AccountId}:log-group:/aws/lambda/mask-it:*'",
                "log group /aws/lambda/mask-it",
            ),
            (
                "X: !Sub 'arn:aws:ses:eu-west-1:${AWS::AccountId}:configuration-set/p-config'",
                "configuration set p-config",
            ),
            (
                "Body: '{\"metrics\": [[\"AWS/Lambda\", \"Errors\", \"FunctionName\", \"mask-it\"]]}'",
                "function mask-it",
            ),
        ] {
            assert_eq!(named(OWNER, &format!("  R: {{Type: T, Properties: {{{text}}}}}")), [expected], "{text}");
        }
    }

    #[test]
    fn what_may_be_something_else_is_left_alone() {
        for text in [
            "DisplayName: alerts",
            "X: writer of alerts",
            "Description: p-config",
            "Tags: [{Key: p-config, Value: mask-it}]",
            "Role: !Sub 'arn:aws:iam::${AWS::AccountId}:role/writer'",
            "User: !Sub 'arn:aws:iam::${AWS::AccountId}:user/x/writer'",
            "To: !Sub 'arn:aws:sns:us-east-1:${AWS::AccountId}:alerts'",
            "To: 'arn:aws:sns:eu-west-1:111122223333:alerts'",
            "X: !Sub 'arn:aws:sqs:eu-west-1:${AWS::AccountId}:alerts'",
            "X: p-config-2",
        ] {
            assert_eq!(named(OWNER, &format!("  R: {{Type: T, Properties: {{{text}}}}}")), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_name_of_its_own_is_no_link() {
        let own = "
  R: {Type: 'AWS::Lambda::Function', Properties: {FunctionName: mask-it}}
  S: {Type: T, Properties: {FunctionName: mask-it, X: mask-it, Y: /aws/lambda/mask-it}}";
        assert_eq!(named(OWNER, own), ["log group /aws/lambda/mask-it"]);
    }
}

//! All that a resource names.

use crate::evaluate::{ACCOUNT_ID, Resource, Value, resource_types};
use crate::link::LinkedStack;
use crate::logical_path::Trail;

use super::places::{self, Place, When};
use super::{Named, arn};

pub use super::places::READS;

/// Properties that describe, and never refer.
const DESCRIBING: &[&str] = &["Description", "AlarmDescription", "Tags", "ZipFile"];

const IDENTITY: &str = "AWS::SES::EmailIdentity";

/// Nothing that names others is deeper.
const DEEPEST: usize = 24;

/// Takes what is named, and where.
pub type Visit<'v> = dyn FnMut(Named<'_>, &Trail<'_>) + 'v;

/// Visits all that a resource names.
pub fn names(stack: &LinkedStack, resource: &Resource, visit: &mut Visit<'_>) {
    let properties = resource.properties(READS);
    if *properties == Value::Null {
        return;
    }
    let mut walk = Walk { region: &stack.region, places: places::of(resource), keys: Vec::new(), visit };
    let resources = Trail::Key(&Trail::Root, "Resources");
    walk.value(properties, &Trail::Key(&Trail::Key(&resources, &resource.id), "Properties"));
}

struct Walk<'a, 'v, 'w> {
    region: &'a str,
    places: &'static [Place],
    /// The keys from the properties to here.
    keys: Vec<&'a str>,
    visit: &'w mut Visit<'v>,
}

impl<'a> Walk<'a, '_, '_> {
    fn value(&mut self, value: &'a Value, trail: &Trail<'_>) {
        match value {
            Value::Map(entries) if self.keys.len() < DEEPEST => {
                for (key, value) in entries.iter().filter(|(key, _)| !DESCRIBING.contains(&key.as_str())) {
                    self.keys.push(key);
                    self.value(value, &Trail::Key(trail, key));
                    self.keys.pop();
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(item, &Trail::Index(trail, index));
                }
            }
            Value::Text(text) => self.text(text, trail),
            Value::Map(_) | Value::Null | Value::Unknown => {}
        }
    }

    fn text(&mut self, text: &str, trail: &Trail<'_>) {
        let place = self.places.iter().find(|place| place.has(&self.keys));
        if text.starts_with("arn:") {
            let is_principal = self.keys.contains(&"Principal");
            let text = arn::with_account(text);
            let Some((kind, name)) = arn::named(&text, self.region) else { return };
            // A principal must be there: "Invalid principal in policy" (IAM User Guide, "Troubleshoot IAM policies").
            let at_once = is_principal && kind.starts_with("AWS::IAM::")
                || place.is_some_and(|place| place.when == When::AtOnce) && !name.contains('*');
            // `identity` reports each identity that nothing creates.
            let told_elsewhere = kind == IDENTITY || place.is_some_and(|place| place.told_elsewhere);
            let name = name.replace(arn::ACCOUNT, ACCOUNT_ID);
            (self.visit)(Named { kind, name: &name, at_once, told_elsewhere }, trail);
        } else if let Some(place) = place.filter(|_| !text.contains([':', '*']) || text.contains(ACCOUNT_ID)) {
            let at_once = place.when == When::AtOnce;
            (self.visit)(Named { kind: place.kind, name: text, at_once, told_elsewhere: place.told_elsewhere }, trail);
        } else if let Some(kind) = self.of_variable() {
            (self.visit)(Named { kind, name: text, at_once: false, told_elsewhere: false }, trail);
        }
    }

    /// What a function's environment variable says that it holds the name of: a bucket, if it is called `RAW_BUCKET`.
    fn of_variable(&self) -> Option<&'static str> {
        let ["Environment", "Variables", name] = self.keys.as_slice() else { return None };
        let name = name.strip_suffix("_NAME").unwrap_or(name).replace('_', " ").to_lowercase();
        let ends = |word: &str| name.strip_suffix(word).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '));
        let kinds = resource_types().iter().filter(|kind| ends(&kind.word.to_lowercase()));
        kinds.max_by_key(|kind| kind.word.len()).map(|kind| kind.kind)
    }
}

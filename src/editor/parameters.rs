//! The parameters of a stack: which there are depends on its template.

use serde_json::{Map, Number, Value, json};

use super::Survey;
use super::survey::TemplateParameters;
use super::values::any_of;
use crate::schema;
use crate::template::Parameter;

/// What CloudFormation reads as a number.
const NUMBER: &str = r"^\s*[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*$";

/// For each template that could be read: if the stack uses it, these are its parameters. Those of any other template
/// may be called anything.
pub fn rules(survey: &Survey) -> Vec<Value> {
    let (mut rules, mut known) = (Vec::new(), Vec::new());
    for template in &survey.templates {
        if template.parameters.is_none() {
            continue;
        }
        let is_this = json!({"const": template.name});
        let parameters = json!({"$ref": schema::pointer([name(&template.name).as_str()])});
        let mut then = json!({"properties": {"parameters": parameters}});
        if !survey.inherited.contains("parameters") && template.required().next().is_some() {
            then["required"] = json!(["parameters"]);
        }
        let uses_it = json!({"anyOf": [
            {
                "properties": {
                    "template": {
                        "type": "object",
                        "properties": {"path": is_this, "type": {"const": "file"}},
                        "required": ["path"],
                    },
                },
                "required": ["template"],
            },
            {"properties": {"template_path": is_this}, "required": ["template_path"]},
        ]});
        known.push(uses_it.clone());
        rules.push(json!({"if": uses_it, "then": then}));
    }
    let any = json!({"properties": {"parameters": {"$ref": "#/$defs/values"}}});
    rules.push(match known.as_slice() {
        [] => any,
        _ => json!({"if": {"anyOf": known}, "else": any}),
    });
    rules
}

/// The parameters of each template.
pub fn definitions(survey: &Survey) -> Map<String, Value> {
    let mut definitions = Map::new();
    for template in &survey.templates {
        let Some(parameters) = &template.parameters else { continue };
        let properties: Map<String, Value> = parameters
            .iter()
            .map(|parameter| (parameter.name.clone(), property(parameter, template.rules.get(&parameter.name))))
            .collect();
        let mut schema = json!({
            "title": format!("the parameters of {}", template.name),
            "type": ["object", "null"],
            "properties": properties,
            "additionalProperties": false,
        });
        if !survey.inherited.contains("parameters") {
            schema["required"] = template.required().map(|parameter| parameter.name.as_str()).collect();
        }
        definitions.insert(name(&template.name), schema);
    }
    definitions
}

/// The name of a template's definition.
fn name(template: &str) -> String {
    format!("parameters of {template}")
}

impl TemplateParameters {
    /// Those that a stack must give.
    fn required(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().flatten().filter(|parameter| parameter.default.is_none())
    }
}

/// One parameter, with the rule that the project's own schema has for it.
fn property(parameter: &Parameter, rule: Option<&Value>) -> Value {
    let mut schema = value(parameter, rule);
    schema["description"] = about(parameter).into();
    // The default of a secret is one.
    if let Some(default) = parameter.default.as_deref().filter(|_| !parameter.no_echo) {
        schema["default"] = match number(default).filter(|_| parameter.is_number()) {
            Some(number) => number.into(),
            None => default.into(),
        };
    }
    schema
}

fn about(parameter: &Parameter) -> String {
    let mut text = parameter.description.clone().map(|text| text + "\n\n").unwrap_or_default();
    text.push_str(&format!("Type: {}.", parameter.kind));
    match parameter.default.as_deref() {
        Some(_) if parameter.no_echo => text.push_str(" It has a default, which is a secret."),
        Some("") => text.push_str(" By default empty."),
        Some(default) => text.push_str(&format!(" Default: {default}.")),
        None => {}
    }
    text
}

fn value(parameter: &Parameter, rule: Option<&Value>) -> Value {
    let one = scalar(parameter);
    let only = |kind: &str| rule.map(|rule| json!({"if": {"type": kind}, "then": rule}));
    if parameter.is_list() {
        let list = json!({"type": "array", "items": any_of([one.clone()])});
        // A list with a resolver in it can only be judged once that is resolved.
        let unresolved = json!({"contains": {"$ref": "#/$defs/resolved"}});
        let list = match rule {
            Some(rule) => json!({"allOf": [list, {"anyOf": [rule, unresolved]}]}),
            None => list,
        };
        return any_of([list, json!({"type": "string", "pattern": ","}), one]);
    }
    let one = match only(if parameter.is_number() { "number" } else { "string" }) {
        Some(rule) => json!({"allOf": [one, rule]}),
        None => one,
    };
    if parameter.is_number() || !parameter.allowed_values.is_empty() {
        return any_of([one]);
    }
    // Sceptre joins a list with commas.
    any_of([one, json!({"type": "array", "items": {"$ref": "#/$defs/value"}})])
}

/// A single value, as it may stand in YAML: Sceptre makes a text of numbers and booleans.
fn scalar(parameter: &Parameter) -> Value {
    let mut schema = Map::new();
    let mut expected = Vec::new();
    if parameter.is_number() {
        schema.insert("type".to_owned(), json!(["number", "string"]));
        schema.insert("pattern".to_owned(), NUMBER.into());
        expected.push("a number".to_owned());
    } else {
        schema.insert("type".to_owned(), json!(["string", "number", "boolean"]));
    }
    // The values of a secret are not for everybody's editor.
    if !parameter.allowed_values.is_empty() && !parameter.no_echo {
        schema.insert("enum".to_owned(), parameter.allowed_values.iter().flat_map(|text| in_yaml(text)).collect());
        expected.push(format!("one of {}", parameter.allowed_values.join(", ")));
    }
    if let Some(pattern) = parameter.allowed_pattern.as_deref().filter(|pattern| is_portable(pattern)) {
        if !parameter.is_number() {
            schema.insert("pattern".to_owned(), format!("^(?:{pattern})$").into());
        }
        expected.push(format!("a match of {pattern}"));
    }
    for (keyword, length, words) in
        [("minLength", parameter.min_length, "at least"), ("maxLength", parameter.max_length, "at most")]
    {
        if let Some(length) = length {
            schema.insert(keyword.to_owned(), length.into());
            expected.push(format!("{words} {length} characters"));
        }
    }
    for (keyword, limit, words) in
        [("minimum", parameter.min_value, "at least"), ("maximum", parameter.max_value, "at most")]
    {
        if let Some(limit) = limit.filter(|_| parameter.is_number()) {
            schema.insert(keyword.to_owned(), number(&limit.to_string()).into());
            expected.push(format!("{words} {limit}"));
        }
    }
    let message = match &parameter.constraint_description {
        Some(description) => description.clone(),
        None if expected.is_empty() => "expected a text".to_owned(),
        None => format!("expected {}", expected.join(", ")),
    };
    schema.insert("errorMessage".to_owned(), message.into());
    Value::Object(schema)
}

/// The ways to write a text in YAML that Sceptre turns into this text again.
fn in_yaml(text: &str) -> Vec<Value> {
    let other = match text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => number(text).filter(|number| number.to_string() == text).map(Value::Number),
    };
    std::iter::once(Value::from(text)).chain(other).collect()
}

fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    let whole = text.parse::<i64>().ok().map(Number::from);
    whole.or_else(|| Number::from_f64(text.parse().ok()?))
}

/// Whether a pattern of Java means the same in JavaScript. One that may not is left to CloudFormation.
fn is_portable(pattern: &str) -> bool {
    const JAVA: &[&str] = &[
        "(?i", "(?m", "(?s", "(?x", "(?u", "(?d", "(?-", "(?>", "(?<", "\\p", "\\P", "\\A", "\\Z", "\\z", "\\G", "\\Q",
        "\\h", "\\H", "\\R", "\\X", "\\a", "\\e", "++", "*+", "?+", "}+", "&&", "[[",
    ];
    !JAVA.iter().any(|only| pattern.contains(only))
        && jsonschema::draft202012::new(&json!({"pattern": pattern})).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema_of(definition: &str) -> Value {
        let parameter = Parameter::read("P", &crate::yaml::parse_tree(definition).unwrap());
        property(&parameter, None)
    }

    /// Whether a value passes; nothing here is a resolver.
    fn passes(definition: &str, value: &Value) -> bool {
        let schema = json!({
            "allOf": [schema_of(definition)],
            "$defs": {"key": true, "resolved": false, "sesame": false, "value": {"type": ["string", "number", "boolean"]}},
        });
        jsonschema::draft202012::new(&schema).unwrap().is_valid(value)
    }

    /// Each value is taken as the validation itself would take it.
    #[test]
    fn takes_what_the_template_takes() {
        for (definition, good, bad) in [
            ("{Type: String}", json!(["x", 1, true, ["a", 1]]), json!([null, {"a": 1}, [["a"]]])),
            ("{Type: String, AllowedValues: [dev, prod]}", json!(["dev"]), json!(["x", 1, ["dev"]])),
            ("{Type: String, AllowedValues: ['true', 'false']}", json!(["true", false]), json!(["yes", 1])),
            ("{Type: String, AllowedPattern: '[a-z]+'}", json!(["ab"]), json!(["aB", "ab1", ""])),
            ("{Type: String, AllowedPattern: '\\p{Alpha}+'}", json!(["1"]), json!([null])),
            ("{Type: String, MinLength: 2, MaxLength: 3}", json!(["ab", "äöü"]), json!(["a", "abcd"])),
            ("{Type: Number}", json!([1, 1.5, "1", "-2e3"]), json!(["x", "", true, [1]])),
            ("{Type: Number, MinValue: 1, MaxValue: 9}", json!([1, 9]), json!([0, 10])),
            ("{Type: Number, AllowedValues: [1, 14]}", json!([1, "14"]), json!([2, "15"])),
            ("{Type: CommaDelimitedList}", json!([["a", "b"], "a,b", "a", []]), json!([null, {"a": 1}, [{"a": 1}]])),
            ("{Type: CommaDelimitedList, AllowedValues: [a, b]}", json!([["a", "b"], "a,b"]), json!([["c"], "c"])),
            ("{Type: List<Number>}", json!([[1, "2"], "1,2", 1]), json!([["x"], "x"])),
        ] {
            for value in good.as_array().unwrap() {
                assert!(passes(definition, value), "{definition} takes {value}");
            }
            for value in bad.as_array().unwrap() {
                assert!(!passes(definition, value), "{definition} takes no {value}");
            }
        }
    }

    #[test]
    fn a_secret_shows_nothing() {
        let schema = schema_of("{Type: String, NoEcho: true, Default: hush, AllowedValues: [hush, hash]}").to_string();
        assert!(!schema.contains("hush") && !schema.contains("hash"), "{schema}");
    }

    #[test]
    fn says_what_a_parameter_is() {
        let schema = schema_of("{Type: Number, Default: 90, Description: Days to keep logs}");
        assert_eq!(schema["description"], "Days to keep logs\n\nType: Number. Default: 90.");
        assert_eq!(schema["default"], 90);
    }
}

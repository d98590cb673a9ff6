//! `sesame schema`: the schemas refuse what `validate` refuses, and nothing else.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::golden::assert_golden;
use crate::support::{Project, Run};

const STACK: &str = "sceptre/config/prod/mail.yaml";
const GROUP: &str = "sceptre/config/prod/config.yaml";

fn schema(project: &Project, kind: &str) -> Value {
    let text = project.run(&["schema", kind]).expect_code(0).stdout;
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema), "{kind}");
    schema
}

/// Both schemas of the small project, each ready to look at its kind of files.
fn of_small_project() -> impl Fn(&str, &str) -> Vec<String> {
    let project = Project::small();
    let ready = |kind| jsonschema::draft202012::new(&schema(&project, kind)).unwrap();
    let (stack, group) = (ready("stack"), ready("group"));
    move |file, text| errors(if file == STACK { &stack } else { &group }, text)
}

/// What the schema says against a config file, whose tags are read as an editor reads them that knows no types for tags:
/// the argument stands for the value.
fn problems(schema: &Value, text: &str) -> Vec<String> {
    errors(&jsonschema::draft202012::new(schema).unwrap(), text)
}

fn errors(validator: &jsonschema::Validator, text: &str) -> Vec<String> {
    let value: serde_yaml::Value = serde_yaml::from_str(text).unwrap();
    let value = serde_json::to_value(untagged(value)).unwrap();
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn untagged(value: serde_yaml::Value) -> serde_yaml::Value {
    use serde_yaml::Value;
    match value {
        Value::Tagged(tagged) => untagged(tagged.value),
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(untagged).collect()),
        Value::Mapping(entries) => {
            // The key of `{{ name }}` is a mapping, which JSON does not have.
            let text = |key: Value| if key.is_mapping() { Value::from("{…}") } else { key };
            Value::Mapping(entries.into_iter().map(|(key, value)| (text(key), untagged(value))).collect())
        }
        scalar => scalar,
    }
}

#[test]
fn of_a_small_project() {
    let project = Project::small();
    assert_golden("schema/stack", &project.run(&["schema"]).expect_code(0).stdout);
    assert_golden("schema/group", &project.run(&["schema", "group"]).expect_code(0).stdout);
    assert_golden("schema/tags", &project.run(&["schema", "--tags"]).expect_code(0).stdout);
}

#[test]
fn the_config_files_of_this_repository_pass() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let project = Project::empty();
    let directory = ["--dir", repository.to_str().unwrap()];
    let read = |kind: &str| -> Value {
        let run = project.run(&[&["schema", kind], &directory[..]].concat()).expect_code(0);
        serde_json::from_str(&run.stdout).unwrap()
    };
    let (stack, group) = (read("stack"), read("group"));
    assert!(jsonschema::draft202012::meta::is_valid(&stack) && jsonschema::draft202012::meta::is_valid(&group));
    let (mut folders, mut files) = (vec![repository.join("sceptre/config")], 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            // Statements of Jinja are no YAML. What stands between them may stay: an expression is taken for what it is.
            let lines = text.lines().filter(|line| !line.trim_start().starts_with("{%"));
            let text = lines.collect::<Vec<_>>().join("\n");
            let schema = if path.ends_with("config.yaml") { &group } else { &stack };
            assert_eq!(problems(schema, &text), Vec::<String>::new(), "{}", path.display());
            files += 1;
        }
    }
    assert!(files > 10, "only {files} files");
}

/// Mistakes, one at a time: what is replaced by what, in which file.
#[test]
fn every_class_of_mistake_is_refused_as_validate_refuses_it() {
    let problems = of_small_project();
    for (file, from, to) in [
        // Keys.
        (STACK, "parameters:", "paramters:"),
        (STACK, "parameters:", "protected: true\nparameters:"),
        (STACK, "template:\n  path: mail.yaml\n  type: file\n", ""),
        (STACK, "parameters:", "environment: {}\nparameters:"),
        // Types of keys.
        (STACK, "parameters:", "ignore: maybe\nparameters:"),
        (STACK, "parameters:", "protect: 1\nparameters:"),
        (STACK, "parameters:", "stack_name: 7\nparameters:"),
        (STACK, "parameters:", "parameters_inheritance: mrge\nparameters:"),
        (STACK, "template:\n  path: mail.yaml\n  type: file\n", "template: mail.yaml\n"),
        (STACK, "path: mail.yaml", "url: mail.yaml"),
        (STACK, "path: mail.yaml", "path: mial.yaml"),
        (STACK, "parameters:", "dependencies: [prod/none.yaml]\nparameters:"),
        // Parameters.
        (STACK, "  DomainName:", "  DomainNam:"),
        (STACK, "  Token: not-a-secret-really\n", ""),
        (STACK, "!sesame name", "production"),
        (STACK, "!sesame name", "7"),
        (STACK, "!sesame retention_days", "ninety"),
        (STACK, "!sesame retention_days", "[]"),
        (STACK, "not-a-secret-really", "short"),
        (STACK, "not-a-secret-really", "NOT-FOR-US-1"),
        (STACK, "!sesame domain", "{a: b}"),
        (STACK, "!sesame domain", ""),
        (STACK, "!sesame networks.mail_servers", "[10.0.0.0/8]"),
        (STACK, "!sesame networks.mail_servers", "[202.217.75.98/33]"),
        (STACK, "!sesame networks.mail_servers", "[]"),
        (STACK, "!sesame retention_days", "91"),
        // The values of an environment.
        (GROUP, "domain: example.com", "domain: Example.com"),
        (GROUP, "domain: example.com", "domian: example.com"),
        (GROUP, "  domain: example.com\n", ""),
        (GROUP, "name: prod", "name: production"),
        (GROUP, "[202.217.0.0/16]", "[202.217.0.0/33]"),
        (GROUP, "[202.217.0.0/16]", "[]"),
        (GROUP, "[202.217.0.0/16]", "202.217.0.0/16"),
        (GROUP, "retention_days: 90", "retention_days: ninety"),
    ] {
        let project = Project::small();
        assert_eq!(problems(file, &project.read(file)), Vec::<String>::new());
        project.replace(file, from, to);
        assert_ne!(problems(file, &project.read(file)), Vec::<String>::new(), "{from} -> {to}");
        let run = project.run(&["validate"]);
        assert!(run.code & 2 != 0, "{from} -> {to}: {}", run.transcript());
    }
}

/// Other ways to write what is right.
#[test]
fn nothing_right_is_refused() {
    let problems = of_small_project();
    for (file, from, to) in [
        (STACK, "!sesame name", "prod"),
        (STACK, "!sesame name", "!stack_attr sceptre_user_data.name"),
        (STACK, "!sesame name", "!stack_output prod/mail.yaml::RawBucket"),
        (STACK, "!sesame name", "'{{ var.name }}'"),
        (STACK, "!sesame name", "{{ var.name }}"),
        (STACK, "!sesame name", "!join ['', [p, rod]]"),
        (STACK, "!sesame retention_days", "90"),
        (STACK, "!sesame retention_days", "'90'"),
        (STACK, "!sesame networks.mail_servers", "202.217.75.98/32"),
        (STACK, "!sesame networks.mail_servers", "['202.217.75.98/32', !sesame networks.people.0]"),
        (STACK, "!sesame networks.mail_servers", "202.217.75.98/32,202.217.75.91/32"),
        (STACK, "type: file", "type: s3"),
        (STACK, "template:\n  path: mail.yaml\n  type: file\n", "template_path: mail.yaml\n"),
        (STACK, "parameters:", "ignore: true\nprotect: false\nstack_tags: {A: b, C: !sesame name}\nparameters:"),
        (STACK, "parameters:", "dependencies:\nsceptre_user_data: {any: [thing]}\nparameters:"),
        (STACK, "[!sesame before_create]", "[!cmd 'make x', !sesame validate-parameters]"),
        (GROUP, "domain: example.com", "domain: '{{ var.domain }}'"),
        (GROUP, "environment:", "layout: five-stack\nparameters: {A: 1, B: [c]}\nenvironment:"),
    ] {
        let project = Project::small();
        project.replace(file, from, to);
        assert_eq!(problems(file, &project.read(file)), Vec::<String>::new(), "{from} -> {to}");
    }
}

#[test]
fn what_may_be_inherited_is_not_asked_for() {
    let project = Project::small();
    project.write("sceptre/config/prod/bare.yaml", "stack_name: bare\n");
    let missing = |project: &Project| !problems(&schema(project, "stack"), "stack_name: bare\n").is_empty();
    assert!(missing(&project));
    project.write("sceptre/config/config.yaml", "project_code: demo\nregion: eu-west-1\ntemplate: {path: mail.yaml}\n");
    assert!(!missing(&project));

    let without = |project: &Project| problems(&schema(project, "stack"), "template: {path: mail.yaml}\n");
    assert!(!without(&project).is_empty());
    project.write("sceptre/config/prod/config.yaml", "parameters: {Token: not-a-secret}\n");
    assert_eq!(without(&project), Vec::<String>::new());
}

#[test]
fn no_secret_gets_into_it() {
    let project = Project::small();
    project.replace(
        "sceptre/templates/mail.yaml",
        "Token: {Type: String, NoEcho: true,",
        "Token: {Type: String, NoEcho: true, Default: hush-hush, AllowedValues: [hush-hush],",
    );
    for arguments in [&["schema"][..], &["schema", "group"], &["schema", "--tags"]] {
        let run = project.run(arguments).expect_code(0).transcript();
        assert!(!run.contains("hush") && !run.contains("really"), "{run}");
    }
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_there() {
    let project = Project::small();
    project.write("sceptre/templates/broken.yaml", "Resources: [\n");
    project.write("sceptre/config/prod/broken.yaml", "a: [\n");
    let run = project.run(&["schema"]).expect_code(2);
    assert!(run.stderr.contains("broken.yaml"), "{}", run.stderr);
    let schema: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(problems(&schema, "template: {path: broken.yaml}\nparameters: {Any: 1}\n"), Vec::<String>::new());
    assert_ne!(problems(&schema, "template: {path: mail.yaml}\nparameters: {Any: 1}\n"), Vec::<String>::new());

    let project = Project::small();
    project.write("schemas/parameters/mail.schema.json", "{");
    let run = project.run(&["schema"]).expect_code(2);
    assert!(run.stderr.contains("mail.schema.json"), "{}", run.stderr);
}

#[test]
fn a_project_without_templates_and_schemas_has_one() {
    let project = Project::with(&[("config/config.yaml", "project_code: x\nregion: y\n")]);
    let schema = schema(&project, "stack");
    assert_eq!(problems(&schema, "template: {type: s3, path: x/y.yaml}\nparameters: {A: b}\n"), Vec::<String>::new());
    assert_ne!(problems(&schema, "template: {path: y.yaml}\n"), Vec::<String>::new());
}

/// No key is right where there are none; before, every value passed for one.
#[test]
fn a_project_without_environment_has_its_values_checked() {
    let project = Project::with(&[
        ("config/config.yaml", "project_code: x\nregion: y\n"),
        ("config/a.yaml", "template: {path: a.yaml}\nparameters: {Days: 30}\n"),
        (
            "templates/a.yaml",
            "Parameters:\n  Days: {Type: Number, AllowedValues: [30, 90]}\nResources:\n  T: {Type: AWS::SNS::Topic}\n",
        ),
    ]);
    let schema = schema(&project, "stack");
    let problems =
        |days: &str| problems(&schema, &format!("template: {{path: a.yaml}}\nparameters: {{Days: {days}}}\n"));
    for good in ["30", "'90'", "'{{ var.days }}'", "!stack_output b.yaml::Days"] {
        assert_eq!(problems(good), Vec::<String>::new(), "{good}");
    }
    for bad in ["31", "month", "!sesame days", "[]", "{a: b}"] {
        assert_ne!(problems(bad), Vec::<String>::new(), "{bad}");
    }
}

#[test]
fn vscode_gets_schemas_and_settings() {
    let project = Project::small();
    let run = project.run(&["schema", "--vscode"]).expect_code(0);
    assert_eq!(
        run.stdout,
        "wrote .vscode/sesame/stack.schema.json\nwrote .vscode/sesame/group.schema.json\nwrote .vscode/settings.json\n"
    );
    let settings: Value = serde_json::from_str(&project.read(".vscode/settings.json")).unwrap();
    assert_eq!(
        settings["yaml.schemas"],
        json!({
            "./.vscode/sesame/stack.schema.json": ["sceptre/config/**/*.yaml", "!sceptre/config/**/config.yaml"],
            "./.vscode/sesame/group.schema.json": ["sceptre/config/**/config.yaml"],
        })
    );
    let tags = project.run(&["schema", "--tags"]).stdout;
    let of_settings = settings["yaml.customTags"].as_array().unwrap().iter().filter_map(Value::as_str);
    assert_eq!(of_settings.collect::<Vec<_>>(), tags.lines().collect::<Vec<_>>());
    assert_eq!(project.read(".vscode/sesame/stack.schema.json"), project.run(&["schema"]).stdout);
    assert_eq!(project.read(".vscode/sesame/group.schema.json"), project.run(&["schema", "group"]).stdout);

    let run = project.run(&["schema", "--vscode"]).expect_code(0);
    assert!(run.stdout.ends_with(".vscode/settings.json has the settings\n"), "{}", run.stdout);
}

#[test]
fn settings_that_are_there_stay_as_they_are() {
    let project = Project::small();
    let own = "{\n  // ours\n  \"editor.tabSize\": 2,\n}\n";
    project.write(".vscode/settings.json", own);
    let run = project.run(&["schema", "--vscode"]).expect_code(0);
    assert!(run.stdout.contains("add to .vscode/settings.json:\n{\n  \"yaml.schemas\""), "{}", run.stdout);
    assert_eq!(project.read(".vscode/settings.json"), own);
}

#[test]
fn what_cannot_be_written_is_one_line() {
    let project = Project::small();
    project.write(".vscode", "a file");
    let run: Run = project.run(&["schema", "--vscode"]).expect_code(1);
    assert!(run.stderr.starts_with("sesame: cannot write `.vscode/sesame/stack.schema.json`"), "{}", run.stderr);
    project.run(&["schema", "--vscode", "--tags"]).expect_code(1);
    project.run(&["schema", "other"]).expect_code(1);
}

/// Bad values of every kind of key: what the editor marks, `check` finds in the same key, and good ones neither.
#[test]
fn check_finds_what_editors_mark() {
    let project = Project::small();
    let (schema, right) = (schema(&project, "stack"), project.read(STACK));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let marks = |yaml: &str| !errors(&validator, &format!("{right}{yaml}\n")).is_empty();
    let finds = |key: &str, yaml: &str| {
        project.write(STACK, &format!("{right}{yaml}\n"));
        let report: Value = serde_json::from_str(&project.run(&["check", "--format", "json"]).stdout).unwrap();
        let found = report["findings"].as_array().unwrap().iter();
        let errors = found
            .filter(|one| one["severity"] == "error" && one["path"].as_str().is_some_and(|path| path.starts_with(key)));
        errors.count() > 0
    };
    for (key, bad) in [
        ("cloudformation_service_role", "12 | [a] | {a: b}"),
        ("dependencies", "a.yaml | {a: b} | [12]"),
        ("disable_rollback", "maybe | 12 | [true]"),
        ("ignore", "maybe | 12"),
        ("notifications", "arn:aws:sns:eu-west-1:1:a | {a: b} | [12] | [{a: b}]"),
        ("obsolete", "maybe"),
        ("on_failure", "ROLL_BACK | rollback | 12 | [DELETE]"),
        ("profile", "12 | true | [a]"),
        ("project_code", "[a] | {a: b}"),
        ("protect", "maybe"),
        ("region", "12 | [eu-west-1]"),
        ("required_version", "[a] | 4"),
        ("sceptre_role", "true | {a: b}"),
        ("sceptre_role_session_duration", "ten | -1 | 1.5 | '900'"),
        ("sceptre_user_data", "[a] | text | 12"),
        ("stack_name", "12 | [a]"),
        ("stack_tags", "[a] | text | {A: {b: c}}"),
        ("stack_tags_inheritance", "join | 12"),
        ("stack_timeout", "ten | -5 | 1.5 | true | [5]"),
        ("template_bucket_name", "12 | {a: b}"),
        ("template_key_prefix", "[a] | 12"),
    ] {
        for bad in bad.split(" | ") {
            let yaml = format!("{key}: {bad}");
            assert!(marks(&yaml), "the editor takes `{yaml}`");
            assert!(finds(key, &yaml), "check takes `{yaml}`");
        }
    }
    for good in [
        "stack_timeout: 10",
        "on_failure: DELETE",
        "notifications: [!stack_output x.yaml::T]",
        "stack_tags: {A: b, C: 1}",
    ] {
        assert!(!marks(good), "the editor marks `{good}`");
    }
}

//! `sesame validate`: what is refused, and how that reads.

use crate::support::Project;
use crate::support::golden::assert_golden;

const STACK: &str = "sceptre/config/prod/mail.yaml";
const GROUP: &str = "sceptre/config/prod/config.yaml";

fn refused(name: &str, change: impl FnOnce(&Project)) {
    let project = Project::small();
    change(&project);
    let run = project.run(&["validate"]);
    assert!(run.code == 2 || run.code == 4 || run.code == 6, "{name}: {}", run.transcript());
    assert_golden(&format!("validate/{name}"), &run.transcript());
}

#[test]
fn values_of_the_environment() {
    refused("cidr-prefix", |p| p.replace(GROUP, "202.217.75.98/32", "202.217.75.98/33"));
    refused("cidr-host-bits", |p| p.replace(GROUP, "202.217.0.0/16", "202.217.1.0/16"));
    refused("cidr-private", |p| p.replace(GROUP, "202.217.0.0/16", "10.0.0.0/8"));
    refused("cidr-outside", |p| p.replace(GROUP, "202.217.75.91/32", "203.0.114.5/32"));
    refused("retention", |p| p.replace(GROUP, "retention_days: 90", "retention_days: 91"));
    refused("domain", |p| p.replace(GROUP, "example.com", "Example.com."));
    refused("environment-unknown-key", |p| p.replace(GROUP, "  domain:", "  domian:"));
    refused("environment-missing", |p| p.replace(GROUP, "environment:", "environs:"));
}

#[test]
fn parameters() {
    refused("unknown-parameter", |p| p.replace(STACK, "DomainName:", "DomianName:"));
    refused("missing-parameter", |p| p.replace(STACK, "  DomainName: !sesame domain\n", ""));
    refused("allowed-values", |p| p.replace(STACK, "!sesame name", "porduction"));
    refused("not-a-number", |p| p.replace(STACK, "!sesame retention_days", "ninety"));
    refused("parameter-schema", |p| p.replace(STACK, "!sesame retention_days", "91"));
    refused("list-item", |p| {
        p.replace(STACK, "!sesame networks.mail_servers", "[202.217.75.98/32, 202.217.75.300/32]");
    });
    refused("parameter-mapping", |p| p.replace(STACK, "!sesame domain", "{a: b}"));
    refused("sesame-key", |p| p.replace(STACK, "!sesame domain", "!sesame domian"));
}

#[test]
fn config_files() {
    refused("unknown-key", |p| p.replace(STACK, "hooks:", "protected: true\ntags: {}\nhoks:"));
    refused("duplicate-key", |p| p.replace(STACK, "hooks:", "parameters: {}\nhooks:"));
    refused("duplicate-parameter", |p| p.replace(STACK, "  Token:", "  DomainName: other.example\n  Token:"));
    refused("broken-yaml", |p| p.replace(STACK, "  type: file", "  type: [file"));
    refused("not-a-mapping", |p| p.write(STACK, "- 1\n"));
    refused("undefined-variable", |p| p.replace(STACK, "!sesame domain", "'{{ var.domain }}'"));
    refused("broken-jinja", |p| p.replace(STACK, "!sesame domain", "'{% if %}'"));
    refused("yaml-1.1", |p| p.replace(STACK, "!sesame domain", "010"));
    refused("resolver-form", |p| {
        p.replace(STACK, "!sesame domain", "!stack_outptu b.yaml::O");
        p.replace(STACK, "!sesame name", "!stack_output b.yaml:O");
        p.replace(STACK, "!sesame retention_days", "!join ['', [!stack_output_external other, !Join [a]]]");
    });
    refused("no-attribute", |p| p.replace(STACK, "!sesame domain", "!stack_attr project_cod"));
    refused("missing-region", |p| p.write("sceptre/config/config.yaml", "project_code: demo\n"));
    refused("no-template", |p| p.replace(STACK, "template:\n  path: mail.yaml\n  type: file\n", ""));
}

#[test]
fn templates() {
    refused("template-missing", |p| p.replace(STACK, "path: mail.yaml", "path: male.yaml"));
    refused("template-never-rendered", |p| std::fs::remove_file(p.file("sceptre/templates/mail.yaml")).unwrap());
    refused("template-broken", |p| p.replace("sceptre/templates/mail.yaml", "Resources:", "Resurces:"));
}

#[test]
fn catalogue() {
    refused("catalogue", |p| p.write("templates/catalog.yaml", "buckets: [raw, 5]\nbukets: []\n"));
    refused("catalogue-file", |p| {
        p.write("templates/alarms.yaml", "alarms: [1]\n");
        p.write("schemas/alarms.schema.json", r#"{"properties": {"alarms": {"items": {"type": "string"}}}}"#);
    });
}

#[test]
fn schemas_that_cannot_be_used() {
    refused("schema-broken-json", |p| p.write("schemas/environment.schema.json", "{"));
    refused("schema-unknown-format", |p| p.replace("schemas/environment.schema.json", "domain-name", "domain-nmae"));
    refused("schema-outside", |p| {
        p.replace("schemas/parameters/mail.schema.json", "../types.schema.json", "../../secret.json");
    });
}

#[test]
fn what_sceptre_cannot_merge_or_take() {
    refused("inheritance", |p| p.replace(STACK, "hooks:", "stack_tags_inheritance: mrge\nhooks:"));
    refused("stack-config", |p| p.replace(STACK, "hooks:", "stack_name: 12\nhooks:"));
    refused("stack-value", |p| {
        let notifications: String = (1..=6).map(|n| format!("  - arn:aws:sns:eu-west-1:111122223333:t{n}\n")).collect();
        let values = "stack_timeout: ten\non_failure: ROLL_BACK\nregion: ap-nothreast-1\nprofile: 12\n";
        let tags = "stack_tags: {A: null, aws:B: x, C: {d: e}}\n";
        p.replace(STACK, "hooks:", &format!("{values}{tags}notifications:\n{notifications}hooks:"));
    });
    refused("stack-tags-list", |p| p.replace(STACK, "hooks:", "stack_tags: [a]\nhooks:"));
    refused("old-and-new-key", |p| {
        p.replace(STACK, "hooks:", "sceptre_role: arn:aws:iam::111122223333:role/new\niam_role: arn:old\nhooks:");
    });
}

#[test]
fn files_that_cannot_be_used() {
    refused("config-unreadable", |p| std::fs::write(p.file(STACK), [0xff, 0xfe]).unwrap());
    refused("template-too-large", |p| {
        let text = p.read("sceptre/templates/mail.yaml");
        p.write("sceptre/templates/mail.yaml", &format!("{text}# {}\n", "x".repeat(52_000)));
    });
}

/// All problems are told at once, sorted by place.
#[test]
fn everything_at_once() {
    refused("everything", |p| {
        p.replace(GROUP, "202.217.75.98/32", "202.217.75.98/33");
        p.replace(GROUP, "retention_days: 90", "retention_days: 91");
        p.replace(STACK, "hooks:", "protected: true\nhooks:");
        p.replace(STACK, "!sesame domain", "!sesame domian");
        p.write("sceptre/config/prod/broken.yaml", "template: [\n");
    });
}

#[test]
fn a_secret_is_never_shown() {
    let canary = "CANARY-7f3a";
    let project = Project::small();
    // Too short for the template, and no match for the schema's pattern: both rules refuse it.
    project.replace(STACK, "not-a-secret-really", &format!("'{}'", &canary[..6]));
    let run = project.run(&["validate"]).expect_code(2);
    assert!(!run.transcript().contains("CANARY"), "{}", run.transcript());
    assert_golden("validate/secret", &run.transcript());

    project.replace(STACK, "'CANARY'", &format!("'{canary}'"));
    let run = project.run(&["validate"]).expect_code(2);
    assert!(!run.transcript().contains("CANARY"), "{}", run.transcript());
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let project = Project::small();
    project.replace(GROUP, "202.217.75.98/32", "202.217.75.98/33");
    project.replace(STACK, "hooks:", "protected: true\nhoks: []\nhooks:");
    let first = project.run(&["validate"]).stdout;
    for _ in 0..5 {
        assert_eq!(project.run(&["validate"]).stdout, first);
    }
}

#[test]
fn the_committed_tree_is_valid() {
    let root = env!("CARGO_MANIFEST_DIR");
    let project = Project::empty();
    let run = project.run(&["--dir", &format!("{root}/sceptre"), "validate"]);
    assert_eq!(run.code, 0, "{}", run.transcript());
}

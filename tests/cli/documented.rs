//! Projects that use what Sceptre documents, in the ways that it documents: nothing in them is an error.

use crate::support::Project;

/// The project, and how many stacks Sceptre sees in it. Old names of keys and outputs that nobody takes are worth a word,
/// but no error.
#[track_caller]
fn has_no_error(name: &str, arguments: &[&str], stacks: usize) {
    let run = Project::fixture(&format!("documented/{name}")).run(&[arguments, &["check"]].concat());
    let last = run.stdout.lines().last().unwrap_or_default();
    let noun = if stacks == 1 { "stack" } else { "stacks" };
    assert!(last.starts_with(&format!("{stacks} {noun} checked: ")), "{name}: {}", run.transcript());
    let advice = ["deprecated-key", "output-unused", "export-unused", "export-unknown"];
    let headings = run.stdout.lines().filter_map(|line| line.split_once("]: ")?.0.split_once('['));
    for (severity, rule) in headings {
        assert!(severity != "error" && advice.contains(&rule), "{name}: {}", run.transcript());
    }
}

/// Group configs above one another, `template_path`.
#[test]
fn the_first_project() {
    has_no_error("first-project", &[], 1);
}

/// Nested groups in several regions, variable files, every key of a stack, every resolver and hook, one resolver in
/// another, plugins' ones, templates in JSON, Jinja and Python, of other handlers, inherited user data and tags, ignored
/// and obsolete stacks, outputs of other projects, accounts and regions.
#[test]
fn everything() {
    has_no_error("everything", &["--var-file", "variables.yaml"], 10);
}

/// Bucket, topic and role that all stacks need come from stacks of the project, by resolvers of the outermost group config.
#[test]
fn project_dependencies() {
    has_no_error("project-dependencies", &[], 4);
}

/// Parameters and resources with names that Jinja makes of user data.
#[test]
fn records() {
    has_no_error("records", &[], 3);
}

/// Two environments of the same templates, lists of outputs, exports by environment.
#[test]
fn web_application() {
    has_no_error("web-application", &[], 8);
}

/// Nothing is reported because everything is read, not because nothing is.
#[test]
fn mistakes_in_them_are_found() {
    for (name, file, right, wrong, rule) in [
        ("records", "config/prod/records.yaml", "FullDomainName", "FullDomain", "stack-output"),
        ("records", "templates/records.j2", "!Sub '${Zone}'", "!Sub '${Zon}'", "not-cloudformation"),
        ("web-application", "templates/service.yaml.j2", "-database'", "-databse'", "import"),
        ("web-application", "config/dev/service.yaml", "dev/database.yaml", "dev/vpc.yaml", "import-order"),
        ("project-dependencies", "config/config.yaml", "topic.yaml::TopicArn", "topic.yaml::Topic", "stack-output"),
    ] {
        let project = Project::fixture(&format!("documented/{name}"));
        project.replace(file, right, wrong);
        let run = project.run(&["check"]);
        assert!(
            run.code & 2 == 2 && run.stdout.contains(&format!("error[{rule}]")),
            "{name} {wrong}: {}",
            run.transcript()
        );
    }
}

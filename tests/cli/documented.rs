//! Projects that use what Sceptre documents, in the ways that it documents: nothing in them is an error.

use crate::support::Project;

/// The project, and how many stacks Sceptre sees in it.
#[track_caller]
fn is_clean(name: &str, arguments: &[&str], stacks: usize) {
    let run = Project::fixture(&format!("documented/{name}")).run(&[arguments, &["check"]].concat());
    let noun = if stacks == 1 { "stack" } else { "stacks" };
    assert_eq!((run.code, run.stdout.as_str()), (0, &*format!("{stacks} {noun} checked: no problems\n")), "{name}");
}

/// Group configs above one another, `template_path`.
#[test]
fn the_first_project() {
    is_clean("first-project", &[], 1);
}

/// Nested groups in several regions, variable files, every key of a stack, every resolver and hook, one resolver in
/// another, plugins' ones, templates in JSON, Jinja and Python, of other handlers, inherited user data and tags, ignored
/// and obsolete stacks, outputs of other projects, accounts and regions.
#[test]
fn everything() {
    is_clean("everything", &["--var-file", "variables.yaml"], 10);
}

/// Bucket, topic and role that all stacks need come from stacks of the project, by resolvers of the outermost group config.
#[test]
fn project_dependencies() {
    is_clean("project-dependencies", &[], 4);
}

/// Parameters and resources with names that Jinja makes of user data.
#[test]
fn records() {
    is_clean("records", &[], 3);
}

/// Two environments of the same templates, lists of outputs, exports by environment.
#[test]
fn web_application() {
    is_clean("web-application", &[], 8);
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
        let run = project.run(&["check"]).expect_code(2);
        assert!(run.stdout.contains(&format!("error[{rule}]")), "{name} {wrong}: {}", run.transcript());
    }
}

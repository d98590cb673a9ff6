//! Projects that use what Sceptre documents, in the ways that it documents: nothing in them is an error.

use crate::support::{Project, Run};

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

/// Correct templates of unusual kinds, after AWS's pages, which their comments name: nothing at all is reported. cfn-lint
/// takes them too (`tests/docs/test_documented_templates.py`).
const KINDS: &[(&str, usize)] = &[
    // Loops in resources and outputs, lengths, JSON, defaults of mappings.
    ("foreach", 2),
    // Loops in loops, in conditions and in properties.
    ("foreach-nested", 1),
    // The Serverless Application Model: its own names and attributes.
    ("sam", 2),
    // Stacks in stacks.
    ("nested-stacks", 2),
    // Macros of a whole template.
    ("macros", 2),
    // Macros of a part.
    ("macro-in-a-resource", 1),
    // Parts from other files.
    ("include", 2),
    // Modules of the registry.
    ("modules", 1),
    // Templates in templates.
    ("stack-sets", 1),
    // JSON.
    ("json", 1),
    // Values that CloudFormation looks up.
    ("dynamic-references", 1),
    // The same names in two accounts.
    ("cross-account", 5),
    // Rules and their functions.
    ("rules", 1),
    // Conditions over mappings and accounts.
    ("conditions-over-mappings", 2),
    // A choice wherever there may be one.
    ("if-everywhere", 2),
    // Signals, helper scripts, shell texts.
    ("creation-policy", 1),
    // Attributes that nobody knows.
    ("custom-resources", 3),
    // Functions without tags.
    ("long-forms", 1),
    // Everything that YAML can write.
    ("quotes-and-comments", 1),
    // Every type of parameter.
    ("parameters", 1),
    // Exports and imports of one environment.
    ("conditional-exports", 4),
    // Orders that are no circles.
    ("depends-on", 1),
    // A transform that adds a function.
    ("transforms-of-aws", 1),
    // A transform with hooks.
    ("blue-green", 1),
    // Variables and conditions of IAM.
    ("policies", 1),
    // One template in regions and partitions.
    ("regions", 3),
    // Policies that keep resources.
    ("retained", 1),
    // Templates that Jinja makes of user data.
    ("user-data", 3),
];

#[test]
fn templates_of_every_kind() {
    for (name, stacks) in KINDS {
        let project = Project::fixture(&format!("documented/{name}"));
        let mut command = project.command(&["check"]);
        command.env("EXAMPLE_SECRET", "x");
        let run = Run::of(command).expect_code(0);
        let noun = if *stacks == 1 { "stack" } else { "stacks" };
        assert_eq!(run.stdout, format!("{stacks} {noun} checked: no problems\n"), "{name}");
    }
}

/// Nothing is reported because everything is read, not because nothing is.
#[test]
fn mistakes_in_them_are_found() {
    for (name, file, right, wrong, rule) in [
        ("records", "config/prod/records.yaml", "FullDomainName", "FullDomain", "stack-output"),
        ("records", "templates/records.j2", "!Sub '${Zone}'", "!Sub '${Zon}'", "not-cloudformation"),
        ("web-application", "templates/service.yaml.j2", "-database'", "-databse'", "import"),
        ("web-application", "config/dev/service.yaml", "dev/database.yaml", "dev/vpc.yaml", "import-order"),
        ("conditions-over-mappings", "templates/service.yaml", "prod: {HasAlarms", "prd: {HasAlarms", "mapping-key"),
        ("regions", "templates/site.yaml", "    cn-north-1: {Count", "    cn-west-1: {Count", "mapping-key"),
        (
            "if-everywhere",
            "templates/group.yaml",
            "!If [HasQueue, !Ref Queue, !Ref Topic]",
            "!Ref Queue",
            "absent-resource",
        ),
        ("long-forms", "templates/network.yaml", "[2, {Fn::Split", "[4, {Fn::Split", "list-item"),
        ("rules", "config/instance.yaml", "a1.medium", "a1.large", "template-rule"),
        ("parameters", "config/all.yaml", "vpc-0123456789abcdef0", "subnet-11111111", "parameter-value"),
        ("parameters", "templates/all.yaml", "Default: unset", "Default: UNSET", "parameter-default"),
        (
            "depends-on",
            "templates/gateway.yaml",
            "GroupDescription: one",
            "GroupDescription: !Ref Two",
            "template-circle",
        ),
        ("foreach", "templates/topics.yaml", "!Ref AWS::StackName", "!Ref AWS::Stackname", "pseudo-parameter"),
        ("sam", "templates/api.yaml", "!GetAtt OrdersRole.Arn", "!GetAt OrdersRole.Arn", "template-function"),
        (
            "conditional-exports",
            "templates/user.yaml",
            "Fn::Sub: '${Stage}-topic'",
            "Fn::Sub: '${Stage}-topics'",
            "import",
        ),
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

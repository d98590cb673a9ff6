//! A copy of this repository's mail tree, and the mistakes that people make in it, one at a time: each is found where it
//! stands, and nothing else is reported.

use serde_json::Value;

use crate::support::Project;

const PROD: &str = "sceptre/config/prod/config.yaml";
const DEV: &str = "sceptre/config/dev/config.yaml";
const SES: &str = "sceptre/config/prod/ses.yaml";
const MONITORING: &str = "sceptre/config/prod/monitoring.yaml";
const SES_SOURCE: &str = "templates/ses.yaml.j2";
const MONITORING_SOURCE: &str = "templates/monitoring.yaml.j2";
const KINESIS_SOURCE: &str = "templates/enhanced-kinesis.yaml.j2";
const CATALOG: &str = "templates/catalog.yaml";
const ALARMS: &str = "templates/alarms.yaml";

/// One mistake: what is `right` in a file becomes `wrong`.
struct Mistake {
    what: &'static str,
    file: &'static str,
    right: &'static str,
    wrong: &'static str,
    rule: &'static str,
    at: At,
}

/// Where it must be found: the line in which a text ends that stands in the file once.
enum At {
    Line(&'static str),
    /// In another file.
    In(&'static str, &'static str),
}

use At::{In, Line};

/// In the values of an environment.
#[rustfmt::skip]
const VALUES: &[Mistake] = &[
    Mistake { what: "a prefix length that does not exist", file: PROD, right: "75.98/32", wrong: "75.98/33",
        rule: "environment", at: Line("75.98/33") },
    Mistake { what: "host bits", file: PROD, right: "[202.217.0.0/16]", wrong: "[202.217.0.1/16]",
        rule: "environment", at: Line("202.217.0.1/16") },
    Mistake { what: "a private address of a mail server", file: PROD, right: "202.217.75.91/32", wrong: "10.0.75.91/32",
        rule: "environment", at: Line("10.0.75.91/32") },
    Mistake { what: "a mail server elsewhere", file: DEV, right: "202.217.75.81/32", wrong: "203.217.75.81/32",
        rule: "environment", at: Line("203.217.75.81/32") },
    Mistake { what: "a retention that CloudWatch Logs does not have", file: PROD, right: "log_days: 90", wrong: "log_days: 100",
        rule: "environment", at: Line("log_days: 100") },
    Mistake { what: "storage classes in the wrong order", file: PROD, right: "glacier_days: 90", wrong: "glacier_days: 40",
        rule: "environment", at: Line("glacier_days: 40") },
    Mistake { what: "a pattern in the domain of a sender", file: PROD, right: "'*@GOO.NE.JP'", wrong: "'*@*.NE.JP'",
        rule: "environment", at: Line("from_addresses") },
    Mistake { what: "objects locked for longer than they are kept", file: PROD, right: "object_lock_days: 0", wrong: "object_lock_days: 3000",
        rule: "environment", at: Line("expiration_days: 2557") },
    Mistake { what: "logs that production deletes too early", file: PROD, right: "expiration_days: 2557", wrong: "expiration_days: 365",
        rule: "environment", at: Line("expiration_days: 365") },
    Mistake { what: "a domain that is none", file: PROD, right: "domain: goo.ne.jp", wrong: "domain: goo_ne.jp",
        rule: "environment", at: Line("domain: goo_ne.jp") },
    Mistake { what: "a misspelt value", file: DEV, right: "own_domain:", wrong: "own_domian:",
        rule: "environment", at: Line("own_domian:") },
    Mistake { what: "a value too many", file: DEV, right: "  retention:", wrong: "  colour: blue\n  retention:",
        rule: "environment", at: Line("colour") },
    Mistake { what: "a name of another environment", file: PROD, right: "  name: prod", wrong: "  name: production",
        rule: "environment", at: Line("  name: production") },
    Mistake { what: "yes for true", file: DEV, right: "japanese_security: true", wrong: "japanese_security: yes",
        rule: "yaml-1.1", at: Line("japanese_security: yes") },
        Mistake { what: "an address without a domain", file: DEV, right: "administrators: postmaster@goo.ne.jp", wrong: "administrators: postmaster",
        rule: "environment", at: Line("    administrators: postmaster") },
];

/// In stack files and group configs.
#[rustfmt::skip]
const CONFIGS: &[Mistake] = &[
    Mistake { what: "a misspelt key", file: SES, right: "dependencies:", wrong: "dependancies:",
        rule: "unknown-key", at: Line("dependancies:") },
    Mistake { what: "a key of an older version", file: SES, right: "parameters:", wrong: "protected: true\nparameters:",
        rule: "unknown-key", at: Line("protected") },
    Mistake { what: "a key twice", file: SES, right: "  DomainName:", wrong: "  DomainName: example.com\n  DomainName:",
        rule: "duplicate-key", at: Line("DomainName: !sesame domain") },
    Mistake { what: "a misspelt parameter with a default", file: MONITORING, right: "LogRetentionDays:", wrong: "LogRetentionDay:",
        rule: "unknown-parameter", at: Line("LogRetentionDay:") },
    Mistake { what: "a misspelt parameter without one", file: MONITORING, right: "NotificationEmail:", wrong: "NotificationMail:",
        rule: "unknown-parameter", at: Line("NotificationMail:") },
    Mistake { what: "a forgotten parameter", file: MONITORING, right: "  NotificationEmail: !sesame notification.administrators\n", wrong: "",
        rule: "missing-parameter", at: Line("parameters:") },
    Mistake { what: "a value that the template does not take", file: MONITORING, right: "!sesame retention.log_days", wrong: "91",
        rule: "parameter-value", at: Line("LogRetentionDays: 91") },
    Mistake { what: "a parameter of nothing", file: MONITORING, right: "!sesame notification.administrators", wrong: "",
        rule: "missing-parameter", at: Line("NotificationEmail:") },
    Mistake { what: "a misspelt key of a resolver", file: SES, right: "networks.mail_servers", wrong: "networks.mail_server",
        rule: "resolver", at: Line("networks.mail_server") },
    Mistake { what: "a misspelt output", file: MONITORING, right: "!sesame notification.administrators", wrong: "!stack_output prod/ses.yaml::SMTPUsrName",
        rule: "stack-output", at: Line("SMTPUsrName") },
    Mistake { what: "an output of no stack", file: MONITORING, right: "!sesame notification.administrators", wrong: "!stack_output prod/mail.yaml::SMTPUserName",
        rule: "stack-output", at: Line("prod/mail.yaml") },
    Mistake { what: "a dependency on no stack", file: SES, right: "prod/base.yaml", wrong: "prod/bases.yaml",
        rule: "dependency", at: Line("prod/bases.yaml") },
    Mistake { what: "a circle", file: "sceptre/config/prod/base.yaml", right: "parameters:", wrong: "dependencies:\n  - prod/security.yaml\nparameters:",
        rule: "dependency-circle", at: Line("prod/security.yaml") },
    Mistake { what: "a dependency that is implied", file: MONITORING, right: "!sesame notification.administrators", wrong: "!stack_output prod/enhanced-kinesis.yaml::DataMaskingFunctionName",
        rule: "dependency-implied", at: Line("- prod/enhanced-kinesis.yaml") },
    Mistake { what: "the name of another stack", file: "sceptre/config/dev/monitoring.yaml", right: "parameters:", wrong: "stack_name: ses-prod-monitoring\nparameters:",
        rule: "stack-name", at: Line("stack_name:") },
    Mistake { what: "a template that is not there", file: MONITORING, right: "monitoring.yaml", wrong: "monitorng.yaml",
        rule: "template-missing", at: Line("monitorng.yaml") },
    Mistake { what: "a quote that does not end", file: SES, right: "Service: SES", wrong: "Service: 'SES",
        rule: "config-yaml", at: Line("Service: 'SES") },
    Mistake { what: "a tab", file: SES, right: "  path: ses.yaml", wrong: "\tpath: ses.yaml",
        rule: "config-yaml", at: Line("\tpath") },
    Mistake { what: "Jinja with a variable that nobody gives", file: "sceptre/config/config.yaml", right: "project_code: ses",
        wrong: "project_code: ses{{ var.suffix }}", rule: "config-jinja", at: Line("project_code:") },
    Mistake { what: "a misspelt hook point of Sceptre", file: SES, right: "before_update: [", wrong: "before_updat: [",
        rule: "hook-point", at: Line("before_updat:") },
    Mistake { what: "a misspelt hook point of sesame", file: SES, right: "!sesame before_update", wrong: "!sesame before_updat",
        rule: "hook", at: Line("!sesame before_updat]") },
    Mistake { what: "a stack without one of the hooks", file: SES, right: "  before_delete: [!sesame before_delete]\n", wrong: "",
        rule: "hooks-incomplete", at: Line("hooks:") },
    Mistake { what: "a stack whose change sets are not checked", file: SES, right: "  before_create_change_set: [!sesame before_create_change_set]\n",
        wrong: "", rule: "hooks-incomplete", at: Line("hooks:") },
    Mistake { what: "yes for a flag", file: SES, right: "parameters:", wrong: "protect: yes\nparameters:",
        rule: "yaml-1.1", at: Line("protect: yes") },
];

/// In templates, their sources and the catalogue.
#[rustfmt::skip]
const TEMPLATES: &[Mistake] = &[
    Mistake { what: "a rendered template edited by hand", file: "sceptre/templates/ses.yaml", right: "TlsPolicy: REQUIRE", wrong: "TlsPolicy: OPTIONAL",
        rule: "stale-template", at: Line("OPTIONAL") },
    Mistake { what: "a source that is not rendered again", file: SES_SOURCE, right: "USE_DEFAULT_VALUE", wrong: "REJECT_MESSAGE",
        rule: "stale-template", at: In("sceptre/templates/ses.yaml", "USE_DEFAULT_VALUE") },
    Mistake { what: "a misspelt list of the catalogue", file: MONITORING_SOURCE, right: "alarms.monitoring", wrong: "alarms.monitorng",
        rule: "template-jinja", at: Line("alarms.monitorng") },
    Mistake { what: "a block that does not end", file: KINESIS_SOURCE, right: "    DependsOn: {{ previous.id }}\n{% endif %}", wrong: "    DependsOn: {{ previous.id }}",
        rule: "template-jinja", at: Line("{% if previous.id %}") },
    Mistake { what: "a reference to nothing in a partial", file: "templates/partials/dashboards/japanese-security.yaml.j2", right: "!Ref SecurityLogGroup", wrong: "!Ref SecurtyLogGroup",
        rule: "not-cloudformation", at: Line("SecurtyLogGroup") },
    Mistake { what: "a reference to nothing", file: MONITORING_SOURCE, right: "TopicArn: !Ref AlertTopic", wrong: "TopicArn: !Ref AlertsTopic",
        rule: "not-cloudformation", at: Line("!Ref AlertsTopic") },
    Mistake { what: "a misspelt key of the catalogue", file: CATALOG, right: "audited: false", wrong: "auditd: false",
        rule: "catalog", at: Line("auditd") },
    Mistake { what: "an incident level that does not exist", file: ALARMS, right: "    purpose: Sending paused by AWS\n    level: 3", wrong: "    purpose: Sending paused by AWS\n    level: 4",
        rule: "catalog", at: Line("    purpose: Sending paused by AWS\n    level: 4") },
    ];

/// In sources of templates that are then rendered.
#[rustfmt::skip]
const RENDERED: &[Mistake] = &[
    Mistake { what: "one name for two environments", file: MONITORING_SOURCE, right: "TopicName: !Sub '${ProjectCode}-${Environment}-alerts'", wrong: "TopicName: ses-alerts",
        rule: "name-owner", at: Line("TopicName: ses-alerts") },
    Mistake { what: "an import of nothing", file: MONITORING_SOURCE, right: "Endpoint: !Ref NotificationEmail", wrong: "Endpoint: !ImportValue administrators",
        rule: "import", at: Line("!ImportValue administrators") },
    Mistake { what: "a misspelt configuration set", file: KINESIS_SOURCE, right: "    DependsOn: {{ previous.id }}\n    Properties:\n      ConfigurationSetName: !Sub '${ProjectCode}-${Environment}-config'",
        wrong: "    DependsOn: {{ previous.id }}\n    Properties:\n      ConfigurationSetName: !Sub '${ProjectCode}-${Environment}-confg'",
        rule: "configuration-set", at: Line("-confg'") },
    Mistake { what: "a role that is not there", file: KINESIS_SOURCE, right: "!GetAtt EventPublishingRole.Arn", wrong: "!Sub 'arn:aws:iam::${AWS::AccountId}:role/ses-events'",
        rule: "event-destination", at: Line("role/ses-events") },
    Mistake { what: "a role that SES may not assume", file: KINESIS_SOURCE, right: "Service: ses.amazonaws.com", wrong: "Service: firehose.amazonaws.com",
        rule: "event-destination", at: Line("the configuration set\n      AssumeRolePolicyDocument:") },
    Mistake { what: "private addresses where AWS sees public ones", file: "templates/partials/policies/ip-restriction.yaml.j2", right: "aws:SourceIp: !Ref AllowedIPRanges", wrong: "aws:SourceIp: 10.0.0.0/8",
        rule: "source-ip", at: Line("aws:SourceIp: 10.0.0.0/8") },
    Mistake { what: "one export for two environments", file: MONITORING_SOURCE, right: "    Value: !Ref AlertTopic\n  Op", wrong: "    Value: !Ref AlertTopic\n    Export: {Name: ses-alerts}\n  Op",
        rule: "export", at: Line("Export: {Name: ses-alerts}") },
];

/// What `sesame check` finds: rule, file and line of each.
fn findings(project: &Project) -> Vec<(String, String, Option<usize>)> {
    let run = project.run(&["check", "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.transcript()));
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    let line = |finding: &Value| finding["line"].as_u64().and_then(|line| usize::try_from(line).ok());
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().map(|found| (text(found, "rule"), text(found, "file"), line(found))).collect()
}

/// The line of a file, from 1, in which a text ends that stands there once.
fn line_of(project: &Project, file: &str, text: &str) -> usize {
    let content = project.read(file);
    let ends: Vec<usize> = content.match_indices(text).map(|(start, text)| start + text.len()).collect();
    let [end] = ends.as_slice() else { panic!("{text:?} stands {} times in {file}", ends.len()) };
    content[..*end].lines().count()
}

/// Makes each mistake in a copy of its own.
#[track_caller]
fn each_is_found(mistakes: &[Mistake], is_rendered: bool) {
    let mut wrong = Vec::new();
    for mistake in mistakes {
        let project = Project::committed();
        project.replace(mistake.file, mistake.right, mistake.wrong);
        if is_rendered {
            project.run(&["render"]).expect_code(0);
        }
        let (file, text) = match mistake.at {
            Line(text) => (mistake.file, text),
            In(file, text) => (file, text),
        };
        let expected = vec![(mistake.rule.to_owned(), file.to_owned(), Some(line_of(&project, file, text)))];
        let found = findings(&project);
        if found != expected {
            let shown = project.run(&["check"]).transcript();
            wrong.push(format!("{}\nexpected {expected:?}\n   found {found:?}\n{shown}", mistake.what));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_unchanged_copy_is_clean() {
    assert_eq!(findings(&Project::committed()), []);
}

#[test]
fn in_the_values_of_an_environment() {
    each_is_found(VALUES, false);
}

#[test]
fn in_configs() {
    each_is_found(CONFIGS, false);
}

#[test]
fn in_templates() {
    each_is_found(TEMPLATES, false);
}

#[test]
fn in_templates_that_are_rendered() {
    each_is_found(RENDERED, true);
}

#[test]
fn a_stack_file_that_sceptre_skips() {
    let project = Project::committed();
    std::fs::rename(project.file("sceptre/config/dev/security.yaml"), project.file("sceptre/config/dev/security.yml"))
        .expect("a file");
    let file = "sceptre/config/dev/security.yml";
    assert_eq!(findings(&project), [("yml-file".to_owned(), file.to_owned(), None)]);
}

#[test]
fn hooks_that_move_into_the_group_config() {
    let project = Project::committed();
    let mut moved = String::new();
    for stack in ["base", "enhanced-kinesis", "monitoring", "security", "ses"] {
        let file = format!("sceptre/config/prod/{stack}.yaml");
        let text = project.read(&file);
        let (before, hooks) = text.split_once("hooks:\n").expect("hooks");
        moved = format!("hooks:\n{hooks}");
        project.write(&file, before);
    }
    project.write(PROD, &format!("{}{moved}", project.read(PROD)));
    let expected = ("group-hooks".to_owned(), PROD.to_owned(), Some(line_of(&project, PROD, "hooks:")));
    assert_eq!(findings(&project), [expected]);
}

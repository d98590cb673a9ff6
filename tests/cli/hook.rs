//! `sesame hook`: what each action refuses, and the one line that Sceptre shows.

use serde_json::{Value, json};

use crate::support::{NOW, Project, Run};

/// The context that the plugin sends for the stack of the small project, with everything as it should be.
fn context(project: &Project) -> Value {
    json!({
        "sesame": 1,
        "project_path": project.file("sceptre"),
        "started": "2026-11-22T00:00:00Z",
        "stack": {
            "name": "prod/mail",
            "external_name": "demo-prod-mail",
            "region": "ap-northeast-1",
            "project_code": "demo",
            "parameters": {
                "Environment": "prod",
                "DomainName": "example.com",
                "AllowedSourceIPs": ["202.217.75.98/32", "202.217.75.91/32"],
                "RetentionDays": "90",
                "Token": "not-a-secret-really",
            },
            "template": {"path": "mail.yaml", "body": project.read("sceptre/templates/mail.yaml")},
            "tags": {},
            "template_bucket_name": null,
            "group_config": {"environment": {
                "name": "prod",
                "domain": "example.com",
                "networks": {
                    "people": ["202.217.0.0/16"],
                    "mail_servers": ["202.217.75.98/32", "202.217.75.91/32"],
                },
                "retention_days": 90,
            }},
        },
    })
}

/// Runs a hook with these answers to its AWS calls, and returns the run, the calls and the outcome.
fn hook(project: &Project, argument: &str, context: &Value, answers: &[Value]) -> (Run, Vec<Value>, Value) {
    let mut input = format!("{context}\n");
    for (index, answer) in answers.iter().enumerate() {
        let mut answer = answer.clone();
        answer["id"] = json!(index + 1);
        input.push_str(&format!("{answer}\n"));
    }
    let run = project.run_with(&["hook", argument], &input);
    let mut lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let done = lines.pop().expect("a last line")["done"].clone();
    let calls = lines.into_iter().map(|line| line["call"].clone()).collect();
    (run, calls, done)
}

#[track_caller]
fn refused(project: &Project, argument: &str, context: &Value, answers: &[Value]) -> String {
    let (run, _, done) = hook(project, argument, context, answers);
    assert_eq!(done["ok"], json!(false), "{}", run.transcript());
    assert_eq!(run.code, 2);
    let summary = done["summary"].as_str().unwrap().to_owned();
    assert_eq!(summary.lines().count(), 1, "{summary}");
    summary
}

#[test]
fn a_good_stack_passes() {
    let project = Project::small();
    let (run, calls, done) = hook(&project, "before_create", &context(&project), &[]);
    assert_eq!(done, json!({"ok": true, "summary": "5 parameters valid, template is current"}));
    assert_eq!((run.code, run.stderr.as_str(), calls.len()), (0, "", 0));
}

#[test]
fn a_bad_address_is_one_line_with_file_line_and_value() {
    let project = Project::small();
    project.replace("sceptre/config/prod/config.yaml", "202.217.75.98/32", "202.217.75.98/33");
    let mut context = context(&project);
    context["stack"]["group_config"]["environment"]["networks"]["mail_servers"][0] = json!("202.217.75.98/33");
    context["stack"]["parameters"]["AllowedSourceIPs"][0] = json!("202.217.75.98/33");
    let summary = refused(&project, "before_create", &context, &[]);
    assert!(
        summary.starts_with(
            "sceptre/config/prod/config.yaml:7:9: environment.networks.mail_servers[0]: got `202.217.75.98/33`"
        ),
        "{summary}"
    );
}

/// Sceptre runs other hooks for a change set, and the same values would reach CloudFormation.
#[test]
fn a_change_set_is_checked_like_a_launch() {
    let project = Project::small();
    let (_, _, done) = hook(&project, "before_create_change_set", &context(&project), &[]);
    assert_eq!(done, json!({"ok": true, "summary": "5 parameters valid, template is current"}));
    let mut wrong = context(&project);
    wrong["stack"]["parameters"]["RetentionDays"] = json!("91");
    let summary = refused(&project, "before_create_change_set", &wrong, &[]);
    assert!(summary.contains("got `91`"), "{summary}");
    project.replace("sceptre/templates/mail.yaml", "Default: 90", "Default: 30");
    let summary = refused(&project, "before_create_change_set", &context(&project), &[]);
    assert!(summary.contains("differs from what `mail.yaml.j2` renders to"), "{summary}");
}

#[test]
fn several_problems_are_all_told_and_the_first_is_the_line() {
    let project = Project::small();
    let mut context = context(&project);
    context["stack"]["parameters"]["RetentionDays"] = json!("91");
    context["stack"]["parameters"]["Environment"] = json!("production");
    let (run, _, done) = hook(&project, "validate-parameters", &context, &[]);
    let summary = done["summary"].as_str().unwrap();
    assert!(summary.ends_with("(and 1 more problem above)"), "{summary}");
    assert!(run.stderr.contains("got `91`") && run.stderr.contains("got `production`"), "{}", run.stderr);
}

#[test]
fn resolved_values_count_not_those_of_the_files() {
    let project = Project::small();
    project.replace("sceptre/config/prod/mail.yaml", "!sesame domain", "!stack_output prod/other.yaml::Domain");
    let mut context = context(&project);
    context["stack"]["parameters"]["RetentionDays"] = json!("ninety");
    let summary = refused(&project, "before_update", &context, &[]);
    assert!(summary.contains("got `ninety`, expected a number"), "{summary}");
}

#[test]
fn files_with_variables_that_are_not_known_here_still_give_lines() {
    let project = Project::small();
    project.replace("sceptre/config/prod/mail.yaml", "!sesame retention_days", "'{{ var.days }}'");
    let mut context = context(&project);
    context["stack"]["parameters"]["RetentionDays"] = json!("ninety");
    let summary = refused(&project, "validate-parameters", &context, &[]);
    assert!(
        summary.starts_with("sceptre/config/prod/mail.yaml:9:18: parameters.RetentionDays: got `ninety`"),
        "{summary}"
    );
}

/// A list in a list, as when an item is a resolver that gives a list: Sceptre fails later, with a traceback.
/// What the hook has not looked at is never said to be valid or current.
#[test]
fn a_template_that_is_no_file_of_the_project_is_checked_as_far_as_it_can_be() {
    let project = Project::small();
    project.write("outside.yaml", &project.read("sceptre/templates/mail.yaml"));
    let said = |kind: &str, path: Value| {
        let mut context = context(&project);
        context["stack"]["template"]["type"] = json!(kind);
        context["stack"]["template"]["path"] = path;
        // Only the schema would refuse it.
        context["stack"]["parameters"]["RetentionDays"] = json!("91");
        context["stack"]["group_config"]["environment"]["retention_days"] = json!(90);
        let (_, _, done) = hook(&project, "before_update", &context, &[]);
        assert_eq!(done["ok"], json!(true), "{done}");
        done["summary"].as_str().unwrap().to_owned()
    };
    for (kind, path, is) in [
        ("s3", Value::Null, "template of type `s3`"),
        ("http", Value::Null, "template of type `http`"),
        ("file", json!(project.file("outside.yaml")), "template outside of `templates/`"),
        ("file", json!("../../outside.yaml"), "template outside of `templates/`"),
    ] {
        assert_eq!(
            said(kind, path),
            format!("5 parameters fit the {is} (no schema looked at), {is} not compared with a source")
        );
    }

    // What the template itself refuses is refused.
    let mut context = context(&project);
    context["stack"]["template"] = json!({"type": "s3", "path": null, "body": context["stack"]["template"]["body"]});
    context["stack"]["parameters"]["Other"] = json!("x");
    let summary = refused(&project, "before_create", &context, &[]);
    assert!(summary.contains("`the template` has no parameter `Other`"), "{summary}");
    context["stack"]["template"]["body"] = json!("Resources: []\n");
    let summary = refused(&project, "before_create", &context, &[]);
    assert!(summary.starts_with("sceptre/config/prod/mail.yaml:1:1: "), "{summary}");
}

#[test]
fn by_hand_a_template_that_only_sceptre_can_read_is_said() {
    let project = Project::small();
    project.replace("sceptre/config/prod/mail.yaml", "type: file", "type: s3");
    let run = project.run(&["hook", "before_create", "prod/mail.yaml"]).expect_code(0);
    assert_eq!(
        run.stdout,
        "prod/mail.yaml: 5 parameters not compared with the template of type `s3`, which only Sceptre can read, template of type \
         `s3` not compared with a source\n"
    );
}

#[test]
fn the_template_bucket_must_be_of_the_own_account() {
    let project = Project::small();
    let mut context = context(&project);
    context["stack"]["template_bucket_name"] = json!("templates");
    let account = json!({"result": {"Account": "111122223333"}});
    let status = |code: &str| json!({"error": {"code": code, "message": "x"}});
    let found = json!({"result": {}});

    let (_, calls, done) = hook(&project, "before_create", &context, &[account.clone(), found.clone()]);
    assert_eq!(done, json!({"ok": true, "summary": "5 parameters valid, template is current"}));
    assert_eq!(calls[0]["operation"], json!("get_caller_identity"));
    assert_eq!(calls[1]["operation"], json!("head_bucket"));
    assert_eq!(calls[1]["parameters"], json!({"Bucket": "templates", "ExpectedBucketOwner": "111122223333"}));
    // Sceptre makes one that is not there.
    let (_, _, done) = hook(&project, "before_create_change_set", &context, &[account.clone(), status("404")]);
    assert_eq!(done["ok"], json!(true));

    let refused = |answers: &[Value]| {
        refused(&project, "owner-of-template-bucket", &context, &[std::slice::from_ref(&account), answers].concat())
    };
    assert_eq!(
        refused(&[status("403"), found]),
        "the template bucket `templates` is not of account 111122223333: whoever owns it would get the templates and could \
         change them; choose another `template_bucket_name`"
    );
    assert_eq!(
        refused(&[status("403"), status("403")]),
        "the template bucket `templates` may not be looked at: it is not of account 111122223333, or `s3:ListBucket` is missing"
    );
    assert_eq!(refused(&[status("400")]), "the template bucket `templates` cannot be looked at: 400: x");

    // Without a bucket, nothing is asked.
    for none in [json!(""), Value::Null] {
        let mut context = context.clone();
        context["stack"]["template_bucket_name"] = none;
        let (_, calls, done) = hook(&project, "before_update", &context, &[]);
        assert_eq!((calls.len(), &done["ok"]), (0, &json!(true)));
    }
}

#[test]
fn by_hand_a_template_bucket_that_only_sceptre_knows_is_said() {
    let project = Project::small();
    project.replace(
        "sceptre/config/prod/mail.yaml",
        "parameters:",
        "template_bucket_name: !environment_variable B\nparameters:",
    );
    let run = project.run(&["hook", "owner-of-template-bucket", "prod/mail.yaml"]).expect_code(0);
    assert_eq!(run.stdout, "prod/mail.yaml: owner of the template bucket not looked at: only Sceptre knows its name\n");
}

#[test]
fn a_value_that_no_parameter_can_have_is_refused() {
    let project = Project::small();
    let mut context = context(&project);
    context["stack"]["parameters"]["AllowedSourceIPs"] = json!(["202.217.75.98/32", ["202.217.75.91/32"]]);
    let summary = refused(&project, "validate-parameters", &context, &[]);
    assert!(summary.contains("parameter `AllowedSourceIPs` is a list; a parameter is a text"), "{summary}");
}

/// Sceptre takes backslashes for slashes, so the schema and the source of the template are those of its real name.
#[test]
fn a_template_named_with_backslashes_is_the_same() {
    let project = Project::small();
    let mut context = context(&project);
    context["stack"]["template"]["path"] = json!(r".\mail.yaml");
    context["stack"]["parameters"]["RetentionDays"] = json!("91");
    let summary = refused(&project, "validate-parameters", &context, &[]);
    assert!(summary.contains("got `91`, expected a number of days that CloudWatch Logs takes"), "{summary}");
    project.replace("sceptre/templates/mail.yaml", "Default: 90", "Default: 30");
    let summary = refused(&project, "template-is-current", &context, &[]);
    assert!(summary.contains("differs from what `mail.yaml.j2` renders to"), "{summary}");
}

#[test]
fn a_stale_template_stops_the_launch() {
    let project = Project::small();
    project.replace("sceptre/templates/mail.yaml", "Default: 90", "Default: 30");
    let summary = refused(&project, "template-is-current", &context(&project), &[]);
    assert_eq!(
        summary,
        "sceptre/templates/mail.yaml:7: differs from what `mail.yaml.j2` renders to; run `sesame render mail.yaml`"
    );
}

#[test]
fn verify_stack_tells_the_first_failure() {
    let project = Project::small();
    let status =
        |status: &str| json!({"result": {"Stacks": [{"StackStatus": status, "CreationTime": "2026-11-22T01:00:00Z"}]}});
    let (_, calls, done) = hook(&project, "after_create", &context(&project), &[status("CREATE_COMPLETE")]);
    assert_eq!(done, json!({"ok": true, "summary": "CREATE_COMPLETE"}));
    assert_eq!(calls[0]["service"], json!("cloudformation"));
    assert_eq!(calls[0]["parameters"], json!({"StackName": "demo-prod-mail"}));

    let old = json!({"result": {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "CreationTime": "2026-11-21T01:00:00+00:00"}]}});
    let (_, _, done) = hook(&project, "after_update", &context(&project), &[old]);
    assert_eq!(done["summary"], json!("CREATE_COMPLETE, nothing changed"));

    // An update of an earlier run failed and was rolled back. It is not this run's doing, and nothing is left to do.
    let rolled_back = |changed: &str| {
        json!({"result": {"Stacks": [{"StackStatus": "UPDATE_ROLLBACK_COMPLETE",
            "CreationTime": "2026-11-20T01:00:00Z", "LastUpdatedTime": changed}]}})
    };
    let before = rolled_back("2026-11-21T01:00:00Z");
    let (_, _, done) = hook(&project, "after_update", &context(&project), &[before]);
    assert_eq!(done, json!({"ok": true, "summary": "UPDATE_ROLLBACK_COMPLETE, nothing changed"}));
    let events = json!({"result": {"StackEvents": []}});
    let now = rolled_back("2026-11-22T01:00:00Z");
    let summary = refused(&project, "after_update", &context(&project), &[now, events]);
    assert_eq!(summary, "stack `demo-prod-mail` is UPDATE_ROLLBACK_COMPLETE: CloudFormation gives no reason");

    let events = json!({"result": {"StackEvents": [
        {"StackId": "s", "PhysicalResourceId": "s", "LogicalResourceId": "demo", "ResourceStatus": "ROLLBACK_COMPLETE"},
        {"StackId": "s", "PhysicalResourceId": "b", "LogicalResourceId": "RawBucket", "ResourceType": "AWS::S3::Bucket",
         "ResourceStatus": "CREATE_FAILED", "ResourceStatusReason": "the name is taken"},
    ]}});
    let summary = refused(&project, "after_create", &context(&project), &[status("ROLLBACK_COMPLETE"), events]);
    assert_eq!(summary, "stack `demo-prod-mail` is ROLLBACK_COMPLETE: RawBucket (AWS::S3::Bucket): the name is taken");

    let summary = refused(&project, "after_create", &context(&project), &[status("UPDATE_IN_PROGRESS")]);
    assert_eq!(summary, "stack `demo-prod-mail` is still UPDATE_IN_PROGRESS; launch again when it is done");

    let failed = [status("UPDATE_ROLLBACK_FAILED"), json!({"result": {"StackEvents": []}})];
    let summary = refused(&project, "after_update", &context(&project), &failed);
    assert_eq!(
        summary,
        "stack `demo-prod-mail` is UPDATE_ROLLBACK_FAILED: CloudFormation gives no reason; when the cause is gone, run \
         `aws cloudformation continue-update-rollback --stack-name demo-prod-mail`"
    );

    // A stack that a change set made: its creation is that of the change set, its change that of the execution.
    let made = json!({"result": {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "CreationTime": "2026-11-20T01:00:00Z",
        "LastUpdatedTime": "2026-11-22T01:00:00Z"}]}});
    let (_, _, done) = hook(&project, "after_execute_change_set", &context(&project), &[made]);
    assert_eq!(done["summary"], json!("CREATE_COMPLETE"));

    // Sceptre goes on when CloudFormation refuses to execute a change set.
    let summary = refused(&project, "after_execute_change_set", &context(&project), &[status("REVIEW_IN_PROGRESS")]);
    assert_eq!(
        summary,
        "stack `demo-prod-mail` has only a change set, which was not executed; execute it, or launch the stack"
    );

    let missing = json!({"error": {"code": "ValidationError", "message": "Stack with id x does not exist"}});
    let summary = refused(&project, "verify-stack", &context(&project), &[missing]);
    assert_eq!(summary, "stack `demo-prod-mail` does not exist in CloudFormation");

    let denied = json!({"error": {"code": "AccessDenied", "message": "not authorised"}});
    let summary = refused(&project, "verify-stack", &context(&project), &[denied]);
    assert_eq!(summary, "AccessDenied: not authorised");
}

#[test]
fn a_backup_holds_template_and_parameters() {
    let project = Project::small();
    let stack = json!({"result": {"Stacks": [{"StackStatus": "CREATE_COMPLETE",
        "Parameters": [{"ParameterKey": "Token", "ParameterValue": "****"}], "Tags": []}]}});
    let template = json!({"result": {"TemplateBody": "Resources: {A: {Type: T}}\n"}});
    let none = json!({"result": {}});
    let answers = [stack.clone(), template, stack, none];
    let (_, calls, done) = hook(&project, "before_delete", &context(&project), &answers);
    assert_eq!(done["ok"], json!(true), "{done}");
    assert_eq!(calls[1]["operation"], json!("get_template"));
    let folder = "backups/prod/mail/2027-11-24T15-30-00.000Z";
    assert_eq!(done["summary"], json!(format!("backup in {folder}")));
    assert_eq!(std::fs::read_dir(project.file("backups/prod/mail")).unwrap().count(), 1);
    assert_eq!(project.read(&format!("{folder}/template.yaml")), "Resources: {A: {Type: T}}\n");
    let saved: Value = serde_json::from_str(&project.read(&format!("{folder}/stack.json"))).unwrap();
    assert_eq!(saved["parameters"][0]["ParameterValue"], json!("****"));
}

#[test]
fn nothing_to_back_up_is_no_failure_and_a_full_disk_is() {
    let project = Project::small();
    let missing = json!({"error": {"code": "ValidationError", "message": "does not exist"}});
    let (_, _, done) = hook(&project, "backup-current-config", &context(&project), &[missing]);
    assert_eq!(done, json!({"ok": true, "summary": "no stack to back up"}));

    // A stack that only has a change set was never made; an empty template is no backup of any other.
    let in_review = json!({"result": {"Stacks": [{"StackStatus": "REVIEW_IN_PROGRESS"}]}});
    let (_, _, done) = hook(&project, "before_delete", &context(&project), &[in_review.clone(), in_review]);
    assert_eq!(done, json!({"ok": true, "summary": "no stack to back up, only a change set"}));
    for empty in [json!({"result": {}}), json!({"result": {"TemplateBody": ""}})] {
        let stack = json!({"result": {"Stacks": [{"StackStatus": "CREATE_COMPLETE"}]}});
        let summary = refused(&project, "backup-current-config", &context(&project), &[stack, empty]);
        assert_eq!(summary, "CloudFormation gives no template to back up");
    }
    assert!(!project.file("backups").exists());

    project.write("backups", "a file where the folder should be");
    let stack = json!({"result": {"Stacks": [{}]}});
    let template = json!({"result": {"TemplateBody": {"Resources": {}}}});
    let summary = refused(&project, "before_delete", &context(&project), &[stack, template]);
    assert!(summary.starts_with("cannot write the backup"), "{summary}");
}

/// Sceptre runs the hooks of a stack that it then refuses to delete.
#[test]
fn a_protected_stack_is_not_prepared_for_its_end() {
    let project = Project::small();
    let mut context = context(&project);
    context["stack"]["protected"] = json!(true);
    let (_, calls, done) = hook(&project, "prepare-delete", &context, &[]);
    assert_eq!((calls.len(), done), (0, json!({"ok": true, "summary": "nothing to report"})));

    project.replace("sceptre/config/prod/mail.yaml", "parameters:", "protect: true\nparameters:");
    let run = project.run(&["hook", "prepare-delete", "prod/mail.yaml"]).expect_code(0);
    assert_eq!(run.stdout, "prod/mail.yaml: nothing to report\n");
}

#[test]
fn an_active_key_goes_only_when_it_is_named() {
    let project = Project::small();
    let answers = [
        json!({"result": {"Stacks": [{"StackStatus": "CREATE_COMPLETE"}]}}),
        json!({"result": {"StackResourceSummaries": [
            {"LogicalResourceId": "Person", "ResourceType": "AWS::IAM::User", "PhysicalResourceId": "taro"}]}}),
        json!({"result": {"TemplateBody": "Resources: {Person: {Type: AWS::IAM::User}}"}}),
        json!({"error": {"code": "NoSuchEntity", "message": "no password"}}),
        json!({"result": {"AccessKeyMetadata": [{"AccessKeyId": "AKIA", "Status": "Active"}]}}),
    ];
    let rest = |number| vec![json!({"result": {}}); number];
    // Its last use, and seven other things that a user may have.
    let asked = [&answers[..], &rest(8)].concat();
    let summary = refused(&project, "prepare-delete", &context(&project), &asked);
    assert_eq!(
        summary,
        "the stack cannot be deleted yet: user `taro` has the active access key `AKIA` (never used); make it inactive, or \
         set SESAME_ALLOW=prod/mail.yaml:Person to delete it"
    );

    let asked = [&answers[..], &rest(8)].concat();
    let mut input = format!("{}\n", context(&project));
    for (index, mut answer) in asked.into_iter().enumerate() {
        answer["id"] = json!(index + 1);
        input.push_str(&format!("{answer}\n"));
    }
    let mut command = project.command(&["hook", "prepare-delete"]);
    command.env("SESAME_ALLOW", "prod/mail.yaml:Person");
    let output = assert_cmd::Command::from_std(command).write_stdin(input).output().expect("a run");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.ends_with("{\"done\":{\"ok\":true,\"summary\":\"removed the access key `AKIA` of `taro`\"}}\n"),
        "{said}"
    );
    assert_eq!(said.matches("delete_access_key").count(), 1, "{said}");
}

#[test]
fn points_without_actions_do_nothing_and_unknown_ones_are_refused() {
    let project = Project::small();
    let (_, _, done) = hook(&project, "before_diff", &context(&project), &[]);
    assert_eq!(done, json!({"ok": true, "summary": "nothing to do"}));
    let summary = refused(&project, "before_creat", &context(&project), &[]);
    assert_eq!(
        summary,
        "`before_creat` is neither a hook point of Sceptre nor an action; did you mean `before_create`?"
    );
    let (_, _, done) = hook(&project, "template_is_current", &context(&project), &[]);
    assert_eq!(done["summary"], json!("template is current"));
}

#[test]
fn a_secret_never_leaves_the_hook() {
    let canary = "CANARY 7f3a";
    let project = Project::small();
    project.replace("sceptre/config/prod/mail.yaml", "not-a-secret-really", canary);
    let mut context = context(&project);
    context["stack"]["parameters"]["Token"] = json!(canary);
    context["stack"]["parameters"]["RetentionDays"] = json!("91");
    let (run, _, done) = hook(&project, "before_create", &context, &[]);
    assert_eq!(done["ok"], json!(false));
    assert!(!run.transcript().contains("CANARY"), "{}", run.transcript());
    assert!(run.stderr.contains("a token of letters"), "{}", run.stderr);
}

#[test]
fn by_hand_the_project_gives_the_context() {
    let project = Project::small();
    let run = project.run(&["hook", "before_create", "prod/mail.yaml"]).expect_code(0);
    assert_eq!(run.stdout, "prod/mail.yaml: 5 parameters valid, template is current\n");
    let run = project.run(&["hook", "before_create", "prod"]).expect_code(0);
    assert!(run.stdout.starts_with("prod/mail.yaml:"), "a group of one stack is that stack");
}

#[test]
fn by_hand_aws_needs_the_python_package() {
    let run = Project::small().run(&["hook", "verify-stack", "prod/mail.yaml"]).expect_code(1);
    assert_eq!(
        run.stderr,
        "prod/mail.yaml: AWS calls need the Python package `sceptre-sesame`: run the `sesame` that it installs\n"
    );
}

/// By hand, the host is the Python beside the program; here a script that notes how it was started, and answers.
#[test]
fn by_hand_the_host_is_the_python_of_the_same_installation() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::small();
    project.replace("sceptre/config/prod/mail.yaml", "!sesame retention_days", "'{{ var.days }}'");
    let script = "#!/bin/sh\nprintf '%s ' \"$@\" > \"$(dirname \"$0\")/arguments\"\nread call\n\
                  echo '{\"id\": 1, \"result\": {\"Stacks\": [{\"StackStatus\": \"CREATE_COMPLETE\"}]}}'\nread end\n";
    project.write("bin/python", script);
    std::fs::set_permissions(project.file("bin/python"), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::copy(assert_cmd::cargo::cargo_bin!("sesame"), project.file("bin/sesame")).unwrap();

    let mut command = std::process::Command::new(project.file("bin/sesame"));
    command
        .args(["--var", "days=90", "hook", "verify-stack", "prod/mail.yaml"])
        .current_dir(project.path())
        .envs([NOW])
        .stdin(std::process::Stdio::null());
    let run = Run::of(command).expect_code(0);
    assert_eq!(run.stdout, "prod/mail.yaml: CREATE_COMPLETE\n");
    let folder = project.path().canonicalize().unwrap().join("sceptre");
    assert_eq!(
        project.read("bin/arguments"),
        format!("-m sceptre_sesame --dir {} --stack prod/mail.yaml --var days=90 ", folder.display())
    );
}

#[test]
fn a_project_behind_a_link_is_checked_like_any_other() {
    let project = Project::small();
    std::os::unix::fs::symlink(project.file("sceptre"), project.file("link")).unwrap();
    let mut context = context(&project);
    context["project_path"] = json!(project.file("link"));
    context["stack"]["template"]["path"] = json!(project.file("link/templates/mail.yaml"));
    let (_, _, done) = hook(&project, "before_create", &context, &[]);
    assert_eq!(done["summary"], json!("5 parameters valid, template is current"));
    context["stack"]["parameters"]["RetentionDays"] = json!("91");
    let summary = refused(&project, "before_create", &context, &[]);
    assert!(summary.contains("got `91`"), "{summary}");
}

#[test]
fn a_stack_name_cannot_lead_out_of_the_backups() {
    let project = Project::small();
    let mut context = context(&project);
    context["stack"]["name"] = json!("../../outside");
    let summary = refused(&project, "before_delete", &context, &[]);
    assert_eq!(summary, "the stack name `../../outside` leads out of the project");
}

#[test]
fn a_template_that_changed_while_sceptre_ran_is_stopped() {
    let project = Project::small();
    let mut context = context(&project);
    context["stack"]["template"]["body"] = json!("---\nResources: {A: {Type: T}}\n");
    let summary = refused(&project, "template-is-current", &context, &[]);
    assert!(summary.starts_with("Sceptre would send another template than `mail.yaml`"), "{summary}");
}

#[test]
fn a_reason_of_several_lines_becomes_one() {
    let project = Project::small();
    let answer =
        json!({"result": {"Stacks": [{"StackStatus": "CREATE_FAILED", "StackStatusReason": "one\ntwo\u{1b}[31m"}]}});
    let events = json!({"result": {"StackEvents": []}});
    let summary = refused(&project, "verify-stack", &context(&project), &[answer, events]);
    assert_eq!(summary, "stack `demo-prod-mail` is CREATE_FAILED: one two\\u{1b}[31m");
}

#[test]
fn another_validation_error_is_not_taken_for_a_missing_stack() {
    let project = Project::small();
    let answer = json!({"error": {"code": "ValidationError", "message": "1 validation error detected"}});
    let summary = refused(&project, "verify-stack", &context(&project), &[answer]);
    assert_eq!(summary, "ValidationError: 1 validation error detected");
}

//! `sesame render`.

use std::process::Command;

use crate::support::golden::assert_golden;
use crate::support::{NOW, Project, Run};

const TEMPLATE: &str = "sceptre/templates/mail.yaml";
const SOURCE: &str = "templates/mail.yaml.j2";

#[test]
fn writes_what_the_golden_file_holds_and_then_nothing() {
    let project = Project::small();
    std::fs::remove_file(project.file(TEMPLATE)).unwrap();
    let run = project.run(&["render"]).expect_code(0);
    assert_eq!(run.stdout, format!("wrote {TEMPLATE}\n1 template rendered, 1 changed\n"));
    assert_golden("render/mail.yaml", &project.read(TEMPLATE));

    let before = std::fs::metadata(project.file(TEMPLATE)).unwrap().modified().unwrap();
    let run = project.run(&["render"]).expect_code(0);
    assert_eq!(run.stdout, "1 template rendered, 0 changed\n");
    assert_eq!(std::fs::metadata(project.file(TEMPLATE)).unwrap().modified().unwrap(), before);
}

#[test]
fn lambda_source_is_taken_raw() {
    let project = Project::small();
    project.run(&["render"]).expect_code(0);
    assert!(
        project.read(TEMPLATE).contains("          # Braces are code here: {{ \"not Jinja\" }} and {% also not %}.")
    );
}

#[test]
fn the_files_of_a_function_become_one() {
    let project = Project::small();
    project.replace(SOURCE, "source(\"functions/hello/index.py\")", "function_source(\"hello\")");
    project.write(
        "templates/functions/hello/words.py",
        "import json\n\n\ndef answer(event):\n    return json.dumps(event)\n",
    );
    project.write(
        "templates/functions/hello/index.py",
        "import os\n\nfrom hello.words import answer\n\n\ndef handler(event, context):\n    return answer(event)\n",
    );
    project.run(&["render"]).expect_code(0);
    let code = "import json\nimport os\n\n\n# hello/words.py\n\ndef answer(event):\n    return json.dumps(event)\n\n\n\
                # hello/index.py\n\ndef handler(event, context):\n    return answer(event)\n";
    let indented = code.replace('\n', "\n          ").replace("          \n", "\n");
    assert!(project.read(TEMPLATE).contains(indented.trim_end()), "{}", project.read(TEMPLATE));

    project.replace("templates/functions/hello/words.py", "answer", "handler");
    assert_golden("render/refused-function", &project.run(&["render"]).expect_code(2).transcript());
}

#[test]
fn check_shows_the_difference_and_changes_nothing() {
    let project = Project::small();
    project.run(&["render", "--check"]).expect_code(0);
    project.replace(TEMPLATE, "Default: 90", "Default: 30");
    let edited = project.read(TEMPLATE);
    assert_golden("render/check-stale", &project.run(&["render", "--check"]).expect_code(2).transcript());
    assert_eq!(project.read(TEMPLATE), edited);
}

#[test]
fn a_file_written_by_hand_is_not_overwritten() {
    let project = Project::small();
    let text = "Resources: {A: {Type: T}}\n";
    project.write(TEMPLATE, text);
    assert_golden("render/not-rendered", &project.run(&["render"]).expect_code(2).transcript());
    assert_eq!(project.read(TEMPLATE), text);
}

/// Folders that lie so deep that their paths are too long for the system: not even the superuser lists them.
#[test]
fn sources_that_cannot_be_listed() {
    let project = Project::small();
    let below = |folder: &str| (0..15).fold(project.file(folder), |path, _| path.join("d".repeat(250)));
    for folder in ["a", "b"] {
        std::fs::create_dir_all(below(folder)).unwrap();
    }
    std::fs::rename(project.file("b"), below("a").join("b")).unwrap();
    std::fs::rename(project.file("a"), project.file("templates/a")).unwrap();
    assert_golden("render/source-unreadable", &project.run(&["validate"]).expect_code(2).transcript());
    project.run(&["check"]).expect_code(2);
}

#[test]
fn check_finds_missing_and_orphaned_files() {
    let project = Project::small();
    std::fs::rename(project.file(TEMPLATE), project.file("sceptre/templates/old.yaml")).unwrap();
    project.write("sceptre/templates/by-hand.yaml", "Resources: {A: {Type: T}}\n");
    assert_golden("render/check-orphan", &project.run(&["render", "--check"]).expect_code(2).transcript());
}

#[test]
fn can_be_limited_to_stacks_and_templates() {
    let project = Project::small();
    project.write("templates/other.yaml.j2", "Resources: {A: {Type: T}}\n");
    for name in ["mail.yaml", "mail.yaml.j2", SOURCE, TEMPLATE, "prod/mail.yaml", "prod", "sceptre/config/prod"] {
        let run = project.run(&["render", name]).expect_code(0);
        assert_eq!(run.stdout, "1 template rendered, 0 changed\n", "{name}");
    }
    let run = project.run(&["render", "mial.yaml"]).expect_code(1);
    assert_eq!(
        run.stderr,
        "sesame: `mial.yaml` is neither a template with a source nor a stack or group; did you mean `mail.yaml`?\n"
    );
}

/// Each source that must not render, and the error it gives.
#[test]
fn refusals() {
    let cases = [
        ("undefined", "Resources: {A: {Type: {{ catalog.bucket }}}}\n"),
        ("syntax", "Resources:\n{% for x in catalog.buckets %}\n  A: {Type: T}\n"),
        ("not-yaml", "Resources:\n  A: {Type: T\n  B: 1\n"),
        (
            "not-cloudformation",
            "Resources:\n{% for b in catalog.buckets %}\n  A{{ b }}: {Typ: T}\n{% endfor %}\nOutputs:\n  O: {Value: !Ref Missing}\n",
        ),
        ("duplicate-resource", "Resources:\n{% for b in catalog.buckets %}\n  A: {Type: T}\n{% endfor %}\n"),
        ("include-outside", "Resources: {A: {Type: '{% include \"../sceptre/config/config.yaml\" %}'}}\n"),
        ("source-outside", "Resources: {A: {Type: '{{ source(\"/etc/passwd\") }}'}}\n"),
        ("function-missing", "Resources: {A: {Type: '{{ function_source(\"none\") }}'}}\n"),
        ("function-outside", "Resources: {A: {Type: '{{ function_source(\"../..\") }}'}}\n"),
        ("source-missing", "Resources: {A: {Type: '{{ source(\"functions/none.py\") }}'}}\n"),
        (
            "endless",
            "Resources: {A: {Type: '{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}'}}\n",
        ),
        ("recursion", "Resources: {A: {Type: '{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}'}}\n"),
        ("empty", ""),
    ];
    let before = Project::small().read(TEMPLATE);
    for (name, source) in cases {
        let project = Project::small();
        project.write(SOURCE, source);
        // A good source beside it must not be written either.
        project.write("templates/good.yaml.j2", "Resources: {A: {Type: T}}\n");
        assert_golden(&format!("render/refused-{name}"), &project.run(&["render"]).expect_code(2).transcript());
        assert_eq!(project.read(TEMPLATE), before, "{name}");
        assert!(!project.file("sceptre/templates/good.yaml").exists(), "{name}");
    }
}

#[test]
fn an_error_in_an_included_file_names_that_file() {
    let project = Project::small();
    project.write("templates/partials/tags.j2", "{% macro tags() -%}\nTags: []\n{{ nothing.here }}\n{%- endmacro %}\n");
    let run = project.run(&["render"]).expect_code(2);
    assert!(run.stdout.contains("templates/partials/tags.j2:3"), "{}", run.stdout);
    assert!(
        run.stdout.contains("`nothing.here` is not defined") || run.stdout.contains("`nothing` is not defined"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_broken_catalogue_is_named_with_its_line() {
    let project = Project::small();
    project.write("templates/catalog.yaml", "buckets: [raw\nother: 1\n");
    let run = project.run(&["render"]).expect_code(2);
    assert!(run.stdout.contains("templates/catalog.yaml:2:"), "{}", run.stdout);
}

#[test]
fn a_large_template_needs_a_bucket() {
    let project = Project::small();
    let padding = "# padding\n".repeat(5_200);
    project.write("templates/big.yaml.j2", &format!("Resources: {{A: {{Type: T}}}}\n{padding}"));
    project.write("sceptre/config/prod/big.yaml", "template: {path: big.yaml}\n");
    let run = project.run(&["render"]).expect_code(2);
    assert!(run.stdout.contains("CloudFormation takes 51200 without a template bucket"), "{}", run.stdout);

    project
        .write("sceptre/config/config.yaml", "project_code: demo\nregion: ap-northeast-1\ntemplate_bucket_name: b\n");
    project.run(&["render"]).expect_code(0);
    project.run(&["validate"]).expect_code(0);

    project.write("templates/big.yaml.j2", &format!("Resources: {{A: {{Type: T}}}}\n{}", padding.repeat(20)));
    let run = project.run(&["render"]).expect_code(2);
    assert!(run.stdout.contains("CloudFormation takes 1000000 from a template bucket"), "{}", run.stdout);
}

#[test]
fn a_folder_that_cannot_be_written_is_one_line_and_exit_1() {
    let project = Project::small();
    std::fs::remove_dir_all(project.file("sceptre/templates")).unwrap();
    // A file where the folder should be: nobody, not even root, can write below it.
    project.write("sceptre/templates", "");
    let run = project.run(&["render"]).expect_code(1);
    assert!(run.stderr.starts_with("sesame: cannot write `sceptre/templates/mail.yaml`"), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1);
}

#[test]
fn a_project_without_sources_has_nothing_to_render() {
    let project = Project::with(&[("config/config.yaml", "project_code: x\nregion: y\n")]);
    let run = project.run(&["render"]).expect_code(1);
    assert!(run.stderr.starts_with("sesame: nothing to render"), "{}", run.stderr);
}

#[test]
fn the_committed_tree_is_current() {
    let root = env!("CARGO_MANIFEST_DIR");
    let project = Project::empty();
    let run = project.run(&["--dir", &format!("{root}/sceptre"), "render", "--check"]);
    assert_eq!(run.code, 0, "{}", run.transcript());
}

#[test]
fn a_file_that_a_person_wrote_is_not_replaced() {
    let project = Project::small();
    project.write(TEMPLATE, "Resources: {Mine: {Type: T}}\n");
    let run = project.run(&["render"]).expect_code(2);
    assert!(run.stdout.contains("was not written by `sesame render`"), "{}", run.stdout);
    assert_eq!(project.read(TEMPLATE), "Resources: {Mine: {Type: T}}\n");
}

#[test]
fn each_file_of_the_catalogue_has_its_own_name() {
    let project = Project::small();
    project.write("templates/topics.yaml", "names: [alerts, reports]\n");
    project.write(
        "templates/topics.yaml.j2",
        "Resources:\n{% for name in topics.names %}\n  {{ name }}: {Type: AWS::SNS::Topic}\n{% endfor %}\n",
    );
    project.run(&["render"]).expect_code(0);
    let text = project.read("sceptre/templates/topics.yaml");
    assert!(text.contains("  alerts: {Type: AWS::SNS::Topic}\n  reports: {Type: AWS::SNS::Topic}\n"), "{text}");
}

#[test]
fn links_in_the_source_folder_lead_nowhere() {
    let project = Project::small();
    std::os::unix::fs::symlink(".", project.file("templates/again")).unwrap();
    std::os::unix::fs::symlink(".", project.file("templates/and-again")).unwrap();
    assert_eq!(project.run(&["render"]).expect_code(0).stdout, "1 template rendered, 0 changed\n");

    project.write("outside.yaml", "buckets: [outside]\n");
    std::fs::remove_file(project.file("templates/catalog.yaml")).unwrap();
    std::os::unix::fs::symlink("../outside.yaml", project.file("templates/catalog.yaml")).unwrap();
    let run = project.run(&["render"]).expect_code(2);
    assert!(run.stdout.contains("this file is outside the template folder"), "{}", run.stdout);
}

#[test]
fn a_stack_without_a_source_is_said_to_have_none() {
    let project = Project::small();
    project.write("sceptre/templates/plain.yaml", "Resources: {A: {Type: T}}\n");
    project.write("sceptre/config/prod/plain.yaml", "template: {path: plain.yaml}\n");
    let run = project.run(&["render", "prod/plain.yaml"]).expect_code(1);
    assert_eq!(run.stderr, "sesame: `prod/plain.yaml` has no template with a source\n");
}

/// A limit on the size of files stands for the disk: the write begins, and fails in the middle.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_the_old_files_and_nothing_else() {
    let project = Project::small();
    let listing = |project: &Project| {
        let entries = std::fs::read_dir(project.file("sceptre/templates")).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let padding = "# padding\n".repeat(1_000);
    let source = project.read(SOURCE);
    project.write(SOURCE, &format!("{source}{padding}"));
    let (before, names) = (project.read(TEMPLATE), listing(&project));
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 4; exec \"$0\" render", env!("CARGO_BIN_EXE_sesame")])
        .envs([NOW])
        .current_dir(project.path());
    let run = Run::of(command).expect_code(1);
    assert!(run.stderr.contains("mail.yaml") && run.stderr.contains("File too large"), "{}", run.transcript());
    assert_eq!((project.read(TEMPLATE), listing(&project)), (before, names));
}

#[test]
#[cfg(target_os = "linux")]
fn a_report_that_cannot_be_written_is_an_error() {
    let project = Project::small();
    for arguments in [&["check"][..], &["check", "--format", "json"], &["graph"]] {
        let mut command = project.command(arguments);
        command.stdout(std::fs::File::options().write(true).open("/dev/full").unwrap());
        let run = Run::of(command).expect_code(1);
        assert_eq!(run.stderr, "sesame: No space left on device (os error 28)\n");
    }
}

/// `render` would refuse to write it, so `check` does not advise that.
#[test]
fn a_source_that_renders_to_too_much_is_not_stale() {
    let project = Project::small();
    let source = format!(
        "{}{{% for i in range(60000) %}}\n# a comment\n{{% endfor %}}\n",
        project.read("templates/mail.yaml.j2")
    );
    project.write("templates/mail.yaml.j2", &source);
    let run = project.run(&["check"]).expect_code(2);
    assert!(run.stdout.contains("error[template-too-large]") && !run.stdout.contains("stale"), "{}", run.transcript());
}

//! Reading a project the way Sceptre does; seen through the values that `sesame resolve` and `validate` work with.

use crate::support::Project;

/// A project without any of our own folders: plain Sceptre.
fn plain(files: &[(&str, &str)]) -> Project {
    let project = Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        (
            "templates/one.yaml",
            "Parameters: {Name: {Type: String, AllowedValues: [right]}}\nResources: {A: {Type: T}}\n",
        ),
        ("config/a/b/one.yaml", "template: {path: one.yaml}\nparameters: {Name: right}\n"),
    ]);
    for (name, text) in files {
        project.write(name, text);
    }
    project
}

#[track_caller]
fn valid(files: &[(&str, &str)], arguments: &[&str]) {
    let run = plain(files).run(arguments);
    assert_eq!(run.code, 0, "{}", run.transcript());
}

#[test]
fn a_plain_project_works_without_schemas_sources_and_environment() {
    valid(&[], &["validate"]);
}

#[test]
fn group_configs_are_inherited_and_the_child_wins() {
    let parameters = "parameters: {Name: wrong}\n";
    let stack = ("config/a/b/one.yaml", "template: {path: one.yaml}\n");
    valid(
        &[("config/a/config.yaml", parameters), ("config/a/b/config.yaml", "parameters: {Name: right}\n"), stack],
        &["validate"],
    );
    valid(
        &[
            ("config/a/config.yaml", "parameters: {Name: right}\n"),
            ("config/a/b/one.yaml", "template: {path: one.yaml}\nparameters_inheritance: merge\nparameters: {}\n"),
        ],
        &["validate"],
    );
}

#[test]
fn files_of_the_same_name_above_are_inherited() {
    valid(
        &[
            ("config/one.yaml", "template: {path: one.yaml}\nparameters: {Name: right}\n"),
            ("config/a/b/one.yaml", "stack_tags: {A: b}\n"),
        ],
        &["validate", "a"],
    );
}

#[test]
fn jinja_sees_what_sceptre_shows_it() {
    let with = |value: &str| format!("template: {{path: one.yaml}}\nparameters: {{Name: {value}}}\n");
    let group = ("config/a/config.yaml", "custom: {deep: [x, right]}\n");
    for (value, arguments) in [
        ("'{{ var.name }}'", &["--var", "name=right", "validate"][..]),
        ("'{{ var.x.name }}'", &["--var", "x.name=right", "validate"]),
        ("'{{ stack_group_config.custom.deep[1] }}'", &["validate"]),
        ("'{{ custom.deep[1] }}'", &["validate"]),
        ("'{{ \"right\" if command_path[0] == \"a\" else \"wrong\" }}'", &["validate", "a/b"]),
        ("'{{ environment_variable.NOT_SET | default(\"right\") }}'", &["validate"]),
        ("'{{ \"right\" if stack_group_path == \"a/b\" else \"wrong\" }}'", &["validate"]),
        ("'{{ {\"k\": \"right\"}.items() | list | last | last }}'", &["validate"]),
    ] {
        let run = plain(&[group, ("config/a/b/one.yaml", &with(value))]).run(arguments);
        assert_eq!(run.code, 0, "{value}: {}", run.transcript());
    }
}

#[test]
fn includes_come_from_the_folder_of_the_file() {
    valid(
        &[
            ("config/a/b/name.txt", "right"),
            ("config/a/b/one.yaml", "template: {path: one.yaml}\nparameters: {Name: {% include 'name.txt' %}}\n"),
        ],
        &["validate"],
    );
    let outside = "template: {path: one.yaml}\nparameters: {Name: {% include '../../config.yaml' %}}\n";
    let run = plain(&[("config/a/b/one.yaml", outside)]).run(&["validate"]).expect_code(2);
    assert!(run.stdout.contains("is outside the template folder"), "{}", run.stdout);
}

#[test]
fn variable_files_are_read_and_merged() {
    let files = [
        ("one.yaml", "x: {name: right, other: 1}\n"),
        ("two.yaml", "x: {other: 2}\n"),
        ("config/a/b/one.yaml", "template: {path: one.yaml}\nparameters: {Name: '{{ var.x.name }}'}\n"),
    ];
    valid(&files, &["validate", "--var-file", "one.yaml", "--var-file", "two.yaml", "--merge-vars"]);
    plain(&files).run(&["validate", "--var-file", "one.yaml", "--var-file", "two.yaml"]).expect_code(2);
    let run = plain(&files).run(&["validate", "--var-file", "none.yaml"]).expect_code(1);
    assert!(run.stderr.starts_with("sesame: cannot use variable file `none.yaml`"), "{}", run.stderr);
}

#[test]
fn resolvers_that_need_no_aws() {
    let with =
        |value: &str| format!("template: {{path: one.yaml}}\nproject_code: right\nparameters: {{Name: {value}}}\n");
    for value in [
        "!stack_attr project_code",
        "!join ['', [ri, ght]]",
        "!select [1, !split [';', 'wrong;right']]",
        "!select [-1, [wrong, right]]",
        "!sub ['{a}{b}', {a: ri, b: ght}]",
        "!sub ['{a[0]}', {a: [right]}]",
        // Only AWS knows these: no finding is better than a false one.
        "!stack_output a/b/two.yaml::Name",
        "!stack_output_external other::Name",
        "!ssm /some/path",
        "!environment_variable NOT_SET_HERE",
    ] {
        let run = plain(&[("config/a/b/one.yaml", &with(value))]).run(&["validate"]);
        assert_eq!(run.code, 0, "{value}: {}", run.transcript());
    }
    for (value, reason) in [
        ("!stack_attr region", "got `ap-northeast-1`"),
        ("!join [x]", "takes a list of two elements"),
        ("!select [7, [a]]", "names nothing"),
        ("!sub ['{c}', {a: b}]", "has no value for `c`"),
        ("!file_contents /no/such/file", "cannot read `/no/such/file`"),
        ("!sesame domain", "needs an `environment:` mapping"),
        ("!no_value x", "has no value and no default"),
        ("!stack_attr parameters.Name", "`!stack_attr parameters.Name` refers to itself"),
        ("!file_contents /dev/zero", "cannot read `/dev/zero`: it is not a regular file"),
        ("!split ['', x]", "cannot split at an empty text"),
    ] {
        let run = plain(&[("config/a/b/one.yaml", &with(value))]).run(&["validate"]);
        assert!(run.code == 2 && run.stdout.contains(reason), "{value}: {}", run.transcript());
    }
}

#[test]
fn lines_are_those_of_the_file_on_disk_even_behind_jinja_blocks() {
    let text = "{% if false %}\nignored: 1\nignored2: 1\n{% endif %}\ntemplate: {path: one.yaml}\nparameters:\n  Name: wrong\n";
    let run = plain(&[("config/a/b/one.yaml", text)]).run(&["validate"]).expect_code(2);
    assert!(run.stdout.contains("config/a/b/one.yaml:7:9"), "{}", run.stdout);
}

#[test]
fn yml_files_and_group_files_are_no_stacks() {
    let run =
        plain(&[("config/a/two.yml", "nonsense: ["), ("config/a/config.prod.yaml", "nonsense: [")]).run(&["validate"]);
    assert_eq!(run.stdout, "1 stack checked: no problems\n");
}

#[test]
fn sceptres_own_jinja_templates_are_rendered() {
    let files = [
        (
            "templates/two.yaml.j2",
            "Parameters: {Name: {Type: String, AllowedValues: [{{ sceptre_user_data.allowed }}]}}\nResources: {A: {Type: T}}\n",
        ),
        (
            "config/a/b/one.yaml",
            "template: {path: two.yaml.j2}\nsceptre_user_data: {allowed: right}\nparameters: {Name: right}\n",
        ),
    ];
    valid(&files, &["validate"]);
    let project = plain(&files);
    project.replace("config/a/b/one.yaml", "allowed: right", "allowd: right");
    let run = project.run(&["validate"]).expect_code(2);
    assert!(run.stdout.contains("templates/two.yaml.j2:1"), "{}", run.stdout);
}

#[test]
fn delimiters_of_j2_environment_are_honoured_and_the_rest_refused() {
    let group = "j2_environment: {variable_start_string: '<<', variable_end_string: '>>'}\n";
    let stack = "template: {path: one.yaml}\nparameters: {Name: '<< \"{{right}}\" | replace(\"{{\", \"\") | replace(\"}}\", \"\") >>'}\n";
    valid(&[("config/a/config.yaml", group), ("config/a/b/one.yaml", stack)], &["validate"]);
    let run = plain(&[
        ("config/a/config.yaml", "j2_environment: {extensions: [x]}\n"),
        ("config/a/b/one.yaml", "template: {path: '{{ \"one.yaml\" }}'}\n"),
    ])
    .run(&["validate"])
    .expect_code(2);
    let reason = "`j2_environment.extensions` lists an extension that does not come with Jinja2";
    assert!(run.stdout.contains(reason), "{}", run.stdout);
}

#[test]
fn files_of_the_same_name_are_merged_before_the_group() {
    let stack = |text: &str| format!("template: {{path: one.yaml}}\n{text}");
    let group = (
        "config/config.yaml",
        "project_code: demo\nregion: x\nparameters_inheritance: merge\nparameters: {Name: wrong}\n",
    );
    // The file above is replaced, not merged: only the group says `merge`.
    valid(
        &[
            group,
            ("config/one.yaml", "parameters: {Nmae: unknown}\n"),
            ("config/a/b/one.yaml", &stack("parameters: {Name: right}\n")),
        ],
        &["validate", "a"],
    );
    let nothing = stack("parameters_inheritance: merge\nparameters:\n");
    valid(&[("config/a/config.yaml", "parameters: {Name: right}\n"), ("config/a/b/one.yaml", &nothing)], &["validate"]);
}

#[test]
fn what_cannot_be_merged_is_refused() {
    for (group, stack, message) in [
        (
            "parameters_inheritance: mrge\n",
            "",
            "`parameters_inheritance` is `mrge`; Sceptre takes `merge` or `override`",
        ),
        ("", "dependencies: a/b/two.yaml\n", "`dependencies` is a string, not a list"),
        ("hooks: {before_create: []}\n", "hooks_inheritance: merge\n", "Sceptre cannot merge `hooks`"),
    ] {
        let stack = format!("template: {{path: one.yaml}}\n{stack}parameters: {{Name: right}}\n");
        let run = plain(&[("config/a/config.yaml", group), ("config/a/b/one.yaml", &stack)]).run(&["validate"]);
        assert!(run.code == 2 && run.stdout.contains(message), "{}", run.transcript());
    }
}

#[test]
fn stack_group_path_is_the_folder_that_is_read_for() {
    let stack = ("config/a/b/one.yaml", "template: {path: one.yaml}\nparameters: {Name: '{{ name }}'}\n");
    let group = |folder: &str| format!("name: \"{{{{ 'right' if stack_group_path == '{folder}' else 'wrong' }}}}\"\n");
    // Also where a group config above another folder was read first.
    let other = ("config/a/a/one.yaml", "template: {path: one.yaml}\nparameters: {Name: right}\n");
    valid(&[("config/a/config.yaml", &group("a/b")), stack, other], &["validate"]);
    let between = ("config/a/b/config.yaml", "more: 1\n");
    valid(&[("config/a/config.yaml", &group("a/b")), stack, other, between], &["validate"]);
}

#[test]
fn folders_with_the_name_of_a_file_are_ignored() {
    valid(&[("config/a/config.yaml/note.txt", ""), ("config/one.yaml/note.txt", "")], &["validate"]);
}

/// Marks at the start of a file, lists that go on at the left, whole numbers of any size.
#[test]
fn texts_that_pyyaml_takes() {
    for text in [
        "\u{feff}template: {path: one.yaml}\nparameters: {Name: right}\n",
        "template: {path: one.yaml}\nparameters: {\n  Name: right\n}\n",
        "template: {path: one.yaml}\nsceptre_user_data:\n  A: [\n  a\n  ]\nparameters: {Name: right}\n",
        "template: {path: one.yaml}\nsceptre_user_data: {a: 123456789012345678901234567890, 1: a, '1': b}\nparameters: {Name: right}\n",
    ] {
        valid(&[("config/a/b/one.yaml", text)], &["validate"]);
    }
}

#[test]
fn texts_that_are_nested_too_deeply_are_refused() {
    for nested in ["- ".repeat(20_000), "[".repeat(20_000), "{a: ".repeat(20_000)] {
        let text = format!("template: {{path: one.yaml}}\nsceptre_user_data:\n {nested}1\n");
        let run = plain(&[("config/a/b/one.yaml", &text)]).run(&["validate"]).expect_code(2);
        assert!(run.stdout.contains("nested more than 100 levels deep"), "{}", run.stdout);
        let run = plain(&[("templates/one.yaml", &format!("Resources:\n {nested}1\n"))]).run(&["validate"]);
        assert_eq!(run.code, 2, "{}", run.transcript());
    }
}

#[test]
fn what_is_no_file_is_refused_and_never_waited_for() {
    let project = plain(&[]);
    let config = project.file("config");
    std::os::unix::fs::symlink("nowhere", config.join("dangling.yaml")).unwrap();
    std::os::unix::fs::symlink(".", config.join("circle")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", config.join("endless.yaml")).unwrap();
    project.write("config/large.yaml", &"# many\n".repeat(2_000_000));
    let run = project.run(&["validate"]).expect_code(2);
    for line in [
        "cannot be read: No such file or directory (os error 2)\n --> config/dangling.yaml",
        "cannot be read: it is not a regular file\n --> config/endless.yaml",
        "cannot be read: it is larger than 10485760 bytes\n --> config/large.yaml",
        "4 stacks checked: 3 errors",
    ] {
        assert!(run.stdout.contains(line), "{line}: {}", run.stdout);
    }
}

#[test]
fn lines_of_unreadable_files_are_those_on_disk() {
    let block = "{% for i in range(9) %}\n# {{ i }}\n{% endfor %}\ntemplate: {path: one.yaml}\n";
    for (end, line) in [("region: a\nregion: b\n", "one.yaml:6:1"), ("region: [a\nx: b\n", "one.yaml:6:")] {
        let run = plain(&[("config/a/b/one.yaml", &format!("{block}{end}"))]).run(&["validate"]).expect_code(2);
        assert!(run.stdout.contains(line), "{}", run.stdout);
    }
    let text = format!("{block}region: a\nregion: b\n");
    let run = plain(&[("config/a/b/one.yaml", &text)]).run(&["validate"]);
    assert!(run.stdout.contains("key `region` stands twice, first in line 5"), "{}", run.stdout);
}

/// Another difference of `docs/compatibility.md`.
#[test]
fn the_required_version_is_not_looked_at() {
    valid(&[("config/a/config.yaml", "required_version: '>5'\n")], &["validate"]);
}

/// The differences that `docs/compatibility.md` lists.
#[test]
fn jinja_differs_where_the_documentation_says_so() {
    fn files(stack: &str) -> [(&str, &str); 3] {
        [
            ("config/a/config.yaml", "word: wrong\n"),
            ("config/a/b/m.j2", "{% macro f() %}{{ word is defined }}{% endmacro %}"),
            ("config/a/b/one.yaml", stack),
        ]
    }
    let with = |value: &str| {
        format!("template: {{path: one.yaml}}\n{{% import 'm.j2' as m %}}\nparameters: {{Name: \"{value}\"}}\n")
    };
    // As in Sceptre: an imported macro does not see the variables of the file.
    let stack = with("{{ 'wrong' if m.f() == 'True' else 'right' }}");
    valid(&files(&stack), &["validate"]);
    for (value, message) in [
        ("{{ 'a'.encode() }}", "sesame does not know the method `encode` of texts"),
        ("{{ 'a' | urlize }}", "`urlize` is not done by sesame"),
        ("{{ 'a-b' | wordwrap(2) }}", "`wordwrap` of a text with hyphens is not done by sesame"),
        ("{{ m.f }} {{ 'a'.upper }}", "shows an address of memory"),
        ("{{ 2 ** 200 }}", "a number is larger than this program calculates with"),
    ] {
        let stack = with(value);
        let run = plain(&files(&stack)).run(&["validate"]).expect_code(2);
        assert!(run.stdout.contains(message), "{value}: {}", run.stdout);
    }
    // Sceptre: a tab before a key of a list in brackets is an error.
    valid(&[("config/a/b/one.yaml", "template: {path: one.yaml}\nparameters: {\n\tName: right}\n")], &["validate"]);
}

/// The whole project is read, whatever its extensions; a statement of one is reported where it stands.
#[test]
fn extensions_of_jinja2_are_taken_and_told_where_they_cannot_be_done() {
    let group =
        "j2_environment: {extensions: [jinja2.ext.do, jinja2.ext.loopcontrols, jinja2.ext.debug, jinja2.ext.i18n]}\n";
    let stack = |text: &str| format!("template: {{path: one.yaml}}\n{text}\nparameters: {{Name: right}}\n");
    let with = |stack: &str| [("config/a/config.yaml", group.to_owned()), ("config/a/b/one.yaml", stack.to_owned())];
    let run = |text: &str| {
        let files = with(&stack(text));
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        plain(&files).run(&["validate"])
    };
    run("{% set names = [] %}{% do names.append(1) %}{% for x in names %}{% break %}{% endfor %}").expect_code(0);
    let debug = run("{% debug %}").expect_code(2);
    assert!(debug.stdout.contains("`debug` writes everything that the template sees"), "{}", debug.stdout);
    let trans = run("{% trans %}x{% endtrans %}").expect_code(2);
    assert!(trans.stdout.contains("`trans` needs translations, which Sceptre does not install"), "{}", trans.stdout);
    let none = stack("{% do 1 %}");
    let none = plain(&[("config/a/b/one.yaml", &none)]).run(&["validate"]).expect_code(2);
    assert!(none.stdout.contains("list that in `extensions` of `j2_environment`"), "{}", none.stdout);
}

#[test]
fn jinja_that_grows_without_end_is_stopped() {
    let text =
        "{% set ns = namespace(x='aaaaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}";
    let project = plain(&[("config/a/b/one.yaml", &format!("template: {{path: one.yaml}}\nx: \"{text}\"\n"))]);
    let run = project.run(&["validate"]).expect_code(2);
    assert!(run.stdout.contains("makes a text of more than 52428800 bytes"), "{}", run.transcript());
}

/// A template that Sceptre renders is told at the line that wrote a mistake, also in a macro; its `j2_environment` is
/// that of the group; and what chance decides is not known.
#[test]
fn sceptres_own_templates_are_told_at_the_line_that_wrote_them() {
    let template = "Resources:\n<% from 'topic.j2' import topic %>\n<% for name in ['A', 'B'] %>\n<< topic(name) >>\n<% endfor %>\n";
    let topic = "<# A topic. #>\n<% macro topic(name) %>\n  << name >>:\n    Type: AWS::SNS::Topic\n    Propertys: {}\n<% endmacro %>\n";
    let group = "j2_environment: {block_start_string: '<%', block_end_string: '%>', variable_start_string: '<<', variable_end_string: '>>', comment_start_string: '<#', comment_end_string: '#>'}\n";
    let project = plain(&[
        ("config/a/config.yaml", group),
        ("config/a/b/one.yaml", "template: {path: own.yaml.j2}\n"),
        ("templates/own.yaml.j2", template),
        ("templates/topic.j2", topic),
    ]);
    let run = project.run(&["validate"]).expect_code(2);
    assert!(run.stdout.contains("templates/topic.j2:5"), "{}", run.transcript());
    project.replace("templates/topic.j2", "Propertys: {}", "Propertys: {Chance: << [1, 2] | random >>}");
    project.run(&["validate"]).expect_code(0);
}

//! Files that nobody means to write. Whatever stands in one, the program ends, in time and within its memory, and says
//! in one error which file is wrong.

use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

use crate::support::{Project, Run};

/// A project of one stack, and the files of it that are YAML.
const FIRST: &str = "documented/first-project";
const STACK: &str = "config/dev/vpc.yaml";
const FIRST_FILES: &[&str] = &[STACK, "config/dev/config.yaml", TEMPLATE, "sesame.yaml"];
const TEMPLATE: &str = "templates/vpc.yaml";
const CATALOG: &str = "templates/catalog.yaml";
const SOURCE: &str = "templates/mail.yaml.j2";

/// Far more than any of these takes. A run that is ended has no exit code.
const LIMIT: Duration = Duration::from_secs(100);

fn check(project: &Project) -> Run {
    let mut command = assert_cmd::Command::from_std(project.command(&["check"]));
    Run::from_output(&command.timeout(LIMIT).output().expect("the program runs"))
}

/// What is wrong with a run that should say one thing, about this file; nothing if it does.
fn complaint(project: &Project, file: &str, what: &str) -> Option<String> {
    let run = check(project);
    let said = format!("{}{}", run.stdout, run.stderr);
    let is_one = run.code == 1 || run.code == 2 && run.stdout.ends_with("1 stack checked: 1 error\n");
    let name = file.rsplit('/').next().unwrap_or(file);
    let is_clear = is_one && said.contains(name) && said.len() < 2_000;
    (!is_clear).then(|| format!("{file}, {what}: {}", run.transcript().chars().take(3_000).collect::<String>()))
}

/// Puts something where a file belongs.
type Make = fn(&Project, &str);

fn pipe(project: &Project, file: &str) {
    let made = Command::new("mkfifo").arg(project.file(file)).status().expect("mkfifo");
    assert!(made.success());
}

/// Nine anchors, each ten of the one before: a thousand million values.
fn bomb() -> String {
    let mut text = String::from("a0: &a0 [x]\n");
    for level in 1..=9 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    text
}

#[test]
fn is_no_yaml() {
    let nested = |open: &str| format!("a:\n {}1\n", open.repeat(10_000));
    let broken = [
        ("a list without an end", b"a: [1\n".to_vec()),
        ("a text without an end", b"a: 'x\n".to_vec()),
        ("a tab", b"a:\n\tb: 1\n".to_vec()),
        ("not UTF-8", b"a: \xff\xfe\n".to_vec()),
        ("UTF-16", "a: 1\n".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("a zero byte", b"a: \0\n".to_vec()),
        ("an alias of nothing", b"a: *x\n".to_vec()),
        ("an alias of itself", b"a: &a [*a]\n".to_vec()),
        ("two documents", b"a: 1\n---\nb: 2\n".to_vec()),
        ("a list", b"- a\n- b\n".to_vec()),
        ("a text", b"only words\n".to_vec()),
        ("lists in lists", nested("[").into()),
        ("items in items", nested("- ").into()),
        ("mappings in mappings", nested("{a: ").into()),
        ("an alias bomb", bomb().into()),
    ];
    let mut complaints = Vec::new();
    let files = FIRST_FILES.iter().map(|file| (FIRST, *file)).chain([("small", CATALOG)]);
    for (fixture, file) in files {
        for (what, content) in &broken {
            let project = Project::fixture(fixture);
            std::fs::write(project.file(file), content).expect("a file");
            complaints.extend(complaint(&project, file, what));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

/// Windows' line ends and marks at the start of a file are no mistakes.
#[test]
fn is_text_of_another_system() {
    for file in FIRST_FILES.iter().filter(|file| **file != "sesame.yaml") {
        let project = Project::fixture(FIRST);
        let text = project.read(file);
        for text in [text.replace('\n', "\r\n"), format!("\u{feff}{text}"), text.trim_end().to_owned()] {
            project.write(file, &text);
            let run = check(&project);
            assert_eq!(run.stdout, "1 stack checked: no problems\n", "{file} {text:?}: {}", run.transcript());
        }
    }
    let project = Project::small();
    project.write(SOURCE, &project.read(SOURCE).replace('\n', "\r\n"));
    project.run(&["render"]).expect_code(0);
    check(&project).expect_code(0);
}

#[test]
fn is_no_file() {
    let mut complaints = Vec::new();
    let made: &[(&str, Make)] = &[
        ("a link to itself", |project, file| symlink(project.file(file), project.file(file)).expect("a link")),
        ("a link to a device", |project, file| symlink("/dev/zero", project.file(file)).expect("a link")),
        ("a pipe", pipe),
    ];
    let schema = "schemas/types.schema.json";
    let files = [(FIRST, STACK), (FIRST, TEMPLATE), ("small", CATALOG), ("small", SOURCE), ("small", schema)];
    for (fixture, file) in files {
        for (what, make) in made {
            let project = Project::fixture(fixture);
            let _ = std::fs::remove_file(project.file(file));
            make(&project, file);
            complaints.extend(complaint(&project, file, what));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

/// What is rendered is compared with what stands there, whatever that is.
#[test]
fn a_pipe_stands_where_a_rendered_file_belongs() {
    let project = Project::small();
    let output = "sceptre/templates/mail.yaml";
    std::fs::remove_file(project.file(output)).expect("a file");
    pipe(&project, output);
    let run = check(&project).expect_code(2);
    assert!(run.stdout.contains("error[stale-template]"), "{}", run.stdout);
    project.run(&["render"]).expect_code(0);
    check(&project).expect_code(0);
}

#[test]
fn is_large() {
    let large = "# fifty megabytes of this\n".repeat(2_000_000);
    let mut complaints = Vec::new();
    let files = FIRST_FILES.iter().map(|file| (FIRST, *file)).chain([("small", CATALOG), ("small", SOURCE)]);
    for (fixture, file) in files {
        let project = Project::fixture(fixture);
        project.write(file, &large);
        complaints.extend(complaint(&project, file, "50 MB"));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

#[test]
fn jinja_does_not_end() {
    let endless = [
        ("a loop", "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"),
        ("a range", "{{ range(9999999999999) | list | length }}"),
        ("a macro that calls itself", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
        ("a file that includes itself", "{% include 'mail.yaml' %}{% include 'mail.yaml.j2' %}"),
        ("a loop that calls itself", "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}"),
        ("deep brackets", "{{ ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1"),
    ];
    let mut complaints = Vec::new();
    for file in ["sceptre/config/prod/mail.yaml", SOURCE] {
        for (what, text) in endless {
            let project = Project::small();
            project.write(file, &format!("{text}\n{}", project.read(file)));
            complaints.extend(complaint(&project, file, what));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

/// In a project that is read on several threads.
#[test]
fn jinja_goes_deep() {
    for (deep, words, reason) in [
        ("-", 20_000, "is nested too deep for Jinja"),
        ("-", 2_000_000, "is larger than 1048576 bytes, too large for Jinja"),
        ("not ", 50_000, "is nested too deep for Jinja"),
    ] {
        let project = Project::small();
        for number in 0..20 {
            project.write(&format!("sceptre/config/prod/more-{number}.yaml"), "template: {path: mail.yaml}\n");
        }
        project.write("sceptre/config/prod/mail.yaml", &format!("a: {{{{ {}x }}}}\n", deep.repeat(words)));
        let run = check(&project);
        assert!(
            run.code == 2 && run.stdout.contains(reason),
            "{}",
            run.transcript().chars().take(1_000).collect::<String>()
        );
    }
}

#[test]
fn folders_go_in_circles() {
    let project = Project::small();
    for folder in ["sceptre/config", "sceptre/templates", "templates", "templates/functions", "schemas"] {
        symlink(".", project.file(folder).join("circle")).expect("a link");
    }
    for folder in ["templates/functions", "sceptre/templates"] {
        symlink("..", project.file(folder).join("above")).expect("a link");
    }
    assert_eq!(check(&project).stdout, "1 stack checked: no problems\n");
    project.run(&["render"]).expect_code(0);
}

/// A check-out with Windows line ends is the same project.
#[test]
fn line_ends_do_not_matter() {
    let project = Project::committed();
    let mut folders = vec![project.path().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read_to_string(&path).expect("text");
                std::fs::write(&path, text.replace('\n', "\r\n")).expect("a file");
            }
        }
    }
    project.run(&["render", "--check"]).expect_code(0);
    assert_eq!(check(&project).stdout, "10 stacks checked: no problems\n");
}

#[test]
fn nothing_is_there() {
    let nothing = check(&Project::empty());
    assert_eq!(nothing.code, 1, "{}", nothing.transcript());
    assert!(nothing.stderr.contains("config/"), "{}", nothing.stderr);
    let project = Project::empty();
    std::fs::create_dir_all(project.file("config")).expect("a folder");
    assert_eq!(check(&project).expect_code(0).stdout, "0 stacks checked: no problems\n");
    for text in ["", "\n", "# nothing\n", "---\n", "null\n", "{}\n"] {
        let project = Project::fixture(FIRST);
        for file in ["config/config.yaml", "config/dev/config.yaml", "sesame.yaml"] {
            project.write(file, text);
        }
        project.write("config/dev/config.yaml", "project_code: x\nregion: eu-west-1\n");
        assert_eq!(check(&project).stdout, "1 stack checked: no problems\n", "{text:?}");
        project.write(TEMPLATE, text);
        let run = check(&project).expect_code(2);
        assert!(run.stdout.ends_with("1 stack checked: 1 error\n"), "{text:?}: {}", run.transcript());
        project.write(STACK, text);
        let run = check(&project).expect_code(2);
        assert!(run.stdout.ends_with("1 stack checked: 1 error\n"), "{text:?}: {}", run.transcript());
    }
}

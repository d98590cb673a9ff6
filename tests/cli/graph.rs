//! `sesame graph`: every format of one project that has everything, and what a path selects.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::support::golden::{assert_golden, assert_part, without_version};
use crate::support::{Project, Run};

const FORMATS: [&str; 4] = ["mermaid", "dot", "svg", "json"];

const BASE: &str = "\
Resources:
  Bucket: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Sub 'logs-${AWS::AccountId}'}}
  Topic: {Type: 'AWS::SNS::Topic', Properties: {TopicName: alerts}}
Outputs:
  BucketName: {Value: !Ref Bucket, Export: {Name: bucket}}
";

const USER: &str = "\
Parameters:
  Given: {Type: String, Default: none}
Resources:
  A: {Type: T, Properties: {B: !ImportValue bucket, C: !GetStackOutput {StackName: elsewhere, OutputName: Vpc}}}
";

const NAMES: &str = "\
Resources:
  A: {Type: T, Properties: {Bucket: !Sub 'arn:aws:s3:::logs-${AWS::AccountId}/x/*', TopicName: alerts}}
";

/// Every kind of flow, of stack and of trouble, and texts that mean something to each format.
fn everything() -> Project {
    Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        ("templates/base.yaml", BASE),
        ("templates/user.yaml", USER),
        ("templates/names.yaml", NAMES),
        ("templates/broken.yaml", "Resources: {"),
        (
            "config/prod/base.yaml",
            "template: {path: base.yaml}\nstack_tags: {Purpose: 'Logs & \"alerts\" <b>#1;</b>'}\n",
        ),
        (
            "config/prod/app/user.yaml",
            "template: {path: user.yaml}\ndependencies: [prod/base.yaml, prod/app/nobody.yaml]\n\
             parameters: {Given: !stack_output prod/base.yaml::BucketName}\n",
        ),
        (
            "config/prod/app/names.yaml",
            "template: {path: names.yaml}\ndependencies: [prod/app/user.yaml, prod/base.yaml, prod/old.yaml]\n",
        ),
        ("config/prod/old.yaml", "template: {path: names.yaml}\nignore: true\n"),
        ("config/prod/older.yaml", "template: {path: names.yaml}\nignore: true\n"),
        ("config/broken-template.yaml", "template: {path: broken.yaml}\ndependencies: [broken.yaml]\n"),
        ("config/broken.yaml", "template: {path: [\n"),
        ("config/alone/alone.yaml", "template: {path: s3.yaml, type: s3}\n"),
    ])
}

fn picture(project: &Project, format: &str, path: &[&str]) -> Run {
    project.run(&[&["graph", "--format", format], path].concat())
}

#[track_caller]
fn json(run: &Run) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats/graph.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout));
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(&document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}: {}", run.stdout);
    document
}

fn stacks(document: &Value) -> Vec<&str> {
    document["stacks"].as_array().unwrap().iter().map(|stack| stack["path"].as_str().unwrap()).collect()
}

#[test]
fn each_format() {
    let project = everything();
    for format in FORMATS {
        let run = picture(&project, format, &[]).expect_code(2);
        assert_golden(&format!("graph/{format}"), &without_version(&run.stdout));
        assert_golden("graph/findings", &run.stderr);
        assert_eq!(run.stdout, picture(&project, format, &[]).stdout, "the same twice");
    }
    assert_eq!(project.run(&["graph"]).stdout, picture(&project, "mermaid", &[]).stdout);
    json(&picture(&project, "json", &[]));
}

/// Every stack and every edge of the JSON is in the SVG, apart from plain dependencies that a longer way implies; no boxes
/// overlap, and all lie in the drawing.
fn assert_complete(svg: &str, document: &Value) {
    let svg = roxmltree::Document::parse(svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
    let of_class = |class: &'static str| {
        svg.descendants().filter(move |node| {
            node.has_tag_name(("http://www.w3.org/2000/svg", "g"))
                && node.attribute("class").is_some_and(|classes| classes.split(' ').next() == Some(class))
        })
    };
    let drawn: Vec<&str> = of_class("stack").map(|node| node.attribute("data-path").unwrap()).collect();
    assert_eq!(drawn, stacks(document));

    let ends = |node: roxmltree::Node<'_, '_>| {
        Some((node.attribute("data-from")?.to_owned(), node.attribute("data-to")?.to_owned()))
    };
    let drawn: BTreeSet<(String, String)> = of_class("edge").filter_map(ends).collect();
    let is_plain = |edge: &Value| edge["redundant"] == true && edge["flows"].as_array().unwrap().len() == 1;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let edges = document["edges"].as_array().unwrap();
    let expected = edges.iter().filter(|edge| !is_plain(edge)).map(|edge| (text(&edge["from"]), text(&edge["to"])));
    assert_eq!(drawn, expected.collect());

    let number = |node: roxmltree::Node<'_, '_>, name: &str| -> f64 { node.attribute(name).unwrap().parse().unwrap() };
    let root = svg.root_element();
    let (width, height) = (number(root, "width"), number(root, "height"));
    let boxes: Vec<[f64; 4]> = of_class("stack")
        .map(|node| {
            let place = node.children().find(|child| child.tag_name().name() == "rect").unwrap();
            ["x", "y", "width", "height"].map(|name| number(place, name))
        })
        .collect();
    for (index, [x, y, wide, high]) in boxes.iter().enumerate() {
        assert!(*x >= 0.0 && *y >= 0.0 && x + wide <= width && y + high <= height);
        for [other_x, other_y, other_wide, other_high] in &boxes[index + 1..] {
            let apart = x + wide <= *other_x
                || other_x + other_wide <= *x
                || y + high <= *other_y
                || other_y + other_high <= *y;
            assert!(apart, "two boxes overlap");
        }
    }
}

#[test]
fn a_drawing_is_complete() {
    let project = everything();
    for path in [&[][..], &["prod"], &["prod/app/names.yaml"]] {
        let document = json(&picture(&project, "json", path));
        assert_complete(&picture(&project, "svg", path).stdout, &document);
    }
}

#[test]
fn the_mail_tree_is_drawn() {
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("sceptre");
    let nowhere = Project::empty();
    let run =
        |format: &str| nowhere.run(&["--dir", tree.to_str().unwrap(), "graph", "--format", format]).expect_code(0);
    let document = json(&run("json"));
    assert_complete(&run("svg").stdout, &document);
    // The stacks refer to one another by name.
    let edges = document["edges"].as_array().unwrap();
    let buckets =
        edges.iter().find(|edge| edge["from"] == "prod/base.yaml" && edge["to"] == "prod/enhanced-kinesis.yaml");
    let name = serde_json::json!({"kind": "name", "name": "ses-prod-raw-logs-${AWS::AccountId}", "resource": "bucket"});
    assert!(buckets.unwrap()["flows"].as_array().unwrap().contains(&name), "{buckets:?}");
}

#[test]
fn a_path_selects_with_what_it_is_linked_to() {
    let project = everything();
    let drawn = |path: &str| {
        let document = json(&picture(&project, "json", &[path]));
        stacks(&document).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(drawn("alone"), ["alone/alone.yaml"]);
    assert_eq!(drawn("prod/base.yaml"), ["prod/app/names.yaml", "prod/app/user.yaml", "prod/base.yaml"]);
    assert_eq!(drawn("broken.yaml"), ["broken-template.yaml", "broken.yaml"]);
    // No launch knows an ignored stack; it is drawn if others wait for it, or if nothing else was asked for.
    assert!(!drawn("prod").contains(&"prod/older.yaml".to_owned()));
    assert_eq!(drawn("prod/older.yaml"), ["prod/older.yaml"]);
    let run = project.run(&["graph", "prod/bsae.yaml"]).expect_code(1);
    assert!(run.stderr.contains("did you mean `prod/base.yaml`?") && run.stdout.is_empty(), "{}", run.transcript());
}

#[test]
fn a_dependency_that_a_longer_way_implies_is_only_in_the_json() {
    let project = Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        ("templates/t.yaml", "Resources: {A: {Type: T}}\n"),
        ("config/a.yaml", "template: {path: t.yaml}\n"),
        ("config/b.yaml", "template: {path: t.yaml}\ndependencies: [a.yaml]\n"),
        ("config/c.yaml", "template: {path: t.yaml}\ndependencies: [a.yaml, b.yaml]\n"),
    ]);
    let document = json(&picture(&project, "json", &[]).expect_code(0));
    let redundant: Vec<bool> =
        document["edges"].as_array().unwrap().iter().map(|edge| edge["redundant"].as_bool().unwrap()).collect();
    assert_eq!(redundant, [false, true, false]);
    let mermaid = picture(&project, "mermaid", &[]).stdout;
    assert!(mermaid.contains("s_a --> s_b") && !mermaid.contains("s_a --> s_c"), "{mermaid}");
    // What is not drawn implies nothing: of `c` alone, both are seen.
    assert!(picture(&project, "mermaid", &["c.yaml"]).stdout.contains("s_b --> s_c"));
}

#[test]
fn circles_are_drawn() {
    let project = Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        ("templates/t.yaml", "Resources: {A: {Type: T}}\n"),
        ("config/x/a.yaml", "template: {path: t.yaml}\ndependencies: [y/b.yaml, x/a.yaml]\n"),
        ("config/y/b.yaml", "template: {path: t.yaml}\ndependencies: [x/c.yaml]\n"),
        ("config/x/c.yaml", "template: {path: t.yaml}\ndependencies: [x/a.yaml]\n"),
    ]);
    for format in FORMATS {
        picture(&project, format, &[]).expect_code(0);
    }
    assert_complete(&picture(&project, "svg", &[]).stdout, &json(&picture(&project, "json", &[])));
}

#[test]
fn a_project_of_nothing() {
    let project = Project::with(&[("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n")]);
    for format in FORMATS {
        picture(&project, format, &[]).expect_code(0);
    }
    assert_complete(&picture(&project, "svg", &[]).stdout, &json(&picture(&project, "json", &[])));
}

#[test]
fn five_hundred_stacks_are_drawn() {
    let project = Project::with(&[
        ("config/config.yaml", "project_code: demo\nregion: ap-northeast-1\n"),
        ("templates/t.yaml", "Resources: {A: {Type: T}}\n"),
    ]);
    let path = |number: usize| format!("g{}/stack-{number}.yaml", number / 10);
    for number in 0..500_usize {
        let depends: Vec<String> = [number / 2, number / 3, number.saturating_sub(7)]
            .into_iter()
            .filter(|other| *other != number)
            .map(path)
            .collect();
        let text = format!("template: {{path: t.yaml}}\ndependencies: [{}]\n", depends.join(", "));
        project.write(&format!("config/{}", path(number)), &text);
    }
    let document = json(&picture(&project, "json", &[]).expect_code(0));
    assert_complete(&picture(&project, "svg", &[]).expect_code(0).stdout, &document);
}

/// The pictures of the READMEs are what the program draws. `SESAME_ACCEPT=1 cargo test` writes them.
#[test]
fn the_pictures_of_the_readmes_are_current() {
    let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("sceptre");
    let drawn = Project::empty().run(&["--dir", tree.to_str().unwrap(), "graph", "prod"]).expect_code(0).stdout;
    for page in ["README.md", "README.ja.md"] {
        assert_part(page, "```mermaid\n", "```", &drawn);
    }
}

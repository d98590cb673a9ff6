//! A project that lies nowhere on disk is read, rendered and checked as one that does.

use std::path::Path;
use std::sync::Arc;

use sesame::check;
use sesame::files::Memory;
use sesame::project::{Folders, Project, Selection, Undefined};

use crate::support;

/// Every finding of a whole project, without the folder that it lies in.
fn findings(folders: Folders, root: &Path) -> Vec<String> {
    let project = Project::new(folders, serde_yaml::Mapping::new(), Undefined::Strict);
    let everything = Selection::of(&project.folders, None).expect("the stacks");
    let checked = check::project(&project, &everything, |_| true).expect("a listing");
    checked.findings.iter().map(|finding| format!("{finding:?}").replace(&*root.to_string_lossy(), "ROOT")).collect()
}

fn add_all(files: &mut Memory, from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let from = entry.expect("an entry").path();
        let to = to.join(from.file_name().expect("a name"));
        if from.is_dir() {
            add_all(files, &from, &to);
        } else {
            files.insert(to, std::fs::read(&from).expect("a file"));
        }
    }
}

#[test]
fn a_project_in_memory_is_checked_like_one_on_disk() {
    let nowhere = Path::new("/nowhere/at/all");
    assert!(!nowhere.exists());
    for (name, file, right, wrong, least) in [
        ("small", "sceptre/config/prod/mail.yaml", "template:", "tmplate:", 2),
        ("small", "templates/mail.yaml.j2", "Parameters:", "{{ nothing }}:", 1),
        ("small", "schemas/parameters/mail.schema.json", "{", "[", 1),
        ("documented/records", "config/prod/records.yaml", "FullDomainName", "FullDomain", 1),
        ("documented/web-application", "templates/service.yaml.j2", "-database'", "-databse'", 1),
        ("documented/project-dependencies", "config/config.yaml", "topic.yaml::TopicArn", "topic.yaml::Topic", 1),
    ] {
        let project = support::Project::fixture(name);
        project.replace(file, right, wrong);
        let root = project.path().canonicalize().expect("a folder");
        let on_disk = findings(Folders::find(Some(&root)).expect("a project"), &root);
        let mut files = Memory::default();
        add_all(&mut files, &root, nowhere);
        let folders = Folders::find_in(Arc::new(files), Some(nowhere)).expect("a project");
        assert!(on_disk.len() >= least, "{name}: {on_disk:#?}");
        assert_eq!(findings(folders, nowhere), on_disk, "{name}");
    }
}

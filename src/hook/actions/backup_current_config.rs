//! `backup-current-config`: the deployed template, parameters and tags of the stack, before they are gone.

use std::path::Path;

use serde_json::{Value, json};

use super::Failure;
use crate::clock;
use crate::finding::Place;
use crate::hook::Session;
use crate::host::CallError;

/// See the module.
pub fn run(session: &mut Session<'_>) -> Result<Option<String>, Failure> {
    let now = clock::now().map_err(Failure::Other)?;
    let name = json!({"StackName": session.external_name});
    let stack = match session.host.call("cloudformation", "describe_stacks", name.clone()) {
        Ok(answer) => answer["Stacks"][0].clone(),
        Err(CallError::Aws { code, message }) if code == "ValidationError" && message.contains("does not exist") => {
            return Ok(Some("no stack to back up".to_owned()));
        }
        Err(error) => return Err(error.into()),
    };
    // A change set was made for a stack that never was: it has resources no more than a template.
    if stack["StackStatus"] == "REVIEW_IN_PROGRESS" {
        return Ok(Some("no stack to back up, only a change set".to_owned()));
    }
    let template = session.host.call("cloudformation", "get_template", name)?;
    let (file, body) = match &template["TemplateBody"] {
        Value::Null => return Err(no_template()),
        Value::String(text) if text.trim().is_empty() => return Err(no_template()),
        Value::String(text) => ("template.yaml", text.clone()),
        // boto3 parses a template that is JSON.
        parsed => ("template.json", pretty(parsed)),
    };
    // CloudFormation shows the values of NoEcho parameters as asterisks, so no secret comes along.
    let config = json!({
        "stack_name": session.external_name,
        "status": stack["StackStatus"],
        "parameters": stack["Parameters"],
        "tags": stack["Tags"],
        "outputs": stack["Outputs"],
    });
    let folder = session
        .folders
        .root
        .join("backups")
        .join(&session.stack_name)
        .join(now.strftime("%Y-%m-%dT%H-%M-%S%.3fZ").to_string());
    save(&folder, &[(file, &body), ("stack.json", &pretty(&config))])
        .map_err(|error| Failure::Other(format!("cannot write the backup `{}`: {error}", folder.display())))?;
    Ok(Some(format!("backup in {}", Place::file(folder))))
}

/// An empty backup would be none.
fn no_template() -> Failure {
    Failure::Other("CloudFormation gives no template to back up".to_owned())
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Writes a folder of files that is there whole or not at all: the folder gets its name when all files are on disk.
fn save(folder: &Path, files: &[(&str, &String)]) -> std::io::Result<()> {
    let parent = folder.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(parent)?;
    let temporary = tempfile::Builder::new().prefix(".backup-").tempdir_in(parent)?;
    for (name, content) in files {
        crate::render::write_atomically(&temporary.path().join(name), content.as_bytes())?;
    }
    std::fs::rename(temporary.path(), folder)?;
    // Renamed away: there is nothing left to remove.
    let _ = temporary.keep();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_whole_or_not_there() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("prod/base/now");
        save(&folder, &[("a", &"1".to_owned()), ("b", &"2".to_owned())]).unwrap();
        assert_eq!(std::fs::read_to_string(folder.join("b")).unwrap(), "2");

        let other = root.path().join("prod/base/later");
        assert!(save(&other, &[("a", &"1".to_owned()), ("no/such\0name", &"2".to_owned())]).is_err());
        let left: Vec<_> = std::fs::read_dir(root.path().join("prod/base")).unwrap().collect();
        assert_eq!(left.len(), 1);
    }
}

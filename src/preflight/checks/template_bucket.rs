//! The bucket that Sceptre puts templates into: CloudFormation reads from it what is deployed, so it must be the account's own.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Check, Row, View};
use crate::account::template_bucket;
use crate::host::CallError;
use crate::words::printable;

pub static CHECK: Check = Check { name: "template bucket", run };

fn run(view: &mut View<'_, '_>) -> Result<Vec<Row>, CallError> {
    let stacks = view.stacks.iter().filter(|stack| stack.stack.has_template_bucket());
    let names: BTreeSet<Option<String>> =
        stacks.map(|stack| template_bucket(&stack.stack, &view.account.number)).collect();
    let mut rows = Vec::new();
    for name in names {
        rows.push(match name {
            None => Row::look("its name is known to Sceptre only").todo("look whether it belongs to this account"),
            Some(name) => owner(view, &name)?,
        });
    }
    Ok(rows)
}

/// Who has the bucket. `HeadBucket` fails with 403 if the owner is another than expected (S3 User Guide, "Verifying bucket
/// ownership with bucket owner condition").
fn owner(view: &mut View<'_, '_>, name: &str) -> Result<Row, CallError> {
    let parameters = json!({"Bucket": name, "ExpectedBucketOwner": view.account.number});
    let shown = printable(name);
    Ok(match view.account.ask("s3", "head_bucket", parameters) {
        Ok(_) => Row::ok(format!("`{shown}` belongs to this account")),
        Err(CallError::Aws { code, .. }) if code == "404" || code == "NoSuchBucket" => {
            Row::ok(format!("`{shown}` is not there; Sceptre makes it"))
        }
        Err(CallError::Aws { code, .. }) if code == "403" || code == "AccessDenied" => Row::stop(format!(
            "`{shown}` belongs to another account, or these credentials may not use it: its owner could change what is \
             deployed"
        ))
        .todo("choose another `template_bucket_name`"),
        Err(error) => return Err(error),
    })
}

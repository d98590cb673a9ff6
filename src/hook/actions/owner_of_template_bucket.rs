//! `owner-of-template-bucket`: Sceptre puts every template into `template_bucket_name`, and CloudFormation takes it from
//! there. Sceptre looks whether the bucket is there, not whose it is (`_bucket_exists` in `sceptre/template.py`): one of
//! somebody else with a name that can be guessed would get the templates, and could change them on their way.
//!
//! A bucket that is not there is no problem: Sceptre makes it, in the account of the stack.

use serde_json::json;

use super::Failure;
use crate::hook::Session;
use crate::hook::session::TemplateBucket;
use crate::host::{CallError, account_id};

/// See the module. "If the account ID that you provide does not match the actual owner of the bucket, the request fails
/// with the HTTP status code 403 Forbidden" (S3 API reference, `HeadBucket`); its answers have no other code.
pub fn run(session: &mut Session<'_>) -> Result<Option<String>, Failure> {
    let bucket = match &session.template_bucket {
        TemplateBucket::None => return Ok(None),
        TemplateBucket::Named(name) => name.clone(),
        TemplateBucket::Unknown => {
            let why = "owner of the template bucket not looked at: only Sceptre knows its name";
            return Ok(Some(why.to_owned()));
        }
    };
    let account = account_id(session.host).map_err(Failure::Other)?;
    let owned = json!({"Bucket": bucket, "ExpectedBucketOwner": account});
    match session.host.call("s3", "head_bucket", owned) {
        Ok(_) => return Ok(None),
        Err(error) => match code(&error) {
            "404" => return Ok(None),
            "403" => {}
            _ => return Err(about(&bucket, error)),
        },
    }
    match session.host.call("s3", "head_bucket", json!({"Bucket": bucket})) {
        Ok(_) => Err(Failure::Other(format!(
            "the template bucket `{bucket}` is not of account {account}: whoever owns it would get the templates and could \
             change them; choose another `template_bucket_name`"
        ))),
        Err(error) if code(&error) == "403" => Err(Failure::Other(format!(
            "the template bucket `{bucket}` may not be looked at: it is not of account {account}, or `s3:ListBucket` is \
             missing"
        ))),
        Err(error) => Err(about(&bucket, error)),
    }
}

/// The status that stands in place of a code, as an answer without a body has none.
fn code(error: &CallError) -> &str {
    match error {
        CallError::Aws { code, .. } => code,
        CallError::Broken(_) => "",
    }
}

fn about(bucket: &str, error: CallError) -> Failure {
    match error {
        CallError::Aws { .. } => Failure::Other(format!("the template bucket `{bucket}` cannot be looked at: {error}")),
        CallError::Broken(_) => error.into(),
    }
}

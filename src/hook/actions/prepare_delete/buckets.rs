//! Buckets that are not kept: S3 deletes empty ones only, and old versions and delete markers count (S3 API reference,
//! `DeleteBucket`).

use serde_json::{Value, json};

use super::deployed::Resource;
use super::plan::Plan;
use crate::hook::actions::Failure;

pub fn bucket(plan: &mut Plan<'_>, bucket: &Resource) -> Result<(), Failure> {
    let name = bucket.name.as_str();
    let request = json!({"Bucket": name, "MaxKeys": 1});
    let page = plan.ask(&format!("the content of bucket `{name}`"), "s3", "list_object_versions", request)?;
    let is_there = |key: &str| page[key].as_array().is_some_and(|list: &Vec<Value>| !list.is_empty());
    if is_there("Versions") || is_there("DeleteMarkers") {
        plan.stop(format!(
            "bucket `{name}` is not empty; delete everything in it with all versions, or give it `DeletionPolicy: Retain` \
             and launch"
        ));
    }
    Ok(())
}

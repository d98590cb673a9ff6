//! Whether the account may send at all: it begins in the sandbox (SES Developer Guide, "Request production access"), and AWS may
//! pause it or put it under review.

use super::super::{Check, Row, View};
use super::{account, has_mail};
use crate::host::CallError;
use crate::words::printable;

pub static CHECK: Check = Check { name: "production access", run };

fn run(view: &mut View<'_, '_>) -> Result<Vec<Row>, CallError> {
    if !has_mail(view) {
        return Ok(Vec::new());
    }
    let account = account(view)?;
    let mut rows = vec![match account["ProductionAccessEnabled"].as_bool() {
        Some(true) => Row::ok("granted"),
        _ => Row::look("the account is in the sandbox: mail reaches verified addresses only")
            .todo("ask for production access: `aws sesv2 put-account-details`"),
    }];
    if account["SendingEnabled"].as_bool() == Some(false) {
        rows.push(
            Row::look("sending is paused for the whole account").todo("read AWS's mail, then ask in AWS Support"),
        );
    }
    match account["EnforcementStatus"].as_str() {
        None | Some("HEALTHY") => {}
        Some(status) => rows.push(
            Row::look(format!("AWS has the account under watch: {}", printable(status)))
                .todo("read the case in AWS Support"),
        ),
    }
    Ok(rows)
}

//! Who asks: the session that Sceptre would launch with.

use super::{Check, Row, View};
use crate::host::CallError;

pub static CHECK: Check = Check { name: "credentials", run };

#[expect(clippy::unnecessary_wraps, reason = "the form of every check")]
fn run(view: &mut View<'_, '_>) -> Result<Vec<Row>, CallError> {
    let caller = &view.account.caller;
    let row = match caller.ends_with(":root") {
        true => Row::look(format!("the root user of the account: `{caller}`"))
            .todo("use a role: nothing limits the root user, and AWS advises against access keys for it"),
        false => Row::ok(format!("`{caller}`")),
    };
    Ok(vec![row])
}

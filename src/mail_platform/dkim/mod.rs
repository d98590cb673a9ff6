//! The operators' side of the DKIM rotation (`docs/dkim-rotation.md`): asks the function that rotates, and shows its answer.
//!
//! Nothing is decided here: the function alone knows what is due. Only fields with a name of the contract are shown, and
//! none of them holds a private key.

mod answer;
mod automation;
mod plan;
mod problems;
mod records;
mod status;
mod time;

pub use answer::{Answer, Key, State, Step};
pub use automation::{Automation, Error, Request};
pub use plan::plan;
pub use problems::{Concern, problems};
pub use records::{Record, RecordFormat, records, show as show_records};
pub use status::status;

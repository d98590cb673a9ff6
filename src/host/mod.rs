//! AWS calls through a host: this program has no AWS SDK and asks the process that it talks to
//! (`docs/hook-protocol.md`).

mod account;
mod bytes;
mod child;
mod wire;

pub use account::account_id;
pub use bytes::bytes;
pub use child::ChildHost;
pub use wire::Wire;

use serde_json::Value;
use thiserror::Error;

/// Something that can call AWS.
pub trait Host {
    /// Calls an operation by its boto3 names, such as `cloudformation` and `describe_stacks`.
    ///
    /// # Errors
    /// AWS's own refusal, or a host that does not do its part.
    fn call(&mut self, service: &str, operation: &str, parameters: Value) -> Result<Value, CallError>;
}

/// Why a call has no result.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum CallError {
    /// AWS refused.
    #[error("{code}: {message}")]
    Aws {
        /// Such as `ValidationError`.
        code: String,
        /// AWS's words.
        message: String,
    },
    /// The host did not answer as the protocol says.
    #[error("{0}")]
    Broken(String),
}

#[cfg(test)]
pub mod recorded {
    //! A host that answers from a list.

    use super::{CallError, Host};
    use serde_json::Value;

    /// One expected call: service and operation, and its answer.
    pub type Exchange = (&'static str, Result<Value, CallError>);

    /// Answers the calls of a list, in their order, and fails the test on any other.
    #[derive(Default)]
    pub struct RecordedHost {
        exchanges: std::collections::VecDeque<Exchange>,
        /// The parameters of the calls so far.
        pub parameters: Vec<Value>,
    }

    impl RecordedHost {
        /// A host that has these answers.
        pub fn new(exchanges: impl IntoIterator<Item = Exchange>) -> RecordedHost {
            RecordedHost { exchanges: exchanges.into_iter().collect(), parameters: Vec::new() }
        }
    }

    impl Host for RecordedHost {
        fn call(&mut self, service: &str, operation: &str, parameters: Value) -> Result<Value, CallError> {
            let (expected, answer) = self.exchanges.pop_front().expect("a call that is not in the list");
            assert_eq!(expected, format!("{service}.{operation}"));
            self.parameters.push(parameters);
            answer
        }
    }
}

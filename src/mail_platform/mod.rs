//! What only the mail platform of this repository needs; every other folder serves any Sceptre project.
//!
//! [`dkim`] asks the function that rotates DKIM keys, [`mask`] masks personal data in mail logs.

pub mod dkim;
pub mod mask;

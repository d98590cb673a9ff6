//! Tests of the module as a whole, by what they look at.

mod branches;
mod compile;
mod order;
mod properties;
mod rules;
mod secrets;

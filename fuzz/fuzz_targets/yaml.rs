//! The two readers of templates: what the quick one reads, it reads as the general one does.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sesame::yaml::{Tree, parse_tree, parse_value};

fuzz_target!(|text: &str| {
    assert_eq!(parse_tree(text), parse_value(text).map(Tree::from));
});

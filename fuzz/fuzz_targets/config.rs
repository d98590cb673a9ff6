//! A stack file: Jinja, YAML, Sceptre's merge rules, resolvers, keys and parameters.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sesame_fuzz::Fuzzed;

static PROJECT: LazyLock<Fuzzed> = LazyLock::new(|| Fuzzed::new("sceptre/config/prod/mail.yaml"));

fuzz_target!(|content: &[u8]| PROJECT.check(content));

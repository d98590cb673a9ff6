//! A CloudFormation template: YAML, structure, evaluation, and the rules that look at it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sesame_fuzz::Fuzzed;

static PROJECT: LazyLock<Fuzzed> = LazyLock::new(|| Fuzzed::new("sceptre/templates/mail.yaml"));

fuzz_target!(|content: &[u8]| PROJECT.check(content));

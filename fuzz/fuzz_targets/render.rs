//! A Jinja source of a template: rendering, and where its lines come from.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sesame_fuzz::Fuzzed;

static PROJECT: LazyLock<Fuzzed> = LazyLock::new(|| Fuzzed::new("templates/mail.yaml.j2"));

fuzz_target!(|content: &[u8]| PROJECT.check(content));

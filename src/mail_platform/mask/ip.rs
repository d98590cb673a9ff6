//! IP addresses: the first half of an IPv4 address stays, of an IPv6 address the first two groups.

use std::net::Ipv6Addr;
use std::sync::LazyLock;

use fancy_regex::Regex;

use super::HIDDEN;
use super::patterns::{back, pattern, replace};

static IPV4: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?<![0-9A-Za-z.])(?<!@\[)([0-9]{1,3}\.[0-9]{1,3}\.)([0-9]{1,3}\.[0-9]{1,3})(?![0-9A-Za-z]|\.[0-9])")
});
static IPV6: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?<![0-9A-Za-z])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?![0-9A-Za-z*])"));
static NETWORK: LazyLock<Regex> = LazyLock::new(|| pattern(r"\A(?:[0-9]+\.[0-9]+\.|[0-9a-fA-F]*:[0-9a-fA-F]*:)"));

/// A field that holds an address.
pub fn mask_field(address: &str) -> String {
    let network = NETWORK.find(address).ok().flatten().map_or("", |network| network.as_str());
    format!("{network}{HIDDEN}")
}

/// The addresses in a text.
pub fn mask(text: &str) -> String {
    let masked = if text.matches('.').nth(2).is_some() {
        replace(&IPV4, text, |found| mask_ipv4(text, found))
    } else {
        text.to_owned()
    };
    if masked.contains("::") || masked.matches(':').count() >= 7 {
        replace(&IPV6, &masked, |found| mask_ipv6(&found[0]))
    } else {
        masked
    }
}

fn mask_ipv4(text: &str, found: &fancy_regex::Captures<'_, str>) -> String {
    if found[0].split('.').any(|part| part.parse::<u16>().is_ok_and(|part| part > 255)) {
        return found[0].to_owned();
    }
    let start = found.get(0).expect("the whole match").start();
    if &found[2] == "0.0" && start >= 2 {
        let mut before = text[back(text, start, 2)..start].chars();
        if before.next().is_some_and(|letter| letter.is_ascii_alphabetic()) && before.next() == Some('/') {
            return found[0].to_owned(); // the version of a browser: Chrome/142.0.0.0
        }
    }
    format!("{}{HIDDEN}", &found[1])
}

fn mask_ipv6(address: &str) -> String {
    let of_sentence = address.len() > 1 && address.ends_with(':') && !address.ends_with("::");
    let (plain, tail) = if of_sentence { (&address[..address.len() - 1], ":") } else { (address, "") };
    if plain.parse::<Ipv6Addr>().is_err() || address == "::" {
        return address.to_owned();
    }
    format!("{}{tail}", mask_field(address))
}

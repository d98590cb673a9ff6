//! `cidr`: an IPv4 or IPv6 block with its prefix length, host bits zero (RFC 4632 §3.1, RFC 4291 §2.3).
//!
//! AWS takes `10.0.0.1/8` in some places (a security group cuts the host bits) and refuses it in others; what stands
//! in the configuration is to be what is meant.

use super::FormatError;
use ipnet::IpNet;
use std::net::IpAddr;

/// See [`super::Format::pattern`].
pub const PATTERN: &str = concat!(
    r"^(?:(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!/)|(?=/))){4}/(?:3[0-2]|[12]?[0-9])",
    r"|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/(?:12[0-8]|1[01][0-9]|[1-9]?[0-9]))$"
);

/// Whether `text` is a block such as `202.217.0.0/16` or `2001:db8::/32`.
///
/// # Errors
///
/// The problem says what is wrong; it suggests the block without host bits, and `/32` or `/128` for a lone address.
pub fn check(text: &str) -> Result<(), FormatError> {
    parse(text).map(|_| ())
}

/// Reads a block; the same rules as [`check`].
pub fn parse(text: &str) -> Result<IpNet, FormatError> {
    if text.trim() != text {
        return Err(FormatError::new("spaces stand around it").suggest(text.trim(), check));
    }
    let Some((address, prefix)) = text.split_once('/') else {
        return Err(match read_address(text) {
            Ok(address) => {
                let bits = bits(address);
                FormatError::new(format!("prefix length is missing, such as /{bits} for one address"))
                    .suggest(format!("{text}/{bits}"), check)
            }
            Err(problem) => problem,
        });
    };
    let address = read_address(address)?;
    let prefix = read_prefix(prefix, bits(address))?;
    let block = IpNet::new(address, prefix).map_err(|error| FormatError::new(error.to_string()))?;
    let network = block.trunc();
    if network != block {
        return Err(FormatError::new("host bits are set").suggest(network.to_string(), check));
    }
    Ok(block)
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn read_address(text: &str) -> Result<IpAddr, FormatError> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    if text.is_empty() {
        return Err(FormatError::new("address is missing"));
    }
    if text.contains(':') {
        return Err(FormatError::new(match text.contains('%') {
            true => format!("`{text}` has a zone, which means nothing elsewhere"),
            false => format!("`{text}` is not an IPv6 address"),
        }));
    }
    Err(FormatError::new(why_not_ipv4(text)))
}

/// The first thing wrong with a dotted address. The strict form: four decimal octets (RFC 6943 §3.1.1).
fn why_not_ipv4(text: &str) -> String {
    let octets: Vec<&str> = text.split('.').collect();
    if octets.iter().any(|octet| octet.is_empty() || !octet.bytes().all(|byte| byte.is_ascii_digit())) {
        return format!("`{text}` is not an IP address");
    }
    if octets.len() != 4 {
        return format!("`{text}` has {} of the 4 octets of an IPv4 address", octets.len());
    }
    if let Some(octet) = octets.iter().find(|octet| octet.len() > 1 && octet.starts_with('0')) {
        return format!("octet `{octet}` has a leading zero, which some programs read as octal");
    }
    match octets.iter().find(|octet| octet.parse::<u8>().is_err()) {
        Some(octet) => format!("octet {octet} is greater than 255"),
        None => format!("`{text}` is not an IP address"),
    }
}

fn read_prefix(text: &str, most: u8) -> Result<u8, FormatError> {
    if text.is_empty() {
        return Err(FormatError::new("prefix length is missing after the slash"));
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FormatError::new(format!("prefix length `{text}` is not a number from 0 to {most}")));
    }
    if text.len() > 1 && text.starts_with('0') {
        return Err(FormatError::new(format!("prefix length `{text}` has a leading zero")));
    }
    match text.parse() {
        Ok(prefix) if prefix <= most => Ok(prefix),
        _ => Err(FormatError::new(format!("prefix length {text} is greater than {most}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{accepts, refuses};
    use super::*;

    #[test]
    fn takes_blocks_of_both_families() {
        accepts(
            check,
            &["202.217.0.0/16", "202.217.75.98/32", "10.0.0.0/8", "0.0.0.0/0", "255.255.255.255/32", "128.0.0.0/1"],
        );
        accepts(check, &["::/0", "::1/128", "2001:db8::/32", "2001:DB8::/32", "fe80::/10", "::ffff:10.0.0.0/104"]);
    }

    #[test]
    fn refuses_host_bits_and_suggests_the_block() {
        refuses(
            check,
            &[
                ("202.217.75.98/16", "host bits are set", "202.217.0.0/16"),
                ("10.0.0.1/0", "host bits are set", "0.0.0.0/0"),
                ("2001:db8::1/64", "host bits are set", "2001:db8::/64"),
            ],
        );
    }

    #[test]
    fn refuses_a_wrong_or_missing_prefix_length() {
        refuses(
            check,
            &[
                ("1.2.3.4", "prefix length is missing, such as /32 for one address", "1.2.3.4/32"),
                ("2001:db8::1", "prefix length is missing, such as /128 for one address", "2001:db8::1/128"),
                ("1.2.3.4/", "prefix length is missing after the slash", ""),
                ("10.0.0.0/33", "prefix length 33 is greater than 32", ""),
                ("10.0.0.0/999", "prefix length 999 is greater than 32", ""),
                ("2001:db8::/129", "prefix length 129 is greater than 128", ""),
                ("10.0.0.0/-1", "prefix length `-1` is not a number from 0 to 32", ""),
                ("10.0.0.0/+8", "prefix length `+8` is not a number from 0 to 32", ""),
                ("10.0.0.0/08", "prefix length `08` has a leading zero", ""),
                ("10.0.0.0/8/8", "prefix length `8/8` is not a number from 0 to 32", ""),
                ("10.0.0.0/255.0.0.0", "prefix length `255.0.0.0` is not a number from 0 to 32", ""),
            ],
        );
    }

    #[test]
    fn refuses_what_is_no_address() {
        let octal = "octet `010` has a leading zero, which some programs read as octal";
        refuses(
            check,
            &[
                ("", "address is missing", ""),
                ("/8", "address is missing", ""),
                ("010.0.0.0/8", octal, ""),
                ("256.0.0.0/8", "octet 256 is greater than 255", ""),
                ("10.0/8", "`10.0` has 2 of the 4 octets of an IPv4 address", ""),
                ("1.2.3.4.5/8", "`1.2.3.4.5` has 5 of the 4 octets of an IPv4 address", ""),
                ("-10.0.0.0/8", "`-10.0.0.0` is not an IP address", ""),
                ("10.0.0.0 /8", "`10.0.0.0 ` is not an IP address", ""),
                ("everyone", "`everyone` is not an IP address", ""),
                ("１０.0.0.0/8", "`１０.0.0.0` is not an IP address", ""),
                ("2001:db8:::/32", "`2001:db8:::` is not an IPv6 address", ""),
                ("fe80::1%eth0/64", "`fe80::1%eth0` has a zone, which means nothing elsewhere", ""),
            ],
        );
    }

    #[test]
    fn refuses_spaces_around_it() {
        refuses(
            check,
            &[
                (" 10.0.0.0/8", "spaces stand around it", "10.0.0.0/8"),
                ("10.0.0.0/8\n", "spaces stand around it", "10.0.0.0/8"),
                (" x ", "spaces stand around it", ""),
            ],
        );
    }
}

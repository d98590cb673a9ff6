//! `public-cidr`: a `cidr` that can stand in the condition key `aws:SourceIp`.
//!
//! `aws:SourceIp` holds the public address that the request came from; through a VPC endpoint it is absent
//! (IAM User Guide, "AWS global condition context keys"). A policy with a private range therefore never matches.
//! Ranges: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), IPv4 and IPv6 multicast, and what IANA
//! has not given out as IPv6 global unicast (RFC 4291 §2.4).

use super::{FormatError, cidr};
use ipnet::IpNet;

/// What every refusal ends with: why a special range cannot be meant.
const ONLY_PUBLIC: &str = "aws:SourceIp only ever sees public addresses";

/// Ranges whose addresses are never the public source of a request, and what they are. Narrow before wide.
const SPECIAL: [(&str, &str); 34] = [
    ("10.0.0.0/8", "private (RFC 1918)"),
    ("172.16.0.0/12", "private (RFC 1918)"),
    ("192.168.0.0/16", "private (RFC 1918)"),
    ("127.0.0.0/8", "loopback (RFC 1122)"),
    ("169.254.0.0/16", "link-local (RFC 3927)"),
    ("100.64.0.0/10", "for carrier-grade NAT (RFC 6598)"),
    ("192.0.2.0/24", "for documentation (RFC 5737)"),
    ("198.51.100.0/24", "for documentation (RFC 5737)"),
    ("203.0.113.0/24", "for documentation (RFC 5737)"),
    ("198.18.0.0/15", "for benchmarking (RFC 2544)"),
    ("192.0.0.0/24", "for protocol assignments (RFC 6890)"),
    ("192.88.99.0/24", "a retired 6to4 relay range (RFC 7526)"),
    ("224.0.0.0/4", "multicast (RFC 5771)"),
    ("255.255.255.255/32", "the broadcast address (RFC 919)"),
    ("240.0.0.0/4", "reserved (RFC 1112)"),
    ("0.0.0.0/8", "\"this network\" (RFC 1122)"),
    ("::1/128", "loopback (RFC 4291)"),
    ("::/128", "the unspecified address (RFC 4291)"),
    ("::ffff:0.0.0.0/96", "for IPv4-mapped addresses (RFC 4291)"),
    ("64:ff9b::/96", "for translation to IPv4 (RFC 6052)"),
    ("64:ff9b:1::/48", "for local translation to IPv4 (RFC 8215)"),
    ("100::/64", "discard-only (RFC 6666)"),
    ("fe80::/10", "link-local (RFC 4291)"),
    ("fec0::/10", "retired site-local (RFC 3879)"),
    ("fc00::/7", "private (RFC 4193)"),
    ("ff00::/8", "multicast (RFC 4291)"),
    ("2001:db8::/32", "for documentation (RFC 3849)"),
    ("3fff::/20", "for documentation (RFC 9637)"),
    ("2001:2::/48", "for benchmarking (RFC 5180)"),
    ("2001::/32", "for Teredo tunnels (RFC 4380)"),
    ("2001:10::/28", "for retired identifiers (RFC 4843)"),
    ("2001:20::/28", "for host identities, not routed (RFC 7343)"),
    ("2002::/16", "for 6to4 tunnels (RFC 3056)"),
    ("5f00::/16", "for segment routing (RFC 9602)"),
];

/// IANA has given out IPv6 global unicast addresses from here only (RFC 4291 §2.4, RFC 3587).
const GLOBAL_UNICAST: &str = "2000::/3";

/// See [`super::Format::pattern`].
pub const PATTERN: &str = concat!(
    r"^(?!0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2[0-9]|3[01])\.)",
    r"(?:(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!/)|(?=/))){4}/(?:3[0-2]|[12][0-9]|[1-9])",
    r"|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/(?:12[0-8]|1[01][0-9]|[1-9][0-9]?))$"
);

/// Whether `text` is a block of public addresses, such as `202.217.75.98/32`.
///
/// # Errors
///
/// All problems of `cidr`, a block of every address (`/0`), and a block that is, lies in or includes a special range.
pub fn check(text: &str) -> Result<(), FormatError> {
    let block = cidr::parse(text).map_err(|problem| match &problem.suggestion {
        // "did you mean 10.0.0.0/8?" would only be refused again.
        Some(suggestion) if check(suggestion).is_err() => FormatError { suggestion: None, ..problem },
        _ => problem,
    })?;
    if block.prefix_len() == 0 {
        return Err(FormatError::new(format!("{block} is every address")));
    }
    if let Some((range, what)) = special(|range| range.contains(&block)) {
        let how = if range == block { "is".to_owned() } else { format!("is part of {range}, which is") };
        return Err(FormatError::new(format!("{block} {how} {what}: {ONLY_PUBLIC}")));
    }
    if let Some((range, what)) = special(|range| block.contains(range)) {
        return Err(FormatError::new(format!("{block} includes {range}, which is {what}: {ONLY_PUBLIC}")));
    }
    unicast(block)
}

/// Why an address or block, with host bits or without, has no public address in it; `None` if it has one, or is none.
#[must_use]
pub fn never_public(text: &str) -> Option<String> {
    let block = match text.parse::<IpNet>() {
        Ok(block) => block.trunc(),
        Err(_) => IpNet::from(text.parse::<std::net::IpAddr>().ok()?),
    };
    let (_, what) = special(|range| range.contains(&block))?;
    Some(format!("it is {what}"))
}

/// The first special range that passes a test.
fn special(test: impl Fn(&IpNet) -> bool) -> Option<(IpNet, &'static str)> {
    SPECIAL.iter().find_map(|(range, what)| Some((range.parse().ok().filter(&test)?, *what)))
}

fn unicast(block: IpNet) -> Result<(), FormatError> {
    let global: Option<IpNet> = GLOBAL_UNICAST.parse().ok();
    match (block, global) {
        (IpNet::V6(_), Some(global)) if !global.contains(&block) => Err(FormatError::new(format!(
            "{block} is outside of {global}, the IPv6 global unicast addresses (RFC 4291): {ONLY_PUBLIC}"
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{accepts, refuses};
    use super::*;

    #[test]
    fn takes_public_blocks() {
        accepts(check, &["202.217.0.0/16", "202.217.75.98/32", "8.8.8.0/24", "223.255.255.0/24", "1.0.0.0/8"]);
        accepts(check, &["2400:4000::/22", "2606:4700::/32", "2001:200::/32"]);
    }

    #[test]
    fn every_range_is_a_block_and_is_refused() {
        for (range, what) in SPECIAL {
            assert_eq!(cidr::check(range), Ok(()), "{range}");
            let reason = format!("{range} is {what}: {ONLY_PUBLIC}");
            assert_eq!(check(range), Err(FormatError::new(reason)), "{range}");
        }
        assert_eq!(cidr::check(GLOBAL_UNICAST), Ok(()));
    }

    #[test]
    fn says_what_a_special_block_is() {
        let rows = [
            ("10.0.0.0/8", "10.0.0.0/8 is private (RFC 1918)"),
            ("10.2.0.0/16", "10.2.0.0/16 is part of 10.0.0.0/8, which is private (RFC 1918)"),
            ("172.31.255.0/24", "172.31.255.0/24 is part of 172.16.0.0/12, which is private (RFC 1918)"),
            ("192.168.1.0/24", "192.168.1.0/24 is part of 192.168.0.0/16, which is private (RFC 1918)"),
            ("192.0.0.0/8", "192.0.0.0/8 includes 192.168.0.0/16, which is private (RFC 1918)"),
            ("198.51.100.7/32", "198.51.100.7/32 is part of 198.51.100.0/24, which is for documentation (RFC 5737)"),
            ("255.255.255.255/32", "255.255.255.255/32 is the broadcast address (RFC 919)"),
            ("250.0.0.0/8", "250.0.0.0/8 is part of 240.0.0.0/4, which is reserved (RFC 1112)"),
            ("fd12:3456::/32", "fd12:3456::/32 is part of fc00::/7, which is private (RFC 4193)"),
            ("4000::/16", "4000::/16 is outside of 2000::/3, the IPv6 global unicast addresses (RFC 4291)"),
        ];
        for (text, reason) in rows {
            refuses(check, &[(text, &format!("{reason}: {ONLY_PUBLIC}"), "")]);
        }
    }

    #[test]
    fn what_is_partly_public_may_match() {
        for text in ["10.1.2.3", "10.1.2.3/8", "192.168.0.0/17", "fd00::1"] {
            assert!(never_public(text).is_some_and(|reason| reason.starts_with("it is private")), "{text}");
        }
        for text in ["8.8.8.8", "202.217.0.1/16", "0.0.0.0/0", "192.0.0.0/8", "::/0", "x", "10.0.0.0/99"] {
            assert_eq!(never_public(text), None, "{text}");
        }
    }

    #[test]
    fn refuses_every_address() {
        refuses(check, &[("0.0.0.0/0", "0.0.0.0/0 is every address", ""), ("::/0", "::/0 is every address", "")]);
    }

    #[test]
    fn refuses_what_is_no_block_and_suggests_only_public_ones() {
        refuses(
            check,
            &[
                ("202.217.75.98/16", "host bits are set", "202.217.0.0/16"),
                ("202.217.75.98", "prefix length is missing, such as /32 for one address", "202.217.75.98/32"),
                ("10.0.0.1/8", "host bits are set", ""),
                ("192.168.1.1", "prefix length is missing, such as /32 for one address", ""),
                ("1.2.3.4/0", "host bits are set", ""),
            ],
        );
    }
}

//! Functions of values alone: what they come to, or that it cannot be known.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::{ACCOUNT_ID, Value};

/// The most blocks that `Fn::Cidr` makes (CloudFormation Template Reference, "`Fn::Cidr`").
const MOST_BLOCKS: u128 = 256;

/// Joins texts.
pub fn join(delimiter: &str, items: &[Value]) -> Value {
    let texts: Option<Vec<&str>> = items.iter().map(Value::as_text).collect();
    texts.map_or(Value::Unknown, |texts| Value::text(texts.join(delimiter)))
}

/// Splits a text. The number of the account stays one piece, though it is not known.
pub fn split(delimiter: &str, text: &str) -> Value {
    if delimiter.is_empty() {
        return Value::Unknown;
    }
    if !text.contains(ACCOUNT_ID) {
        return Value::List(text.split(delimiter).map(Value::text).collect());
    }
    if delimiter.bytes().any(|byte| byte.is_ascii_digit()) {
        return Value::Unknown;
    }
    let hidden = text.replace(ACCOUNT_ID, "\0");
    Value::List(hidden.split(delimiter).map(|part| Value::text(part.replace('\0', ACCOUNT_ID))).collect())
}

/// How many items a list has. One that is not known may be no item at all, and an empty list parameter is a list of one
/// empty text.
pub fn length(items: &[Value]) -> Value {
    let is_known = !items.is_empty() && !items.contains(&Value::Unknown);
    if is_known { Value::text(items.len().to_string()) } else { Value::Unknown }
}

/// The Base64 of a text (RFC 4648, section 4).
pub fn base64(text: &str) -> Value {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if text.contains(ACCOUNT_ID) {
        return Value::Unknown;
    }
    let mut encoded = String::with_capacity(text.len().div_ceil(3) * 4);
    for chunk in text.as_bytes().chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let index = (bits >> (18 - 6 * digit)) & 63;
            encoded.push(if digit > chunk.len() { '=' } else { char::from(DIGITS[index as usize]) });
        }
    }
    Value::text(encoded)
}

/// Blocks of addresses, each with so many bits for its hosts, from the start of a larger block.
pub fn cidr(arguments: &[Value]) -> Value {
    blocks(arguments).map_or(Value::Unknown, Value::List)
}

fn blocks(arguments: &[Value]) -> Option<Vec<Value>> {
    let [block, count, bits] = arguments else { return None };
    let block: IpNet = block.as_text()?.parse().ok()?;
    let count: u128 = count.as_text()?.parse().ok()?;
    let bits: u8 = bits.as_text()?.parse().ok()?;
    let prefix = block.max_prefix_len().checked_sub(bits)?;
    let room = prefix.checked_sub(block.prefix_len())?;
    let fits = bits < 128 && (1..=MOST_BLOCKS).contains(&count) && (room >= 8 || count <= 1 << room);
    let first = match block.network() {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    };
    let address = |index: u128| {
        let number = first + (index << bits);
        match block {
            IpNet::V4(_) => u32::try_from(number).ok().map(|number| IpAddr::V4(Ipv4Addr::from(number))),
            IpNet::V6(_) => Some(IpAddr::V6(Ipv6Addr::from(number))),
        }
    };
    if !fits {
        return None;
    }
    (0..count).map(|index| Some(Value::text(format!("{}/{prefix}", address(index)?)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(value: &Value) -> Vec<&str> {
        value.items().iter().filter_map(Value::as_text).collect()
    }

    /// The vectors of RFC 4648, section 10.
    #[test]
    fn base64_is_that_of_the_rfc() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text), Value::text(encoded));
        }
        assert_eq!(base64(ACCOUNT_ID), Value::Unknown);
    }

    /// The first example is that of the page of `Fn::Cidr`; the blocks are those of Python's `ipaddress`.
    #[test]
    fn cidr_divides_a_block() {
        let blocks = |block: &str, count: &str, bits: &str| {
            let value = cidr(&[Value::text(block), Value::text(count), Value::text(bits)]);
            texts(&value).join(" ")
        };
        assert_eq!(
            blocks("192.168.0.0/24", "6", "5"),
            "192.168.0.0/27 192.168.0.32/27 192.168.0.64/27 192.168.0.96/27 192.168.0.128/27 192.168.0.160/27"
        );
        assert_eq!(blocks("10.0.0.0/16", "2", "8"), "10.0.0.0/24 10.0.1.0/24");
        assert_eq!(blocks("2001:db8::/56", "2", "64"), "2001:db8::/64 2001:db8:0:1::/64");
        for (block, count, bits) in
            [("10.0.0.0/24", "9", "5"), ("10.0.0.0/24", "1", "9"), ("10.0.0.0/8", "257", "8"), ("x", "1", "8")]
        {
            assert_eq!(blocks(block, count, bits), "");
        }
    }

    #[test]
    fn the_account_stays_one_piece() {
        let arn = format!("arn:aws:iam::{ACCOUNT_ID}:role/x");
        assert_eq!(texts(&split(":", &arn)), ["arn", "aws", "iam", "", ACCOUNT_ID, "role/x"]);
        assert_eq!(split("1", ACCOUNT_ID), Value::Unknown);
        assert_eq!(texts(&split(",", "a,,b")), ["a", "", "b"]);
    }

    #[test]
    fn an_item_that_may_be_none_does_not_count() {
        assert_eq!(length(&[Value::text("a"), Value::text("b")]), Value::text("2"));
        assert_eq!(length(&[Value::text("a"), Value::Unknown]), Value::Unknown);
        assert_eq!(length(&[]), Value::Unknown);
    }
}

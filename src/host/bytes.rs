//! Bytes in an answer: the protocol has them as base64 (`docs/hook-protocol.md`).

use serde_json::Value;

/// The bytes, if the value is base64 with its padding.
#[must_use]
pub fn bytes(value: &Value) -> Option<Vec<u8>> {
    let text = value.as_str()?.as_bytes();
    let digits = text.len() - text.iter().rev().take_while(|byte| **byte == b'=').count();
    if text.len() % 4 != 0 || text.len() - digits > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits * 3 / 4);
    for chunk in text[..digits].chunks(4) {
        let number = chunk.iter().try_fold(0u32, |number, byte| Some(number << 6 | digit(*byte)?))?;
        let [_, first, second, third] = (number << (6 * (4 - chunk.len()))).to_be_bytes();
        bytes.extend(&[first, second, third][..chunk.len() - 1]);
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_what_rfc_4648_lists_and_nothing_else() {
        for (text, expected) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
        ] {
            assert_eq!(bytes(&json!(text)).unwrap(), expected.as_bytes(), "{text}");
        }
        assert_eq!(bytes(&json!("+/8=")).unwrap(), [0xfb, 0xff]);
        for wrong in
            [json!("Zg"), json!("Zg="), json!("Z==="), json!("Zm9 "), json!("Zm9vZg=x"), json!("===="), json!(1)]
        {
            assert_eq!(bytes(&wrong), None, "{wrong}");
        }
    }
}

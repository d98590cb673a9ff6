//! The values of a YAML text: `serde_yaml`'s, and whole numbers of any size, which `serde_yaml` refuses.

use std::fmt;

use serde::de::{Deserialize, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_yaml::value::{Tag, TaggedValue};
use serde_yaml::{Mapping, Value};

use super::{Position, YamlError, without_bom, without_position};

/// Reads one document. An empty text is `null`.
pub fn read(text: &str) -> Result<Value, YamlError> {
    serde_yaml::from_str::<Any>(without_bom(text)).map(|any| any.0).map_err(|error| {
        let position = error.location().map(|at| Position { line: at.line(), column: at.column() });
        let message = error.to_string();
        if message.contains("recursion limit exceeded") {
            return YamlError::too_deep(position);
        }
        YamlError { message: without_position(&message), position }
    })
}

/// Any value.
struct Any(Value);

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Any, D::Error> {
        deserializer.deserialize_any(AnyVisitor).map(Any)
    }
}

struct AnyVisitor;

impl<'de> Visitor<'de> for AnyVisitor {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("any YAML value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(flag.into())
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    /// Python's numbers have no end; as a parameter, a number is a text anyway.
    fn visit_i128<E>(self, number: i128) -> Result<Value, E> {
        Ok(number.to_string().into())
    }

    fn visit_u128<E>(self, number: u128) -> Result<Value, E> {
        Ok(number.to_string().into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Any(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut mapping = Mapping::new();
        while let Some(Any(key)) = entries.next_key()? {
            if mapping.contains_key(&key) {
                let name = super::scalar_text(&key).unwrap_or_default();
                return Err(A::Error::custom(format!("key `{name}` stands twice")));
            }
            let Any(value) = entries.next_value()?;
            mapping.insert(key, value);
        }
        Ok(mapping.into())
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (tag, content) = tagged.variant::<String>()?;
        if tag.is_empty() {
            return Err(A::Error::custom("a tag needs a name"));
        }
        let Any(value) = content.newtype_variant()?;
        Ok(Value::Tagged(Box::new(TaggedValue { tag: Tag::new(tag), value })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever `serde_yaml` reads by itself is read the same here.
    #[test]
    fn agrees_with_serde_yaml() {
        for text in [
            "",
            "~",
            "a: 1\nb: [1.5, -2, true, null, x, 'y', \"z\", 0x1F, 18446744073709551615]\n",
            "a: !Ref X\nb: !GetAtt [A, Arn]\nc: !Sub {x: !Ref Y}\nd: !If\n- a\n- !Ref 'AWS::NoValue'\n",
            "a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\n",
            "? [a, b]\n: c\n1: d\n",
            "a: !!str 1\nb: !!int '3'\nc: |\n  text\n  more\nd: !empty\n",
        ] {
            assert_eq!(read(text).unwrap(), serde_yaml::from_str::<Value>(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn whole_numbers_have_no_end() {
        assert_eq!(read("18446744073709551616").unwrap(), Value::from("18446744073709551616"));
        assert_eq!(read("-9223372036854775809").unwrap(), Value::from("-9223372036854775809"));
        let huge = "9".repeat(60);
        assert!(read(&huge).is_ok());
    }

    #[test]
    fn refuses_what_serde_yaml_refuses() {
        for (text, message) in [
            ("{a: 1, a: 2}", "key `a` stands twice"),
            ("a: [1\n", "did not find expected ',' or ']'"),
            ("a: *x\n", "unknown anchor"),
            ("a: &a [*a]\n", ""),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.message.contains(message), "{text}: {}", error.message);
        }
    }
}

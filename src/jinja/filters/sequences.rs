//! Filters of lists and mappings.

use std::rc::Rc;

use super::super::failure::{Failure, Outcome};
use super::super::given::{Given, flag, needed, text, whole};
use super::super::html::escaped_text;
use super::super::operators::arithmetic;
use super::super::run::Tool;
use super::super::value::{Dict, Key, Text, TextBuilder, Value, sort_by_keys};
use super::super::{ast::Operator, tests};
use super::{Around, attribute_of, comparable, refuse};

pub fn length(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "length")?;
    of.length()
        .map(Value::from)
        .ok_or_else(|| Failure::new(format!("a value of type `{}` has no length", of.type_name())))
}

pub fn list(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "list")?;
    if of.is_unknown() {
        return Ok(of);
    }
    around.run.items(&of).map(Value::list)
}

pub fn items(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "items")?;
    match &of {
        Value::Undefined(_) => Ok(Value::iterator(Vec::new())),
        Value::Unknown(_) => Ok(of),
        Value::Dict(entries) => {
            let view = Value::Object(Rc::new(Tool::View("dict_items", Rc::clone(entries))));
            around.run.items(&view).map(Value::iterator)
        }
        other => Err(Failure::new(format!("`items` takes a mapping, not a value of type `{}`", other.type_name()))),
    }
}

pub fn first(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "first")?;
    if let Value::Iterator(items) = &of {
        return Ok(items.borrow_mut().pop_front().unwrap_or_else(|| Value::undefined(EMPTY)));
    }
    Ok(around.run.items(&of)?.into_iter().next().unwrap_or_else(|| Value::undefined(EMPTY)))
}

const EMPTY: &str = "an item is taken from a list that is empty";

pub fn last(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "last")?;
    if matches!(of, Value::Iterator(_)) {
        return Err(Failure::new("`last` does not take a generator").with_help("put `| list` before it"));
    }
    Ok(around.run.items(&of)?.pop().unwrap_or_else(|| Value::undefined(EMPTY)))
}

/// One of several is chance: it is not known. One of one is that one.
pub fn random(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "random")?;
    let mut items = around.run.items(&of)?;
    Ok(match items.len() {
        0 => Value::undefined(EMPTY),
        1 => items.remove(0),
        _ => Value::unknown(super::super::UNKNOWN),
    })
}

pub fn reverse(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    refuse(given, "reverse")?;
    if let Value::Text(text) = &of {
        return Ok(Text::new(text.chars().rev().collect::<String>()).marked_safe(text.is_safe()).into());
    }
    let mut items = around.run.items(&of)?;
    items.reverse();
    Ok(Value::iterator(items))
}

pub fn join(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [separator, attribute] = given.take("join", ["d", "attribute"])?;
    if of.is_unknown() {
        return Ok(Value::unknown(super::super::UNKNOWN));
    }
    let mut items = around.run.items(&of)?;
    if let Some(attribute) = attribute.filter(|attribute| !matches!(attribute, Value::None)) {
        for item in &mut items {
            *item = attribute_of(around.run, item, &attribute, None)?;
        }
    }
    let mut separator = separator.map_or_else(|| Ok(Text::new("")), |separator| separator.to_text())?;
    let is_safe =
        around.escapes && (separator.is_safe() || items.iter().any(|item| item.as_text().is_some_and(Text::is_safe)));
    if is_safe {
        separator = escaped_text(&separator);
    }
    let has_unknown = items.iter().any(Value::has_unknown);
    let mut builder = TextBuilder::default();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            builder.push_text(&separator);
        }
        let text = around.run.text_of(item)?;
        builder.push_text(&if is_safe { escaped_text(&text) } else { text });
        super::super::failure::limit(builder.len())?;
    }
    let text = builder.finish(is_safe);
    Ok(if has_unknown { Value::Unknown(text) } else { text.into() })
}

pub fn attr(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [name] = given.take("attr", ["name"])?;
    let name = text(&needed(name, "attr", "name")?, "attr")?;
    // Unlike a point, it never looks into a mapping.
    Ok(match &of {
        Value::Object(object) => Rc::clone(object).attribute(&name),
        _ if super::super::methods::exist(&of, &name) => {
            Some(Value::Object(Rc::new(Tool::Method(of.clone(), (&*name).into()))))
        }
        _ => None,
    }
    .unwrap_or_else(|| Value::undefined("`attr` looks for an attribute that is not there")))
}

pub fn batch(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [count, fill] = given.take("batch", ["linecount", "fill_with"])?;
    let count = usize::try_from(whole(Some(&needed(count, "batch", "linecount")?), 0, "batch")?).unwrap_or(0);
    if count == 0 {
        return Err(Failure::new("`batch` needs a number above 0"));
    }
    let items = around.run.items(&of)?;
    let mut batches: Vec<Vec<Value>> = items.chunks(count).map(<[Value]>::to_vec).collect();
    if let (Some(last), Some(fill)) = (batches.last_mut(), fill.filter(|fill| !matches!(fill, Value::None))) {
        around.run.step(count)?;
        last.resize(count, fill);
    }
    Ok(Value::iterator(batches.into_iter().map(Value::list).collect()))
}

pub fn slice(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [count, fill] = given.take("slice", ["slices", "fill_with"])?;
    let count = usize::try_from(whole(Some(&needed(count, "slice", "slices")?), 0, "slice")?).unwrap_or(0);
    if count == 0 {
        return Err(Failure::new("`slice` needs a number above 0"));
    }
    around.run.step(count)?;
    let items = around.run.items(&of)?;
    let (each, more) = (items.len() / count, items.len() % count);
    let fill = fill.filter(|fill| !matches!(fill, Value::None));
    let mut slices = Vec::with_capacity(count);
    let mut from = 0;
    for index in 0..count {
        let to = from + each + usize::from(index < more);
        let mut part = items[from..to].to_vec();
        if index >= more {
            part.extend(fill.clone());
        }
        slices.push(Value::list(part));
        from = to;
    }
    Ok(Value::iterator(slices))
}

pub fn dictsort(_: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [exact, by, reverse] = given.take("dictsort", ["case_sensitive", "by", "reverse"])?;
    let exact = flag(exact.as_ref(), false)?;
    let by = by.map_or_else(|| Ok(Text::new("key")), |by| text(&by, "dictsort"))?;
    let Value::Dict(entries) = &of else {
        return Err(Failure::new(format!("`dictsort` takes a mapping, not a value of type `{}`", of.type_name())));
    };
    if !matches!(by.as_str(), "key" | "value") {
        return Err(Failure::new("`dictsort` sorts by `key` or `value`"));
    }
    let pairs = entries
        .borrow()
        .iter()
        .map(|(key, value)| {
            let sorted_by = if by.as_str() == "key" { key.value() } else { value };
            let pair = Value::tuple(vec![key.value().clone(), value.clone()]);
            (comparable(sorted_by.clone(), exact), pair)
        })
        .collect();
    sort_by_keys(pairs, flag(reverse.as_ref(), false)?).map(Value::list)
}

pub fn sort(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [reverse, exact, attribute] = given.take("sort", ["reverse", "case_sensitive", "attribute"])?;
    let exact = flag(exact.as_ref(), false)?;
    let paths: Vec<Value> = match attribute {
        Some(Value::Text(paths)) => paths.split(',').map(Value::from).collect(),
        Some(path) => vec![path],
        None => vec![Value::None],
    };
    let mut pairs = Vec::new();
    for item in around.run.items(&of)? {
        let mut keys = Vec::with_capacity(paths.len());
        for path in &paths {
            keys.push(comparable(attribute_of(around.run, &item, path, None)?, exact));
        }
        pairs.push((Value::tuple(keys), item));
    }
    sort_by_keys(pairs, flag(reverse.as_ref(), false)?).map(Value::list)
}

/// The key of an item by an attribute, for comparing.
fn key_of(around: &Around<'_, '_>, item: &Value, attribute: Option<&Value>, exact: bool) -> Outcome<Value> {
    let value = match attribute {
        Some(attribute) => attribute_of(around.run, item, attribute, None)?,
        None => item.clone(),
    };
    Ok(comparable(value, exact))
}

pub fn unique(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [exact, attribute] = given.take("unique", ["case_sensitive", "attribute"])?;
    let exact = flag(exact.as_ref(), false)?;
    let mut seen = Dict::default();
    for item in around.run.items(&of)? {
        let key = Key::of(key_of(around, &item, attribute.as_ref(), exact)?)?;
        seen.entry(key).or_insert(item);
    }
    Ok(Value::iterator(seen.into_values().collect()))
}

pub fn min(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    extreme(around, &of, given, std::cmp::Ordering::Less)
}

pub fn max(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    extreme(around, &of, given, std::cmp::Ordering::Greater)
}

fn extreme(around: &Around<'_, '_>, of: &Value, given: Given, wanted: std::cmp::Ordering) -> Outcome<Value> {
    let [exact, attribute] = given.take("min", ["case_sensitive", "attribute"])?;
    let exact = flag(exact.as_ref(), false)?;
    let mut best: Option<(Value, Value)> = None;
    for item in around.run.items(of)? {
        let key = key_of(around, &item, attribute.as_ref(), exact)?;
        let is_better = match &best {
            Some((best, _)) => key.order(best, "<")? == Some(wanted),
            None => true,
        };
        if is_better {
            best = Some((key, item));
        }
    }
    Ok(best.map_or_else(|| Value::undefined(EMPTY), |(_, item)| item))
}

pub fn sum(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [attribute, start] = given.take("sum", ["attribute", "start"])?;
    let mut total = start.unwrap_or(Value::Int(0));
    if total.as_text().is_some() {
        return Err(Failure::new("`sum` does not add texts").with_help("use `join`"));
    }
    for item in around.run.items(&of)? {
        let item = match attribute.as_ref().filter(|attribute| !matches!(attribute, Value::None)) {
            Some(attribute) => attribute_of(around.run, &item, attribute, None)?,
            None => item,
        };
        total = arithmetic(Operator::Add, &total, &item)?;
    }
    Ok(total)
}

pub fn groupby(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    let [attribute, default, exact] = given.take("groupby", ["attribute", "default", "case_sensitive"])?;
    let attribute = needed(attribute, "groupby", "attribute")?;
    let default = default.filter(|default| !matches!(default, Value::None));
    let exact = flag(exact.as_ref(), false)?;
    let mut pairs = Vec::new();
    for item in around.run.items(&of)? {
        let own = attribute_of(around.run, &item, &attribute, default.as_ref())?;
        let key = comparable(own.clone(), exact);
        pairs.push((key.clone(), Value::tuple(vec![key, own, item])));
    }
    let mut groups: Vec<(Value, Value, Vec<Value>)> = Vec::new();
    for triple in sort_by_keys(pairs, false)? {
        let Value::Tuple(triple) = triple else { continue };
        let [key, own, item] = &*triple else { continue };
        match groups.last_mut() {
            Some((last, _, items)) if last.equals(key)? => items.push(item.clone()),
            _ => groups.push((key.clone(), own.clone(), vec![item.clone()])),
        }
    }
    Ok(Value::list(groups.into_iter().map(|(_, own, items)| group(own, items)).collect()))
}

/// A pair that is also asked for its `grouper` and `list`.
fn group(key: Value, items: Vec<Value>) -> Value {
    Value::Object(Rc::new(Tool::Group(key, Value::list(items))))
}

pub fn map(around: &Around<'_, '_>, of: Value, mut given: Given) -> Outcome<Value> {
    if of.is_unknown() {
        return Ok(of);
    }
    if !around.run.truth(&of)? {
        return Ok(Value::iterator(Vec::new()));
    }
    let mut made = Vec::new();
    if given.positional.is_empty() && given.named.iter().any(|(name, _)| &**name == "attribute") {
        let [attribute, default] = given.take("map", ["attribute", "default"])?;
        let attribute = attribute.unwrap_or(Value::None);
        let default = default.filter(|default| !matches!(default, Value::None));
        for item in around.run.items(&of)? {
            made.push(attribute_of(around.run, &item, &attribute, default.as_ref())?);
        }
        return Ok(Value::iterator(made));
    }
    if given.positional.is_empty() {
        return Err(Failure::new("`map` needs the name of a filter, or `attribute`"));
    }
    let name = text(&given.positional.remove(0), "map")?;
    for item in around.run.items(&of)? {
        around.run.step(1)?;
        made.push(super::apply(around.run, around.escapes, &name, item, given.clone())?);
    }
    Ok(Value::iterator(made))
}

pub fn select(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    selected(around, of, given, true, false)
}

pub fn reject(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    selected(around, of, given, false, false)
}

pub fn selectattr(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    selected(around, of, given, true, true)
}

pub fn rejectattr(around: &Around<'_, '_>, of: Value, given: Given) -> Outcome<Value> {
    selected(around, of, given, false, true)
}

fn selected(around: &Around<'_, '_>, of: Value, mut given: Given, wanted: bool, by_attribute: bool) -> Outcome<Value> {
    if of.is_unknown() {
        return Ok(of);
    }
    if !around.run.truth(&of)? {
        return Ok(Value::iterator(Vec::new()));
    }
    let mut take = || (!given.positional.is_empty()).then(|| given.positional.remove(0));
    let attribute = if by_attribute {
        Some(take().ok_or_else(|| Failure::new("`selectattr` needs the name of an attribute"))?)
    } else {
        None
    };
    let name = take().map(|name| text(&name, "select")).transpose()?;
    let mut kept = Vec::new();
    for item in around.run.items(&of)? {
        let tested = match &attribute {
            Some(attribute) => attribute_of(around.run, &item, attribute, None)?,
            None => item.clone(),
        };
        let holds = match &name {
            Some(name) => tests::apply(around.run, name, &tested, given.clone())?,
            None => around.run.truth(&tested)?,
        };
        if holds == wanted {
            kept.push(item);
        }
    }
    Ok(Value::iterator(kept))
}

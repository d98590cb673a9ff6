//! Methods of lists, tuples and mappings. Lists and mappings change in place, as in Python.

use std::cell::RefCell;
use std::rc::Rc;

use super::super::failure::{Failure, Outcome};
use super::super::functions::mapping;
use super::super::given::{Given, flag, needed, whole};
use super::super::run::Run;
use super::super::run::Tool;
use super::super::value::{Dict, Key, Value, sort_by_keys};

pub const OF_LISTS: &[&str] =
    &["append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse", "sort"];

pub const OF_DICTS: &[&str] =
    &["clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"];

pub fn of_list(run: &Run<'_>, items: &RefCell<Vec<Value>>, name: &str, given: Given) -> Outcome<Value> {
    match name {
        "append" => {
            let [item] = given.take(name, ["object"])?;
            items.borrow_mut().push(needed(item, name, "object")?);
        }
        "extend" => {
            let [more] = given.take(name, ["iterable"])?;
            let more = run.items(&needed(more, name, "iterable")?)?;
            items.borrow_mut().extend(more);
        }
        "insert" => {
            let [index, item] = given.take(name, ["index", "object"])?;
            let index = whole(index.as_ref(), 0, name)?;
            let item = needed(item, name, "object")?;
            let mut items = items.borrow_mut();
            let at = place(index, items.len());
            items.insert(at, item);
        }
        "pop" => {
            let [index] = given.take(name, ["index"])?;
            let index = whole(index.as_ref(), -1, name)?;
            let mut items = items.borrow_mut();
            let length = i128::try_from(items.len()).unwrap_or(0);
            let at = usize::try_from(if index < 0 { index + length } else { index });
            return match at {
                Ok(at) if at < items.len() => Ok(items.remove(at)),
                _ => Err(Failure::new("`pop` takes an item that the list does not have")),
            };
        }
        "remove" => {
            let [item] = given.take(name, ["value"])?;
            let item = needed(item, name, "value")?;
            let at = position(&items.borrow(), &item)?;
            match at {
                Some(at) => items.borrow_mut().remove(at),
                None => return Err(Failure::new("`remove` takes an item that the list does not have")),
            };
        }
        "clear" => items.borrow_mut().clear(),
        "copy" => return Ok(Value::list(items.borrow().clone())),
        "reverse" => items.borrow_mut().reverse(),
        "sort" => {
            let [is_reversed] = given.take(name, ["reverse"])?;
            let is_reversed = flag(is_reversed.as_ref(), false)?;
            let pairs = items.borrow().iter().map(|item| (item.clone(), item.clone())).collect();
            let sorted = sort_by_keys(pairs, is_reversed)?;
            *items.borrow_mut() = sorted;
        }
        _ => return of_items(&items.borrow().clone(), name, given),
    }
    Ok(Value::None)
}

/// What lists and tuples have in common.
pub fn of_items(items: &[Value], name: &str, given: Given) -> Outcome<Value> {
    let [item, from, to] = given.take(name, ["value", "start", "stop"])?;
    let item = needed(item, name, "value")?;
    if name == "count" {
        let mut count = 0usize;
        for own in items {
            count += usize::from(own.equals(&item)?);
        }
        return Ok(count.into());
    }
    let from = place(whole(from.as_ref(), 0, name)?, items.len());
    let to = place(whole(to.as_ref(), i128::MAX, name)?, items.len()).max(from);
    match position(&items[from..to], &item)? {
        Some(at) => Ok((from + at).into()),
        None => Err(Failure::new("`index` looks for an item that is not there")),
    }
}

fn position(items: &[Value], item: &Value) -> Outcome<Option<usize>> {
    for (at, own) in items.iter().enumerate() {
        if own.equals(item)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// An index that may be negative or too large, as Python limits it.
fn place(index: i128, length: usize) -> usize {
    let all = i128::try_from(length).unwrap_or(i128::MAX);
    let index = if index < 0 { (index + all).max(0) } else { index.min(all) };
    usize::try_from(index).unwrap_or(length)
}

pub fn of_dict(run: &Run<'_>, entries: &Rc<RefCell<Dict>>, name: &str, given: Given) -> Outcome<Value> {
    let view = |name| Ok(Value::Object(Rc::new(Tool::View(name, Rc::clone(entries)))));
    match name {
        "items" => view("dict_items"),
        "keys" => view("dict_keys"),
        "values" => view("dict_values"),
        "get" | "setdefault" | "pop" => {
            let [key, default] = given.take(name, ["key", "default"])?;
            let key = Key::of(needed(key, name, "key")?)?;
            if name == "pop" {
                return match (entries.borrow_mut().shift_remove(&key), default) {
                    (Some(value), _) | (None, Some(value)) => Ok(value),
                    (None, None) => Err(Failure::new("`pop` takes a key that the mapping does not have")),
                };
            }
            if let Some(value) = entries.borrow().get(&key) {
                return Ok(value.clone());
            }
            let default = default.unwrap_or(Value::None);
            if name == "setdefault" {
                entries.borrow_mut().insert(key, default.clone());
            }
            Ok(default)
        }
        "popitem" => match entries.borrow_mut().pop() {
            Some((key, value)) => Ok(Value::tuple(vec![key.value().clone(), value])),
            None => Err(Failure::new("`popitem` takes from an empty mapping")),
        },
        "update" => {
            let more = mapping(run, given)?;
            entries.borrow_mut().extend(more);
            Ok(Value::None)
        }
        "clear" => {
            entries.borrow_mut().clear();
            Ok(Value::None)
        }
        "copy" => Ok(Value::dict(entries.borrow().clone())),
        _ => {
            let [keys, value] = given.take(name, ["iterable", "value"])?;
            let value = value.unwrap_or(Value::None);
            let mut made = Dict::default();
            for key in run.items(&needed(keys, name, "iterable")?)? {
                made.insert(Key::of(key)?, value.clone());
            }
            Ok(Value::dict(made))
        }
    }
}

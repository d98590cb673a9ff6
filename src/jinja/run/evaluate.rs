//! Expressions.

use std::cmp::Ordering;
use std::rc::Rc;

use super::super::ast::{Arguments, Comparison, Expression, ExpressionKind, Name};
use super::super::failure::{Failure, Outcome, limit};
use super::super::given::Given;
use super::super::html::escaped_text;
use super::super::operators::{arithmetic, negate};
use super::super::value::{Dict, Key, Object, TextBuilder, Undefined, Value};
use super::super::{filters, functions, tests};
use super::Tool;
use super::{Frame, Run};

impl Run<'_> {
    pub(super) fn evaluate(&self, expression: &Expression, frame: &Frame) -> Outcome<Value> {
        self.step(1)
            .and_then(|()| self.kind(expression, frame))
            .map_err(|failure| failure.or_at(frame.file, expression.line))
    }

    fn kind(&self, expression: &Expression, frame: &Frame) -> Outcome<Value> {
        Ok(match &expression.kind {
            ExpressionKind::None => Value::None,
            ExpressionKind::Bool(flag) => Value::Bool(*flag),
            ExpressionKind::Int(number) => Value::Int(*number),
            ExpressionKind::Float(number) => Value::Float(*number),
            ExpressionKind::Text(text) => Value::Text(super::Text::new(text.clone())),
            ExpressionKind::Name(name) => self.look_up(name, frame).unwrap_or_else(|| undefined(expression)),
            ExpressionKind::List(items) => Value::list(self.evaluate_all(items, frame)?),
            ExpressionKind::Tuple(items) => Value::tuple(self.evaluate_all(items, frame)?),
            ExpressionKind::Dict(pairs) => {
                let mut entries = Dict::default();
                for (key, value) in pairs {
                    let key = Key::of(self.evaluate(key, frame)?)?;
                    entries.insert(key, self.evaluate(value, frame)?);
                }
                Value::dict(entries)
            }
            ExpressionKind::Attribute(of, name) => {
                let of = self.evaluate(of, frame)?;
                self.attribute(&of, name)?.unwrap_or_else(|| undefined(expression))
            }
            ExpressionKind::Item(of, key) => {
                let of = self.evaluate(of, frame)?;
                let key = self.evaluate(key, frame)?;
                self.item(&of, &key)?.unwrap_or_else(|| undefined(expression))
            }
            ExpressionKind::Slice(of, parts) => {
                let of = self.evaluate(of, frame)?;
                let mut limits = [None, None, None];
                for (limit, part) in limits.iter_mut().zip(parts.iter()) {
                    *limit = part.as_ref().map(|part| self.evaluate(part, frame)).transpose()?;
                }
                Self::slice(&of, &limits)?
            }
            ExpressionKind::Call(callee, arguments) => {
                let callee = self.evaluate(callee, frame)?;
                let given = self.arguments(arguments, frame)?;
                self.call(&callee, given, frame)?
            }
            ExpressionKind::Filter(of, name, arguments) => {
                let of = match of {
                    Some(of) => self.evaluate(of, frame)?,
                    None => super::execute::nothing(),
                };
                let given = self.arguments(arguments, frame)?;
                self.filter(name, of, given, frame)?
            }
            ExpressionKind::Test(of, name, arguments) => {
                let of = self.evaluate(of, frame)?;
                let given = self.arguments(arguments, frame)?;
                Value::Bool(self.test(name, &of, given)?)
            }
            ExpressionKind::Not(of) => {
                let value = self.evaluate(of, frame)?;
                if value.is_unknown() { value } else { Value::Bool(!self.truth(&value)?) }
            }
            ExpressionKind::And(one, other) => {
                let one = self.evaluate(one, frame)?;
                if self.truth(&one)? { self.evaluate(other, frame)? } else { one }
            }
            ExpressionKind::Or(one, other) => {
                let one = self.evaluate(one, frame)?;
                if self.truth(&one)? { one } else { self.evaluate(other, frame)? }
            }
            ExpressionKind::Sign(of, is_minus) => negate(&self.evaluate(of, frame)?, *is_minus)?,
            ExpressionKind::Arithmetic(operator, one, other) => {
                let (one, other) = (self.evaluate(one, frame)?, self.evaluate(other, frame)?);
                let value = arithmetic(*operator, &one, &other)?;
                if let Value::Text(text) = &value {
                    limit(text.len())?;
                }
                value
            }
            ExpressionKind::Concat(parts) => self.concatenated(&self.evaluate_all(parts, frame)?, frame)?,
            ExpressionKind::Compare(first, others) => self.compared(first, others, frame)?,
            ExpressionKind::Condition(value, condition, otherwise) => {
                if self.evaluate(condition, frame).and_then(|value| self.truth(&value))? {
                    self.evaluate(value, frame)?
                } else if let Some(otherwise) = otherwise {
                    self.evaluate(otherwise, frame)?
                } else {
                    Value::Undefined(Rc::new(Undefined::Empty))
                }
            }
        })
    }

    fn evaluate_all(&self, expressions: &[Expression], frame: &Frame) -> Outcome<Vec<Value>> {
        expressions.iter().map(|expression| self.evaluate(expression, frame)).collect()
    }

    /// A variable, or what whoever renders has given, or a function of Jinja2.
    pub(super) fn look_up(&self, name: &Name, frame: &Frame) -> Option<Value> {
        if let Some(value) = frame.scope.get(name) {
            return Some(value);
        }
        match &**name {
            "self" if frame.blocks.is_some() => {
                return Some(Value::Object(Rc::new(Tool::Blocks(frame.clone()))));
            }
            "super" => {
                if let Some((block, depth)) = &frame.block {
                    let block = Rc::new(Tool::Block(Name::clone(block), *depth, frame.clone()));
                    return block.attribute("super");
                }
            }
            _ => {}
        }
        self.given(name, frame.scope.sees_context).or_else(|| functions::named(name))
    }

    pub(super) fn arguments(&self, arguments: &Arguments, frame: &Frame) -> Outcome<Given> {
        let mut given = Given {
            positional: self.evaluate_all(&arguments.positional, frame)?,
            named: Vec::with_capacity(arguments.named.len()),
        };
        for (name, value) in &arguments.named {
            given.named.push((Name::clone(name), self.evaluate(value, frame)?));
        }
        if let Some(star) = &arguments.star {
            given.positional.extend(self.items(&self.evaluate(star, frame)?)?);
        }
        if let Some(stars) = &arguments.stars {
            match self.evaluate(stars, frame)? {
                Value::Dict(entries) => {
                    for (key, value) in entries.borrow().iter() {
                        let name =
                            key.value().as_text().ok_or_else(|| Failure::new("a name behind `**` is no text"))?;
                        given.named.push((Name::clone(name.shared()), value.clone()));
                    }
                }
                Value::Undefined(undefined) => return Err(undefined.failure()),
                Value::Unknown(_) => return Err(Failure::unknown("what stands behind `**` is not known")),
                other => {
                    return Err(Failure::new(format!("behind `**` stands a value of type `{}`", other.type_name())));
                }
            }
        }
        Ok(given)
    }

    /// Applies a filter.
    pub(in crate::jinja) fn filter(&self, name: &str, of: Value, given: Given, frame: &Frame) -> Outcome<Value> {
        self.step(1)?;
        filters::apply(self, frame.escapes, name, of, given)
    }

    /// Applies a test.
    pub(in crate::jinja) fn test(&self, name: &str, of: &Value, given: Given) -> Outcome<bool> {
        self.step(1)?;
        tests::apply(self, name, of, given)
    }

    /// `a ~ b`: with escaping, what is not safe is escaped as soon as one of them is.
    fn concatenated(&self, parts: &[Value], frame: &Frame) -> Outcome<Value> {
        let is_safe = frame.escapes && parts.iter().any(|part| part.as_text().is_some_and(super::Text::is_safe));
        let mut builder = TextBuilder::default();
        for part in parts {
            let text = self.text_of(part)?;
            limit(builder.len() + text.len())?;
            builder.push_text(&if is_safe { escaped_text(&text) } else { text });
        }
        let text = builder.finish(is_safe);
        Ok(if parts.iter().any(Value::has_unknown) { Value::Unknown(text) } else { Value::Text(text) })
    }

    fn compared(&self, first: &Expression, others: &[(Comparison, Expression)], frame: &Frame) -> Outcome<Value> {
        let mut left = self.evaluate(first, frame)?;
        for (comparison, right) in others {
            let right = self.evaluate(right, frame)?;
            if !self.compare(*comparison, &left, &right)? {
                return Ok(Value::Bool(false));
            }
            left = right;
        }
        Ok(Value::Bool(true))
    }

    fn compare(&self, comparison: Comparison, left: &Value, right: &Value) -> Outcome<bool> {
        if self.is_lenient() && (left.is_undefined() || right.is_undefined()) {
            let both = left.is_undefined() && right.is_undefined();
            return Ok(match comparison {
                Comparison::Equal => both,
                Comparison::NotEqual => !both,
                _ => false,
            });
        }
        let order = || left.order(right, comparison.sign());
        Ok(match comparison {
            Comparison::Equal => left.equals(right)?,
            Comparison::NotEqual => !left.equals(right)?,
            Comparison::Less => order()? == Some(Ordering::Less),
            Comparison::LessOrEqual => matches!(order()?, Some(Ordering::Less | Ordering::Equal)),
            Comparison::Greater => order()? == Some(Ordering::Greater),
            Comparison::GreaterOrEqual => matches!(order()?, Some(Ordering::Greater | Ordering::Equal)),
            Comparison::In => right.contains(left)?,
            Comparison::NotIn => !right.contains(left)?,
        })
    }
}

/// The undefined value of an expression, which remembers what it was called.
fn undefined(expression: &Expression) -> Value {
    Value::Undefined(Rc::new(path(expression).map_or(Undefined::Expression, Undefined::Named)))
}

/// An expression as it is written, if it is a path such as `var.names[0]`.
fn path(expression: &Expression) -> Option<String> {
    match &expression.kind {
        ExpressionKind::Name(name) => Some(name.to_string()),
        ExpressionKind::Attribute(of, name) => Some(format!("{}.{name}", path(of)?)),
        ExpressionKind::Item(of, key) => {
            let of = path(of)?;
            match &key.kind {
                ExpressionKind::Int(index) => Some(format!("{of}[{index}]")),
                ExpressionKind::Text(key) => Some(format!("{of}['{key}']")),
                ExpressionKind::Name(key) => Some(format!("{of}[{key}]")),
                _ => None,
            }
        }
        _ => None,
    }
}

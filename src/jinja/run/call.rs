//! Calls: of macros, functions, methods, loops and blocks.

use std::rc::Rc;
use std::sync::Arc;

use super::super::ast::{Macro, Name};
use super::super::failure::{Failure, Outcome};
use super::super::given::Given;
use super::super::output::Output;
use super::super::scope::Scope;
use super::super::value::{Dict, Key, Undefined, Value};
use super::super::{functions, methods};
use super::{Frame, Run};
use super::{Loop, Tool};

impl Run<'_> {
    pub(in crate::jinja) fn call(&self, callee: &Value, given: Given, frame: &Frame) -> Outcome<Value> {
        let object = match callee {
            Value::Object(object) => object,
            Value::Undefined(_) if self.is_lenient() => return Ok(callee.clone()),
            Value::Undefined(undefined) => return Err(undefined.failure()),
            Value::Unknown(_) => return Ok(callee.clone()),
            other => return Err(Failure::new(format!("a value of type `{}` is called", other.type_name()))),
        };
        let Some(tool) = Tool::of(object) else {
            return Err(Failure::new(format!("a value of type `{}` is called", object.type_name())));
        };
        match tool {
            Tool::Macro(of, defined) => self.deeper(|| self.call_macro(of, defined, given, frame)),
            Tool::Function(name) => functions::call(self, name, given),
            Tool::Host(_, function) => function(self, given),
            Tool::Method(of, name) => methods::call(self, of, name, given),
            Tool::Loop(of) => self.deeper(|| self.loop_again(of, given, frame)),
            Tool::Block(name, depth, at) => {
                let mut out = Output::new(self.traces);
                self.deeper(|| self.block_at(name, *depth, at, &mut out))?;
                Ok(out.into_value(frame.escapes))
            }
            Tool::Joiner(separator, used) => {
                Ok(if used.replace(true) { Value::Text(separator.clone()) } else { super::execute::nothing() })
            }
            _ => Err(Failure::new(format!("a value of type `{}` is called", object.type_name()))),
        }
    }

    fn loop_again(&self, of: &Loop, given: Given, frame: &Frame) -> Outcome<Value> {
        let Some((body, around)) = &of.again else {
            return Err(Failure::new("`loop` is called, and the loop is not `recursive`"));
        };
        let [items] = given.take("loop", ["iterable"])?;
        let items = items.ok_or_else(|| Failure::new("`loop` is called without anything to go through"))?;
        let mut out = Output::new(self.traces);
        let around = Frame { loops: of.depth + 1, ..around.clone() };
        self.go_through(body, &items, &around, &mut out)?;
        Ok(out.into_value(frame.escapes))
    }

    fn call_macro(&self, of: &Arc<Macro>, defined: &Frame, given: Given, frame: &Frame) -> Outcome<Value> {
        let shown = || of.name.as_deref().unwrap_or("caller").to_owned();
        let scope = Scope::inside(&defined.scope);
        let inner = Frame { scope: Rc::clone(&scope), loops: 0, parent: None, ..defined.clone() };
        let Given { positional, mut named } = given;
        let count = of.parameters.len();
        if positional.len() > count && !of.uses.varargs {
            return Err(Failure::new(format!(
                "`{}` takes {count} arguments at most, and is given {}",
                shown(),
                positional.len()
            )));
        }
        let mut positional = positional.into_iter();
        let mut take_named = |name: &str| {
            let index = named.iter().position(|(own, _)| **own == *name)?;
            Some(named.remove(index).1)
        };
        for (name, default) in &of.parameters {
            let value = match positional.next() {
                Some(value) => Some(value),
                None => take_named(name),
            };
            let value = match (value, default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.evaluate(default, &inner)?,
                (None, None) => Value::Undefined(Rc::new(Undefined::Named(name.to_string()))),
            };
            scope.set(name, value);
        }
        let declares_caller = of.parameters.iter().any(|(name, _)| &**name == "caller");
        if of.uses.caller && !declares_caller {
            let caller = take_named("caller")
                .unwrap_or_else(|| Value::undefined("`caller` is called, and the macro by no `call`"));
            scope.set(&"caller".into(), caller);
        }
        if of.uses.kwargs {
            let entries: Dict = named.drain(..).map(|(name, value)| (Key::text(&name), value)).collect();
            scope.set(&"kwargs".into(), Value::dict(entries));
        }
        if let Some((name, _)) = named.first() {
            return Err(Failure::new(match &**name {
                "caller" => format!("`{}` is called with a body, and does not use `caller`", shown()),
                name => format!("`{}` takes no argument `{name}`", shown()),
            }));
        }
        if of.uses.varargs {
            scope.set(&Name::from("varargs"), Value::tuple(positional.collect()));
        }
        let mut out = Output::new(self.traces);
        self.execute(&of.body, &inner, &mut out)?;
        Ok(out.into_value(frame.escapes || defined.escapes))
    }
}

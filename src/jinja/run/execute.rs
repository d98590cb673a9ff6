//! Statements.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::super::ast::{Expression, ExpressionKind, For, Macro, Name, Statement, StatementKind, Target};
use super::super::failure::{Failure, Outcome};
use super::super::html::escaped_text;
use super::super::output::Output;
use super::super::scope::Scope;
use super::super::value::{Text, Value};
use super::{Frame, Run};
use super::{Loop, Tool, set_attribute};

/// What comes behind a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// The next statement.
    On,
    /// The end of the loop.
    Break,
    /// The next item of the loop.
    Continue,
}

impl Run<'_> {
    pub(super) fn execute(&self, body: &[Statement], frame: &Frame, out: &mut Output) -> Outcome<Flow> {
        for statement in body {
            let flow = self
                .step(1)
                .and_then(|()| self.statement(statement, frame, out))
                .map_err(|failure| failure.or_at(frame.file, statement.line))?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn statement(&self, statement: &Statement, frame: &Frame, out: &mut Output) -> Outcome<Flow> {
        let line = statement.line;
        match &statement.kind {
            StatementKind::Data(text) => {
                if !frame.is_extended() {
                    out.data(text, frame.file, line)?;
                }
            }
            StatementKind::Output(expression) => {
                if !frame.is_extended() {
                    let value = self.evaluate(expression, frame)?;
                    self.write(&value, frame, line, out)?;
                }
            }
            StatementKind::If(branches, otherwise) => return self.condition(branches, otherwise, frame, out),
            StatementKind::For(of) => return self.for_loop(of, frame, out),
            StatementKind::Set(target, expression) => {
                let value = self.evaluate(expression, frame)?;
                self.assign(target, value, frame)?;
            }
            StatementKind::SetBlock(target, filter, body) => {
                let value = self.capture(body, &frame.inside())?;
                let value = match filter {
                    Some(filter) => self.filter_chain(filter, value, frame)?,
                    None => value,
                };
                self.assign(target, value, frame)?;
            }
            StatementKind::With(values, body) => {
                let inner = frame.inside();
                for (target, expression) in values {
                    // Jinja2 evaluates all of them outside.
                    let value = self.evaluate(expression, frame)?;
                    self.assign(target, value, &inner)?;
                }
                return self.execute(body, &inner, out);
            }
            StatementKind::Macro(of) => self.define(of, frame),
            StatementKind::Call(call, body) => {
                let value = self.call_block(call, body, frame)?;
                self.write(&value, frame, line, out)?;
            }
            StatementKind::Filter(filter, body) => {
                let value = self.capture(body, &frame.inside())?;
                let value = self.filter_chain(filter, value, frame)?;
                self.write(&value, frame, line, out)?;
            }
            StatementKind::Block(block) => {
                if !frame.is_extended() {
                    self.block(block, frame, out)?;
                }
            }
            StatementKind::Extends(name) => self.extends(name, frame)?,
            StatementKind::Include { name, ignores_missing, with_context } => {
                self.include(name, *ignores_missing, *with_context, frame, out)?;
            }
            StatementKind::Import { name, target, with_context } => self.import(name, target, *with_context, frame)?,
            StatementKind::FromImport { name, names, with_context } => {
                self.names_import(name, names, *with_context, frame)?;
            }
            StatementKind::AutoEscape(flag, body) => {
                let escapes = self.truth(&self.evaluate(flag, frame)?)?;
                return self.execute(body, &Frame { escapes, ..frame.inside() }, out);
            }
            StatementKind::Do(expression) => {
                self.evaluate(expression, frame)?;
            }
            StatementKind::Break => return Ok(Flow::Break),
            StatementKind::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    /// Writes what an expression gives.
    fn write(&self, value: &Value, frame: &Frame, line: u32, out: &mut Output) -> Outcome<()> {
        if value.has_unknown() {
            out.note_unknown();
        }
        let text = self.text_of(value)?;
        let text = if frame.escapes { escaped_text(&text) } else { text };
        out.value(&text, frame.file, line)
    }

    /// What a body writes, as a value.
    pub(super) fn capture(&self, body: &[Statement], frame: &Frame) -> Outcome<Value> {
        let mut out = Output::new(self.traces);
        self.execute(body, frame, &mut out)?;
        Ok(out.into_value(frame.escapes))
    }

    fn condition(
        &self,
        branches: &[(Expression, Vec<Statement>)],
        otherwise: &[Statement],
        frame: &Frame,
        out: &mut Output,
    ) -> Outcome<Flow> {
        for (condition, body) in branches {
            let holds = self
                .evaluate(condition, frame)
                .and_then(|value| self.truth(&value))
                .map_err(|failure| failure.or_at(frame.file, condition.line))?;
            if holds {
                return self.execute(body, frame, out);
            }
        }
        self.execute(otherwise, frame, out)
    }

    pub(super) fn assign(&self, target: &Target, value: Value, frame: &Frame) -> Outcome<()> {
        match target {
            Target::Name(name) => frame.scope.set(name, value),
            Target::Attribute(name, attribute) => {
                let of = self.look_up(name, frame);
                if !of.is_some_and(|of| set_attribute(&of, attribute, value)) {
                    return Err(Failure::new(format!(
                        "`{name}.{attribute}` is set, and `{name}` is no `namespace`: nothing else can be changed so"
                    )));
                }
            }
            Target::Tuple(targets) => {
                let items = self.items(&value)?;
                if items.len() != targets.len() {
                    return Err(Failure::new(format!(
                        "{} values are assigned to {} names",
                        items.len(),
                        targets.len()
                    )));
                }
                for (target, item) in targets.iter().zip(items) {
                    self.assign(target, item, frame)?;
                }
            }
        }
        Ok(())
    }

    fn for_loop(&self, of: &Arc<For>, frame: &Frame, out: &mut Output) -> Outcome<Flow> {
        let items = self.evaluate(&of.items, frame)?;
        self.go_through(of, &items, frame, out)?;
        Ok(Flow::On)
    }

    /// A loop over given items: once more, if it calls itself.
    pub(super) fn go_through(&self, of: &Arc<For>, items: &Value, frame: &Frame, out: &mut Output) -> Outcome<()> {
        let items = self.items(items).map_err(|failure| failure.or_at(frame.file, of.items.line))?;
        let items = match &of.test {
            Some(test) => self.tested(test, of, items, frame)?,
            None => items,
        };
        if items.is_empty() {
            self.execute(&of.otherwise, &frame.inside(), out)?;
            return Ok(());
        }
        let count = items.len();
        let again = of.is_recursive.then(|| (Arc::clone(of), frame.clone()));
        let state = Rc::new(Tool::Loop(Loop {
            items,
            index: Cell::new(0),
            depth: frame.loops,
            again,
            last: RefCell::new(None),
        }));
        let Tool::Loop(the_loop) = &*state else { return Ok(()) };
        let name: Name = "loop".into();
        let mut inner = Frame { loops: 0, ..frame.inside() };
        for index in 0..count {
            // A macro of an earlier item keeps its variables.
            if Rc::strong_count(&inner.scope) == 1 {
                inner.scope.clear();
            } else {
                inner.scope = Scope::inside(&frame.scope);
            }
            the_loop.index.set(index);
            inner.scope.set(&name, Value::Object(Rc::<Tool>::clone(&state)));
            self.assign(&of.target, the_loop.items[index].clone(), &inner)?;
            if self.execute(&of.body, &inner, out)? == Flow::Break {
                break;
            }
        }
        Ok(())
    }

    /// Those items of which a loop's `if` is true.
    fn tested(&self, test: &Expression, of: &For, items: Vec<Value>, frame: &Frame) -> Outcome<Vec<Value>> {
        let inner = frame.inside();
        let mut kept = Vec::new();
        for item in items {
            self.assign(&of.target, item.clone(), &inner)?;
            if self.evaluate(test, &inner).and_then(|value| self.truth(&value))? {
                kept.push(item);
            }
        }
        Ok(kept)
    }

    fn define(&self, of: &Arc<Macro>, frame: &Frame) {
        if let Some(name) = &of.name {
            let value = Value::Object(Rc::new(Tool::Macro(Arc::clone(of), frame.clone())));
            frame.scope.set(name, value);
            self.note_circle(&frame.scope);
        }
    }

    fn call_block(&self, call: &Expression, body: &Arc<Macro>, frame: &Frame) -> Outcome<Value> {
        let ExpressionKind::Call(callee, arguments) = &call.kind else {
            return Err(Failure::new("behind `call` stands no call"));
        };
        let caller = Value::Object(Rc::new(Tool::Macro(Arc::clone(body), frame.clone())));
        let callee = self.evaluate(callee, frame)?;
        let mut given = self.arguments(arguments, frame)?;
        given.named.push(("caller".into(), caller));
        self.call(&callee, given, frame).map_err(|failure| failure.or_at(frame.file, call.line))
    }

    /// The filters of a block, on its text.
    fn filter_chain(&self, filter: &Expression, value: Value, frame: &Frame) -> Outcome<Value> {
        let ExpressionKind::Filter(before, name, arguments) = &filter.kind else { return Ok(value) };
        let value = match before {
            Some(before) => self.filter_chain(before, value, frame)?,
            None => value,
        };
        let given = self.arguments(arguments, frame)?;
        self.filter(name, value, given, frame).map_err(|failure| failure.or_at(frame.file, filter.line))
    }
}

impl Frame {
    /// The same place, with a scope of its own.
    pub(super) fn inside(&self) -> Frame {
        Frame { scope: Scope::inside(&self.scope), ..self.clone() }
    }

    /// Whether the template has said that it extends another: what it writes then is not shown.
    fn is_extended(&self) -> bool {
        self.parent.as_ref().is_some_and(|parent| parent.borrow().is_some())
    }
}

/// An empty text.
pub(super) fn nothing() -> Value {
    Value::Text(Text::new(""))
}

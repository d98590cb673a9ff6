//! Templates that name others: `include`, `import`, `extends`, and blocks.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::super::ast::{Block, Expression, ExpressionKind, Name};
use super::super::failure::{Failure, Outcome};
use super::super::output::Output;
use super::super::scope::Scope;
use super::super::templates::Template;
use super::super::value::Value;
use super::Tool;
use super::{Frame, Run};

/// The blocks of a template and those that it extends: of each name the innermost first, with the file and whether it
/// escapes.
pub type Blocks = Rc<RefCell<BTreeMap<Name, Vec<(Arc<Block>, u32, bool)>>>>;

/// The template that another extends, once that has said so.
pub type Parent = Rc<RefCell<Option<Arc<Template>>>>;

impl Run<'_> {
    /// Renders a template with its variables, and the templates that it extends.
    pub(super) fn template(&self, template: &Arc<Template>, scope: &Rc<Scope>, out: &mut Output) -> Outcome<()> {
        let blocks = Blocks::default();
        let mut template = Arc::clone(template);
        loop {
            let file = self.file(&template.name);
            for (name, block) in &template.ast.blocks {
                let entry = (Arc::clone(block), file, template.escapes);
                blocks.borrow_mut().entry(Name::clone(name)).or_default().push(entry);
            }
            let parent = Parent::default();
            let frame = Frame {
                scope: Rc::clone(scope),
                root: Rc::clone(scope),
                file,
                escapes: template.escapes,
                blocks: Some(Rc::clone(&blocks)),
                parent: Some(Rc::clone(&parent)),
                block: None,
                loops: 0,
            };
            self.deeper(|| self.execute(&template.ast.body, &frame, out))?;
            self.step(10)?;
            let Some(next) = parent.take() else { return Ok(()) };
            template = next;
        }
    }

    pub(super) fn extends(&self, name: &Expression, frame: &Frame) -> Outcome<()> {
        let template = self.named(name, frame)?;
        match &frame.parent {
            Some(parent) if parent.borrow().is_none() => {
                *parent.borrow_mut() = Some(template);
                Ok(())
            }
            Some(_) => Err(Failure::new("a template extends two others")),
            None => Err(Failure::new("`extends` stands inside a block or macro")),
        }
    }

    /// A template by the name that an expression gives.
    fn named(&self, name: &Expression, frame: &Frame) -> Outcome<Arc<Template>> {
        match self.find(&self.evaluate(name, frame)?)? {
            Some(template) => Ok(template),
            None => Err(missing(name)),
        }
    }

    fn find(&self, name: &Value) -> Outcome<Option<Arc<Template>>> {
        match name {
            Value::Text(name) => self.templates.template(name).map_err(|mut failure| {
                if let Some((_, line)) = failure.at {
                    failure.at = Some((self.file(name), line));
                }
                failure
            }),
            Value::Undefined(undefined) => Err(undefined.failure()),
            Value::Unknown(_) => Err(Failure::unknown("the name of a template is not known")),
            other => Err(Failure::new(format!("the name of a template is of type `{}`", other.type_name()))),
        }
    }

    pub(super) fn include(
        &self,
        name: &Expression,
        ignores_missing: bool,
        with_context: bool,
        frame: &Frame,
        out: &mut Output,
    ) -> Outcome<()> {
        let expression = name;
        let names = self.evaluate(name, frame)?;
        let names = match &names {
            Value::List(_) | Value::Tuple(_) => self.items(&names)?,
            _ => vec![names],
        };
        for name in &names {
            if let Some(template) = self.find(name)? {
                let scope = if with_context { Scope::inside(&frame.scope) } else { Scope::root(false) };
                return self.template(&template, &scope, out);
            }
        }
        if ignores_missing { Ok(()) } else { Err(missing(expression)) }
    }

    fn module(&self, name: &Expression, with_context: bool, frame: &Frame) -> Outcome<(Name, Rc<Scope>)> {
        let template = self.named(name, frame)?;
        let key = template.name.to_string();
        if !with_context && let Some(module) = self.modules.borrow().get(&key) {
            return Ok((Name::clone(&template.name), Rc::clone(module)));
        }
        let scope = if with_context {
            let around = frame.scope.snapshot();
            self.note_circle(&around);
            Scope::inside(&around)
        } else {
            Scope::root(false)
        };
        self.template(&template, &scope, &mut Output::new(false))?;
        self.note_circle(&scope);
        if !with_context {
            self.modules.borrow_mut().insert(key, Rc::clone(&scope));
        }
        Ok((Name::clone(&template.name), scope))
    }

    pub(super) fn import(&self, name: &Expression, target: &Name, with_context: bool, frame: &Frame) -> Outcome<()> {
        let (name, scope) = self.module(name, with_context, frame)?;
        frame.scope.set(target, Value::Object(Rc::new(Tool::Module(name, scope))));
        Ok(())
    }

    pub(super) fn names_import(
        &self,
        name: &Expression,
        names: &[(Name, Name)],
        with_context: bool,
        frame: &Frame,
    ) -> Outcome<()> {
        let (_, scope) = self.module(name, with_context, frame)?;
        for (taken, here) in names {
            let value = scope
                .own(taken)
                .unwrap_or_else(|| Value::undefined("a name is imported that the other template does not have"));
            frame.scope.set(here, value);
        }
        Ok(())
    }

    pub(super) fn block(&self, block: &Arc<Block>, frame: &Frame, out: &mut Output) -> Outcome<()> {
        let at = Frame {
            root: if block.is_scoped { Rc::clone(&frame.scope) } else { Rc::clone(&frame.root) },
            ..frame.clone()
        };
        self.deeper(|| self.block_at(&block.name, 0, &at, out))
    }

    /// Writes a block that so many others hide.
    pub(super) fn block_at(&self, name: &Name, depth: usize, frame: &Frame, out: &mut Output) -> Outcome<()> {
        let found = frame.blocks.as_ref().and_then(|blocks| blocks.borrow().get(name)?.get(depth).cloned());
        let Some((block, file, escapes)) = found else {
            return Err(Failure::new(format!("there is no block `{name}` here")));
        };
        if block.is_required {
            return Err(Failure::new(format!(
                "the required block `{name}` is not written by the template that extends this one"
            )));
        }
        let inner = Frame {
            scope: Scope::inside(&frame.root),
            file,
            escapes,
            parent: None,
            block: Some((Name::clone(name), depth)),
            ..frame.clone()
        };
        self.execute(&block.body, &inner, out)?;
        Ok(())
    }
}

/// The name of a template is only repeated if the file itself says it: a variable may be secret.
fn missing(name: &Expression) -> Box<Failure> {
    Failure::new(match &name.kind {
        ExpressionKind::Text(name) => format!("`{name}`: there is no such template"),
        _ => "there is no such template".to_owned(),
    })
}

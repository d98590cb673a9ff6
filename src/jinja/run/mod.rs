//! Rendering: goes through a parsed template with the values of whoever renders.

mod attributes;
mod call;
mod evaluate;
mod execute;
mod templates;
mod tool;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::ast::Name;
use super::failure::{Failure, Outcome};
use super::output::Output;
use super::scope::Scope;
use super::templates::{Template, Templates};
use super::value::{Text, Value};
pub use templates::{Blocks, Parent};
pub use tool::{HostFunction, Loop, Tool, namespace, set_attribute};

/// Where a value of a name comes from.
pub type Source<'a> = &'a dyn Fn(&str) -> Option<Value>;

/// What a template sees.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// What every template sees, also one that is imported without context.
    pub globals: Source<'a>,
    /// What the rendered template sees, and what it includes.
    pub context: Source<'a>,
}

/// The most steps that rendering one file may take: a hundred times what the largest template of a real project needs,
/// and stops an endless loop within seconds.
const FUEL: u64 = 5_000_000;

/// How deep macros, includes, loops and blocks call each other.
const DEEPEST: usize = 200;

/// One rendering.
pub struct Run<'a> {
    pub(super) templates: &'a Templates,
    given: Given<'a>,
    /// What was asked of `given`: a list that is changed stays changed.
    context: RefCell<HashMap<Name, Option<Value>>>,
    globals: RefCell<HashMap<Name, Option<Value>>>,
    /// Modules that were imported without context: they are made once.
    modules: RefCell<HashMap<String, Rc<Scope>>>,
    files: RefCell<Vec<Name>>,
    /// Scopes that hold macros, which hold these scopes.
    circles: RefCell<Vec<Rc<Scope>>>,
    pub(super) traces: bool,
    fuel: Cell<u64>,
    depth: Cell<usize>,
}

/// Where in a template the rendering is.
#[derive(Clone)]
pub struct Frame {
    /// The variables.
    pub(super) scope: Rc<Scope>,
    /// The variables of the template itself.
    pub(super) root: Rc<Scope>,
    /// The number of the file.
    pub(super) file: u32,
    /// Whether what is written is escaped.
    pub(super) escapes: bool,
    /// The blocks of this template and those that it extends, the innermost first.
    pub(super) blocks: Option<Blocks>,
    /// The template that this one extends, once it has said so.
    pub(super) parent: Option<Parent>,
    /// The block that is written, and how many hide it.
    pub(super) block: Option<(Name, usize)>,
    /// How many loops that call themselves are around.
    pub(super) loops: usize,
}

impl<'a> Run<'a> {
    /// A rendering that has not begun. It traces lines only if somebody asks for them.
    #[must_use]
    pub fn new(templates: &'a Templates, given: Given<'a>, traces: bool) -> Run<'a> {
        Run {
            templates,
            given,
            context: RefCell::default(),
            globals: RefCell::default(),
            modules: RefCell::default(),
            files: RefCell::default(),
            circles: RefCell::default(),
            traces,
            fuel: Cell::new(FUEL),
            depth: Cell::new(0),
        }
    }

    /// Renders a template: its text, and whether something in it is not known.
    ///
    /// # Errors
    /// Why it stops.
    pub fn render(&self, template: &Arc<Template>) -> Outcome<(Text, bool)> {
        let mut output = Output::new(self.traces);
        let scope = Scope::root(true);
        self.template(template, &scope, &mut output)?;
        Ok(output.text())
    }

    /// The number of a file, by the name of its template.
    pub fn file(&self, name: &str) -> u32 {
        let mut files = self.files.borrow_mut();
        let index = files.iter().position(|own| **own == *name).unwrap_or_else(|| {
            files.push(name.into());
            files.len() - 1
        });
        u32::try_from(index).unwrap_or(0)
    }

    /// The names of the files, by their number.
    #[must_use]
    pub fn files(&self) -> Vec<Name> {
        self.files.borrow().clone()
    }

    /// Whether lines are traced.
    #[must_use]
    pub fn traces(&self) -> bool {
        self.traces
    }

    /// Takes steps from what a rendering may do.
    pub(super) fn step(&self, count: usize) -> Outcome<()> {
        match self.fuel.get().checked_sub(count as u64) {
            Some(left) => {
                self.fuel.set(left);
                Ok(())
            }
            None => Err(Failure::new("rendering does not end: it went over the limit for one file")),
        }
    }

    /// The items of a value, each of which is a step.
    pub(super) fn items(&self, value: &Value) -> Outcome<Vec<Value>> {
        if value.is_undefined() && self.templates.is_lenient {
            return Ok(Vec::new());
        }
        let items = value.items()?;
        self.step(items.len())?;
        Ok(items)
    }

    /// Goes one level deeper.
    pub(super) fn deeper<T>(&self, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        if self.depth.get() >= DEEPEST {
            return Err(Failure::new(format!(
                "macros, includes and loops are nested more than {DEEPEST} deep: they go in a circle"
            )));
        }
        self.depth.set(self.depth.get() + 1);
        let result = work();
        self.depth.set(self.depth.get() - 1);
        result
    }

    /// Remembers a scope that holds something that holds the scope.
    pub(super) fn note_circle(&self, scope: &Rc<Scope>) {
        self.circles.borrow_mut().push(Rc::clone(scope));
    }

    /// What whoever renders has given for a name.
    fn given(&self, name: &Name, with_context: bool) -> Option<Value> {
        let ask = |known: &RefCell<HashMap<Name, Option<Value>>>, source: Source<'_>| {
            if let Some(value) = known.borrow().get(name) {
                return value.clone();
            }
            let value = source(name);
            known.borrow_mut().insert(Name::clone(name), value.clone());
            value
        };
        let in_context = with_context.then(|| ask(&self.context, self.given.context)).flatten();
        in_context.or_else(|| ask(&self.globals, self.given.globals))
    }

    /// Whether an undefined value is empty and no error.
    pub(super) fn is_lenient(&self) -> bool {
        self.templates.is_lenient
    }

    /// Whether Python takes a value for true.
    pub(super) fn truth(&self, value: &Value) -> Outcome<bool> {
        if value.is_undefined() && self.is_lenient() { Ok(false) } else { value.truth() }
    }

    /// A value as text.
    pub(super) fn text_of(&self, value: &Value) -> Outcome<Text> {
        if value.is_undefined() && self.is_lenient() { Ok(Text::new("")) } else { value.to_text() }
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        self.circles.borrow().iter().for_each(|scope| scope.clear());
    }
}

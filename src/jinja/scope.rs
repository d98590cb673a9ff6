//! Variables and where they are seen.

use std::cell::RefCell;
use std::rc::Rc;

use super::ast::Name;
use super::value::Value;

/// The variables of a template, loop, macro or block, and what is around it.
pub struct Scope {
    variables: RefCell<Vec<(Name, Value)>>,
    parent: Option<Rc<Scope>>,
    /// Whether what the renderer was given is seen behind the outermost of the variables.
    pub sees_context: bool,
}

impl Scope {
    /// The outermost scope of a template.
    #[must_use]
    pub fn root(sees_context: bool) -> Rc<Scope> {
        Rc::new(Scope { variables: RefCell::default(), parent: None, sees_context })
    }

    /// A scope inside another.
    #[must_use]
    pub fn inside(parent: &Rc<Scope>) -> Rc<Scope> {
        Rc::new(Scope {
            variables: RefCell::default(),
            parent: Some(Rc::clone(parent)),
            sees_context: parent.sees_context,
        })
    }

    /// A variable of this scope, or of one around it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Value> {
        let own = self.variables.borrow().iter().find(|(own, _)| **own == *name).map(|(_, value)| value.clone());
        own.or_else(|| self.parent.as_ref()?.get(name))
    }

    /// A variable of this scope alone.
    #[must_use]
    pub fn own(&self, name: &str) -> Option<Value> {
        self.variables.borrow().iter().find(|(own, _)| **own == *name).map(|(_, value)| value.clone())
    }

    /// Sets a variable of this scope.
    pub fn set(&self, name: &Name, value: Value) {
        let mut variables = self.variables.borrow_mut();
        match variables.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => *own = value,
            None => variables.push((Name::clone(name), value)),
        }
    }

    /// Forgets all variables of this scope.
    pub fn clear(&self) {
        self.variables.borrow_mut().clear();
    }

    /// The names and values of this scope, in the order in which they were set.
    #[must_use]
    pub fn all(&self) -> Vec<(Name, Value)> {
        self.variables.borrow().clone()
    }

    /// A scope that sees the present values of everything around, and no later ones.
    #[must_use]
    pub fn snapshot(self: &Rc<Scope>) -> Rc<Scope> {
        let copy = Scope::root(self.sees_context);
        let mut chain = Vec::new();
        let mut scope = Some(self);
        while let Some(one) = scope {
            chain.push(one);
            scope = one.parent.as_ref();
        }
        for one in chain.into_iter().rev() {
            for (name, value) in one.variables.borrow().iter() {
                copy.set(name, value.clone());
            }
        }
        copy
    }
}

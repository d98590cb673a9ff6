//! What is a value in Jinja and no data: macros, functions, `loop`, `namespace`.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::super::ast::{For, Macro, Name};
use super::super::failure::Outcome;
use super::super::given::Given as Arguments;
use super::super::scope::Scope;
use super::super::value::{Dict, Key, Object, Text, Value};
use super::{Frame, Run};

/// A function of whoever renders.
pub type HostFunction = dyn Fn(&Run<'_>, Arguments) -> Outcome<Value>;

/// What can be a value and is no data.
pub enum Tool {
    /// A macro, with the scope in which it stands.
    Macro(Arc<Macro>, Frame),
    /// A function of Jinja2: `range`, `dict`, …
    Function(&'static str),
    /// A function of whoever renders.
    Host(&'static str, Rc<HostFunction>),
    /// A method of a value.
    Method(Value, Name),
    /// `namespace(…)`.
    Namespace(RefCell<Dict>),
    /// `loop`.
    Loop(Loop),
    /// An imported template.
    Module(Name, Rc<Scope>),
    /// `keys()`, `values()` or `items()` of a mapping.
    View(&'static str, Rc<RefCell<Dict>>),
    /// What `groupby` gives: a pair of the common value and a list.
    Group(Value, Value),
    /// `cycler(…)`.
    Cycler(Vec<Value>, Cell<usize>),
    /// `joiner(…)`.
    Joiner(Text, Cell<bool>),
    /// `self` in a template with blocks.
    Blocks(Frame),
    /// `super`, or `self.name`: a block and how many others hide it.
    Block(Name, usize, Frame),
}

/// `loop`.
pub struct Loop {
    /// What is gone through.
    pub items: Vec<Value>,
    /// Which of them is the present one, from 0.
    pub index: Cell<usize>,
    /// How many loops that called themselves are around.
    pub depth: usize,
    /// What `loop(…)` does, if it is recursive.
    pub again: Option<(Arc<For>, Frame)>,
    /// What `loop.changed` was last asked.
    pub last: RefCell<Option<Vec<Value>>>,
}

impl Tool {
    /// An object as one of these.
    #[must_use]
    pub fn of(object: &Rc<dyn Object>) -> Option<&Tool> {
        object.as_any().downcast_ref()
    }

    /// A function of whoever renders, as a value.
    #[must_use]
    pub fn host(name: &'static str, function: impl Fn(&Run<'_>, Arguments) -> Outcome<Value> + 'static) -> Value {
        Value::Object(Rc::new(Tool::Host(name, Rc::new(function))))
    }

    fn method(self: &Rc<Tool>, name: &str) -> Value {
        Value::Object(Rc::new(Tool::Method(Value::Object(Rc::<Tool>::clone(self)), name.into())))
    }
}

impl Object for Tool {
    fn type_name(&self) -> &'static str {
        match self {
            Tool::Macro(..) => "macro",
            Tool::Function(_) | Tool::Host(..) => "function",
            Tool::Method(..) => "method",
            Tool::Namespace(_) => "namespace",
            Tool::Loop(_) => "loop",
            Tool::Module(..) => "module",
            Tool::View(name, _) => name,
            Tool::Group(..) => "tuple",
            Tool::Cycler(..) => "cycler",
            Tool::Joiner(..) => "joiner",
            Tool::Blocks(_) | Tool::Block(..) => "block",
        }
    }

    fn length(&self) -> Option<usize> {
        match self {
            Tool::Loop(of) => Some(of.items.len()),
            Tool::View(_, entries) => Some(entries.borrow().len()),
            Tool::Group(..) => Some(2),
            _ => None,
        }
    }

    fn items(&self) -> Option<Vec<Value>> {
        if let Tool::Group(key, items) = self {
            return Some(vec![key.clone(), items.clone()]);
        }
        let Tool::View(name, entries) = self else { return None };
        let entries = entries.borrow();
        Some(match *name {
            "dict_keys" => entries.keys().map(Key::value).cloned().collect(),
            "dict_values" => entries.values().cloned().collect(),
            _ => entries.iter().map(|(key, value)| Value::tuple(vec![key.value().clone(), value.clone()])).collect(),
        })
    }

    fn is_callable(&self) -> bool {
        !matches!(
            self,
            Tool::Namespace(_)
                | Tool::Module(..)
                | Tool::View(..)
                | Tool::Group(..)
                | Tool::Cycler(..)
                | Tool::Blocks(_)
        )
    }

    fn shown(&self) -> Outcome<Option<String>> {
        Ok(match self {
            Tool::Macro(of, _) => Some(match &of.name {
                Some(name) => format!("<Macro {}>", Value::from(&**name).to_repr()?),
                None => "<Macro anonymous>".to_owned(),
            }),
            Tool::Loop(of) => Some(format!("<LoopContext {}/{}>", of.index.get() + 1, of.items.len())),
            Tool::Module(name, _) => Some(format!("<TemplateModule {}>", Value::from(&**name).to_repr()?)),
            Tool::Namespace(entries) => {
                let entries = Value::dict(entries.borrow().clone());
                Some(format!("<Namespace {}>", entries.to_repr()?))
            }
            Tool::View(name, _) => {
                Some(format!("{name}({})", Value::list(self.items().unwrap_or_default()).to_repr()?))
            }
            Tool::Group(key, items) => Some(Value::tuple(vec![key.clone(), items.clone()]).to_repr()?),
            Tool::Function("range") => Some("<class 'range'>".to_owned()),
            Tool::Function("dict") => Some("<class 'dict'>".to_owned()),
            Tool::Function("namespace") => Some("<class 'jinja2.utils.Namespace'>".to_owned()),
            Tool::Function("cycler") => Some("<class 'jinja2.utils.Cycler'>".to_owned()),
            Tool::Function("joiner") => Some("<class 'jinja2.utils.Joiner'>".to_owned()),
            _ => None,
        })
    }

    fn attribute(self: Rc<Self>, name: &str) -> Option<Value> {
        match &*self {
            Tool::Macro(of, _) => match name {
                "name" => Some(of.name.as_deref().map_or(Value::None, Value::from)),
                "arguments" => Some(Value::tuple(of.parameters.iter().map(|(name, _)| (&**name).into()).collect())),
                "catch_kwargs" => Some(of.uses.kwargs.into()),
                "catch_varargs" => Some(of.uses.varargs.into()),
                "caller" => Some(of.uses.caller.into()),
                _ => None,
            },
            Tool::Namespace(entries) => entries.borrow().get(name).cloned(),
            Tool::Loop(of) => of.attribute(&self, name),
            Tool::Module(_, scope) => scope.own(name).filter(|_| !name.starts_with('_')),
            Tool::Group(key, items) => match name {
                "grouper" | "0" => Some(key.clone()),
                "list" | "1" => Some(items.clone()),
                _ => None,
            },
            Tool::Cycler(items, at) => match name {
                "current" => items.get(at.get()).cloned(),
                "next" | "reset" => Some(self.method(name)),
                _ => None,
            },
            Tool::Blocks(frame) => {
                let blocks = frame.blocks.as_ref()?;
                blocks
                    .borrow()
                    .contains_key(name)
                    .then(|| Value::Object(Rc::new(Tool::Block(name.into(), 0, frame.clone()))))
            }
            Tool::Block(of, depth, frame) if name == "super" => {
                let blocks = frame.blocks.as_ref()?;
                let count = blocks.borrow().get(&**of).map_or(0, Vec::len);
                Some(if depth + 1 < count {
                    Value::Object(Rc::new(Tool::Block(Name::clone(of), depth + 1, frame.clone())))
                } else {
                    Value::undefined("`super` has no block above it")
                })
            }
            _ => None,
        }
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Loop {
    fn attribute(&self, object: &Rc<Tool>, name: &str) -> Option<Value> {
        let (index, length) = (self.index.get(), self.items.len());
        Some(match name {
            "index" => (index + 1).into(),
            "index0" => index.into(),
            "revindex" => (length - index).into(),
            "revindex0" => (length - index - 1).into(),
            "first" => (index == 0).into(),
            "last" => (index + 1 == length).into(),
            "length" => length.into(),
            "depth" => (self.depth + 1).into(),
            "depth0" => self.depth.into(),
            "previtem" => index.checked_sub(1).map_or_else(
                || Value::undefined("there is no item before the first one"),
                |before| self.items[before].clone(),
            ),
            "nextitem" => self
                .items
                .get(index + 1)
                .cloned()
                .unwrap_or_else(|| Value::undefined("there is no item behind the last one")),
            "cycle" | "changed" => object.method(name),
            _ => return None,
        })
    }
}

/// A new `namespace`.
#[must_use]
pub fn namespace(entries: Dict) -> Value {
    Value::Object(Rc::new(Tool::Namespace(RefCell::new(entries))))
}

/// Sets an attribute of a `namespace`. `false` if it is none.
pub fn set_attribute(object: &Value, name: &str, value: Value) -> bool {
    let Value::Object(object) = object else { return false };
    let Some(Tool::Namespace(entries)) = Tool::of(object) else { return false };
    entries.borrow_mut().insert(Key::text(name), value);
    true
}

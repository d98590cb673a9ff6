//! What a template is made of, once it is parsed.

use std::collections::BTreeMap;
use std::sync::Arc;

/// A name, as it is written.
pub type Name = Arc<str>;

/// A parsed template.
#[derive(Debug)]
pub struct Ast {
    /// Its statements.
    pub body: Vec<Statement>,
    /// All its blocks, also those in others.
    pub blocks: BTreeMap<Name, Arc<Block>>,
}

/// A statement with its line (from 1).
#[derive(Debug)]
pub struct Statement {
    /// The line where it begins.
    pub line: u32,
    /// What it does.
    pub kind: StatementKind,
}

/// What a statement does.
#[derive(Debug)]
pub enum StatementKind {
    /// Text.
    Data(Arc<str>),
    /// `{{ … }}`.
    Output(Expression),
    /// `if`, `elif`, `else`.
    If(Vec<(Expression, Vec<Statement>)>, Vec<Statement>),
    /// `for`.
    For(Arc<For>),
    /// `set x = …`.
    Set(Target, Expression),
    /// `set x` … `endset`, with filters.
    SetBlock(Target, Option<Expression>, Vec<Statement>),
    /// `with`.
    With(Vec<(Target, Expression)>, Vec<Statement>),
    /// `macro`.
    Macro(Arc<Macro>),
    /// `call`: the call and the body as a macro.
    Call(Expression, Arc<Macro>),
    /// `filter` … `endfilter`.
    Filter(Expression, Vec<Statement>),
    /// `block`.
    Block(Arc<Block>),
    /// `extends`.
    Extends(Expression),
    /// `include`.
    Include {
        /// The name, or several.
        name: Expression,
        /// `ignore missing`.
        ignores_missing: bool,
        /// Not `without context`.
        with_context: bool,
    },
    /// `import … as`.
    Import {
        /// The name of the template.
        name: Expression,
        /// What it is called here.
        target: Name,
        /// `with context`.
        with_context: bool,
    },
    /// `from … import`.
    FromImport {
        /// The name of the template.
        name: Expression,
        /// What is taken, and what it is called here.
        names: Vec<(Name, Name)>,
        /// `with context`.
        with_context: bool,
    },
    /// `autoescape`.
    AutoEscape(Expression, Vec<Statement>),
    /// `do`.
    Do(Expression),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

/// A loop.
#[derive(Debug)]
pub struct For {
    /// What each item is called.
    pub target: Target,
    /// What is gone through.
    pub items: Expression,
    /// `if …`: which items.
    pub test: Option<Expression>,
    /// Whether `loop(…)` starts it again.
    pub is_recursive: bool,
    /// For each item.
    pub body: Vec<Statement>,
    /// If there was none.
    pub otherwise: Vec<Statement>,
}

/// A macro, or the body of a `call`.
#[derive(Debug)]
pub struct Macro {
    /// Its name; that of a `call` is `None`.
    pub name: Option<Name>,
    /// Its parameters with their defaults.
    pub parameters: Vec<(Name, Option<Expression>)>,
    /// Its statements.
    pub body: Vec<Statement>,
    /// Whether the body speaks of `caller`, `kwargs`, `varargs`.
    pub uses: Uses,
}

/// Which of a macro's special names its body speaks of.
#[derive(Clone, Copy, Debug, Default)]
pub struct Uses {
    /// `caller`.
    pub caller: bool,
    /// `kwargs`.
    pub kwargs: bool,
    /// `varargs`.
    pub varargs: bool,
}

/// A block.
#[derive(Debug)]
pub struct Block {
    /// Its name.
    pub name: Name,
    /// `scoped`.
    pub is_scoped: bool,
    /// `required`.
    pub is_required: bool,
    /// Its statements.
    pub body: Vec<Statement>,
}

/// What a value is assigned to.
#[derive(Debug)]
pub enum Target {
    /// A name.
    Name(Name),
    /// An attribute of a `namespace`.
    Attribute(Name, Name),
    /// Several, in brackets or not.
    Tuple(Vec<Target>),
}

/// An expression with its line (from 1).
#[derive(Debug)]
pub struct Expression {
    /// The line where it begins.
    pub line: u32,
    /// What it is.
    pub kind: ExpressionKind,
}

/// What an expression is.
#[derive(Debug)]
pub enum ExpressionKind {
    /// `none`.
    None,
    /// `true`, `false`.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with a point.
    Float(f64),
    /// A text in quotes.
    Text(Arc<str>),
    /// A variable.
    Name(Name),
    /// `[…]`.
    List(Vec<Expression>),
    /// `(…, …)`.
    Tuple(Vec<Expression>),
    /// `{…}`.
    Dict(Vec<(Expression, Expression)>),
    /// `x.name`.
    Attribute(Box<Expression>, Name),
    /// `x[…]`.
    Item(Box<Expression>, Box<Expression>),
    /// `x[first:end:step]`.
    Slice(Box<Expression>, Box<[Option<Expression>; 3]>),
    /// `x(…)`.
    Call(Box<Expression>, Arguments),
    /// `x | name(…)`; without `x` it is the text of a block.
    Filter(Option<Box<Expression>>, Name, Arguments),
    /// `x is name(…)`.
    Test(Box<Expression>, Name, Arguments),
    /// `not x`.
    Not(Box<Expression>),
    /// `x and y`.
    And(Box<Expression>, Box<Expression>),
    /// `x or y`.
    Or(Box<Expression>, Box<Expression>),
    /// `-x`, or `+x`.
    Sign(Box<Expression>, bool),
    /// `x + y`.
    Arithmetic(Operator, Box<Expression>, Box<Expression>),
    /// `x ~ y ~ …`.
    Concat(Vec<Expression>),
    /// `x < y < …`.
    Compare(Box<Expression>, Vec<(Comparison, Expression)>),
    /// `x if condition else y`.
    Condition(Box<Expression>, Box<Expression>, Option<Box<Expression>>),
}

/// What is given to a call.
#[derive(Debug, Default)]
pub struct Arguments {
    /// One after the other.
    pub positional: Vec<Expression>,
    /// By name.
    pub named: Vec<(Name, Expression)>,
    /// `*…`.
    pub star: Option<Box<Expression>>,
    /// `**…`.
    pub stars: Option<Box<Expression>>,
}

/// A sign of arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `//`
    FloorDivide,
    /// `%`
    Remainder,
    /// `**`
    Power,
}

impl Operator {
    /// As it is written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Divide => "/",
            Operator::FloorDivide => "//",
            Operator::Remainder => "%",
            Operator::Power => "**",
        }
    }
}

/// A sign of comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

impl Comparison {
    /// As it is written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
            Comparison::In => "in",
            Comparison::NotIn => "not in",
        }
    }
}

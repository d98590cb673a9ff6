//! From tokens to statements and expressions.

mod expressions;
mod statements;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ast::{Ast, Block, Name, Uses};
use super::failure::{Failure, Outcome};
use super::lexer::{Kind, Token, tokens};
use super::syntax::Syntax;

/// How deep statements and expressions nest, and how many signs stand behind one another: each takes a part of the stack.
const DEEPEST: usize = 150;

/// Parses a template.
///
/// # Errors
/// A failure at a line; the number of its file is 0.
pub fn parse(source: &str, syntax: &Syntax) -> Outcome<Ast> {
    let tokens = tokens(source, syntax)?;
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
        syntax,
        open: Vec::new(),
        blocks: BTreeMap::new(),
        uses: vec![Uses::default()],
        loops: 0,
        soft: 0,
    };
    let body = parser.statements(&[])?;
    Ok(Ast { body, blocks: parser.blocks })
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    syntax: &'a Syntax,
    /// The blocks around, with the lines where they begin.
    open: Vec<(Name, u32)>,
    blocks: BTreeMap<Name, Arc<Block>>,
    /// Which special names each macro around speaks of; the first is that of the template.
    uses: Vec<Uses>,
    /// How many loops are around, inside the nearest macro or block.
    loops: usize,
    /// How many conditions are around: a filter that does not exist is an error only where it is used.
    soft: usize,
}

impl Parser<'_> {
    fn here(&self) -> &Token {
        &self.tokens[self.at]
    }

    fn line(&self) -> u32 {
        self.here().line
    }

    fn ahead(&self) -> &Kind {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)].kind
    }

    fn next(&mut self) {
        // The last token is the end, and stays.
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.here().kind, Kind::Sign(found) if found == sign)
    }

    fn is_name(&self, name: &str) -> bool {
        matches!(&self.here().kind, Kind::Name(found) if **found == *name)
    }

    fn ahead_is_name(&self, name: &str) -> bool {
        matches!(self.ahead(), Kind::Name(found) if **found == *name)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let is_it = self.is_sign(sign);
        if is_it {
            self.next();
        }
        is_it
    }

    fn take_name(&mut self, name: &str) -> bool {
        let is_it = self.is_name(name);
        if is_it {
            self.next();
        }
        is_it
    }

    fn expect_sign(&mut self, sign: &str) -> Outcome<()> {
        if self.take_sign(sign) { Ok(()) } else { self.unexpected(&format!("`{sign}`")) }
    }

    fn expect_name(&mut self, name: &str) -> Outcome<()> {
        if self.take_name(name) { Ok(()) } else { self.unexpected(&format!("`{name}`")) }
    }

    fn expect(&mut self, kind: &Kind) -> Outcome<()> {
        if self.here().kind == *kind {
            self.next();
            return Ok(());
        }
        let wanted = self.shown(kind);
        self.unexpected(&wanted)
    }

    /// Any name.
    fn name(&mut self) -> Outcome<Name> {
        match &self.here().kind {
            Kind::Name(name) => {
                let name = Arc::clone(name);
                self.next();
                Ok(name)
            }
            _ => self.unexpected("a name"),
        }
    }

    fn shown(&self, kind: &Kind) -> String {
        match kind {
            Kind::Data(_) => "text".to_owned(),
            Kind::BlockBegin => format!("`{}`", self.syntax.block[0]),
            Kind::BlockEnd => format!("`{}`", self.syntax.block[1]),
            Kind::VariableBegin => format!("`{}`", self.syntax.variable[0]),
            Kind::VariableEnd => format!("`{}`", self.syntax.variable[1]),
            Kind::Name(name) => format!("`{name}`"),
            Kind::Text(_) => "a text in quotes".to_owned(),
            Kind::Int(_) | Kind::Float(_) => "a number".to_owned(),
            Kind::Sign(sign) => format!("`{sign}`"),
            Kind::End => "the end of the file".to_owned(),
        }
    }

    fn unexpected<T>(&self, wanted: &str) -> Outcome<T> {
        let found = self.shown(&self.here().kind);
        self.fail(format!("{found} stands where {wanted} should"))
    }

    fn fail<T>(&self, message: impl Into<String>) -> Outcome<T> {
        Err(Failure::new(message).or_at(0, self.line()))
    }

    /// Goes one level deeper.
    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fail("is nested too deep for Jinja");
        }
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }
}

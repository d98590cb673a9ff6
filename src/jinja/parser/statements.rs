//! Statements.

use std::sync::Arc;

use super::super::ast::{Block, Expression, For, Macro, Name, Statement, StatementKind, Target, Uses};
use super::super::failure::{Failure, Outcome};
use super::super::lexer::Kind;
use super::{DEEPEST, Parser};

/// Words that end or divide a block, and the block.
const ENDS: &[(&str, &str)] = &[
    ("endif", "if"),
    ("elif", "if"),
    ("else", "if"),
    ("endfor", "for"),
    ("endset", "set"),
    ("endwith", "with"),
    ("endmacro", "macro"),
    ("endcall", "call"),
    ("endfilter", "filter"),
    ("endblock", "block"),
    ("endautoescape", "autoescape"),
    ("endtrans", "trans"),
    ("endraw", "raw"),
];

impl Parser<'_> {
    /// Statements up to one of these words, which is the next token then; up to the end of the file if there are none.
    pub(super) fn statements(&mut self, ends: &[&str]) -> Outcome<Vec<Statement>> {
        let mut body = Vec::new();
        loop {
            let line = self.line();
            match self.here().kind.clone() {
                Kind::Data(text) => {
                    body.push(Statement { line, kind: StatementKind::Data(text) });
                    self.next();
                }
                Kind::VariableBegin => {
                    self.next();
                    let value = self.tuple(true, false, None)?;
                    self.expect(&Kind::VariableEnd)?;
                    body.push(Statement { line, kind: StatementKind::Output(value) });
                }
                Kind::BlockBegin => {
                    self.next();
                    if ends.iter().any(|end| self.is_name(end)) {
                        return Ok(body);
                    }
                    let kind = self.deeper(|parser| parser.statement(line))?;
                    body.extend(kind.into_iter().map(|kind| Statement { line, kind }));
                    self.expect(&Kind::BlockEnd)?;
                }
                Kind::End => {
                    return match self.open.last() {
                        Some((name, line)) => {
                            Err(Failure::new(format!("`{name}` is not closed: there is no `end{name}`"))
                                .or_at(0, *line))
                        }
                        None => Ok(body),
                    };
                }
                _ => return self.unexpected("text"),
            }
        }
    }

    /// The body of a block behind its first tag; the word that ends it is the next token.
    fn body(&mut self, ends: &[&str]) -> Outcome<Vec<Statement>> {
        self.take_sign(":");
        self.expect(&Kind::BlockEnd)?;
        self.statements(ends)
    }

    fn statement(&mut self, line: u32) -> Outcome<Vec<StatementKind>> {
        let name = self.name()?;
        let extensions = self.syntax.extensions;
        let kind = match &*name {
            "print" => return self.print(),
            "extends" => StatementKind::Extends(self.expression()?),
            "include" => self.include()?,
            "import" => self.import()?,
            "from" => self.names_import()?,
            "do" if extensions.has_do => StatementKind::Do(self.tuple(true, false, None)?),
            "break" | "continue" if extensions.has_loop_controls => {
                if self.loops == 0 {
                    return self.fail(format!("`{name}` stands in no loop"));
                }
                if &*name == "break" { StatementKind::Break } else { StatementKind::Continue }
            }
            "debug" if extensions.has_debug => {
                return self.fail("`debug` writes everything that the template sees, which sesame does not do");
            }
            "trans" | "pluralize" if extensions.has_i18n => {
                return self.fail(format!("`{name}` needs translations, which Sceptre does not install"));
            }
            "if" | "for" | "set" | "with" | "macro" | "call" | "filter" | "block" | "autoescape" => {
                self.open.push((Arc::clone(&name), line));
                let kind = self.block_statement(&name)?;
                self.open.pop();
                kind
            }
            _ => return self.unknown_statement(&name, line),
        };
        Ok(vec![kind])
    }

    fn unknown_statement<T>(&self, name: &str, line: u32) -> Outcome<T> {
        if let Some((_, block)) = ENDS.iter().find(|(end, _)| *end == name) {
            let failure = match self.open.last() {
                Some((open, opened)) => Failure::new(format!("`{open}` is not closed: `{name}` comes on line {line}"))
                    .with_help(format!("put `end{open}` before line {line}"))
                    .or_at(0, *opened),
                None => {
                    Failure::new(format!("`{name}` closes nothing: there is no `{block}` before it")).or_at(0, line)
                }
            };
            return Err(failure);
        }
        let failure = Failure::new(format!("there is no statement `{name}`")).or_at(0, line);
        let extension = match name {
            "do" => "jinja2.ext.do",
            "break" | "continue" => "jinja2.ext.loopcontrols",
            "debug" => "jinja2.ext.debug",
            "trans" => "jinja2.ext.i18n",
            _ => return Err(failure),
        };
        Err(failure.with_help(format!("it belongs to `{extension}`: list that in `extensions` of `j2_environment`")))
    }

    fn block_statement(&mut self, name: &str) -> Outcome<StatementKind> {
        match name {
            "if" => self.condition(),
            "for" => self.for_loop(),
            "set" => self.set(),
            "with" => self.with(),
            "macro" => {
                let name = self.name()?;
                let parameters = self.signature()?;
                let own = self.own_macro(Some(name), parameters, "endmacro")?;
                Ok(StatementKind::Macro(own))
            }
            "call" => {
                let parameters = if self.is_sign("(") { self.signature()? } else { Vec::new() };
                let call = self.expression()?;
                if !matches!(call.kind, super::super::ast::ExpressionKind::Call(..)) {
                    return self.fail("behind `call` stands no call");
                }
                let body = self.own_macro(None, parameters, "endcall")?;
                Ok(StatementKind::Call(call, body))
            }
            "filter" => {
                let Some(filter) = self.block_filters(true)? else { return self.unexpected("a filter") };
                let body = self.body(&["endfilter"])?;
                self.next();
                Ok(StatementKind::Filter(filter, body))
            }
            "autoescape" => {
                let flag = self.expression()?;
                let body = self.body(&["endautoescape"])?;
                self.next();
                Ok(StatementKind::AutoEscape(flag, body))
            }
            _ => self.block(),
        }
    }

    fn print(&mut self) -> Outcome<Vec<StatementKind>> {
        let mut values = Vec::new();
        while self.here().kind != Kind::BlockEnd {
            if !values.is_empty() {
                self.expect_sign(",")?;
            }
            values.push(StatementKind::Output(self.expression()?));
        }
        Ok(values)
    }

    fn condition(&mut self) -> Outcome<StatementKind> {
        let (mut branches, mut otherwise) = (Vec::new(), Vec::new());
        self.soft += 1;
        loop {
            let condition = self.tuple(false, false, None)?;
            branches.push((condition, self.body(&["elif", "else", "endif"])?));
            if self.take_name("elif") {
                continue;
            }
            if self.take_name("else") {
                otherwise = self.body(&["endif"])?;
            }
            self.next_if_name("endif");
            self.soft -= 1;
            return Ok(StatementKind::If(branches, otherwise));
        }
    }

    fn next_if_name(&mut self, name: &str) {
        self.take_name(name);
    }

    fn for_loop(&mut self) -> Outcome<StatementKind> {
        let target = self.target(Some("in"), false)?;
        self.expect_name("in")?;
        let items = self.tuple(false, false, Some("recursive"))?;
        let test = if self.take_name("if") { Some(self.expression()?) } else { None };
        let is_recursive = self.take_name("recursive");
        self.loops += 1;
        let body = self.body(&["endfor", "else"])?;
        self.loops -= 1;
        let otherwise = if self.take_name("else") { self.body(&["endfor"])? } else { Vec::new() };
        self.next_if_name("endfor");
        Ok(StatementKind::For(Arc::new(For { target, items, test, is_recursive, body, otherwise })))
    }

    fn set(&mut self) -> Outcome<StatementKind> {
        let target = self.target(None, true)?;
        if self.take_sign("=") {
            return Ok(StatementKind::Set(target, self.tuple(true, false, None)?));
        }
        let filter = self.block_filters(false)?;
        let body = self.body(&["endset"])?;
        self.next();
        Ok(StatementKind::SetBlock(target, filter, body))
    }

    fn with(&mut self) -> Outcome<StatementKind> {
        let mut values = Vec::new();
        while self.here().kind != Kind::BlockEnd {
            if !values.is_empty() {
                self.expect_sign(",")?;
            }
            let target = self.target(None, false)?;
            self.expect_sign("=")?;
            values.push((target, self.expression()?));
        }
        let body = self.body(&["endwith"])?;
        self.next();
        Ok(StatementKind::With(values, body))
    }

    fn signature(&mut self) -> Outcome<Vec<(Name, Option<Expression>)>> {
        self.expect_sign("(")?;
        let mut parameters: Vec<(Name, Option<Expression>)> = Vec::new();
        while !self.is_sign(")") {
            if !parameters.is_empty() {
                self.expect_sign(",")?;
            }
            let name = self.assignable_name()?;
            let default = if self.take_sign("=") { Some(self.expression()?) } else { None };
            if default.is_none() && parameters.last().is_some_and(|(_, default)| default.is_some()) {
                return self.fail(format!("`{name}` has no default, and stands behind a parameter that has one"));
            }
            parameters.push((name, default));
        }
        self.expect_sign(")")?;
        Ok(parameters)
    }

    fn own_macro(
        &mut self,
        name: Option<Name>,
        parameters: Vec<(Name, Option<Expression>)>,
        end: &str,
    ) -> Outcome<Arc<Macro>> {
        self.uses.push(Uses::default());
        let loops = std::mem::take(&mut self.loops);
        let body = self.body(&[end])?;
        self.next();
        self.loops = loops;
        let uses = self.uses.pop().unwrap_or_default();
        Ok(Arc::new(Macro { name, parameters, body, uses }))
    }

    fn block(&mut self) -> Outcome<StatementKind> {
        let line = self.line();
        let name = self.name()?;
        let (is_scoped, is_required) = (self.take_name("scoped"), self.take_name("required"));
        if self.blocks.contains_key(&name) {
            return Err(Failure::new(format!("there are two blocks `{name}`")).or_at(0, line));
        }
        let loops = std::mem::take(&mut self.loops);
        let body = self.body(&["endblock"])?;
        self.loops = loops;
        self.next();
        self.take_name(&name);
        let is_blank =
            |statement: &Statement| matches!(&statement.kind, StatementKind::Data(text) if text.trim().is_empty());
        if is_required && !body.iter().all(is_blank) {
            return Err(Failure::new(format!("the required block `{name}` is not empty")).or_at(0, line));
        }
        let block = Arc::new(Block { name: Arc::clone(&name), is_scoped, is_required, body });
        if self.blocks.insert(name, Arc::clone(&block)).is_some() {
            return Err(Failure::new(format!("there are two blocks `{}`", block.name)).or_at(0, line));
        }
        Ok(StatementKind::Block(block))
    }

    /// `with context` or `without context`, if it stands here.
    fn context(&mut self) -> Option<bool> {
        let is_with = self.is_name("with");
        if (is_with || self.is_name("without")) && self.ahead_is_name("context") {
            self.next();
            self.next();
            return Some(is_with);
        }
        None
    }

    fn include(&mut self) -> Outcome<StatementKind> {
        let name = self.expression()?;
        let ignores_missing = self.is_name("ignore") && self.ahead_is_name("missing");
        if ignores_missing {
            self.next();
            self.next();
        }
        let with_context = self.context().unwrap_or(true);
        Ok(StatementKind::Include { name, ignores_missing, with_context })
    }

    fn import(&mut self) -> Outcome<StatementKind> {
        let name = self.expression()?;
        self.expect_name("as")?;
        let target = self.assignable_name()?;
        let with_context = self.context().unwrap_or(false);
        Ok(StatementKind::Import { name, target, with_context })
    }

    fn names_import(&mut self) -> Outcome<StatementKind> {
        let name = self.expression()?;
        self.expect_name("import")?;
        let mut names: Vec<(Name, Name)> = Vec::new();
        let mut with_context;
        loop {
            if !names.is_empty() {
                self.expect_sign(",")?;
            }
            with_context = self.context();
            if with_context.is_some() {
                break;
            }
            let taken = self.assignable_name()?;
            if taken.starts_with('_') {
                return self.fail("a name that begins with `_` cannot be imported");
            }
            let here = if self.take_name("as") { self.assignable_name()? } else { Arc::clone(&taken) };
            names.push((taken, here));
            with_context = self.context();
            if with_context.is_some() || !self.is_sign(",") {
                break;
            }
        }
        Ok(StatementKind::FromImport { name, names, with_context: with_context.unwrap_or(false) })
    }

    fn assignable_name(&mut self) -> Outcome<Name> {
        let line = self.line();
        let name = self.name()?;
        match &*name {
            "true" | "false" | "none" | "True" | "False" | "None" => {
                Err(Failure::new(format!("nothing can be assigned to `{name}`")).or_at(0, line))
            }
            _ => Ok(name),
        }
    }

    /// What is assigned to, up to `=` or a name.
    fn target(&mut self, end: Option<&str>, with_attributes: bool) -> Outcome<Target> {
        let mut targets = Vec::new();
        let mut is_tuple = false;
        loop {
            let is_end = matches!(self.here().kind, Kind::BlockEnd | Kind::Sign(")" | "="))
                || end.is_some_and(|end| self.is_name(end));
            if is_end && is_tuple {
                break;
            }
            targets.push(self.one_target(with_attributes)?);
            if !self.take_sign(",") {
                break;
            }
            is_tuple = true;
        }
        match targets.pop() {
            Some(target) if !is_tuple => Ok(target),
            last => {
                targets.extend(last);
                Ok(Target::Tuple(targets))
            }
        }
    }

    fn one_target(&mut self, with_attributes: bool) -> Outcome<Target> {
        if self.take_sign("(") {
            self.depth += 1;
            if self.depth > DEEPEST {
                return self.fail("is nested too deep for Jinja");
            }
            let target = self.target(None, with_attributes)?;
            self.depth -= 1;
            self.expect_sign(")")?;
            return Ok(target);
        }
        let name = self.assignable_name()?;
        if with_attributes && self.take_sign(".") {
            return Ok(Target::Attribute(name, self.name()?));
        }
        Ok(Target::Name(name))
    }
}

//! Expressions, with Jinja2's order of operators.

use super::super::ast::{Arguments, Comparison, Expression, ExpressionKind, Name, Operator};
use super::super::failure::{Failure, Outcome};
use super::super::lexer::Kind;
use super::super::{filters, tests};
use super::{DEEPEST, Parser};

impl Parser<'_> {
    /// An expression, with `… if … else …`.
    pub(super) fn expression(&mut self) -> Outcome<Expression> {
        self.deeper(|parser| {
            let line = parser.line();
            let first = parser.tokens[parser.at].line;
            let mut value = parser.or()?;
            let mut count = 0;
            while parser.is_name("if") {
                parser.next();
                parser.count(&mut count)?;
                parser.soft += 1;
                let condition = parser.or()?;
                let otherwise = if parser.take_name("else") { Some(Box::new(parser.expression()?)) } else { None };
                parser.soft -= 1;
                value = Expression {
                    line,
                    kind: ExpressionKind::Condition(Box::new(value), Box::new(condition), otherwise),
                };
            }
            value.line = value.line.min(first);
            Ok(value)
        })
    }

    /// An expression without `… if … else …`.
    pub(super) fn expression_without_condition(&mut self) -> Outcome<Expression> {
        self.deeper(Parser::or)
    }

    /// Signs behind one another take a part of the stack, as brackets in one another do.
    fn count(&self, count: &mut usize) -> Outcome<()> {
        *count += 1;
        if self.depth + *count > DEEPEST { self.fail("is nested too deep for Jinja") } else { Ok(()) }
    }

    fn or(&mut self) -> Outcome<Expression> {
        self.joined("or", Parser::and, ExpressionKind::Or)
    }

    fn and(&mut self) -> Outcome<Expression> {
        self.joined("and", Parser::not, ExpressionKind::And)
    }

    /// Operands with a word between them.
    fn joined(
        &mut self,
        word: &str,
        operand: fn(&mut Self) -> Outcome<Expression>,
        kind: fn(Box<Expression>, Box<Expression>) -> ExpressionKind,
    ) -> Outcome<Expression> {
        let line = self.line();
        let (mut left, mut count) = (operand(self)?, 0);
        while self.take_name(word) {
            self.count(&mut count)?;
            let right = operand(self)?;
            left = Expression { line, kind: kind(Box::new(left), Box::new(right)) };
        }
        Ok(left)
    }

    fn not(&mut self) -> Outcome<Expression> {
        let line = self.line();
        if !self.take_name("not") {
            return self.compare();
        }
        let inner = self.deeper(Parser::not)?;
        Ok(Expression { line, kind: ExpressionKind::Not(Box::new(inner)) })
    }

    fn compare(&mut self) -> Outcome<Expression> {
        let line = self.line();
        let first = self.calculation(0)?;
        let mut others = Vec::new();
        loop {
            let comparison = match &self.here().kind {
                Kind::Sign("==") => Comparison::Equal,
                Kind::Sign("!=") => Comparison::NotEqual,
                Kind::Sign("<") => Comparison::Less,
                Kind::Sign("<=") => Comparison::LessOrEqual,
                Kind::Sign(">") => Comparison::Greater,
                Kind::Sign(">=") => Comparison::GreaterOrEqual,
                Kind::Name(name) if &**name == "in" => Comparison::In,
                Kind::Name(name) if &**name == "not" && self.ahead_is_name("in") => {
                    self.next();
                    Comparison::NotIn
                }
                _ => break,
            };
            self.next();
            others.push((comparison, self.calculation(0)?));
        }
        if others.is_empty() {
            return Ok(first);
        }
        Ok(Expression { line, kind: ExpressionKind::Compare(Box::new(first), others) })
    }

    /// `+ -` below `~` below `* / // %` below `**`, each from left to right.
    fn calculation(&mut self, level: usize) -> Outcome<Expression> {
        const LEVELS: &[&[(&str, Operator)]] = &[
            &[("+", Operator::Add), ("-", Operator::Subtract)],
            &[],
            &[
                ("*", Operator::Multiply),
                ("/", Operator::Divide),
                ("//", Operator::FloorDivide),
                ("%", Operator::Remainder),
            ],
            &[("**", Operator::Power)],
        ];
        let Some(operators) = LEVELS.get(level) else { return self.unary(true) };
        let line = self.line();
        let (mut left, mut count) = (self.calculation(level + 1)?, 0);
        if operators.is_empty() {
            if !self.is_sign("~") {
                return Ok(left);
            }
            let mut parts = vec![left];
            while self.take_sign("~") {
                parts.push(self.calculation(level + 1)?);
            }
            return Ok(Expression { line, kind: ExpressionKind::Concat(parts) });
        }
        while let Kind::Sign(sign) = self.here().kind
            && let Some((_, operator)) = operators.iter().find(|(name, _)| *name == sign)
        {
            self.next();
            self.count(&mut count)?;
            let right = self.calculation(level + 1)?;
            left = Expression { line, kind: ExpressionKind::Arithmetic(*operator, Box::new(left), Box::new(right)) };
        }
        Ok(left)
    }

    fn unary(&mut self, with_filters: bool) -> Outcome<Expression> {
        let line = self.line();
        let mut value = if self.is_sign("-") || self.is_sign("+") {
            let is_minus = self.is_sign("-");
            self.next();
            let inner = self.deeper(|parser| parser.unary(false))?;
            Expression { line, kind: ExpressionKind::Sign(Box::new(inner), is_minus) }
        } else {
            self.primary()?
        };
        let mut count = 0;
        value = self.postfix(value, &mut count)?;
        if with_filters {
            value = self.filters_and_tests(value, &mut count)?;
        }
        Ok(value)
    }

    pub(super) fn primary(&mut self) -> Outcome<Expression> {
        let token = self.here().clone();
        let kind = match token.kind {
            Kind::Name(name) => {
                self.next();
                match &*name {
                    "true" | "True" => ExpressionKind::Bool(true),
                    "false" | "False" => ExpressionKind::Bool(false),
                    "none" | "None" => ExpressionKind::None,
                    _ => {
                        self.note_use(&name);
                        ExpressionKind::Name(name)
                    }
                }
            }
            Kind::Text(mut text) => {
                self.next();
                while let Kind::Text(more) = &self.here().kind {
                    text.push_str(more);
                    self.next();
                }
                ExpressionKind::Text(text.into())
            }
            Kind::Int(number) => {
                self.next();
                ExpressionKind::Int(number)
            }
            Kind::Float(number) => {
                self.next();
                ExpressionKind::Float(number)
            }
            Kind::Sign("(") => {
                self.next();
                let inner = self.tuple(true, true, None)?;
                self.expect_sign(")")?;
                return Ok(inner);
            }
            Kind::Sign("[") => ExpressionKind::List(self.listed("[", "]", Parser::expression)?),
            Kind::Sign("{") => ExpressionKind::Dict(self.listed("{", "}", |parser| {
                let key = parser.expression()?;
                parser.expect_sign(":")?;
                Ok((key, parser.expression()?))
            })?),
            _ => return self.unexpected("an expression"),
        };
        Ok(Expression { line: token.line, kind })
    }

    /// Remembers that a macro speaks of one of its special names.
    fn note_use(&mut self, name: &Name) {
        if let Some(uses) = self.uses.last_mut() {
            match &**name {
                "caller" => uses.caller = true,
                "kwargs" => uses.kwargs = true,
                "varargs" => uses.varargs = true,
                _ => {}
            }
        }
    }

    fn listed<T>(&mut self, open: &str, close: &str, item: impl Fn(&mut Self) -> Outcome<T>) -> Outcome<Vec<T>> {
        self.expect_sign(open)?;
        let mut items = Vec::new();
        while !self.is_sign(close) {
            if !items.is_empty() {
                self.expect_sign(",")?;
                if self.is_sign(close) {
                    break;
                }
            }
            items.push(item(self)?);
        }
        self.expect_sign(close)?;
        Ok(items)
    }

    /// One expression, or several behind commas. `end` is a name that ends it.
    pub(super) fn tuple(&mut self, with_condition: bool, may_be_empty: bool, end: Option<&str>) -> Outcome<Expression> {
        let line = self.line();
        let mut items: Vec<Expression> = Vec::new();
        let mut is_tuple = false;
        loop {
            if !items.is_empty() {
                self.expect_sign(",")?;
            }
            let is_end = matches!(self.here().kind, Kind::VariableEnd | Kind::BlockEnd | Kind::Sign(")"))
                || end.is_some_and(|end| self.is_name(end));
            if is_end {
                break;
            }
            items.push(if with_condition { self.expression()? } else { self.expression_without_condition()? });
            if !self.is_sign(",") {
                break;
            }
            is_tuple = true;
        }
        if is_tuple || items.is_empty() && may_be_empty {
            return Ok(Expression { line, kind: ExpressionKind::Tuple(items) });
        }
        match items.pop() {
            Some(item) => Ok(item),
            None => self.unexpected("an expression"),
        }
    }

    fn postfix(&mut self, mut value: Expression, count: &mut usize) -> Outcome<Expression> {
        loop {
            let line = value.line;
            let kind = if self.take_sign(".") {
                match self.here().kind.clone() {
                    Kind::Name(name) => {
                        self.next();
                        ExpressionKind::Attribute(Box::new(value), name)
                    }
                    Kind::Int(index) => {
                        let index = Expression { line: self.line(), kind: ExpressionKind::Int(index) };
                        self.next();
                        ExpressionKind::Item(Box::new(value), Box::new(index))
                    }
                    _ => return self.unexpected("a name or a number"),
                }
            } else if self.take_sign("[") {
                self.subscript(value)?
            } else if self.is_sign("(") {
                ExpressionKind::Call(Box::new(value), self.arguments()?)
            } else {
                return Ok(value);
            };
            self.count(count)?;
            value = Expression { line, kind };
        }
    }

    fn subscript(&mut self, value: Expression) -> Outcome<ExpressionKind> {
        let line = self.line();
        let first = if self.is_sign(":") { None } else { Some(self.expression()?) };
        if self.is_sign(":") {
            let mut parts = [first, None, None];
            for part in &mut parts[1..] {
                if self.take_sign(":") && !self.is_sign(":") && !self.is_sign("]") {
                    *part = Some(self.expression()?);
                }
            }
            self.expect_sign("]")?;
            return Ok(ExpressionKind::Slice(Box::new(value), Box::new(parts)));
        }
        let Some(first) = first else { return self.unexpected("an expression") };
        if self.take_sign("]") {
            return Ok(ExpressionKind::Item(Box::new(value), Box::new(first)));
        }
        let mut items = vec![first];
        while self.take_sign(",") {
            items.push(self.expression()?);
        }
        self.expect_sign("]")?;
        let key = Expression { line, kind: ExpressionKind::Tuple(items) };
        Ok(ExpressionKind::Item(Box::new(value), Box::new(key)))
    }

    pub(super) fn arguments(&mut self) -> Outcome<Arguments> {
        self.expect_sign("(")?;
        let mut arguments = Arguments::default();
        let mut is_first = true;
        while !self.is_sign(")") {
            if !is_first {
                self.expect_sign(",")?;
                if self.is_sign(")") {
                    break;
                }
            }
            is_first = false;
            let is_named = matches!(self.here().kind, Kind::Name(_)) && *self.ahead() == Kind::Sign("=");
            if self.take_sign("*") {
                if arguments.star.is_some() || arguments.stars.is_some() {
                    return self.fail("these arguments are in an order that Jinja does not take");
                }
                arguments.star = Some(Box::new(self.expression()?));
            } else if self.take_sign("**") {
                if arguments.stars.is_some() {
                    return self.fail("these arguments are in an order that Jinja does not take");
                }
                arguments.stars = Some(Box::new(self.expression()?));
            } else if is_named && arguments.stars.is_none() {
                let name = self.name()?;
                self.next();
                arguments.named.push((name, self.expression()?));
            } else if arguments.star.is_none() && arguments.stars.is_none() && arguments.named.is_empty() {
                arguments.positional.push(self.expression()?);
            } else {
                return self.fail("these arguments are in an order that Jinja does not take");
            }
        }
        self.expect_sign(")")?;
        Ok(arguments)
    }

    fn filters_and_tests(&mut self, mut value: Expression, count: &mut usize) -> Outcome<Expression> {
        loop {
            let line = value.line;
            let kind = if self.take_sign("|") {
                let (name, arguments) = self.filter()?;
                ExpressionKind::Filter(Some(Box::new(value)), name, arguments)
            } else if self.take_name("is") {
                self.test(value)?
            } else if self.is_sign("(") {
                ExpressionKind::Call(Box::new(value), self.arguments()?)
            } else {
                return Ok(value);
            };
            self.count(count)?;
            value = Expression { line, kind };
        }
    }

    /// The name of a filter and its arguments.
    fn filter(&mut self) -> Outcome<(Name, Arguments)> {
        let line = self.line();
        let name = self.dotted()?;
        if self.soft == 0 && !filters::exists(&name) {
            return Err(Failure::new(format!("there is no filter `{name}`")).or_at(0, line));
        }
        let arguments = if self.is_sign("(") { self.arguments()? } else { Arguments::default() };
        Ok((name, arguments))
    }

    /// Filters of a block: `filter a | b(1)`, or those behind `set x`.
    pub(super) fn block_filters(&mut self, is_first: bool) -> Outcome<Option<Expression>> {
        let mut value: Option<Expression> = None;
        let mut is_first = is_first;
        let mut count = 0;
        while is_first || self.take_sign("|") {
            is_first = false;
            self.count(&mut count)?;
            let line = self.line();
            let (name, arguments) = self.filter()?;
            value = Some(Expression { line, kind: ExpressionKind::Filter(value.map(Box::new), name, arguments) });
        }
        Ok(value)
    }

    fn dotted(&mut self) -> Outcome<Name> {
        let mut name = self.name()?;
        while self.take_sign(".") {
            name = format!("{name}.{}", self.name()?).into();
        }
        Ok(name)
    }

    fn test(&mut self, value: Expression) -> Outcome<ExpressionKind> {
        let line = self.line();
        let is_negated = self.take_name("not");
        let name = self.dotted()?;
        if self.soft == 0 && !tests::exists(&name) {
            return Err(Failure::new(format!("there is no test `{name}`")).or_at(0, line));
        }
        let arguments = if self.is_sign("(") {
            self.arguments()?
        } else {
            let takes_one = match &self.here().kind {
                Kind::Name(name) => !matches!(&**name, "else" | "or" | "and"),
                Kind::Text(_) | Kind::Int(_) | Kind::Float(_) | Kind::Sign("[" | "{") => true,
                _ => false,
            };
            let mut arguments = Arguments::default();
            if takes_one {
                if self.is_name("is") {
                    return self.fail("a test cannot stand behind another: `is` comes twice");
                }
                let argument = self.primary()?;
                arguments.positional.push(self.postfix(argument, &mut 0)?);
            }
            arguments
        };
        let line = value.line;
        let test = ExpressionKind::Test(Box::new(value), name, arguments);
        Ok(if is_negated { ExpressionKind::Not(Box::new(Expression { line, kind: test })) } else { test })
    }
}

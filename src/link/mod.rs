//! Stage 7, link: the project as a whole. Every reference between stacks, every export and import, every physical name
//! and its one owner: offline, without credentials, for any Sceptre project.
//!
//! A rule is a file in `rules/` and a line in its list.

mod ancestors;
mod exports;
mod graph;
pub mod names;
mod owners;
pub mod policy;
mod references;
pub mod rules;
mod template_places;

pub use ancestors::Ancestors;
pub use exports::{Exports, exports};
pub use graph::{Graph, declared, implied, is_broken};
pub use owners::{Owners, own_name};
pub use references::{Reference, Target};

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::deployment::{Given, TemplateFile, given, over_templates};
use crate::evaluate::{
    ACCOUNT_ID, Evaluated, Fault, FaultKind, Inputs, Reach, Resource, ResourceType, StackOutput, Value, evaluate,
};
use crate::finding::{Finding, Place};
use crate::logical_path::LogicalPath;
use crate::project::{Folders, Project, ProjectError, Selection, Stack, all_stacks};
use crate::template::{Parameter, ParameterValue, Template};
use template_places::TemplatePlaces;

/// A stack with what its template comes to.
#[derive(Clone, Debug)]
pub struct LinkedStack {
    /// The stack file and what it inherits.
    pub stack: Stack,
    /// What tells its account from others: profile and role, since nobody knows the number offline.
    pub account: String,
    /// Its region.
    pub region: String,
    /// Its template, if that can be read.
    pub template: Option<LinkedTemplate>,
    /// The outputs of other stacks that it names.
    pub references: Vec<Reference>,
}

/// The template of a stack, evaluated with the stack's parameters.
#[derive(Clone, Debug)]
pub struct LinkedTemplate {
    /// Where it lies.
    pub file: PathBuf,
    /// Relative to `templates/`.
    pub name: String,
    /// The parameters that it declares.
    pub parameters: Vec<Parameter>,
    /// What it comes to.
    pub evaluated: Evaluated,
}

/// All stacks of a project that Sceptre would launch.
#[derive(Debug)]
pub struct LinkedProject<'a> {
    /// In the order of their paths.
    pub stacks: Vec<LinkedStack>,
    /// Those that it leaves out.
    ignored: Vec<LinkedStack>,
    folders: &'a Folders,
    by_path: HashMap<String, usize>,
    /// By account, region and name in CloudFormation; the first of those that share one.
    by_name: OnceLock<HashMap<(String, String, String), usize>>,
    graph: OnceLock<Graph>,
    is_whole: OnceLock<bool>,
    owners: OnceLock<Owners>,
    unmet: OnceLock<Vec<names::Unmet>>,
    places: TemplatePlaces,
}

/// Evaluates a stack's template with the parameters that it gives.
#[must_use]
pub fn link(stack: &Stack, file: &TemplateFile, template: &Template<'_>, given: &[Given]) -> LinkedTemplate {
    let mut evaluated = evaluate(&template.body, &inputs(stack, template, given));
    evaluated.faults.extend(defaults(template, given));
    evaluated.faults.extend(
        template
            .misfits
            .iter()
            .map(|misfit| Fault { path: misfit.path.clone(), kind: FaultKind::Misfit(misfit.kind.clone()) }),
    );
    LinkedTemplate {
        file: file.file.clone(),
        name: file.name.clone(),
        parameters: template.parameters.clone(),
        evaluated,
    }
}

/// The defaults that a stack takes and that their own parameters refuse.
fn defaults(template: &Template<'_>, given: &[Given]) -> Vec<Fault> {
    let is_taken = |parameter: &&Parameter| !parameter.no_echo && given.iter().all(|one| one.name != parameter.name);
    let fault = |parameter: &Parameter| {
        let default = ParameterValue::Text(parameter.default.clone()?);
        let refusal = parameter.refusals(&default).into_iter().next()?;
        let kind =
            FaultKind::Default { parameter: parameter.name.clone(), got: refusal.got, expected: refusal.expected };
        Some(Fault { path: LogicalPath::from(["Parameters", &parameter.name, "Default"]), kind })
    };
    template.parameters.iter().filter(is_taken).filter_map(fault).collect()
}

/// Reads and evaluates a selection of stacks, whether their values are valid or not; and what cannot be read.
///
/// # Errors
/// If the project cannot be listed.
pub fn read(project: &Project, selection: &Selection) -> Result<(Vec<LinkedStack>, Vec<Finding>), ProjectError> {
    let reading = project.read(selection)?;
    let mut findings = reading.findings;
    let templates = over_templates(&reading.stacks, &project.folders, &mut findings, |stack, file, template| {
        link(stack, file, template, &given(stack).0)
    });
    let mut stacks: Vec<LinkedStack> = reading.stacks.into_iter().map(LinkedStack::new).collect();
    for (index, template) in templates {
        stacks[index].template = Some(template);
    }
    Ok((stacks, findings))
}

/// What a stack's template is evaluated with.
#[must_use]
pub fn inputs(stack: &Stack, template: &Template<'_>, given: &[Given]) -> Inputs {
    let mut parameters = BTreeMap::new();
    for parameter in &template.parameters {
        let value = match given.iter().find(|given| given.name == parameter.name) {
            Some(given) => given.value.clone(),
            None => parameter.default.clone().map(ParameterValue::Text),
        };
        // A Systems Manager parameter is given by name; its value is AWS's to know. A secret is not looked at: no name
        // that is made of it may come into a message.
        let is_closed = parameter.no_echo || parameter.kind.starts_with("AWS::SSM::");
        if let Some(value) = value.filter(|_| !is_closed) {
            parameters.insert(parameter.name.clone(), typed(parameter, &value));
        }
    }
    Inputs {
        parameters,
        region: stack.config.text("region").unwrap_or_default().to_owned(),
        stack_name: stack.external_name(),
        macros: template.macros,
    }
}

fn typed(parameter: &Parameter, value: &ParameterValue) -> Value {
    if parameter.is_list() {
        Value::List(value.items().into_iter().map(Value::text).collect())
    } else {
        Value::text(value.joined())
    }
}

impl LinkedStack {
    /// A stack whose template is not known yet.
    #[must_use]
    pub fn new(stack: Stack) -> LinkedStack {
        let text = |key: &str| stack.config.text(key).unwrap_or_default().to_owned();
        let role = [text("sceptre_role"), text("iam_role")].concat();
        LinkedStack {
            account: format!("{}|{role}", text("profile")),
            region: text("region"),
            references: references::of(&stack),
            template: None,
            stack,
        }
    }

    /// Whether another stack lives in the same account and region.
    #[must_use]
    pub fn is_beside(&self, other: &LinkedStack) -> bool {
        self.account == other.account && self.region == other.region
    }

    /// Whether nobody can tell if another stack lives in the same account: a role may lead into any, also into the one of
    /// the profile.
    #[must_use]
    pub fn may_be_beside(&self, other: &LinkedStack) -> bool {
        let profile = |stack: &LinkedStack| stack.stack.config.text("profile").map(str::to_owned);
        self.account != other.account && profile(self) == profile(other)
    }

    /// Within what a physical name of this type must be unique, equal for two stacks if one name in both is one
    /// resource.
    #[must_use]
    pub fn scope(&self, kind: &ResourceType, name: &str) -> (&str, &str) {
        match kind.reach {
            Reach::Region => (&self.account, &self.region),
            Reach::Account => (&self.account, ""),
            // A name with the account's number in it is another one in another account.
            Reach::World if name.contains(ACCOUNT_ID) => (&self.account, ""),
            Reach::World => ("", ""),
        }
    }

    /// What the template comes to, if it can be read.
    #[must_use]
    pub fn evaluated(&self) -> Option<&Evaluated> {
        self.template.as_ref().map(|template| &template.evaluated)
    }

    /// The resources that it has, or may have, as far as its template can be read.
    #[must_use]
    pub fn resources(&self) -> &[Resource] {
        self.evaluated().map_or(&[], |evaluated| &evaluated.resources)
    }
}

impl<'a> LinkedProject<'a> {
    /// A project of these stacks; those that Sceptre ignores are left out.
    #[must_use]
    pub fn new(folders: &'a Folders, stacks: Vec<LinkedStack>) -> LinkedProject<'a> {
        let is_ignored = |stack: &LinkedStack, key: &str| {
            stack.stack.config.get(key).and_then(serde_yaml::Value::as_bool) == Some(true)
        };
        let (ignored, stacks): (Vec<_>, Vec<_>) =
            stacks.into_iter().partition(|stack| is_ignored(stack, "ignore") || is_ignored(stack, "obsolete"));
        let by_path = stacks.iter().enumerate().map(|(index, stack)| (stack.stack.path.clone(), index)).collect();
        LinkedProject {
            stacks,
            ignored,
            folders,
            by_path,
            by_name: OnceLock::new(),
            graph: OnceLock::new(),
            is_whole: OnceLock::new(),
            owners: OnceLock::new(),
            unmet: OnceLock::new(),
            places: TemplatePlaces::default(),
        }
    }

    /// Where the project lies.
    #[must_use]
    pub fn folders(&self) -> &Folders {
        self.folders
    }

    /// A stack by its path below `config/`.
    #[must_use]
    pub fn stack(&self, path: &str) -> Option<&LinkedStack> {
        self.by_path.get(path).map(|index| &self.stacks[*index])
    }

    /// The position of the stack of this name in CloudFormation, in the account and region of another.
    #[must_use]
    pub fn beside(&self, stack: &LinkedStack, name: &str) -> Option<usize> {
        self.named(&stack.account, &stack.region, name)
    }

    /// Whether every stack of the project could be read.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        *self.is_whole.get_or_init(|| {
            let all = all_stacks(self.folders).map(|stacks| stacks.len());
            all.is_ok_and(|all| all == self.stacks.len() + self.ignored.len())
        })
    }

    /// Whether a stack has a file that cannot be read, which is reported once.
    #[must_use]
    pub fn is_unread(&self, path: &str) -> bool {
        let mut known = self.stacks.iter().chain(&self.ignored);
        path.ends_with(".yaml")
            && self.folders.files.is_file(&self.folders.config.join(path))
            && known.all(|stack| stack.stack.path != path)
    }

    /// Those that Sceptre leaves out, in the order of their paths.
    #[must_use]
    pub fn ignored(&self) -> &[LinkedStack] {
        &self.ignored
    }

    /// Which stack is launched after which.
    #[must_use]
    pub fn graph(&self) -> &Graph {
        self.graph.get_or_init(|| Graph::of(self))
    }

    /// Who creates what.
    #[must_use]
    pub fn owners(&self) -> &Owners {
        self.owners.get_or_init(|| Owners::of(self))
    }

    /// The names in templates that do not hold.
    #[must_use]
    pub fn unmet(&self) -> &[names::Unmet] {
        self.unmet.get_or_init(|| names::unmet(self))
    }

    /// The position of a stack by its account, region and name in CloudFormation.
    #[must_use]
    pub fn named(&self, account: &str, region: &str, name: &str) -> Option<usize> {
        let by_name = self.by_name.get_or_init(|| {
            let mut by_name = HashMap::with_capacity(self.stacks.len());
            for (index, stack) in self.stacks.iter().enumerate() {
                let key = (stack.account.clone(), stack.region.clone(), stack.stack.external_name());
                by_name.entry(key).or_insert(index);
            }
            by_name
        });
        by_name.get(&(account.to_owned(), region.to_owned(), name.to_owned())).copied()
    }

    /// The stack of this project that a `Fn::GetStackOutput` of a stack's template reads, if that can be known.
    #[must_use]
    pub fn read_by(&self, stack: &LinkedStack, taken: &StackOutput) -> Option<usize> {
        let name = taken.stack_name.as_text().filter(|_| !taken.has_role)?;
        let region = match &taken.region {
            Some(region) => region.as_text()?,
            None => &stack.region,
        };
        self.named(&stack.account, region, name)
    }

    /// The position of a stack by its path.
    #[must_use]
    pub fn position(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The place of a path of a stack's template: in the source or template that wrote it, if that is known, else in the
    /// rendered file.
    #[must_use]
    pub fn template_place(&self, stack: &LinkedStack, path: &LogicalPath) -> Place {
        match &stack.template {
            Some(template) => self.places.of(self.folders, stack, template, path),
            None => Place::file(&stack.stack.file),
        }
    }
}

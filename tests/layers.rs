//! The shape of `src/`: each folder may use the ones below it, and no file those that use it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use syn::visit::Visit;

/// The folders and files of `src/` from the ground up: each may use those of the lines above it. Those of one line do not
/// know one another.
const LAYERS: &[&[&str]] = &[
    &["clock", "files", "logical_path", "parallel", "words"],
    &["aws", "finding", "yaml"],
    &["exit_code", "host", "jinja", "schema"],
    &["project"],
    &["render"],
    &["template"],
    &["deployment", "evaluate"],
    &["validate"],
    &["link"],
    &["account"],
    &["adopt", "preflight"],
    &["hook", "resolve"],
    &["triage"],
    &["rules"],
    &["check", "report"],
    &["editor", "explain", "graph", "mail_platform"],
    &["cli"],
];

/// A module of the program, by its path below the crate: `["link", "rules"]`.
type Module = Vec<String>;

/// For each module those that it names, outside of its tests.
static IMPORTS: LazyLock<BTreeMap<Module, BTreeSet<Module>>> = LazyLock::new(|| {
    let mut texts = BTreeMap::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &[], &mut texts);
    let modules: BTreeSet<Module> = texts.keys().cloned().collect();
    let names = |(module, text): (&Module, &String)| {
        let mut paths = Paths::default();
        paths.visit_file(&syn::parse_file(text).expect("Rust"));
        let named = paths.found.iter().filter_map(|path| resolved(module, path, &modules)).collect();
        (module.clone(), named)
    };
    texts.iter().map(names).collect()
});

fn read(folder: &Path, above: &[String], texts: &mut BTreeMap<Module, String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if ["tests", "testing", "main", "lib"].contains(&name.as_str()) {
            continue;
        }
        let below = [above, &[name]].concat();
        if path.is_dir() {
            read(&path, &below, texts);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let module = if path.ends_with("mod.rs") { above.to_vec() } else { below };
            texts.insert(module, std::fs::read_to_string(&path).expect("text"));
        }
    }
}

/// Every path that a file names, in `use` and in expressions; what is compiled for tests only is left out.
#[derive(Default)]
struct Paths {
    found: Vec<Vec<String>>,
}

impl Paths {
    fn add_use(&mut self, tree: &syn::UseTree, before: &[String]) {
        let with = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            syn::UseTree::Path(path) => self.add_use(&path.tree, &with(&path.ident)),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_use(tree, before)),
            syn::UseTree::Name(name) => self.found.push(with(&name.ident)),
            syn::UseTree::Rename(name) => self.found.push(with(&name.ident)),
            syn::UseTree::Glob(_) => self.found.push(before.to_vec()),
        }
    }
}

impl<'a> Visit<'a> for Paths {
    fn visit_item(&mut self, item: &'a syn::Item) {
        let attributes = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            _ => return syn::visit::visit_item(self, item),
        };
        let is_test = |attribute: &syn::Attribute| {
            attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Ident>().is_ok_and(|name| name == "test")
        };
        if !attributes.iter().any(is_test) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'a syn::ItemUse) {
        self.add_use(&item.tree, &[]);
    }

    fn visit_path(&mut self, path: &'a syn::Path) {
        self.found.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        syn::visit::visit_path(self, path);
    }
}

/// The module that a path leads to, seen from another; `None` if it is not one of ours, or one that the other lies in.
fn resolved(from: &Module, path: &[String], modules: &BTreeSet<Module>) -> Option<Module> {
    let (first, rest) = path.split_first()?;
    let supers = path.iter().take_while(|part| *part == "super").count();
    let mut module = match first.as_str() {
        "crate" => rest.to_vec(),
        "super" => [from.get(..from.len().checked_sub(supers)?)?, &path[supers..]].concat(),
        "self" => [from.as_slice(), rest].concat(),
        // A sub-module of this one.
        _ => [from.as_slice(), path].concat(),
    };
    while !modules.contains(&module) {
        module.pop()?;
    }
    (!from.starts_with(&module)).then_some(module)
}

#[test]
fn no_import_runs_up() {
    let layer = |module: &Module| LAYERS.iter().position(|names| names.contains(&module[0].as_str()));
    let mut wrong = Vec::new();
    for (module, named) in &*IMPORTS {
        let own = layer(module).unwrap_or_else(|| panic!("`{}` has no layer: add it to the list", module[0]));
        for other in named.iter().filter(|other| other[0] != module[0]) {
            if layer(other).is_none_or(|other| other >= own) {
                wrong.push(format!("{} uses {}", module.join("::"), other.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "these imports run up:\n{}", wrong.join("\n"));
}

#[test]
fn every_layer_is_there() {
    for name in LAYERS.iter().copied().flatten() {
        assert!(IMPORTS.keys().any(|module| module[0] == *name), "there is no `{name}` in src/");
    }
}

/// A folder's `mod.rs` names its files, and they use what it hands out: that is one room, and no circle.
#[test]
fn no_files_use_each_other_in_a_circle() {
    let mut imports = IMPORTS.clone();
    // Whoever uses nothing that is left, or is used by nothing that is left, lies in no circle.
    loop {
        let used: BTreeSet<Module> = imports.values().flatten().cloned().collect();
        let before = imports.len();
        imports.retain(|module, named| !named.is_empty() && used.contains(module));
        if imports.len() == before {
            break;
        }
        let left: BTreeSet<Module> = imports.keys().cloned().collect();
        imports.values_mut().for_each(|named| named.retain(|other| left.contains(other)));
    }
    let shown = |(module, named): (&Module, &BTreeSet<Module>)| {
        let named: Vec<String> = named.iter().map(|other| other.join("::")).collect();
        format!("{} uses {}", module.join("::"), named.join(", "))
    };
    let left: Vec<String> = imports.iter().map(shown).collect();
    assert!(left.is_empty(), "these use each other in a circle:\n{}", left.join("\n"));
}

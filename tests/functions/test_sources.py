"""The sources of the functions are ordinary Python in small files, and what is deployed is made of all of them."""

import ast
import builtins
import subprocess
import sys
from pathlib import Path

import pytest

from .deployed import FUNCTIONS, names, source

LONGEST = 300  # lines of a file
FILES = sorted(FUNCTIONS.glob("*/*.py"))
LARGEST = 4_000_000  # bytes of the code of one function in a template


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def files_of(function: str) -> set[Path]:
    """Its own files, and those of the shared folders that they import from."""
    found: set[Path] = set()
    waiting = set((FUNCTIONS / function).glob("*.py"))
    while waiting:
        file = waiting.pop()
        found.add(file)
        modules = [node.module for node in tree(file).body if isinstance(node, ast.ImportFrom) and node.module]
        ours = {FUNCTIONS / f"{module.replace('.', '/')}.py" for module in modules}
        waiting |= {file for file in ours if file.is_file()} - found
    return found


def definitions(module: ast.Module) -> list[str]:
    """What stands at the top level besides docstrings and imports."""
    is_text = [isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in module.body]
    imports = ast.Import | ast.ImportFrom
    return [ast.dump(node) for node, text in zip(module.body, is_text) if not text and not isinstance(node, imports)]


def named(module: ast.Module) -> list[str]:
    """The names that the top level defines."""
    functions = [node.name for node in module.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    targets = [
        target
        for node in module.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return functions + [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]


@pytest.mark.parametrize("function", names())
def test_the_files_are_ordinary_python(function):
    modules = [f"{file.parent.name}.{file.stem}" for file in files_of(function)]
    code = f"import {', '.join(modules)}; assert callable({function}.index.handler)"
    subprocess.run([sys.executable, "-B", "-c", code], check=True, cwd=FUNCTIONS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_each_file_is_short_and_says_what_it_is(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= LONGEST
    assert ast.get_docstring(tree(file))


@pytest.mark.parametrize("function", names())
def test_what_is_deployed_is_the_source(function):
    """Every definition of every file, once."""
    written = [text for file in files_of(function) for text in definitions(tree(file))]
    deployed = ast.parse(source(function))
    assert sorted(definitions(deployed)) == sorted(written)
    assert ast.get_docstring(deployed) == ast.get_docstring(tree(FUNCTIONS / function / "index.py"))
    assert len(source(function).encode()) < LARGEST


@pytest.mark.parametrize("function", names())
def test_needs_the_standard_library_and_boto3_only(function):
    for node in ast.walk(ast.parse(source(function))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [item.name for item in node.names]
            for module in modules:
                package = module.partition(".")[0]
                assert package in sys.stdlib_module_names or package in ("boto3", "botocore"), module


@pytest.mark.parametrize("function", names())
def test_each_name_is_defined_once_and_is_none_of_pythons(function):
    """The files become one: a later definition would win without a word."""
    found = named(ast.parse(source(function)))
    assert len(set(found)) == len(found)
    assert not set(found) & set(dir(builtins))


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_each_file_imports_what_it_uses(file):
    """In one file with the others a forgotten import would work."""
    module = tree(file)
    known = set(dir(builtins)) | {"__name__"} | set(named(module))
    for node in ast.walk(module):
        if isinstance(node, ast.Import | ast.ImportFrom):
            known |= {(item.asname or item.name).partition(".")[0] for item in node.names}
        if isinstance(node, ast.arg):
            known.add(node.arg)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            known.add(node.name)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            known.add(node.id)
        if isinstance(node, ast.ExceptHandler) and node.name:
            known.add(node.name)
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    assert used <= known, used - known


def test_every_shared_file_is_deployed():
    shared = {file for file in FILES if file.parent.name not in names()}
    assert shared == {file for name in names() for file in files_of(name)} & shared

"""YAML as CloudFormation reads it, with the short forms of the functions: `!Sub x` is `{"Fn::Sub": "x"}`.

cfn-lint's decoder does not do here: dates become dates, a key `On` becomes `True`, and it raises findings of its own.
"""

from typing import Any

import yaml

WITHOUT_PREFIX = ("Ref", "Condition")


def load(text: str) -> Any:
    """Plain dictionaries, lists and values. Raises yaml.YAMLError."""
    return yaml.load(text, _Loader)


def has_aliases(text: str) -> bool:
    """CloudFormation guide, "Template formats": "CloudFormation does not support YAML aliases"."""
    if "*" not in text or "&" not in text:
        return False
    return any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, _Loader))


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """PyYAML without dates: CloudFormation keeps `Version: 2012-10-17` as text.

    Names are text whatever they look like: a parameter may be called `On`.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                key.tag = "tag:yaml.org,2002:str"
        return super().construct_mapping(node, deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _short_form(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.SequenceNode):
        value: Any = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    else:
        value = node.value.split(".", 1) if name == "GetAtt" else node.value
    return {name if name in WITHOUT_PREFIX else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _short_form)

"""The mutants of a file: mutmut's of each function, and those of all that mutmut leaves alone.

Rules that hold here:

- mutmut tries a function by switching it inside a process that has imported the file. What runs
  only on import (the tables of the life cycle and of the silences) or stands under a decorator is
  left alone by it. It is mutated here, by mutmut's operators and two more: an element is dropped
  from a table, and a state is taken for the next one.
- ``Literal`` and ``TypeAlias`` do nothing at run time, ``__slots__`` only saves memory. They are
  left alone.
- A mutant is known by the function or the table that it changes and by the lines that differ, never
  by a number; so it keeps its identity while the rest of the file changes.
"""

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import libcst as cst
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import (
    Mutation,
    MutationVisitor,
    OuterFunctionProvider,
    create_mutations,
    deep_replace,
    group_by_top_level_node,
)
from mutmut.mutation.mutators import (
    OPERATORS_TYPE,
    mutation_operators,
    operator_if_exp,
    operator_name,
    operator_number,
    operator_string,
    operator_swap_op,
)
from mutmut.mutation.pragma_handling import get_ignored_lines
from mutmut.mutation.trampoline_templates import mangle_function_name

STATES = ("NEW", "DRAFT", "SUBMITTED", "REJECTED", "PUBLISHED", "SUSPENDED", "EXPIRED", "REMOVED")


class Change(NamedTuple):
    """What a mutant changes: the key by which it is accepted."""

    module: str
    where: str
    """A function, ``Class.method``, or the name that a statement binds."""
    lines: tuple[str, ...]
    """The lines that differ, ``- `` before and ``+ `` after, without indentation."""


class Mutant(NamedTuple):
    """A file with one change; ``name`` is mutmut's, empty where mutmut leaves it alone."""

    change: Change | None
    """None where the file is as it is; then its tests must pass."""
    path: Path
    source: str
    name: str


def module_of(path: Path) -> str:
    """Return the name under which a file of ``src`` is imported."""
    return ".".join(path.with_suffix("").parts[1:])


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Yield every mutant of a file of ``src``."""
    code = path.read_text(encoding="utf-8")
    tried_by_mutmut: set[str] = set()
    module, mutations, *_ = create_mutations(str(path), code)
    for where, mangled, found in _by_function(module, mutations):
        tried_by_mutmut.add(where)
        for number, mutation in enumerate(found, start=1):
            name = f"{module_of(path)}.{mangled}__mutmut_{number}"
            yield _mutant(path, module, where, mutation, name)
    bare = cst.parse_module(code).visit(_WithoutDecorators())
    module, mutations = _all_mutations(path, bare)
    for mutation in mutations:
        where = _where(module, mutation)
        if where not in tried_by_mutmut:
            yield _mutant(path, module, where, mutation, "")


def _mutant(path: Path, module: cst.Module, where: str, mutation: Mutation, name: str) -> Mutant:
    changed = deep_replace(module, mutation.original_node, mutation.mutated_node)
    assert isinstance(changed, cst.Module)
    differing = unified_diff(module.code.splitlines(), changed.code.splitlines(), n=0)
    lines = tuple(f"{line[0]} {line[1:].strip()}" for line in differing if line[:1] in "+-")[2:]
    return Mutant(Change(module_of(path), where, lines), path, changed.code, name)


def _by_function(
    module: cst.Module, mutations: Iterable[Mutation]
) -> Iterator[tuple[str, str, list[Mutation]]]:
    """Yield the mutations of each function as mutmut numbers them."""
    grouped = group_by_top_level_node(list(mutations))
    for statement in module.body:
        if isinstance(statement, cst.FunctionDef) and statement in grouped:
            name = statement.name.value
            yield name, mangle_function_name(name=name, class_name=None), [*grouped[statement]]
        if isinstance(statement, cst.ClassDef):
            kind = statement.name.value
            for method in statement.body.body:
                if isinstance(method, cst.FunctionDef) and method in grouped:
                    name = method.name.value
                    mangled = mangle_function_name(name=name, class_name=kind)
                    yield f"{kind}.{name}", mangled, [*grouped[method]]


def _all_mutations(path: Path, bare: cst.Module) -> tuple[cst.Module, list[Mutation]]:
    wrapper = MetadataWrapper(bare)
    visitor = _TablesToo(_OF_TABLES, get_ignored_lines(str(path), bare.code, wrapper, None))
    return wrapper.visit(visitor), visitor.mutations


class _TablesToo(MutationVisitor):
    """Mutates functions as mutmut does, and tables by fewer operators: most faults are alike."""

    def _create_mutations(self, node: cst.CSTNode) -> None:
        inside = isinstance(self.get_metadata(OuterFunctionProvider, node, None), cst.FunctionDef)
        self._operators = mutation_operators if inside else _OF_TABLES
        super()._create_mutations(node)

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.Set) and all(
            isinstance(one.value, cst.SimpleString) for one in node.elements
        ):
            self._create_mutations(node)
            return False
        if isinstance(node, cst.Subscript) and _name(node.value) == "Literal":
            return False
        if isinstance(node, cst.Assign) and _name(node.targets[0].target) == "__slots__":
            return False
        if isinstance(node, cst.AnnAssign) and _name(node.annotation.annotation) == "TypeAlias":
            return False
        return super().on_visit(node)


class _WithoutDecorators(cst.CSTTransformer):
    """Takes the decorators from functions; those of the mutated files only cache."""

    def leave_FunctionDef(  # noqa: N802
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        kept = [one for one in updated_node.decorators if not _caches(one.decorator)]
        return updated_node.with_changes(decorators=kept)


def _caches(decorator: cst.BaseExpression) -> bool:
    return isinstance(decorator, cst.Call) and _name(decorator.func) == "lru_cache"


def _name(node: cst.CSTNode) -> str:
    return node.value if isinstance(node, cst.Name) else ""


def _where(module: cst.Module, mutation: Mutation) -> str:
    """Return what a mutation of a module changes."""
    for statement in module.body:
        if not _holds(statement, mutation.original_node):
            continue
        if not isinstance(statement, cst.ClassDef):
            return _bound_by(statement)
        kind = statement.name.value
        inner = next(one for one in statement.body.body if _holds(one, mutation.original_node))
        return f"{kind}.{_bound_by(inner)}"
    raise LookupError("The mutation is not of this module.")


def _holds(node: cst.CSTNode, sought: cst.CSTNode) -> bool:
    return node is sought or any(_holds(child, sought) for child in node.children)


def _bound_by(statement: cst.CSTNode) -> str:
    """Return the name that a statement binds, or what it begins with."""
    if isinstance(statement, cst.FunctionDef):
        return statement.name.value
    inner = statement.body[0] if isinstance(statement, cst.SimpleStatementLine) else statement
    if isinstance(inner, cst.AnnAssign):
        return _name(inner.target)
    if isinstance(inner, cst.Assign):
        return _name(inner.targets[0].target)
    return type(inner).__name__


def _without_one(node: cst.Tuple | cst.List | cst.Set | cst.Dict) -> Iterator[cst.CSTNode]:
    for place in range(len(node.elements)):
        if len(node.elements) > 1:
            yield node.with_changes(elements=[*node.elements[:place], *node.elements[place + 1 :]])


def _next_state(node: cst.Attribute) -> Iterator[cst.CSTNode]:
    if _name(node.value) == "State" and node.attr.value in STATES:
        following = STATES[(STATES.index(node.attr.value) + 1) % len(STATES)]
        yield node.with_changes(attr=cst.Name(following))


def _other_string(node: cst.BaseString) -> Iterator[cst.CSTNode]:
    yield from islice(operator_string(node), 1)


_OF_TABLES: OPERATORS_TYPE = [
    (cst.BaseNumber, operator_number),
    (cst.BaseString, _other_string),
    (cst.Name, operator_name),
    (cst.CSTNode, operator_swap_op),
    (cst.IfExp, operator_if_exp),
    (cst.Tuple, _without_one),
    (cst.List, _without_one),
    (cst.Set, _without_one),
    (cst.Dict, _without_one),
    (cst.Attribute, _next_state),
]

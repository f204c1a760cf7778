"""Mutants of a module: cosmic-ray's operators, one change each, without those that no test of behaviour could see."""

import ast
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).parents[2]

_BINARY = {
    "Add": "Sub Mul",
    "Sub": "Add",
    "Mul": "Div Add",
    "Div": "Mul FloorDiv",
    "FloorDiv": "Div Mul",
    "Mod": "FloorDiv",
    "Pow": "Mul",
    "LShift": "RShift",
    "RShift": "LShift",
    "BitOr": "BitAnd",
    "BitAnd": "BitOr",
    "BitXor": "BitAnd",
}
_COMPARISONS = {
    "Eq": "NotEq",
    "NotEq": "Eq",
    "Lt": "LtE Gt",
    "LtE": "Lt Gt",
    "Gt": "GtE Lt",
    "GtE": "Gt Lt",
    "Is": "IsNot",
    "IsNot": "Is",
}
OPERATORS = (
    # of cosmic-ray's 120 replacements of operators those that do not fail by their types alone
    *(f"ReplaceBinaryOperator_{old}_{new}" for old, all_new in _BINARY.items() for new in all_new.split()),
    *(f"ReplaceComparisonOperator_{old}_{new}" for old, all_new in _COMPARISONS.items() for new in all_new.split()),
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_USub_UAdd",
    "ReplaceUnaryOperator_Delete_Invert",
    "AddNot",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ExceptionReplacer",
    "NumberReplacer",
    "ZeroIterationForLoop",
)


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change of one module.

    Attributes:
        module: its path below the root.
        operator: the name of cosmic-ray's operator.
        occurrence: the number of the place among those at which the operator could change something.
        line: the place's line, from 1.
        last_line: the last line of the place.
        imported: whether an import alone runs it, so that any test of the module may depend on it.
        was: the line, stripped.
        becomes: what the line is then, stripped.
    """

    module: str
    operator: str
    occurrence: int
    line: int
    last_line: int
    imported: bool
    was: str
    becomes: str

    @property
    def source(self) -> str:
        """The mutated text of the module."""
        return _mutated((ROOT / self.module).read_text(encoding="utf-8"), self.operator, self.occurrence)


def mutants_of(module: Path, most: int, seed: int) -> Iterator[Mutant]:
    """Mutants of a module, without those of annotations, of type names and of decorators.

    Args:
        module: its file.
        most: of more mutants than this, so many are drawn.
        seed: the same for the same text draws the same.
    """
    text, name = module.read_text(encoding="utf-8"), str(module.relative_to(ROOT))
    lines, parsed = text.splitlines(), ast.parse(text)
    bodies = [_body(node) for node in ast.walk(parsed) if isinstance(node, ast.FunctionDef)]
    places = list(_places(text, list(_unseen(parsed))))
    if len(places) > most:
        places = sorted(random.Random(f"{seed} {name}").sample(places, most))
    for operator, occurrence, begin, end in places:
        try:
            mutated = _mutated(text, operator, occurrence).splitlines()
        except AttributeError:
            # the replacer of exceptions counts names of modules among them, and can't replace these
            continue
        # of a long statement, the line that differs
        at = next((at for at, both in enumerate(zip(lines, mutated, strict=False)) if both[0] != both[1]), None)
        if at is not None:
            yield Mutant(
                module=name,
                operator=operator,
                occurrence=occurrence,
                line=begin[0],
                last_line=max(end[0], at + 1),
                imported=not any(first <= begin and end <= last for first, last in bodies),
                was=lines[at].strip(),
                becomes=mutated[at].strip(),
            )


_Position = tuple[int, int]
_Span = tuple[_Position, _Position]


def _places(text: str, unseen: list[_Span]) -> Iterator[tuple[str, int, _Position, _Position]]:
    """Each operator with the places at which it changes something that a test could see."""
    nodes, lines = list(ast_nodes(get_ast(text))), text.splitlines()
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        places = [place for node in nodes for place in operator.mutation_positions(node)]
        for occurrence, (begin, end) in enumerate(places):
            # the star before arguments by keyword is no product
            star = lines[begin[0] - 1][begin[1] :].startswith("*,")
            if not star and not any(first <= begin and end <= last for first, last in unseen):
                yield name, occurrence, begin, end


def _mutated(text: str, operator: str, occurrence: int) -> str:
    mutated = mutate_code(text, get_operator(f"core/{operator}")(), occurrence)
    if mutated is None:
        raise ValueError(f"{operator} has no place {occurrence}: the module has changed")
    return str(mutated)


def _unseen(tree: ast.Module) -> Iterator[_Span]:
    """Spans whose mutants say nothing of tests: types (mypy's), decorators and ``TypeAlias`` (break every import)."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(decorator_list=decorators, returns=returns):
                yield from map(_span, [*decorators, *([returns] if returns else [])])
            case ast.ClassDef(decorator_list=decorators):
                yield from map(_span, decorators)
            case ast.arg(annotation=ast.expr() as annotation):
                yield _span(annotation)
            case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
                yield _span(node)
            case ast.AnnAssign(annotation=annotation):
                yield _span(annotation)
            case ast.Call(func=ast.Name(id="TypeVar" | "cast")):
                yield _span(node)
            case ast.keyword(arg="strict", value=value):
                # of zip: an assertion that both have one length
                yield _span(value)


def _body(node: ast.FunctionDef) -> _Span:
    return _span(node.body[0])[0], _span(node)[1]


def _span(node: ast.expr | ast.stmt) -> _Span:
    return (node.lineno, node.col_offset), (node.end_lineno or node.lineno, node.end_col_offset or 0)

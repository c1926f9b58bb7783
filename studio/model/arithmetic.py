"""Numbers as people type them into a field: "12", "2*3.5", "(1+1)/4"."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_UNARY: dict[type[ast.unaryop], Callable[[float], float]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_LONGEST = 80


def evaluate(text: str) -> float:
    """The value of an arithmetic expression; a comma is read as a decimal point.

    Whole numbers stay exact (a seed has ten digits).

    Raises:
        ValueError: it is no arithmetic.
    """
    if len(text) > _LONGEST:
        raise ValueError("too long")
    try:
        tree = ast.parse(text.strip().replace(",", "."), mode="eval")
        return _value(tree.body)
    except (SyntaxError, ZeroDivisionError, OverflowError, RecursionError) as error:
        raise ValueError(f"not a number: {text!r}") from error


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left), _value(right))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            return _UNARY[type(op)](_value(operand))
    raise ValueError("not arithmetic")

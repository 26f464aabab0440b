"""Linear algebra -> scalar operations: products as dot products, determinants and inverses by cofactors.

A matrix is its columns one after the other. Every sum of products is one `fdot`, which rounds once.
"""

from __future__ import annotations

from math import isqrt

from glowjit.ir.core import Operand
from glowjit.spirv.arithmetic import Handler
from glowjit.spirv.builder import Builder, Words
from glowjit.spirv.types import TypeInfo


def dot_words(build: Builder, a: Words, b: Words) -> Operand:
    """a . b; scalars are vectors of one component."""
    if len(a) == 1:
        return build.op("fmul", a[0], b[0])
    return build.op("fdot", *a, *b)


def _dot(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    return (dot_words(build, args[0], args[1]),)


def _matrix_times_vector(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    matrix, vector = args
    rows = type.words
    return tuple(dot_words(build, matrix[row::rows], vector) for row in range(rows))


def _vector_times_matrix(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    vector, matrix = args
    rows = len(vector)
    return tuple(dot_words(build, vector, matrix[at : at + rows]) for at in range(0, len(matrix), rows))


def _matrix_times_matrix(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    left, right = args
    rows = type.words // type.count
    inner = len(left) // rows
    return tuple(
        dot_words(build, left[row::rows], right[at : at + inner])
        for at in range(0, len(right), inner)
        for row in range(rows)
    )


def _outer_product(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    column, row = args
    return tuple(build.op("fmul", x, factor) for factor in row for x in column)


def _transpose(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    (matrix,) = args
    rows = type.count
    return tuple(word for row in range(rows) for word in matrix[row::rows])


def _minor(matrix: Words, size: int, skipped_column: int, skipped_row: int) -> Words:
    return tuple(
        matrix[column * size + row]
        for column in range(size)
        for row in range(size)
        if column != skipped_column and row != skipped_row
    )


def determinant(build: Builder, matrix: Words) -> Operand:
    """Laplace expansion along the first row."""
    size = isqrt(len(matrix))
    if size == 1:
        return matrix[0]
    if size == 2:
        a, b, c, d = matrix
        return build.op("fsub", build.op("fmul", a, d), build.op("fmul", c, b))
    first_row = matrix[::size]
    return build.op("fdot", *first_row, *(_cofactor(build, matrix, size, column, 0) for column in range(size)))


def _cofactor(build: Builder, matrix: Words, size: int, column: int, row: int) -> Operand:
    minor = determinant(build, _minor(matrix, size, column, row))
    return build.op("fneg", minor) if (column + row) % 2 else minor


def _determinant(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    return (determinant(build, args[0]),)


def _inverse(build: Builder, args: list[Words], type: TypeInfo) -> Words:
    """The transposed cofactors over the determinant; one division each keeps more bits than one reciprocal."""
    (matrix,) = args
    size = type.count
    cofactors = {
        (column, row): _cofactor(build, matrix, size, column, row) for column in range(size) for row in range(size)
    }
    first_row = matrix[::size]
    whole = build.op("fdot", *first_row, *(cofactors[column, 0] for column in range(size)))
    return tuple(build.op("fdiv", cofactors[row, column], whole) for column in range(size) for row in range(size))


HANDLERS: dict[str, Handler] = {
    "Dot": _dot,
    "MatrixTimesVector": _matrix_times_vector,
    "VectorTimesMatrix": _vector_times_matrix,
    "MatrixTimesMatrix": _matrix_times_matrix,
    "OuterProduct": _outer_product,
    "Transpose": _transpose,
}

EXTENDED: dict[str, Handler] = {
    "Determinant": _determinant,
    "MatrixInverse": _inverse,
}

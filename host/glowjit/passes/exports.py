"""Wrappers that let somebody outside call single functions.

`build(module, names)` adds, for each function, `call.<name>() -> ()`, which loads the words of its arguments from the
GLOBAL object `call.in`, calls it and stores the words of its results to `call.out`. Both objects are as large as the
largest signature needs, and begin at word 0 for every function. If the module has a function `globals.init` (the
translator makes it where a shader initialises globals), every wrapper calls that first.
"""

from __future__ import annotations

from collections.abc import Iterable

from glowjit.glsltypes import Signature
from glowjit.image import CALL_PREFIX, KERNEL
from glowjit.ir.core import INITIALISERS, Block, Function, MemKind, MemObject, Module
from glowjit.passes.rewrite import Builder, rename_function, unique_name

CALL_IN = CALL_PREFIX + "in"
CALL_OUT = CALL_PREFIX + "out"


def build(module: Module, names: Iterable[str] | None = None) -> dict[str, Signature | None]:
    """Add the wrappers of `names`; without names, those of every function that has a signature.

    Returns the signature behind each wrapper: the function itself may be inlined and gone when somebody asks.
    """
    chosen = [module.functions[name] for name in (_with_signature(module) if names is None else names)]
    words_in = max((len(function.params) for function in chosen), default=0)
    words_out = max((len(function.results) for function in chosen), default=0)
    call_in = MemObject(CALL_IN, MemKind.GLOBAL, max(words_in, 1))
    call_out = MemObject(CALL_OUT, MemKind.GLOBAL, max(words_out, 1))
    module.objects[CALL_IN], module.objects[CALL_OUT] = call_in, call_out
    signatures = {}
    for function in chosen:
        wrapper = _wrapper(function, call_in, call_out, module.functions.get(INITIALISERS))
        module.functions[wrapper.name] = wrapper
        signatures[wrapper.name] = function.signature
    if KERNEL in module.functions:  # or the passes would take it for a frame of pixels
        rename_function(module, KERNEL, unique_name(KERNEL, module.functions))
    return signatures


def _with_signature(module: Module) -> list[str]:
    return [name for name, function in module.functions.items() if function.signature is not None]


def _wrapper(function: Function, call_in: MemObject, call_out: MemObject, initialisers: Function | None) -> Function:
    wrapper = Function(CALL_PREFIX + function.name, [], [])
    wrapper.blocks = [Block("entry")]
    builder = Builder(wrapper.blocks[0])
    if initialisers:
        builder.call(initialisers, [])
    args = [builder.load(call_in, index, param.type) for index, param in enumerate(function.params)]
    for index, result in enumerate(builder.call(function, args)):
        builder.store(call_out, index, result)
    builder.ret()
    return wrapper

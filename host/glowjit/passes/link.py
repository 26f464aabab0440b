"""Linking: the functions of a library that a module calls are brought into it.

`link(module, library)` copies what the module's calls reach in the library, and the objects that these functions touch,
and puts the copies before the module's own functions (callees first). The library stays as it is, so one translation of
the math library serves every compilation. A copied function has no signature: it is nobody's to call by its GLSL name.
It has no source lines either: those would be taken for the user's.
"""

from __future__ import annotations

from glowjit.ir.core import MemObject, Module
from glowjit.passes.rewrite import callees, copy_function, reachable_functions, unique_name


def link(module: Module, library: Module) -> None:
    """Bring in every function that is called and not there; KeyError if the library does not have it either."""
    wanted = {name for function in module.functions.values() for name in callees(function)} - set(module.functions)
    reached = reachable_functions(library, sorted(wanted))
    objects: dict[MemObject, MemObject] = {}
    functions = {}
    for name, function in library.functions.items():
        if name not in reached:
            continue
        for inst in function.insts():
            if isinstance(inst.target, MemObject) and library.objects.get(inst.target.name) is inst.target:
                _bring(inst.target, module, objects)
        functions[name] = copy_function(function, objects)
        functions[name].signature = None
        for block in functions[name].blocks:
            block.terminator.loc = 0
            for inst in block.insts:
                inst.loc = 0
    for function in functions.values():
        for item in function.locals:
            if item.name in module.objects:  # a local has no namesake
                item.name = unique_name(item.name, {*module.objects, *(other.name for other in function.locals)})
    module.functions = {**functions, **module.functions}


def _bring(item: MemObject, module: Module, objects: dict[MemObject, MemObject]) -> None:
    """Copy an object of the library into `module`, once, under a name that is free there."""
    if item in objects:
        return
    name = unique_name(item.name, module.objects)
    copy = MemObject(name, item.kind, item.words, item.data)
    module.objects[name] = objects[item] = copy

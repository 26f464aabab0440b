"""Register allocators and the tools that judge them.

An allocator is a function `(vcode, env) -> Output` over `glowcore.vcode`; `ALLOCATORS` names them. `validate` says
whether a VCode may be given to one, `checker` whether what came back is right, `report` how good it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from glowcore import single_pass


def _backtracking(vcode: Any, env: Any) -> Any:
    from glowjit.allocators.backtracking import allocate  # a large yardstick, which most compilations do without

    return allocate(vcode, env)


ALLOCATORS: dict[str, Callable[..., Any]] = {
    "single_pass": single_pass.allocate,
    "backtracking": _backtracking,
}

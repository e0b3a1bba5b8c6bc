"""Small rewrites of Relax modules that TVM doesn't have."""

from __future__ import annotations

import math

import numpy as np
import tvm
from tvm import relax, topi
from tvm.relax.expr_functor import PyExprMutator, mutator


def _rewriting(name: str, mutation: type[PyExprMutator]):
    """A pass that applies a mutator to every Relax function."""

    @tvm.transform.module_pass(opt_level=0, name=name)
    def rewrite(module: tvm.IRModule, _context) -> tvm.IRModule:
        rewriter = mutation(module)
        for variable, function in module.functions_items():
            if isinstance(function, relax.Function):
                rewriter.builder_.update_func(variable, rewriter.visit_expr(function))
        return rewriter.builder_.get()

    return rewrite


@mutator
class _BoundedTake(PyExprMutator):
    def visit_call_(self, call):
        call = super().visit_call_(call)
        if isinstance(call.op, tvm.ir.Op) and call.op.name == "relax.take":
            return relax.op.take(call.args[0], call.args[1], call.attrs.axis, mode="clip")
        return call


def bounded_take():
    """A lookup never leaves its table, whatever a caller sends: an index outside takes the nearest row."""
    return _rewriting("BoundedTake", _BoundedTake)


@mutator
class _FewerTransposes(PyExprMutator):
    """ConvertLayout knows no layout for some elementwise ops and puts transposes around them."""

    ELEMENTWISE = {"relax.clip", "relax.maximum", "relax.minimum", "relax.nn.leakyrelu", "relax.abs"}

    def _transposed(self, expr):
        """The source and the axes when expr is a transpose of something."""
        bound = self.lookup_binding(expr) if isinstance(expr, relax.Var) else expr
        if isinstance(bound, tvm.ir.Call) and isinstance(bound.op, tvm.ir.Op) and bound.op.name == "relax.permute_dims":
            axes = bound.attrs.axes
            rank = len(bound.args[0].ty.shape)
            return bound.args[0], [int(axis) for axis in axes] if axes else list(reversed(range(rank)))
        return None, []

    def visit_call_(self, call):
        call = super().visit_call_(call)
        if not isinstance(call.op, tvm.ir.Op) or not call.args:
            return call
        source, axes = self._transposed(call.args[0])
        if source is None:
            return call
        if call.op.name == "relax.permute_dims":
            _, outer = self._transposed(call)
            return source if [axes[axis] for axis in outer] == list(range(len(axes))) else call
        if call.op.name in self.ELEMENTWISE and all(_is_scalar(arg) for arg in call.args[1:]):
            result = self.builder_.emit(tvm.ir.Call(call.op, [source, *call.args[1:]], call.attrs))
            return relax.op.permute_dims(result, axes)
        return call


@mutator
class _ViewsForTransposes(PyExprMutator):
    def visit_call_(self, call):
        call = super().visit_call_(call)
        if isinstance(call.op, tvm.ir.Op) and call.op.name == "relax.permute_dims" and _moves_nothing(call):
            return relax.op.reshape(call.args[0], call.ty.shape)
        return call


def views_for_transposes():
    """What only looks like a transpose, behind a mean over all pixels say, takes no kernel."""
    return _rewriting("ViewsForTransposes", _ViewsForTransposes)


@mutator
class _FoldedViews(PyExprMutator):
    def visit_call_(self, call):
        call = super().visit_call_(call)
        fold = self.FOLDED.get(call.op.name) if isinstance(call.op, tvm.ir.Op) else None
        if fold is None:
            return call
        source = self.lookup_binding(call.args[0]) if isinstance(call.args[0], relax.Var) else call.args[0]
        if not isinstance(source, tvm.ir.GenericConst):
            return call
        return relax.const(np.ascontiguousarray(fold(call, source.value.numpy())))

    FOLDED = {
        "relax.permute_dims": lambda call, array: np.transpose(array, _ints(call.attrs.axes)),
        "relax.reshape": lambda call, array: array.reshape(_ints(call.ty.shape)),
    }


def _ints(values) -> list[int] | None:
    return None if values is None else [int(getattr(value, "value", value)) for value in values]


def folded_views():
    """Weights transposed and reshaped here: TVM's FoldConstant would compile a program for each of them."""
    return _rewriting("FoldedViews", _FoldedViews)


def _moves_nothing(call) -> bool:
    """Whether a transpose leaves all elements where they are: only axes of extent one change places."""
    extents = _ints(call.args[0].ty.shape)
    axes = _ints(call.attrs.axes) or list(reversed(range(len(extents))))
    moved = [axis for axis in axes if extents[axis] != 1]
    return moved == sorted(moved)


def _is_scalar(expr) -> bool:
    return not isinstance(expr.ty, relax.TensorType) or len(expr.ty.shape) == 0


def fewer_transposes():
    """Moves transposes behind elementwise ops, where they meet their opposites and both vanish."""
    return _rewriting("FewerTransposes", _FewerTransposes)


@mutator
class _PlainGelu(PyExprMutator):
    def visit_call_(self, call):
        call = super().visit_call_(call)
        if isinstance(call.op, tvm.ir.Op) and call.op.name == "relax.nn.gelu":
            x = call.args[0]
            dtype = str(x.ty.dtype)
            half = self.builder_.emit(relax.op.multiply(x, relax.const(0.5, dtype)))
            scaled = self.builder_.emit(relax.op.multiply(x, relax.const(math.sqrt(0.5), dtype)))
            error = self.builder_.emit(relax.op.erf(scaled))
            return relax.op.multiply(half, relax.op.add(error, relax.const(1.0, dtype)))
        return call


def plain_gelu():
    """GELU in terms of erf, which FastMath then replaces by a polynomial that a compiler can vectorise."""
    return _rewriting("PlainGelu", _PlainGelu)


@mutator
class _FastMath(PyExprMutator):
    FAST = {
        "relax.exp": lambda call: (topi.fast_exp, *call.args),
        "relax.erf": lambda call: (topi.fast_erf, *call.args),
        "relax.tanh": lambda call: (topi.fast_tanh, *call.args),
        "relax.nn.softmax": lambda call: (topi.nn.fast_softmax, *call.args, call.attrs.axis),
    }

    def visit_call_(self, call):
        call = super().visit_call_(call)
        fast = self.FAST.get(call.op.name) if isinstance(call.op, tvm.ir.Op) else None
        if fast and str(call.args[0].ty.dtype) == "float32":
            return self.builder_.call_te(*fast(call))
        return call


def fast_math():
    """Polynomials for exp, erf and tanh on float32: within a few units in the last place, and they vectorise."""
    return _rewriting("FastMath", _FastMath)

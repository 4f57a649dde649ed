"""The lifting network: from `features_of` to the logarithms of distance, height and width, and to where trunk and head
face.

Outputs (N, 81): the means of the three logarithms, that of distance relative to the person's angular size; the
logarithms of the diagonal and the lower part of the Cholesky factor of their covariance; and of the facings of trunk
and head the logits of their densities at 36 angles (`pipeline.attributes.directions`).
"""

from io import BytesIO

import torch
from torch import Tensor, nn

from pipeline.attributes.directions import BINS
from pipeline.attributes.features import INPUTS
from training.directions import surprise

SIZES = 9
"""Of the outputs, those that are of the logarithms."""
OUTPUTS = SIZES + 2 * BINS
HIDDEN, LAYERS = 256, 4
_MEANS = (3.8, 5.13, 3.65)
"""About the means of the logarithms, where the training begins."""
_TAIL = 1.0
"""Deviations beyond which tails are exponential. Statures are skewed, as some people are children: the median, which
such tails give, errs less than the mean."""
_LOWEST = -5.0
"""Of the logarithm of a deviation: nobody is known to half a percent."""


class LiftingNetwork(nn.Module):
    """A perceptron whose inner layers add to what they are given.

    Args:
        mean: of the inputs, (INPUTS,).
        deviation: of the inputs, (INPUTS,).
        hidden: units of a layer.
        layers: of hidden units.
    """

    mean: Tensor
    scale: Tensor
    gain: Tensor
    shift: Tensor

    def __init__(self, mean: Tensor, deviation: Tensor, hidden: int = HIDDEN, layers: int = LAYERS) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("scale", 1 / deviation.clamp(min=1e-3))
        self.register_buffer("gain", torch.ones(OUTPUTS))
        self.register_buffer("shift", torch.zeros(OUTPUTS))
        self.first = nn.Linear(INPUTS, hidden)
        self.inner = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(layers - 1))
        self.last = nn.Linear(hidden, OUTPUTS)
        with torch.no_grad():
            self.last.weight.mul_(0.1)
            self.last.bias.zero_()
            self.last.bias[:3] = torch.tensor(_MEANS)
            self.last.bias[3:6] = -2.0

    def forward(self, inputs: Tensor) -> Tensor:
        """Inputs (N, INPUTS) to outputs (N, OUTPUTS)."""
        state = nn.functional.silu(self.first((inputs - self.mean) * self.scale))
        for layer in self.inner:
            state = state + nn.functional.silu(layer(state))
        return self.last(state) * self.gain + self.shift

    def widened(self, logs: list[float], turns: list[float]) -> None:
        """Multiply the deviations of the three logarithms, and take the densities of the two facings to a power, from
        the next answer on."""
        factors = torch.tensor(logs, dtype=torch.float32)
        self.shift[3:6] += factors.log()
        self.gain[6], self.gain[7], self.gain[8] = factors[1], factors[2], factors[2]
        self.gain[SIZES:] = torch.tensor(turns, dtype=torch.float32).repeat_interleave(BINS)


def densities_of(outputs: Tensor) -> Tensor:
    """The densities of trunk and head (N, 2, BINS) in outputs (N, OUTPUTS); they sum to 1."""
    return outputs[:, SIZES:].unflatten(1, (2, BINS)).softmax(dim=2)


def factor_of(outputs: Tensor) -> Tensor:
    """The Cholesky factors (N, 3, 3) in outputs (N, OUTPUTS)."""
    diagonal = outputs[:, 3:6].clamp(min=_LOWEST, max=2.0).exp()
    zero = torch.zeros_like(diagonal[:, 0])
    a, b, c = outputs[:, 6], outputs[:, 7], outputs[:, 8]
    rows = [
        torch.stack([diagonal[:, 0], zero, zero], dim=-1),
        torch.stack([a, diagonal[:, 1], zero], dim=-1),
        torch.stack([b, c, diagonal[:, 2]], dim=-1),
    ]
    return torch.stack(rows, dim=1)


def losses(outputs: Tensor, targets: Tensor, turns_rad: Tensor) -> tuple[Tensor, Tensor]:
    """Negative logarithms of likelihoods (N,): of the three logarithms (N, 3), elliptical with full covariance and
    exponential tails (pseudo-Huber), so that no slip of a pose network outweighs a hundred good people; and of the
    facings (N, 2) of trunk and head; 0 where one is nan."""
    factor = factor_of(outputs)
    off = torch.linalg.solve_triangular(factor, (targets - outputs[:, :3])[..., None], upper=False)[..., 0]
    far = _TAIL**2 * ((1 + off.square().sum(dim=1) / _TAIL**2).sqrt() - 1)
    sizes = far + torch.diagonal(factor, dim1=1, dim2=2).log().sum(dim=1)
    return sizes, surprise(densities_of(outputs), turns_rad)


def to_onnx(network: LiftingNetwork) -> bytes:
    """The network as an ONNX file with half-precision weights that are computed with in single precision."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    network.eval()
    values = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    # Scaling of inputs and outputs is folded into the first and the last layer.
    first = values["first.weight"] * values["scale"]
    weights = {"first": (first, values["first.bias"] - first @ values["mean"])}
    for number in range(len(network.inner)):
        weights[f"inner{number}"] = (values[f"inner.{number}.weight"], values[f"inner.{number}.bias"])
    gain = values["gain"]
    weights["last"] = (values["last.weight"] * gain[:, None], values["last.bias"] * gain + values["shift"])
    nodes, stored, state = [], [], "inputs"
    for name, (weight, bias) in weights.items():
        stored += [
            numpy_helper.from_array(weight.T.astype("float16"), f"{name}_half"),
            numpy_helper.from_array(bias.astype("float32"), f"{name}_bias"),
        ]
        nodes.append(helper.make_node("Cast", [f"{name}_half"], [f"{name}_weight"], to=TensorProto.FLOAT))
        nodes.append(helper.make_node("MatMul", [state, f"{name}_weight"], [f"{name}_product"]))
        target = "outputs" if name == "last" else f"{name}_sum"
        nodes.append(helper.make_node("Add", [f"{name}_product", f"{name}_bias"], [target]))
        if name == "last":
            break
        nodes.append(helper.make_node("Sigmoid", [f"{name}_sum"], [f"{name}_gate"]))
        nodes.append(helper.make_node("Mul", [f"{name}_sum", f"{name}_gate"], [f"{name}_silu"]))
        if name == "first":
            state = "first_silu"
        else:
            nodes.append(helper.make_node("Add", [state, f"{name}_silu"], [f"{name}_state"]))
            state = f"{name}_state"
    graph = helper.make_graph(
        nodes, "lifting",
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, ["people", INPUTS])],
        [helper.make_tensor_value_info("outputs", TensorProto.FLOAT, ["people", OUTPUTS])],
        stored,
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    file = BytesIO()
    onnx.save_model(model, file)
    return file.getvalue()

"""PyTorch's side of the benchmark: builds the networks it is told to and runs and times them.

It is driven through a pipe. A request is one line of JSON, for `load` followed by the raw numbers that the
line announces; a reply is one line of JSON, followed by raw numbers where it says `bytes`.

    python3 pytorch.py --describe     one line: the versions and the libraries that do the arithmetic
"""

import json
import resource
import signal
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F

PHI = {"none": lambda x: x, "relu": torch.relu, "elu": F.elu, "tanh": torch.tanh}
CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}


def describe():
    """Which BLAS is in use shows only in what is loaded: Debian chooses it when the program starts."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    try:
        with open("/proc/self/maps") as maps:
            loaded = maps.read()
    except OSError:
        loaded = ""
    built = torch.__config__.show().replace(" ", "").lower()
    found = [name for name in ("openblas", "mkl_", "blis") if name in loaded]
    found += [name for name in ("mkl", "accelerate", "openblas") if "blas_info=" + name in built]
    return {
        "torch": torch.__version__,
        "python": sys.version.split()[0],
        "blas": found[0].strip("_") if found else "",
        "onednn": torch.backends.mkldnn.is_available(),
    }


class Gated:
    """after(phi(feature(x)) * sigmoid(gate(x))), as two convolutions or as one with twice the channels."""

    def __init__(self, layer, path, weights, merged):
        self.layer = layer
        self.phi = PHI[layer["phi"]]
        self.names = [path + "." + layer[branch] for branch in ("feature", "gate")]
        pairs = [(weights[n + ".weight"], weights[n + ".bias"]) for n in self.names]
        self.merged = merged or layer["merged"]
        if self.merged:
            pairs = [(torch.cat(both),) for both in zip(*pairs)]
            pairs = [(pairs[0][0], pairs[1][0])]
        self.pairs = pairs

    def parameters(self):
        return [tensor for pair in self.pairs for tensor in pair]

    def named(self):
        """The parameters under the names they were given by."""
        values = self.parameters()
        if self.merged:
            weight, bias = (value.chunk(2) for value in values)
            values = [weight[0], bias[0], weight[1], bias[1]]
        names = [name + kind for name in self.names for kind in (".weight", ".bias")]
        return dict(zip(names, values))

    def __call__(self, x):
        if self.merged:
            feature, gate = convolve(self.layer, x, *self.pairs[0]).chunk(2, 1)
        else:
            feature, gate = (convolve(self.layer, x, *pair) for pair in self.pairs)
        y = self.phi(feature) * torch.sigmoid(gate)
        return torch.relu(y) if self.layer["after"] == "relu" else y


class Affine:
    """A plain convolution or a linear layer."""

    def __init__(self, layer, path, weights):
        self.layer = layer
        self.path = path
        self.pair = (weights[path + ".weight"], weights[path + ".bias"])

    def parameters(self):
        return list(self.pair)

    def named(self):
        return {self.path + ".weight": self.pair[0], self.path + ".bias": self.pair[1]}

    def __call__(self, x):
        if self.layer["is"] == "linear":
            return F.linear(x.flatten(1), *self.pair)
        return convolve(self.layer, x, *self.pair)


class Residual:
    def __init__(self, body):
        self.body = body

    def parameters(self):
        return self.body.parameters()

    def named(self):
        return self.body.named()

    def __call__(self, x):
        return x + self.body(x)


class Upsample:
    def parameters(self):
        return []

    def named(self):
        return {}

    def __call__(self, x):
        return F.interpolate(x, scale_factor=2, mode="nearest")


class Branches:
    def __init__(self, paths):
        self.paths = paths

    def parameters(self):
        return [tensor for path in self.paths for tensor in path.parameters()]

    def named(self):
        return {name: value for path in self.paths for name, value in path.named().items()}

    def __call__(self, x):
        return torch.cat([path(x) for path in self.paths], 1)


class DeepFill:
    """The whole generator, each feature with its gate as one convolution, as it is published."""

    def __init__(self, path, weights):
        sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "fixtures" / "deepFill"))
        from generator import Generator

        self.net = Generator()
        self.path = path
        with torch.no_grad():
            for name, value in self.net.named_tensors():
                value.copy_(weights[path + "." + name])

    def parameters(self):
        return list(self.net.parameters())

    def named(self):
        return {self.path + "." + name: value for name, value in self.net.named_tensors()}

    def __call__(self, x):
        return self.net(x[:, :3], x[:, 3:])[1]


class Sequence:
    def __init__(self, layers):
        self.layers = layers

    def parameters(self):
        return [tensor for layer in self.layers for tensor in layer.parameters()]

    def named(self):
        return {name: value for layer in self.layers for name, value in layer.named().items()}

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


def build(layers, prefix, weights, merged):
    built = []
    for layer in layers:
        path = prefix + layer["name"]
        if layer["is"] == "residual":
            built.append(Residual(build(layer["layers"], path + ".body.", weights, merged)))
        elif layer["is"] == "deepFill":
            built.append(DeepFill(path, weights))
        elif layer["is"] == "upsample":
            built.append(Upsample())
        elif layer["is"] == "branches":
            paths = enumerate(layer["paths"])
            built.append(
                Branches([build(p, f"{path}.{i}.", weights, merged) for i, p in paths])
            )
        elif layer["is"] == "gatedConv":
            built.append(Gated(layer, path, weights, merged))
        else:
            built.append(Affine(layer, path, weights))
    return Sequence(built)


def convolve(layer, x, weight, bias):
    """Zeros that differ between the two ends cannot be the convolution's own."""
    padding = layer["padding"]
    sides = [before for before, _ in padding]
    if any(before != after for before, after in padding):
        x = F.pad(x, [zeros for pair in reversed(padding) for zeros in pair])
        sides = 0
    conv = CONV[len(layer["kernel"])]
    return conv(x, weight, bias, stride=layer["stride"], padding=sides, dilation=layer["dilation"])


class Host:
    def __init__(self, source, sink):
        self.source = source
        self.sink = sink
        self.parts = []
        self.optimizer = None

    def serve(self):
        for line in iter(self.source.readline, b""):
            request = json.loads(line)
            try:
                reply, tensors = getattr(self, request["ask"])(request)
            except Exception as error:  # the other side tells the user
                reply, tensors = {"error": f"{type(error).__name__}: {error}"}, []
            blocks = [tensor.detach().contiguous().numpy() for tensor in tensors]
            reply["bytes"] = sum(block.nbytes for block in blocks)
            self.sink.write(json.dumps(reply).encode() + b"\n")
            for block in blocks:
                self.sink.write(memoryview(block).cast("B"))
            self.sink.flush()

    def load(self, request):
        torch.set_num_threads(request["threads"])
        self.parts = []
        for part in request["parts"]:
            weights = {name: self.read(shape) for name, shape in part["weights"]}
            net = build(part["layers"], "", weights, request["merged"])
            x = self.read([request["batch"], *part["input"]])
            labels = self.read([request["batch"]], torch.int32).long()
            self.parts.append((net, x, labels))
        if request["kind"] == "train":
            parameters = [p.requires_grad_() for p in self.parts[0][0].parameters()]
            self.optimizer = torch.optim.SGD(parameters, lr=request["learningRate"])
        return {}, []

    def read(self, shape, dtype=torch.float32):
        count = 1
        for size in shape:
            count *= size
        block = bytearray(self.source.read(count * 4))
        return torch.frombuffer(block, dtype=dtype).view(shape)

    def forward(self, request):
        net, x, _ = self.parts[request["part"]]
        with torch.inference_mode():
            start = time.perf_counter()
            y = net(x)
            ms = (time.perf_counter() - start) * 1e3
        return {"ms": ms}, [y] if request["keep"] else []

    def trainStep(self, _):
        net, x, labels = self.parts[0]
        start = time.perf_counter()
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(net(x), labels)
        loss.backward()
        self.optimizer.step()
        value = loss.item()
        ms = (time.perf_counter() - start) * 1e3
        return {"ms": ms, "loss": value}, []

    def weights(self, _):
        named = self.parts[0][0].named()
        shapes = [[name, list(value.shape)] for name, value in named.items()]
        return {"weights": shapes}, list(named.values())

    def memory(self, _):
        return {"peakBytes": peak_bytes()}, []


def peak_bytes():
    """Of this program alone; getrusage also counts the one that it was started from."""
    try:
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    # Ctrl-C is for the benchmark, which keeps what it has and then ends this program.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if sys.argv[1:] == ["--describe"]:
        print(json.dumps(describe()))
    else:
        Host(sys.stdin.buffer, sys.stdout.buffer).serve()

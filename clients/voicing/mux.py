"""The voices into a film, by ffmpeg."""

import asyncio
import os
import shutil
from asyncio.subprocess import DEVNULL, PIPE

from playing.command import Failure


def check(film: str) -> None:
    """Raises Failure where it cannot work, before anything was spoken for it."""
    for tool in ("ffmpeg", "ffprobe"):
        if shutil.which(tool) is None:
            raise Failure(f"--mux needs {tool} (on Debian: apt install ffmpeg)")
    if not os.path.isfile(film):
        raise Failure(f"--mux: no such file: {film}")


async def readable(film: str) -> None:
    """Raises Failure where the file is no film."""
    try:
        await _has_sound(film)
    except Failure as failure:
        raise Failure(f"--mux: {failure}") from None


async def mux(film: str, voices: str, out: str, background: float) -> None:
    """Write `out`: the film's picture as it is, its sound at `background` and the voices over it.

    Raises Failure with what ffmpeg said last.
    """
    command = ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", "-i", film, "-i", voices]
    if await _has_sound(film) and background > 0:
        mix = (
            f"[0:a:0]volume={background}[film];"
            "[film][1:a]amix=inputs=2:duration=longest:normalize=0[a]"
        )
        command += ["-filter_complex", mix, "-map", "0:v?", "-map", "[a]"]
    else:
        command += ["-map", "0:v?", "-map", "1:a"]
    await _run([*command, "-c:v", "copy", out])


async def _has_sound(film: str) -> bool:
    command = ["ffprobe", "-loglevel", "error", "-select_streams", "a"]
    return bool(await _run([*command, "-show_entries", "stream=index", "-of", "csv=p=0", film]))


async def _run(command: list[str]) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )
    try:
        out, err = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        said = err.decode(errors="replace").strip().splitlines() or [f"status {process.returncode}"]
        raise Failure(f"{command[0]}: {said[-1]}")
    return out.strip()

"""The lip-sync client: what a receiver of VMC gets, held against the sound's own clock."""

import asyncio
import csv
import io
import json
import math
import signal
import socket
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pythonosc.osc_packet import OscPacket

import lipsync
from lips.face import Face
from lips.mouth import Mouth, Shape
from lips.shapes import ARKIT, COLUMNS, FACES, VISEMES, blend
from lips.vmc import PACKET_BYTES, packets
from tests.clients.desk import NOWHERE, Desk
from tests.support.server import running
from tests.support.tone import ToneEngine
from vvstream.visemes import SILENCE
from vvstream.visemes import VISEMES as OF_THE_SERVER
from vvstream_client import Options, Session

TEXT = "Bob may go. Perhaps five of them saw the moon."


@dataclass
class Receiver:
    """A program with a face: what VMC told it, mouth by mouth."""

    port: int
    on_mouth: Callable[[float], None] = lambda time: None
    mouths: list[tuple[float, dict[str, float]]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    some: asyncio.Event = field(default_factory=asyncio.Event)
    _time: float = 0.0
    _weights: dict[str, float] = field(default_factory=dict)

    def take(self, packet: bytes) -> None:
        self.sizes.append(len(packet))
        for timed in OscPacket(packet).messages:
            match timed.message.address, timed.message.params:
                case "/VMC/Ext/OK", [1]:
                    pass
                case "/VMC/Ext/T", [float(time)]:
                    self._time = time
                case "/VMC/Ext/Blend/Val", [str(name), float(value)]:
                    self._weights[name] = value
                case "/VMC/Ext/Blend/Apply", []:
                    self.mouths.append((self._time, dict(self._weights)))
                    self.on_mouth(self._time)
                    if len(self.mouths) > 20:
                        self.some.set()
                case other:
                    raise AssertionError(f"not VMC: {other}")


@asynccontextmanager
async def receiving(
    on_mouth: Callable[[float], None] = lambda time: None,
) -> AsyncIterator[Receiver]:
    with socket.socket(type=socket.SOCK_DGRAM) as inlet:
        inlet.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        inlet.bind(("127.0.0.1", 0))
        receiver = Receiver(inlet.getsockname()[1], on_mouth)

        class Inlet(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: Any) -> None:
                receiver.take(data)

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Inlet, sock=inlet)
        try:
            yield receiver
        finally:
            transport.close()


async def shapes_of(url: str, text: str) -> list[Shape]:
    """What the server says of a text."""
    shapes = []
    async with Session(url, Options(pace="fast", events=("viseme",))) as session:
        await session.send(text)
        await session.end()
        async for _, events in session:
            shapes += [
                Shape(event["viseme"], event["start"], event["end"])
                for event in events
                if event["type"] == "viseme"
            ]
    return shapes


def looks(shapes: list[Shape], time: float) -> dict[str, float]:
    """The two faces that the test asks for, at one time."""
    shares = mouth_of(*shapes).at(time)
    return blend("vrm0", shares) | blend("arkit", shares)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk.of(tmp_path, "lipsync.py")


async def test_the_mouths_received_are_those_of_the_sound(desk: Desk) -> None:
    played = 0.0  # seconds
    clocks: list[tuple[float, float]] = []  # (the mouth's time, played by then)

    with desk.slow_card() as card:

        def play(time: float) -> None:
            # The card plays as far as the mouth says that was heard, and no further.
            nonlocal played
            clocks.append((time, played))
            played += len(card.play(max(0, round((time - played) * 32_000)))) / 32_000

        async with receiving(play) as receiver, running(ToneEngine()) as server:
            shapes = await shapes_of(server.ws(), TEXT)
            arguments = (TEXT, "--url", server.ws(), "--vmc", f"127.0.0.1:{receiver.port}")
            options = ("--names", "vrm0,arkit", "--device", "slow", "--rate", "200")
            status, out, err = await desk.run(*arguments, *options)
            assert (status, out) == (0, ""), err
        left = len(card.play(1 << 20)) / 32_000
    times = [time for time, _ in receiver.mouths]
    assert times == sorted(times)
    # The mouth's clock is the sound's: it never says that something was heard that the card was not
    # given (it holds no more than `card.holds`), and it followed the sound to its end.
    assert all(heard <= before + card.holds + 0.04 for heard, before in clocks)
    assert played + left == pytest.approx(shapes[-1].end, abs=0.05)
    assert left <= card.holds + 0.04
    assert len(set(times)) > 10
    for time, weights in receiver.mouths[:-1]:
        # Of what is still to sound it knows what has come; of what sounds now, all.
        known = sum(shape.start <= time for shape in shapes) if time else 0
        assert any(
            weights == pytest.approx(looks(shapes[:count], time), abs=0.02)
            for count in range(known, len(shapes) + 1)
        )
    # Which sounds it is seen at is the card's business, but not that it opens.
    assert max(max(weights.values()) for _, weights in receiver.mouths) > 0.2
    assert set(receiver.mouths[-1][1].values()) == {0.0}
    assert max(receiver.sizes) <= PACKET_BYTES


async def test_ctrl_c_leaves_a_closed_mouth(desk: Desk) -> None:
    async with receiving() as receiver, running(ToneEngine()) as server:
        client = await desk.start("--url", server.ws(), "--vmc", f"127.0.0.1:{receiver.port}")
        assert client.stdin
        client.stdin.write(b"On and on and on and on and on and on. " * 20)
        await receiver.some.wait()
        client.send_signal(signal.SIGINT)
        assert await client.communicate() == (b"", b"")
    assert client.returncode == 130
    assert set(receiver.mouths[-1][1].values()) == {0.0}
    assert set(receiver.mouths[-1][1]) == set("AIUEO")


async def test_json_is_what_talkinghead_takes(desk: Desk) -> None:
    async with running(ToneEngine()) as server:
        shapes = await shapes_of(server.ws(), TEXT)
        arguments = ("--url", server.ws(), "--json", "--wav", "out.wav")
        status, out, err = await desk.run(*arguments, said=TEXT)
    assert (status, err) == (0, "")
    told = json.loads(out)
    assert list(told) == ["words", "wtimes", "wdurations", "visemes", "vtimes", "vdurations"]
    assert told["words"] == [word.strip(".") for word in TEXT.split()]
    assert told["vtimes"] == [round(1000 * shape.start) for shape in shapes]
    ends = [a + b for a, b in zip(told["vtimes"], told["vdurations"], strict=True)]
    assert ends == [round(1000 * shape.end) for shape in shapes]
    names = {"I", "O", "U", "aa", "E", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "sil"}
    assert set(told["visemes"]) <= names
    assert {"PP", "O", "U"} <= set(told["visemes"])
    with wave.open(str(desk.folder / "out.wav")) as sound:
        assert sound.getnframes() / 16 >= max(ends) - 20


async def test_csv_has_sixty_rows_a_second(desk: Desk) -> None:
    async with running(ToneEngine()) as server:
        arguments = (TEXT, "--url", server.ws(), "--csv", "--wav", "out.wav")
        status, out, err = await desk.run(*arguments)
        _, vowels, _ = await desk.run(TEXT, "--url", server.ws(), "--csv", "--names", "vrm1")
    assert (status, err) == (0, "")
    header, *rows = csv.reader(io.StringIO(out))
    assert header == ["time", *ARKIT]
    with wave.open(str(desk.folder / "out.wav")) as sound:
        assert len(rows) == math.ceil(sound.getnframes() / 16_000 * 60)
    assert [float(row[0]) for row in rows] == [round(n / 60, 4) for n in range(len(rows))]
    assert all(0 <= float(value) <= 1 for row in rows for value in row[1:])
    jaw = [float(row[header.index("jawOpen")]) for row in rows]
    assert max(jaw) > 0.3 > 0.05 > min(jaw)
    assert vowels.splitlines()[0] == "time,aa,ih,ou,ee,oh"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["Hi", "--url", NOWHERE], f"cannot reach {NOWHERE}"),
        (["Hi", "--url", NOWHERE, "--csv"], f"cannot reach {NOWHERE}"),
        (["Hi", "--vmc", "here:there"], "--vmc: expected HOST or HOST:PORT, got"),
    ],
)
async def test_what_is_wrong_is_one_line(desk: Desk, arguments: list[str], complaint: str) -> None:
    result, out, err = await desk.run(*arguments)
    assert (result, out) == (1, "")
    assert err.startswith(f"lipsync: {complaint}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ("--names vrm2", "--names: 'vrm2' is none of vrm0, vrm1, arkit, perfectsync"),
        ("--wav x.wav", "--wav: only with --json or --csv"),
        ("--rate 0", "--rate: expected 1 to 1000, got 0"),
    ],
)
def test_options_that_cannot_be(
    options: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        lipsync.main(["Hi", *options.split()])
    assert left.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"lipsync: error: {complaint}"


async def test_help_is_enough(desk: Desk) -> None:
    _, out, _ = await desk.run("--help")
    for told in ("--vmc", "39539", "vrm0", "arkit", "--json", "--csv", "VSeeFace", "--voice"):
        assert told in out


def test_every_viseme_has_its_shape_in_every_face() -> None:
    assert set(VISEMES) == {SILENCE}.union(*OF_THE_SERVER.values())
    for face, table in FACES.items():
        assert set(table) == set(VISEMES)
        for weights in table.values():
            assert set(weights) <= set(COLUMNS[face])
            assert all(0 < weight <= 1 for weight in weights.values())
    assert len(ARKIT) == len(set(ARKIT)) == 52
    assert list(VISEMES) == list(dict.fromkeys(VISEMES))


def test_the_documented_table_is_the_one_that_is_used() -> None:
    lines = (Path(__file__).parents[2] / "docs/clients.md").read_text().splitlines()
    rows = {
        cells[0].strip("`"): cells[1:]
        for line in lines
        if len(cells := [cell.strip() for cell in line.strip("|").split("|")]) == 3
    }
    for viseme in VISEMES:
        arkit, vowels = rows[viseme]
        both = {
            name.removesuffix("Left"): weight
            for name, weight in FACES["arkit"][viseme].items()
            if not name.endswith("Right")
        }
        assert arkit == (", ".join(f"{name} {weight:g}" for name, weight in both.items()) or "-")
        told = ", ".join(f"{name} {weight:g}" for name, weight in FACES["vrm0"][viseme].items())
        assert vowels == (told or "-")


def mouth_of(*shapes: Shape) -> Mouth:
    mouth = Mouth()
    for shape in shapes:
        mouth.add(shape)
    return mouth


def test_lips_close_between_vowels_and_round_before_their_vowel() -> None:
    apa = (Shape("aa", 0, 0.15), Shape("PP", 0.15, 0.22), Shape("aa", 0.22, 0.4))
    jaw = {now: blend("arkit", mouth_of(*apa).at(now))["jawOpen"] for now in (0.08, 0.185, 0.3)}
    assert jaw[0.185] < 0.15 < 0.5 < min(jaw[0.08], jaw[0.3])
    tu = mouth_of(Shape("DD", 0, 0.1), Shape("ou", 0.1, 0.3))
    ti = mouth_of(Shape("DD", 0, 0.1), Shape("ih", 0.1, 0.3))
    assert blend("arkit", tu.at(0.05))["mouthPucker"] > 0.2
    assert blend("arkit", ti.at(0.05))["mouthPucker"] == 0


def test_a_mouth_moves_without_jumps_and_comes_to_rest() -> None:
    shapes = [Shape(viseme, n * 0.08, n * 0.08 + 0.08) for n, viseme in enumerate(VISEMES * 3)]
    mouth = mouth_of(*shapes)
    before = blend("arkit", mouth.at(0.0))
    for tick in range(1, 1_200):
        shares = mouth.at(tick / 240)
        assert sum(shares.values()) == pytest.approx(1)
        now = blend("arkit", shares)
        assert all(abs(now[name] - before[name]) < 0.12 for name in now)
        before = now
    assert max(blend("arkit", mouth.at(10.0)).values()) == 0


class Screen:
    """Keeps what a face is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[float, dict[str, float]]] = []

    def send(self, time: float, weights: Any) -> None:
        self.sent.append((time, dict(weights)))


def test_silence_closes_the_mouth_and_a_lead_sends_early() -> None:
    screen = Screen()
    face = Face(screen, ["vrm0"], 60, lead=0.05)
    for start, viseme in ((0.0, "aa"), (0.5, "ou")):
        event = {"type": "viseme", "viseme": viseme, "start": start, "end": start + 0.5}
        face.take(event, None)
    face.show(0.46)  # with the lead: at 0.51, in the second
    assert screen.sent[-1][1]["U"] > screen.sent[-1][1]["A"]
    assert face.shown == 2
    assert face.worst == pytest.approx(0.51)
    face.drop("silence")
    face.show(0.8)
    assert max(screen.sent[-1][1].values()) < 0.01


def test_many_names_go_in_several_packets_and_are_applied_once() -> None:
    weights = {f"name{n}": 0.5 for n in range(200)}
    receiver = Receiver(0)
    for packet in packets(1.5, weights):
        assert len(packet) <= PACKET_BYTES
        receiver.take(packet)
    assert receiver.mouths == [(1.5, weights)]

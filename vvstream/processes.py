"""The composition root of several processes: their parent, a gateway, an engine."""

import asyncio
import gc
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from vvstream import logs
from vvstream.bus import board as b
from vvstream.bus import handover, sockets
from vvstream.bus.accounts import TOLD_SECONDS
from vvstream.bus.gateways import Gateways
from vvstream.bus.parent import Parent
from vvstream.bus.supervisor import Place, Supervisor
from vvstream.config import Config
from vvstream.errors import ConfigError, EngineFailed
from vvstream.live import changed

REPORT_SECONDS: Final = 1.0
SWITCH_SECONDS: Final = 0.0005  # of Python's threads; its own is ten times that
# Sockets, and snapshots that need not outlive the machine, lie in memory where it can be written.
MEMORY: Final = Path("/dev/shm")
# Where there is none of these there is no GPU, and no need to ask.
DRIVERS: Final = (Path("/dev/nvidiactl"), Path("/dev/dxg"))


def supervise(config: Config, device: str, program: str) -> None:
    """Start gateways and engines and keep them alive, until a signal; `python -m PROGRAM child`
    is one of them. Raises ConfigError, EngineFailed."""
    logs.configure(config.log_level, "supervisor")
    count = config.engine.gateways
    try:
        listeners = sockets.tcp(config.server.host, config.server.port, count)
    except OSError as error:
        where = f"{config.server.host}:{config.server.port}"
        raise ConfigError(f"server: cannot listen on {where}: {error.strerror}") from None
    folder = Path(tempfile.mkdtemp(prefix="vvstream-", dir=_somewhere()))
    handovers = [sockets.local(handover.address(folder, number)) for number in range(count)]

    def release() -> None:
        """No new connections."""
        for listener in [*sum(listeners, []), *handovers]:
            listener.close()

    def place(role: b.Role, number: int, **setup: Any) -> Place:
        common = {"gateways": count, "folder": str(folder), "device": device}
        # They find us wherever we were found: `python /some/where/server.py` is no package.
        path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        return Place(role, number, {**common, "config": _dumped(config), **setup}, path)

    gpus = _gpus(device)
    engines = [place("engine", n) for n in range(config.engine.processes or max(1, len(gpus)))]
    for number, engine in enumerate(engines if gpus else ()):
        engine.environment["CUDA_VISIBLE_DEVICES"] = gpus[number % len(gpus)]
    gateways = [
        place(
            "gateway",
            number,
            config=_dumped(_with_store(config, folder, number)),
            listeners=tuple(listener.fileno() for listener in listeners[number]),
            handovers=handovers[number].fileno(),
        )
        for number in range(count)
    ]
    command = (sys.executable, "-m", program, "child")
    try:
        asyncio.run(_supervise(command, [*engines, *gateways], config, release))
    finally:
        release()
        shutil.rmtree(folder, ignore_errors=True)


async def _supervise(
    command: Sequence[str], places: Sequence[Place], config: Config, release: Callable[[], None]
) -> None:
    stop = config.server.drain_seconds + config.server.close_seconds
    await Supervisor(command, places, config.engine.hang_seconds, stop, release).run()


def child() -> int:
    """Be what the supervisor says; returns the exit status."""
    parent = Parent()
    try:
        return _be(parent)
    finally:
        if parent.gone:
            # Nobody else is left to do it.
            shutil.rmtree(parent.setup.folder, ignore_errors=True)


def _be(parent: Parent) -> int:
    setup = parent.setup
    config = Config.model_validate_json(json.dumps(setup.config))
    logs.configure(config.log_level, f"{setup.role} {setup.number}")
    # Each operation of an engine's thread, and each system call of a gateway's event loop, lets go
    # of the interpreter, and may then have to wait so long for the threads beside it.
    sys.setswitchinterval(SWITCH_SECONDS)
    if setup.role == "engine":
        from vvstream import engine

        return asyncio.run(_engine(parent, engine.load(config, setup.device)))
    return asyncio.run(_gateway(parent, config))


async def _engine(parent: Parent, engine: Any) -> int:
    from vvstream.bus.server import EngineServer

    stop, broken = asyncio.Event(), asyncio.Event()

    def broke(error: EngineFailed) -> None:
        broken.set()
        stop.set()

    server = EngineServer(engine, b.address(parent.setup.folder, parent.setup.serial), broke)

    def hear(message: b.Told | None) -> None:
        match message:
            case b.Board():
                server.keep([gateway.name for gateway in message.of("gateway")])
            case b.Change(values):
                if (level := values.get("log_level")) is not None:
                    logs.level(level)
            case None:
                stop.set()
            case _:
                pass

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    parent.listen(hear)
    parent.say(b.Loaded(engine.voices()))
    try:
        await engine.warm_up()
    except Exception as error:
        await engine.close()
        raise EngineFailed(f"the engine cannot warm up: {error}") from error
    gc.freeze()  # see serve.serve
    parent.say(b.Report(engine=engine.status()))
    parent.say(b.Ready())
    while not stop.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(REPORT_SECONDS):
                await stop.wait()
        parent.say(b.Report(engine=engine.status()))
        server.tell_load()
    server.close()
    await engine.close()
    return 1 if broken.is_set() else 0


async def _gateway(parent: Parent, config: Config) -> int:
    from vvstream.bus.remote import RemoteEngine
    from vvstream.serve import application
    from vvstream.wire.app import App
    from vvstream.wire.protocols import ServerConfig
    from vvstream.wire.server import Server

    setup = parent.setup
    engine = RemoteEngine(setup.folder, str(setup.serial).encode(), config.engine.restart_seconds)
    fleet = Gateways(parent, engine)
    pending: dict[str, Any] = {}
    app: App | None = None
    server: Server | None = None

    def stop() -> None:
        if server is not None:
            server.should_exit = True

    def hear(message: b.Told | None) -> None:
        match message:
            case b.Board():
                engine.follow(message)
                fleet.learn(message)
            case b.Usage():
                fleet.elsewhere.learn(message)
            case b.Change(values):
                if app is None:
                    pending.update(values)
                else:
                    app.apply(values)
                    fleet.applied(values)
            case None:
                stop()
            case _:
                pass

    parent.listen(hear)
    await engine.loaded()
    app = application(changed(config, pending) if pending else config, engine, stop, fleet)
    if pending:
        logs.level(pending.get("log_level", config.log_level))
    running = app
    fleet.elsewhere.charge = running.gate.elsewhere

    def started() -> None:
        gc.freeze()  # see serve.serve
        parent.say(b.Ready())

    shared = ServerConfig(app.asgi, config.server, shared=setup.gateways > 1)
    server = Server(shared, app.drain, started)

    async def report() -> None:
        while True:
            parent.say(b.Report(sessions=len(running.sessions), sockets=running.sockets))
            await asyncio.sleep(REPORT_SECONDS)

    async def account() -> None:
        while True:
            sessions, sockets = running.sessions, running.sockets
            spent = running.gate.spent()
            for usage in fleet.elsewhere.tell(len(sessions), sockets, sessions.owned, spent):
                parent.say(usage)
            await asyncio.sleep(TOLD_SECONDS)

    async def adopt() -> None:
        if setup.handovers is not None:
            await handover.take(socket.socket(fileno=setup.handovers), serving.adopt)

    serving = server
    tasks = [asyncio.create_task(work()) for work in (report, account, adopt)]
    try:
        await server.serve([socket.socket(fileno=number) for number in setup.listeners])
    finally:
        for task in tasks:
            task.cancel()
    return 0


def _with_store(config: Config, folder: Path, number: int) -> Config:
    """Sessions outlive their gateway, if not the server: each has a file of its own."""
    if config.sessions.store != "none":
        return config
    update = {"store": "file", "file": str(folder / f"sessions-{number}.sqlite")}
    return config.model_copy(update={"sessions": config.sessions.model_copy(update=update)})


def _dumped(config: Config) -> Mapping[str, Any]:
    return config.model_dump(mode="json")


def _somewhere() -> Path | None:
    return MEMORY if os.access(MEMORY, os.W_OK | os.X_OK) else None


def _gpus(device: str) -> Sequence[str]:
    """What CUDA_VISIBLE_DEVICES calls each of them."""
    if device == "cpu" or not any(path.exists() for path in DRIVERS):
        return ()
    ask = "import torch; print(torch.cuda.device_count())"
    # In another process: what counts them holds a gigabyte, and we carry nothing.
    answer = subprocess.run((sys.executable, "-c", ask), capture_output=True, text=True, check=True)
    count = int(answer.stdout)
    names = os.environ.get("CUDA_VISIBLE_DEVICES")
    return [str(n) for n in range(count)] if names is None else names.split(",")[:count]

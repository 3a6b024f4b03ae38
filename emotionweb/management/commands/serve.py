"""`manage.py serve`: everything that one machine needs, started and stopped together."""

import asyncio
import errno
import http.client
import signal
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.db import OperationalError

from emotionweb import lan, launcher


@dataclass(frozen=True)
class Site:
    """Where the site is reached.

    Attributes:
        port: Of the web process.
        tls: Files of the certificate and of its key, or None for plain HTTP.
        hosts: Names and addresses in the network; empty when only this machine may come.
    """

    port: int
    tls: tuple[Path, Path] | None = None
    hosts: list[str] = field(default_factory=list)

    @property
    def interface(self) -> str:
        return "0.0.0.0" if self.hosts else "127.0.0.1"  # noqa: S104

    @property
    def urls(self) -> list[str]:
        scheme = "https" if self.tls else "http"
        return [f"{scheme}://{host}:{self.port}/" for host in [*self.hosts, "localhost"]]

    @property
    def daphne_options(self) -> list[str]:
        if self.tls is None:
            return ["--bind", self.interface, "--port", str(self.port)]
        certificate, key = (str(file).replace(":", r"\:") for file in self.tls)
        return [
            "--endpoint",
            f"ssl:{self.port}:interface={self.interface}:certKey={certificate}:privateKey={key}",
        ]

    @property
    def environment(self) -> dict[str, str]:
        allowed = [name for name in settings.ALLOWED_HOSTS if name not in self.hosts]
        return {
            "EMOTIONWEB_ALLOWED_HOSTS": ",".join([*allowed, *self.hosts]),
            "EMOTIONWEB_HTTPS": str(bool(self.tls) or settings.HTTPS),
        }


class Command(BaseCommand):
    help = "Prepares the database and the static files, then runs web, worker and beat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="default: 8000, with --lan 8443")
        parser.add_argument(
            "--lan", action="store_true", help="let phones in the same network in, over HTTPS"
        )
        parser.add_argument("--cert", type=Path, help="with --lan: your own certificate (PEM)")
        parser.add_argument("--key", type=Path, help="with --lan: the key of --cert (PEM)")

    def handle(self, *args: Any, **options: Any) -> None:
        site = self._site(options["port"], options["lan"], options["cert"], options["key"])
        self._check_port(site)
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from error
        if _static_files_are_stale():
            call_command("collectstatic", interactive=False, verbosity=0)
        asyncio.run(self._serve(site))

    def _site(self, port: int | None, public: bool, cert: Path | None, key: Path | None) -> Site:
        if bool(cert) != bool(key) or (cert and not public):
            raise CommandError("Give --cert and --key together, and with --lan.")
        if not public:
            return Site(port or 8000)
        for file in filter(None, (cert, key)):
            if not file.is_file():
                raise CommandError(f"There is no file {file}.")
        hosts = [*lan.addresses(), lan.host_name()]
        own = (cert.resolve(), key.resolve()) if cert and key else None
        made = own or lan.self_signed(settings.DATA_DIR / "tls", [*hosts, "localhost", "127.0.0.1"])
        return Site(port or 8443, made, hosts)

    def _check_port(self, site: Site) -> None:
        """Say in words that the port is taken, before anything else is done."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((site.interface, site.port))
            except OSError as error:
                why = {
                    errno.EADDRINUSE: "is used by another program",
                    errno.EACCES: "may not be used without being root",
                }.get(error.errno or 0, f"cannot be used ({error.strerror})")
                raise CommandError(
                    f"Port {site.port} {why}. Choose another one, for instance "
                    f"`make run PORT={site.port + 1}` or `manage.py serve --port {site.port + 1}`."
                ) from error

    async def _serve(self, site: Site) -> None:
        supervisor = launcher.Supervisor(
            launcher.programs(site.daphne_options, settings.CLIP_JOBS_AT_ONCE),
            lambda name, line: self._say(f"{name:>6} | {line}"),
            settings.BASE_DIR,
            site.environment,
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, supervisor.stop)
        announcement = asyncio.create_task(self._announce(site))
        await supervisor.run()
        announcement.cancel()
        self._say("Stopped.")

    async def _announce(self, site: Site) -> None:
        """Print the address once there is something to see."""
        while not await asyncio.to_thread(_answers, site):
            await asyncio.sleep(0.2)
        self._say("\nEmotionweb is ready:", *(f"  {url}" for url in site.urls))
        if site.tls:
            self._say(
                "A browser that does not know the certificate warns once. Its SHA-256 is",
                f"  {lan.fingerprint(site.tls[0])}",
            )
        self._say("Ctrl-C stops it.\n")

    def _say(self, *lines: str) -> None:
        """Print at once, also into a file or a pipe."""
        for line in lines:
            self.stdout.write(line)
        self.stdout.flush()


def _answers(site: Site) -> bool:
    connection: http.client.HTTPConnection
    if site.tls:
        # Asking ourselves, by a name the certificate need not hold.
        context = ssl._create_unverified_context()  # noqa: S323
        connection = http.client.HTTPSConnection("127.0.0.1", site.port, timeout=5, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _static_files_are_stale() -> bool:
    """Say whether a source of the static files is newer than the collected ones."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        return True
    collected = manifest.stat().st_mtime
    return any(
        Path(storage.path(name)).stat().st_mtime > collected
        for finder in get_finders()
        for name, storage in finder.list([])
    )

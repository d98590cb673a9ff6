"""The server: moto's application with our CloudFormation and services, on loopback."""

import logging
import os
import signal
import threading
import time
from pathlib import Path
from types import FrameType

# moto reads these when it is imported. The policies that AWS manages can be attached.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from moto.core.config import default_user_config  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server  # noqa: E402

from . import resources, services  # noqa: E402, F401  (importing resources makes the types known)
from .aws import Aws  # noqa: E402
from .cloudformation import operations, progress  # noqa: E402

HOST = "127.0.0.1"


class Handler(MotoRequestHandler):
    def run_wsgi(self) -> None:
        self.began = time.time()
        super().run_wsgi()

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of the answer is when the request came.

        A client shows the stack events after that date. AWS answers at once and then works; here all
        the work lies before the answer, and its events would be too old to be shown.
        """
        return super().date_time_string(self.began if timestamp is None else timestamp)

    # Errors are logged; the thousands of good requests are not.
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code).startswith("5"):
            super().log_request(code, size)


def serve(
    port: int, port_file: Path | None, seconds_per_resource: float, hold: Path | None, review_template: str
) -> None:
    """Serves until SIGTERM or SIGINT."""
    progress.seconds_per_resource, progress.hold = seconds_per_resource, hold
    operations.refuse_template_in_review = review_template == "refused"
    services.install()
    operations.install()
    # Functions are created, not run in containers.
    default_user_config["lambda"] = {**default_user_config.get("lambda", {}), "use_docker": False}
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    server = make_server(
        HOST, port, DomainDispatcherApplication(create_backend_app), threaded=True, request_handler=Handler
    )
    server.daemon_threads = True  # a client's open connection must not keep the process alive
    Aws.endpoint = f"http://{HOST}:{server.server_port}"
    os.environ["MOTO_PORT"] = str(server.server_port)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        # shutdown() waits for the loop below, which runs in this very thread.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"local AWS at {Aws.endpoint}", flush=True)
    if port_file:
        _write(port_file, str(server.server_port))
    try:
        server.serve_forever()
    finally:
        server.server_close()
        if port_file:
            port_file.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    """All at once: whoever finds the file can connect."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text)
    temporary.replace(path)

"""As much of AWS as `sceptre launch` and Sceptre's change sets need, on a loopback port: CloudFormation, who the caller
is, and template buckets."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


ACCOUNT = "111122223333"


class FakeCloudFormation:
    """Stacks are complete at once; an update finds nothing to do. Remembers which actions were asked for. A bucket of
    somebody else is open to everybody."""

    def __init__(self) -> None:
        self.stacks: set[str] = set()
        self.in_review: set[str] = set()
        self.refused: set[str] = set()
        self.buckets: dict[str, str] = {}
        self.template = ""
        self.actions: list[tuple[str, str]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.send(*owner.answer(form["Action"][0], form.get("StackName", [""])[0]))

            def do_HEAD(self):
                expected = self.headers.get("x-amz-expected-bucket-owner")
                self.send(owner.look_at(self.path.strip("/"), expected), "")

            def do_PUT(self):
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                bucket, _, key = self.path.strip("/").partition("/")
                owner.actions.append(("PutObject" if key else "CreateBucket", bucket))
                owner.buckets.setdefault(bucket, ACCOUNT)
                self.send(200, "")

            def do_GET(self):
                is_object = self.path.endswith(".yaml")
                self.send(200, owner.template if is_object else "<LocationConstraint>ap-northeast-1</LocationConstraint>")

            def send(self, code, body):
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def look_at(self, bucket: str, expected_owner: str | None) -> int:
        """The status of S3's HeadBucket."""
        if bucket not in self.buckets:
            return 404
        return 403 if expected_owner not in (None, self.buckets[bucket]) else 200

    def answer(self, action: str, stack: str) -> tuple[int, str]:
        if action == "GetCallerIdentity":
            return 200, self._result(action, f"<Account>{ACCOUNT}</Account>")
        self.actions.append((action, stack))
        if action in self.refused:
            return self._error("refused")
        if action == "CreateStack":
            self.stacks.add(stack)
            return 200, self._result(action, "<StackId>arn:x</StackId>")
        if action == "UpdateStack":
            return self._error("No updates are to be performed.")
        if action == "GetTemplateSummary":
            return 200, self._result(action, "<Parameters/>")
        if action == "CreateChangeSet":
            if stack not in self.stacks:
                self.in_review.add(stack)
            return 200, self._result(action, "<Id>arn:change</Id><StackId>arn:x</StackId>")
        if action == "DescribeChangeSet":
            return 200, self._result(
                action, f"<StackName>{stack}</StackName><Status>CREATE_COMPLETE</Status>"
                "<ExecutionStatus>AVAILABLE</ExecutionStatus><Changes/>"
            )
        if action == "ExecuteChangeSet":
            self.in_review.discard(stack)
            self.stacks.add(stack)
            return 200, self._result(action, "")
        if action == "DeleteChangeSet":
            return 200, self._result(action, "")
        if stack not in self.stacks | self.in_review:
            return self._error(f"Stack with id {stack} does not exist")
        if action == "DescribeStackEvents":
            return 200, self._result(action, "<StackEvents/>")
        status = "REVIEW_IN_PROGRESS" if stack in self.in_review else "CREATE_COMPLETE"
        return 200, self._result(
            action,
            f"<Stacks><member><StackName>{stack}</StackName><CreationTime>2025-09-03T00:00:00Z</CreationTime>"
            f"<StackStatus>{status}</StackStatus></member></Stacks>",
        )

    @staticmethod
    def _result(action: str, inner: str) -> str:
        return f"<{action}Response><{action}Result>{inner}</{action}Result></{action}Response>"

    @staticmethod
    def _error(message: str) -> tuple[int, str]:
        return 400, (
            "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>"
            f"<Message>{message}</Message></Error></ErrorResponse>"
        )

"""Stands in for the binary in the plugin's tests: speaks the protocol, and misbehaves when its argument says so."""

import json
import os
import signal
import subprocess
import sys
import time


def say(document):
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def hear():
    return json.loads(sys.stdin.readline())


def done(ok, summary, **more):
    say({"done": {"ok": ok, "summary": summary, **more}})


def call(number, service, operation, **parameters):
    say({"call": {"id": number, "service": service, "operation": operation, "parameters": parameters}})
    return hear()


def start_child():
    """A child that outlives the binary, and a note of both process ids for the test."""
    child = subprocess.Popen(["sleep", "1000"])
    with open(os.environ["FAKE_PIDS"], "w") as file:
        file.write(f"{os.getpid()} {child.pid}")


def hook(point):
    if point == "shouts-first":
        # More than a pipe holds, before the context has been read: a host that only writes would wait for ever.
        call_line = {"id": 1, "service": "s", "operation": "echo", "parameters": {"Text": "x" * 1_000_000}}
        say({"call": call_line})
    if point == "deaf":
        sys.stdin.close()
        return done(False, "heard enough")
    context = hear()
    stack = context["stack"]
    if path := os.environ.get("FAKE_CONTEXT"):
        with open(path, "w") as file:
            json.dump(context, file)
    if point == "shouts-first":
        answer = hear()
        done(True, f"{len(stack['template']['body'])} {len(answer['result']['Text'])}")
    elif point == "refuses":
        done(False, "config/prod/ses.yaml:12: `AllowedSourceIPs`\n  got \x1b[31m202.217.75.98/33\x1b[0m")
    elif point == "hangs":
        start_child()
        time.sleep(1000)
    elif point == "leaves-a-child":
        start_child()
        sys.exit(0)
    elif point == "closes-its-output":
        os.close(1)
        time.sleep(1000)
    elif point == "stays":
        done(True, "said all")
        time.sleep(1000)
    elif point == "prints-garbage":
        print("parameters:", stack["parameters"], flush=True)
    elif point == "prints-a-list":
        print(json.dumps(list(stack["parameters"].values())), flush=True)
    elif point == "prints-latin-1":
        sys.stdout.buffer.write(b'{"done": {"ok": true, "summary": "\xe9"}}\n')
        sys.stdout.flush()
    elif point == "never-ends-a-line":
        while True:
            sys.stdout.write("x" * 65536)
    elif point == "ends-early":
        sys.stderr.write("thread 'main' panicked\n")
        sys.exit(3)
    elif point == "is-killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif point == "sends-an-unknown-message":
        say({"frobnicate": stack["parameters"]})
        hear()
    elif point == "sends-a-bad-result":
        say({"done": {"ok": "yes"}})
    elif point == "sends-a-bad-call":
        say({"call": {"id": 1, "service": "s3", "operation": "__class__"}})
        hear()
    elif point == "is-slow":
        time.sleep(0.3)
        answer = call(1, "s", "echo", Text=stack["name"])
        done(True, f"{stack['name']} {answer['result']['Text']}")
    elif point == "asks":
        for number, question in enumerate(json.loads(os.environ["FAKE_CALLS"])):
            answer = call(number, question["service"], question["operation"], **question["parameters"])
            assert answer["id"] == number
            say_answer = json.dumps(answer, ensure_ascii=False)
        done(True, say_answer)
    elif point == "speaks-japanese":
        done(True, f"確認済み: {stack['tags']['Purpose']} 🚀")
    else:
        done(True, f"{len(stack['parameters'])} parameters checked")


def resolve(key):
    context = hear()
    assert "parameters" not in context["stack"] and "point" not in context
    environment = context["stack"]["group_config"].get("environment", {})
    values = {"nothing": None, "number": 5, "mixed": ["a", 1], "empty": [], **environment}
    if key == "no-value":
        done(True, "")
    elif key in values:
        done(True, "", value=values[key])
    elif key.startswith("echo-") or key in ("5", "2.5", "true", "2025-09-03"):
        done(True, "", value=key)
    else:
        done(False, f"no `{key}` below `environment:`")


{"hook": hook, "resolve": resolve}[sys.argv[1]](sys.argv[2])

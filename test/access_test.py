#!/usr/bin/env python3
"""Who may ask for what: each route of a running server, as it describes itself, with each identity; and no listening
where others reach it without a token."""

import base64
import http.client
import json
import re
import signal
import unittest

import program

ROLES = ("ingest", "viewer", "admin")


class Access(program.MillraceTest):
    def serve(self, *words):
        self.server = self.start("run", "--listen", "127.0.0.1:0", *words)
        line = self.server.stdout.readline().decode()
        self.port = int(re.search(r":(\d+)/", line).group(1))

    def make_token(self, name, role):
        return self.run_command("tokens", "create", name, "--role", role).strip()

    def ask(self, method, path, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=program.PATIENCE_SECONDS)
        self.addCleanup(connection.close)
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        self.headers = answer.headers
        self.body = answer.read().decode(errors="replace")
        return answer.status

    def status_with(self, token, method="GET", path="/v1/overview"):
        return self.ask(method, path, {"Authorization": "Bearer " + token})

    def routes(self):
        """Method, path with something in each of its braces, and the roles that may; None: everybody."""
        self.assertEqual(self.ask("GET", "/openapi.json"), 200)
        for path, operations in json.loads(self.body)["paths"].items():
            for method, operation in operations.items():
                roles = [roles for way in operation["security"] for roles in way.values()]
                yield method.upper(), re.sub(r"{[^}]*}", "1", path), set(roles[0]) if roles else None

    def test_every_route_asks_every_identity_for_its_access(self):
        self.serve()
        tokens = {role: self.make_token(role, role) for role in ROLES}
        routes = list(self.routes())
        self.assertGreater(len(routes), 10)
        self.assertEqual({path for _, path, roles in routes if roles is None}, {"/healthz", "/readyz", "/openapi.json"}
                         | {path for _, path, roles in routes if roles is None and path.endswith(".js")})
        for method, path, roles in routes:
            with self.subTest(method=method, path=path):
                refused = {401, 403}
                if roles is None:
                    self.assertNotIn(self.ask(method, path), refused)
                    continue
                self.assertIn("admin", roles)
                self.assertEqual(self.ask(method, path), 401)
                self.assertEqual("Basic" in str(self.headers.get_all("WWW-Authenticate")), "ingest" not in roles)
                for role, token in tokens.items():
                    status = self.status_with(token, method, path)
                    if role in roles:
                        self.assertNotIn(status, refused, role)
                    else:
                        self.assertEqual(status, 403, role)
        # At the end, since an address that brings many wrong ones is told to wait.
        for method, path, roles in routes:
            if roles is not None:
                self.assertIn(self.status_with(tokens["admin"] + "x", method, path), {401, 429}, path)
        self.assertEqual(self.status_with(tokens["viewer"]), 200)

    def test_without_tokens_a_server_on_loopback_is_open(self):
        self.serve()
        for method, path, _ in self.routes():
            self.assertNotIn(self.ask(method, path), {401, 403}, path)

    def test_tokens_take_effect_at_once_while_a_server_runs(self):
        self.serve()
        self.assertEqual(self.ask("GET", "/"), 200)
        viewer = self.make_token("office", "viewer")
        self.assertEqual(self.ask("GET", "/"), 401)
        self.assertEqual(self.status_with(viewer), 200)
        basic = base64.b64encode(b"any:" + viewer.encode()).decode()
        self.assertEqual(self.ask("GET", "/", {"Authorization": "Basic " + basic}), 200)
        self.run_command("tokens", "create", "office", "--role", "admin", expect=program.EXIT_FAILED)
        listed = json.loads(self.run_command("tokens", "list", "--output", "json"))
        self.assertEqual([(token["name"], token["role"]) for token in listed], [("office", "viewer")])
        self.make_token("other", "viewer")
        self.run_command("tokens", "revoke", "office")
        self.assertEqual(self.status_with(viewer), 401)

    def test_tokens_outlive_the_server_and_work_without_it(self):
        viewer = self.make_token("office", "viewer")
        self.serve()
        self.assertEqual(self.ask("GET", "/"), 401)
        self.assertEqual(self.status_with(viewer), 200)
        self.assertEqual((self.data / "access" / "tokens").stat().st_mode & 0o777, 0o600)

    def test_secrets_stand_nowhere(self):
        viewer = self.make_token("office", "viewer")
        self.serve()
        wrong = "mr_" + "canary" * 7
        for token in (viewer, wrong):
            self.status_with(token)
            self.ask("GET", f"/v1/overview?token={token}")
            self.ask("GET", f"/nothing?token={token}")
            self.assertNotIn(token[3:], self.body)
        self.status_with(viewer, path="/metrics")
        told = self.body
        self.server.send_signal(signal.SIGTERM)
        out, err = self.server.communicate(timeout=program.PATIENCE_SECONDS)
        told += out.decode() + err.decode()
        for file in self.data.rglob("*"):
            if file.is_file():
                told += file.read_bytes().decode(errors="replace")
        for token in (viewer, wrong):
            self.assertNotIn(token[3:], told)

    def test_listening_where_others_reach_it_needs_a_token(self):
        self.run_command("run", "--listen", "0.0.0.0:0", expect=program.EXIT_USAGE)
        self.assertIn("millrace tokens create", self.last_error)
        self.make_token("me", "admin")
        server = self.start("run", "--listen", "0.0.0.0:0")
        line = server.stdout.readline().decode()
        self.port = int(re.search(r":(\d+)/", line).group(1))
        self.assertEqual(self.ask("GET", "/"), 401)
        self.run_command("tokens", "revoke", "me")
        self.assertEqual(self.ask("GET", "/"), 401)  # and not open again
        server.send_signal(signal.SIGTERM)
        _, err = server.communicate(timeout=program.PATIENCE_SECONDS)
        self.assertIn("not encrypted", err.decode())

    def test_words_that_make_no_token_are_told(self):
        self.run_command("tokens", "list", expect=program.EXIT_FAILED)  # there is no folder, and none is made
        self.assertFalse(self.data.exists())
        self.run_command("tokens", "create", "me", "--role", "owner", expect=program.EXIT_USAGE)
        self.assertIn("ingest, viewer or admin", self.last_error)
        self.run_command("tokens", "create", "a b", "--role", "admin", expect=program.EXIT_USAGE)
        self.run_command("tokens", "create", "me", expect=program.EXIT_USAGE)


if __name__ == "__main__":
    program.main()

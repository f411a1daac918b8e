#!/usr/bin/env python3
"""While `millrace run` has the data folder, other commands work through it, and stop in it when their caller does."""

import json
import os
import re
import signal
import socket
import subprocess
import time
import unittest
import urllib.request

import program


class RunningServer(program.MillraceTest):
    def setUp(self):
        super().setUp()
        self.server = self.start("run", "--listen", "127.0.0.1:0")
        line = self.server.stdout.readline().decode()
        self.address = re.search(r"http://[^/\s]+/", line).group(0)
        self.lines = self.simulate(2000, 4)

    def stop_server(self, seconds=20):
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(seconds), 0)

    def visits(self):
        return self.sql("SELECT count(*) AS n FROM curated.visits")[0]["n"]

    def test_load_and_sql_go_through_it(self):
        place = self.folder / "elsewhere"
        place.mkdir()
        (place / "a.jsonl").write_bytes(b"".join(self.lines[:500]))
        tables = self.load("a.jsonl", cwd=place)  # a relative path is the caller's
        self.assertEqual(tables["visits"]["stored"], 500)
        tables = self.load("-", stdin=b"".join(self.lines))
        self.assertEqual(tables["visits"]["stored"], 1500)
        self.assertEqual(self.visits(), 2000)
        self.assert_whole()
        self.run_command("sql", "SELECT nonsense", expect=program.EXIT_USAGE)
        self.assertIn("nonsense", self.last_error)
        (place / "b.jsonl").write_text("{\n")
        self.load("--contract", "visits", "b.jsonl", cwd=place, expect=program.EXIT_PARTIAL)
        self.run_command("load", "not-there.jsonl", expect=program.EXIT_FAILED)
        self.assertIn("not-there.jsonl", self.last_error)
        self.run_command("load", "--wrong", expect=program.EXIT_USAGE)
        self.stop_server()
        self.assertEqual(self.visits(), 2000)  # and without it

    def test_an_interrupted_client_stops_in_the_server(self):
        client = self.start("load", "--quiet", "-", stdin=subprocess.PIPE)
        client.stdin.write(b"".join(self.lines[:100]))
        client.stdin.flush()
        time.sleep(0.5)
        client.send_signal(signal.SIGINT)
        self.assertEqual(client.wait(15), program.EXIT_INTERRUPTED)
        self.assert_loads_work()

    def test_a_killed_client_stops_in_the_server(self):
        read_end, write_end = os.pipe()  # ours stays open: the server must not wait for its end
        self.addCleanup(os.close, write_end)
        client = self.start("load", "--quiet", "-", stdin=read_end)
        os.close(read_end)
        os.write(write_end, b"".join(self.lines[:20])[:60_000])
        time.sleep(0.5)
        client.kill()
        client.wait()
        self.assert_loads_work()

    def assert_loads_work(self):
        (self.folder / "all.jsonl").write_bytes(b"".join(self.lines))
        self.load("all.jsonl")
        self.assertEqual(self.visits(), 2000)
        self.assert_whole()
        self.assert_nothing_left()

    def test_a_client_that_waits_for_its_turn_can_be_interrupted(self):
        first = self.start("load", "--quiet", "-", stdin=subprocess.PIPE)
        time.sleep(0.5)
        second = self.start("load", "--quiet", "-", stdin=subprocess.PIPE)
        self.assertIn(b"Waiting", second.stderr.readline())
        second.send_signal(signal.SIGINT)
        self.assertEqual(second.wait(15), program.EXIT_INTERRUPTED)
        first.communicate(b"".join(self.lines), timeout=program.PATIENCE_SECONDS)
        self.assertEqual(first.returncode, 0)
        self.assertEqual(self.visits(), 2000)

    def test_loads_side_by_side_take_turns(self):
        clients = []
        for number in range(4):
            (self.folder / f"{number}.jsonl").write_bytes(b"".join(self.lines[number * 400: number * 400 + 800]))
            clients.append(self.start("load", "--quiet", f"{number}.jsonl"))
        for client in clients:
            self.assertEqual(client.wait(program.PATIENCE_SECONDS), 0)
        self.assertEqual(self.visits(), 2000)
        self.assert_whole()
        self.assert_nothing_left()

    def test_it_stops_although_somebody_holds_its_door(self):
        door = str(self.data / "control.sock")
        with socket.socket(socket.AF_UNIX) as silent, socket.socket(socket.AF_UNIX) as half:
            silent.connect(door)
            half.connect(door)
            half.sendall(b"\x10")
            self.load("-", stdin=b"".join(self.lines[:10]))
            self.stop_server()

    def test_it_stops_while_a_client_loads(self):
        client = self.start("load", "--quiet", "-", stdin=subprocess.PIPE)
        client.stdin.write(b"".join(self.lines[:100]))
        client.stdin.flush()
        time.sleep(0.5)
        self.stop_server()
        self.assertNotEqual(client.wait(15), 0)
        self.assert_loads_work()

    def test_a_second_server_is_refused_and_the_first_goes_on(self):
        second = self.start("run", "--listen", "127.0.0.1:0")
        _, err = second.communicate(timeout=30)
        self.assertEqual(second.returncode, program.EXIT_FAILED)
        self.assertIn(b"in use", err)
        with urllib.request.urlopen(self.address, timeout=10) as answer:
            self.assertEqual(answer.status, 200)

    def test_a_killed_server_leaves_a_folder_that_opens(self):
        self.load("-", stdin=b"".join(self.lines))
        self.server.kill()
        self.server.wait()
        self.assertEqual(self.visits(), 2000)
        again = self.start("run", "--listen", "127.0.0.1:0")
        self.assertIn(b"http://", again.stdout.readline())
        self.assertEqual(self.visits(), 2000)


if __name__ == "__main__":
    program.main()

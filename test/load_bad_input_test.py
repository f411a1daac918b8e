#!/usr/bin/env python3
"""What cannot be read is told by name and holds up nothing else; what is refused is counted and kept."""

import gzip
import json
import os
import socket
import subprocess
import unittest

import program


def visit(number, **changes):
    record = {"session_id": f"S-{number}", "user_id": "U", "device_type": "mobile", "geolocation": "1,2",
              "user_agent": "test", "events": [{"event_type": "page_view", "timestamp": "2024-07-01T09:00:00",
                                                "details": {"page_url": "https://example.com/home"}}]}
    return json.dumps({**record, **changes}) + "\n"


class LoadBadInput(program.MillraceTest):
    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def assert_visits(self, count):
        self.assertEqual(self.sql("SELECT count(*) AS n FROM curated.visits"), [{"n": count}])
        self.assert_whole()

    def test_refused_records_give_exit_code_4_and_are_kept(self):
        self.write("a.jsonl", visit(1) + "{\n" + visit(2, device_type="fridge") + visit(3) + visit(4, events=7))
        tables = self.load("a.jsonl", expect=program.EXIT_PARTIAL)
        self.assertEqual(tables["visits"], {"received": 5, "stored": 2, "dead_letters": 3, "duplicates": 0})
        self.assertIn("dead-letters", self.last_error)
        self.assertEqual([row["l"] for row in self.sql("SELECT source_line AS l FROM raw.dead_letters ORDER BY 1")], [2, 3, 5])
        self.assert_visits(2)
        self.load("a.jsonl")  # nothing new, and so nothing refused

    def test_a_file_that_is_not_there(self):
        self.write("a.jsonl", visit(1))
        self.run_command("load", "a.jsonl", "b.jsonl", expect=program.EXIT_FAILED)
        self.assertIn("b.jsonl", self.last_error)
        self.run_command("load", "*.gz", expect=program.EXIT_FAILED)
        self.assertIn("*.gz", self.last_error)

    def test_a_folder_without_files(self):
        (self.folder / "empty").mkdir()
        self.write("empty/readme.txt", "not visits")
        self.write("empty/.hidden.jsonl", "not visits")
        self.run_command("load", "empty", expect=program.EXIT_FAILED)
        self.assertIn("empty", self.last_error)
        self.assertIn(".jsonl", self.last_error)

    def test_damaged_files_are_named_and_the_others_loaded(self):
        text = "".join(visit(number) for number in range(100, 200))
        self.write("a.jsonl", visit(1))
        self.write("b.jsonl.gz", gzip.compress(text.encode())[:-30])
        self.write("c.jsonl.zst", b"\x28\xb5\x2f\xfdgarbage")
        self.write("d.jsonl", visit(2))
        self.load(self.folder, expect=program.EXIT_FAILED)
        self.assertIn("b.jsonl.gz", self.last_error)
        self.assertIn("c.jsonl.zst", self.last_error)
        self.assertNotIn("a.jsonl", self.last_error)
        self.assert_visits(2)
        self.write("b.jsonl.gz", gzip.compress(text.encode()))
        os.remove(self.folder / "c.jsonl.zst")
        tables = self.load(self.folder)
        self.assertEqual(tables["visits"]["stored"], 100)
        self.assert_visits(102)
        self.assert_nothing_left()

    def test_a_file_that_may_not_be_read(self):
        self.write("a.jsonl", visit(1))
        path = self.folder / "b.jsonl"
        if os.geteuid() == 0:  # whom no mode keeps out: a socket cannot be opened by anybody
            with socket.socket(socket.AF_UNIX) as door:
                door.bind(str(path))
        else:
            self.write("b.jsonl", visit(2))
            path.chmod(0)
        self.load("a.jsonl", "b.jsonl", expect=program.EXIT_FAILED)
        self.assertIn("b.jsonl", self.last_error)
        self.assert_visits(1)

    def test_links_that_lead_nowhere_or_in_circles_hold_up_nothing(self):
        self.write("input/a.jsonl", visit(1))
        (self.folder / "input/gone.jsonl").symlink_to("not-there.jsonl")
        (self.folder / "input/round.jsonl").symlink_to("round.jsonl")
        self.load("input")
        self.assert_visits(1)
        self.load(self.folder / "input/*.jsonl")

    def test_names_with_spaces_quotes_brackets_and_letters_of_all_kinds(self):
        for number, name in enumerate(["a b.jsonl", "it's.jsonl", "[x].jsonl", "ü€😀.jsonl", 'say "hi".jsonl', "-.jsonl"]):
            self.write("in put[1]/" + name, visit(number))
        self.load("in put[1]")
        self.assert_visits(6)
        self.load("[x].jsonl", "it's.jsonl", cwd=self.folder / "in put[1]")
        self.write("in put[1]/more-1.jsonl", visit(10))
        tables = self.load("more-*.jsonl", cwd=self.folder / "in put[1]")
        self.assertEqual(tables["visits"]["stored"], 1)

    def test_a_name_that_is_no_text_is_told_or_loaded(self):
        path = os.fsencode(self.folder) + b"/bad-\xff.jsonl"
        with open(path, "wb") as file:
            file.write(visit(1).encode())
        self.write("good.jsonl", visit(2))
        done = subprocess.run([os.fsencode(program.MILLRACE), b"--data-dir", os.fsencode(self.data), b"load", b"--quiet", path,
                               b"good.jsonl"], cwd=self.folder, capture_output=True)
        self.assertIn(done.returncode, (program.EXIT_OK, program.EXIT_FAILED), done.stderr)
        self.assertEqual(self.sql("SELECT session_id AS s FROM curated.visits WHERE session_id = 'S-2'"), [{"s": "S-2"}])
        if done.returncode == program.EXIT_FAILED:
            self.assertIn(b"bad-", done.stderr)
        self.assert_whole()

    def test_empty_and_tiny_files(self):
        for number, text in enumerate([b"", b"\n", b" ", b"\r\n", b"{", b"\xef\xbb\xbf", b"\x1f", b"\x28\xb5", b"nul", b"[]"]):
            self.write(f"{number}.jsonl", text)
        self.load(self.folder, expect=program.EXIT_FAILED)
        self.assertIn("--contract", self.last_error)  # nothing in some of them tells what they are
        tables = self.load("--contract", "visits", self.folder, expect=program.EXIT_PARTIAL)
        self.assertEqual(tables["visits"], {"received": 5, "stored": 0, "dead_letters": 5, "duplicates": 0})
        self.assertEqual(self.load("--contract", "visits", self.folder)["visits"]["received"], 0)

    def test_a_line_of_twenty_megabytes_is_one_dead_letter(self):
        self.write("a.jsonl", visit(1).encode() + b"x" * 20_000_000 + b"\n" + visit(2).encode())
        for expected in (program.EXIT_PARTIAL, program.EXIT_OK):
            self.load("a.jsonl", expect=expected)
            self.assert_visits(2)
            self.assertEqual(self.sql("SELECT reason, source_line FROM raw.dead_letters"),
                             [{"reason": "too_large", "source_line": 2}])

    def test_no_revenue_is_too_large_to_go_on(self):
        def purchase(order):
            return {"event_type": "purchase", "timestamp": "2024-07-01T09:00:00", "details": {
                "order_id": order, "amount": 90000000000000, "currency": "USD", "items": [{
                    "product_id": "P", "product_name": "Island", "category": "hardware", "price": 90000000000000,
                    "quantity": 1}]}}
        for number in range(3):
            self.write(f"{number}.jsonl", visit(1, events=[purchase(f"O-{number}")]) + visit(100 + number))
            self.load(f"{number}.jsonl")
        self.assert_visits(4)
        self.assertEqual(self.sql("SELECT purchase_count AS n, revenue AS r FROM curated.visits WHERE session_id = 'S-1'"),
                         [{"n": 3, "r": None}])


if __name__ == "__main__":
    program.main()

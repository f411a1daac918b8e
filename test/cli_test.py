#!/usr/bin/env python3
"""The command line: help for everything, errors that help, exit codes, formats, and SQL that only reads."""

import csv
import gzip
import io
import json
import os
import pty
import socket
import subprocess
import unittest

import program

COMMANDS = ["demo", "run", "load", "sql", "dead-letters", "topics", "publish", "contracts", "simulate"]


class CommandLine(program.MillraceTest):
    def test_help_of_the_program_names_every_command(self):
        for words in ([], ["--help"], ["help"]):
            done = subprocess.run([program.MILLRACE, *words], cwd=self.folder, capture_output=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            text = done.stdout.decode()
            for command in COMMANDS:
                self.assertIn(command, text)
        self.assertFalse(self.data.exists(), "asking for help made a data folder")

    def test_help_of_every_command(self):
        for command in COMMANDS:
            self.assertIn(command, self.run_command(command, "--help"))
        for action in ("list", "reasons", "show", "export"):
            self.assertIn("--", self.run_command("dead-letters", action, "--help"))

    def test_version(self):
        self.assertRegex(self.run_command("--version"), r"^\d+\.\d+\.\d+\s*$|millrace")

    def test_an_unknown_command_suggests_the_nearest(self):
        for wrong, right in (("lod", "load"), ("sqll", "sql"), ("dead-leters", "dead-letters"), ("simulat", "simulate")):
            self.run_command(wrong, expect=program.EXIT_USAGE)
            self.assertIn(f"did you mean {right}?", self.last_error)
        self.run_command("xyzzy", expect=program.EXIT_USAGE)
        self.assertNotIn("did you mean", self.last_error)
        self.run_command("dead-letters", "lst", expect=program.EXIT_USAGE)
        self.assertIn("did you mean list?", self.last_error)
        for words in (["dead-letters"], ["dead-letters", "xyzzy"]):
            self.run_command(*words, expect=program.EXIT_USAGE)
            self.assertIn("list, reasons, show, export", self.last_error)

    def test_an_unknown_reason_suggests_the_nearest(self):
        self.run_command("dead-letters", "list", "--reason", "amount_mismach", expect=program.EXIT_USAGE)
        self.assertIn("did you mean amount_mismatch?", self.last_error)

    def test_help_as_a_command(self):
        self.assertEqual(self.run_command("help", "load"), self.run_command("load", "--help"))
        self.assertEqual(self.run_command("help", "dead-letters", "list"), self.run_command("dead-letters", "list", "--help"))
        self.run_command("help", "lod", expect=program.EXIT_USAGE)
        self.assertIn("did you mean load?", self.last_error)

    def test_asking_makes_no_data_folder(self):
        for words in (["sql", "SELECT 1"], ["dead-letters", "list"]):
            self.run_command(*words, expect=program.EXIT_FAILED)
            self.assertIn(f"there is no data folder at {self.data}", self.last_error)
        self.assertFalse(self.data.exists())

    def test_a_load_says_which_paths_make_no_sense(self):
        (self.folder / "a.jsonl").write_bytes(b"")
        self.run_command("load", "", expect=program.EXIT_USAGE)
        self.assertIn("an empty path", self.last_error)
        with open(bytes(self.folder) + b"/b\xff.jsonl", "wb"):
            pass
        self.run_command("load", ".", expect=program.EXIT_FAILED)
        self.assertIn("b\\xff.jsonl", self.last_error)

    def test_a_load_counts_the_files_that_it_could_not_read(self):
        (self.folder / "a.jsonl").write_bytes(b"".join(self.simulate(5, 1)))
        (self.folder / "b.jsonl.gz").write_bytes(gzip.compress(b"".join(self.simulate(5, 2)))[:-20])
        text = self.run_command("load", "--quiet", "a.jsonl", "b.jsonl.gz", expect=program.EXIT_FAILED)
        self.assertIn("loaded 1 file, 1 could not be read", text)
        self.assertIn("what had been stored of it stays", self.last_error)
        self.load("--dry-run", "b.jsonl.gz", expect=program.EXIT_FAILED)
        self.assertEqual(self.summary["files_failed"], 1)
        self.assertNotIn("stored of it", self.last_error)

    def test_an_address_that_others_reach_is_refused_unless_asked_for(self):
        for command in ("run", "demo"):
            for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:8080"):
                self.run_command(command, "--listen", address, expect=program.EXIT_USAGE)
                self.assertIn(f"refusing to listen on {address}: anyone could read", self.last_error)
        self.assertFalse(self.data.exists())
        server = self.start("run", "--listen", "0.0.0.0:0", "--insecure-public")
        self.assertIn(b"http://", server.stdout.readline())
        server.terminate()
        self.assertEqual(server.wait(30), 0)
        server = self.start("run", "--listen", "127.0.0.2:0")
        self.assertIn(b"http://127.0.0.2:", server.stdout.readline())

    def test_a_demo_on_a_taken_port_fails_before_it_simulates(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            self.run_command("demo", "--listen", f"127.0.0.1:{taken.getsockname()[1]}", expect=program.EXIT_FAILED)
        self.assertFalse((self.data / "demo-visits").exists())
        self.assertFalse((self.data / "demo-visits.partial").exists())

    def test_a_demo_that_was_killed_while_it_simulated_starts_again(self):
        partial = self.data / "demo-visits.partial"
        partial.mkdir(parents=True, mode=0o700)
        (partial / "left-over.jsonl").write_text("{")
        server = self.start("demo", "--days", "2", "--listen", "127.0.0.1:0")
        self.assertTrue(any(b"http://" in line for line in server.stdout))
        self.assertFalse(partial.exists())
        self.assertEqual(len(list((self.data / "demo-visits").iterdir())), 2)
        self.assertGreater(self.sql("SELECT count(*) AS n FROM curated.visits")[0]["n"], 0)

    def test_a_dead_letter_on_a_terminal_cannot_command_it(self):
        refused = b"\x1b[31m\xff\x7f"
        self.load("--contract", "visits", "-", stdin=refused + b"\n", expect=program.EXIT_PARTIAL)
        (letter,) = self.sql("SELECT dead_letter_id AS id FROM raw.dead_letters")
        words = [program.MILLRACE, "--data-dir", str(self.data), "dead-letters", "show", str(letter["id"])]
        self.assertIn(refused, subprocess.run(words, capture_output=True, check=True).stdout)
        ours, theirs = pty.openpty()
        subprocess.run(words, stdout=theirs, check=True)
        shown = os.read(ours, 65536)
        os.close(ours)
        os.close(theirs)
        self.assertIn(rb"\x1b[31m\xff\x7f", shown)
        self.assertNotIn(b"\x1b", shown)

    def test_usage_errors_exit_with_2_and_tell_what_is_wrong(self):
        for words, told in ((["load"], "PATH"), (["sql"], "STATEMENT"), (["load", "--workers", "65", "x"], "--workers"),
                            (["load", "--workers", "-1", "x"], "--workers"), (["load", "--nonsense", "x"], "--nonsense"),
                            (["load", "--output", "csv", "x"], "csv"), (["sql", "--output", "xml", "SELECT 1"], "xml"),
                            (["sql", "--timeout", "0", "SELECT 1"], "--timeout"), (["dead-letters"], ""),
                            (["dead-letters", "show", "abc"], "abc"), (["simulate", "--days", "0"], "--days"),
                            (["dead-letters", "list", "--since", "yesterday"], "yesterday"),
                            (["simulate", "--start", "tomorrow"], "tomorrow"), (["run", "--listen", "nowhere"], "nowhere")):
            self.run_command(*words, expect=program.EXIT_USAGE)
            self.assertIn(told, self.last_error, words)

    def test_every_format_of_an_answer(self):
        self.load("-")  # makes the data folder
        ask = "SELECT 1 AS one, 'a,\"b' AS text, NULL AS nothing, 2.50::DECIMAL(9,2) AS money"
        self.assertEqual(json.loads(self.run_command("sql", "--output", "ndjson", ask))["text"], 'a,"b')
        self.assertIn('a,\\"b', self.run_command("sql", "--output", "json", ask))
        json.loads(self.run_command("sql", "--output", "json", ask))
        rows = list(csv.reader(io.StringIO(self.run_command("sql", "--output", "csv", ask))))
        self.assertEqual(rows[0], ["one", "text", "nothing", "money"])
        self.assertEqual(rows[1][1], 'a,"b')
        self.assertIn("one", self.run_command("sql", ask))

    def test_a_statement_from_standard_input(self):
        self.load("-")  # makes the data folder
        self.assertEqual(self.run_command("sql", "--output", "ndjson", "-", stdin=b"SELECT 42 AS a\n").strip(), '{"a":42}')

    def test_sql_only_reads(self):
        self.load("-", stdin=b"".join(self.simulate(20, 1)))
        other = self.folder / "other.csv"
        other.write_text("a\n1\n")
        before = self.content()
        for statement in ("DELETE FROM sealed.visits", "DROP TABLE sealed.visits", "UPDATE sealed.visits SET user_id = 'x'",
                          "INSERT INTO raw.sources VALUES (99, 'x', NULL, NULL)", "CREATE TABLE x (a INTEGER)",
                          "CREATE TEMP TABLE x (a INTEGER)", "SELECT 1; DROP TABLE sealed.visits", "CHECKPOINT",
                          f"COPY sealed.visits TO '{self.folder}/out.csv'", f"SELECT * FROM read_csv('{other}')",
                          f"SELECT * FROM '{other}'", "ATTACH ':memory:' AS x", "SET threads = 1", "PRAGMA threads = 1",
                          "EXPLAIN ANALYZE DELETE FROM sealed.visits", "INSTALL httpfs", "LOAD httpfs",
                          f"SELECT * FROM read_blob('{self.data}/warehouse.duckdb')",
                          f"COPY (SELECT 1) TO '{self.data}/warehouse.duckdb'", "USE memory", "CALL pragma_version()", "",
                          "SELECT * FROM glob('/*')"):
            self.run_command("sql", statement, expect=None)
        self.assertEqual(self.content(), before)
        self.assertFalse((self.folder / "out.csv").exists())

    def run_command(self, *words, expect=program.EXIT_OK, **options):
        if expect is not None:
            return super().run_command(*words, expect=expect, **options)
        try:  # any code but 0
            super().run_command(*words, expect=program.EXIT_FAILED, **options)
        except AssertionError:
            super().run_command(*words, expect=program.EXIT_USAGE, **options)
        self.assertNotEqual(self.last_error, "")
        return ""

    def test_the_data_folder_and_all_in_it_are_for_their_owner_only(self):
        self.load("-", stdin=b"".join(self.simulate(20, 1)))
        self.assertEqual(self.data.stat().st_mode & 0o777, 0o700)
        for path in self.data.rglob("*"):
            self.assertEqual(path.stat().st_mode & 0o077, 0, path)

    def test_nothing_is_left_where_the_command_was_given(self):
        self.load("-", stdin=b"".join(self.simulate(200, 1)))
        self.sql("SELECT count(*) FROM (SELECT * FROM curated.events ORDER BY page_url)")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["data"])

    def test_a_reader_that_goes_away_ends_the_command(self):
        self.load("-")  # makes the data folder
        process = self.start("sql", "--output", "csv", "SELECT range FROM range(3000000)")
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.wait(30), 0)
        self.assertEqual(process.stderr.read(), b"")

    def test_a_query_that_takes_too_long_is_stopped(self):
        self.load("-")  # makes the data folder
        self.run_command("sql", "--timeout", "1", "SELECT count(*) FROM range(1000000) a, range(1000000) b",
                         expect=program.EXIT_FAILED)
        self.assertRegex(self.last_error, r"second|time")


if __name__ == "__main__":
    program.main()

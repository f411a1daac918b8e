#!/usr/bin/env python3
"""The same visits give the same tables, however often and under whatever name they are loaded."""

import gzip
import json
import os
import shutil
import subprocess
import unittest

import program


class LoadExactlyOnce(program.RealVisitsTest):
    def assert_nothing_new(self, *words):
        tables = self.load(*words)
        self.assertEqual(sum(table["received"] for table in tables.values()), 0, tables)
        self.assert_golden()

    def test_the_numbers_are_those_counted_with_plain_sql(self):
        tables = self.load(*self.files)
        self.assertEqual(tables["visits"], {"received": 2821, "stored": 2821, "dead_letters": 0, "duplicates": 0})
        self.assertEqual(tables["events"]["stored"], 11451 + 2901 + 721)
        self.assertEqual(tables["purchase_items"]["stored"], 1418)
        self.assert_golden()
        popular = self.sql("SELECT product_name AS p, sum(quantity)::BIGINT AS n FROM curated.purchase_items GROUP BY ALL "
                           "ORDER BY n DESC LIMIT 6")
        self.assertEqual([(row["p"], row["n"]) for row in popular],
                         [("Wireless Mouse", 520), ("Mechanical Keyboard", 418), ("Laptop X200", 417),
                          ("Antivirus Shield", 407), ("Office Suite Pro", 373), ("Mini PC Cube", 325)])

    def test_twice_renamed_copied_and_recompressed_changes_nothing(self):
        self.load(*self.files)
        self.assert_nothing_new(*self.files)
        for file in self.files[:7]:
            shutil.copy(file, self.folder / ("renamed-" + file.name))
        for file in self.files[7:14]:
            (self.folder / (file.name + ".gz")).write_bytes(gzip.compress(file.read_bytes()))
        for file in self.files[14:]:
            subprocess.run(["zstd", "-q", file, "-o", self.folder / (file.name + ".zst")], check=True)
        self.assert_nothing_new(self.folder)
        self.assertEqual(self.summary["files_known"], len(self.files))

    def test_the_same_file_twice_in_one_command(self):
        self.load(*self.files, *self.files)
        self.assert_golden()
        self.assertEqual(self.sql("SELECT count(*) AS n FROM raw.loads"), [{"n": len(self.files)}])

    def test_again_reads_all_and_finds_only_duplicates(self):
        self.load(*self.files)
        tables = self.load("--again", *self.files)
        self.assertEqual(tables["visits"], {"received": 2821, "stored": 0, "dead_letters": 0, "duplicates": 2821})
        self.assertEqual(tables["events"]["duplicates"], 15073)
        self.assertEqual(tables["purchase_items"]["duplicates"], 1418)
        self.assert_golden()

    def test_a_file_that_grows_line_by_line_and_inside_lines(self):
        file = self.folder / "growing.jsonl"
        stored = 0
        for length in [0, 1, 5000, 5001, len(self.text) // 3, len(self.text) // 2, len(self.text) - 1, len(self.text)]:
            file.write_bytes(self.text[:length])
            # A line that was cut in two is refused when half of it is there, and stored when all of it is.
            before = sum(1 for line in self.text[:length].splitlines(keepends=True) if line.endswith(b"\n"))
            half = length > 0 and not self.text[:length].endswith(b"\n")
            tables = self.load("--contract", "visits", file, expect=program.EXIT_PARTIAL if half and length < len(self.text) - 1 else 0)
            stored += tables["visits"]["stored"]
            self.assertEqual(tables["visits"]["duplicates"], 0)
            self.assertIn(stored - before, [0, 1])
            self.assert_whole()
        self.assertEqual(stored, 2821)
        self.assert_golden()

    def test_a_dry_run_tells_the_same_and_stores_nothing(self):
        self.load(*self.files[:10])
        content = self.content()
        would = self.load("--dry-run", *self.files)
        self.assertTrue(self.summary["dry_run"])
        self.assertEqual(self.content(), content)
        self.assertEqual(self.sql("SELECT count(*) AS n FROM raw.loads"), [{"n": 10}])
        self.assertEqual(self.load(*self.files), would)
        self.assert_golden()

    def test_a_dry_run_into_an_empty_folder_then_the_load(self):
        would = self.load("--dry-run", *self.files)
        self.assertEqual(self.sql("SELECT count(*) AS n FROM curated.visits"), [{"n": 0}])
        self.assertEqual(self.load(*self.files), would)

    def test_two_loads_at_once_never_both_write(self):
        first = self.start("load", "--quiet", *self.files)
        second = self.start("load", "--quiet", *self.files)
        codes = sorted([first.wait(program.PATIENCE_SECONDS), second.wait(program.PATIENCE_SECONDS)])
        self.assertIn(codes, [[0, 0], [0, 1]])
        self.assert_golden()


if __name__ == "__main__":
    program.main()

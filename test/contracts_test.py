#!/usr/bin/env python3
"""Contracts: what is wrong with one is told with its place and remedy, what a change breaks, what a file would become.

MILLRACE_REAL_DATA names the folder with online-retail/ and completejourney/; tests over them are skipped without it,
loudly.
"""

import gzip
import json
import os
import pathlib
import re
import subprocess
import unittest

import program

BUILTIN = ["visits", "clicks", "transactions", "stock", "ecom_events", "orders", "catalog_changes"]
EXAMPLES = program.ROOT / "contracts" / "examples"
GUIDE = program.ROOT / "docs" / "contracts.md"
REAL_DATA = pathlib.Path(os.environ.get("MILLRACE_REAL_DATA", ""))

CLICKS = b"""{"event_time":"2024-07-01T09:00:00Z","product_id":"P1","user_id":"U1"}
{"event_time":"2024-07-01T09:00:01Z","user_id":"U1"}

{"event_time":7}
not JSON
"""


class ContractsTest(program.MillraceTest):
    def contracts(self, *words, **options):
        text = self.run_command("contracts", *words, **options)
        self.assertFalse(self.data.exists(), "looking at contracts made a data folder")
        return text

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return name

    def guide_block(self, language):
        return re.search(rf"```{language}\n(.*?)```", GUIDE.read_text(), re.S).group(1)


class Contracts(ContractsTest):
    def test_the_list_names_all_that_are_inside(self):
        rows = json.loads(self.contracts("list", "--output", "json"))
        self.assertEqual([row["name"] for row in rows], BUILTIN)
        table = self.contracts("list")
        for row in rows:
            for value in row.values():
                self.assertIn(value, table)

    def test_the_file_of_each_is_shown_and_is_sound(self):
        for name in BUILTIN:
            text = self.contracts("show", name)
            self.assertEqual(text, (program.ROOT / "contracts" / f"{name}.yaml").read_text())
            self.assertEqual(self.contracts("lint", self.write("copy.yaml", text)), "")
        self.assertEqual(self.contracts("lint", *BUILTIN, *EXAMPLES.glob("*.yaml")), "")
        self.assertIn("9 contracts: 0 errors, 0 warnings", self.last_error)

    def test_every_finding_has_its_place_and_remedy(self):
        wrong = self.contracts("show", "clicks").replace("required: true", "requierd: true").replace("1.0.0", "one")
        self.write("wrong.yaml", wrong)
        lines = self.contracts("lint", "wrong.yaml", expect=program.EXIT_CHECKS_FAILED).splitlines()
        self.assertIn('wrong.yaml:6:10: error: version is "one"; write three numbers, such as 1.0.0', lines)
        self.assertTrue(any("did you mean required?" in line for line in lines))
        findings = json.loads(self.contracts("lint", "--output", "json", "wrong.yaml", expect=program.EXIT_CHECKS_FAILED))
        self.assertEqual(lines, ["{file}:{line}:{column}: {severity}: {message}; {remedy}".format(**each) for each in findings])
        self.assertEqual(self.contracts("lint", "-", stdin=wrong.encode(), expect=program.EXIT_CHECKS_FAILED).splitlines(),
                         [line.replace("wrong.yaml:", "-:", 1) for line in lines])

    def test_warnings_do_not_fail(self):
        self.write("warned.yaml", self.contracts("show", "orders").replace("currency: USD", ""))
        self.assertIn("warning: prices or amounts have no currency", self.contracts("lint", "warned.yaml"))

    def test_what_is_no_contract_is_told(self):
        self.contracts("show", "click", expect=program.EXIT_FAILED)
        self.assertIn("did you mean clicks?", self.last_error)
        self.contracts("lint", "nothing.yaml", expect=program.EXIT_FAILED)
        self.assertIn("no contract and no file nothing.yaml", self.last_error)
        self.contracts("lint", ".", expect=program.EXIT_FAILED)
        (self.folder / "huge.yaml").write_bytes(b"#" * 5_000_000)
        self.assertIn("more than 262144", self.contracts("lint", "huge.yaml", expect=program.EXIT_CHECKS_FAILED))
        self.write("broken.yaml", "a: [")
        for words in (["show", "broken.yaml"], ["diff", "clicks", "broken.yaml"], ["test", "--contract", "broken.yaml", "-"]):
            self.contracts(*words, expect=program.EXIT_CHECKS_FAILED)
            self.assertIn("broken.yaml:", self.last_error)

    def test_usage_errors(self):
        for words in ([], ["lst"], ["show"], ["lint"], ["diff", "clicks"], ["test"], ["list", "--output", "csv"],
                      ["test", "--limit", "x", "-"], ["test", "--nonsense", "-"]):
            self.contracts(*words, expect=program.EXIT_USAGE)
            self.assertNotEqual(self.last_error, "")

    def test_a_difference_says_what_breaks_and_what_the_version_must_be(self):
        old = self.write("old.yaml", self.contracts("show", "clicks"))
        self.assertEqual(self.contracts("diff", "clicks", old), "both mean the same\n")
        text = (self.folder / old).read_text()
        narrower = self.write("narrower.yaml", text.replace("      - name: user_id\n", "      - name: user_id\n        required: true\n"))
        told = self.contracts("diff", old, narrower, expect=program.EXIT_CHECKS_FAILED)
        self.assertEqual(told, "breaking    property user_id: is required, was not: records that were stored before are refused\n")
        self.assertIn("write 2.0.0", self.last_error)
        self.write("narrower.yaml", (self.folder / narrower).read_text().replace("version: 1.0.0", "version: 2.0.0"))
        self.contracts("diff", old, narrower)
        back = json.loads(self.contracts("diff", "--output", "json", narrower, old, expect=program.EXIT_CHECKS_FAILED))
        self.assertFalse(back["breaking"])
        self.assertEqual(back["changes"][0]["kind"], "compatible")
        self.assertIn("older", back["version_fault"])

    def test_a_file_is_shown_as_what_it_would_become(self):
        (self.folder / "clicks.jsonl").write_bytes(CLICKS)
        (self.folder / "clicks.jsonl.gz").write_bytes(gzip.compress(CLICKS))
        subprocess.run(["zstd", "-q", "clicks.jsonl"], cwd=self.folder, check=True)
        plain = self.contracts("test", "clicks.jsonl", expect=program.EXIT_CHECKS_FAILED)
        self.assertIn("by the contract clicks 1.0.0", plain)
        self.assertRegex(plain, r'\n +1  view_item +2024-07-01T09:00:00Z +product_id="P1" user_id="U1"\n')
        self.assertRegex(plain, r"\n +4  refused: wrong_type: event_time is a number")
        self.assertRegex(plain, r"\n4 records, 2 refused\n")
        for file in ("clicks.jsonl.gz", "clicks.jsonl.zst"):
            self.assertEqual(self.contracts("test", file, expect=program.EXIT_CHECKS_FAILED), plain)
        self.assertEqual(self.contracts("test", "-", stdin=CLICKS, expect=program.EXIT_CHECKS_FAILED), plain)

    def test_the_summary_is_of_all_records_whatever_is_shown(self):
        answer = json.loads(self.contracts("test", "--output", "json", "--limit", "2", "-", stdin=CLICKS * 500,
                                           expect=program.EXIT_CHECKS_FAILED))
        self.assertEqual(len(answer["records"]), 2)
        self.assertEqual(answer["summary"], {"records": 2000, "refused_records": 1000, "accepted": {"page_view": 500, "view_item": 500},
                                             "refused": {"not_json": 500, "wrong_type": 500}})

    def test_a_file_that_follows_no_contract_is_told_what_it_lacks(self):
        self.contracts("test", "-", stdin=b'{"session_id":"S","user_id":"U"}\n', expect=program.EXIT_USAGE)
        self.assertIn("it comes nearest to visits, but has no events; name yours with --contract", self.last_error)
        self.contracts("test", "nothing.csv", expect=program.EXIT_FAILED)
        self.assertIn("nothing.csv", self.last_error)

    def test_a_cut_archive_is_told(self):
        (self.folder / "cut.jsonl.gz").write_bytes(gzip.compress(CLICKS)[:-20])
        self.contracts("test", "--contract", "clicks", "cut.jsonl.gz", expect=program.EXIT_FAILED)
        self.assertIn("cut.jsonl.gz", self.last_error)

    def test_a_record_without_end_is_refused_and_the_next_one_read(self):
        long = b'{"event_time":"' + b"x" * 9_000_000 + b'"}\n'
        answer = json.loads(self.contracts("test", "--output", "json", "-", stdin=CLICKS[:80] + b"\n" + long + CLICKS[:71],
                                           expect=program.EXIT_CHECKS_FAILED))
        self.assertEqual(answer["summary"]["refused"]["too_large"], 1)
        self.assertEqual(answer["records"][-1]["becomes"], "view_item")

    def test_visits_are_shown_with_their_events(self):
        lines = self.simulate(50, 1)
        answer = json.loads(self.contracts("test", "--output", "json", "-", stdin=b"".join(lines)))
        self.assertEqual(answer["contract"], "visits")
        self.assertEqual(answer["summary"]["accepted"]["visit"], 50)
        self.assertEqual(sum(int(record["values"]["events"]) for record in answer["records"]),
                         sum(len(json.loads(line)["events"]) for line in lines[:20]))

    def test_a_file_cannot_command_the_terminal(self):
        text = self.contracts("test", "-", stdin=b'{"event_time":"2024-07-01","product_id":"\\u001b[31m\\u009b"}\n')
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\x9b", text)

    def test_the_guide_shows_what_happens(self):
        self.write("till.yaml", self.guide_block("yaml"))
        self.write("lines.csv", self.guide_block("csv"))
        self.assertEqual(self.contracts("lint", "till.yaml"), "")
        shown = self.contracts("test", "--contract", "till.yaml", "lines.csv", expect=program.EXIT_CHECKS_FAILED)
        self.assertEqual(shown, self.guide_block("text"))

    def test_the_guide_names_every_word(self):
        text = GUIDE.read_text()
        for name in BUILTIN:
            self.assertIn(f"`{name}`", text)
        # An unknown word makes lint list those that there are.
        self.write("till.yaml", self.guide_block("yaml").replace("user_id: Card", "zzzzzz: Card").replace("values: {sale: purchase",
                                                                                                         "values: {sale: zzzzzz"))
        told = self.contracts("lint", "till.yaml", expect=program.EXIT_CHECKS_FAILED)
        words = [word for listed in re.findall(r"expected one of: ([a-z_, ]+)", told) for word in listed.strip(", ").split(", ")]
        self.assertGreater(len(words), 20)
        for word in words:
            self.assertIn(f"`{word}`", text)


class RealFiles(ContractsTest):
    @classmethod
    def setUpClass(cls):
        if not (REAL_DATA / "online-retail").is_dir():
            raise unittest.SkipTest("NOT TESTED: the real files are not there; MILLRACE_REAL_DATA must name their folder")

    def summary(self, contract, file):
        text = self.contracts("test", "--output", "json", "--limit", "0", "--contract", EXAMPLES / f"{contract}.yaml", file)
        return json.loads(text)["summary"]

    def test_online_retail(self):
        records, refunds = 0, 0
        for file in sorted((REAL_DATA / "online-retail").glob("*.csv")):
            summary = self.summary("online_retail", file)
            records += summary["records"]
            refunds += summary["accepted"].get("refund", 0)
            self.assertEqual(summary["refused"], {}, file)
        self.assertEqual((records, refunds), (58345, 1029))

    def test_completejourney(self):
        summary = self.summary("completejourney", REAL_DATA / "completejourney" / "transactions.csv")
        self.assertEqual(summary, {"records": 15000, "refused_records": 0, "accepted": {"purchase_line": 15000}, "refused": {}})


if __name__ == "__main__":
    program.main()

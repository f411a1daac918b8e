#!/usr/bin/env python3
"""Loads every bad record and a few good ones, and looks for each of them again: what was refused comes back byte for
byte with its reason, line and event, and what was sound beside it is stored.

The records are those of bad_records/visits.cases. MILLRACE names the program, build/millrace otherwise.
"""

import collections
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
MILLRACE = os.environ.get("MILLRACE", str(ROOT / "build" / "millrace"))
CASES = ROOT / "test" / "bad_records" / "visits.cases"

EXIT_PARTIAL = 4

GOOD = (
    b'{"session_id": "good-%d", "user_id": "UID-1", "device_type": "tablet", "geolocation": "1,2", "user_agent": "A", '
    b'"events": [{"event_type": "page_view", "timestamp": "2024-07-01T09:00:00", "details": {"page_url": "u"}}]}'
)


@dataclasses.dataclass
class Case:
    name: str
    refusals: list = dataclasses.field(default_factory=list)  # (event index or None, reason)
    stored: int | None = None
    record: bytes = b""
    payloads: list = dataclasses.field(default_factory=list)


def expand(text, fragments):
    def replacement(match):
        inside = match.group(1)
        count, star, repeated = inside.partition("*")
        return repeated * int(count) if star else expand(fragments[inside], fragments)

    return re.sub(r"%\(([^)]*)\)", replacement, text)


def take_record(text, case):
    start = 0
    for part in re.split(r"(\\<|\\>|\\x[0-9A-Fa-f]{2})", text):
        if part == r"\<":
            start = len(case.record)
        elif part == r"\>":
            case.payloads.append(case.record[start:])
        elif part.startswith(r"\x"):
            case.record += bytes.fromhex(part[2:])
        else:
            case.record += part.encode()


def read_cases(path):
    fragments = {}
    cases = []
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        key, value = line.split(": ", 1)
        if key == "let":
            name, text = value.split("=", 1)
            fragments[name] = text
        elif key == "case":
            cases.append(Case(value))
            fragments["name"] = value
        elif key == "refused":
            unit, reason = value.rsplit(" ", 1)
            cases[-1].refusals.append((int(unit[6:]) if unit != "record" else None, reason))
        elif key == "stored":
            cases[-1].stored = int(value)
        elif key == "record":
            take_record(expand(value, fragments), cases[-1])
        else:
            raise ValueError(line)
    return cases


def fits_a_line(record):
    """A file holds one record a line: those with a line end inside, or at their end, cannot stand in one."""
    return b"\n" not in record and not record.endswith(b"\r")


@dataclasses.dataclass(frozen=True)
class DeadLetter:
    line: int
    event: int | None
    unit: str
    reason: str
    payload: bytes


class DeadLettersTest(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.cases = [case for case in read_cases(CASES) if fits_a_line(case.record)]
        cls.folder = tempfile.TemporaryDirectory(prefix="millrace-dead-letters-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.path = pathlib.Path(cls.folder.name)
        cls.file = cls.path / "visits.jsonl"
        cls.write_file()
        cls.loaded = cls.millrace("load", "--quiet", cls.file)

    @classmethod
    def write_file(cls):
        """Each bad record on an odd line, with a good one behind it."""
        with open(cls.file, "wb") as file:
            for number, case in enumerate(cls.cases):
                file.write(case.record + b"\n" + GOOD % number + b"\n")

    @classmethod
    def millrace(cls, *words):
        command = [MILLRACE, "--data-dir", str(cls.path / "data"), *map(str, words)]
        return subprocess.run(command, capture_output=True, timeout=120, check=False)

    def checked(self, *words):
        done = self.millrace(*words)
        self.assertEqual(done.returncode, 0, done.stderr.decode(errors="replace"))
        return done.stdout

    def rows(self, sql):
        return json.loads(self.checked("sql", "--output", "json", sql))

    def value(self, sql):
        ((value,),) = (row.values() for row in self.rows(sql))
        return int(value)

    def expected(self):
        letters = []
        for number, case in enumerate(self.cases):
            payloads = iter(case.payloads)
            for event, reason in case.refusals:
                unit = "record" if event is None else "event"
                payload = case.record if event is None else next(payloads)
                letters.append(DeadLetter(2 * number + 1, event, unit, reason, payload))
        return letters

    def exported(self, *words):
        folder = self.path / f"export-{self.id()}"
        self.checked("dead-letters", "export", *words, "--to", folder)
        return {int(path.stem): path.read_bytes() for path in folder.glob("*.bin")}

    def test_load_tells_by_its_exit_code_that_some_were_refused(self):
        self.assertEqual(self.loaded.returncode, EXIT_PARTIAL, self.loaded.stderr.decode(errors="replace"))

    def test_corpus_holds_enough(self):
        self.assertGreaterEqual(len(self.cases), 120)

    def test_every_refusal_comes_back_byte_for_byte(self):
        payloads = self.exported()
        letters = [
            DeadLetter(int(row["source_line"]), row["source_event_index"], row["unit"], row["reason"],
                       payloads[int(row["dead_letter_id"])])
            for row in self.rows(
                "SELECT dead_letter_id::VARCHAR AS dead_letter_id, source_line, source_event_index, unit, reason "
                "FROM raw.dead_letters")
        ]
        self.assertEqual(len(payloads), len(letters))
        names = {2 * number + 1: case.name for number, case in enumerate(self.cases)}
        missing = collections.Counter(self.expected()) - collections.Counter(letters)
        surplus = collections.Counter(letters) - collections.Counter(self.expected())
        self.assertEqual([], [(names[letter.line], str(letter)[:300]) for letter in missing], "missing")
        self.assertEqual([], [(names.get(letter.line), str(letter)[:300]) for letter in surplus], "not expected")

    def test_payload_in_the_table_is_that_of_the_export(self):
        payloads = self.exported()
        rows = self.rows("SELECT dead_letter_id::VARCHAR AS id, md5(payload) AS md5 FROM raw.dead_letters")
        self.assertEqual({int(row["id"]): row["md5"] for row in rows},
                         {id: hashlib.md5(payload).hexdigest() for id, payload in payloads.items()})

    def test_sound_events_beside_refused_ones_are_stored(self):
        expected = {case.name: case.stored for case in self.cases if case.stored}
        rows = self.rows("SELECT session_id, count(*) AS events FROM curated.events "
                         "WHERE session_id NOT LIKE 'good-%' GROUP BY ALL")
        self.assertEqual({row["session_id"]: int(row["events"]) for row in rows}, expected)

    def test_good_record_behind_each_bad_one_is_stored(self):
        rows = self.rows("SELECT session_id, source_line FROM curated.visits WHERE session_id LIKE 'good-%'")
        self.assertEqual({(row["session_id"], int(row["source_line"])) for row in rows},
                         {(f"good-{number}", 2 * number + 2) for number in range(len(self.cases))})

    def test_events_received_are_stored_or_refused(self):
        refused = sum(event is not None for case in self.cases for event, _ in case.refusals)
        stored = sum(case.stored or 0 for case in self.cases) + len(self.cases)
        self.assertEqual(self.value("SELECT count(*) AS n FROM raw.dead_letters WHERE unit = 'event'"), refused)
        self.assertEqual(self.value("SELECT count(*) AS n FROM curated.events"), stored)

    def test_every_dead_letter_has_a_message_a_time_and_its_file(self):
        self.assertEqual(self.value("SELECT count(*) AS n FROM raw.dead_letters WHERE message = '' OR received_at IS NULL "
                                    "OR source_file IS NULL OR status <> 'open'"), 0)

    def test_reasons_are_counted(self):
        reasons = json.loads(self.checked("dead-letters", "reasons", "--output", "json"))
        expected = collections.Counter(letter.reason for letter in self.expected())
        self.assertEqual({row["reason"]: int(row["dead_letters"]) for row in reasons}, dict(expected))

    def test_export_of_one_reason_holds_only_that(self):
        payloads = self.exported("--reason", "amount_mismatch")
        expected = [letter.payload for letter in self.expected() if letter.reason == "amount_mismatch"]
        self.assertEqual(sorted(payloads.values()), sorted(expected))

    def test_list_shows_them_all_as_text_without_control_characters(self):
        listed = self.checked("dead-letters", "list", "--limit", "10000")
        text = listed.decode("utf-8")
        self.assertFalse([c for c in text if ord(c) < 32 and c != "\n"])
        self.assertIn("amount_mismatch", text)

    def test_show_ends_with_the_exact_bytes(self):
        (row,) = self.rows("SELECT dead_letter_id::VARCHAR AS id FROM raw.dead_letters WHERE source_line = 1")
        shown = self.checked("dead-letters", "show", row["id"])
        self.assertTrue(shown.endswith(b"\n" + self.cases[0].record + b"\n"))

    def test_loading_the_file_again_adds_nothing(self):
        before = self.rows("SELECT (SELECT count(*) FROM raw.dead_letters) AS dead, "
                           "(SELECT count(*) FROM curated.events) AS events")
        self.assertEqual(self.millrace("load", "--quiet", self.file).returncode, 0)
        after = self.rows("SELECT (SELECT count(*) FROM raw.dead_letters) AS dead, "
                          "(SELECT count(*) FROM curated.events) AS events")
        self.assertEqual(after, before)


if __name__ == "__main__":
    unittest.main()

#!/usr/bin/env python3
"""How visits are cut into files, packed, ordered and shared among workers makes no difference to what is stored."""

import gzip
import random
import subprocess
import unittest

import program


class LoadRegrouping(program.RealVisitsTest):
    def setUp(self):
        super().setUp()
        self.input = self.folder / "input"
        self.input.mkdir()

    def test_backwards(self):
        (self.input / "all.jsonl").write_bytes(b"".join(reversed(self.lines)))
        self.load(self.input)
        self.assert_golden()

    def test_shuffled(self):
        for seed in (1, 2, 3):
            lines = self.lines[:]
            random.Random(seed).shuffle(lines)
            (self.input / f"{seed}.jsonl").write_bytes(b"".join(lines))
            self.load(self.input)  # from the second on: all known by their visits
            self.assert_golden()

    def test_all_in_one_file(self):
        (self.input / "all.jsonl").write_bytes(self.text)
        self.load(self.input)
        self.assert_golden()
        self.load(*self.files)
        self.assert_golden()

    def test_one_file_a_visit(self):
        for number, line in enumerate(self.lines[:400]):
            (self.input / f"{number}.json").write_bytes(line.rstrip(b"\n") if number % 2 else line)
        (self.input / "rest.ndjson").write_bytes(b"".join(self.lines[400:]))
        self.load(self.input)
        self.assertEqual(self.summary["files"], 401)
        self.assert_golden()

    def test_every_compression_and_several_members(self):
        for number, file in enumerate(self.files):
            text = file.read_bytes()
            target = self.input / file.name
            if number % 4 == 0:
                target.write_bytes(text)
            elif number % 4 == 1:
                target.with_name(file.name + ".gz").write_bytes(gzip.compress(text))
            elif number % 4 == 2:
                subprocess.run(["zstd", "-q", "--no-check", "-"], input=text, check=True,
                               stdout=open(target.with_name(file.name + ".zst"), "wb"))
            else:  # in pieces that end anywhere, under a name that tells nothing
                third = len(text) // 3
                target.write_bytes(gzip.compress(text[:third]) + gzip.compress(b"") + gzip.compress(text[third:]))
        self.load(self.input)
        self.assert_golden()

    def test_any_number_of_workers(self):
        content = None
        for workers in (1, 2, 4, 16):
            self.data = self.folder / f"data-{workers}"
            self.load("--workers", workers, *self.files)
            self.assert_golden()
            content = content or self.content()
            self.assertEqual(self.content(), content)

    def test_standard_input(self):
        self.load("-", stdin=self.text)
        self.assert_golden()
        self.load("-", stdin=gzip.compress(self.text))
        self.assert_golden()
        self.assertEqual(self.sql("SELECT DISTINCT source_file AS f FROM curated.visits"), [{"f": "-"}])

    def test_windows_line_ends_and_byte_order_marks(self):
        for file in self.files:
            text = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n") + b"\r\n"
            (self.input / file.name).write_bytes(text)
        self.load(self.input)
        self.assert_golden()

    def test_every_visit_in_several_messages_that_overlap(self):
        import json
        random_source = random.Random(5)
        messages = []
        for line in self.lines:
            visit = json.loads(line)
            events = visit["events"]
            cut = random_source.randrange(len(events) + 1)
            for part in (events[:cut], events[cut:], events[:random_source.randrange(len(events) + 1)]):
                if part:
                    messages.append(json.dumps({**visit, "events": part}))
        # Equal events of one visit are told apart within a message only, so cut where that makes no difference.
        distinct = {json.dumps([json.loads(line)["session_id"], json.loads(line)["user_id"], json.loads(line)["device_type"],
                                event]) for line in self.lines for event in json.loads(line)["events"]}
        random_source.shuffle(messages)
        for number in range(7):
            (self.input / f"{number}.jsonl").write_text("\n".join(messages[number::7]) + "\n")
        self.load(self.input)
        self.assert_whole()
        self.assert_nothing_left()
        (row,) = self.sql("SELECT (SELECT count(*) FROM curated.visits) AS visits, "
                          "(SELECT count(DISTINCT (visit_key, event_type, event_time, page_url, referrer_url, product_id, "
                          "quantity, order_id)) FROM curated.events) AS events, "
                          "(SELECT sum(amount)::VARCHAR FROM curated.purchases) AS revenue, "
                          "(SELECT sum(revenue)::VARCHAR FROM curated.visits) AS visit_revenue")
        self.assertEqual(row["visits"], 2821)
        self.assertEqual(row["events"], len(distinct))
        self.assertEqual(row["revenue"], program.GOLDEN["revenue"])
        self.assertEqual(row["visit_revenue"], program.GOLDEN["revenue"])


if __name__ == "__main__":
    program.main()

#!/usr/bin/env python3
"""The checker of the fault tests finds what it is there for: a checker that cannot fail is worth nothing."""

import pathlib
import tempfile
import unittest

import history
import program
from history import Checker, History, Stored


def payload(key, sequence):
    return f'{{"id": "{key}#{sequence}"}}'.encode()


class CheckerTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="millrace-history-")
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "history.ndjson"
        self.history = History(self.file)
        self.addCleanup(self.history.close)
        self.stored = []
        for sequence in range(6):  # requests of two records, two keys, all acknowledged but the last
            for partition, key in enumerate(("a", "b")):
                self.send(key, sequence, status=202 if sequence < 5 else None)
        for partition, key in enumerate(("a", "b")):
            for offset in range(10):
                self.stored.append(self.record(key, offset, partition, offset))

    def send(self, key, request, status):
        records = [(f"{key}#{n}", n, payload(key, n)) for n in (2 * request, 2 * request + 1)]
        self.history.add(door="collect", topic="t", key=key, records=records, sent=1.0, answered=2.0, status=status)

    @staticmethod
    def record(key, sequence, partition, offset, content=None):
        return Stored(f"{key}#{sequence}", history.content_hash(content or payload(key, sequence)), key, partition, offset)

    def check(self, **options):
        return Checker(self.history, lambda topic: iter(self.stored), **options).check()

    def assert_fault(self, *kinds, **options):
        self.assertEqual(sorted(self.check(**options).faults), sorted(kinds))

    def test_what_agrees_is_sound(self):
        verdict = self.check()
        self.assertTrue(verdict.is_sound(), verdict)
        self.assertEqual((verdict.sent, verdict.acknowledged, verdict.stored, verdict.unknown_stored), (24, 20, 20, 0))

    def test_unknown_records_may_be_stored_wholly_or_in_part(self):
        self.stored.append(self.record("b", 10, 1, 10))
        verdict = self.check()
        self.assertTrue(verdict.is_sound(), verdict)
        self.assertEqual(verdict.unknown_stored, 1)

    def test_a_lost_acknowledged_record_is_found_at_the_end(self):
        self.stored.pop()
        self.assert_fault("acknowledged and lost")

    def test_a_lost_acknowledged_record_is_found_in_the_middle_by_its_offset_too(self):
        del self.stored[3]
        self.assert_fault("acknowledged and lost", "offsets missing")

    def test_a_lost_record_at_the_start_leaves_its_offset_missing(self):
        del self.stored[0]
        self.assert_fault("acknowledged and lost", "offsets missing")

    def test_a_gap_that_the_program_reports_is_no_missing_offset_but_its_records_are_lost_all_the_same(self):
        del self.stored[3]
        self.assert_fault("acknowledged and lost", gaps=[("t", 0, 3, 4)])

    def test_an_empty_log_has_lost_everything(self):
        self.stored.clear()
        self.assertEqual(len(self.check().faults["acknowledged and lost"]), 20)

    def test_a_changed_payload_is_found(self):
        self.stored[4] = self.record("a", 4, 0, 4, content=b"other bytes")
        self.assert_fault("changed")

    def test_a_record_that_nobody_sent_is_found(self):
        self.stored.append(self.record("z", 1, 1, 10))
        self.assert_fault("stored and never sent")

    def test_a_record_of_another_topic_is_found(self):
        self.history.add(door="collect", topic="u", key="c", records=[("c#0", 0, b"{}")], sent=1, answered=1, status=202)
        self.stored.append(Stored("c#0", history.content_hash(b"{}"), "c", 1, 10))
        faults = self.check().faults
        self.assertIn("stored and never sent", faults)

    def test_a_record_under_another_key_is_found(self):
        self.stored[9] = Stored("a#9", self.stored[9].hash, "b", 0, 9)
        self.assert_fault("under another key")

    def test_records_of_a_key_out_of_order_are_found(self):
        self.stored[3], self.stored[4] = self.record("a", 4, 0, 3), self.record("a", 3, 0, 4)
        self.assert_fault("out of order")

    def test_a_key_in_two_partitions_is_found(self):
        self.stored[9] = self.record("a", 9, 7, 0)
        self.assert_fault("key in two partitions")

    def test_a_record_stored_twice_is_found_where_each_is_stored_once(self):
        self.stored.append(self.record("b", 9, 1, 10))
        self.assert_fault("stored twice")
        self.assertTrue(self.check(once=False).is_sound())

    def test_offsets_that_go_back_are_found(self):
        self.stored[5], self.stored[4] = self.stored[4], self.stored[5]
        self.assertIn("offset not ascending", self.check().faults)

    def test_a_reader_without_places_is_checked_for_what_it_has(self):
        self.stored = [Stored(record.id, record.hash) for record in reversed(self.stored)]
        self.assertTrue(self.check().is_sound())
        self.stored.pop()
        self.assert_fault("acknowledged and lost")

    def test_a_history_is_read_back_as_it_was_written(self):
        again = History.read(self.file)
        self.addCleanup(again.close)
        self.assertEqual(again.sent(), self.history.sent())
        self.assertEqual((again.requests, again.acknowledged_requests), (12, 10))

    def test_what_another_history_sent_may_be_there_or_not(self):
        other = History(self.file.with_name("other"))
        self.addCleanup(other.close)
        other.add(door="push", topic="t", key="c", records=[("c#0", 0, b"{}")], sent=1, answered=2, status=200)
        self.history.add_as_unknown(other)
        self.assertTrue(self.check().is_sound())
        self.stored.append(Stored("c#0", history.content_hash(b"{}"), "c", 1, 10))
        self.assertTrue(self.check().is_sound())

    def test_only_an_answer_of_2xx_acknowledges(self):
        for status in (None, 100, 301, 400, 429, 500, 503):
            self.send("c", 0, status)
            self.assertFalse(self.history.sent()["c#0"].acknowledged, status)
        for status in (200, 202, 204):
            self.send("c", 0, status)
            self.assertTrue(self.history.sent()["c#0"].acknowledged, status)


class FaultPlanTest(unittest.TestCase):
    def test_the_same_seed_makes_the_same_plan_and_tells_it(self):
        first, second = history.FaultPlan(7, MILLRACE_KILLS=3), history.FaultPlan("7")
        self.assertEqual([first.random.random() for _ in range(5)], [second.random.random() for _ in range(5)])
        self.assertIn("MILLRACE_SEED=7 MILLRACE_KILLS=3 python3", first.command())


if __name__ == "__main__":
    program.main()

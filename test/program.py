"""The program under test, the numbers it must tell of the real visits, and what must hold of every warehouse.

MILLRACE names the program (build/millrace otherwise), MILLRACE_VISITS_DATA the folder with the real visits,
MILLRACE_REAL_DATA the one with the real sales (online-retail/, completejourney/); tests that need them are skipped
without it, loudly.
"""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
MILLRACE = os.environ.get("MILLRACE") or str(ROOT / "build" / "millrace")
VISITS_DATA = os.environ.get("MILLRACE_VISITS_DATA", "")
REAL_DATA = os.environ.get("MILLRACE_REAL_DATA", "")

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_CHECKS_FAILED = 3
EXIT_PARTIAL = 4
EXIT_INTERRUPTED = 130

PATIENCE_SECONDS = 120  # for one command, in a build with sanitizers on a busy machine

# Of the 20 files of real visits, counted with plain SQL over the files.
GOLDEN = {
    "visits": 2821,
    "sessions": 2446,
    "page_views": 11451,
    "cart_adds": 2901,
    "purchases": 721,
    "items": 1418,
    "units": 4300,
    "revenue": "2059377.0000",
    "hardware": "1695685.6600",
    "software": "200015.3000",
    "peripherals": "163676.0400",
    "devices": {"mobile": 1665, "desktop": 893, "tablet": 263},
    "pages": {"home": [2821, 2821], "products": [2821, 2821], "cart": [2252, 5232], "contact": [281, 297],
              "about": [270, 280]},
    "with_cart": 1466,
    "with_purchase": 721,
    "first": "2024-07-01 09:00:00",
    "last": "2024-07-21 07:10:00",
    "minutes": 2610,
    "busiest_minute": 12,
}

_GOLDEN_SQL = """
SELECT (SELECT count(*) FROM curated.visits) AS visits,
 (SELECT count(DISTINCT session_id) FROM curated.visits) AS sessions,
 (SELECT count(*) FROM curated.page_view_events) AS page_views,
 (SELECT count(*) FROM curated.cart_adds) AS cart_adds,
 (SELECT count(*) FROM curated.purchases) AS purchases,
 (SELECT count(*) FROM curated.purchase_items) AS items,
 (SELECT sum(quantity)::BIGINT FROM curated.purchase_items) AS units,
 (SELECT sum(amount)::VARCHAR FROM curated.purchases) AS revenue,
 (SELECT sum(line_amount)::VARCHAR FROM curated.purchase_items WHERE category = 'hardware') AS hardware,
 (SELECT sum(line_amount)::VARCHAR FROM curated.purchase_items WHERE category = 'software') AS software,
 (SELECT sum(line_amount)::VARCHAR FROM curated.purchase_items WHERE category = 'peripherals') AS peripherals,
 (SELECT count(*) FROM curated.visits WHERE cart_add_count > 0) AS with_cart,
 (SELECT count(*) FROM curated.visits WHERE purchase_count > 0) AS with_purchase,
 (SELECT min(event_time)::VARCHAR FROM curated.events) AS first,
 (SELECT max(event_time)::VARCHAR FROM curated.events) AS last,
 (SELECT count(DISTINCT date_trunc('minute', event_time)) FROM curated.page_view_events) AS minutes,
 (SELECT max(n) FROM (SELECT count(*) AS n FROM curated.page_view_events GROUP BY date_trunc('minute', event_time)))
   AS busiest_minute
"""

# Rows and progress tell the same, every visit has the events that it counts, and nothing is there twice.
_WHOLE_SQL = """
SELECT (SELECT count(*) FROM sealed.visit_events) = coalesce(sum(events_stored), 0) AS events_as_progress_says,
 (SELECT count(*) FROM sealed.purchase_items) = coalesce(sum(items_stored), 0) AS items_as_progress_says,
 (SELECT count(*) FROM raw.pending_records) = coalesce(sum(pending), 0) AS pending_as_progress_says,
 (SELECT count(*) FROM raw.dead_letters WHERE unit = 'event') = coalesce(sum(events_dead), 0) AS dead_as_progress_says,
 coalesce(bool_and(records_received = records_stored + records_dead + records_duplicate + pending), true) AS records_add_up,
 coalesce(bool_and(events_received = events_stored + events_dead + events_duplicate), true) AS events_add_up,
 coalesce(bool_and(items_received = items_stored + items_dead + items_duplicate), true) AS items_add_up,
 (SELECT count(*) = count(DISTINCT visit_key) FROM sealed.visits) AS visits_once,
 (SELECT count(*) = count(DISTINCT (visit_key, event_id)) FROM sealed.visit_events) AS events_once,
 (SELECT count(*) FROM sealed.visits v LEFT JOIN (SELECT visit_key, count(*) AS n, min(event_time) AS first,
   max(event_time) AS last FROM sealed.visit_events GROUP BY visit_key) e USING (visit_key)
   WHERE n IS DISTINCT FROM event_count OR first <> started_at OR last <> ended_at) = 0 AS visits_have_their_events,
 (SELECT count(*) FROM sealed.visit_events e ANTI JOIN sealed.visits v USING (visit_key)) = 0 AS events_have_their_visit,
 (SELECT count(*) FROM sealed.purchase_items i ANTI JOIN sealed.visit_events e USING (visit_key, event_id)) = 0
   AS items_have_their_event
FROM raw.progress
"""

# What is stored, whatever file and transaction it came by, and in whatever order the parts of a visit came.
_CONTENT_SQL = """
SELECT (SELECT count(*) || ' ' || bit_xor(hash(visit_key, session_id, user_id, device_type, geolocation, user_agent,
   started_at, ended_at, event_count, page_view_count, cart_add_count, purchase_count, revenue, currency))
   FROM curated.visits) AS visits,
 (SELECT count(*) || ' ' || bit_xor(hash(event_id, event_type, event_time, visit_key, page_url, referrer_url, product_id,
   price, quantity, order_id, amount, currency)) || ' ' || count(*) FILTER (first_of_page_in_visit)
   FROM curated.events) AS events,
 (SELECT count(*) || ' ' || bit_xor(hash(event_id, order_id, item_index, product_id, price, quantity, line_amount))
   FROM curated.purchase_items) AS items
"""


class MillraceTest(unittest.TestCase):
    """A test with a folder of its own, in which every command runs; the data folder is `data` in it."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="millrace-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "data"

    def start(self, *words, **options):
        """Starts a command; it is ended with the test."""
        options.setdefault("stdin", subprocess.DEVNULL)
        process = subprocess.Popen([MILLRACE, "--data-dir", str(self.data), *map(str, words)], cwd=self.folder,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        self.addCleanup(self._end, process)
        return process

    @staticmethod
    def _end(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()

    def run_command(self, *words, expect=EXIT_OK, stdin=b"", **options):
        """Runs a command to its end, with one of the exit codes expected; its output as text."""
        done = subprocess.run([MILLRACE, "--data-dir", str(self.data), *map(str, words)], input=stdin,
                              cwd=options.pop("cwd", self.folder), capture_output=True, timeout=PATIENCE_SECONDS, **options)
        self.last_error = done.stderr.decode()
        codes = expect if isinstance(expect, tuple) else (expect,)
        self.assertIn(done.returncode, codes, f"{words}\n{done.stdout.decode()}\n{self.last_error}")
        return done.stdout.decode()

    def load(self, *words, expect=EXIT_OK, **options):
        """Loads, and returns the summary's tables."""
        text = self.run_command("load", "--quiet", "--output", "json", *words, expect=expect, **options)
        summary = json.loads(text)
        for name, table in summary["tables"].items():
            self.assertEqual(table["received"], table["stored"] + table["dead_letters"] + table["duplicates"], name)
        self.summary = summary
        return summary["tables"]

    def sql(self, statement):
        """The rows of the answer."""
        text = self.run_command("sql", "--output", "ndjson", statement)
        return [json.loads(line) for line in text.splitlines()]

    def assert_whole(self):
        (checks,) = self.sql(_WHOLE_SQL)
        self.assertEqual([name for name, holds in checks.items() if not holds], [])
        self.assert_flat_whole()

    def assert_flat_whole(self):
        """The table of each contract has the rows that progress tells of, each once."""
        told = self.sql("SELECT contract AS name, sum(records_stored)::BIGINT AS rows FROM raw.progress "
                        "WHERE contract <> 'visits' GROUP BY ALL ORDER BY ALL")
        tables = {row["name"] for row in self.sql("SELECT name FROM raw.contracts WHERE name <> 'visits'")}
        for contract in told:
            (stored,) = self.sql(f"SELECT count(*) AS n, count(DISTINCT event_id) AS ids FROM records.{contract['name']}")
            self.assertEqual((stored["n"], stored["ids"]), (contract["rows"], contract["rows"]), contract["name"])
        for name in tables - {contract["name"] for contract in told}:
            self.assertEqual(self.sql(f"SELECT count(*) AS n FROM records.{name}"), [{"n": 0}], name)

    def assert_nothing_left(self):
        self.assertEqual(self.sql("SELECT count(*) AS n FROM raw.pending_records"), [{"n": 0}])
        self.assertEqual(self.sql("SELECT * FROM raw.loads WHERE state <> 'complete' OR finished_at IS NULL OR pending > 0"),
                         [])

    def content(self):
        return self.sql(_CONTENT_SQL)[0]

    def assert_golden(self):
        (numbers,) = self.sql(_GOLDEN_SQL)
        numbers["devices"] = {row["d"]: row["n"] for row in
                              self.sql("SELECT device_type::VARCHAR AS d, count(*) AS n FROM curated.visits GROUP BY ALL")}
        numbers["pages"] = {
            row["page"].rsplit("/", 1)[-1]: [row["visits"], row["views"]] for row in
            self.sql("SELECT page_url AS page, count(*) FILTER (first_of_page_in_visit) AS visits, count(*) AS views "
                     "FROM curated.page_view_events GROUP BY ALL")}
        self.assertEqual(numbers, GOLDEN)
        self.assert_whole()
        self.assert_nothing_left()

    def simulate(self, visits, seed):
        """The visits of a simulated shop, as lines."""
        done = subprocess.run([MILLRACE, "simulate", "--visits", str(visits), "--seed", str(seed)], check=True,
                              capture_output=True, timeout=PATIENCE_SECONDS)
        return done.stdout.splitlines(keepends=True)


class RealVisitsTest(MillraceTest):
    """A test over the real visits."""

    @classmethod
    def setUpClass(cls):
        cls.files = sorted(pathlib.Path(VISITS_DATA).glob("*.jsonl")) if VISITS_DATA else []
        if not cls.files:
            raise unittest.SkipTest("NOT TESTED: the real visits are not there; MILLRACE_VISITS_DATA must name their folder")
        cls.text = b"".join(file.read_bytes() for file in cls.files)
        cls.lines = cls.text.splitlines(keepends=True)


def wait_until(condition, what, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s for: {what}")
        time.sleep(0.02)


class _SkipTellingResult(unittest.TextTestResult):
    """Skips stand on a line of their own at the end, where nobody reads past them."""

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"SKIPPED {test}: {reason}", file=sys.stderr)


SKIP_CODE = 77  # of a file whose tests were all skipped


def main():
    """Runs the tests of the calling file."""
    result = unittest.main(testRunner=unittest.TextTestRunner(resultclass=_SkipTellingResult, verbosity=2), exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    if result.testsRun == 0 or result.testsRun == len(result.skipped):
        sys.exit(SKIP_CODE)

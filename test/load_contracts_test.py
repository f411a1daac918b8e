#!/usr/bin/env python3
"""Real sales of other people's shops come out exactly, by a contract alone: in any order and grouping, loaded twice,
killed at any moment.

MILLRACE_SEED repeats a run; MILLRACE_KILLS sets how many kills (20).
"""

import gzip
import os
import pathlib
import random
import signal
import time
import unittest

import program

EXAMPLES = program.ROOT / "contracts" / "examples"

# Counted with plain SQL over the files.
ONLINE_RETAIL = {
    "rows": 58345, "cancellations": 1029, "no_customer": 21908, "negative": 1130, "invoices": 2659, "products": 2934,
    "countries": 24, "free": 330, "no_description": 161, "repeated": 564, "units": 497164,
}
ONLINE_RETAIL_SQL = """
SELECT count(*) AS rows, count(*) FILTER (event_type = 'refund') AS cancellations,
 count(*) FILTER (user_id IS NULL) AS no_customer, count(*) FILTER (quantity < 0) AS negative,
 count(DISTINCT order_id) AS invoices, count(DISTINCT product_id) AS products,
 (SELECT count(DISTINCT country) FROM curated.online_retail) AS countries,
 count(*) FILTER (price = 0) AS free, count(*) FILTER (product_name IS NULL) AS no_description,
 count(*) - (SELECT count(*) FROM (SELECT DISTINCT * EXCLUDE (event_id, source_topic, source_partition, source_offset,
   source_file, source_line, received_at, epoch) FROM curated.online_retail)) AS repeated,
 sum(quantity)::BIGINT AS units
FROM curated.events WHERE source_topic = 'online_retail'
"""
COMPLETE_JOURNEY = {
    "rows": 15000, "stores": 198, "products": 8085, "units": 1654273, "not_positive": 76, "sales": "46616.6100",
    "first": "2017-01-01 07:30:27", "last": "2017-12-31 21:47:27",
}
COMPLETE_JOURNEY_SQL = """
SELECT count(*) AS rows, count(DISTINCT t.store_id) AS stores, count(DISTINCT t.product_id) AS products,
 sum(qty)::BIGINT AS units, count(*) FILTER (qty <= 0) AS not_positive,
 (SELECT sum(amount)::VARCHAR FROM curated.events WHERE source_topic = 'completejourney') AS sales,
 min(event_time)::VARCHAR AS first, max(event_time)::VARCHAR AS last
FROM curated.transactions t
"""


class LoadContracts(program.MillraceTest):
    @classmethod
    def setUpClass(cls):
        cls.days = sorted(pathlib.Path(program.REAL_DATA, "online-retail").glob("*.csv")) if program.REAL_DATA else []
        if not cls.days:
            raise unittest.SkipTest("NOT TESTED: the real sales are not there; MILLRACE_REAL_DATA must name their folder")
        cls.journey = pathlib.Path(program.REAL_DATA, "completejourney", "transactions.csv")
        cls.seed = int(os.environ.get("MILLRACE_SEED") or random.SystemRandom().randrange(1 << 30))
        cls.kills = int(os.environ.get("MILLRACE_KILLS") or 20)
        print(f"MILLRACE_SEED={cls.seed} MILLRACE_KILLS={cls.kills}", flush=True)

    def setUp(self):
        super().setUp()
        self.random = random.Random(self.seed)

    def load_retail(self, *paths, **options):
        return self.load("--contract", EXAMPLES / "online_retail.yaml", *paths, **options)

    def load_journey(self, *paths, **options):
        return self.load("--contract", EXAMPLES / "completejourney.yaml", *paths, **options)

    def assert_retail_golden(self):
        self.assertEqual(self.sql(ONLINE_RETAIL_SQL), [ONLINE_RETAIL])
        self.assert_whole()
        self.assert_nothing_left()

    def assert_journey_golden(self):
        self.assertEqual(self.sql(COMPLETE_JOURNEY_SQL), [COMPLETE_JOURNEY])
        self.assert_whole()
        self.assert_nothing_left()

    def test_golden_numbers_and_loading_twice_changes_nothing(self):
        self.assertEqual(self.load_retail(*self.days)["online_retail"]["stored"], ONLINE_RETAIL["rows"])
        self.assertEqual(self.load_journey(self.journey)["completejourney"]["stored"], COMPLETE_JOURNEY["rows"])
        for _ in range(2):
            self.assert_retail_golden()
            self.assert_journey_golden()
            self.assertEqual(self.load_retail(*self.days)["online_retail"]["received"], 0)
            self.assertEqual(self.load("--again", *self.days, self.journey)["online_retail"]["received"], 0)

    def test_once_known_a_contract_is_found_by_itself(self):
        self.load_retail(self.days[0])
        self.load_journey(self.journey)
        self.load(*self.days, self.journey)
        self.assert_retail_golden()
        self.assert_journey_golden()

    def test_any_order_and_grouping(self):
        """Files shuffled, loaded one by one or many at once, put together with and without their headers, cut at any
        line, compressed, through a pipe."""
        header, rows = self.rows_of(self.days)
        for round_number in range(4):
            self.data = self.folder / f"data-{round_number}"
            self.random.shuffle(rows)
            cuts = sorted(self.random.sample(range(1, len(rows)), 6))
            for number, (begin, end) in enumerate(zip([0] + cuts, cuts + [len(rows)])):
                self.load_part(header, rows[begin:end], f"part-{round_number}-{number}.csv")
            self.assert_retail_golden()

    def load_part(self, header, rows, name):
        at = self.random.randrange(len(rows) + 1)
        text = header + b"".join(rows[:at]) + (header if self.random.random() < 0.5 else b"") + b"".join(rows[at:])
        way = self.random.choice(["file", "crlf", "bom", "gz", "pipe"])
        if way == "pipe":
            self.load_retail("-", stdin=text)
            return
        text = text.replace(b"\n", b"\r\n") if way == "crlf" else b"\xef\xbb\xbf" + text if way == "bom" else text
        path = self.folder / (name + (".gz" if way == "gz" else ""))
        path.write_bytes(gzip.compress(text) if way == "gz" else text)
        self.load_retail(path)

    @staticmethod
    def rows_of(files):
        """The header, and all rows; none of them goes over several lines."""
        rows = []
        for file in files:
            header, *lines = file.read_bytes().splitlines(keepends=True)
            rows += [line if line.endswith(b"\n") else line + b"\n" for line in lines]
        return header, rows

    def test_columns_in_another_order(self):
        header, *lines = self.journey.read_text().splitlines()
        names = header.split(",")
        order = list(range(len(names)))
        self.random.shuffle(order)
        table = [names] + [line.split(",") for line in lines]
        path = self.folder / "turned.csv"
        path.write_text("".join(",".join(row[i] for i in order) + "\n" for row in table))
        self.load_journey(path)
        self.assert_journey_golden()

    def test_a_file_that_grows_gives_what_is_new(self):
        header, rows = self.rows_of([self.journey])
        path = self.folder / "growing.csv"
        for end in (0, 1, 700, 9000, len(rows)):
            path.write_bytes(header + b"".join(rows[:end]))
            self.load_journey(path)
            self.assertEqual(self.sql("SELECT count(*) AS n FROM curated.transactions"), [{"n": end}])
        self.assert_journey_golden()

    def test_killed_at_random_moments(self):
        header, rows = self.rows_of(self.days)
        big = self.folder / "all.csv"
        big.write_bytes(header + b"".join(rows))
        words = ("load", "--quiet", "--contract", EXAMPLES / "online_retail.yaml", big)
        data, self.data = self.data, self.folder / "clean"
        start = time.monotonic()
        self.run_command(*words)
        seconds = time.monotonic() - start
        self.data = data
        kills = 0
        while kills < self.kills:
            self.data.mkdir(mode=0o700, exist_ok=True)  # a kill may come before the program has made it
            process = self.start(*words)
            time.sleep(self.random.uniform(0, seconds * 1.05))
            process.kill()
            code = process.wait()
            self.assert_whole()
            if code == -signal.SIGKILL:
                kills += 1
            else:  # it was faster: from the start again
                self.assert_retail_golden()
                self.data = self.folder / f"data-{kills}"
        self.run_command(*words)
        self.assert_retail_golden()


if __name__ == "__main__":
    program.main()

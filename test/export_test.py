#!/usr/bin/env python3
"""What is exported is what is stored: each row once, in the folder of its day, whole or not there."""

import collections
import csv
import json
import pathlib
import unittest

import program

ORDER = ('{"order_id":"O-%d","order_placed_at":"2024-07-%02dT09:00:00Z","vendor_id":"V-1","vendor_name":"%s",'
         '"vendor_address":"Street 1","vendor_vertical":"home","customer_id":"C-1",'
         '"customer_registered_at":"2024-01-01T00:00:00Z","item_sku":"S-1","item_name":"Lamp","item_price":12.5,'
         '"item_quantity":2}\n')


class Export(program.MillraceTest):
    def setUp(self):
        super().setUp()
        orders = "".join(ORDER % (number, 1 + number % 5, "=1+1" if number == 3 else "Häuser, \\\"& Söhne\\\"")
                         for number in range(50))
        (self.folder / "orders.jsonl").write_text(orders)
        self.load("orders.jsonl")

    def files(self, ending):
        return sorted(path.relative_to(self.folder).as_posix() for path in self.folder.glob(f"lake/**/*.{ending}"))

    def test_parquet_in_day_folders(self):
        self.run_command("export", "orders", "--to", "lake")
        days = {pathlib.PurePath(file).parent.name for file in self.files("parquet")}
        self.assertEqual(days, {f"event_date=2024-07-0{day}" for day in range(1, 6)})
        for file in self.files("parquet"):
            data = (self.folder / file).read_bytes()
            self.assertEqual((data[:4], data[-4:]), (b"PAR1", b"PAR1"))

    def test_csv_has_each_row_once_under_its_day_and_no_formula(self):
        self.run_command("export", "orders", "--to", "lake", "--format", "csv")
        seen = collections.Counter()
        for file in self.files("csv"):
            with open(self.folder / file, newline="") as lines:
                for row in csv.DictReader(lines):
                    seen[row["order_id"]] += 1
                    self.assertEqual(pathlib.PurePath(file).parent.name, "event_date=" + row["order_placed_at"][:10])
                    self.assertEqual(row["vendor_name"],
                                     "'=1+1" if row["order_id"] == "O-3" else 'Häuser, "& Söhne"')
        self.assertEqual(seen, {f"O-{number}": 1 for number in range(50)})
        self.run_command("export", "orders", "--to", "lake", "--format", "csv", "--raw-csv", "--overwrite")
        self.assertIn("=1+1", "".join((self.folder / file).read_text() for file in self.files("csv")))

    def test_ndjson_of_a_query(self):
        self.run_command("export", "--query", "SELECT order_id, amount, event_time FROM curated.events;", "--name", "sales",
                         "--to", "lake", "--day", "event_time", "--format", "ndjson")
        rows = [json.loads(line) for file in self.files("ndjson") for line in (self.folder / file).read_text().splitlines()]
        self.assertEqual(len(rows), 50)
        self.assertEqual({(row["amount"], row["event_time"][10:]) for row in rows}, {(25.0, "T09:00:00.000000Z")})

    def test_each_column_of_a_query_has_its_own_value(self):
        for query, row in [("SELECT 1 AS r, 2 AS line, 3 AS answer", {"r": 1, "line": 2, "answer": 3}),
                           ('SELECT 1 AS "a row", 2 AS "the answer"', {"a row": 1, "the answer": 2}),
                           ("""SELECT 1 AS "it's", TIMESTAMP '2024-07-01' AS event_time""",
                            {"it's": 1, "event_time": "2024-07-01T00:00:00.000000Z"}),
                           ("SELECT 4 AS four -- a comment", {"four": 4})]:
            self.run_command("export", "--query", query, "--to", "lake", "--format", "ndjson", "--overwrite")
            self.assertEqual(json.loads((self.folder / "lake/query/part-0.ndjson").read_text()), row)
        self.run_command("export", "--query", "SELECT 1 AS price, 2 AS Price", "--to", "lake2", expect=program.EXIT_USAGE)
        self.assertIn("two columns are named Price: give one another name with AS", self.last_error)
        self.assertFalse((self.folder / "lake2").exists())

    def test_a_name_that_is_a_formula_is_guarded_as_cells_are(self):
        query = """SELECT 1 AS "=1+1", '=2+2' AS two"""
        self.run_command("export", "--query", query, "--to", "lake", "--format", "csv")
        self.assertEqual((self.folder / "lake/query/part-0.csv").read_text(), "'=1+1,two\n1,'=2+2\n")
        self.run_command("export", "--query", query, "--to", "lake", "--format", "csv", "--raw-csv", "--overwrite")
        self.assertEqual((self.folder / "lake/query/part-0.csv").read_text(), "=1+1,two\n1,=2+2\n")

    def test_one_file_when_told_so(self):
        self.run_command("export", "orders", "--to", "lake", "--day", "none")
        self.assertEqual(self.files("parquet"), ["lake/orders/part-0.parquet"])

    def test_what_is_there_stays_unless_told_otherwise(self):
        self.run_command("export", "orders", "--to", "lake")
        self.run_command("export", "orders", "--to", "lake", expect=program.EXIT_FAILED)
        self.assertIn("--overwrite", self.last_error)
        self.run_command("export", "orders", "--to", "lake", "--overwrite")

    def test_only_an_earlier_export_is_replaced(self):
        precious = self.folder / "lake" / "orders" / "notes.txt"
        precious.parent.mkdir(parents=True)
        precious.write_text("mine")
        self.run_command("export", "orders", "--to", "lake", "--overwrite", expect=program.EXIT_FAILED)
        self.assertIn("is no earlier export", self.last_error)
        self.assertEqual(precious.read_text(), "mine")
        warehouse = next(self.data.glob("*.duckdb"))
        self.run_command("export", "orders", "--to", self.data, "--name", warehouse.name, "--overwrite",
                         expect=program.EXIT_FAILED)
        self.assertTrue(warehouse.is_file())

    def test_words_that_are_wrong_are_told(self):
        for words, expect, part in [
            (["ordesr", "--to", "lake"], program.EXIT_FAILED, "did you mean orders"),
            (["--to", "lake"], program.EXIT_USAGE, "name a table, or give a --query"),
            (["orders", "--to", "lake", "--format", "xlsx"], program.EXIT_USAGE, "parquet, csv or ndjson"),
            (["orders", "--to", "lake", "--day", "when"], program.EXIT_USAGE, "no column when"),
            (["--query", "CREATE TABLE x (a INT)", "--to", "lake"], program.EXIT_USAGE, "only queries"),
            (["--query", "SELECT 1) TO '/tmp/x'; --", "--to", "lake"], program.EXIT_USAGE, "syntax error"),
            (["--query", "EXPLAIN SELECT 1", "--to", "lake"], program.EXIT_USAGE, "only a SELECT can be exported"),
            (["--query", "SELECT * FROM read_csv('/etc/passwd')", "--to", "lake"], program.EXIT_USAGE, "refused"),
        ]:
            self.run_command("export", *words, expect=expect)
            self.assertIn(part, self.last_error)
        self.assertEqual(self.files("*"), [])
        self.assertFalse((self.folder / "lake").exists())

    def test_a_running_server_exports(self):
        server = self.start("run", "--listen", "127.0.0.1:0")
        program.wait_until(lambda: (self.data / "control.sock").exists(), "the server")
        self.run_command("export", "orders", "--to", "lake")
        self.assertEqual(len(self.files("parquet")), 5)
        self.assertIsNone(server.poll())


if __name__ == "__main__":
    program.main()

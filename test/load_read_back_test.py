#!/usr/bin/env python3
"""What is written by a contract is read back equal: any text, number, time and flag, as CSV and as JSON lines.

MILLRACE_SEED repeats a run; MILLRACE_ROUNDS sets how many contracts of each form (12).
"""

import csv
import datetime
import decimal
import io
import json
import os
import random
import unittest

import program

ROUNDS = int(os.environ.get("MILLRACE_ROUNDS") or 12)
ROWS = 400

TYPES = {
    "string": "logicalType: string",
    "integer": "logicalType: integer",
    "number": "logicalType: number",
    "double": "logicalType: number\n        physicalType: DOUBLE",
    "boolean": "logicalType: boolean",
    "timestamp": "logicalType: timestamp",
}
HEAD = """kind: DataContract
apiVersion: v3.1.0
id: {name}
name: {name}
version: 1.0.0
status: active
schema:
  - name: {name}
    logicalType: object
    properties:
      - name: at
        logicalType: timestamp
        required: true
"""
TAIL = """    customProperties:
      - property: millrace
        value:
          format: {format}
          mapping: {{event_time: at}}
          event_type: page_view
          identity: position
"""
ALPHABET = "abcXYZ019 ,;\"'\t\r\n\\/{}[]:äß€漢😀=+-@|."


class LoadReadBack(program.MillraceTest):
    @classmethod
    def setUpClass(cls):
        cls.seed = int(os.environ.get("MILLRACE_SEED") or random.SystemRandom().randrange(1 << 30))
        print(f"MILLRACE_SEED={cls.seed}", flush=True)

    def setUp(self):
        super().setUp()
        self.random = random.Random(self.seed)

    def test_csv(self):
        for number in range(ROUNDS):
            self.read_back(f"csv_{number}", "csv", self.write_csv)

    def test_json_lines(self):
        for number in range(ROUNDS):
            self.read_back(f"json_{number}", "json_lines", self.write_json)

    def test_a_quoted_text_that_is_still_being_written(self):
        """Its first half is a dead letter, as is half a line; the whole of it is stored when it is there."""
        self.write_contract("growing", {"at": "timestamp", "note": "string", "last": "string"}, "csv")
        file = self.folder / "growing.csv"
        for text, stored in [('at,note,last\n2024-07-01,one,x\n2024-07-02,"a', 1), ('\nb", y', 2), ("\n2024-07-03,\"c\n", 2),
                             ('d",z\n', 3), ('2024-07-04,"never closed,x\n2024-07-05,e,x\n', 4)]:
            with open(file, "a") as growing:
                growing.write(text)
            self.load("--contract", self.folder / "growing.yaml", file, expect=(program.EXIT_OK, program.EXIT_PARTIAL))
            self.assertEqual(self.sql("SELECT count(*) AS n FROM curated.growing"), [{"n": stored}], text)
            self.load("--contract", self.folder / "growing.yaml", file)
        self.assertEqual([row["note"] for row in self.sql("SELECT note FROM curated.growing ORDER BY source_line")],
                         ["one", "a\nb", "c\nd", "e"])
        self.assertEqual({row["reason"] for row in self.sql("SELECT reason FROM raw.dead_letters")}, {"unterminated_quote"})

    def write_contract(self, name, columns, form):
        path = self.folder / f"{name}.yaml"
        path.write_text(HEAD.format(name=name) + "".join(
            f"      - name: {column}\n        {TYPES[kind]}\n" for column, kind in columns.items() if column != "at")
            + TAIL.format(format=form))
        return path

    def read_back(self, name, form, write):
        columns = {"at": "timestamp"} | {f"c{i}": self.random.choice(list(TYPES)) for i in range(self.random.randrange(1, 9))}
        rows = [{column: self.value(kind, column == "at", form) for column, kind in columns.items()} for _ in range(ROWS)]
        contract = self.write_contract(name, columns, form)
        file = self.folder / name
        file.write_bytes(write(columns, rows))
        self.assertEqual(self.load("--contract", contract, file)[name],
                         {"received": ROWS, "stored": ROWS, "dead_letters": 0, "duplicates": 0})
        told = self.sql("SELECT " + ", ".join(_readable(column, kind) for column, kind in columns.items())
                        + f" FROM curated.{name} ORDER BY source_line")
        for wanted, found in zip(rows, told, strict=True):
            self.assertEqual({column: _expected(value) for column, value in wanted.items()}, found)

    def value(self, kind, needed, form):
        if not needed and self.random.random() < 0.15:
            return None
        match kind:
            case "string":  # an empty text is no value
                return "".join(self.random.choice(ALPHABET) for _ in range(self.random.randrange(1, 30)))
            case "integer":
                return self.random.choice([0, -1, self.random.getrandbits(63), -self.random.getrandbits(63)])
            case "number":
                places = self.random.randrange(5)  # behind the point; before it at most 14
                return decimal.Decimal(self.random.randrange(-10**(14 + places) + 1, 10**(14 + places))).scaleb(-places)
            case "double":
                return self.random.choice([0.1, -2.5e-7, 1e300, self.random.uniform(-1e6, 1e6)])
            case "boolean":
                return self.random.random() < 0.5
            case "timestamp":
                return datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=self.random.randrange(1_700_000_000_000_000))

    def write_csv(self, columns, rows):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator=self.random.choice(["\n", "\r\n"]),
                            quoting=self.random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
        order = list(columns)
        self.random.shuffle(order)
        writer.writerow(order)
        for row in rows:
            writer.writerow(["" if row[column] is None else _text(row[column]) for column in order])
        return text.getvalue().encode()

    def write_json(self, columns, rows):
        lines = []
        for row in rows:
            order = [column for column in columns if row[column] is not None or self.random.random() < 0.5]
            self.random.shuffle(order)
            lines.append("{" + ",".join(f"{json.dumps(column)}: {self.json_value(row[column])}" for column in order) + "}\n")
        return "".join(lines).encode()

    def json_value(self, value):
        if isinstance(value, (decimal.Decimal, datetime.datetime)):
            return _text(value) if isinstance(value, decimal.Decimal) else json.dumps(_text(value))
        return json.dumps(value, ensure_ascii=self.random.random() < 0.5)


def _text(value):
    match value:
        case bool():
            return "true" if value else "false"
        case decimal.Decimal():
            return format(value, "f")
        case datetime.datetime():
            return value.isoformat(timespec="microseconds") + "Z"
        case _:
            return str(value)


def _readable(column, kind):
    """Numbers and times as text, so that nothing is rounded on the way here."""
    return f'"{column}"::VARCHAR AS "{column}"' if kind in ("integer", "number", "timestamp") else column


def _expected(value):
    match value:
        case bool() | float() | None | str():
            return value
        case decimal.Decimal():
            return format(value.quantize(decimal.Decimal("0.0001")), "f")
        case datetime.datetime():
            text = value.isoformat(" ", "microseconds")
            return text.rstrip("0").rstrip(".") if "." in text else text
        case _:
            return str(value)


if __name__ == "__main__":
    program.main()

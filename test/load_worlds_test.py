#!/usr/bin/env python3
"""A simulated world knows its own truth: every number of it is found by SQL over what was loaded, every spoiled record
is a dead letter with the reason that was meant, and all together is what was written.

MILLRACE_SEED repeats a run; MILLRACE_WORLDS sets how many (5).
"""

import decimal
import json
import os
import random
import subprocess
import unittest

import program

SHAPES = ("visits", "clicks", "transactions", "stock", "ecom_events", "orders", "catalog_changes")
WORLDS = int(os.environ.get("MILLRACE_WORLDS") or 5)


class LoadWorlds(program.MillraceTest):
    @classmethod
    def setUpClass(cls):
        cls.seed = int(os.environ.get("MILLRACE_SEED") or random.SystemRandom().randrange(1 << 30))
        print(f"MILLRACE_SEED={cls.seed}", flush=True)

    def setUp(self):
        super().setUp()
        self.random = random.Random(self.seed)

    def test_every_number_of_the_truth(self):
        for number in range(WORLDS):
            self.data = self.folder / f"data-{number}"
            world = self.folder / f"world-{number}"
            seed = self.random.randrange(1 << 30)
            with self.subTest(seed=seed):
                truth = self.simulate_world(world, seed)
                loaded = self.load_in_parts(world)
                self.assert_records(truth, loaded)
                for shape in SHAPES:
                    getattr(self, "assert_" + shape)(truth[shape])
                self.assert_whole()
                self.assert_nothing_left()

    def simulate_world(self, folder, seed):
        compression = self.random.choice(["none", "gz", "zst"])
        subprocess.run([program.MILLRACE, "simulate", "--shape", "all", "--visits", "2500", "--days", "6", "--seed", str(seed),
                        "--campaigns", "2", "--malformed", "0.02", "--duplicates", "0.02", "--late", "0.02", "--products",
                        "300", "--compress", compression, "--to", str(folder), "--truth", str(folder) + ".json"],
                       check=True, capture_output=True, timeout=program.PATIENCE_SECONDS)
        with open(str(folder) + ".json") as text:
            return json.load(text, parse_float=decimal.Decimal)["shapes"]

    def load_in_parts(self, folder):
        """In several commands, files of all shapes together; what each told is added up."""
        files = sorted(folder.iterdir())
        self.random.shuffle(files)
        sums = {}
        while files:
            part = [files.pop() for _ in range(min(len(files), self.random.randrange(1, 25)))]
            for table, counts in self.load(*part, expect=(program.EXIT_OK, program.EXIT_PARTIAL)).items():
                for name, count in counts.items():
                    sums.setdefault(table, {}).setdefault(name, 0)
                    sums[table][name] += count
        return sums

    def assert_records(self, truth, loaded):
        for shape in SHAPES:
            records = truth[shape]["records"]
            self.assertEqual(records["written"], records["stored"] + records["duplicates"] + records["refused"], shape)
            self.assertEqual(loaded[shape], {"received": records["written"], "stored": records["stored"],
                                             "dead_letters": records["refused"], "duplicates": records["duplicates"]}, shape)
            letters = {row["reason"]: row["n"] for row in self.sql(
                f"SELECT reason, count(*) AS n FROM raw.dead_letters WHERE contract = '{shape}' GROUP BY ALL")}
            self.assertEqual(letters, records["dead_letters"], shape)
        self.assertEqual(loaded["events"]["duplicates"], truth["visits"]["records"]["duplicate_events"])
        self.assertEqual(loaded["purchase_items"]["duplicates"], truth["visits"]["records"]["duplicate_items"])

    def one(self, statement):
        """The only row, money as decimals."""
        (row,) = self.sql(statement)
        return row

    def by_key(self, statement):
        """{first column: second column, or the rest as a dictionary}."""
        result = {}
        for row in self.sql(statement):
            key, *values = row.values()
            result[key] = values[0] if len(values) == 1 else dict(list(row.items())[1:])
        return result

    def money(self, amounts):
        return {key: decimal.Decimal(value) for key, value in amounts.items()}

    def assert_times(self, truth, table, column):
        times = self.one(f"SELECT min({column})::VARCHAR AS first, max({column})::VARCHAR AS last FROM {table}")
        for time, name in ((times["first"], "first_at"), (times["last"], "last_at")):
            self.assertEqual(_iso(time), truth[name], table)

    def assert_visits(self, truth):
        where = "source_topic = 'visits'"
        self.assertEqual(self.one(
            f"""SELECT (SELECT count(*) FROM curated.visits) AS visits, count(*) AS events,
            count(*) FILTER (event_type = 'page_view') AS page_views,
            count(*) FILTER (event_type = 'add_to_cart') AS cart_adds,
            count(*) FILTER (event_type = 'purchase') AS purchases,
            (SELECT count(*) FROM curated.visits WHERE cart_add_count > 0) AS visits_with_cart,
            (SELECT count(*) FROM curated.purchase_items WHERE {where}) AS items,
            (SELECT sum(quantity)::BIGINT FROM curated.purchase_items WHERE {where}) AS units
            FROM curated.events WHERE {where}"""),
            {name: truth[name] for name in ("visits", "events", "page_views", "cart_adds", "purchases",
                                            "visits_with_cart")} | {name: truth["sales"][name] for name in ("items", "units")})
        revenue = self.one(f"SELECT sum(amount)::VARCHAR AS r FROM curated.events WHERE {where} AND event_type = 'purchase'")
        self.assertEqual(decimal.Decimal(revenue["r"]), truth["sales"]["revenue"])
        self.assertEqual(self.by_key("SELECT device_type::VARCHAR AS d, count(*) AS n FROM curated.visits GROUP BY ALL"),
                         truth["visits_by_device"])
        self.assertEqual(
            self.by_key(f"""SELECT page_url, count(*) AS views, count(*) FILTER (first_of_page_in_visit) AS visits
                        FROM curated.page_view_events WHERE {where} GROUP BY ALL"""),
            {page: {"views": counts["views"], "visits": counts["visits"]} for page, counts in truth["pages"].items()
             if counts["views"]})
        for column, name in (("category", "categories"), ("product_id", "products")):
            sold = self.by_key(f"""SELECT {column}, count(*) AS items, sum(quantity)::BIGINT AS units,
                               sum(line_amount)::VARCHAR AS revenue FROM curated.purchase_items WHERE {where} GROUP BY ALL""")
            self.assertEqual({key: (row["items"], row["units"], decimal.Decimal(row["revenue"])) for key, row in sold.items()},
                             {key: (row["items"], row["units"], row["revenue"]) for key, row in truth[name].items()
                              if row["items"]})

    def assert_clicks(self, truth):
        self.assertEqual(self.by_key("SELECT event_type::VARCHAR AS t, count(*) AS n FROM curated.clicks GROUP BY ALL"),
                         truth["events"])
        self.assertEqual(self.one("SELECT count(DISTINCT user_id) AS n FROM curated.clicks")["n"], truth["users"])
        self.assertEqual(self.by_key("SELECT page_url, count(*) AS n FROM curated.clicks WHERE event_type = 'page_view' "
                                     "GROUP BY ALL"), truth["page_views"])
        self.assertEqual(self.by_key("SELECT product_id, count(*) AS n FROM curated.clicks WHERE product_id IS NOT NULL "
                                     "GROUP BY ALL"), _without_zeros(truth["clicks_by_product"]))
        self.assert_times(truth, "curated.clicks", "event_time")

    def assert_transactions(self, truth):
        self.assertEqual(self.one("SELECT sum(qty)::BIGINT AS n FROM curated.transactions")["n"], truth["units"])
        self.assertEqual(self.by_key("SELECT product_id, sum(qty)::BIGINT AS n FROM curated.transactions GROUP BY ALL"),
                         _without_zeros(truth["units_by_product"]))
        self.assertEqual(self.by_two("SELECT product_id, store_id, sum(qty)::BIGINT AS n FROM curated.transactions "
                                     "GROUP BY ALL"), truth["units_by_product_and_store"])
        self.assert_times(truth, "curated.transactions", "event_time")

    def by_two(self, statement):
        result = {}
        for row in self.sql(statement):
            first, second, value = row.values()
            result.setdefault(first, {})[second] = value
        return result

    def assert_stock(self, truth):
        self.assertEqual(self.one("SELECT count(*) FILTER (delta > 0) AS deliveries, "
                                  "sum(delta) FILTER (delta > 0)::BIGINT AS units_delivered, "
                                  "-sum(delta) FILTER (delta < 0)::BIGINT AS units_sold FROM curated.stock"),
                         {name: truth[name] for name in ("deliveries", "units_delivered", "units_sold")})
        self.assertEqual(self.by_key("SELECT product_id, sum(delta)::BIGINT AS n FROM curated.stock GROUP BY ALL"),
                         truth["levels_by_product"])
        self.assertEqual(self.by_two("SELECT product_id, warehouse_id, sum(delta)::BIGINT AS n FROM curated.stock "
                                     "GROUP BY ALL"), truth["levels_by_product_and_warehouse"])
        self.assert_times(truth, "curated.stock", "event_time")

    def assert_ecom_events(self, truth):
        table = "curated.kafka_ecom_events"
        self.assertEqual(self.by_key(f"SELECT event_type, count(*) AS n FROM {table} GROUP BY ALL"),
                         _without_zeros(truth["events"]))
        numbers = self.one(f"""SELECT sum(price) FILTER (event_type = 'purchase')::VARCHAR AS revenue,
            count(DISTINCT user_id) AS users, count(DISTINCT user_session) AS sessions,
            count(*) FILTER (category_code IS NULL) AS category_code, count(*) FILTER (brand IS NULL) AS brand,
            count(*) FILTER (user_session IS NULL) AS user_session FROM {table}""")
        self.assertEqual(decimal.Decimal(numbers["revenue"]), truth["revenue"])
        self.assertEqual((numbers["users"], numbers["sessions"]), (truth["users"], truth["sessions"]))
        self.assertEqual({name: numbers[name] for name in truth["empty"]}, truth["empty"])
        revenue = self.one("SELECT sum(amount)::VARCHAR AS r, min(currency)::VARCHAR AS c FROM curated.events "
                           "WHERE source_topic = 'ecom_events' AND event_type = 'purchase'")
        self.assertEqual((decimal.Decimal(revenue["r"]), revenue["c"]), (truth["revenue"], truth["currency"]))
        categories = self.by_key(f"""SELECT coalesce(category_code, '') AS code,
            count(*) FILTER (event_type = 'view') AS view, count(*) FILTER (event_type = 'cart') AS cart,
            count(*) FILTER (event_type = 'remove_from_cart') AS remove_from_cart,
            count(*) FILTER (event_type = 'purchase') AS purchase,
            coalesce(sum(price) FILTER (event_type = 'purchase'), 0)::VARCHAR AS revenue FROM {table} GROUP BY ALL""")
        for row in categories.values():
            row["revenue"] = decimal.Decimal(row["revenue"])
        self.assertEqual(categories.pop("", None), truth["without_category_code"])
        self.assertEqual(categories, truth["by_category_code"])
        self.assert_times(truth, table, "event_time")

    def assert_orders(self, truth):
        numbers = self.one("""SELECT count(*) AS orders, sum(item_price * item_quantity)::VARCHAR AS revenue,
            sum(item_quantity)::BIGINT AS units, sum(order_rating)::BIGINT AS rating_sum, count(order_rating) AS rated_orders,
            count(DISTINCT customer_id) AS customers FROM curated.orders""")
        self.assertEqual(decimal.Decimal(numbers.pop("revenue")), truth["revenue"])
        self.assertEqual(numbers, {name: truth[name] for name in numbers})
        events = self.one("SELECT count(*) AS n, sum(amount)::VARCHAR AS revenue, min(currency)::VARCHAR AS c "
                          "FROM curated.events WHERE event_type = 'order'")
        self.assertEqual((events["n"], decimal.Decimal(events["revenue"]), events["c"]),
                         (truth["orders"], truth["revenue"], truth["currency"]))
        for column, name in (("vendor_vertical", "by_vertical"), ("vendor_id", "by_vendor")):
            found = self.by_key(f"SELECT {column}, count(*) AS orders, sum(item_price * item_quantity)::VARCHAR AS revenue "
                                "FROM curated.orders GROUP BY ALL")
            self.assertEqual({key: (row["orders"], decimal.Decimal(row["revenue"])) for key, row in found.items()},
                             {key: (row["orders"], row["revenue"]) for key, row in truth[name].items() if row["orders"]})
        self.assert_times(truth, "curated.orders", "order_placed_at")

    def assert_catalog_changes(self, truth):
        self.assertEqual(self.by_key("SELECT change, count(*) AS n FROM curated.catalog_changes GROUP BY ALL"),
                         _without_zeros(truth["changes"]))
        products = self.by_key("SELECT item_sku, item_name AS name, item_price::VARCHAR AS price, vendor_id, withdrawn "
                               "FROM curated.catalog")
        for row in products.values():
            row["price"] = decimal.Decimal(row["price"])
        self.assertEqual(products, {sku: {name: row[name] for name in ("name", "price", "vendor_id", "withdrawn")}
                                    for sku, row in truth["products"].items()})
        self.assert_times(truth, "curated.catalog_changes", "changed_at")


def _without_zeros(counts):
    return {key: count for key, count in counts.items() if count}


def _iso(time):
    """As the truth writes it: a fraction only where there is one."""
    text = time.replace(" ", "T")
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "Z"


if __name__ == "__main__":
    program.main()

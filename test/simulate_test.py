"""The simulator's command: its shapes, files and standard output, compression, truth, and words for wrong options."""

import gzip
import json
import subprocess

import program

SHAPES = ["visits", "clicks", "transactions", "stock", "ecom_events", "orders", "catalog_changes"]
SMALL = ["--visits", "300", "--days", "3", "--products", "60"]


def simulate(*words, folder, expect=0):
    done = subprocess.run([program.MILLRACE, "simulate", *words], cwd=folder, capture_output=True,
                          timeout=program.PATIENCE_SECONDS)
    assert done.returncode == expect, (words, done.returncode, done.stderr)
    return done


def text_of(file):
    if file.name.endswith(".gz"):
        return gzip.decompress(file.read_bytes())
    if file.name.endswith(".zst"):
        return subprocess.run(["zstd", "-dc", file], check=True, capture_output=True).stdout
    return file.read_bytes()


class SimulateTest(program.MillraceTest):
    def simulate_words(self, *words, expect=0):
        return simulate(*words, folder=self.folder, expect=expect)

    def shape_files(self, shape, folder="shop"):
        return sorted((self.folder / folder).glob(f"{shape}-20*"))

    def test_all_writes_every_shape_a_file_a_day(self):
        self.simulate_words("--shape", "all", *SMALL, "--to", "shop")
        self.assertEqual(len(list((self.folder / "shop").iterdir())), 3 * len(SHAPES))
        for shape in SHAPES:
            ending = "csv" if shape == "ecom_events" else "jsonl"
            self.assertEqual([file.name for file in self.shape_files(shape)],
                             [f"{shape}-2024-07-0{day}.{ending}" for day in (1, 2, 3)])

    def test_a_shape_is_the_same_alone_and_among_others(self):
        self.simulate_words("--shape", "all", *SMALL, "--to", "shop")
        self.simulate_words("--shape", "orders,stock", "--shape", "clicks", *SMALL, "--to", "some")
        self.assertEqual(len(list((self.folder / "some").iterdir())), 9)
        for shape in ("orders", "stock", "clicks"):
            alone = self.simulate_words("--shape", shape, *SMALL).stdout
            self.assertEqual(alone, b"".join(map(text_of, self.shape_files(shape))))
            self.assertEqual(alone, b"".join(map(text_of, self.shape_files(shape, "some"))))

    def test_csv_files_each_have_their_header(self):
        self.simulate_words("--shape", "ecom_events", *SMALL, "--to", "shop")
        header = b"event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session"
        files = [text_of(file) for file in self.shape_files("ecom_events")]
        for text in files:
            self.assertEqual(text.split(b"\n", 1)[0], header)
        alone = self.simulate_words("--shape", "ecom_events", *SMALL).stdout
        self.assertEqual(alone, header + b"\n" + b"".join(text.split(b"\n", 1)[1] for text in files))

    def test_compressed_files_hold_the_same(self):
        plain = self.simulate_words("--shape", "clicks", *SMALL).stdout
        for compression in ("gz", "zst"):
            self.simulate_words("--shape", "clicks", *SMALL, "--to", compression, "--compress", compression)
            files = self.shape_files("clicks", compression)
            self.assertTrue(all(file.name.endswith(f".jsonl.{compression}") for file in files))
            self.assertEqual(b"".join(map(text_of, files)), plain)
        piped = self.simulate_words("--shape", "clicks", *SMALL, "--compress", "gz").stdout
        self.assertEqual(gzip.decompress(piped), plain)

    def test_the_truth_tells_of_the_world_and_of_each_shape(self):
        self.simulate_words("--shape", "all", *SMALL, "--to", "shop", "--truth", "truth.json", "--malformed", "0.05",
                            "--duplicates", "0.05", "--late", "0.05", "--campaigns", "2")
        truth = json.loads((self.folder / "truth.json").read_text())
        self.assertEqual(truth["world"]["products"], 60)
        self.assertEqual(len(truth["world"]["campaigns"]), 2)
        self.assertEqual(list(truth["shapes"]), SHAPES)
        for shape, of_shape in truth["shapes"].items():
            headers = 3 if shape == "ecom_events" else 0
            lines = sum(text_of(file).count(b"\n") for file in self.shape_files(shape)) - headers
            records = of_shape["records"]
            self.assertEqual(records["written"], lines, shape)
            self.assertEqual(records["written"], records["stored"] + records["duplicates"] + records["refused"], shape)
            self.assertEqual(sum(records["dead_letters"].values()), records["refused"] + records.get("refused_events", 0))
            self.assertGreater(records["refused"], 0, shape)

    def test_the_truth_of_visits_is_what_a_load_finds(self):
        self.simulate_words("--visits", "2000", "--to", "shop", "--truth", "truth.json", "--malformed", "0.1",
                            "--duplicates", "0.1", "--late", "0.1")
        truth = json.loads((self.folder / "truth.json").read_text())["shapes"]["visits"]
        self.load(self.folder / "shop", expect=program.EXIT_PARTIAL)
        (found,) = self.sql("SELECT (SELECT count(*) FROM curated.visits) AS visits, count(*) AS events, "
                            "count(*) FILTER (event_type = 'page_view') AS page_views, "
                            "sum(amount)::DOUBLE AS revenue FROM curated.events")
        self.assertEqual({name: found[name] for name in ("visits", "events", "page_views")},
                         {name: truth[name] for name in ("visits", "events", "page_views")})
        self.assertAlmostEqual(found["revenue"], truth["sales"]["revenue"], places=2)
        reasons = self.sql("SELECT reason, count(*) AS n FROM raw.dead_letters GROUP BY ALL")
        self.assertEqual({row["reason"]: row["n"] for row in reasons}, truth["records"]["dead_letters"])
        self.assert_whole()

    def test_visits_are_what_they_were_before_there_were_other_shapes(self):
        self.assertEqual(self.simulate_words("--visits", "100").stdout,
                         self.simulate_words("--shape", "visits", "--visits", "100", "--products", "500").stdout)

    def test_events_are_as_many_as_asked_for(self):
        for shape in ("clicks", "transactions", "ecom_events", "orders"):
            lines = self.simulate_words("--shape", shape, "--events", "777").stdout.count(b"\n")
            self.assertEqual(lines - (shape == "ecom_events"), 777)

    def test_wrong_options_say_how_to_mend_them(self):
        for words, told in ((["--shape", "order"], b"did you mean orders"),
                            (["--shape", "nonsense"], b"expected all, visits, clicks"),
                            (["--shape", "clicks,orders"], b"--to"),
                            (["--shape", "all", "--to", "-"], b"standard output holds one shape"),
                            (["--compress", "zip"], b"none, gz or zst"),
                            (["--malformed", "1.5"], b"--malformed"),
                            (["--malformed", "nan"], b"--malformed"),
                            (["--products", "10"], b"50"),
                            (["--users", "0"], b"--users"),
                            (["--campaigns", "1001"], b"1000"),
                            (["--events", "0"], b"--events"),
                            (["--shape", "clicks", "--visits", "10000000000"], b"fewer visits")):
            done = self.simulate_words(*words, expect=program.EXIT_USAGE)
            self.assertIn(told, done.stderr, words)
            self.assertEqual(done.stdout, b"", words)


if __name__ == "__main__":
    program.main()

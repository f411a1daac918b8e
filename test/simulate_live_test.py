#!/usr/bin/env python3
"""A simulated shop that lives sends what happens in it while it happens, as many visits as asked for, and knows what was
acknowledged."""

import collections
import http.server
import json
import re
import signal
import threading
import time
import urllib.parse

import program


class Collector:
    """Stands for a platform: keeps the lines that it acknowledges, and answers what the test says."""

    def __init__(self):
        self.lines = collections.defaultdict(list)
        self.tokens = set()
        self.requests = 0
        self.answers = []  # statuses of the next requests, or None to close the connection; then 202
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/"

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def _handler(self):
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.requests += 1
                collector.tokens.add(self.headers.get("Authorization"))
                target = urllib.parse.urlsplit(self.path)
                assert target.path == "/v1/collect", target
                (topic,) = urllib.parse.parse_qs(target.query)["topic"]
                status = collector.answers.pop(0) if collector.answers else 202
                if status is None:
                    self.close_connection = True
                    return
                if status == 202:
                    collector.lines[topic] += body.splitlines(keepends=True)
                answer = b'{"accepted":1}' if status == 202 else b'{"error":{"code":"no","message":"not now"}}'
                self.send_response(status)
                if status in (429, 503):
                    self.send_header("Retry-After", "1")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        return Handler


class SimulateLive(program.MillraceTest):
    def setUp(self):
        super().setUp()
        self.collector = Collector()
        self.addCleanup(self.collector.close)

    def live(self, *words, expect=program.EXIT_OK, **options):
        self.run_command("simulate", "--to", self.collector.url(), "--truth", "truth.json", *words, expect=expect,
                         **options)
        truth = self.folder / "truth.json"
        return json.loads(truth.read_text()) if truth.exists() else None

    def test_as_many_visits_as_asked_for_each_with_its_time(self):
        begun = time.time()
        truth = self.live("--visits-per-minute", "6000", "--for", "3s")
        lines = self.collector.lines["visits"]
        self.assertEqual(len(lines) + truth["live"]["skipped_records"], 300)
        self.assertEqual(truth["sent"]["visits"], {"topic": "visits", "acknowledged": len(lines), "unacknowledged": 0})
        self.assertEqual(truth["shapes"]["visits"]["visits"], len(lines))
        (self.folder / "sent.jsonl").write_bytes(b"".join(lines))
        self.assertEqual(self.load("sent.jsonl")["visits"]["stored"], len(lines))
        (times,) = self.sql("SELECT epoch(min(event_time)) AS first, epoch(max(event_time)) AS last FROM curated.events")
        self.assertGreaterEqual(times["first"], int(begun))
        self.assertLessEqual(times["last"], time.time())

    def test_a_burst_comes_on_top(self):
        truth = self.live("--visits-per-minute", "600", "--burst", "1s,1s,20", "--for", "3s")
        self.assertEqual(len(self.collector.lines["visits"]) + truth["live"]["skipped_records"], 20 + 200)

    def test_all_shapes_tell_of_one_shop_and_every_number_of_the_truth_is_found(self):
        truth = self.live("--shape", "all", "--visits-per-minute", "3000", "--for", "2s", "--malformed", "0.05",
                          "--duplicates", "0.05", "--late", "0.05", "--products", "100")
        self.assertEqual(set(self.collector.lines), {"visits", "clicks", "transactions", "stock", "orders",
                                                     "catalog_changes"})
        for shape, lines in self.collector.lines.items():
            (self.folder / f"{shape}.jsonl").write_bytes(b"".join(lines))
            table = self.load("--contract", shape, f"{shape}.jsonl", expect=(program.EXIT_OK, program.EXIT_PARTIAL))
            records = truth["shapes"][shape]["records"]
            self.assertEqual(len(lines), records["written"], shape)
            stored = table["visits" if shape == "visits" else shape]
            self.assertEqual((stored["stored"], stored["duplicates"]), (records["stored"], records["duplicates"]), shape)
        self.assertEqual(truth["sent"]["clicks"]["unacknowledged"], 0)

    def test_what_is_refused_for_now_is_sent_again(self):
        self.collector.answers = [202, 503, 429, 503]
        truth = self.live("--visits-per-minute", "600", "--for", "2s")
        lines = self.collector.lines["visits"]
        self.assertEqual(len(lines), len(set(lines)))
        self.assertEqual(truth["sent"]["visits"]["acknowledged"], len(lines))
        self.assertEqual(truth["live"]["records_sent_again"], 0)

    def test_without_an_answer_records_are_sent_again_and_counted(self):
        self.collector.answers = [202, None]
        truth = self.live("--visits-per-minute", "600", "--for", "1s")
        self.assertGreater(truth["live"]["records_sent_again"], 0)
        self.assertEqual(truth["sent"]["visits"]["unacknowledged"], 0)
        self.assertIn("may be there twice", self.last_error)

    def test_the_token_goes_with_each_request(self):
        (self.folder / "token").write_text("from-a-file\n")
        self.live("--visits-per-minute", "600", "--for", "1s", "--token-file", "token")
        self.assertEqual(self.collector.tokens, {"Bearer from-a-file"})

    def test_refused_for_good_it_ends_and_says_what_was_answered(self):
        self.collector.answers = [401] * 100
        self.live("--visits-per-minute", "600", "--for", "1m", expect=program.EXIT_FAILED)
        self.assertIn("401", self.last_error)
        self.assertIn("MILLRACE_TOKEN", self.last_error)

    def test_nobody_there_is_told_at_once(self):
        self.collector.close()
        self.run_command("simulate", "--to", self.collector.url(), "--visits-per-minute", "600", "--for", "1m",
                         expect=program.EXIT_FAILED)
        self.assertIn("is millrace run listening there?", self.last_error)

    def test_interrupted_it_ends_with_all_that_happened_acknowledged(self):
        process = self.start("simulate", "--to", self.collector.url(), "--visits-per-minute", "6000", "--truth",
                             self.folder / "truth.json")
        program.wait_until(lambda: len(self.collector.lines["visits"]) > 50, "visits")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(60), program.EXIT_OK)
        truth = json.loads((self.folder / "truth.json").read_text())
        self.assertEqual(truth["sent"]["visits"]["acknowledged"], len(self.collector.lines["visits"]))
        self.assertEqual(truth["sent"]["visits"]["unacknowledged"], 0)

    def test_after_a_pause_it_makes_up_for_no_more_than_a_second(self):
        process = self.start("simulate", "--to", self.collector.url(), "--visits-per-minute", "6000", "--truth",
                             self.folder / "truth.json", "--for", "6s")
        program.wait_until(lambda: self.collector.lines["visits"], "visits")
        process.send_signal(signal.SIGSTOP)
        time.sleep(3)
        process.send_signal(signal.SIGCONT)
        self.assertEqual(process.wait(60), program.EXIT_OK)
        truth = json.loads((self.folder / "truth.json").read_text())
        self.assertGreater(truth["live"]["skipped_records"], 100)
        self.assertEqual(len(self.collector.lines["visits"]) + truth["live"]["skipped_records"], 600)

    def test_to_a_topic_alone_and_through_a_running_server(self):
        for through_server in (False, True):
            if through_server:
                self.start("run", "--listen", "127.0.0.1:0").stdout.readline()
            self.run_command("simulate", "--visits-per-minute", "6000", "--for", "1s", "--to", "visits", "--truth",
                             "truth.json")
            self.run_command("simulate", "--shape", "clicks,orders", "--visits-per-minute", "600", "--for", "1s", "--to",
                             "live-", "--truth", "several.json")
            truth = json.loads((self.folder / "truth.json").read_text())
            several = json.loads((self.folder / "several.json").read_text())
            self.assertEqual({name: sent["topic"] for name, sent in several["sent"].items()},
                             {"clicks": "live-clicks", "orders": "live-orders"})
            found = {}
            for topic in ("visits", "live-clicks", "live-orders"):
                lines = self.run_command("topics", "read", topic).splitlines()
                found[topic] = len(lines) - (self.before[topic] if through_server else 0)
            self.before = dict(found)
            self.assertEqual(found, {"visits": truth["shapes"]["visits"]["visits"],
                                     "live-clicks": several["sent"]["clicks"]["acknowledged"],
                                     "live-orders": several["sent"]["orders"]["acknowledged"]})
            self.assertEqual(truth["sent"]["visits"]["unacknowledged"], 0)

    def test_to_the_doors_of_a_running_server(self):
        server = self.start("run", "--listen", "127.0.0.1:0")
        url = re.search(r"http://[^/\s]+/", server.stdout.readline().decode()).group(0)
        self.run_command("simulate", "--shape", "all", "--visits-per-minute", "3000", "--for", "2s", "--to", url,
                         "--malformed", "0.05", "--duplicates", "0.02", "--truth", "truth.json")
        truth = json.loads((self.folder / "truth.json").read_text())
        for shape, of_shape in truth["shapes"].items():
            lines = self.run_command("topics", "read", shape).splitlines()
            self.assertEqual(len(lines), of_shape["records"]["written"], shape)
            self.assertEqual(len(lines), truth["sent"][shape]["acknowledged"], shape)

    def test_words_that_make_no_sense_together_are_refused(self):
        live = ("simulate", "--visits-per-minute", "60", "--to", self.collector.url())
        for words, named in ((("--days", "3"), "--days"), (("--burst", "1s,2s"), "--burst"),
                             (("--burst", "1s,2s,x"), "--burst"), (("--for", "soon"), "soon"),
                             (("--burst", "1s,9s,2", "--burst", "2s,9s,2"), "overlap"),
                             (("--shape", "ecom_events"), "ecom_events"), (("--token-file", "none"), "--token-file")):
            self.run_command(*live, *words, expect=program.EXIT_USAGE)
            self.assertIn(named, self.last_error)
        self.run_command("simulate", "--for", "1s", expect=program.EXIT_USAGE)
        self.assertIn("--visits-per-minute", self.last_error)
        self.assertEqual(self.collector.requests, 0)


if __name__ == "__main__":
    program.main()

#!/usr/bin/env python3
"""What a door accepts is in its topic, byte for byte and in order, also after a kill; what it refuses is not."""

import gzip
import json
import re
import signal
import urllib.error
import urllib.request

import program


class Collect(program.MillraceTest):
    def setUp(self):
        super().setUp()
        self.start_server()

    def start_server(self):
        self.server = self.start("run", "--listen", "127.0.0.1:0")
        line = self.server.stdout.readline().decode()
        self.address = re.search(r"http://[^/\s]+", line).group(0)

    def request(self, path, body=None, **headers):
        """Status, headers and body of the answer."""
        asked = urllib.request.Request(self.address + path, data=body,
                                       headers={name.replace("_", "-"): value for name, value in headers.items()})
        try:
            with urllib.request.urlopen(asked, timeout=program.PATIENCE_SECONDS) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.headers, answer.read()

    def collect(self, body, path="/v1/collect", content_type="application/json", **headers):
        return self.request(path, body, Content_Type=content_type, **headers)

    def topic(self, name):
        """The payloads of a topic, by partition in their order."""
        text = self.run_command("topics", "read", name)
        return [json.loads(line) for line in text.splitlines()]

    def payloads(self, name="visits"):
        return [record["payload"] for record in self.topic(name)]

    def kill_server(self):
        self.server.send_signal(signal.SIGKILL)
        self.server.wait(program.PATIENCE_SECONDS)

    def test_every_form_of_body_is_stored_byte_for_byte_and_in_order(self):
        texts = ['{"n" : %d,"t":"\\u00e4 \u00e4 ],{"}' % n for n in range(300)]
        listed = "[" + " ,\n ".join(texts[:100]) + "]"
        lines = "\n".join(texts[100:200]) + "\n"
        zipped = gzip.compress("\r\n".join(texts[200:]).encode())
        for body, kind, headers in ((listed.encode(), "application/json", {}),
                                    (lines.encode(), "application/x-ndjson", {}),
                                    (zipped, "text/plain;charset=UTF-8", {"Content_Encoding": "gzip"})):
            status, _, answer = self.collect(body, "/v1/collect?topic=t&key=K", kind, **headers)
            self.assertEqual((status, json.loads(answer)), (202, {"accepted": 100}))
        records = self.topic("t")
        self.assertEqual([record["payload"] for record in records], texts)
        self.assertEqual({(record["partition"], record["key"]) for record in records},
                         {(records[0]["partition"], "K")})

    def test_what_was_accepted_survives_a_kill(self):
        visits = [line.decode().rstrip("\n") for line in self.simulate(200, 3)]
        status, _, _ = self.collect("\n".join(visits).encode(), content_type="application/x-ndjson")
        self.assertEqual(status, 202)
        self.kill_server()
        self.assertEqual(self.payloads(), visits)

    def test_visits_of_a_topic_load_without_dead_letters(self):
        visits = self.simulate(300, 5)
        self.assertEqual(self.collect(b"".join(visits), content_type="application/x-ndjson")[0], 202)
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(program.PATIENCE_SECONDS), 0)
        lines = self.run_command("topics", "read", "--output", "raw", "visits").encode()
        tables = self.load("-", stdin=lines)
        self.assertEqual((tables["visits"]["stored"], tables["visits"]["dead_letters"]), (300, 0))
        self.assert_whole()

    def test_a_limit_that_is_passed_is_named_and_nothing_is_stored(self):
        event = b'{"a":"' + b"x" * (262_144 - 8) + b'"}'
        self.assertEqual(self.collect(event, "/v1/collect?topic=t")[0], 202)
        self.assertEqual(self.collect(b"[" + b",".join([b"0"] * 1000) + b"]", "/v1/collect?topic=t")[0], 202)
        for body, limit in ((event[:-2] + b'x"}', "262144"), (b"[" + b",".join([b"0"] * 1001) + b"]", "1000"),
                            (b"[" * 100_000, "32")):
            status, _, answer = self.collect(body, "/v1/collect?topic=u")
            self.assertEqual(status, 413)
            self.assertIn(limit, json.loads(answer)["error"]["message"])
        self.assertEqual(len(self.payloads("t")), 1001)
        self.assertNotIn("u\n", self.run_command("topics", "list"))

    def test_what_is_no_list_is_refused_with_its_byte(self):
        for body, status in ((b"", 400), (b" \n", 400), (b'[{"a":1}', 400)):
            self.assertEqual(self.collect(body)[0], status)
        self.assertIn("byte 8", json.loads(self.collect(b'[{"a":1}')[2])["error"]["message"])
        self.assertEqual(self.collect(b"a=1", content_type="application/x-www-form-urlencoded")[0], 415)
        self.assertEqual(self.collect(b"{}", "/v1/collect?topik=t")[0], 400)
        self.assertEqual(self.collect(b"{}", "/v1/collect?topic=No%20Topic")[0], 400)

    def test_verdicts_are_those_of_a_load(self):
        """The trial at the door and the load say the same of the same records."""
        visits = [line.rstrip(b"\n") for line in self.simulate(50, 9)]
        bad = [b"{", b"7", b'{"session_id":7}', visits[0].replace(b'"device_type": "', b'"device_type": "x')]
        body = b"\n".join(visits + bad)
        status, _, answer = self.collect(body, "/v1/collect?verbose=1", "application/x-ndjson")
        self.assertEqual(status, 202)
        told = json.loads(answer)
        self.assertEqual((told["accepted"], told["contract"], len(told["verdicts"])), (54, "visits", 54))
        refused = {(v["index"], v["reason"], v["message"]) for v in told["verdicts"] if v["verdict"] == "refused"}
        self.assertEqual({index for index, _, _ in refused}, {50, 51, 52, 53})
        (self.folder / "all.jsonl").write_bytes(body + b"\n")
        self.load("--contract", "visits", "all.jsonl", expect=program.EXIT_PARTIAL)
        loaded = self.sql("SELECT source_line - 1 AS i, reason::VARCHAR AS reason, message FROM raw.dead_letters")
        self.assertEqual({(row["i"], row["reason"], row["message"]) for row in loaded}, refused)
        self.assertEqual(len(self.payloads()), 54)

    def test_the_pixel_is_a_view_and_an_image(self):
        path = "/v1/pixel.gif?session_id=S-1&user_id=U-1&page_url=https://shop.example/home%3Fa=%3Cb%3E&n=17"
        status, headers, image = self.request(path, User_Agent="Mozilla/5.0 (iPhone) Mobile")
        self.assertEqual((status, headers["Content-Type"], headers["Cache-Control"], len(image)),
                         (200, "image/gif", "no-store", 43))
        self.assertEqual(headers["Cross-Origin-Resource-Policy"], "cross-origin")
        self.request(path, DNT="1")
        self.request(path, Sec_GPC="1")
        (visit,) = map(json.loads, self.payloads())
        self.assertEqual((visit["session_id"], visit["device_type"]), ("S-1", "mobile"))
        tables = self.load("-", stdin=json.dumps(visit).encode() + b"\n")
        self.assertEqual(tables["visits"]["stored"], 1)
        self.assertEqual(self.sql("SELECT page_url FROM curated.page_view_events"),
                         [{"page_url": "https://shop.example/home?a=<b>"}])

    def test_the_tracker_is_small_and_every_site_may_load_it(self):
        status, headers, body = self.request("/t.js", Accept_Encoding="gzip")
        self.assertEqual((status, headers["Content-Encoding"]), (200, "gzip"))
        self.assertLessEqual(len(body), 2048)
        self.assertIn(b"addToCart", gzip.decompress(body))
        self.assertEqual(headers["Cross-Origin-Resource-Policy"], "cross-origin")
        self.assertEqual(self.request("/t.js", Accept_Encoding="gzip", If_None_Match=headers["ETag"])[0], 304)

    def test_metrics_tell_of_each_door(self):
        self.collect(b"[1,2,3]")
        self.collect(b"[1")
        self.request("/v1/pixel.gif?session_id=S")
        metrics = self.request("/metrics")[2].decode()
        for line in ('millrace_door_records_total{door="collect",result="accepted"} 3',
                     'millrace_door_requests_total{door="collect",result="refused_4xx"} 1',
                     'millrace_door_records_total{door="pixel",result="accepted"} 1'):
            self.assertIn(line + "\n", metrics)
        (last,) = re.findall(r'millrace_door_last_record_timestamp_seconds\{door="pixel"\} ([0-9.]+)', metrics)
        self.assertGreater(float(last), 1.7e9)


if __name__ == "__main__":
    program.main()

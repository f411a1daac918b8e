#!/usr/bin/env python3
"""Topics: what is published is kept in order, read back exactly, and found again by whoever asks, alone or through a
running server."""

import base64
import gzip
import json
import os
import pty
import re
import signal
import subprocess
import time
import unittest
import urllib.request

import program

LINES = [json.dumps({"id": i, "user": f"U{i % 7}", "text": "ü" * (i % 5)}, ensure_ascii=False) for i in range(2500)]


class TopicsTest(program.MillraceTest):
    """Runs each test on the folder alone."""

    def publish(self, *words, **options):
        text = self.run_command("publish", "--output", "json", *words, **options)
        return json.loads(text)

    def read(self, *words, **options):
        return [json.loads(line) for line in self.run_command("topics", "read", *words, **options).splitlines()]

    def list(self):
        return {topic["topic"]: topic for topic in json.loads(self.run_command("topics", "list", "--output", "json"))}

    def text(self):
        return ("\n".join(LINES) + "\n").encode()


class Topics(TopicsTest):
    def test_every_line_is_read_back_as_it_was_published(self):
        summary = self.publish("clicks", stdin=self.text())
        self.assertEqual((summary["published"], summary["refused"], summary["stopped"]), (len(LINES), 0, False))
        self.assertEqual(summary["bytes"], sum(len(line.encode()) for line in LINES))
        records = self.read("clicks")
        self.assertEqual(sorted(record["payload"] for record in records), sorted(LINES))
        raw = self.run_command("topics", "read", "clicks", "--output", "raw").splitlines()
        self.assertEqual(raw, [record["payload"] for record in records])
        topic = self.list()["clicks"]
        self.assertEqual((topic["records"], topic["partitions"]), (len(LINES), 4))
        self.assertEqual(topic["oldest"], min(record["arrival"] for record in records))
        self.assertEqual(topic["newest"], max(record["arrival"] for record in records))

    def test_records_of_a_key_stand_in_one_partition_in_their_order(self):
        self.publish("clicks", "--key-field", "user", stdin=self.text())
        by_key = {}
        for record in self.read("clicks"):
            by_key.setdefault(record["key"], []).append((record["partition"], json.loads(record["payload"])["id"]))
        self.assertEqual(set(by_key), {f"U{i}" for i in range(7)})
        for key, records in by_key.items():
            self.assertEqual(len({partition for partition, _ in records}), 1, key)
            self.assertEqual([number for _, number in records], list(range(int(key[1:]), len(LINES), 7)))

    def test_lines_without_the_key_field_are_published_without_a_key_and_counted(self):
        summary = self.publish("clicks", "--key-field", "user", stdin=b'{"user":"A"}\n{"id":1}\nno JSON\n')
        self.assertEqual((summary["published"], summary["without_key"]), (3, 2))
        self.assertIn("2 records have no user", self.last_error)
        self.assertEqual(sorted(record.get("key", "") for record in self.read("clicks")), ["", "", "A"])

    def test_offsets_count_from_0_without_a_hole(self):
        self.publish("clicks", "--key", "k", stdin=self.text())
        records = self.read("clicks")
        self.assertEqual([record["offset"] for record in records], list(range(len(LINES))))
        self.assertEqual([record["payload"] for record in records], LINES)
        partition = records[0]["partition"]
        part = self.read("clicks", "--partition", partition, "--from", "100", "--limit", "5")
        self.assertEqual(part, records[100:105])
        self.assertEqual(self.read("clicks", "--from", "latest"), [])
        time.sleep(0.01)
        self.publish("clicks", "--key", "k", stdin=b"later\n")
        (later,) = self.read("clicks", "--from", str(len(LINES)))
        self.assertEqual(self.read("clicks", "--from", later["arrival"]), [later])
        self.assertEqual(self.read("clicks", "--from", "2000-01-01"), records + [later])

    def test_keys_attributes_and_bytes_come_back(self):
        photo = bytes(range(256)) * 20
        (self.folder / "photo.png").write_bytes(photo)
        self.publish("images", "--whole", "--key", "P-1", "--attribute", "type=image/png", "--attribute", "note=a=b",
                     "photo.png")
        (record,) = self.read("images")
        self.assertEqual((record["key"], record["attributes"]), ("P-1", {"type": "image/png", "note": "a=b"}))
        self.assertEqual(base64.b64decode(record["payload_base64"]), photo)
        self.assertNotIn("payload", record)

    def test_compressed_files_blank_lines_and_a_last_line_without_its_end(self):
        (self.folder / "a.gz").write_bytes(gzip.compress(b"one\r\n\n  \ntwo\nthree"))
        self.assertEqual(self.publish("t", "--key", "k", "a.gz")["published"], 3)
        self.assertEqual([record["payload"] for record in self.read("t")], ["one", "two", "three"])

    def test_a_line_beyond_the_limit_is_told_with_its_number_and_the_others_are_published(self):
        lines = b"one\n" + b"x" * (1 << 20) + b"\n" + b"y" * ((1 << 20) + 1) + b"\n" + b"z" * (5 << 20) + b"\nfive\n"
        summary = self.publish("t", "--key", "k", stdin=lines, expect=program.EXIT_PARTIAL)
        self.assertEqual((summary["published"], summary["refused"]), (3, 2))
        self.assertIn("line 3 is not published: a record's payload has 1048577 bytes", self.last_error)
        self.assertIn("line 4 is not published: it has more than 1048576 bytes", self.last_error)
        self.assertEqual([len(record["payload"]) for record in self.read("t")], [3, 1 << 20, 4])
        (self.folder / "large").write_bytes(b"x" * ((1 << 20) + 1))
        self.run_command("publish", "t", "--whole", "large", expect=program.EXIT_USAGE)

    def test_a_topic_has_the_settings_it_was_made_with(self):
        self.run_command("topics", "create", "orders", "--partitions", "8", "--retention", "30d", "--retention-bytes",
                         "10GB", "--compression", "zstd")
        topic = json.loads(self.run_command("topics", "show", "orders", "--output", "json"))
        self.assertEqual((topic["retention_seconds"], topic["retention_bytes"], topic["compression"]),
                         (30 * 86400, 10 * 10**9, "zstd"))
        self.assertEqual([partition["partition"] for partition in topic["partitions"]], list(range(8)))
        self.publish("orders", stdin=self.text())
        self.assertEqual(sorted(record["payload"] for record in self.read("orders")), sorted(LINES))
        self.assertLess(self.list()["orders"]["bytes"], len(self.text()))
        shown = self.run_command("topics", "show", "orders")
        self.assertIn("30d, at most 10.0 GB a partition", shown)
        self.run_command("topics", "create", "orders", expect=program.EXIT_FAILED)
        self.assertIn("there is a topic orders already", self.last_error)

    def test_deleting_is_a_dry_run_unless_confirmed(self):
        self.publish("clicks", stdin=self.text())
        self.assertIn("would delete topic clicks with 2,500 records", self.run_command("topics", "delete", "clicks"))
        self.run_command("topics", "delete", "clicks", "--confirm", "yes", expect=program.EXIT_USAGE)
        self.assertEqual(self.list()["clicks"]["records"], 2500)
        self.assertIn("deleted topic clicks", self.run_command("topics", "delete", "clicks", "--confirm", "DELETE"))
        self.assertEqual(self.list(), {})
        self.assertEqual(list((self.data / "log").iterdir()), [])
        self.publish("clicks", stdin=b"anew\n")
        self.assertEqual([(record["offset"], record["payload"]) for record in self.read("clicks")], [(0, "anew")])

    def test_what_makes_no_sense_is_told(self):
        self.run_command("topics", "create", "t")
        for words, told in ((["topics", "create", "No"], "no name for a topic"), (["topics", "lst"], "did you mean list?"),
                            (["topics", "create", "a", "--partitions", "65"], "--partitions"),
                            (["topics", "create", "a", "--retention", "soon"], "--retention soon"),
                            (["topics", "create", "a", "--retention-bytes", "10XB"], "--retention-bytes 10XB"),
                            (["topics", "create", "a", "--compression", "gz"], "--compression gz"),
                            (["topics", "read", "t", "--from", "soon"], "--from soon"),
                            (["topics", "read", "t", "--output", "csv"], "--output csv"),
                            (["topics", "read", "t", "--partition", "4"], "partitions 0 to 3"),
                            (["publish", "../t"], "no name for a topic"),
                            (["publish", "t", "--attribute", "x"], "--attribute x"),
                            (["publish", "t", "--key", "a", "--key-field", "b"], "--key"),
                            (["publish", "t", "--key", "k" * 1025], "key has 1025 bytes"),
                            (["publish", "t", "--whole", "--key-field", "b"], "--key-field")):
            self.run_command(*words, expect=program.EXIT_USAGE)
            self.assertIn(told, self.last_error, words)
        for words, told in ((["topics", "read", "tt"], "did you mean t?"), (["topics", "delete", "x"], "there is no topic x"),
                            (["publish", "t", "nothing.jsonl"], "nothing.jsonl")):
            self.run_command(*words, expect=program.EXIT_FAILED)
            self.assertIn(told, self.last_error, words)

    def test_asking_makes_no_data_folder(self):
        for words in (["list"], ["show", "t"], ["read", "t"], ["delete", "t"]):
            self.run_command("topics", *words, expect=program.EXIT_FAILED)
            self.assertIn("there is no data folder", self.last_error)
        self.assertFalse(self.data.exists())

    def test_the_list_opens_no_warehouse(self):
        self.publish("t", stdin=b"one\n")
        self.run_command("topics", "list")
        self.assertEqual(sorted(path.name for path in self.data.iterdir()), ["LOCK", "log"])

    def test_what_a_terminal_would_obey_is_shown_and_not_sent(self):
        self.publish("t", stdin=b"\x1b[31mred\n")
        ours, theirs = pty.openpty()
        subprocess.run([program.MILLRACE, "--data-dir", str(self.data), "topics", "read", "t", "--output", "raw"],
                       stdout=theirs, check=True)
        shown = os.read(ours, 65536)
        os.close(ours)
        os.close(theirs)
        self.assertIn(rb"\x1b[31mred", shown)

    def test_an_interrupted_publisher_says_how_many_are_acknowledged(self):
        publisher = self.start("publish", "t", "--key", "k", "--output", "json", stdin=subprocess.PIPE)
        publisher.stdin.write(self.text())
        publisher.stdin.flush()
        time.sleep(0.5)
        publisher.send_signal(signal.SIGINT)
        self.assertEqual(publisher.wait(30), program.EXIT_INTERRUPTED)
        summary = json.loads(publisher.stdout.read())
        self.assertTrue(summary["stopped"])
        self.assertIn(b"records are acknowledged", publisher.stderr.read())
        self.assertEqual([record["payload"] for record in self.read("t")], LINES[:summary["published"]])

    def test_what_a_killed_publisher_was_told_is_there(self):
        self.publish("t", "--key", "k", stdin=b"".join(b"%d\n" % i for i in range(1000)))
        publisher = self.start("publish", "t", "--key", "k", stdin=subprocess.PIPE)
        publisher.stdin.write(b"".join(b"%d\n" % i for i in range(1000, 5000)))
        publisher.stdin.flush()
        time.sleep(0.2)
        publisher.kill()
        publisher.wait()
        payloads = [int(record["payload"]) for record in self.read("t")]
        self.assertGreaterEqual(len(payloads), 1000)
        self.assertEqual(payloads, list(range(len(payloads))))

    def test_a_lost_topic_file_costs_the_settings_and_no_record(self):
        self.publish("t", "--key", "k", stdin=self.text())
        (self.data / "log" / "t" / "topic").write_text("nonsense")
        self.assertEqual([record["payload"] for record in self.read("t")], LINES)
        self.assertIn("log_topic_mended", self.last_error)
        self.assertEqual([record["payload"] for record in self.read("t")], LINES)
        self.assertEqual(self.last_error, "")


class TopicsOfARunningServer(TopicsTest):
    def setUp(self):
        super().setUp()
        self.server = self.start("run", "--listen", "127.0.0.1:0")
        self.address = re.search(r"http://[^/\s]+", self.server.stdout.readline().decode()).group(0)

    def get(self, path):
        with urllib.request.urlopen(self.address + path, timeout=30) as answer:
            return answer.read().decode()

    def test_commands_go_through_it(self):
        (self.folder / "a.jsonl").write_bytes(self.text())
        self.assertEqual(self.publish("clicks", "--key-field", "user", "a.jsonl")["published"], len(LINES))
        self.run_command("topics", "create", "orders")
        self.assertEqual(sorted(self.list()), ["clicks", "orders"])
        self.assertEqual(sorted(record["payload"] for record in self.read("clicks")), sorted(LINES))
        self.run_command("topics", "delete", "orders", "--confirm", "DELETE")
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(20), 0)
        self.assertEqual(self.list()["clicks"]["records"], len(LINES))  # and without it

    def test_following_shows_what_arrives_until_it_is_stopped(self):
        self.publish("t", "--key", "k", stdin=b"one\n")
        reader = self.start("topics", "read", "t", "--follow", "--output", "raw")
        self.assertEqual(reader.stdout.readline(), b"one\n")
        self.publish("t", "--key", "k", stdin=b"two\nthree\n")
        self.assertEqual(reader.stdout.readline(), b"two\n")
        self.assertEqual(reader.stdout.readline(), b"three\n")
        reader.send_signal(signal.SIGINT)
        self.assertEqual(reader.wait(15), program.EXIT_INTERRUPTED)
        latest = self.start("topics", "read", "t", "--follow", "--from", "0", "--limit", "4", "--output", "raw")
        self.publish("t", "--key", "k", stdin=b"four\nfive\n")
        self.assertEqual(latest.wait(15), 0)
        self.assertEqual(latest.stdout.read(), b"one\ntwo\nthree\nfour\n")

    def test_lines_that_come_slowly_are_published_as_they_come(self):
        publisher = self.start("publish", "t", "--key", "k", stdin=subprocess.PIPE)
        self.run_command("topics", "create", "t")
        reader = self.start("topics", "read", "t", "--follow", "--output", "raw")
        for line in (b"first\n", b"second\n"):
            publisher.stdin.write(line)
            publisher.stdin.flush()
            self.assertEqual(reader.stdout.readline(), line)
        publisher.stdin.close()
        self.assertEqual(publisher.wait(15), 0)

    def test_two_publishers_at_once_lose_nothing(self):
        publishers = []
        for name in ("a", "b", "c"):
            file = self.folder / name
            file.write_text("".join(f"{name}{i}\n" for i in range(20_000)))
            publishers.append(self.start("publish", "t", "--key", name, file))
        for publisher in publishers:
            self.assertEqual(publisher.wait(program.PATIENCE_SECONDS), 0, publisher.stderr.read())
        by_key = {}
        for record in self.read("t"):
            by_key.setdefault(record["key"], []).append(record["payload"])
        self.assertEqual(by_key, {name: [f"{name}{i}" for i in range(20_000)] for name in ("a", "b", "c")})

    def test_what_was_acknowledged_before_a_kill_is_there(self):
        self.publish("t", "--key", "k", stdin=self.text())
        self.server.kill()
        self.server.wait()
        self.assertEqual([record["payload"] for record in self.read("t")], LINES)

    def test_health_and_metrics_tell_of_the_log(self):
        self.publish("t", "--key", "k", stdin=self.text())
        self.assertIn("ok", self.get("/healthz"))
        self.assertIn("ok", self.get("/readyz"))
        metrics = self.get("/metrics")
        self.assertIn(f'millrace_log_records_total{{topic="t"}} {len(LINES)}\n', metrics)
        self.assertIn("millrace_log_commit_duration_seconds_count", metrics)
        self.assertIn("millrace_log_failed 0\n", metrics)

    def test_a_second_server_is_refused_with_a_clear_line(self):
        self.run_command("run", "--listen", "127.0.0.1:0", expect=program.EXIT_FAILED)
        self.assertIn("is in use by another millrace process", self.last_error)


if __name__ == "__main__":
    program.main()

#!/usr/bin/env python3
"""A pushed message is acknowledged when it is durable; one that nobody can read is kept and never comes again."""

import base64
import json
import re
import signal
import urllib.error
import urllib.request

import program


class Push(program.MillraceTest):
    def setUp(self):
        super().setUp()
        self.server = self.start("run", "--listen", "127.0.0.1:0")
        line = self.server.stdout.readline().decode()
        self.address = re.search(r"http://[^/\s]+", line).group(0)

    def push(self, body, topic="clicks"):
        asked = urllib.request.Request(f"{self.address}/push/{topic}", data=body,
                                       headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(asked, timeout=program.PATIENCE_SECONDS) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code

    def records(self, topic):
        return [json.loads(line) for line in self.run_command("topics", "read", topic).splitlines()]

    @staticmethod
    def envelope(data, number, snake=False):
        message = {"data": base64.b64encode(data).decode(), "attributes": {"n": str(number)}}
        if snake:
            message |= {"message_id": str(number), "publish_time": "2024-07-01T09:00:00Z", "ordering_key": "K"}
            return json.dumps({"message": message, "subscription": "s", "delivery_attempt": 2}).encode()
        message |= {"messageId": str(number), "publishTime": "2024-07-01T09:00:00Z", "orderingKey": "K"}
        return json.dumps({"message": message, "subscription": "s", "deliveryAttempt": 2}).encode()

    def test_messages_are_stored_with_key_and_attributes_in_order_and_survive_a_kill(self):
        payloads = [('{"n":%d,"t":"\u00e4"}' % n).encode() for n in range(50)]
        for n, payload in enumerate(payloads):
            self.assertEqual(self.push(self.envelope(payload, n, snake=n % 2 == 1)), 204)
        self.server.send_signal(signal.SIGKILL)
        self.server.wait(program.PATIENCE_SECONDS)
        records = self.records("clicks")
        self.assertEqual([record["payload"].encode() for record in records], payloads)
        for n, record in enumerate(records):
            self.assertEqual(record["key"], "K")
            self.assertEqual(record["attributes"],
                             {"pubsub.message_id": str(n), "pubsub.publish_time": "2024-07-01T09:00:00Z",
                              "pubsub.subscription": "s", "pubsub.delivery_attempt": "2", "n": str(n)})

    def test_what_cannot_be_read_is_acknowledged_and_kept_byte_for_byte(self):
        bodies = [b"not JSON", b"{}", b'{"message":{"data":"%%%"}}', b'{"message":\xff\x00}', b"\n", b"[" * 50_000]
        for body in bodies:
            self.assertEqual(self.push(body), 202, body[:40])
        letters = self.records("dead-letter")
        kept = {base64.b64decode(record["payload_base64"]) if "payload_base64" in record else record["payload"].encode()
                for record in letters}
        self.assertEqual(kept, set(bodies))
        for record in letters:
            self.assertEqual((record["attributes"]["reason"], record["attributes"]["source_topic"]),
                             ("bad_envelope", "clicks"))
        self.assertNotIn("clicks", self.run_command("topics", "list"))

    def test_a_message_that_no_topic_takes_is_kept_as_a_dead_letter(self):
        body = json.dumps({"message": {"messageId": "1", "attributes": {f"a{n}": "1" for n in range(100)}}}).encode()
        self.assertEqual(self.push(body), 202)
        (letter,) = self.records("dead-letter")
        self.assertEqual((letter["payload"].encode(), letter["attributes"]["reason"]), (body, "beyond_limits"))

    def test_a_wrong_address_is_not_acknowledged(self):
        self.assertEqual(self.push(self.envelope(b"x", 1), "No%20Topic"), 400)


if __name__ == "__main__":
    program.main()

"""Load through the doors, from several connections, each request in the history."""

import base64
import http.client
import json
import random
import threading
import time

import history as histories

ANSWER_SECONDS = 60  # an answer that takes longer is none


class LoadDriver:
    """Sends until stopped. Each connection has keys of its own and waits for each answer, so that the order of a key's
    records is the order in which they were sent. `address` is asked for (host, port) before each connect: the service
    may come back elsewhere. Nothing is ever sent again."""

    def __init__(self, history, address, *, topics=("shop",), connections=3, keys=4, seed=1, events_max=20, pad_max=300,
                 pushes=True, pause=0.0, name="c"):
        self._history = history
        self._address = address
        self._topics = topics
        self._keys = keys
        self._events_max = events_max
        self._pad_max = pad_max
        self._pushes = pushes
        self._pause = pause
        self._stop = threading.Event()
        self._sequences = {}
        self.statuses = {}
        self._threads = [threading.Thread(target=self._run, args=(f"{name}{number}", random.Random(f"{seed} {number}")),
                                          daemon=True) for number in range(connections)]

    def start(self):
        for thread in self._threads:
            thread.start()
        return self

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(ANSWER_SECONDS + 10)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def _run(self, name, rng):
        connection = None
        while not self._stop.is_set():
            if connection is None:
                connection = self._connect()
                continue
            if not self._request(connection, name, rng):
                connection.close()
                connection = None
            if self._pause:
                self._stop.wait(self._pause)

    def _connect(self):
        try:
            host, port = self._address()
            connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
            connection.connect()
            return connection
        except (OSError, TypeError):
            self._stop.wait(0.02)
            return None

    def _records(self, topic, key, count, rng):
        records = []
        for _ in range(count):
            sequence = self._sequences.get((topic, key), 0)
            self._sequences[topic, key] = sequence + 1
            id = f"{topic}/{key}#{sequence}"
            pad = "x" * rng.randrange(self._pad_max + 1)
            records.append((id, sequence, json.dumps({"id": id, "salt": rng.randrange(1 << 60), "pad": pad}).encode()))
        return records

    def _request(self, connection, name, rng):
        """False when the connection is of no use any more."""
        topic = rng.choice(self._topics)
        key = f"{name}-{rng.randrange(self._keys)}"
        is_push = self._pushes and rng.random() < 0.2
        records = self._records(topic, key, 1 if is_push else rng.randint(1, self._events_max), rng)
        sent = histories.now()
        status, retry_after = None, 0.0
        try:
            if is_push:
                self._send_push(connection, topic, key, records[0])
            else:
                connection.request("POST", f"/v1/collect?topic={topic}&key={key}",
                                   body=b"".join(payload + b"\n" for _, _, payload in records),
                                   headers={"Content-Type": "application/x-ndjson"})
            answer = connection.getresponse()
            answer.read()
            status = answer.status
            retry_after = float(answer.headers.get("Retry-After", 0))
            return not answer.will_close
        except (OSError, http.client.HTTPException):
            return False
        finally:
            self._history.add(door="push" if is_push else "collect", topic=topic, key=key, records=records, sent=sent,
                              answered=histories.now(), status=status)
            self.statuses[status] = self.statuses.get(status, 0) + 1
            if status is None or status >= 400:
                self._stop.wait(min(retry_after, 0.1))

    @staticmethod
    def _send_push(connection, topic, key, record):
        id, _, payload = record
        message = {"data": base64.b64encode(payload).decode(), "attributes": {"id": id}, "messageId": id,
                   "publishTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "orderingKey": key}
        connection.request("POST", f"/push/{topic}", headers={"Content-Type": "application/json"},
                           body=json.dumps({"message": message, "subscription": "projects/test/subscriptions/load"}))

"""What was sent, what was acknowledged, and whether what is stored agrees with it.

A load driver writes a History: one line a request, in a file outside the data folder. Only an answer of 2xx means
acknowledged; everything else is unknown: such records may be stored or not. A Checker reads back what is stored, by
whatever reader it is given (a topic's records, later the rows of a table), and says what is wrong.
"""

import collections
import dataclasses
import hashlib
import json
import random
import shlex
import sys
import threading
import time


def content_hash(payload):
    return hashlib.sha256(payload).hexdigest()[:24]


@dataclasses.dataclass(frozen=True)
class Sent:
    """A record as it was sent. `sequence` counts the records of its key, from 0, in the order in which they were sent."""

    id: str
    topic: str
    key: str
    sequence: int
    hash: str
    acknowledged: bool


@dataclasses.dataclass(frozen=True)
class Stored:
    """A record as a reader found it. A reader that does not know a place or a key leaves them None."""

    id: str
    hash: str
    key: str | None = None
    partition: int | None = None
    offset: int | None = None


class History:
    """Thread-safe. Also kept in memory, because tests are short."""

    def __init__(self, file):
        self._file = open(file, "a", encoding="utf-8")
        self._lock = threading.Lock()
        self._sent = {}
        self.requests = 0
        self.acknowledged_requests = 0
        self.last_acknowledged = 0.0  # when the newest acknowledged request was sent

    def close(self):
        self._file.close()

    def add(self, *, door, topic, key, records, sent, answered, status):
        """`records`: (id, sequence, payload) of each, in their order. Status None: no answer came."""
        acknowledged = status is not None and 200 <= status < 300
        line = {"door": door, "topic": topic, "key": key, "sent": sent, "answered": answered, "status": status,
                "records": [[id, sequence, content_hash(payload)] for id, sequence, payload in records]}
        with self._lock:
            self._file.write(json.dumps(line) + "\n")
            self._file.flush()
            self._keep(line, acknowledged)

    def _keep(self, line, acknowledged):
        self.requests += 1
        if acknowledged:
            self.acknowledged_requests += 1
            self.last_acknowledged = max(self.last_acknowledged, line["sent"])
        for id, sequence, hash in line["records"]:
            self._sent[id] = Sent(id, line["topic"], line["key"], sequence, hash, acknowledged)

    @classmethod
    def read(cls, file):
        """One that a driver wrote before."""
        history = cls(file)
        with open(file, encoding="utf-8") as lines:
            for text in lines:
                line = json.loads(text)
                history._keep(line, line["status"] is not None and 200 <= line["status"] < 300)
        return history

    def add_as_unknown(self, other):
        """What another has sent, as if no answer had come: for records that a test takes away again by itself."""
        with self._lock:
            for record in other.sent().values():
                self._sent[record.id] = dataclasses.replace(record, acknowledged=False)

    def sent(self):
        with self._lock:
            return dict(self._sent)

    def topics(self):
        return sorted({record.topic for record in self.sent().values()})

    def acknowledged(self):
        return sum(record.acknowledged for record in self.sent().values())


class Verdict:
    """What a check found: for each kind of fault the records, and how many records were looked at."""

    def __init__(self):
        self.faults = collections.defaultdict(list)
        self.sent = 0
        self.acknowledged = 0
        self.stored = 0
        self.unknown_stored = 0  # of those without an acknowledgement

    def add(self, kind, what):
        self.faults[kind].append(what)

    def is_sound(self):
        return not self.faults

    def __str__(self):
        unknown = self.sent - self.acknowledged
        text = (f"{self.acknowledged} acknowledged, {unknown} unknown ({self.unknown_stored} of them stored), "
                f"{self.stored} stored")
        for kind, found in sorted(self.faults.items()):
            text += f"\n  {kind}: {len(found)}, such as {found[:3]}"
        return text


class Checker:
    """Compares a history with what a reader finds.

    `read(topic)` yields Stored records, those of a partition in the order of their offsets. `gaps` are the offsets
    that the program itself reports as lost: (topic, partition, first, end). Where a place stores each record once
    whatever is sent again (a warehouse), `once` asks for that; a log has a record as often as it was sent.
    """

    def __init__(self, history, read, gaps=(), once=True):
        self._history = history
        self._read = read
        self._gaps = set()
        for topic, partition, first, end in gaps:
            self._gaps.update((topic, partition, offset) for offset in range(first, end))
        self._once = once

    def check(self):
        verdict = Verdict()
        sent = self._history.sent()
        verdict.sent = len(sent)
        verdict.acknowledged = sum(record.acknowledged for record in sent.values())
        found = set()
        for topic in self._history.topics():
            found |= self._check_topic(topic, sent, verdict)
        for record in sent.values():
            if record.acknowledged and record.id not in found:
                verdict.add("acknowledged and lost", record.id)
        verdict.unknown_stored = sum(not sent[id].acknowledged for id in found if id in sent)
        return verdict

    def _check_topic(self, topic, sent, verdict):
        found = set()
        next_offsets = {}
        key_sequences = {}
        key_partitions = {}
        for record in self._read(topic):
            verdict.stored += 1
            self._check_place(topic, record, next_offsets, verdict)
            original = sent.get(record.id)
            if original is None or original.topic != topic:
                verdict.add("stored and never sent", record.id)
                continue
            self._check_content(record, original, verdict)
            if record.id in found and self._once:
                verdict.add("stored twice", record.id)
                continue
            found.add(record.id)
            self._check_order(record, original, key_sequences, key_partitions, verdict)
        return found

    def _check_place(self, topic, record, next_offsets, verdict):
        if record.offset is None:
            return
        expected = next_offsets.get(record.partition)
        if expected is not None and record.offset < expected:
            verdict.add("offset not ascending", (topic, record.partition, record.offset))
        first = expected if expected is not None else 0
        missing = [offset for offset in range(first, record.offset) if (topic, record.partition, offset) not in self._gaps]
        if missing:
            verdict.add("offsets missing", (topic, record.partition, missing[0], record.offset))
        next_offsets[record.partition] = max(record.offset + 1, expected or 0)

    @staticmethod
    def _check_content(record, original, verdict):
        if record.hash != original.hash:
            verdict.add("changed", record.id)
        if record.key is not None and record.key != original.key:
            verdict.add("under another key", record.id)

    @staticmethod
    def _check_order(record, original, key_sequences, key_partitions, verdict):
        if record.partition is not None:
            if key_partitions.setdefault(original.key, record.partition) != record.partition:
                verdict.add("key in two partitions", record.id)
        if record.offset is None:
            return
        if original.sequence < key_sequences.get(original.key, -1):
            verdict.add("out of order", record.id)
        key_sequences[original.key] = max(original.sequence, key_sequences.get(original.key, -1))


class FaultPlan:
    """When and what goes wrong, from a seed; says how to do the same again."""

    def __init__(self, seed, **environment):
        self.seed = int(seed) if seed else random.SystemRandom().randrange(1 << 31)
        self.random = random.Random(self.seed)
        self._environment = {"MILLRACE_SEED": self.seed, **environment}
        self.steps = []

    def note(self, step):
        self.steps.append(step)
        return step

    def command(self):
        settings = " ".join(f"{name}={shlex.quote(str(value))}" for name, value in self._environment.items())
        return f"{settings} python3 {shlex.quote(sys.argv[0])}"

    def __str__(self):
        return f"seed={self.seed} plan={self.steps}\nagain: {self.command()}"


def now():
    return time.time()

#!/usr/bin/env python3
"""A log with torn, zeroed, flipped, missing or foreign files opens by itself; nothing that is sound is lost, nothing wrong
is ever read, and what is lost is told."""

import re

import history
import program
import service
from load_driver import LoadDriver

ROUNDS = service.count_of("MILLRACE_DAMAGES", 4)


class DamagedFiles(service.FaultTest):
    settings = ("MILLRACE_DAMAGES",)

    def setUp(self):
        super().setUp()
        self.later = history.History(self.folder / "later.ndjson")  # of records that the test takes away by itself
        self.addCleanup(self.later.close)

    def load(self, into, requests=30, name="c"):
        """Records, then a crash."""
        self.service.start()
        target = into.acknowledged_requests + requests
        with LoadDriver(into, self.address, seed=f"{self.plan.seed} {name}", name=name):
            program.wait_until(lambda: into.acknowledged_requests >= target, "acknowledged requests", 60)
        self.service.kill()

    def files(self, pattern):
        return sorted((self.data / "log").glob(f"*/*/{pattern}"))

    def sizes(self):
        return {file: file.stat().st_size for file in self.files("*.log")}

    def assert_opens_with_all(self):
        self.service.start()
        self.assert_history_holds()
        self.service.kill()

    def test_the_tail_is_torn_or_zeroed_anywhere_behind_what_was_acknowledged(self):
        self.load(self.history)
        for round in range(ROUNDS):
            before = self.sizes()
            self.load(self.later, name=f"later{round}")
            self.history.add_as_unknown(self.later)
            for file, size in self.sizes().items():
                self.damage_tail(file, before.get(file, 0), size, zero=round % 2 == 1)
            self.assert_opens_with_all()
            # What stayed is as good as acknowledged from now on.
            self.load(self.history, name=f"after{round}")
        self.assert_opens_with_all()

    def damage_tail(self, file, from_byte, size, zero):
        at = self.plan.random.randint(from_byte, size)
        self.plan.note((file.parent.name, "zero" if zero else "cut", size - at))
        with open(file, "r+b") as bytes:
            bytes.truncate(at)
            if zero:
                bytes.truncate(size + self.plan.random.randint(0, 8192))

    def test_a_flipped_byte_costs_little_and_is_told(self):
        self.load(self.history, requests=60)
        originals = {file: file.read_bytes() for file in self.files("*.log")}
        for _ in range(ROUNDS):
            file = self.plan.random.choice([file for file, content in originals.items() if len(content) > 200])
            at = self.plan.random.randrange(len(originals[file]))
            self.plan.note((file.parent.name, at))
            content = bytearray(originals[file])
            content[at] ^= 1 << self.plan.random.randrange(8)
            file.write_bytes(content)
            for index in self.files("*.index"):
                index.unlink()
            self.assert_damage_is_told()
            file.write_bytes(originals[file])
        self.assert_opens_with_all()

    def assert_damage_is_told(self):
        self.service.start()
        verdict = history.Checker(self.history, service.read_topic(self.data)).check()
        lost = len(verdict.faults.pop("acknowledged and lost", []))
        verdict.faults.pop("offsets missing", None)
        self.assertTrue(verdict.is_sound(), f"{verdict}\n{self.plan}")
        _, metrics = self.service.get("/metrics")
        told = sum(float(value) for value in
                   re.findall(r"^millrace_log_(?:damaged_records|torn_bytes)_total(?:\{[^}]*\})? (\S+)$", metrics,
                              re.MULTILINE))
        if lost > 0:
            self.assertGreater(told, 0, f"{lost} records are lost and nobody says so\n{self.plan}")
        self.assertLess(lost, verdict.acknowledged, self.plan)
        self.service.kill()

    def test_indexes_that_are_missing_empty_or_nonsense_are_made_again(self):
        self.load(self.history)
        self.service.start()
        self.assertEqual(self.service.terminate(), program.EXIT_OK)
        for damage in (lambda file: file.unlink(), lambda file: file.write_bytes(b""),
                       lambda file: file.write_bytes(self.plan.random.randbytes(500))):
            for index in self.files("*.index"):
                damage(index)
            self.assert_opens_with_all()

    def test_foreign_files_are_left_alone(self):
        self.load(self.history)
        foreign = []
        for file in self.files("*.log"):
            for name in ("notes.txt", ".DS_Store", "abc.log", "lost+found"):
                stranger = file.with_name(name)
                stranger.write_bytes(b"not of this program\n")
                foreign.append(stranger)
        (self.data / "log" / "README").write_bytes(b"mine\n")
        self.assert_opens_with_all()
        for stranger in foreign:
            self.assertEqual(stranger.read_bytes(), b"not of this program\n", stranger)

    def test_an_empty_newest_segment_opens(self):
        self.load(self.history)
        for folder in sorted({file.parent for file in self.files("*.log")}):
            newest = max(folder.glob("*.log"))
            digits = newest.name.split(".")[0]
            (folder / (str(int(digits) + 1_000_000).zfill(len(digits)) + ".log")).write_bytes(b"")
        self.assert_opens_with_all()


if __name__ == "__main__":
    program.main()

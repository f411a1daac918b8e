#!/usr/bin/env python3
"""A load that is killed or stopped at any moment leaves whole transactions, and the same command finishes it.

MILLRACE_SEED repeats a run; MILLRACE_KILLS sets how many kills (20).
"""

import json
import os
import random
import signal
import time
import unittest

import program

VISITS = 60_000


class LoadKill(program.MillraceTest):
    @classmethod
    def setUpClass(cls):
        cls.seed = int(os.environ.get("MILLRACE_SEED") or random.SystemRandom().randrange(1 << 30))
        cls.kills = int(os.environ.get("MILLRACE_KILLS") or 20)
        print(f"MILLRACE_SEED={cls.seed} MILLRACE_KILLS={cls.kills}", flush=True)

    def setUp(self):
        super().setUp()
        self.random = random.Random(self.seed)
        self.input = self.folder / "input"
        self.input.mkdir()

    def write_input(self, visits):
        """One large file, small ones, the real visits, and parts of visits that only the settlement can put together."""
        lines = self.simulate(visits, 1)
        (self.input / "large.jsonl").write_bytes(b"".join(lines[: len(lines) * 2 // 3]))
        rest = lines[len(lines) * 2 // 3:]
        for number in range(10):
            (self.input / f"small-{number}.jsonl").write_bytes(b"".join(rest[number::10]))
        parts = ([], [])
        for line in lines[::17]:
            visit = json.loads(line)
            half = len(visit["events"]) // 2
            visit["session_id"] += "-in-parts"
            for part, events in zip(parts, (visit["events"][:half + 1], visit["events"][half:])):
                part.append(json.dumps({**visit, "events": events}) + "\n")
        for number, part in enumerate(parts):
            (self.input / f"parts-{number}.jsonl").write_text("".join(part))
        if program.VISITS_DATA:
            (self.input / "real").symlink_to(program.VISITS_DATA)

    def paths(self):
        return [self.input] + ([self.input / "real"] if (self.input / "real").exists() else [])

    def load_clean(self):
        """A load that nobody disturbs: what is stored, and how long it took."""
        data, self.data = self.data, self.folder / "clean"
        start = time.monotonic()
        self.load(*self.paths())
        seconds = time.monotonic() - start
        content = self.content()
        self.assert_whole()
        self.data = data
        return content, seconds

    def test_kill_at_random_moments(self):
        self.write_input(VISITS)
        content, seconds = self.load_clean()
        finished = 0
        kills = 0
        stored = set()
        while kills < self.kills:
            self.data.mkdir(mode=0o700, exist_ok=True)  # a kill may come before the program has made it
            process = self.start("load", "--quiet", *self.paths())
            time.sleep(self.random.uniform(0, seconds * 1.05))
            process.kill()
            code = process.wait()
            if code == -signal.SIGKILL:
                kills += 1
            self.assert_whole()
            stored.add(self.sql("SELECT count(*) AS n FROM curated.visits")[0]["n"])
            if code == 0:  # it was faster: from the start again
                self.assertEqual(self.content(), content)
                finished += 1
                self.data = self.folder / f"data-{finished}"
        self.load(*self.paths())
        self.assertEqual(self.content(), content)
        self.assert_whole()
        self.assert_nothing_left()
        print(f"{kills} kills, {finished} loads that were faster, stops at {len(stored)} different states", flush=True)

    def test_kill_while_the_log_goes_into_the_file(self):
        """At the end of a load, when everything is committed and the checkpoint runs."""
        self.write_input(VISITS // 4)
        content, seconds = self.load_clean()
        for round_number in range(4):
            self.data = self.folder / f"late-{round_number}"
            self.data.mkdir(mode=0o700, exist_ok=True)  # a kill may come before the program has made it
            process = self.start("load", "--quiet", *self.paths())
            time.sleep(seconds * self.random.uniform(0.75, 1.0))
            process.kill()
            process.wait()
            self.assert_whole()
            self.load(*self.paths())
            self.assertEqual(self.content(), content)
            self.assert_nothing_left()

    def test_an_interrupt_leaves_whole_blocks_and_the_same_command_finishes(self):
        self.write_input(VISITS)
        content, seconds = self.load_clean()
        interrupted = 0
        for number in range(20):
            stop_signal = (signal.SIGINT, signal.SIGTERM)[number % 2]
            process = self.start("load", "--output", "json", *self.paths())
            time.sleep(self.random.uniform(0.2, 0.8) * seconds)
            process.send_signal(stop_signal)
            out, err = process.communicate(timeout=program.PATIENCE_SECONDS)
            self.assertIn(process.returncode, (program.EXIT_INTERRUPTED, program.EXIT_OK), err)
            self.assert_whole()
            self.assertEqual(self.sql("SELECT count(*) AS n FROM raw.pending_records"), [{"n": 0}])
            if process.returncode == program.EXIT_INTERRUPTED:
                interrupted += 1
                self.assertTrue(json.loads(out)["stopped"])
                self.assertIn(b"same command", err)
                if interrupted == 3:
                    break
            else:  # it was faster: from the start again
                self.data = self.folder / f"data-{number}"
        self.load(*self.paths())
        self.assertEqual(self.content(), content)
        self.assert_nothing_left()
        self.assertGreater(interrupted, 0)

    def test_an_interrupt_stops_a_load_that_waits_for_standard_input(self):
        process = self.start("load", "--quiet", "-", stdin=-1)
        process.stdin.write(b"".join(self.simulate(50, 2)))
        process.stdin.flush()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(15), program.EXIT_INTERRUPTED)
        self.assert_whole()


if __name__ == "__main__":
    program.main()

#!/usr/bin/env python3
"""No acknowledged record is lost, changed or out of its key's order when the service is killed: at random moments under
load, and at each step that durability depends on."""

import pathlib
import re
import time

import program
import service
from load_driver import LoadDriver

KILLS = service.count_of("MILLRACE_KILLS", 20)
FAIL_POINTS = program.ROOT / "src" / "base" / "fail_point.cc"
KILLED_AT_FAIL_POINT = 137

# What each needs beside a stream of small records: topics that are new, or enough in one partition to fill a segment.
NEW_TOPICS = ("log_before_rename", "log_after_rename_before_folder_sync")
FULL_SEGMENT = ("log_before_roll", "log_after_roll_before_folder_sync")
# Only old segments of a topic with little retention pass it, and only now and then: the log's own tests reach it.
NOT_FROM_OUTSIDE = ("log_during_retention",)


def declared_fail_points():
    return re.findall(r'return "([a-z_]+)";', pathlib.Path(FAIL_POINTS).read_text())


class AcknowledgedSurvivesKill(service.FaultTest):
    settings = ("MILLRACE_KILLS",)

    def test_at_random_moments_under_load(self):
        starts = []
        with LoadDriver(self.history, self.address, topics=("shop", "clicks"), seed=self.plan.seed):
            for _ in range(KILLS):
                begun = time.monotonic()
                self.service.start()
                starts.append(time.monotonic() - begun)
                self.wait_for_acknowledged(5)
                time.sleep(self.plan.note(round(self.plan.random.uniform(0, 0.4), 3)))
                self.service.kill()
        self.service.start()
        verdict = self.assert_history_holds()
        starts.sort()
        print(f"{KILLS} kills: {verdict.acknowledged} acknowledged, 0 lost; start p50 {starts[len(starts) // 2]:.2f} s, "
              f"max {starts[-1]:.2f} s", flush=True)

    def test_at_each_fail_point(self):
        declared = declared_fail_points()
        self.assertGreaterEqual(len(declared), 8)
        reached = [name for name in declared if name not in NOT_FROM_OUTSIDE and self.dies_at(name)]
        print(f"fail points reached: {len(reached)} of {len(declared)}", flush=True)
        self.assertEqual(set(declared) - set(reached) - set(NOT_FROM_OUTSIDE), set(), self.plan)
        self.service.start()
        self.assert_history_holds()

    def dies_at(self, name):
        """Under load until the place ends the service; False when it is not reached."""
        nth = self.plan.random.randint(1, 1 if name in FULL_SEGMENT else 3 if name in NEW_TOPICS else 20)
        self.plan.note(f"{name}:{nth}")
        started = self.service.start({"MILLRACE_FAIL_POINT": f"{name}:{nth}"}, expect_start=False)
        if not started:
            return True
        with LoadDriver(self.history, self.address, seed=f"{self.plan.seed} {name}", name=name, **self.load_for(name)):
            end = time.monotonic() + 60
            while self.service.is_running() and time.monotonic() < end:
                time.sleep(0.01)
        if self.service.is_running():
            print(f"NOT REACHED in 60 s: {name}:{nth}", flush=True)
            self.service.kill()
            return False
        self.assertEqual(self.service.wait(), KILLED_AT_FAIL_POINT, name)
        return True

    @staticmethod
    def load_for(name):
        if name in NEW_TOPICS:
            return {"topics": [f"{name.replace('_', '-')}-{number}" for number in range(6)]}
        if name in FULL_SEGMENT:
            return {"topics": ("large",), "keys": 1, "connections": 2, "events_max": 5, "pad_max": 250_000, "pushes": False}
        return {}

    def test_killed_while_it_recovers(self):
        self.service.start()
        with LoadDriver(self.history, self.address, seed=self.plan.seed):
            self.wait_for_acknowledged(50)
            self.service.kill()
        for _ in range(min(KILLS, 10)):
            process = self.start("run", "--listen", "127.0.0.1:0")
            time.sleep(self.plan.note(round(self.plan.random.uniform(0, 0.3), 3)))
            process.kill()
            process.wait()
        self.service.start()
        self.assert_history_holds()


if __name__ == "__main__":
    program.main()

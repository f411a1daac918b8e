#!/usr/bin/env python3
"""On a full disk nothing is acknowledged that is not there and what is there can be read; when there is space again, by
files that go or by a larger disk, records are taken again without a restart."""

import time

import program
import service
from load_driver import LoadDriver


class FullDiskRefusesAndRecovers(service.FaultTest):
    def setUp(self):
        super().setUp()
        self.disk = service.SmallDisk(self, self.folder / "disk", 64)
        self.data = self.disk.folder / "data"
        self.use(service.Service(self.data, self.folder / "service.log"))

    def is_refused(self):
        return self.driver.statuses.get(503, 0) + self.driver.statuses.get(429, 0) + self.driver.statuses.get(507, 0) > 0

    def fill_until_refused(self):
        self.driver.statuses.clear()
        self.disk.fill()
        program.wait_until(self.is_refused, "a refusal on the full disk", 60)

    def test_freed_again_without_a_restart(self):
        self.service.start()
        self.driver = LoadDriver(self.history, self.address, seed=self.plan.seed, pad_max=4000)
        with self.driver:
            self.wait_for_acknowledged(20)
            for _ in range(3):
                self.fill_until_refused()
                self.assertEqual(self.service.get("/healthz")[0], 200, "a full disk is no reason to restart")
                self.assert_readable()
                freed = time.monotonic()
                self.disk.free()
                self.wait_for_acknowledged(20)
                print(f"acknowledged again {time.monotonic() - freed:.2f} s after there was space", flush=True)
        self.assert_history_holds()
        self.service.kill()
        self.service.start()
        self.assert_history_holds()

    def test_a_larger_disk_is_used_without_a_restart(self):
        self.service.start()
        self.driver = LoadDriver(self.history, self.address, seed=self.plan.seed, pad_max=4000)
        with self.driver:
            self.wait_for_acknowledged(20)
            self.fill_until_refused()
            self.disk.grow(128)
            self.wait_for_acknowledged(20)
        self.assert_history_holds()

    def test_killed_on_the_full_disk(self):
        self.service.start()
        self.driver = LoadDriver(self.history, self.address, seed=self.plan.seed, pad_max=4000)
        with self.driver:
            self.wait_for_acknowledged(20)
            self.fill_until_refused()
            self.service.kill()
        self.disk.free()
        self.service.start()
        self.assert_history_holds()

    def assert_readable(self):
        """Some record at least; what exactly is checked at the end."""
        self.assertIsNotNone(next(iter(service.read_topic(self.data)("shop")), None))


if __name__ == "__main__":
    program.main()

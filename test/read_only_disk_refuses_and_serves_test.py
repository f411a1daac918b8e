#!/usr/bin/env python3
"""When the disk becomes read-only under load, nothing is acknowledged any more and what is there can be read; on a sound
disk again, all that was acknowledged is there."""

import time

import history
import program
import service
from load_driver import LoadDriver


class ReadOnlyDiskRefusesAndServes(service.FaultTest):
    def test_under_load(self):
        disk = service.LoopDisk(self, self.folder / "disk")
        self.data = disk.folder / "data"
        self.use(service.Service(self.data, self.folder / "service.log"))
        self.service.start()
        driver = LoadDriver(self.history, self.address, seed=self.plan.seed)
        with driver:
            self.wait_for_acknowledged(20)
            disk.become_read_only()
            read_only_since = history.now()
            program.wait_until(lambda: any(status and status >= 500 for status in driver.statuses), "a refusal", 60)
            time.sleep(1)
        self.assertTrue(self.service.is_running(), self.service.log_tail())
        self.assertLess(self.history.last_acknowledged, read_only_since + 1, self.plan)
        self.assertIsNotNone(next(iter(service.read_topic(self.data)("shop")), None))
        self.service.kill()
        disk.come_back()
        self.service.start()
        self.assert_history_holds()


if __name__ == "__main__":
    program.main()

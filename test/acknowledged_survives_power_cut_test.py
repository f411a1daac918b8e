#!/usr/bin/env python3
"""No acknowledged record is lost, changed or out of its key's order when the power is cut under load: the service
stands still, the disk forgets what was not synced, and only then does the process end."""

import time

import program
import service
from load_driver import LoadDriver

CUTS = service.count_of("MILLRACE_CUTS", 5)


class AcknowledgedSurvivesPowerCut(service.FaultTest):
    settings = ("MILLRACE_CUTS",)

    def test_under_load(self):
        disk = service.LoopDisk(self, self.folder / "disk")
        self.data = disk.folder / "data"
        self.use(service.Service(self.data, self.folder / "service.log"))
        for cut in range(CUTS):
            self.service.start()
            with LoadDriver(self.history, self.address, topics=("shop", f"new-{cut}"), seed=f"{self.plan.seed} {cut}",
                            name=f"r{cut}c"):
                self.wait_for_acknowledged(5)
                time.sleep(self.plan.note(round(self.plan.random.uniform(0, 0.5), 3)))
                disk.cut_power(self.service)
            disk.come_back()
        self.service.start()
        verdict = self.assert_history_holds()
        print(f"{CUTS} power cuts: {verdict.acknowledged} acknowledged, 0 lost", flush=True)


if __name__ == "__main__":
    program.main()

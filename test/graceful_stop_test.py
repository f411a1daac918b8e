#!/usr/bin/env python3
"""Asked to stop under load, the service ends within ten seconds, has all that it acknowledged, and has nothing to
recover when it comes back."""

import re
import time

import program
import service
from load_driver import LoadDriver

STOPS = service.count_of("MILLRACE_STOPS", 6)
STOP_SECONDS_MAX = 10


class GracefulStop(service.FaultTest):
    settings = ("MILLRACE_STOPS",)

    def test_under_load(self):
        stops = []
        with LoadDriver(self.history, self.address, topics=("shop", "clicks"), seed=self.plan.seed):
            for _ in range(STOPS):
                self.service.start()
                self.assert_nothing_was_recovered()
                self.wait_for_acknowledged(5)
                time.sleep(self.plan.note(round(self.plan.random.uniform(0, 0.3), 3)))
                begun = time.monotonic()
                self.assertEqual(self.service.terminate(STOP_SECONDS_MAX), program.EXIT_OK, self.service.log_tail())
                stops.append(time.monotonic() - begun)
        self.service.start()
        self.assert_nothing_was_recovered()
        self.assert_history_holds()
        print(f"{STOPS} stops: longest {max(stops):.2f} s", flush=True)

    def assert_nothing_was_recovered(self):
        _, metrics = self.service.get("/metrics")
        found = re.findall(r"^(millrace_log_(?:torn_bytes|damaged_records|scanned_bytes)_total(?:\{[^}]*\})?) (\S+)$",
                           metrics, re.MULTILINE)
        self.assertEqual([(name, value) for name, value in found if float(value) != 0], [], self.plan)


if __name__ == "__main__":
    program.main()

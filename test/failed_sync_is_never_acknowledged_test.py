#!/usr/bin/env python3
"""When a sync fails, nothing that came after it is acknowledged, /healthz says so, and what was acknowledged before is
there after a restart."""

import re
import shutil
import time
import unittest

import program
import service
from load_driver import LoadDriver

FAILURES = service.count_of("MILLRACE_SYNC_FAILURES", 4)
GRACE_SECONDS = 1.0  # from the failed call to the last thread that knows of it, under strace


@unittest.skipUnless(shutil.which("strace"), "NOT TESTED: strace is not installed")
class FailedSyncIsNeverAcknowledged(service.FaultTest):
    settings = ("MILLRACE_SYNC_FAILURES",)

    def test_whichever_sync_it_is(self):
        failed = 0
        for _ in range(FAILURES):
            failed += self.fails_at(self.plan.note(self.plan.random.randint(2, 40)))
        self.assertGreater(failed, 0, f"no sync failed\n{self.plan}")
        self.service.start()
        self.assert_history_holds()
        print(f"{failed} of {FAILURES} runs met their failed sync; 0 acknowledged after one", flush=True)

    def fails_at(self, nth):
        """The nth sync of each thread fails once. False when none got so far."""
        trace = self.folder / f"trace-{nth}"
        # With -D the service is the process that was started, and ends when it is killed.
        started = self.service.start(expect_start=False, wrapper=(
            "strace", "-D", "-f", "-qq", "-ttt", "-o", trace, "-e", "trace=fdatasync",
            "-e", f"inject=fdatasync:error=EIO:when={nth}"))
        if not started:
            return bool(self.failures(trace))
        with LoadDriver(self.history, self.address, seed=f"{self.plan.seed} {nth}", name=f"s{nth}-"):
            end = time.monotonic() + 20
            while not self.failures(trace) and self.service.is_running() and time.monotonic() < end:
                time.sleep(0.05)
            time.sleep(GRACE_SECONDS + 1)
        failures = self.failures(trace)
        if failures and self.service.is_running():
            self.assertLess(self.history.last_acknowledged, failures[0] + GRACE_SECONDS,
                            f"acknowledged after a failed sync\n{self.plan}")
            self.assertNotEqual(self.service.get("/healthz")[0], 200, "healthy after a failed sync")
        self.service.kill()
        return bool(failures)

    @staticmethod
    def failures(trace):
        """When each failed."""
        lines = trace.read_text(errors="replace").splitlines() if trace.exists() else []
        return [float(re.search(r"(\d+\.\d+)", line).group(1)) for line in lines if "INJECTED" in line]


if __name__ == "__main__":
    program.main()

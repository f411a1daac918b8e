#!/usr/bin/env python3
"""Out of file descriptors the service keeps answering those it has, loses nothing, does not spin, and takes connections
again when there are descriptors."""

import os
import shutil
import socket
import time
import unittest

import program
import service
from load_driver import LoadDriver

DESCRIPTORS = 64
CPU_SHARE_MAX = 0.5  # of one core, while all it can do is wait


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@unittest.skipUnless(shutil.which("prlimit"), "NOT TESTED: prlimit is not installed")
class OutOfFileDescriptors(service.FaultTest):
    def test_it_waits_and_goes_on(self):
        self.service.start(wrapper=("prlimit", f"--nofile={DESCRIPTORS}"))
        with LoadDriver(self.history, self.address, seed=self.plan.seed, topics=("shop",)):
            self.wait_for_acknowledged(20)
            idle = [socket.create_connection(self.address()) for _ in range(3 * DESCRIPTORS)]
            self.wait_for_acknowledged(20)  # those that are connected go on
        before = cpu_seconds(self.service.process.pid)
        time.sleep(2)
        share = (cpu_seconds(self.service.process.pid) - before) / 2
        print(f"CPU while starved: {share:.1%}", flush=True)
        self.assertLess(share, CPU_SHARE_MAX)
        for connection in idle:
            connection.close()
        with LoadDriver(self.history, self.address, seed=self.plan.seed, name="later"):
            self.wait_for_acknowledged(20)
        self.assert_history_holds()


if __name__ == "__main__":
    program.main()

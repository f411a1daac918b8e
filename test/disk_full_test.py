#!/usr/bin/env python3
"""On a full disk a load fails with a clear line, nothing is half, reading goes on, and with space again it finishes."""

import os
import subprocess
import unittest

import program

# Several times what all visits take: what a load that failed left behind, a log and its checkpoint fit beside them.
DISK_MEGABYTES = 192


class DiskFull(program.MillraceTest):
    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("NOT TESTED: mounting a small disk needs root")
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "millrace-test", self.disk],
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest(f"NOT TESTED: cannot mount a small disk: {mounted.stderr.decode()}")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk])
        self.data = self.disk / "data"
        lines = self.simulate(60_000, 1)
        (self.folder / "first.jsonl").write_bytes(b"".join(lines[:1000]))
        (self.folder / "all.jsonl").write_bytes(b"".join(lines))

    def fill(self, leave_megabytes):
        """Takes all space but so much."""
        with open(self.disk / "ballast", "wb") as file:
            free = os.statvfs(self.disk).f_bavail * os.statvfs(self.disk).f_frsize - (leave_megabytes << 20)
            try:
                while free > 0:
                    file.write(b"\0" * min(free, 1 << 20))
                    free -= 1 << 20
            except OSError:
                pass

    def test_with_any_space_left_it_fails_whole_and_finishes_later(self):
        self.load("first.jsonl")
        content = self.content()
        failed = 0
        for megabytes in (0, 1, 5, 12, 20):
            self.fill(megabytes)
            done = subprocess.run([program.MILLRACE, "--data-dir", self.data, "load", "--quiet", "all.jsonl"],
                                  cwd=self.folder, capture_output=True, timeout=program.PATIENCE_SECONDS)
            if done.returncode != 0:
                failed += 1
                self.assertEqual(done.returncode, program.EXIT_FAILED, done.stderr)
                self.assertRegex(done.stderr.decode(), r"(?i)space|disk|write")
            self.assert_whole()  # on the full disk still
            # Of two workers one may have committed its epoch before the other found no space: whole all the same.
            stored = self.sql("SELECT count(*) AS n FROM curated.visits")[0]["n"]
            self.assertTrue(1000 <= stored <= 60_000, stored)
            if done.returncode == 0:
                self.assertEqual(stored, 60_000)
            if done.returncode != 0 and self.content() != content:
                print(f"with {megabytes} MB left it told of an error after all was stored", flush=True)
            (self.disk / "ballast").unlink()
        self.assertGreater(failed, 0)
        self.load("all.jsonl")
        self.assertEqual(self.sql("SELECT count(*) AS n FROM curated.visits"), [{"n": 60_000}])
        self.assert_whole()
        self.assert_nothing_left()

    def test_a_folder_cannot_be_made_on_a_full_disk(self):
        self.fill(0)
        self.run_command("load", "first.jsonl", expect=program.EXIT_FAILED)
        (self.disk / "ballast").unlink()
        self.load("first.jsonl")
        self.assert_whole()


if __name__ == "__main__":
    program.main()

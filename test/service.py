"""The service under faults: started, killed, stopped, and its topics read back; small disks to put it on."""

import fcntl
import http.client
import json
import os
import pathlib
import re
import signal
import struct
import subprocess
import time
import unittest

import history as histories
import program

_EXT4_IOC_SHUTDOWN = 0x8004587D
_SHUTDOWN_WITHOUT_JOURNAL = 2
START_SECONDS = 60


class Service:
    """`millrace run` over one data folder, again and again."""

    def __init__(self, data, log):
        self.data = pathlib.Path(data)
        self._log_file = pathlib.Path(log)
        self.process = None
        self.address = None  # (host, port) while it runs

    def start(self, environment=None, wrapper=(), expect_start=True):
        """Waits until it says its address. With expect_start False it may end before; then it returns False."""
        words = [*wrapper, program.MILLRACE, "--data-dir", str(self.data), "run", "--listen", "127.0.0.1:0"]
        with open(self._log_file, "ab") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                                            env={**os.environ, **(environment or {})})
        line = self.process.stdout.readline().decode()
        found = re.search(r"http://([^/:\s]+):(\d+)/", line)
        if found is None:
            code = self.process.wait(START_SECONDS)
            self._forget()
            if expect_start:
                raise AssertionError(f"the service did not start, exit code {code}:\n{self.log_tail()}")
            return False
        self.address = found.group(1), int(found.group(2))
        return True

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """As a crash would end it."""
        if self.process is None:
            return
        self.process.kill()
        self.wait()

    def terminate(self, seconds=30):
        """Asks it to stop; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait(seconds)

    def wait(self, seconds=30):
        code = self.process.wait(seconds)
        self._forget()
        return code

    def _forget(self):
        self.process.stdout.close()
        self.process = None
        self.address = None

    def get(self, path):
        """Status and body of an answer."""
        connection = http.client.HTTPConnection(*self.address, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def log_tail(self, lines=30):
        return "\n".join(self._log_file.read_text(errors="replace").splitlines()[-lines:])

    def log_text(self):
        return self._log_file.read_text(errors="replace")


def read_topic(data):
    """A reader for the Checker: the records of a topic as `millrace topics read` gives them."""

    def read(topic):
        done = subprocess.run([program.MILLRACE, "--data-dir", str(data), "topics", "read", topic, "--output", "ndjson"],
                              capture_output=True, timeout=program.PATIENCE_SECONDS)
        if done.returncode != 0 and b"there is no topic" in done.stderr:
            return
        assert done.returncode == 0, done.stderr.decode()
        for line in done.stdout.splitlines():
            record = json.loads(line)
            payload = record["payload"].encode()
            yield histories.Stored(json.loads(payload)["id"], histories.content_hash(payload), record.get("key", ""),
                                   record["partition"], record["offset"])

    return read


class FaultTest(program.MillraceTest):
    """A test with a service, a history outside its data folder and a fault plan with a seed."""

    settings = ()  # names of environment variables that a repetition needs

    def setUp(self):
        super().setUp()
        self.plan = histories.FaultPlan(os.environ.get("MILLRACE_SEED"),
                                        **{name: os.environ[name] for name in self.settings if name in os.environ})
        print(f"{self.id()}: seed={self.plan.seed}", flush=True)
        self.history = histories.History(self.folder / "history.ndjson")
        self.addCleanup(self.history.close)
        self.use(Service(self.data, self.folder / "service.log"))

    def use(self, service):
        self.service = service
        self.addCleanup(lambda: service.kill())

    def address(self):
        return self.service.address

    def assert_history_holds(self, **options):
        """The checker's judgement; with nothing acknowledged there is nothing to judge, which is a failure, too."""
        verdict = histories.Checker(self.history, read_topic(self.data), **options).check()
        print(f"{self.id()}: {verdict}", flush=True)
        if not verdict.is_sound():
            self.fail(f"{verdict}\n{self.plan}\n{self.service.log_tail()}")
        self.assertGreater(verdict.acknowledged, 0, f"nothing was acknowledged\n{self.plan}\n{self.service.log_tail()}")
        return verdict

    def wait_for_acknowledged(self, more, seconds=60):
        """Until so many more requests are acknowledged; False when the service ended before."""
        target = self.history.acknowledged_requests + more
        end = time.monotonic() + seconds
        while self.history.acknowledged_requests < target:
            if not self.service.is_running():
                return False
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds} s for {more} acknowledged requests\n{self.plan}\n"
                                     f"{self.service.log_tail()}")
            time.sleep(0.005)
        return True


def count_of(variable, default):
    return int(os.environ.get(variable, default))


def _run(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True)


class SmallDisk:
    """A file system in memory of a size; NOT TESTED without the right to mount it."""

    def __init__(self, test, folder, megabytes):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        done = _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "millrace-test", self.folder)
        if done.returncode != 0:
            raise unittest.SkipTest(f"NOT TESTED: cannot mount a small disk: {done.stderr}")
        test.addCleanup(_run, "umount", "-l", self.folder)

    def fill(self):
        """Takes all the space that is left."""
        with open(self.folder / "ballast", "ab", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def free(self):
        (self.folder / "ballast").unlink()

    def grow(self, megabytes):
        done = _run("mount", "-o", f"remount,size={megabytes}m", self.folder)
        assert done.returncode == 0, done.stderr


class LoopDisk:
    """An ext4 file system in a file, whose power can be cut; NOT TESTED without root and loop devices."""

    def __init__(self, test, folder, megabytes=512):
        self._image = pathlib.Path(f"{folder}.img")
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        with open(self._image, "wb") as file:
            file.truncate(megabytes << 20)
        made = _run("mkfs.ext4", "-q", "-F", self._image)
        if made.returncode != 0:
            raise unittest.SkipTest(f"NOT TESTED: cannot make an ext4 file system: {made.stderr}")
        mounted = self._mount()
        if mounted.returncode != 0:
            raise unittest.SkipTest(f"NOT TESTED: cannot mount a loop device: {mounted.stderr}")
        test.addCleanup(_run, "umount", "-l", self.folder)

    def _mount(self):
        return _run("mount", "-o", "loop,errors=remount-ro", self._image, self.folder)

    def cut_power(self, service):
        """What was not synced by now is gone. The service is stopped before, so that it cannot answer anything after,
        and killed while the disk is dead."""
        service.signal(signal.SIGSTOP)
        _wait_until_stopped(service.process.pid)
        disk = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(disk, _EXT4_IOC_SHUTDOWN, struct.pack("I", _SHUTDOWN_WITHOUT_JOURNAL))
        finally:
            os.close(disk)
        service.kill()

    def come_back(self):
        for _ in range(100):
            if _run("umount", self.folder).returncode == 0:
                break
            time.sleep(0.05)
        done = self._mount()
        assert done.returncode == 0, done.stderr

    def become_read_only(self):
        """As ext4 does after an error of its own."""
        device = _run("findmnt", "-no", "SOURCE", self.folder).stdout.strip()
        trigger = pathlib.Path("/sys/fs/ext4") / pathlib.Path(device).name / "trigger_fs_error"
        try:
            trigger.write_text("1")
        except OSError as error:
            raise unittest.SkipTest(f"NOT TESTED: cannot make the disk read-only: {error}") from error


def _wait_until_stopped(pid):
    def is_stopped():
        states = [(thread / "stat").read_text().rsplit(")", 1)[1].split()[0]
                  for thread in pathlib.Path(f"/proc/{pid}/task").iterdir()]
        return all(state in "tT" for state in states)

    program.wait_until(is_stopped, "the service to stand still")

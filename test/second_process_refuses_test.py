#!/usr/bin/env python3
"""Two processes never write one data folder: the second says who has it, and the first goes on as if nothing were."""

import program
import service
from load_driver import LoadDriver


class SecondProcessRefuses(service.FaultTest):
    def test_under_load(self):
        self.service.start()
        with LoadDriver(self.history, self.address, seed=self.plan.seed):
            self.wait_for_acknowledged(10)
            for _ in range(5):
                self.run_command("run", "--listen", "127.0.0.1:0", expect=program.EXIT_FAILED)
                self.assertRegex(self.last_error, r"(?i)(another|already|in use|has the)")
                self.assertIn(str(self.data), self.last_error)
            self.wait_for_acknowledged(10)
        self.assert_history_holds()

    def test_after_a_kill_the_folder_is_free(self):
        self.service.start()
        self.service.kill()
        self.service.start()
        self.assertEqual(self.service.terminate(), program.EXIT_OK)


if __name__ == "__main__":
    program.main()

"""The program starts and answers on processors that lack what its newer objects are compiled for.

qemu-user stands in for them: it traps on every instruction that the named processor does not have.

Environment: ROWCAST is the program.
"""

import os
import re
import shutil
import subprocess
import sys
import unittest

QEMU = shutil.which("qemu-x86_64")
PROGRAM = os.environ["ROWCAST"]

# Processor: the kernels that it has. A peer takes the fastest, and which one that is under an emulator
# differs from host to host.
KERNELS = {"Westmere": "westmere", "Haswell": "haswell|westmere"}


def run(processor: str, *arguments: str, text: str = "") -> subprocess.CompletedProcess:
    return subprocess.run(
        [QEMU or "", "-cpu", processor, PROGRAM, *arguments],
        input=text, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


class OldMachine(unittest.TestCase):
    def test_without_sse42_peers_are_refused_and_the_rest_works(self) -> None:
        done = run("qemu64", "transform", "--impl", "peer-simdjson", text="{}")
        self.assertEqual(done.returncode, 2)
        self.assertIn("this machine lacks sse4.2", done.stderr)
        done = run("qemu64", "transform", "--field", "x", text='{"a_b":1}')
        self.assertEqual(done.stdout, '{"data":{"x":[{"aB":1}]}}', done.stderr)

    def test_peers_take_a_kernel_that_the_processor_has(self) -> None:
        for processor, kernels in KERNELS.items():
            listed = run(processor, "implementations").stdout
            for peer in ("peer-simdjson", "peer-minify"):
                with self.subTest(processor=processor, peer=peer):
                    self.assertRegex(listed, rf"(?m)^{peer} .*by its kernel ({kernels})\b")

    def test_every_peer_answers(self) -> None:
        for processor in KERNELS:
            done = run(processor, "verify", "small", "--seeds", "1")
            with self.subTest(processor=processor):
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                for peer in ("peer-simdjson", "peer-simdjson-westmere", "peer-rapidjson"):
                    self.assertTrue(re.search(rf"small/jsonb/all +{peer} .* equal$", done.stdout, re.M), peer)


if __name__ == "__main__":
    if QEMU is None:
        print("qemu-x86_64 is not installed (apt-get install qemu-user)")
        sys.exit(77)
    unittest.main()

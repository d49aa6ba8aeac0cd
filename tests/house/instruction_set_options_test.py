"""Instruction sets are CMake options, belong to their architecture, and stay out of LTO.

The module that sees to it (scripts/cmake/RowcastInstructionSets.cmake) is tried on a project of two
small instruction sets.
"""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

import project

PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(two_sets LANGUAGES CXX)
list(APPEND CMAKE_MODULE_PATH ${MODULES})
include(RowcastCompilerOptions)
add_subdirectory(kernels)
add_executable(program main.cpp)
target_link_libraries(program PRIVATE kernels)
"""

KERNELS = """
include(RowcastInstructionSets)
rowcast_add_instruction_set(scalar)
rowcast_add_instruction_set(avx2 -mavx2)
add_library(kernels STATIC instruction_sets.cpp)
target_link_libraries(kernels PUBLIC rowcast_options)
rowcast_use_instruction_sets(kernels)
"""

FILES = {
    "CMakeLists.txt": PROJECT,
    "kernels/CMakeLists.txt": KERNELS,
    "kernels/isa/scalar.cpp": "extern const int kScalar; const int kScalar = 1;\n",
    "kernels/isa/avx2.cpp": """
        extern const int kAvx2;
        const int kAvx2 = 2;
        #if !defined(__AVX2__) || defined(__cpp_exceptions) || defined(__cpp_rtti)
        #error "an instruction set is compiled with its own flags"
        #endif
    """,
    "kernels/instruction_sets.cpp": """
        int count();
        extern const int kScalar;
        int count() {
            int sets = kScalar;
        #if ROWCAST_HAVE_AVX2
            extern const int kAvx2;
            sets += kAvx2 - 1;
        #endif
        #ifdef __AVX2__
        #error "the baseline is compiled without any set's flags"
        #endif
            return sets;
        }
    """,
    "main.cpp": """
        #include <cstdio>
        int count();
        int main() { std::printf("%d\\n", count()); }
    """,
}


class Options(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name, text in FILES.items():
            path = self.folder / "source" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def build(self, *options: str) -> tuple[pathlib.Path, str]:
        """The build folder, and what configuring said."""
        build = self.folder / "build"
        modules = project.ROOT / "scripts" / "cmake"
        configured = self.run_tool(
            "cmake", "-S", str(self.folder / "source"), "-B", str(build), "-G", "Ninja",
            "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_CXX_STANDARD=20", f"-DMODULES={modules}", *options,
        )  # fmt: skip
        self.run_tool("cmake", "--build", str(build))
        return build, configured

    def run_tool(self, *command: str) -> str:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def on_x86_64(self) -> None:
        if self.run_tool("uname", "-m").strip() != "x86_64":
            self.skipTest("not an x86-64 machine")

    def test_every_set_is_built(self) -> None:
        self.on_x86_64()
        build, configured = self.build()
        self.assertIn("instruction sets: scalar avx2\n", configured)
        self.assertEqual(self.run_tool(str(build / "program")), "2\n")

    def test_one_is_switched_off(self) -> None:
        self.on_x86_64()
        build, configured = self.build("-DROWCAST_ISA_AVX2=OFF")
        self.assertIn("instruction sets: scalar\n", configured)
        self.assertEqual(self.run_tool(str(build / "program")), "1\n")

    def test_another_architecture_has_only_scalar(self) -> None:
        if not shutil.which("aarch64-linux-gnu-g++"):
            self.skipTest("no cross-compiler")
        toolchain = project.ROOT / "scripts" / "cmake" / "aarch64-linux-gnu.cmake"
        _, configured = self.build(f"-DCMAKE_TOOLCHAIN_FILE={toolchain}", "-DROWCAST_ISA_AVX2=ON")
        self.assertIn("instruction sets: scalar\n", configured)

    def test_no_part_in_link_time_optimisation(self) -> None:
        self.on_x86_64()
        build, _ = self.build("-DROWCAST_LTO=ON", "-DCMAKE_CXX_COMPILER=g++")
        objects = [path for path in build.rglob("*.o") if "_CMakeLTOTest-CXX" not in path.parts]
        optimised = {path.name for path in objects if b".gnu.lto_" in path.read_bytes()}
        self.assertEqual(optimised, {"main.cpp.o", "instruction_sets.cpp.o"})
        self.assertEqual(self.run_tool(str(build / "program")), "2\n")


if __name__ == "__main__":
    unittest.main()

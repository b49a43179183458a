"""Arrows point one way: command → doors → core, and within the core its rooms → the pure part."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import pytest

ROOT = Path(__file__).parent.parent
CORE = ROOT / "modelswitch_core"
ROOMS = {"drivers", "evaluation", "recordings", "rewards", "tiny"}
DOORS = {"langchain_modelswitch", "llamaindex_modelswitch"}

# What the pure part may not touch: event loops, threads, clocks, files, networks, the global random state.
IMPURE = {
    *("asyncio", "concurrent", "queue", "select", "threading"),
    *("http", "socket", "ssl", "urllib"),
    *("io", "os", "pathlib", "shutil", "tempfile"),
    *("multiprocessing", "signal", "subprocess"),
    *("random", "time"),
}

# `math` reads through Math-Verify where it is installed; the import stands inside the function that needs it.
OPTIONAL = {"math_verify", "sympy", "latex2sympy2_extended"}


def imports(path: Path, *, top_level_only: bool = False) -> set[str]:
    tree = ast.parse(path.read_text())
    found: set[str] = set()
    for node in tree.body if top_level_only else ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative imports hide where an arrow points"
            found.add(node.module)
    return found


def modules(package: Path) -> list[Path]:
    return sorted(package.rglob("*.py"))


def room(path: Path) -> str | None:
    first = path.relative_to(CORE).parts[0]
    return first if first in ROOMS else None


# The fields and the door of the core put the pure part and the drivers together, for the doors to inherit.
JOINTS = {CORE / "__init__.py", CORE / "_fields.py"}
PURE = [path for path in modules(CORE) if room(path) is None and path not in JOINTS]


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", modules(CORE), ids=names(modules(CORE)))
def test_the_core_knows_pydantic_and_the_standard_library_alone(path: Path) -> None:
    allowed = {*sys.stdlib_module_names, "pydantic", "pydantic_core", "modelswitch_core"}
    if room(path) == "tiny":
        allowed.add("numpy")
    if room(path) == "evaluation":
        allowed |= {"numpy", "matplotlib", "genai_prices"}
    foreign = {name.split(".")[0] for name in imports(path)} - allowed
    assert foreign <= OPTIONAL | ({"httpx"} if room(path) == "rewards" else set())
    assert not foreign & {name.split(".")[0] for name in imports(path, top_level_only=True)}


@pytest.mark.parametrize("path", PURE, ids=names(PURE))
def test_the_pure_part_does_no_io_and_knows_no_room(path: Path) -> None:
    found = imports(path)
    if path.name in {"_deadline.py", "_worker.py"} and path.parent.name == "reading":
        # The deadline of answer comparison: it starts a process, waits for it, and stops it.
        found -= {"os", "pathlib", "signal", "subprocess", "threading"}
    assert not {name.split(".")[0] for name in found} & IMPURE
    assert not {name for name in found for room in ROOMS if name.startswith(f"modelswitch_core.{room}")}


@pytest.mark.parametrize("door", sorted(DOORS))
def test_doors_never_know_each_other_or_the_other_framework(door: str) -> None:
    others = {"langchain", "langchain_core", "langgraph"} if door.startswith("llama") else {"llama_index"}
    others |= DOORS - {door} | {"modelswitch_cli"}
    for path in modules(ROOT / door):
        assert not {name.split(".")[0] for name in imports(path)} & others, path
        private = {name for name in imports(path) if name.startswith("modelswitch_core.")}
        assert not {name for name in private if "._" in name}, f"{path} reaches behind the core's door"


def test_nobody_reaches_behind_another_package_s_door() -> None:
    for package in ("modelswitch_cli", "benchmarks", "notebooks"):
        for path in modules(ROOT / package):
            reached = {name for name in imports(path) if "._" in name and not name.startswith(package)}
            assert not {name for name in reached if name.split(".")[0] in {*DOORS, "modelswitch_core"}}, path


def test_the_core_imports_where_only_pydantic_is_installed(tmp_path: Path) -> None:
    for package in ("annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"):
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        origin = Path(spec.origin)
        installed = origin.parent if origin.name == "__init__.py" else origin
        (tmp_path / installed.name).symlink_to(installed)
    (tmp_path / CORE.name).symlink_to(CORE)
    program = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
import modelswitch_core
print(modelswitch_core.answer_reader("auto").read("The answer is 7.").text)
try:
    modelswitch_core.answer_reader("math")
except Exception as error:
    print(error)
"""
    # -I and -S: neither the environment's packages nor the folder we are in.
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stderr
    answer, remedy = done.stdout.splitlines()
    assert answer == "7"
    assert "modelswitch[math]" in remedy


@pytest.mark.parametrize("package", ["modelswitch_core", *sorted(DOORS)])
def test_every_package_is_typed_and_lists_its_public_names(package: str) -> None:
    folder = ROOT / package
    if not folder.exists():
        pytest.skip(f"{package} is not here yet")
    assert (folder / "py.typed").exists()
    module = __import__(package)
    assert sorted(set(module.__all__)) == sorted(module.__all__)
    for name in module.__all__:
        public = getattr(module, name)
        if isinstance(public, type | FunctionType):
            assert public.__doc__, name
        assert not name.startswith("_")

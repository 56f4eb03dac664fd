"""The rules of the house, checked over the source itself."""

import ast
import dataclasses
import importlib
import re
from pathlib import Path
from typing import Any

import pytest

from ledger import Invalid, claims, nominal, vocabulary
from ledger.vocabulary import RegistryEvent

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("crypto", "ledger", "alerts", "api", "seed")
MODULES = sorted(
    path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py")
)
TESTS = sorted(path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py"))
KINDS = sorted(vocabulary.kinds())
# Where the clock may be read: the edges, from which `now` is passed on by hand.
CLOCKS = {"api/config.py", "alerts/schedule.py"}
BANNED_NAMES = {"utils", "util", "helpers", "common", "misc", "base", "manager", "models"}


def tree(module: Path) -> ast.Module:
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))


def calls(module: Path) -> list[str]:
    """The dotted ends of what a module calls, such as `session.commit`."""
    found = (node.func for node in ast.walk(tree(module)) if isinstance(node, ast.Call))
    return [ast.unparse(called) for called in found if isinstance(called, ast.Attribute)]


def called(name: str, modules: list[Path]) -> set[str]:
    return {m.as_posix() for m in modules if any(c.endswith(name) for c in calls(m))}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_says_what_it_is_for(module):
    if (ROOT / module).read_text(encoding="utf-8").strip():
        assert ast.get_docstring(tree(module))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_module_grows_beyond_250_lines(module):
    if "offline" in module.parts:
        return  # the checker that travels in bundles is one file, for whoever has nothing else
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_function_grows_beyond_40_lines(module):
    if "versions" in module.parts:
        return  # a migration is one list of steps, frozen on the day it ships
    functions = (n for n in ast.walk(tree(module)) if isinstance(n, ast.FunctionDef))
    grown = [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= 40]
    assert grown == []


def test_no_module_is_a_drawer_for_what_has_no_place():
    assert [m for m in MODULES if m.stem in BANNED_NAMES or m.parent.name in BANNED_NAMES] == []


def test_only_the_pen_of_the_store_commits():
    """`databases.writing` is the one place; whoever needs to write takes the pen from it."""
    assert called(".commit", MODULES) <= {"ledger/databases.py"}


@pytest.mark.parametrize("clock", ["datetime.now", "datetime.utcnow", "time.time", "date.today"])
def test_the_clock_is_read_only_at_the_edges(clock):
    assert called(clock, MODULES) <= CLOCKS


def test_nothing_is_swallowed():
    def is_swallowing(node: ast.AST) -> bool:
        if not isinstance(node, ast.ExceptHandler):
            return False
        everything = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
        return everything and all(isinstance(each, ast.Pass) for each in node.body)

    guilty = [m for m in MODULES if any(is_swallowing(node) for node in ast.walk(tree(m)))]
    assert guilty == []


def test_nothing_is_left_for_later():
    words = ("TO" + "DO", "FIX" + "ME", "X" * 3, "NotImplemented\n")
    for module in MODULES:
        text = (ROOT / module).read_text(encoding="utf-8")
        assert [word for word in words if word in text] == [], module


def test_no_test_patches():
    for module in TESTS:
        imported = [ast.unparse(n) for n in ast.walk(tree(module)) if isinstance(n, ast.Import)]
        imported += [
            n.module or "" for n in ast.walk(tree(module)) if isinstance(n, ast.ImportFrom)
        ]
        assert not any("mock" in name for name in imported), module
        names = {n.arg for n in ast.walk(tree(module)) if isinstance(n, ast.arg)}
        assert "monkeypatch" not in names, module


def test_nobody_asserts_what_a_caller_may_get_wrong():
    """Assertions vanish under -O: only where one narrows a type, and says so."""
    for module in MODULES:
        lines = (ROOT / module).read_text(encoding="utf-8").splitlines()
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Assert):
                assert "noqa: S101" in lines[(node.end_lineno or node.lineno) - 1], module


# --- the vocabulary ---


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_speaks_to_an_investigator(kind):
    doc = (vocabulary.kinds()[kind].__doc__ or "").strip()
    assert doc.endswith((".", "`")) or "\n" in doc
    assert not doc.startswith(f"{vocabulary.kinds()[kind].__name__}(")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_poster(kind):
    declared = vocabulary.kinds()[kind]
    # A root key signs for its country, and has no role: registry kinds may name none.
    assert declared.by or issubclass(declared, RegistryEvent)
    assert set(declared.of) <= {"exporting", "importing", "transit"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_a_subject_and_a_past_participle_in_lower_case(kind):
    family, _, done = kind.partition(".")
    assert family.isalpha()
    assert family.islower()
    assert done.replace("_", "").isalpha()
    assert done.islower()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_each_of_its_fields_is_in_the_documents(kind):
    told = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    (row,) = [line for line in told.splitlines() if line.startswith(f"| `{kind}` |")]
    words = set(re.findall(r"\w+", row.rpartition(" | ")[2]))
    declared = vocabulary.kinds()[kind]
    inherited = {item.name for item in dataclasses.fields(declared.__mro__[1])}
    own = {item.name for item in dataclasses.fields(declared)} - inherited
    assert own <= words


CLAIMS = [
    cls
    for module in (claims, nominal)
    for cls in vars(module).values()
    if isinstance(cls, type) and cls.__module__ == module.__name__
]


@pytest.mark.parametrize("cls", CLAIMS, ids=lambda cls: cls.__name__)
def test_every_claim_is_frozen_and_has_a_docstring_of_its_own(cls: Any):
    assert dataclasses.is_dataclass(cls)
    assert not cls.__doc__.startswith(f"{cls.__name__}(")
    assert cls.__dataclass_params__.frozen


def test_every_error_of_a_package_has_a_docstring_and_the_ledgers_have_codes():
    for package in PACKAGES:
        front = importlib.import_module(package)
        for cls in vars(front).values():
            if isinstance(cls, type) and issubclass(cls, Exception):
                assert cls.__doc__, cls
    assert Invalid.code == "invalid"


@pytest.mark.parametrize("package", ["ledger", "crypto"])
def test_errors_live_on_the_front_page(package):
    for module in (m for m in MODULES if m.parts[0] == package and m.name != "__init__.py"):
        made = [
            n.name
            for n in ast.walk(tree(module))
            if isinstance(n, ast.ClassDef)
            and not n.name.startswith("_")
            and any(ast.unparse(b).endswith(("Error", "Exception")) for b in n.bases)
        ]
        assert made == [], module

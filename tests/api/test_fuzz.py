"""Requests made from the OpenAPI document, well and badly, are answered as it says: none by 500."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-W", "error", "-m", "tests.fuzzing", "--examples", "6")


def test_every_operation_answers_as_the_document_says_with_a_token_and_without():
    command = [*COMMAND, "--callers", "2"]
    ran = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout[-8_000:] + ran.stderr[-2_000:]
    answers = [line.split("\t") for line in ran.stdout.splitlines()]
    asked = {operation for _, operation, _, _ in answers}
    answered = {(who, status) for who, _, status, _ in answers}
    assert len(asked) >= 45
    assert {("nobody", "401"), ("NL-CNA", "200"), ("NL-CNA", "400"), ("NL-CNA", "404")} <= answered

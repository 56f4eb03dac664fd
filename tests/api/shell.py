"""The command `shield` in tests: a node of its own in a directory, run in this process."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from api.cli import main
from tests import factories

ORIGIN = "ledger.test/shell"


@dataclass(frozen=True)
class Shell:
    """Runs commands as the operator of the node in `home`."""

    home: Path
    database: str | None = None  # by default, SQLite in the home

    def run(self, *arguments: str | Path, given: bytes | None = None, **environ: str) -> Result:
        own = {"SHIELD_HOME": str(self.home), "SHIELD_DATABASE_URL": self.database}
        own["SHIELD_PURPOSE"] = "investigation"
        env = {**own, "SHIELD_KEY_PASSWORD_FILE": None, **environ}
        return CliRunner().invoke(main, [str(each) for each in arguments], input=given, env=env)

    def ok(self, *arguments: str | Path, given: bytes | None = None) -> str:
        """What a command that must work says."""
        result = self.run(*arguments, given=given)
        assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
        return result.stdout

    def json(self, *arguments: str | Path, given: bytes | None = None) -> Any:
        return json.loads(self.ok(*arguments, "--json", given=given))

    def founded(self) -> "Shell":
        """A log with two countries and the customs of one."""
        self.ok("init", "--origin", ORIGIN, "--bare", "--participant", "NL=Netherlands")
        self.enrolled("NL-CUSTOMS", "customs")
        return self

    def enrolled(self, agency: str, role: str) -> None:
        self.ok("enrol", "agency", agency, "--name", f"Agency {agency}", "--role", role)

    def key(self, agency: str) -> Path:
        return self.home / "keys" / "agencies" / f"{agency}.pem"

    def signed(self, body: dict[str, Any], agency: str = "NL-CUSTOMS") -> bytes:
        """A statement, signed with the agency's key of this node."""
        given = json.dumps(body).encode()
        said = self.ok(
            "event", "sign", "-", "--agency", agency, "--key", self.key(agency), given=given
        )
        return said.encode()

    def posted(self, kind: str, agency: str = "NL-CUSTOMS", **changes: Any) -> bytes:
        """A statement of this kind, signed and in the log."""
        statement = self.signed(factories.body(kind, **changes), agency)
        self.ok("event", "post", "--local", given=statement)
        return statement

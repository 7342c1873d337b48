"""The documentation agrees with the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
import yaml

from demo.faults import FAULTS
from etl.cli import app
from etl.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in [ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("docs/*.md")]
}
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def variables() -> set[str]:
    """The environment variables of all settings."""
    return {
        name.upper().replace("SPOTIFY", "SPOTIPY")
        if name.startswith(("spotify_client", "spotify_redirect"))
        else name.upper()
        if name.startswith("prefect_")
        else f"CHARTLAKE_{name.upper()}"
        for name in Settings.model_fields
    }


def leaves(commands, prefix=""):
    """The commands by name, those of groups with the name of the group before theirs."""
    for name, command in commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command.commands, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


def test_every_command_and_option_is_documented():
    for name, command in leaves(COMMANDS):
        (row,) = re.findall(rf"^\| `chartlake {name}\b([^`]*)`", README, re.MULTILINE)
        options = {
            option for parameter in command.params for option in parameter.opts if "--" in option
        }
        assert set(re.findall(r"--[a-z-]+", row)) == options, name


def test_every_documented_command_exists():
    documented = re.findall(r"(?:\$ |`)chartlake ([a-z]+)", "\n".join(DOCUMENTS.values()))
    assert set(documented) == set(COMMANDS)


def test_every_setting_is_documented_with_its_default():
    table = dict(re.findall(r"^\| `(CHARTLAKE_[A-Z_]+)` \| (?:`([^`]*)`)? ?\|", README, re.M))
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert set(table) == {name for name in variables() if name.startswith("CHARTLAKE_")}
    assert {name for name in variables() if f"#{name}=" not in example} == set()
    for name, default in table.items():
        field = Settings.model_fields[name.removeprefix("CHARTLAKE_").lower()]
        expected = field.default[0] if isinstance(field.default, tuple) else field.default
        assert default == str(expected or ""), name
        assert f"#{name}={default}\n" in example


def test_every_view_is_documented():
    views = {path.stem for path in (ROOT / "sql/views").glob("*.sql")}
    section = README.partition("## The data")[2]
    assert {view for view in views if f"`{view}`" not in section} == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_relative_link_has_a_target(name):
    for target in re.findall(r"\]\((?!https?://)([^)#]*)(?:#[^)]*)?\)", DOCUMENTS[name]):
        if target:
            assert (ROOT / name).parent.joinpath(target).exists(), target


def test_every_documented_make_target_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|\$ )make ([a-z0-9.-]+)", "\n".join(DOCUMENTS.values())):
        assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE), target


def test_the_readme_and_the_deployments_use_the_same_work_pool():
    document = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
    assert {deployment["work_pool"]["name"] for deployment in document["deployments"]} == {
        "chartlake"
    }
    assert "prefect worker start --pool chartlake" in README


def test_every_fault_of_the_sandbox_is_documented():
    documented = dict(
        re.findall(r"^\| `([a-z0-9-]+)` \| (.+) \|$", DOCUMENTS["docs/spotify.md"], re.M)
    )
    assert documented == {name: fault.meaning for name, fault in FAULTS.items()}

"""The same checks run before a commit, by hand and on the build server."""

from __future__ import annotations

import re
import tomllib

import yaml

from leeward.ops.paths import PROJECT


def text(file: str) -> str:
    return (PROJECT / file).read_text(encoding="utf-8")


def lint_commands() -> set[str]:
    """The commands of `make lint`, without uv."""
    recipe = re.search(r"^lint:.*\n\t@(.+)$", text("Makefile"), re.MULTILINE)
    assert recipe is not None
    return {command.replace("$(UV) run --no-sync ", "").removesuffix(" .") for command in recipe.group(1).split(" && ")}


def test_the_checks_before_a_commit_are_those_of_make_lint() -> None:
    hooks = [hook for repo in yaml.safe_load(text(".pre-commit-config.yaml"))["repos"] for hook in repo["hooks"]]
    assert {hook["entry"].removeprefix("uv run --no-sync ") for hook in hooks} == lint_commands()


def test_the_checks_before_a_commit_fetch_nothing() -> None:
    repos = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    assert [repo["repo"] for repo in repos] == ["local"]
    assert all(hook["language"] == "system" for hook in repos[0]["hooks"])


def test_the_build_server_runs_what_the_readme_says_to_run() -> None:
    steps = yaml.safe_load(text(".github/workflows/ci.yml"))["jobs"]["test"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    assert "make test" in text(".ci/run")


def test_the_licence_is_the_one_that_the_package_declares() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    assert (project["license"], project["license-files"]) == ("MIT", ["LICENSE"])
    assert text("LICENSE").startswith("MIT License")

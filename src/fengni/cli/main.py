"""The entry of the `fengni` command: finds the command, speaks the reader's language, turns errors into sentences.

Rules: a command's file is loaded when it is called, so that `fengni scan` and `fengni verify` work without the server
part. Help lives in the text catalogue under `cli.<command>` and `cli.<command>.<parameter>`. Data goes to stdout, all
else to stderr. Exit codes: 0 ok, 1 failure, 2 usage, 3 refused by policy, 4 needs a second person, 5 verification
failed, 6 evidence insufficient.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from gettext import gettext
from typing import Any, Final

import click

from fengni.core.errors import Denied, FengniError, HostProblem, VerificationFailed
from fengni.definitions import Lang, has_text, text

COMMANDS: Final = {
    "run": "fengni.cli.run:run",
    "setup": "fengni.cli.setup:setup",
    "init": "fengni.cli.init:init",
    "doctor": "fengni.cli.doctor:doctor",
    "demo": "fengni.cli.demo:demo",
    "user": "fengni.cli.user:user",
    "house": "fengni.cli.house:house",
    "import": "fengni.cli.imports:import_",
    "client": "fengni.cli.clients:client",
    "person": "fengni.cli.clients:person",
    "document": "fengni.cli.documents:document",
    "invite": "fengni.cli.invite:invite",
    "matter": "fengni.cli.matters:matter",
    "original": "fengni.cli.originals:original",
    "search": "fengni.cli.clients:search",
    "reveal": "fengni.cli.clients:reveal",
    "export": "fengni.cli.clients:export",
    "exports": "fengni.cli.tokens:exports",
    "tokens": "fengni.cli.tokens:tokens",
    "approve": "fengni.cli.approvals:approve",
    "destroy": "fengni.cli.disposals:destroy",
    "hold": "fengni.cli.disposals:hold",
    "case": "fengni.cli.cases:case",
    "reach": "fengni.cli.reach:reach",
    "consent": "fengni.cli.consents:consent",
    "ledger": "fengni.cli.ledger:ledger",
    "backup": "fengni.cli.backup:backup",
    "keys": "fengni.cli.keys:keys",
    "measures": "fengni.cli.measures:measures",
    "policy": "fengni.cli.policy:policy",
    "agent": "fengni.cli.policy:agent",
    "partner": "fengni.cli.agreements:partner",
    "share": "fengni.cli.agreements:share",
    "openapi": "fengni.cli.openapi:openapi",
    "scan": "fengni.cli.scan:scan",
    "verify": "fengni.cli.verify:verify",
}
_NEEDS_SECOND_PERSON: Final = "access.second-person-required"
_spoken: ContextVar[Lang] = ContextVar("fengni_cli_language", default="zh")
_SERVER_PARTS: Final = {"django", "psycopg", "granian", "procrastinate", "ninja", "allauth"}


def language() -> Lang:
    """zh or en, as this call of the command speaks."""
    return _spoken.get()


def choose_language(arguments: Sequence[str]) -> tuple[Lang, list[str]]:
    """The language and the arguments without `--lang`, which may stand anywhere.

    First `--lang`, then FENGNI_LANG, then the locale of the terminal; Chinese where nothing is said.
    """
    stated = os.environ.get("FENGNI_LANG") or next(
        (os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)), ""
    )
    rest, given = [], iter(arguments)
    for argument in given:
        if argument == "--lang":
            stated = next(given, "")
        elif argument.startswith("--lang="):
            stated = argument.removeprefix("--lang=")
        else:
            rest.append(argument)
    return ("en" if stated.lower().startswith("en") else "zh"), rest


class Formatter(click.HelpFormatter):
    """Help with its headings in the reader's language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix=prefix or text("cli.heading.usage", language()) + " ")

    def write_heading(self, heading: str) -> None:
        code = f"cli.heading.{heading.lower()}"
        super().write_heading(text(code, language()) if has_text(code) else heading)


click.Context.formatter_class = Formatter


def speak(command: click.Command, path: str, lang: Lang) -> click.Command:
    """Give a command and everything below it the help of the text catalogue, where that has some."""
    if has_text(f"cli.{path}"):
        command.help = text(f"cli.{path}", lang)
        command.short_help = command.help.splitlines()[0]
    if command.add_help_option:
        command.add_help_option = False
        click.help_option("-h", "--help")(command)
    command.options_metavar = text("cli.metavar.options", lang)
    if isinstance(command, click.Group):
        command.subcommand_metavar = text("cli.metavar.command", lang)
    for parameter in command.params:
        if parameter.name == "help" and isinstance(parameter, click.Option):
            parameter.help = text("cli.help-option", lang)
        for code in (f"cli.{path}.{parameter.name}", f"cli.option.{parameter.name}"):
            if isinstance(parameter, click.Option) and has_text(code):
                parameter.help = text(code, lang)
                break
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            speak(below, f"{path}.{name}", lang)
    return command


class Commands(click.Group):
    """Commands loaded by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        try:
            found: click.Command = getattr(importlib.import_module(module), name)
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] in _SERVER_PARTS:
                raise HostProblem("host.server-not-installed") from None
            raise
        return speak(found, cmd_name, language())

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = [(name, text(f"cli.{name}", language()).splitlines()[0]) for name in COMMANDS]
        with formatter.section("commands"):
            formatter.write_dl(rows)


@click.group(cls=Commands, context_settings={"max_content_width": 110})
@click.option("--lang", type=click.Choice(["zh", "en"]))
@click.version_option(package_name="fengni", prog_name="fengni")
@click.pass_context
def cli(ctx: click.Context, lang: Lang | None) -> None:
    """Choose the language; see COMMANDS."""
    ctx.obj = lang or language()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and exit with its code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit code. Errors of ours and of usage are one sentence on stderr."""
    lang, rest = choose_language(sys.argv[1:] if arguments is None else arguments)
    _spoken.set(lang)
    speak(cli, "fengni", lang)
    try:
        done: Any = cli.main(["--lang", lang, *(rest or ["--help"])], prog_name="fengni", standalone_mode=False)
    except FengniError as error:
        click.echo(text(error.code, lang, **error.params), err=True)
        return exit_code(error)
    except click.exceptions.NoArgsIsHelpError as error:  # a group without its command
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        click.echo(_usage_sentence(error, lang), err=True)
        return 2
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        return 1
    except (click.Abort, KeyboardInterrupt):
        click.echo(text("cli.stopped", lang), err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader of our output has gone; nothing to say
        return 0
    return done if isinstance(done, int) else 0


def exit_code(error: FengniError) -> int:
    """What a shell script learns of an error."""
    if error.code == _NEEDS_SECOND_PERSON:
        return 4
    return {Denied: 3, VerificationFailed: 5}.get(type(error), 1)


def _usage_sentence(error: click.UsageError, lang: Lang) -> str:
    """A mistake in the call, said in the reader's language, with where to read more."""
    where = error.ctx.command_path if error.ctx else "fengni"
    if isinstance(error, click.exceptions.NoSuchOption):
        said = text("cli.no-such-option", lang, option=error.option_name)
    elif isinstance(error, click.exceptions.MissingParameter):
        said = text("cli.missing", lang, parameter=_name(error.param))
    elif isinstance(error, click.BadParameter):
        said = text("cli.bad-value", lang, parameter=_name(error.param), message=error.message)
    elif (name := _unknown_command(error)) is not None:
        said = text("cli.no-such-command", lang, command=name)
    else:
        said = text("cli.bad-call", lang, message=error.format_message())
    return f"{said}\n{text('cli.read-more', lang, command=where)}"


def _name(parameter: click.Parameter | None) -> str:
    if isinstance(parameter, click.Option):
        return parameter.opts[0]
    return parameter.human_readable_name if parameter else ""


def _unknown_command(error: click.UsageError) -> str | None:
    before, _, after = gettext("No such command {name!r}.").partition("{name!r}")
    message = error.message
    if message.startswith(before) and message.endswith(after):
        return message[len(before) : len(message) - len(after)].strip("'\"")
    return None


if __name__ == "__main__":
    main()

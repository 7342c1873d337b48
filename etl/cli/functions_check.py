"""`aws check` of the functions that run without a server, if there are any."""

from __future__ import annotations

from collections.abc import Iterator

from etl.aws.functions import Function, Functions
from etl.aws.parameters import LOGIN, SECRET, ParameterStore
from etl.aws.sqs import Queue
from etl.cli.findings import DEPLOY, Differs, Finding, checked
from etl.settings import Settings

_COMMANDS = {
    "land": "etl.serverless.functions.land_charts",
    "process": "etl.serverless.functions.process_landed",
}


def check_functions(settings: Settings) -> Iterator[Finding]:
    """Compare the functions, which the template names after the database, with the settings."""
    name = settings.athena_database
    if not name:
        named = "no database is set (CHARTLAKE_ATHENA_DATABASE), after which they are named"
        yield Finding("ok", "functions", named)
        return
    functions = Functions(settings.aws)
    found: dict[str, Function] = {}
    summary = checked("functions", lambda: _looked_up(functions, name, found))
    if summary.mark != "ok" or not found:
        yield summary
        return
    for work, function in found.items():
        yield from _compared(settings, functions, work, function)
    if "process" not in found:
        lacking = f"There is none, so what {name}-land lands stays pending. {DEPLOY}"
        yield Finding("--", f"{name}-process", lacking)


def _looked_up(functions: Functions, name: str, found: dict[str, Function]) -> str:
    for work in _COMMANDS:
        if function := functions.find(f"{name}-{work}"):
            found[work] = function
    return f"there is no {name}-land, and no {name}-process"


def _compared(
    settings: Settings, functions: Functions, work: str, function: Function
) -> Iterator[Finding]:
    checks = {
        "image": lambda: _image(work, function),
        "variables": lambda: _variables(settings, work, function),
        "role": lambda: _role(functions, function),
        "schedule": lambda: _schedule(functions, function),
        "failures": lambda: _failures(functions, function),
    }
    if work == "process":
        checks["queue"] = lambda: _queue(settings, functions, function)
    else:
        checks["secrets"] = lambda: _secrets(settings, function)
    for aspect, check in checks.items():
        yield checked(f"{function.name}, {aspect}", check)


def _image(work: str, function: Function) -> str:
    if function.problem:
        raise Differs(
            f"{function.name} cannot be called: {function.problem.rstrip('.')}. Push the image, and"
            " deploy the template with its address as Image."
        )
    # Without a command, the image processes.
    command = function.command or (_COMMANDS["process"],)
    if function.image is None or command != (_COMMANDS[work],):
        raise Differs(
            f"{function.name} does not run {_COMMANDS[work]} of the image of infra/lambda. {DEPLOY}"
        )
    return f"{function.image} runs"


def _variables(settings: Settings, work: str, function: Function) -> str:
    given = function.variables
    if given.get("CHARTLAKE_LAKE", "").rstrip("/") != settings.lake.rstrip("/"):
        raise Differs(
            f"CHARTLAKE_LAKE of {function.name} is {given.get('CHARTLAKE_LAKE') or 'empty'}, and"
            f" {settings.lake} in the settings. {DEPLOY}"
        )
    wanted = {
        "process": {
            "CHARTLAKE_FORMAT": settings.format,
            "CHARTLAKE_ATHENA_DATABASE": settings.athena_database,
        },
        "land": dict.fromkeys(("CHARTLAKE_CHARTS", "CHARTLAKE_PARAMETERS", "SPOTIPY_CLIENT_ID")),
    }[work]
    for name, value in wanted.items():
        if not given.get(name) or value not in (None, given[name]):
            raise Differs(
                f"{name} of {function.name} is {given.get(name) or 'empty'}"
                f"{f', and {value} in the settings' if value else ''}. {DEPLOY}"
            )
    return f"it works on {settings.lake}"


def _role(functions: Functions, function: Function) -> str:
    trust = functions.trust_in(function)
    if trust.is_anybody:
        raise Differs(f"Anybody may act as {function.role}, in any account of AWS. {DEPLOY}")
    if trust.is_lambda:
        return f"Lambda may act as {function.role}"
    raise Differs(f"Lambda may not act as {function.role}, or there is no such role. {DEPLOY}")


def _schedule(functions: Functions, function: Function) -> str:
    if found := functions.schedules(function):
        return f"{' and '.join(found)} calls it"
    raise Differs(f"No schedule calls {function.name}, or it is disabled. {DEPLOY}")


def _failures(functions: Functions, function: Function) -> str:
    if place := functions.failures_go_to(function.name):
        return f"calls by schedule that fail are reported to {place.rpartition(':')[2]}"
    raise Differs(f"Nobody hears of calls of {function.name} by schedule that fail. {DEPLOY}")


def _queue(settings: Settings, functions: Functions, function: Function) -> str:
    if not settings.queue_url:
        return "none is set (CHARTLAKE_QUEUE_URL)"
    arn = Queue(str(settings.queue_url), settings.aws).arn()
    source = next((one for one in functions.sources(function.name) if one.arn == arn), None)
    if source is None or not source.is_enabled:
        raise Differs(
            f"{settings.queue_url} does not call {function.name}, so new files are processed on"
            f" schedule only. {DEPLOY}"
        )
    if not source.leaves_failed_messages:
        raise Differs(
            f"{function.name} cannot leave the messages in the queue whose files it could not"
            f" read, as FunctionResponseTypes lacks ReportBatchItemFailures. {DEPLOY}"
        )
    return "its messages call it"


def _secrets(settings: Settings, function: Function) -> str:
    folder = function.variables.get("CHARTLAKE_PARAMETERS")
    if not folder:
        return "none are kept in the Parameter Store (CHARTLAKE_PARAMETERS)"
    if found := ParameterStore(folder, settings.aws).existing(LOGIN, SECRET):
        return f"{' and '.join(found)} in {folder}"
    raise Differs(
        f"Neither {LOGIN} nor {SECRET} is in {folder} of the Parameter Store, so {function.name}"
        " cannot read from Spotify. Put one there with `aws ssm put-parameter`; docs/aws.md says"
        " how."
    )

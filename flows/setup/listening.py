"""Who hears of new files: the flow `listen-to-bucket`, unless a function does."""

from __future__ import annotations

from collections.abc import Iterator

from prefect.client.orchestration import get_client

from etl.aws.functions import Functions
from etl.errors import ChartlakeError
from etl.settings import Settings, load_settings

_LISTENER = "listen-to-bucket/listen-to-bucket"


def listen() -> Iterator[str]:
    """Let the flow listen to the queue in the settings, and say so; not if a function does.

    Each would hear of half of the files.
    """
    try:
        settings = load_settings()
        function = called_function(settings)
    except ChartlakeError as error:
        reason = " ".join(str(error).split())
        unseen = f"; whether a function hears of the same files was not seen: {reason}"
    else:
        unseen = ""
        if function:
            _set_listening(False)
            yield f"listen-to-bucket does not listen: CHARTLAKE_QUEUE_URL calls {function}"
            return
    _set_listening(True)
    yield f"listen-to-bucket listens to CHARTLAKE_QUEUE_URL{unseen}"


def called_function(settings: Settings) -> str | None:
    """The function of the template that the queue calls, if there is one.

    Raises NotPermitted where the credentials may not see it, AccessDenied where AWS refuses for
    another reason, and ServiceUnavailable where it does not answer.
    """
    if not settings.athena_database or not settings.queue_url:
        return None
    name = f"{settings.athena_database}-process"
    queue = str(settings.queue_url).rpartition("/")[2]
    sources = Functions(settings.aws).sources(name)
    calls = any(one.is_enabled and one.arn.rpartition(":")[2] == queue for one in sources)
    return name if calls else None


def _set_listening(is_active: bool) -> None:
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(_LISTENER)
        for schedule in deployment.schedules:
            client.update_deployment_schedule(deployment.id, schedule.id, active=is_active)

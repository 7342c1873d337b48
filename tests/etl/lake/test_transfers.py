"""What goes to S3 and comes from it is compared with checksums, and not too much at a time."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path
from threading import Lock

import pytest
from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from etl.aws.session import CONNECTIONS
from etl.errors import ServiceUnavailable
from etl.lake import open_lake
from etl.lake.layout import PENDING, PROCESSED
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.places import IN_S3
from tests.support.small_lakes import chart_body, chart_name, put_pending

pytestmark = IN_S3
KEY = PENDING + "a.json"
BODY = b'{"a": 1}'


@pytest.fixture
def events(lake):
    """The events of the client of the lake, once the lake was tried."""
    lake.check_conditions()
    return lake._client.meta.events


def test_an_upload_carries_a_checksum_of_its_bytes(lake, events):
    sent = {}
    events.register("before-send.s3.PutObject", lambda request, **_: sent.update(request.headers))
    lake.write(KEY, BODY)
    expected = base64.b64encode(zlib.crc32(BODY).to_bytes(4, "big"))
    assert sent["x-amz-checksum-crc32"] == expected


def test_an_upload_that_is_damaged_on_the_way_is_refused(lake, events):
    def damage(request, **_):
        request.data = BODY.swapcase()

    events.register("before-sign.s3.PutObject", damage)
    with pytest.raises(ServiceUnavailable, match=r"a\.json .*damaged on the way"):
        lake.write(KEY, BODY)
    assert lake.find(KEY) is None


def test_a_download_that_is_damaged_on_the_way_is_refused(lake):
    lake.write(KEY, BODY)
    original = URLLib3Session.send

    def send(session, request):
        answer = original(session, request)
        return Damaged(answer) if request.method == "GET" else answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(URLLib3Session, "send", send)
        with pytest.raises(ServiceUnavailable, match=r"a\.json .*damaged on the way"):
            lake.read(KEY)
    assert lake.read(KEY).body == BODY


class Damaged(AWSResponse):
    """An answer whose bytes are others of the same number."""

    def __init__(self, answer):
        super().__init__(answer.url, answer.status_code, answer.headers, answer.raw)
        read = self.raw.read
        self.raw.read = lambda *size, **options: read(*size, **options).swapcase()


def test_a_copy_with_other_bytes_of_the_same_size_is_not_whole(lake, events):
    lake.write(KEY, BODY)
    # The store answers with the ETag of what it has written.
    events.register("after-call.s3.CopyObject", lambda parsed, **_: falsify(lake, parsed))
    with pytest.raises(ServiceUnavailable, match="is not whole"):
        lake.move(KEY, PROCESSED + "a.json")
    assert lake.read(KEY).body == BODY


def falsify(lake, answer):
    """Write other bytes where the copy is."""
    lake.write(PROCESSED + "a.json", BODY.swapcase())
    answer["CopyObjectResult"]["ETag"] = lake.find(PROCESSED + "a.json").version


def test_a_run_makes_no_more_requests_at_a_time_than_there_are_connections(
    lake, location, tmp_path, monkeypatch
):
    regions = [f"{first}{second}" for first in "abc" for second in "wxyz"]
    put_pending(lake, {chart_name(0, region): chart_body(0) for region in regions})
    under_way = UnderWay(monkeypatch)
    process_pending(open_lake(location), "parquet")
    refresh(open_lake(location), Path(tmp_path, "mirror.duckdb"))
    assert 1 < under_way.most <= CONNECTIONS
    assert lake._client.meta.config.max_pool_connections == CONNECTIONS


class UnderWay:
    """How many requests are under way at the same time, at the most."""

    def __init__(self, monkeypatch):
        self.most = self._now = 0
        self._lock = Lock()
        send = URLLib3Session.send

        def counted(session, request):
            self._add(1)
            try:
                return send(session, request)
            finally:
                self._add(-1)

        monkeypatch.setattr(URLLib3Session, "send", counted)

    def _add(self, number):
        with self._lock:
            self._now += number
            self.most = max(self.most, self._now)

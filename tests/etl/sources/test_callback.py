"""The wait for the browser, and what browsers send besides the callback."""

from __future__ import annotations

import socket
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import requests

from etl.errors import AccessDenied, ConfigurationError
from etl.sources.spotify.callback import wait_for_browser
from tests.support.browsers import free_port, open_callback


def test_waiting_for_the_browser_times_out():
    with pytest.raises(AccessDenied, match="Nobody logged in in time"):
        wait_for_browser(free_port(), "ours", 0.1)


@pytest.fixture
def waiting():
    """A login that waits for the browser: the port, and its answer once there is one."""
    port = free_port()
    with ThreadPoolExecutor(1) as pool:
        address = pool.submit(wait_for_browser, port, "ours", 20)
        yield port, address
        if not address.done():
            open_callback(f"http://127.0.0.1:{port}/callback?code=x&state=ours")


def connected(port: int) -> socket.socket:
    """A connection to the login, once it listens."""
    for _ in range(100):
        with suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port), timeout=5)
        time.sleep(0.05)
    pytest.fail("the login does not listen for the browser")


def test_only_the_callback_of_this_login_ends_the_wait(waiting):
    port, address = waiting
    connected(port).close()
    statuses = [
        requests.get(f"http://127.0.0.1:{port}{path}", timeout=5).status_code
        for path in (
            *("/favicon.ico", "/", "/callback?code=theirs", "/callback?code=x&state=another"),
            *("/callback?code=x&state=%ff%00", "/callback?code=ours&state=ours"),
        )
    ]
    assert statuses == [404, 404, 404, 400, 400, 200]
    assert address.result(timeout=5) == "/callback?code=ours&state=ours"


def test_connections_that_send_nothing_do_not_block_the_login(waiting):
    port, address = waiting
    idle = [connected(port) for _ in range(3)]
    try:
        idle[0].sendall(b"GET /callback?code=x")
        open_callback(f"http://127.0.0.1:{port}/callback?code=ours&state=ours")
        assert address.result(timeout=5) == "/callback?code=ours&state=ours"
    finally:
        for connection in idle:
            connection.close()


def test_a_request_may_come_in_pieces(waiting):
    port, address = waiting
    with connected(port) as browser:
        request = b"GET /callback?code=ours&state=ours HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        for start in range(0, len(request), 20):
            browser.sendall(request[start : start + 20])
            time.sleep(0.01)
        assert b"200" in browser.recv(100)
    assert address.result(timeout=5) == "/callback?code=ours&state=ours"


def test_what_is_not_http_does_not_end_the_wait(waiting, capfd):
    port, address = waiting
    for nonsense in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"\xff" * 70_000):
        with connected(port) as other, suppress(ConnectionError):
            other.sendall(nonsense)
            # A reset instead of an orderly end.
            other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    open_callback(f"http://127.0.0.1:{port}/callback?code=ours&state=ours")
    assert address.result(timeout=5) == "/callback?code=ours&state=ours"
    assert capfd.readouterr().err == ""


def test_the_page_says_whether_the_user_agreed(waiting):
    port, address = waiting
    connected(port).close()
    url = f"http://127.0.0.1:{port}/callback?error=access_denied&state=ours"
    assert "chartlake is not logged in" in requests.get(url, timeout=5).text
    assert "access_denied" in address.result(timeout=5)


def test_the_error_about_a_port_in_use_suggests_pasting():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(ConfigurationError, match="chartlake login --paste"),
    ):
        wait_for_browser(taken.getsockname()[1], "ours", 0.1)

"""A store of objects over HTTP on this machine, empty at first, that can be made to go away."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import boto3
import requests
from botocore.config import Config
from moto.server import ThreadedMotoServer

from api import scan_settings
from api.scan_settings import NAMES
from engine.scans.bucket import Bucket

BUCKET = "tongban-scans"


class BucketServer:
    """A running server with one bucket."""

    def __init__(self, folder: Path) -> None:
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        _, port = self._server.get_host_and_port()
        self.endpoint = f"http://127.0.0.1:{port}"
        # What it holds is the process's, not the server's.
        requests.post(f"{self.endpoint}/moto-api/reset", timeout=10)
        self._credentials = folder / "credentials"
        self._credentials.write_text("tongban\nsecret-of-the-store\n")
        self.client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=scan_settings.REGION,
            aws_access_key_id="tongban",
            aws_secret_access_key="secret-of-the-store",
            config=Config(retries={"max_attempts": 1}),
        )
        self.client.create_bucket(Bucket=BUCKET)

    def variables(self, prefix: str) -> Mapping[str, str]:
        """The settings that name a folder of its bucket."""
        values = (
            f"s3://{BUCKET}/{prefix}",
            self.endpoint,
            scan_settings.REGION,
            str(self._credentials),
        )
        return dict(zip(NAMES, values, strict=False))

    def bucket(self, prefix: str) -> Bucket:
        """What those settings say."""
        found = scan_settings.read(self.variables(prefix))
        assert found is not None
        return found

    def objects(self, prefix: str) -> dict[str, bytes]:
        """Everything under a prefix, by name."""
        listed = self.client.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return {one["Key"]: self._content(one["Key"]) for one in listed}

    def put(self, name: str, content: bytes) -> None:
        """Write over an object, as nobody but an intruder does."""
        self.client.put_object(Bucket=BUCKET, Key=name, Body=content)

    def delete(self, name: str) -> None:
        """Remove an object."""
        self.client.delete_object(Bucket=BUCKET, Key=name)

    def stop(self) -> None:
        """Go away."""
        self._server.stop()

    def _content(self, name: str) -> bytes:
        return bytes(self.client.get_object(Bucket=BUCKET, Key=name)["Body"].read())


@contextmanager
def serving(folder: Path) -> Iterator[BucketServer]:
    """A server, stopped at the end."""
    server = BucketServer(folder)
    try:
        yield server
    finally:
        server.client.close()
        server.stop()

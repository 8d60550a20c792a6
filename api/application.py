"""FastAPI with our layers around its own, so that even the answer to a defect passes through them."""

from fastapi import FastAPI
from starlette.types import ASGIApp

from api.addresses import Addresses
from api.body_size import BodySize
from api.envelope import Envelope


class Application(FastAPI):
    """An application whose every answer gets its headers and its log line."""

    def build_middleware_stack(self) -> ASGIApp:
        """The framework's own layers, and ours around them."""
        return Envelope(Addresses(BodySize(super().build_middleware_stack())))

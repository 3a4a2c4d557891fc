"""A Python client of Medley's HTTP API and WebSocket."""

from medley_client.client import ApiError, Client, Json, ids

__all__ = ["ApiError", "Client", "Json", "ids"]

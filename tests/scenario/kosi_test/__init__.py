"""What the scenarios share: nodes that start and stop fast, an HTTP client, a client of the bus, and waiting without sleeping."""
from .bus import Bus, Reply
from .http import Answer, Http, raw_exchange
from .node import Node, NodeError
from .people import Staff, filled_form, unique_title
from .wait import wait_until

__all__ = ["Answer", "Bus", "Http", "Node", "NodeError", "Reply", "Staff", "filled_form", "raw_exchange", "unique_title", "wait_until"]

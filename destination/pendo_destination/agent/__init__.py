"""What `window.pendo` does on the wire: one Agent is one page of one visitor's browser."""

from pendo_destination.agent.agent import Agent
from pendo_destination.agent.config import PACKAGE_VERSION, hosted_config
from pendo_destination.agent.page import Browser, Page

__all__ = ["PACKAGE_VERSION", "Agent", "Browser", "Page", "hosted_config"]

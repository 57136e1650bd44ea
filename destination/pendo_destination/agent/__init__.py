"""Pendo's agent, the code behind `window.pendo`: one Agent is the agent on one page of one visitor's browser."""

from pendo_destination.agent.agent import Agent
from pendo_destination.agent.environment.config import PACKAGE_VERSION, hosted_config
from pendo_destination.agent.environment.page_and_browser import BrowserState, Page

__all__ = ["PACKAGE_VERSION", "Agent", "BrowserState", "Page", "hosted_config"]

"""Prints how one Segment event is processed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from pendo_contracts.common.safe_text import visible
from pendo_contracts.wire import jzb
from pendo_destination.agent.offline_transport import OfflineTransport
from pendo_destination.browser.browser_tab import BrowserTab
from pendo_destination.browser.site_config import SiteConfig
from pendo_destination.commands._shared.configured_destinations import classic_plugin, split_settings, webhook_settings
from pendo_destination.commands._shared.event_files import open_events
from pendo_destination.commands._shared.read_settings import configure, read_settings
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.destinations.webhook import Webhook
from pendo_destination.explain.destination_comparison import compare, observe
from pendo_destination.explain.event_processing import describe_request, explain_subscriptions
from pendo_destination.javascript.difference import MISSING
from pendo_destination.javascript.json import stringify
from pendo_destination.runtime.compiled_subscription import CompiledSubscription
from pendo_destination.transport.target import choose_targets

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pendo_destination.destinations.delivery_outcome import PagePlugin
    from pendo_destination.explain.destination_comparison import AgentCalls, CallDifference
    from pendo_destination.explain.event_processing import SubscriptionResult
    from pendo_destination.runtime.definition import Event, Subscription
    from pendo_destination.runtime.recording_pendo import Call


def explain_event(
    event_file: Path, *, settings_file: Path | None, api_key: str, with_classic: bool, with_code: bool
) -> None:
    """Print step by step how one Segment event is processed."""
    event = _read_event(event_file)
    names = ("actions", "classic", "webhook") if with_classic else ("actions",)
    settings = split_settings(names, {"apiKey": api_key} | read_settings(settings_file, None))
    configuration = configure(settings["actions"], choose_targets((), ())[0])
    transport = OfflineTransport()
    config = SiteConfig.from_configuration(PENDO_WEB, configuration, transport, "browser")
    classic, webhook = _classic_destinations(settings, transport) if with_classic else (None, None)
    actions_calls = observe(lambda connect: config.install(connect)[0], event)
    _print_subscriptions(explain_subscriptions(PENDO_WEB, configuration.subscriptions, event))
    if with_code:
        _print_code(configuration.subscriptions)
    _print_agent_calls(actions_calls)
    _print_requests(config, transport, event)
    if classic and webhook:
        _print_classic(actions_calls, classic, webhook, event)


def _classic_destinations(
    settings: dict[str, dict[str, Any]], transport: OfflineTransport
) -> tuple[PagePlugin, Webhook]:
    return classic_plugin(settings["classic"]), Webhook(webhook_settings(settings["webhook"]), transport)


def _read_event(file: Path) -> Event:
    with open_events(file) as events:
        lines = [line for _, line in events.lines() if line.strip()]
    if len(lines) != 1:
        raise click.UsageError(f"{file} must contain one Segment event, not {len(lines):,}")
    try:
        event = jzb.parse(lines[0])
    except jzb.JzbError as error:
        raise click.UsageError(f"{file}: {error}") from error
    if not isinstance(event, dict):
        raise click.UsageError(f"{file} is not a Segment event: it must be a JSON object")
    return event


def _print_subscriptions(results: Iterable[SubscriptionResult]) -> None:
    for number, result in enumerate(results, 1):
        state = "" if result.enabled else ", disabled"
        click.echo(f"{number}. {result.name or 'subscription'} -> {result.action}{state}")
        click.echo(f"   trigger   {result.trigger}   {'matches' if result.matched else 'does not match'}")
        for condition in result.conditions if not result.matched else ():
            click.echo(f"             {'met    ' if condition.met else 'not met'}  {condition.text}")
        if result.matched:
            click.echo(f"   mapping   {_json(result.mapping)}")
            click.echo(f"   payload   {_json(result.payload)}")
        if result.problem:
            click.echo(f"   problem   {result.problem}")


def _print_code(subscriptions: Iterable[Subscription]) -> None:
    for number, subscription in enumerate(subscriptions, 1):
        compiled = CompiledSubscription.compile(subscription)
        reach = f"only events of the type {compiled.event_type!r}" if compiled.event_type else "every event"
        click.echo(f"\ncode of {number}. {visible(subscription.name) or 'subscription'}, called for {reach}")
        click.echo(compiled.source.text)
        for name, meaning in compiled.source.meanings.items():
            click.echo(f"# {name}: {visible(meaning)}")


def _print_agent_calls(calls: AgentCalls) -> None:
    click.echo(f"\nscript      {' '.join(calls.scripts)}")
    _print_calls("on start", calls.on_start)
    _print_calls("on event", calls.on_event)
    if calls.problem:
        click.echo(f"problem     {calls.problem}")


def _print_calls(label: str, calls: Iterable[Call]) -> None:
    for call in calls:
        click.echo(f"{label:11} {_call(call.method, call.args)}")


def _print_requests(config: SiteConfig, transport: OfflineTransport, event: Event) -> None:
    tab = BrowserTab(config)
    tab.send(event)
    tab.leave()
    for request in map(describe_request, transport.take()):
        click.echo(f"\n{request['method']} {request['host']} {request['endpoint']}  {_json(request['params'])}")
        if "decoded" in request:
            click.echo(json.dumps(request["decoded"], indent=2, ensure_ascii=False))


def _print_classic(actions_calls: AgentCalls, classic: PagePlugin, webhook: Webhook, event: Event) -> None:
    classic_calls = observe(classic, event)
    click.echo("\nThe classic destination (its agent starts by itself with window.pendo_options)")
    _print_agent_calls(classic_calls)
    receipt = webhook.post(event)
    delivered = receipt.outcome == "delivered"
    click.echo(f"cloud mode  {'the webhook posts the event unchanged' if delivered else f'nothing: {receipt.reason}'}")
    click.echo("\nDifferences between Pendo Web (Actions) and the classic destination")
    _print_differences("on start", compare(actions_calls.on_start, classic_calls.on_start))
    _print_differences("on event", compare(actions_calls.on_event, classic_calls.on_event))


def _print_differences(label: str, differences: Iterable[CallDifference]) -> None:
    for difference in differences:
        click.echo(f"{label:11} pendo.{difference.method} {difference.path or difference.kind}")
        for name, value in (("actions", difference.first), ("classic", difference.second)):
            click.echo(f"              {name}  {_side(difference, value)}")
        label = ""
    if label:
        click.echo(f"{label:11} none: both make the same calls")


def _side(difference: CallDifference, value: Any) -> str:
    match difference.kind:
        case "call":
            return "not called" if value is MISSING else _call(difference.method, value)
        case "order":
            return f"call number {value}"
        case "argument":
            return "missing" if value is MISSING else _json(value)


def _call(method: str, args: Iterable[Any]) -> str:
    return f"pendo.{method}({', '.join(map(_json, args))})"


def _json(value: Any) -> str:
    written = stringify(value)
    return written if isinstance(written, str) else "undefined"

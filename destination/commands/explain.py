"""`pendo-destination explain`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts import jzb
from destination.analytics import Analytics, User
from destination.commands.settings import configure, read_settings
from destination.device import Device, Setup
from destination.explanation import describe_request, explain_subscriptions
from destination.javascript import stringify
from destination.pendo_web import PENDO_WEB
from destination.runtime import Instance, compile_plugins
from destination.spy import Spy, Wire
from destination.target import choose_targets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from destination.configuration import Configuration
    from destination.explanation import Step
    from destination.runtime import Event
    from destination.spy import Call

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("explain")
@click.argument("event_file", type=_FILE)
@click.option("--settings", "settings_file", type=_FILE, help="The destination's settings as JSON.")
@click.option("--api-key", default="API-KEY", show_default=True, help="The Pendo API key, if the settings name none.")
def command(event_file: Path, *, settings_file: Path | None, api_key: str) -> None:
    """Show step by step what one Segment event does; nothing is sent.

    Which subscriptions match and why not, each mapping before and after, the calls of the agent, the requests.
    """
    event = _read_event(event_file)
    document = {"apiKey": api_key} | read_settings(settings_file, None)
    configuration = configure(document, choose_targets((), ())[0])
    _tell_steps(explain_subscriptions(PENDO_WEB, configuration.subscriptions, event))
    _tell_calls(configuration, event)
    _tell_requests(configuration, event)


def _read_event(file: Path) -> Event:
    try:
        event = jzb.parse(file.read_bytes())
    except jzb.JzbError as error:
        raise click.UsageError(f"{file}: {error}") from error
    if not isinstance(event, dict):
        raise click.UsageError(f"{file} holds no Segment event: it is no JSON object")
    return event


def _tell_steps(steps: Iterable[Step]) -> None:
    for number, step in enumerate(steps, 1):
        state = "" if step.enabled else ", disabled"
        click.echo(f"{number}. {step.name or 'subscription'} -> {step.action}{state}")
        click.echo(f"   trigger   {step.trigger}   {'matches' if step.matched else 'does not match'}")
        for condition in step.conditions if not step.matched else ():
            click.echo(f"             {'met    ' if condition.met else 'not met'}  {condition.text}")
        if step.matched:
            click.echo(f"   mapping   {_json(step.mapping)}")
            click.echo(f"   payload   {_json(step.payload)}")
        if step.problem:
            click.echo(f"   problem   {step.problem}")


def _tell_calls(configuration: Configuration, event: Event) -> None:
    spy = Spy()
    plugins = compile_plugins(PENDO_WEB, configuration.subscriptions)
    instance = Instance(PENDO_WEB, configuration.settings, plugins, spy.connect, "browser")
    analytics = Analytics(User(anonymous_id=event.get("anonymousId")))
    instance.load(analytics)
    click.echo(f"\nscript      {' '.join(spy.scripts)}")
    _tell("on start", spy.take())
    analytics.observe(event)
    instance.deliver(event)
    _tell("then", spy.take())


def _tell(label: str, calls: Iterable[Call]) -> None:
    for call in calls:
        click.echo(f"{label:11} pendo.{call.method}({', '.join(map(_json, call.args))})")


def _tell_requests(configuration: Configuration, event: Event) -> None:
    wire = Wire()
    plugins = compile_plugins(PENDO_WEB, configuration.subscriptions)
    device = Device(Setup(PENDO_WEB, configuration.settings, plugins, wire, "browser"))
    device.send(event)
    device.leave()
    for request in map(describe_request, wire.take()):
        click.echo(f"\n{request['method']} {request['host']} {request['endpoint']}  {_json(request['params'])}")
        if "decoded" in request:
            click.echo(json.dumps(request["decoded"], indent=2, ensure_ascii=False))


def _json(value: Any) -> str:
    written = stringify(value)
    return written if isinstance(written, str) else "undefined"

"""`pendo-destination explain`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pendo_contracts import jzb
from pendo_destination.agent.offline import OfflineTransport
from pendo_destination.browser.device import Device, Setup
from pendo_destination.commands._shared.destinations import complete_webhook, place_classic, share
from pendo_destination.commands._shared.settings import configure, read_settings
from pendo_destination.destinations.pendo_web import PENDO_WEB
from pendo_destination.destinations.webhook import Webhook
from pendo_destination.explain.comparison import compare, watch
from pendo_destination.explain.subscriptions import describe_request, explain_subscriptions
from pendo_destination.javascript.difference import MISSING
from pendo_destination.javascript.json import stringify
from pendo_destination.runtime.instance import compile_plugins
from pendo_destination.transport.target import choose_targets

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pendo_destination.destinations.delivery import Install
    from pendo_destination.explain.comparison import Conduct, Contrast
    from pendo_destination.explain.recorder import Call
    from pendo_destination.explain.subscriptions import Step
    from pendo_destination.runtime.instance import Event

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("explain")
@click.argument("event_file", type=_FILE)
@click.option("--settings", "settings_file", type=_FILE, help="The destination's settings as JSON.")
@click.option("--api-key", default="API-KEY", show_default=True, help="The Pendo API key, if the settings name none.")
@click.option(
    "--classic",
    "with_classic",
    is_flag=True,
    help="Show what the classic destination does with the event, and the webhook, its cloud mode; and where the calls "
    "of the classic destination differ from those of Pendo Web (Actions).",
)
def command(event_file: Path, *, settings_file: Path | None, api_key: str, with_classic: bool) -> None:
    """Show step by step what one Segment event does; nothing is sent.

    Which subscriptions match and why not, each mapping before and after, the calls of the agent, the requests. The
    event is the first one on its page.
    """
    event = _read_event(event_file)
    names = ("actions", "classic", "webhook") if with_classic else ("actions",)
    own = share(names, {"apiKey": api_key} | read_settings(settings_file, None))
    configuration = configure(own["actions"], choose_targets((), ())[0])
    wire = OfflineTransport()
    classic = (place_classic(own["classic"]), Webhook(complete_webhook(own["webhook"]), wire)) if with_classic else ()
    plugins = compile_plugins(PENDO_WEB, configuration.subscriptions)
    setup = Setup(PENDO_WEB, configuration.settings, plugins, wire, "browser")
    conduct = watch(lambda connect: setup.install(connect)[0], event)
    _tell_steps(explain_subscriptions(PENDO_WEB, configuration.subscriptions, event))
    _tell_conduct(conduct)
    _tell_requests(setup, wire, event)
    if classic:
        _tell_classic(conduct, *classic, event)


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


def _tell_conduct(conduct: Conduct) -> None:
    click.echo(f"\nscript      {' '.join(conduct.scripts)}")
    _tell("on start", conduct.start)
    _tell("then", conduct.then)
    if conduct.problem:
        click.echo(f"problem     {conduct.problem}")


def _tell(label: str, calls: Iterable[Call]) -> None:
    for call in calls:
        click.echo(f"{label:11} {_call(call.method, call.args)}")


def _tell_requests(setup: Setup, wire: OfflineTransport, event: Event) -> None:
    device = Device(setup)
    device.send(event)
    device.leave()
    for request in map(describe_request, wire.take()):
        click.echo(f"\n{request['method']} {request['host']} {request['endpoint']}  {_json(request['params'])}")
        if "decoded" in request:
            click.echo(json.dumps(request["decoded"], indent=2, ensure_ascii=False))


def _tell_classic(actions: Conduct, install: Install, webhook: Webhook, event: Event) -> None:
    classic = watch(install, event)
    click.echo("\nThe classic destination, whose agent starts by itself with window.pendo_options")
    _tell_conduct(classic)
    receipt = webhook.post(event)
    posted = "the webhook posts the event as it is" if receipt.outcome == "delivered" else f"nothing: {receipt.reason}"
    click.echo(f"cloud mode  {posted}")
    click.echo("\nWhere Pendo Web (Actions) and the classic destination differ")
    _tell_contrasts("on start", compare(actions.start, classic.start))
    _tell_contrasts("then", compare(actions.then, classic.then))


def _tell_contrasts(label: str, contrasts: Iterable[Contrast]) -> None:
    for contrast in contrasts:
        click.echo(f"{label:11} pendo.{contrast.method} {contrast.path or contrast.kind}")
        for name, value in (("actions", contrast.first), ("classic", contrast.second)):
            click.echo(f"              {name}  {_side(contrast, value)}")
        label = ""
    if label:
        click.echo(f"{label:11} nowhere: they make the same calls")


def _side(contrast: Contrast, value: Any) -> str:
    match contrast.kind:
        case "call":
            return "does not call it" if value is MISSING else _call(contrast.method, value)
        case "order":
            return f"calls it as number {value}"
        case "argument":
            return "has none" if value is MISSING else _json(value)


def _call(method: str, args: Iterable[Any]) -> str:
    return f"pendo.{method}({', '.join(map(_json, args))})"


def _json(value: Any) -> str:
    written = stringify(value)
    return written if isinstance(written, str) else "undefined"

"""Traces one turn of an AI agent with PyPI's `pendo-server-sdk`; prints the SDK's warnings as a JSON list.

trace_agent.py API_KEY ENDPOINT PROMPT REACTION_PROPERTIES
"""

import json
import logging
import sys

import pendo_sdk

warnings = []
handler = logging.Handler(logging.WARNING)
handler.emit = lambda record: warnings.append(record.getMessage())
logging.getLogger().addHandler(handler)

api_key, endpoint, prompt, properties = sys.argv[1:]
pendo_sdk.init(
    api_key=api_key, agent_id="agent-1", visitor_id="v-1", account_id="a-1", endpoint=endpoint, auto_patch=False
)


@pendo_sdk.trace_tool("lookup")
def lookup(text):
    """Return the result of the agent's tool."""
    return {"found": text}


@pendo_sdk.trace_llm("answer", content_kwarg="prompt")
def answer(prompt):
    """Return the answer of the model."""
    lookup(prompt)
    return {"content": "an answer"}


with pendo_sdk.set_context(conversation_id="c-1"):
    answer(prompt=prompt)
pendo_sdk.record_reaction(
    conversation_id="c-1", reaction_type="thumbs_up", message_id="m-1", event_properties=json.loads(properties)
)
pendo_sdk.flush()
pendo_sdk.shutdown()
print(json.dumps(warnings), flush=True)  # noqa: T201 - the result

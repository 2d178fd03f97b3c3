"""Drives the simulator with Mistral's Python SDK, unmodified: mistral.py BASE_URL API_KEY."""

import json
import sys

from mistralai.client import Mistral
from mistralai.client.errors import SDKError

BASE_URL, API_KEY = sys.argv[1], sys.argv[2]
MODEL = "ministral-8b-latest"
CALL = json.dumps(
    {
        "language": "en",
        "turns": [
            {"speaker": "agent", "text": "Hello, front desk."},
            {"speaker": "caller", "text": "I want to move my appointment to Tuesday, thank you."},
            {"speaker": "agent", "text": "Of course. I will send you a confirmation."},
        ],
    }
)
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "action_items", "sentiment"],
    "properties": {
        "title": {"type": "string"},
        "action_items": {"type": "array", "items": {"type": "string"}},
        "sentiment": {"type": "string", "enum": ["positive", "neutral", "negative"]},
    },
}


def refused(call):
    try:
        call()
    except SDKError as error:
        return error
    raise AssertionError("it was not refused")


with Mistral(api_key=API_KEY, server_url=BASE_URL) as client:
    models = client.models.list().data
    assert any(model.id == MODEL and model.capabilities.completion_chat for model in models), models
    assert client.models.retrieve(model_id=MODEL).max_context_length > 100_000

    messages = [{"role": "system", "content": "Summarize."}, {"role": "user", "content": CALL}]
    plain = client.chat.complete(model=MODEL, messages=messages, temperature=0.2, max_tokens=500)
    assert plain.choices[0].finish_reason == "stop" and "appointment" in plain.choices[0].message.content
    assert plain.usage.total_tokens == plain.usage.prompt_tokens + plain.usage.completion_tokens > 0

    shape = {"type": "json_schema", "json_schema": {"name": "call", "schema": SCHEMA, "strict": True}}
    made = client.chat.complete(model=MODEL, messages=messages, response_format=shape)
    told = json.loads(made.choices[0].message.content)
    assert set(told) == {"title", "action_items", "sentiment"}, told
    assert told["sentiment"] == "positive" and told["action_items"] == ["I will send you a confirmation"], told

    pieces = [event.data for event in client.chat.stream(model=MODEL, messages=messages)]
    said = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    assert said == plain.choices[0].message.content
    assert pieces[-1].usage.completion_tokens > 0 and pieces[-1].choices[0].finish_reason == "stop"

    short = client.chat.complete(model=MODEL, messages=messages, max_tokens=3)
    assert short.choices[0].finish_reason == "length"

    retired = refused(lambda: client.chat.complete(model="mistral-tiny", messages=messages))
    assert retired.status_code == 400 and json.loads(retired.body)["code"] == "1500", retired

with Mistral(api_key="wrong", server_url=BASE_URL) as stranger:
    assert refused(stranger.models.list).status_code == 401

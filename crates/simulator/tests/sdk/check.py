"""Drives the simulator with ElevenLabs' Python SDK, unmodified: check.py BASE_URL API_KEY."""

import http.server
import json
import queue
import sys
import threading
import urllib.request

from elevenlabs import ElevenLabs
from elevenlabs.conversational_ai.conversation import Conversation
from elevenlabs.core.api_error import ApiError
from elevenlabs.errors import BadRequestError

BASE_URL, API_KEY = sys.argv[1], sys.argv[2]
client = ElevenLabs(base_url=BASE_URL, api_key=API_KEY)
convai = client.conversational_ai


def control(path, body):
    request = urllib.request.Request(f"{BASE_URL}/_control/{path}", json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def account():
    assert client.user.get().subscription.tier == "pro"
    assert client.user.subscription.get().has_open_invoices is False
    assert any(model.model_id == "eleven_flash_v2_5" for model in client.models.list())
    first = client.voices.search(page_size=5)
    assert len(first.voices) == 5 and first.has_more and first.total_count == 14
    second = client.voices.search(page_size=100, next_page_token=first.next_page_token)
    assert not {voice.voice_id for voice in first.voices} & {voice.voice_id for voice in second.voices}
    assert len(client.voices.get_all().voices) == 14
    assert client.voices.get(voice_id=first.voices[0].voice_id).name == first.voices[0].name
    assert convai.llm.list().llms


def agents():
    listed, cursor = [], None
    while True:
        page = convai.agents.list(page_size=5, cursor=cursor)
        listed += page.agents
        cursor = page.next_cursor
        if not page.has_more:
            break
    assert len(listed) == 12 and len({agent.agent_id for agent in listed}) == 12, len(listed)
    full = convai.agents.get(agent_id=listed[0].agent_id)
    assert full.conversation_config.agent.prompt.prompt
    made = convai.agents.create(
        name="Made by the SDK",
        conversation_config={"agent": {"first_message": "Hello", "prompt": {"prompt": "Be brief."}}},
    )
    changed = convai.agents.update(agent_id=made.agent_id, name="Renamed", conversation_config={"agent": {"first_message": "Hi"}})
    assert changed.name == "Renamed" and changed.conversation_config.agent.first_message == "Hi"
    assert changed.conversation_config.agent.prompt.prompt == "Be brief.", "a PATCH merges"
    copy = convai.agents.duplicate(agent_id=made.agent_id, name="Copy")
    assert copy.agent_id != made.agent_id
    assert convai.agents.widget.get(agent_id=made.agent_id).agent_id == made.agent_id
    assert convai.agents.link.get(agent_id=made.agent_id).agent_id == made.agent_id
    for agent_id in (made.agent_id, copy.agent_id):
        convai.agents.delete(agent_id=agent_id)
    try:
        convai.agents.get(agent_id=made.agent_id)
    except ApiError as error:
        assert error.status_code == 404 and error.body["detail"]["code"] == "agent_not_found", error.body
    else:
        raise AssertionError("a deleted agent was found")
    return listed[0].agent_id


def conversations(agent_id):
    first = convai.conversations.list(page_size=10, summary_mode="include", exclude_statuses=["initiated", "in-progress", "processing"])
    assert first.has_more and len(first.conversations) == 10
    second = convai.conversations.list(page_size=10, cursor=first.next_cursor, exclude_statuses=["initiated", "in-progress", "processing"])
    assert not {item.conversation_id for item in first.conversations} & {item.conversation_id for item in second.conversations}
    done = convai.conversations.list(page_size=1, call_successful="success").conversations[0]
    detail = convai.conversations.get(conversation_id=done.conversation_id)
    assert detail.status == "done" and detail.has_audio and detail.transcript and detail.analysis.transcript_summary
    assert detail.metadata.cost > 0 and detail.metadata.charging.llm_price > 0
    assert detail.analysis.evaluation_criteria_results and detail.analysis.data_collection_results
    sound = b"".join(convai.conversations.audio.get(conversation_id=done.conversation_id))
    assert sound[:1] == b"\xff" and abs(len(sound) / 3000 - detail.metadata.call_duration_secs) < 2
    convai.conversations.feedback.create(conversation_id=done.conversation_id, feedback="like")
    assert convai.conversations.get(conversation_id=done.conversation_id).metadata.feedback.overall_score == "like"
    convai.conversations.delete(conversation_id=done.conversation_id)
    assert all(item.agent_id == agent_id for item in convai.conversations.list(agent_id=agent_id).conversations)
    signed = convai.conversations.get_signed_url(agent_id=agent_id)
    assert signed.signed_url.startswith("ws://") and "conversation_signature=cvtkn_" in signed.signed_url
    assert convai.conversations.get_webrtc_token(agent_id=agent_id).token.count(".") == 2
    assert convai.analytics.live_count.get().count >= 0
    for page_size, status in ((101, 422), (10, 400)):
        try:
            convai.conversations.list(page_size=page_size, cursor=None if status == 422 else "garbage")
        except ApiError as error:
            assert error.status_code == status, error
        else:
            raise AssertionError("a bad request was accepted")


def webhooks():
    received = queue.Queue()

    class Receiver(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            if self.headers.get("transfer-encoding") == "chunked":
                body = b""
                while size := int(self.rfile.readline(), 16):
                    body += self.rfile.read(size)
                    self.rfile.readline()
                self.rfile.readline()
            else:
                body = self.rfile.read(int(self.headers["content-length"]))
            received.put((body, self.headers["ElevenLabs-Signature"]))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    made = client.webhooks.create(
        settings={"auth_type": "hmac", "name": "SDK", "webhook_url": f"http://127.0.0.1:{server.server_port}/hook"}
    )
    settings = convai.settings.update(webhooks={"post_call_webhook_id": made.webhook_id, "events": ["transcript", "audio"]})
    assert settings.webhooks.post_call_webhook_id == made.webhook_id
    listed = client.webhooks.list(include_usages=True).webhooks
    assert [hook.webhook_id for hook in listed] == [made.webhook_id] and listed[0].usage[0].usage_type == "ConvAI Settings"
    call = control("calls", {"turn_interval_ms": 20, "language": "de"})
    events = {}
    while len(events) < 2:
        body, signature = received.get(timeout=30)
        event = client.webhooks.construct_event(body.decode(), signature, made.webhook_secret)
        if event["data"]["conversation_id"] == call["conversation_id"]:
            events[event["type"]] = event["data"]
        try:
            client.webhooks.construct_event(body.decode() + " ", signature, made.webhook_secret)
        except BadRequestError:
            pass
        else:
            raise AssertionError("a changed body was accepted")
    assert events["post_call_transcription"]["status"] == "done" and events["post_call_audio"]["full_audio"]
    client.webhooks.update(made.webhook_id, is_disabled=True, name="off")
    client.webhooks.delete(made.webhook_id)
    server.shutdown()


def phone_numbers(agent_id):
    numbers = convai.phone_numbers.list()
    assert len(numbers) == 12 and {number.provider for number in numbers} == {"twilio", "sip_trunk"}
    number = next(number for number in numbers if number.assigned_agent.agent_id != agent_id)
    given = convai.phone_numbers.update(phone_number_id=number.phone_number_id, agent_id=agent_id)
    assert given.assigned_agent.agent_id == agent_id
    assert convai.phone_numbers.get(phone_number_id=number.phone_number_id).assigned_agent.agent_id == agent_id
    convai.phone_numbers.update(phone_number_id=number.phone_number_id, agent_id=number.assigned_agent.agent_id)


def talk(agent_id):
    """The SDK's own text conversation over the socket."""
    heard = queue.Queue()
    session = Conversation(client, agent_id, requires_auth=True, audio_interface=None, callback_agent_response=heard.put)
    session.start_session()
    assert heard.get(timeout=10)
    session.send_user_message("Hello, can you help me?")
    assert heard.get(timeout=10)
    session.end_session()
    conversation_id = session.wait_for_session_end()
    assert conversation_id.startswith("conv_")


account()
agent = agents()
phone_numbers(agent)
conversations(agent)
webhooks()
if "--talk" in sys.argv:
    talk(agent)
print("the Python SDK is content")

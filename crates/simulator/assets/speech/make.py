#!/usr/bin/env python3
"""Makes the clips of this folder from the sentences of ../scenarios and ../agents.json.

Needs espeak-ng and lame (Debian packages of these names). Every clip is MPEG-2 layer III, 16 kHz, mono, 24 kbit/s,
constant, without bit reservoir: each frame is 108 bytes and 36 ms and can stand anywhere. Usage: ./make.py
"""

import json
import pathlib
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ASSETS = HERE.parent
FRAME_BYTES, FRAME_SECS = 108, 0.036
# espeak-ng voices and words per minute: one agent and one caller for each language.
VOICES = {
    "en": {"agent": ("en-us+f3", 165), "user": ("en-gb+m3", 172)},
    "de": {"agent": ("de+f2", 160), "user": ("de+m4", 168)},
    "es": {"agent": ("es+f4", 165), "user": ("es+m2", 172)},
    "fr": {"agent": ("fr-fr+f3", 160), "user": ("fr-fr+m5", 168)},
    "pt": {"agent": ("pt+f2", 160), "user": ("pt+m3", 168)},
}
# Seconds of speech for each speaker; 5 languages x 2 speakers x 52 s x 3 kB/s stay below 1.6 MB.
SECONDS = 52


def sentences(language, role):
    """Sentences without placeholders, greetings first, in the order of the files."""
    if role == "agent":
        for agent in json.loads((ASSETS / "agents.json").read_text()):
            if agent["language"] == language:
                yield agent["first_message"]
    grammar = json.loads((ASSETS / "scenarios" / f"{language}.json").read_text())
    passages = [grammar["any"][name] for name in ("success", "hold", "unclear", "failure", "robot", "voicemail")]
    passages += [scenario["beats"] for scenario in grammar["scenarios"].values()]
    # Across the scenarios rather than one after the other, so that each is heard.
    lines = [
        [line for beat in beats if beat[0][0] == role[0] for line in beat[1:] if "{" not in line] for beats in passages
    ]
    for index in range(max(map(len, lines))):
        for passage in lines:
            if index < len(passage):
                yield passage[index]


def speak(text, voice, speed):
    wave = subprocess.run(["espeak-ng", "-v", voice, "-s", str(speed), "--stdout", text], check=True, capture_output=True).stdout
    return encode(wave)


def encode(wave):
    command = ["lame", "--quiet", "-m", "m", "--cbr", "-b", "24", "--nores", "-t", "--resample", "16", "-q", "2", "-", "-"]
    sound = subprocess.run(command, input=wave, check=True, capture_output=True).stdout
    sound = sound[: len(sound) // FRAME_BYTES * FRAME_BYTES]
    starts = {sound[at : at + 2] for at in range(0, len(sound), FRAME_BYTES)}
    assert all(start[0] == 0xFF and start[1] & 0xE0 == 0xE0 for start in starts), "frames are not all of one size"
    return sound


def silence(seconds):
    import io
    import wave

    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16000)
        out.writeframes(b"\0\0" * int(16000 * seconds))
    return encode(buffer.getvalue())


def main():
    clips = []
    for language, speakers in VOICES.items():
        track = b""
        for role, (voice, speed) in speakers.items():
            spent = 0.0
            for text in dict.fromkeys(sentences(language, role)):
                sound = speak(text, voice, speed)
                frames = len(sound) // FRAME_BYTES
                if spent + frames * FRAME_SECS > SECONDS:
                    break
                spent += frames * FRAME_SECS
                clips.append(
                    {"language": language, "role": role, "text": text, "start": len(track) // FRAME_BYTES, "frames": frames}
                )
                track += sound
        (HERE / f"{language}.mp3").write_bytes(track)
    (HERE / "silence.mp3").write_bytes(silence(1.0))
    index = {"frame_bytes": FRAME_BYTES, "frame_secs": FRAME_SECS, "clips": clips}
    (HERE / "index.json").write_text(json.dumps(index, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()

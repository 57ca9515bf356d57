# SPDX-License-Identifier: MIT
"""A header that contradicts itself does not compile, and the message says what to change."""

import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

SECOND = {
    "CONNECTOR_COUNT": "2",
    "CONNECTOR_2_SPACES": '"example.com *.example.com"',
    "CONNECTOR_2_HOSTS": '"192.0.2.2"',
}

FAULTY = [
    # what the user's header says, what the compiler's message must name
    ({"CONNECTOR_1_HOSTS": '""'}, "CONFIG_CONNECTOR_1_HOSTS is empty"),
    ({"CONNECTOR_1_NAME": '""'}, "CONFIG_CONNECTOR_1_NAME is empty"),
    ({"HOST_NAME": '""'}, "CONFIG_HOST_NAME is empty"),
    ({"ADMIN_ADDRESS": '"a@b.example"'}, "set CONFIG_ALERT_SENDER"),
    (
        {"CONNECTOR_1_ROUTE": "ROUTE_DNS", "CONNECTOR_1_IDENTITY": "IDENTITY_BASIC"},
        "credentials never go to a host that DNS names",
    ),
    (
        {
            "CONNECTOR_1_IDENTITY": "IDENTITY_BASIC",
            "CONNECTOR_1_PROTECTION": "PROTECTION_OPPORTUNISTIC",
        },
        "never carries credentials",
    ),
    ({"CONNECTOR_1_ROUTE": "ROUTE_DNS"}, "set CONFIG_CONNECTOR_1_ROUTE to"),
    ({"CONNECTOR_1_IDENTITY": "IDENTITY_OAUTH"}, "to IDENTITY_ANONYMOUS"),
    ({"CONNECTOR_1_TLS_NAME": '"mx.example"'}, "leave out _TRUST, _PINS and _TLS_NAME"),
    (
        {"CONNECTOR_1_PROTECTION": "PROTECTION_REQUIRED", "CONNECTOR_1_TRUST": "TRUST_PIN"},
        "set CONFIG_CONNECTOR_1_PINS, or CONFIG_SETTINGS to 1",
    ),
    (
        {"CONNECTOR_1_PROTECTION": "PROTECTION_REQUIRED", "CONNECTOR_1_PINS": f'"{"0" * 64}"'},
        "give pins with TRUST_PIN",
    ),
    (
        {
            "CONNECTOR_1_PROTECTION": "PROTECTION_REQUIRED",
            "CONNECTOR_1_TRUST": "TRUST_PIN",
            "CONNECTOR_1_PINS": '"12:34"',
        },
        "each is 64 hexadecimal digits",
    ),
    ({"TLS_BUFFER": "512"}, "must be within 837 .. 16709"),
    ({"CONNECTOR_COUNT": "5"}, "must be within 1 .. 4"),
    ({"CONNECTOR_COUNT": "2"}, "CONFIG_CONNECTOR_2_SPACES is empty"),
    ({"CONNECTOR_COUNT": "2", "CONNECTOR_2_SPACES": '"*"'}, "CONFIG_CONNECTOR_2_HOSTS is empty"),
    ({**SECOND, "CONNECTOR_COUNT": "1"}, "set CONFIG_CONNECTOR_COUNT to 2"),
    ({**SECOND, "CONNECTOR_2_NAME": '"smarthost"'}, "change CONFIG_CONNECTOR_2_NAME"),
    ({**SECOND, "CONNECTOR_2_ROUTE": "ROUTE_DNS"}, "set CONFIG_CONNECTOR_2_ROUTE to"),
    ({**SECOND, "CONNECTOR_3_HOSTS": '"192.0.2.3"'}, "set CONFIG_CONNECTOR_COUNT to 3"),
    (
        {"CONNECTOR_1_HELO_ONLY": "1", "CONNECTOR_1_PROTECTION": "PROTECTION_REQUIRED"},
        "set CONFIG_CONNECTOR_1_HELO_ONLY to 0",
    ),
    ({"CONNECTOR_1_HOURS": "0"}, "CONFIG_CONNECTOR_1_HOURS must be within 1"),
    ({"CONNECTOR_1_HOURS": "HOURS(8, 25)"}, "CONFIG_CONNECTOR_1_HOURS must be within 1"),
    ({"NET_IPV4": "NET_IPV4_STATIC"}, "CONFIG_NET_IPV4_ADDRESS is empty"),
    ({"NET_IPV4": "NET_IPV4_OFF", "NET_IPV6": "0"}, "no network is left"),
    ({"NET_IPV4": "NET_IPV4_DCHP"}, "NET_IPV4_OFF, NET_IPV4_DHCP, NET_IPV4_STATIC"),
    ({"CLOCK_FLOOR": "1800000000", "CLOCK_CEILING": "1800000000"}, "no time is believable"),
    ({"NET_TCP_MSS": "1220"}, "set CONFIG_NET_TCP_WINDOW"),
    ({"NET_HEAP": "3072"}, "raise CONFIG_NET_HEAP"),
    ({"NET_TCP_WINDOW": "65535"}, "raise CONFIG_NET_FRAMES"),
    ({"EXPIRE_S": "3600"}, "set CONFIG_DELAY_NOTICE_S"),
    ({"EXPIRE_S": "60", "DELAY_NOTICE_S": "30"}, "set CONFIG_RETRY_1_S"),
    ({"INTAKE_SESSIONS": "17"}, "must be within 1 .. 16"),
    ({"JITTER_PERCENT": "51"}, "must be within 0 .. 50"),
]

SOUND = [
    {},
    SECOND,
    {"CONNECTOR_1_HOURS": "HOURS(22, 6) + HOURS(12, 13)", "CONNECTOR_1_SIZE_MAX": "1000"},
    {"CONNECTOR_1_HOURS": "HOURS(0, 24)"},
    {"ADMIN_ADDRESS": '"a@b.example"', "ALERT_SENDER": '"c@b.example"'},
    {"NET_IPV4": "NET_IPV4_STATIC", "NET_IPV4_ADDRESS": '"192.0.2.2"'},
    {"NET_IPV4": "NET_IPV4_OFF"},
    {"NET_IPV6": "0"},
    {"EXPIRE_S": "20", "DELAY_NOTICE_S": "10", "RETRY_1_S": "1"},
]


def compile_header(tmp_path, options):
    header = tmp_path / "user.h"
    header.write_text("".join(f"#define CONFIG_{n} {v}\n" for n, v in options.items()))
    source = tmp_path / "user.c"
    source.write_text('#include "config/config.h"\nextern int unused;\n')
    command = ["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-Wundef", f"-I{ROOT}"]
    return subprocess.run(
        [*command, f'-DCONFIG_FILE="{header}"', "-fsyntax-only", str(source)],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("options,words", FAULTY, ids=lambda v: str(v)[:40])
def test_a_contradiction_is_refused_with_its_remedy(tmp_path, options, words):
    done = compile_header(tmp_path, options)
    assert done.returncode != 0
    assert words in done.stderr


@pytest.mark.parametrize("options", SOUND, ids=str)
def test_a_sound_header_compiles(tmp_path, options):
    done = compile_header(tmp_path, options)
    assert done.returncode == 0, done.stderr


def test_budgets_must_share_out_all_ram(tmp_path):
    changed = (ROOT / "config/budgets").read_text().replace("(stack, 6720", "(stack, 6728")
    (tmp_path / "config").mkdir()
    for name in ("config.h", "options.h", "check.h", "flashpost_config.h"):
        (tmp_path / "config" / name).write_text((ROOT / "config" / name).read_text())
    (tmp_path / "config/budgets").write_text(changed)
    source = tmp_path / "user.c"
    source.write_text('#include "config/config.h"\nextern int unused;\n')
    done = subprocess.run(
        ["gcc", "-std=c11", f"-I{tmp_path}", "-fsyntax-only", str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "does not share out exactly 64 KiB" in done.stderr

"""Keys and signed images on the command line, and the settings of what serves."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from helpers import image

from blocklist import ConfigurationError, ImageSignatureError, SigningKey, VerifierKey, read_key
from blocklist.cli.group import cli
from blocklist.integrations.forwarder.settings import read_configuration
from blocklist.integrations.forwarder.views import Views
from blocklist.live.blocklog import Hits

pytestmark = pytest.mark.no_core


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("list.txt").write_text("blocked.example\n")
    return tmp_path


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def new(name: str = "isp.example/it", file: str = "it.key") -> str:
    return run("key", "new", file, "--name", name).stdout.strip()


def test_new_and_show() -> None:
    public = new()
    assert VerifierKey.parse(public).name == "isp.example/it"
    assert run("key", "show", "it.key").stdout == f"{public}\n"
    assert stat.S_IMODE(Path("it.key").stat().st_mode) == 0o400 or os.name != "posix"
    assert str(read_key("it.key").verifier) == public
    secret = Path("it.key").read_text().strip()
    assert secret not in public


def test_a_key_without_a_name_gets_a_random_one() -> None:
    names = [
        VerifierKey.parse(run("key", "new", file).stdout.strip()).name for file in ("one", "two")
    ]
    assert all(name.startswith("blocklist.invalid/") and len(name) == 34 for name in names)
    assert names[0] != names[1]


def test_what_cannot_be_a_key() -> None:
    new()
    before = Path("it.key").read_bytes()
    assert "never replaced" in run("key", "new", "it.key", code=2).stderr
    assert Path("it.key").read_bytes() == before
    assert "is no name of a key" in run("key", "new", "k", "--name", "a b", code=2).stderr
    assert not Path("k").exists()
    assert "list.txt: not a private key" in run("key", "show", "list.txt", code=2).stderr
    Path("it.key").chmod(0o440)
    assert "chmod 0400" in run("key", "show", "it.key", code=2).stderr
    assert "does not exist" in run("key", "show", "none", code=2).stderr


def test_compile_signs_and_verify_verifies() -> None:
    public = new()
    told = run("compile", "list.txt", "-o", "it.blk", "--sign", "it.key").stderr
    assert "it.blk.note: signed by isp.example/it, serial " in told
    assert "signed by isp.example/it" in run("verify", "it.blk", "--key", public).stdout
    data = json.loads(run("verify", "it.blk", "--key", public, "--json").stdout)
    assert data["signed"]["origin"] == "isp.example/it"
    assert "signed" not in json.loads(run("verify", "it.blk", "--json").stdout)
    serial = data["signed"]["serial"]
    run("compile", "list.txt", "-o", "it.blk", "--sign", "it.key", "--valid-for", "1h")
    data = json.loads(run("verify", "it.blk", "--key", public, "--json").stdout)
    assert data["signed"]["serial"] > serial
    Path("list.txt").write_text("other.example\n")
    told = run("compile", "list.txt", "-o", "it.blk").stderr
    assert "it.blk.note stays as it was, so readers with a key refuse this image" in told
    assert (
        "its note is about another file" in run("verify", "it.blk", "--key", public, code=2).stderr
    )
    other = new("isp.example/de", "de.key")
    assert "not signed by a trusted key" in run("verify", "it.blk", "--key", other, code=2).stderr


def test_mistakes_with_keys_write_nothing() -> None:
    new()
    new("isp.example/de", "de.key")
    for more, says in (
        (["--valid-for", "3d"], "--valid-for needs --sign"),
        (["--sign", "list.txt"], "not a private key"),
        (["--sign", "it.key", "--sign", "de.key"], "different names"),
        (["--sign", "it.key", "--valid-for", "0s"], "can be signed for a second"),
        (["--sign", "it.key", "--valid-for", "999999999d"], "can be signed for a second"),
    ):
        assert says in run("compile", "list.txt", "-o", "it.blk", *more, code=2).stderr
    assert not list(Path().glob("it.blk*"))
    key = Path("it.key").read_bytes()
    told = run("compile", "list.txt", "-o", "it.key", "--sign", "it.key", code=2).stderr
    assert "would replace what is read" in told
    assert Path("it.key").read_bytes() == key


@pytest.mark.parametrize(
    "command",
    [
        ["serve", "--upstream", "192.0.2.1"],
        ["squid-helper"],
        ["ext-authz", "--listen", "127.0.0.1:0"],
    ],
)
def test_what_serves_takes_only_what_was_signed(command: list[str]) -> None:
    public = new()
    image("blocked.example").save("it.blk")
    name, *options = command
    told = run(name, "it.blk", "--key", public, *options, code=2).stderr
    assert "it.blk: not signed: there is no note" in told
    told = run(name, "it.blk", "--key", "nonsense", *options, code=2).stderr
    assert "not a verifier key" in told
    told = run(name, "it.blk", "--key", public, "--share", *options, code=2).stderr
    assert "share maps a file, which no key can verify" in told


KEYS = [str(SigningKey("isp/it", octet * 32).verifier) for octet in (b"1", b"2")]
FRENCH = str(SigningKey("isp/fr", b"3" * 32).verifier)


class TestViews:
    def settings(self, text: str) -> str:
        Path("serve.toml").write_text(f'upstreams = ["192.0.2.1"]\nimage = "it.blk"\n{text}')
        return "serve.toml"

    def test_keys_of_images(self) -> None:
        read = read_configuration(
            self.settings(
                f"key = {KEYS}\n"
                '[[views]]\nnetworks = ["127.0.0.2"]\nresponse = "refused"\n'
                f'[[views]]\nnetworks = ["127.0.0.3"]\nimage = "fr.blk"\nkey = "{FRENCH}"\n'
            ),
            {},
        )
        assert [str(key) for key in read.key] == KEYS
        assert [[str(key) for key in view.key] for view in read.views] == [KEYS, [FRENCH]]
        assert read_configuration(self.settings(""), {}).key == ()
        with pytest.raises(ConfigurationError, match=r"serve.toml:3: key: not a verifier key"):
            read_configuration(self.settings('key = "x"'), {})

    def test_each_image_is_verified_with_its_key(self) -> None:
        signing = SigningKey("isp/fr", b"3" * 32)
        run("compile", "list.txt", "-o", "it.blk")
        Path("fr.key").write_text(signing.secret_text())
        Path("fr.key").chmod(0o400)
        run("compile", "list.txt", "-o", "fr.blk", "--sign", "fr.key")
        view = '[[views]]\nnetworks = ["127.0.0.3"]\nimage = "{}"\nkey = "{}"\n'
        read = read_configuration(self.settings(view.format("fr.blk", FRENCH)), {})
        live = {Path(one.path).name: one for one in Views(read, Hits("serve")).images}
        assert live["it.blk"].note is None
        assert live["fr.blk"].note is not None
        for path, key in (("it.blk", FRENCH), ("fr.blk", KEYS[0])):
            read = read_configuration(self.settings(view.format(path, key)), {})
            with pytest.raises(ImageSignatureError):
                Views(read, Hits("serve"))

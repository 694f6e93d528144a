"""What witnesses answer to checkpoints: read, verified, shown, and carried by proofs."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from desk_folder import IMAGE, DeskFolder, order_file
from history_editions import BEGIN, KEY, new_history
from test_history_proofs import KEYS, NODE, changed, is_refused, proof, second_verifier

from blocklist import Order, SignatureError, compile_orders, parse_target
from blocklist.cli.group import cli
from blocklist.errors import missing_extra
from blocklist.history.attestations import AttestationKind, WitnessTrust
from blocklist.history.history import History
from blocklist.history.logcheck import check_record
from blocklist.history.proofcheck import check_proof
from blocklist.history.recordedcycle import RecordedCycle, RecordedEvent
from blocklist.history.timestamps import read_certificates
from blocklist.signing.cosignatures import COSIGNATURE, WitnessKey
from blocklist.signing.notekeys import SigningKey, key_id
from blocklist.signing.signednote import NoteSignature, split_note
from blocklist.signing.strictbase64 import encode_base64

pytestmark = pytest.mark.no_core
OPENSSL = shutil.which("openssl")
WITNESS = SigningKey.generate("witness.example/w1")
SEEN = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
needs_openssl = pytest.mark.skipif(OPENSSL is None, reason="no openssl to make a time-stamp with")


def witness_key() -> WitnessKey:
    return WitnessKey(WITNESS.name, COSIGNATURE, WITNESS.verifier.public)


def key_text(key: WitnessKey) -> str:
    return f"{key.name}+{key.id.hex()}+{encode_base64(key.kind + key.public)}"


def cosigned(checkpoint: bytes) -> bytes:
    """The line that a witness of C2SP tlog-cosignature answers."""
    text, _ = split_note(checkpoint)
    seconds = int(SEEN.timestamp())
    signed = WITNESS.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
    octets = seconds.to_bytes(8, "big") + signed
    return f"{NoteSignature(WITNESS.name, witness_key().id, octets).line()}\n".encode()


def stamped(folder: Path, answer: Any, *, given: bytes | None = None) -> History:
    """A record of one order, handed to a witness, and then another edition."""
    history = new_history(folder)
    for day in range(2):
        order = Order(id="x", targets=(parse_target(f"n{day}.example"), parse_target("a.example")))
        cycle = RecordedCycle(orders=[order], image=compile_orders([order]))
        history.append(cycle, key=KEY, now=BEGIN + timedelta(days=day))
        head = history.checkpoint
        if not day:
            details = {
                "witness": "w", "answer": encode_base64(answer(head.octets)),
                "checkpoint": encode_base64(given or head.octets),
            }  # fmt: skip
            event = RecordedEvent(kind="timestamp", facts={"size": head.size}, details=details)
            history.append(RecordedCycle(events=[event]), key=KEY, now=BEGIN + timedelta(hours=1))
    return history


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, list(map(str, words)))


class Authority:
    """A time-stamping authority in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.root = folder / "root.pem"
        root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        root = _certificate("Root", "Root", root_key, root_key)
        leaf = _certificate("Stamps", "Root", key, root_key)
        pem = serialization.Encoding.PEM
        self.root.write_bytes(root.public_bytes(pem))
        (folder / "tsa.pem").write_bytes(leaf.public_bytes(pem))
        (folder / "tsa.key").write_bytes(
            key.private_bytes(
                pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )  # fmt: skip
        (folder / "serial").write_text("01")
        (folder / "tsa.cnf").write_text(
            f"[tsa]\ndefault_tsa = t\n[t]\nserial = {folder}/serial\ncrypto_device = builtin\n"
            f"signer_cert = {folder}/tsa.pem\nsigner_key = {folder}/tsa.key\n"
            "signer_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256\n"
        )
        self.script = folder / "stamp.sh"
        self.script.write_text(
            f"cat > {folder}/in\n{OPENSSL} ts -query -data {folder}/in -sha256 -cert "
            f"-out {folder}/q 2>/dev/null\n{OPENSSL} ts -reply -queryfile {folder}/q "
            f"-config {folder}/tsa.cnf -out {folder}/r 2>/dev/null\ncat {folder}/r\n"
        )

    def stamp(self, octets: bytes) -> bytes:
        done = subprocess.run(["sh", self.script], input=octets, capture_output=True, check=True)
        return done.stdout


def _certificate(
    name: str, issuer: str, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    is_root = name == issuer
    builder = (
        x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer))
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
    )  # fmt: skip
    if not is_root:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(signer, hashes.SHA256())


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "a")


def test_a_counter_signature_is_shown_and_verified(tmp_path: Path) -> None:
    stamped(tmp_path / "h", cosigned).close()
    key, folder = key_text(witness_key()), ["--history", tmp_path / "h"]
    claimed = "counter-signed at 2026-01-02T03:04:05Z by witness.example/w1"
    shown = run("history", "show", "a.example", *folder).output
    assert f"  {claimed} (not verified: give --witness KEY, whom you believe), when" in shown
    at = ["--at", "2026-01-01T12:00:00Z"]
    asked = run("was-blocked", "a.example", *at, *folder, "--witness", key)
    assert asked.exit_code == 0
    assert f"{claimed}, when the log had 2 entries\n" in asked.output
    data = json.loads(run("was-blocked", "a.example", *at, *folder, "--json").stdout)
    assert [one["verified"] for one in data["witnessed"]] == [False]
    verified = run("history", "verify", *folder, "--witness", key)
    assert verified.exit_code == 0
    assert "1 counter-signature, 1 verified; the last: counter-signed at" in verified.output
    later = ["--at", "2026-01-02T12:00:00Z"]  # that image was handed to nobody
    assert "counter-signed" not in run("was-blocked", "a.example", *later, *folder).output


def test_a_signature_of_something_else_is_a_fault(tmp_path: Path) -> None:
    def spoiled(checkpoint: bytes) -> bytes:
        line = cosigned(checkpoint)
        (signature,) = split_note(f"x\n\n{line.decode()}".encode())[1]
        octets = bytearray(signature.octets)
        octets[-1] ^= 1
        return f"{NoteSignature(signature.name, signature.id, bytes(octets)).line()}\n".encode()

    stamped(tmp_path / "h", spoiled).close()
    folder = ["--history", tmp_path / "h", "--witness", key_text(witness_key())]
    found = run("history", "verify", *folder)
    assert found.exit_code == 1
    assert "NOT valid: the signature is not of this checkpoint" in found.output


@pytest.mark.parametrize(
    "given",
    [b"", b"stamped\n", b"0 is no time-stamp\n", b"\x00\x01", "— no line\n".encode(), b"\xff\xfe"],
)
def test_any_other_answer_is_kept_and_no_proof_carries_it(tmp_path: Path, given: bytes) -> None:
    with stamped(tmp_path / "h", lambda _: given) as history:
        assert history.witnessed(1) is None
        found = check_record(history.record)
        assert found.faults == []
        assert [one.kind for _, one in found.attestations] == [AttestationKind.OTHER]
        assert check_proof(proof(history, "a.example"), KEYS).stamped == 0


def test_a_whole_note_is_an_answer_too(tmp_path: Path) -> None:
    with stamped(tmp_path / "h", lambda octets: octets + cosigned(octets)) as history:
        (one,) = check_record(history.record, trust=WitnessTrust((witness_key(),))).attestations
        assert (one[1].by, one[1].at, one[1].is_verified) == (WITNESS.name, SEEN, True)


def test_what_was_handed_over_must_be_of_this_log(tmp_path: Path) -> None:
    with new_history(tmp_path / "other") as other:
        event = RecordedEvent(kind="probe")
        other.append(RecordedCycle(events=[event] * 2), key=KEY)
        foreign = other.checkpoint.octets
    with stamped(tmp_path / "h", cosigned, given=foreign) as history:
        (fault,) = check_record(history.record).faults
        assert "the witness was given another log" in fault


def test_a_proof_carries_the_answer_and_none_of_its_bits_can_be_changed(tmp_path: Path) -> None:
    with stamped(tmp_path / "h", cosigned) as history:
        octets, later = proof(history, "a.example"), proof(history, "a.example", hours=30)
    trust = WitnessTrust((witness_key(),))
    found = check_proof(octets, KEYS, trust)
    assert (found.stamped, found.attestations[0].at) == (2, SEEN)
    assert found.attestations[0].is_verified
    assert check_proof(later, KEYS).stamped == 0  # what was recorded after it has none
    others = changed(octets, 97)
    assert all(map(is_refused, others))
    if NODE is not None:
        said = second_verifier([octets, *others])
        assert said[0]["stamped"] == 2
        assert said.count(None) == len(others)


@needs_openssl
def test_a_time_stamp_is_verified_by_the_root_of_its_authority(
    tmp_path: Path, authority: Authority
) -> None:
    stamped(tmp_path / "h", authority.stamp).close()
    file, keys = tmp_path / "a.tlog-proof", ["--key", tmp_path / "h/keys"]
    at = ["--at", "2026-01-01T12:00:00Z", "--history", tmp_path / "h"]
    asked = run("was-blocked", "a.example", *at, "--proof", file)
    assert "by CN=Stamps (not verified: give --tsa FILE, whom you believe)" in asked.output
    done = run("proof", "verify", file, *keys, "--tsa", authority.root)
    assert done.exit_code == 0, done.output
    (line,) = [one for one in done.output.splitlines() if one.startswith("time-stamped")]
    assert line.endswith("Z by CN=Stamps, when the log had 2 entries")
    verified = run("history", "verify", "--history", tmp_path / "h", "--tsa", authority.root)
    assert "1 time-stamp, 1 verified; the last: time-stamped at 20" in verified.output
    other = Authority(tmp_path / "other")
    refused = run("proof", "verify", file, *keys, "--tsa", other.root)
    assert refused.exit_code == 1
    assert "time-stamped: NOT valid: the time-stamp is not verified" in refused.output
    none = run("proof", "verify", file, *keys, "--tsa", file)
    assert none.exit_code == 2
    assert "holds no certificate" in none.output


@needs_openssl
def test_no_bit_of_a_time_stamp_makes_another_one(tmp_path: Path, authority: Authority) -> None:
    """In records and proofs a hash covers it; by itself it says no other time or name."""
    roots = read_certificates(authority.root.read_bytes(), "root.pem")
    with stamped(tmp_path / "h", authority.stamp) as history:
        stamp = history.witnessed(1)
        assert stamp is not None
        octets = proof(history, "a.example")
        (right,) = stamp.attestations(WitnessTrust(roots=roots))
        assert right.is_verified
        for answer in changed(stamp.answer, 61):
            (one,) = type(stamp)(stamp.entry, stamp.checkpoint, answer).attestations(
                WitnessTrust(roots=roots)
            )
            assert one.fault or one == right or one.kind is AttestationKind.OTHER
    assert all(map(is_refused, changed(octets, 331)))
    with stamped(tmp_path / "i", lambda _: authority.stamp(b"something else")) as history:
        (fault,) = check_record(history.record).faults
        assert "of something else than the checkpoint" in fault


@needs_openssl
def test_without_the_extra_a_time_stamp_is_named_and_not_read(
    tmp_path: Path, authority: Authority
) -> None:
    stamped(tmp_path / "h", authority.stamp).close()
    script = (
        "import sys; sys.modules['rfc3161_client'] = None\n"
        "from blocklist.cli import main\n"
        f"sys.argv = ['blocklist', 'history', 'show', 'a.example', '--history', "
        f"{str(tmp_path / 'h')!r}]\nmain()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    sentence = missing_extra("reading time-stamps", "timestamp")
    assert f"time-stamped (not verified: {sentence}" in done.stdout


@needs_openssl
def test_a_run_has_its_checkpoints_stamped(tmp_path: Path, authority: Authority) -> None:
    desk = DeskFolder(tmp_path)
    courts = '[[source]]\nname = "courts"\npath = "courts/**/*"\n'
    witness = f'[history]\nwitness = ["sh", "{authority.script}"]\n'
    desk.configure(courts, IMAGE, witness)
    desk.old("courts/a.toml", order_file("it:a", "a.example"))
    assert desk.run().code == 0
    config = ["--config", tmp_path / "run.toml"]
    shown = run("history", "show", "a.example", *config, "--tsa", authority.root).output
    assert "Z by CN=Stamps, when the log had" in shown


def test_keys_of_witnesses() -> None:
    key = witness_key()
    assert WitnessKey.parse(key_text(key)) == key
    assert key.id == hashlib.sha256(f"{key.name}\n".encode() + b"\x04" + key.public).digest()[:4]
    assert key.id == key_id(key.name, COSIGNATURE, key.public)
    plain = WitnessKey.parse(str(WITNESS.verifier))
    line = NoteSignature(WITNESS.name, WITNESS.verifier.id, WITNESS.sign(b"text\n"))
    assert plain.has_signed(line, "text\n")
    assert not plain.has_signed(line, "other\n")
    for wrong in (key_text(key).replace("w1", "w2"), key_text(key)[:-2], "x+y", ""):
        with pytest.raises(SignatureError):
            WitnessKey.parse(wrong)

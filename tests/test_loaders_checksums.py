from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from shared_data import shared

from blocklist import OrderSyntaxError, load_orders
from blocklist.cli.group import cli

pytestmark = pytest.mark.no_core

LIST = b"\xef\xbb\xbf0000311_2024.06.06\r\nalpha.example\r\nWWW.Beta.example\r\n"
DIGEST = hashlib.sha256(LIST).hexdigest()


@pytest.mark.parametrize(
    "checksum",
    [
        DIGEST,
        DIGEST.upper(),
        f"  {DIGEST}\r\n",
        DIGEST.encode(),
        b"\xef\xbb\xbf" + DIGEST.encode() + b"\n",
        f"{DIGEST}  elenco.txt\n",
        f"{DIGEST} *elenco.txt",
    ],
)
def test_one_that_fits(checksum: str | bytes) -> None:
    (order,) = load_orders(LIST, checksum=checksum)
    assert order.source.sha256 == DIGEST


def test_a_control_file_by_its_path(tmp_path: Path) -> None:
    control = tmp_path / "control.txt"
    control.write_text(DIGEST)
    assert len(load_orders(LIST, checksum=control)) == 1


def test_one_that_does_not_fit_says_both() -> None:
    other = "0" * 64
    with pytest.raises(OrderSyntaxError, match="fetch both again") as caught:
        load_orders(LIST[:-3], name="list", checksum=other)
    assert other in str(caught.value)
    assert hashlib.sha256(LIST[:-3]).hexdigest() in str(caught.value)
    assert caught.value.path == "list"


@pytest.mark.parametrize(
    "checksum",
    ["", "abc", DIGEST[:-1], DIGEST + "0", f"{DIGEST} a\n{DIGEST} b", b"\xff" * 64, "g" * 64],
)
def test_what_is_no_checksum(checksum: str | bytes) -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        load_orders(LIST, checksum=checksum)


def folder(path: Path, **files: bytes) -> Path:
    for name, data in files.items():
        file = path / name.replace("__", os.sep).replace("_", ".")
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
    return path


@pytest.mark.parametrize("control", ["{}", "{}\r\n", "{}  list.txt\n"])
def test_in_a_folder_a_control_file_is_no_list(tmp_path: Path, control: str) -> None:
    source = folder(tmp_path, list_txt=LIST, control_txt=control.format(DIGEST).encode())
    (order,) = load_orders(source)
    assert order.source.path == "list.txt"


@pytest.mark.parametrize(
    ("control", "says"),
    [
        ("0" * 64, "no file beside it has the SHA-256 000"),
        (f"{DIGEST}  other.txt", "the file other.txt has not"),
    ],
)
def test_in_a_folder_one_must_fit(tmp_path: Path, control: str, says: str) -> None:
    source = folder(tmp_path, list_txt=LIST, control_txt=control.encode())
    with pytest.raises(OrderSyntaxError, match=says) as caught:
        load_orders(source)
    assert caught.value.path == str(tmp_path / "control.txt")


def test_a_file_of_another_folder_does_not_count(tmp_path: Path) -> None:
    source = folder(
        tmp_path, a__list_txt=LIST, b__list_txt=b"x.example\n", b__sum_txt=DIGEST.encode()
    )
    with pytest.raises(OrderSyntaxError, match="no file beside it"):
        load_orders(source)


def test_of_a_compressed_list_either_octets_count(tmp_path: Path) -> None:
    packed = gzip.compress(LIST, mtime=0)
    digest = hashlib.sha256(packed).hexdigest()
    for stated in (DIGEST, digest):
        source = folder(tmp_path, list_txt_gz=packed, sum_txt=stated.encode())
        assert len(load_orders(source)) == 1


def test_several_in_one_file(tmp_path: Path) -> None:
    other = b"c.example\n"
    sums = f"{DIGEST}  a.txt\n{hashlib.sha256(other).hexdigest()}  b.txt\n".encode()
    assert len(load_orders(folder(tmp_path, a_txt=LIST, b_txt=other, sums_txt=sums))) == 2
    with pytest.raises(OrderSyntaxError, match=r"the file b\.txt has not"):
        load_orders(folder(tmp_path, b_txt=other + b"d.example\n"))


def test_alone_it_is_no_list() -> None:
    given: tuple[dict[str, Any], ...] = ({}, {"format": "plain"})
    for options in given:
        with pytest.raises(OrderSyntaxError, match="give it as checksum="):
            load_orders(DIGEST.encode(), **options)


def test_a_list_of_digests_beside_names_is_not_one() -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        load_orders(LIST, checksum=f"{DIGEST}\n{DIGEST}\n")


def test_command(tmp_path: Path) -> None:
    source = tmp_path / "list.txt"
    source.write_bytes(LIST)
    control = tmp_path / "control.sha256"
    control.write_text(DIGEST.upper())
    for stated, code in ((DIGEST, 0), (str(control), 0), ("0" * 64, 2), ("nothing", 2)):
        result = CliRunner().invoke(cli, ["check", str(source), "--checksum", stated])
        assert result.exit_code == code, result.output


def test_of_adm_and_of_piracy_shield() -> None:
    for name, control, format_ in (
        (
            "constructed_adm_versioned_crlf_bom.txt",
            "constructed_file_controllo_giochi.txt",
            "adm-giochi",
        ),
        (
            "constructed_ps_fqdn_get_all.txt",
            "constructed_ps_fqdn_get_all_checksum.txt",
            "piracy-shield",
        ),
    ):
        stated = shared(f"formats/{control}")
        (order,) = load_orders(shared(f"formats/{name}"), format=format_, checksum=stated)
        assert len(order.targets) in (3, 4)

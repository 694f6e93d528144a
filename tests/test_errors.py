from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

import blocklist
from blocklist import errors
from blocklist.errors import (
    BlocklistError,
    CompileError,
    EditionRejectedError,
    EmptyBlocklistError,
    ImageChecksumError,
    ImageError,
    ImageSignatureError,
    ImageVersionError,
    InvalidNameError,
    NotAnImageError,
    OrderError,
    OrderSyntaxError,
    ProtectedNameError,
    PublicSuffixTargetError,
    SignatureError,
    UnknownFormatError,
    UnsupportedTargetError,
    shorten,
)
from blocklist.model.targets import TargetError

pytestmark = pytest.mark.no_core

PARENTS: dict[type[BlocklistError], type[Exception]] = {
    BlocklistError: Exception,
    InvalidNameError: BlocklistError,
    OrderError: BlocklistError,
    OrderSyntaxError: OrderError,
    UnknownFormatError: OrderError,
    UnsupportedTargetError: OrderError,
    CompileError: BlocklistError,
    PublicSuffixTargetError: CompileError,
    ProtectedNameError: CompileError,
    EmptyBlocklistError: CompileError,
    EditionRejectedError: CompileError,
    ImageError: BlocklistError,
    NotAnImageError: ImageError,
    ImageVersionError: ImageError,
    ImageChecksumError: ImageError,
    ImageSignatureError: ImageError,
    SignatureError: BlocklistError,
}
LOCATED = [error for error in PARENTS if issubclass(error, OrderError | CompileError)]

SAMPLES: dict[str, BlocklistError] = {
    "plain": BlocklistError("a", "b"),
    "name": InvalidNameError("a..b", "empty label", label="", position=2),
    "name-whole": InvalidNameError("", "empty"),
    **{
        error.__name__: error("no such day", path="a/b.toml", line=7, order_id="it:1")
        for error in LOCATED
    },
    "order-bare": OrderError("no such day"),
    "image": ImageError("cut short", path="it.blk"),
    "not-an-image": NotAnImageError("cut short", path="it.blk"),
    "version": ImageVersionError("made by a later release", expected=1, got=2, path="it.blk"),
    "checksum": ImageChecksumError("damaged", expected="00ff", got="ff00"),
    "signature": SignatureError("malformed note", path="it.blk.note"),
    "target": TargetError("white space inside", "white-space"),
}


@pytest.mark.parametrize("error", PARENTS, ids=lambda error: error.__name__)
def test_tree(error: type[BlocklistError]) -> None:
    assert issubclass(error, PARENTS[error])
    is_value = issubclass(error, InvalidNameError | OrderError | CompileError | SignatureError)
    assert issubclass(error, ValueError) is is_value
    assert error.__doc__
    assert error.__name__ in (errors.__doc__ or "")


def test_tree_is_complete() -> None:
    public = {
        value
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, BlocklistError) and name[0] != "_"
    }
    assert public >= PARENTS.keys()
    for error in PARENTS:
        assert getattr(blocklist, error.__name__, None) is error


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("sample", SAMPLES)
def test_pickle_keeps_all(sample: str, protocol: int) -> None:
    error = SAMPLES[sample]
    same_error(pickle.loads(pickle.dumps(error, protocol)), error)


@pytest.mark.parametrize("sample", SAMPLES)
def test_copy_keeps_all(sample: str) -> None:
    error = SAMPLES[sample]
    same_error(copy.copy(error), error)
    same_error(copy.deepcopy(error), error)


def same_error(copied: BlocklistError, error: BlocklistError) -> None:
    assert type(copied) is type(error)
    assert str(copied) == str(error)
    assert copied.args == error.args
    assert vars(copied) == vars(error)


def test_pickle_keeps_notes() -> None:
    error = OrderError("no such day", path="x")
    error.add_note("in the second table")
    assert pickle.loads(pickle.dumps(error)).__notes__ == ["in the second table"]


class TestMessages:
    PLACES: list[tuple[dict[str, Any], str]] = [  # noqa: RUF012
        ({}, "no such day"),
        ({"path": "a.toml"}, "a.toml: no such day"),
        ({"path": "a.toml", "line": 7}, "a.toml:7: no such day"),
        ({"line": 7}, "line 7: no such day"),
        ({"order_id": "it:1"}, "no such day"),
    ]

    @pytest.mark.parametrize("error", LOCATED, ids=lambda error: error.__name__)
    @pytest.mark.parametrize(("place", "message"), PLACES)
    def test_place_comes_first(
        self, error: type[OrderError], place: dict[str, Any], message: str
    ) -> None:
        raised = error("no such day", **place)
        assert str(raised) == message
        assert raised.reason == "no such day"
        wanted = {"path": None, "line": None, "order_id": None} | place
        assert {name: getattr(raised, name) for name in wanted} == wanted

    def test_name(self) -> None:
        error = InvalidNameError("a..b", "empty label", label="", position=2)
        assert str(error) == "not a domain name: 'a..b' at position 2: empty label"
        assert str(InvalidNameError("", "empty")) == "not a domain name: '': empty"
        assert (error.name, error.reason, error.label, error.position) == (
            "a..b", "empty label", "", 2,
        )  # fmt: skip

    def test_name_is_shortened_but_kept(self) -> None:
        error = InvalidNameError("a" * 1000, "too long")
        assert error.name == "a" * 1000
        assert len(str(error)) < 150

    @pytest.mark.parametrize("error", [ImageError, NotAnImageError])
    def test_image(self, error: type[ImageError]) -> None:
        assert str(error("cut short")) == "cut short"
        raised = error("cut short", path="it.blk")
        assert (str(raised), raised.path, raised.reason) == (
            "it.blk: cut short", "it.blk", "cut short",
        )  # fmt: skip

    def test_mismatch(self) -> None:
        error = ImageChecksumError("damaged", expected="00", got="ff", path="it.blk")
        assert (error.expected, error.got, str(error)) == ("00", "ff", "it.blk: damaged")


@pytest.mark.parametrize("length", [0, 1, 79, 80, 81, 1000])
def test_shorten(length: int) -> None:
    short = shorten("x" * length)
    assert len(short) == min(length, 80)
    assert short.endswith("…") == (length > 80)

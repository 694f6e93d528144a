from typing import TypeAlias

_Octets: TypeAlias = bytes | memoryview
_Rules: TypeAlias = list[tuple[int, int, int, str]]

def compare_names(
    old: _Octets, new: _Octets, old_classes: _Octets, new_classes: _Octets, classes: int, /
) -> tuple[_Rules, _Rules, _Rules, list[int], list[int]]: ...

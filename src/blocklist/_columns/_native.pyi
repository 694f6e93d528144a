from ._pure import (
    build_trie as build_trie,
)
from ._pure import (
    find_covered as find_covered,
)
from ._pure import (
    find_names as find_names,
)
from ._pure import (
    scan_framed as scan_framed,
)
from ._pure import (
    scan_names as scan_names,
)
from ._pure_entries import (
    scan_entries as scan_entries,
)
from ._pure_grounds import (
    pack_grounds as pack_grounds,
)
from ._pure_rows import (
    scan_rows as scan_rows,
)
from ._pure_targets import (
    scan_targets as scan_targets,
)

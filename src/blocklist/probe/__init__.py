"""PROBE: asks a running resolver whether it enforces the orders of an image, and keeps evidence.

``resolvers`` says whom, ``questions`` what, ``asking`` sends it, ``judging`` reads the answers,
``evidence`` writes them down, and ``session`` does one after the other. ``evidencefile`` reads and
checks what was written. Only resolvers that the
caller names are asked. Needs dnspython.
"""

from __future__ import annotations

from .evidence import Evidence
from .evidencechanges import EvidenceChange, changes_since
from .evidencefile import CheckedEvidence, check_evidence
from .evidencesummary import EvidenceSummary, ProbeSummary
from .fingerprints import Fingerprint, Fingerprints
from .judging import Outcome, Verdict
from .resolvers import Resolver
from .session import Result, Settings, probe

__all__ = [
    "CheckedEvidence", "Evidence", "EvidenceChange", "EvidenceSummary", "Fingerprint",
    "Fingerprints", "Outcome", "ProbeSummary", "Resolver", "Result", "Settings", "Verdict",
    "changes_since", "check_evidence", "probe",
]  # fmt: skip

"""LIFTINGS: words by which a letter says that what it passes on holds no longer."""

from __future__ import annotations

import re

from .deferredpattern import deferred

LIFTED = deferred(
    r"\b(?:revoc|annull|dissequestr|sospes|caducat|inefficac|sblocc|riattiv|ripristin|riammess|riabilit|decadut)\w*"
    r"|\b(?:cessazion|cessat|rimozion|eliminazion|sospension|cancellazion)\w*\s+(?:(?:di|de[il]|degli|della)\s+|dell'\s?)"
    r"(?:\w+\s+)?(?:blocc|inibi|oscura|sequestr|misur|effica|effett|ordin|provvediment|esecu)\w*"
    r"|\b(?:è|sono|ha|hanno)\s+(?:stat[oaie]\s+)?(?:cessat|decadut|rimoss|venut\w\s+meno)\w*+"
    # What was taken off a site is no block.
    r"(?!\s+(?:(?:gli|le|i|la|il)\s+|l'\s?)(?:annunc|contenut|inserzion|material|oper[ae]|articol|video|prodott|pagin|immagin))",
    re.IGNORECASE,
)
"""In doubt it lifts: then nothing of the letter is read as ordered."""

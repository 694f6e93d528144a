"""DSA CATEGORIES: the kinds of illegal content of Implementing Regulation (EU) 2024/2835.

As published reports and programs that read them have them. "Other violation of the terms and
conditions" is left out: it is no illegal content, so no order is about it.
"""

from __future__ import annotations

from collections.abc import Iterator

CATEGORY, KEYWORD = "STATEMENT_CATEGORY_", "KEYWORD_"
NOT_SPECIFIED = f"{CATEGORY}NOT_SPECIFIED_ORDER"
OTHER = f"{KEYWORD}OTHER"
_CATEGORIES = {
    "ANIMAL_WELFARE": "ANIMAL_HARM UNLAWFUL_SALE_ANIMALS",
    "CONSUMER_INFORMATION": (
        "HIDDEN_ADVERTISEMENT INSUFFICIENT_INFORMATION_ON_TRADERS MISLEADING_INFO_GOODS_SERVICES "
        "MISLEADING_INFO_CONSUMER_RIGHTS NONCOMPLIANCE_PRICING"
    ),
    "CYBER_VIOLENCE": (
        "CYBER_BULLYING_INTIMIDATION CYBER_HARASSMENT CYBER_INCITEMENT CYBER_STALKING "
        "NON_CONSENSUAL_IMAGE_SHARING NON_CONSENSUAL_MATERIAL_DEEPFAKE"
    ),
    "CYBER_VIOLENCE_AGAINST_WOMEN": (
        "BULLYING_AGAINST_GIRLS CYBER_HARASSMENT_AGAINST_WOMEN CYBER_STALKING_AGAINST_WOMEN "
        "FEMALE_GENDERED_DISINFORMATION INCITEMENT_AGAINST_WOMEN "
        "NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN"
    ),
    "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": (
        "BIOMETRIC_DATA_BREACH DATA_FALSIFICATION MISSING_PROCESSING_GROUND RIGHT_TO_BE_FORGOTTEN"
    ),
    "ILLEGAL_OR_HARMFUL_SPEECH": "DEFAMATION DISCRIMINATION HATE_SPEECH",
    "INTELLECTUAL_PROPERTY_INFRINGEMENTS": (
        "COPYRIGHT_INFRINGEMENT DESIGN_INFRINGEMENT GEOGRAPHIC_INDICATIONS_INFRINGEMENT "
        "PATENT_INFRINGEMENT TRADE_SECRET_INFRINGEMENT TRADEMARK_INFRINGEMENT"
    ),
    "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS": (
        "MISINFORMATION_DISINFORMATION VIOLATION_EU_LAW VIOLATION_NATIONAL_LAW"
    ),
    "PROTECTION_OF_MINORS": (
        "AGE_SPECIFIC_RESTRICTIONS_MINORS CHILD_SEXUAL_ABUSE_MATERIAL "
        "CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE GROOMING_SEXUAL_ENTICEMENT_MINORS UNSAFE_CHALLENGES"
    ),
    "RISK_FOR_PUBLIC_SECURITY": (
        "ILLEGAL_ORGANIZATIONS RISK_ENVIRONMENTAL_DAMAGE RISK_PUBLIC_HEALTH TERRORIST_CONTENT"
    ),
    "SCAMS_AND_FRAUD": (
        "IMPERSONATION_ACCOUNT_HIJACKING INAUTHENTIC_ACCOUNTS INAUTHENTIC_LISTINGS "
        "INAUTHENTIC_USER_REVIEWS PHISHING PYRAMID_SCHEMES"
    ),
    "SELF_HARM": "CONTENT_PROMOTING_EATING_DISORDERS SELF_MUTILATION SUICIDE",
    "UNSAFE_AND_PROHIBITED_PRODUCTS": "PROHIBITED_PRODUCTS UNSAFE_PRODUCTS",
    "VIOLENCE": (
        "COORDINATED_HARM INCITEMENT_VIOLENCE_HATRED HUMAN_EXPLOITATION HUMAN_TRAFFICKING "
        "TRAFFICKING_WOMEN_GIRLS"
    ),
}
CATEGORIES: dict[str, tuple[str, ...]] = {
    f"{CATEGORY}{name}": (*(f"{KEYWORD}{word}" for word in keywords.split()), OTHER)
    for name, keywords in _CATEGORIES.items()
}
"""The keywords of each category, in the sequence of the rows."""
_OF_KEYWORD = {
    keyword: category
    for category, keywords in CATEGORIES.items()
    for keyword in keywords
    if keyword != OTHER
}
MEMBER_STATES = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT",
    "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip


def rows_of_categories() -> Iterator[tuple[str, str]]:
    """Yield category and keyword of each row below ``TOTAL``; no keyword in that of a category."""
    for category, keywords in CATEGORIES.items():
        yield category, ""
        for keyword in keywords:
            yield category, keyword
    yield NOT_SPECIFIED, ""


def category_of(code: str, other: str = "") -> tuple[str, str]:
    """Return category and keyword of an order.

    Args:
        code: its ``category_code``; one that is not of the regulation is not specified.
        other: its ``category_other``, which makes the keyword of a category "other".

    >>> category_of("KEYWORD_PHISHING")
    ('STATEMENT_CATEGORY_SCAMS_AND_FRAUD', 'KEYWORD_PHISHING')
    >>> category_of("FILE")
    ('STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER', '')
    """
    code = code.strip().upper()
    if code in CATEGORIES:
        return code, OTHER if other else ""
    if code in _OF_KEYWORD:
        return _OF_KEYWORD[code], code
    return NOT_SPECIFIED, ""

"""What the loaders make of every real list in the data folder, as a table that is kept.

``python tests/real_lists.py`` writes the table anew (``vectors/shared-data.json``, and for people
``docs/reference/real-lists.md``). Read the difference before you commit it: each number is lines of
orders.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared_data import shared

from blocklist import BlocklistError, compile_orders, load_orders

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "tests" / "vectors" / "shared-data.json"
PAGE = ROOT / "docs" / "reference" / "real-lists.md"
_COLUMNS = (
    "file", "format", "orders", "targets", "exceptions", "refused by the loader", "rules",
    "covered", "refused by guards",
)  # fmt: skip
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)

# Every file with orders in it, and what must be said of those that do not say it themselves.
FILES: dict[str, dict[str, Any]] = {
    "formats/adm_giochi_sample.txt": {"format": "adm-giochi"},
    "formats/adm_index_sample.html": {},
    "formats/agcom_elenco_url_0000268_2023.21.07.txt": {},
    "formats/citizenlab_it_agcom.csv": {},
    "formats/constructed_adm_versioned_crlf_bom.txt": {"format": "adm-giochi"},
    "formats/constructed_cncpo_shape.csv": {},
    "formats/constructed_file_controllo_giochi.txt": {},
    "formats/constructed_ps_error.json": {},
    "formats/constructed_ps_fqdn_get_all.json": {},
    "formats/constructed_ps_fqdn_get_all.txt": {"format": "piracy-shield"},
    "formats/constructed_ps_fqdn_get_all_checksum.txt": {},
    "formats/constructed_ps_ipv4_get_all.txt": {"format": "piracy-shield"},
    "formats/constructed_ps_ticket_get.json": {},
    "formats/constructed_url_entries.txt": {},
    "formats/court_milano_cloudflare_2022.txt": {},
    "formats/cz_ctu_style_constructed.csv": {},
    "formats/cz_mfcr_style_excerpt.csv": {},
    "formats/de_cuii_latest_excerpt.json": {},
    "formats/ee_emta_pdf_extract_excerpt.txt": {"format": "ee-emta"},
    "formats/pl_hazard_style_sample.xml": {},
    "formats/ru_zi_dump_2014_sample.csv": {},
    "orders/cz-mfcr-blacklist.txt": {},
    "orders/cz-mfcr-v38.csv": {},
    "orders/cz-mfcr-v60.csv": {},
    "orders/cz-mfcr-v69.csv": {},
    "orders/cz-mfcr-v70.csv": {},
    "orders/ee-emta-blocklist.txt": {"format": "ee-emta"},
    "orders/ee-emta-blocklist_ABP.txt": {},
    "orders/ee-emta-blocklist_UBL.txt": {},
    "orders/ee-emta-blocklist_UBO.txt": {},
    "orders/in-blocked-websites-MSM-world-cup.txt": {},
    "orders/in-court_order_jab_harry_met_sejal.txt.xz": {},
    "orders/in-kafila.txt": {},
    "orders/in-madras_court_order_kabali_streaming_sites.txt": {},
    "orders/in-madras_court_order_kabali_torrent_sites.txt": {},
    "orders/in-master-list.csv.xz": {},
    "orders/in-youbroadband.txt": {},
    "orders/it-adm-aams-2015.csv.xz": {},
    "orders/it-courts-bofh-2015.csv.xz": {},
    "lists/adblock-adguard-sdns.txt.xz": {},
    "lists/adblock-scams.txt.xz": {},
    "lists/dnscrypt-allowed-names.txt": {},
    "lists/dnscrypt-blocked-names.txt": {},
    "lists/dnscrypt-ci-blocked-names.txt": {},
    "lists/dnsmasq-drugs.conf.xz": {},
    "lists/hosts-drugs.txt.xz": {},
    "lists/hosts-stevenblack-2019.txt.xz": {},
    "lists/large-union.txt.xz": {},
    "lists/rpz-oisd-small.rpz.xz": {},
    "lists/rpz-spam404.rpz.xz": {},
    "lists/unbound-jawz101.conf.xz": {},
    "lists/wildcard-scams.txt.xz": {},
    "conformance/pdns-basic.rpz": {},
    "conformance/bind-rpz/ns2-base-tld2s.db": {},
    "conformance/bind-rpz/ns2-tld2.db": {},
    "conformance/bind-rpz/ns3-base.db": {},
    "conformance/bind-rpz/ns3-evil-cname.db": {},
    "conformance/bind-rpz/ns3-include-rpz.db": {},
    "conformance/bind-rpz/ns3-mixed-case-rpz-1.db": {},
    "conformance/bind-rpz/ns3-mixed-case-rpz-2.db": {},
    "conformance/bind-rpz/ns3-outofzone.db": {},
    "conformance/bind-rpz/ns3-wild-cname.db": {},
    "conformance/bind-rpz/ns9-rpz.db": {},
}


def account(path: str) -> dict[str, Any]:
    """Load and compile one file of the data folder, and count what became of its lines."""
    octets, options = shared(path), FILES[path]
    name = Path(path.removesuffix(".xz")).name
    row: dict[str, Any] = {"options": options} if options else {}
    try:
        orders = load_orders(octets, name=name, **options)
    except BlocklistError as error:
        return row | {"error": _sentence(error)}
    row |= {
        "formats": sorted({order.source.format for order in orders}),
        "orders": len(orders),
        "targets": sum(len(order.targets) for order in orders),
        "exceptions": sum(len(order.exceptions) for order in orders),
        "mentions": sum(len(order.mentions) for order in orders),
        "rejected": _counts(refused.code for order in orders for refused in order.rejected),
    }
    try:
        report = compile_orders(orders, at=NOON).report
    except BlocklistError as error:
        return row | {"compile_error": _sentence(error)}
    assert report is not None
    read = Counter(row["rejected"])
    refused = Counter(refused.code for refused in report.rejected)
    row |= {"rules": report.accepted, "covered": len(report.covered)}
    return row | {"guarded": _counts((refused - read).elements())}


def _sentence(error: BlocklistError) -> str:
    """Return what is wrong, without what depends on the formats that there are."""
    reason = str(getattr(error, "reason", error))
    return f"{type(error).__name__}: {reason.partition('; name one of')[0]}"


def _counts(codes: Any) -> dict[str, int]:
    return dict(sorted(Counter(codes).items()))


def page(table: dict[str, dict[str, Any]]) -> str:
    """Return the table for people."""
    lines = [
        "# Real lists",
        "",
        "What the loaders make of real lists and orders: every line is a target, an exception, or",
        "refused with a code. A test compares each number. *Rules* is what is left when repeats",
        "are joined and guards have refused what no order should block; *covered* are those that a",
        "wider rule covers as well.",
        "",
        f"| {' | '.join(_COLUMNS)} |",
        "| --- | --- | --: | --: | --: | --- | --: | --: | --- |",
    ]
    faults = []
    for path, row in table.items():
        if "error" in row:
            faults.append(f"| `{path}` | {_cell(row['error'])} |")
            continue
        options = ", ".join(f"`{key}={value}`" for key, value in row.get("options", {}).items())
        cells = [
            f"`{path}`" + (f" with {options}" if options else ""),
            ", ".join(row["formats"]),
            *(f"{row[key]:,}" for key in ("orders", "targets", "exceptions")),
            _codes(row["rejected"]),
            *(f"{row[key]:,}" if key in row else "–" for key in ("rules", "covered")),
            _codes(row.get("guarded", {})) or _cell(row.get("compile_error", "")),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "No orders, and so refused as a whole:", "", "| file | says |", "| --- | --- |"]
    return "\n".join([*lines, *faults, ""])


def _codes(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {code}" for code, number in counts.items())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Write the table anew."""
    table = {path: account(path) for path in FILES}
    TABLE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text(page(table), "utf-8")


if __name__ == "__main__":
    main()

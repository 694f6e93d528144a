from __future__ import annotations

from blocklist import Rejected, Report


def test_an_empty_report_says_so() -> None:
    assert str(Report()).startswith("0 rules from 0 targets of 0 orders; 0 rejected")


def test_the_sum_counts_everything() -> None:
    refused = Rejected(3, "co.uk", "a public suffix", "public-suffix", "list.txt", "x")
    report = Report(
        rules=1_200,
        targets=1_300,
        orders=("x",),
        skipped=(("y", "pending"),),
        rejected=(refused,),
        covered=(("a.b", "b"),),
        warnings=("w", "v"),
    )
    assert str(report) == (
        "1,200 rules from 1,300 targets of 1 order; 1 rejected, 1 covered, "
        "1 order not selected, 2 warnings"
    )
    assert report.accepted == report.rules
    assert str(refused) == "list.txt:3: 'co.uk': a public suffix [public-suffix]"

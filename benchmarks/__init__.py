"""Benchmarks; run with ``python -m benchmarks``. ``workloads.md`` says what each number means."""

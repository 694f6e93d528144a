"""Settings that all tests share."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "blocklist",
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("blocklist")

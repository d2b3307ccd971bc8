"""What all tests share."""

from hypothesis import HealthCheck, settings

# How long an example takes says more of the machine than of the code. Everything else about a law stays Hypothesis' own.
settings.register_profile("assay", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("assay")
